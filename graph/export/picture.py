"""The published graph as plain records, read once from a store and checked: what every export is written from."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graph.errors import StoreError
from graph.stores import GraphStore

if TYPE_CHECKING:
    from graph.ledger.reading import DocumentInfo

PAGE = 1_000  # rows a read; every query below is ordered by a key and goes on after the last one


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A canonical entity; `type` is a key of `entities.yml`, `members` are its surface ids."""

    id: str
    name: str
    type: str
    kind: str | None = None
    known: str | None = None
    aliases: tuple[str, ...] = ()
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A projected link between two entities and the claims that it stands for."""

    k: str
    predicate: str
    source: str
    target: str
    claim_ids: tuple[str, ...]
    belief: float
    status: str
    modality: str | None = None
    earliest: str | None = None
    latest: str | None = None
    sources: int = 0
    evidence: int = 0
    denials: int = 0
    inferred: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRow:
    """A claim with its weight; `subject` and `object` are canonical entity ids."""

    id: str
    name: str
    predicate: str
    subject: str
    object: str
    status: str
    modality: str | None = None
    belief: float
    support: float
    denial: float
    sources: int = 0
    evidence: int = 0
    earliest: str | None = None
    latest: str | None = None
    link: str | None = None
    qualifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """One sentence that supports or denies a claim; offsets are characters of the document's text."""

    id: str
    claim: str
    sentence: str
    polarity: str
    modality: str
    speaker: str | None = None
    happened: str | None = None
    probability: float
    extractor: str
    why: str | None = None
    document: str
    begins: int
    ends: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """A document of which a sentence is quoted; from `raw_hash` on, what only the ledger knows.

    `sources` are the addresses of what the document says it rests on, `origins` their publishers.
    """

    id: str
    headline: str
    address: str
    publisher: str | None = None
    published: str | None = None
    modified: str | None = None
    retrieved: str | None = None
    language: str | None = None
    kind: str | None = None
    raw_hash: str | None = None
    cluster: str | None = None
    sources: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Picture:
    """Everything that is exported; `at` is the moment of the snapshot (ISO 8601, UTC), None if never published."""

    entities: tuple[Entity, ...]
    links: tuple[Link, ...]
    claims: tuple[ClaimRow, ...]
    quotes: tuple[Quote, ...]
    documents: tuple[DocumentRow, ...]
    at: str | None = None
    sequence: int | None = None
    ledger: str | None = None

    @cached_property
    def quotes_of(self) -> Mapping[str, tuple[Quote, ...]]:
        """Claim id → its sentences; supporting ones first, then by id."""
        grouped: dict[str, list[Quote]] = defaultdict(list)
        for quote in sorted(self.quotes, key=lambda q: (q.polarity != "affirmed", q.id)):
            grouped[quote.claim].append(quote)
        return {claim: tuple(quotes) for claim, quotes in grouped.items()}


_ENTITIES = """
MATCH (n:Entity) WHERE n.id > $after
RETURN n.id AS id, n.name AS name, labels(n) AS types, n.kind AS kind, n.known AS known, n.aliases AS aliases,
       n.members AS members
ORDER BY n.id LIMIT $page
"""
_LINKS = """
MATCH (a:Entity)-[r]->(b:Entity) WHERE r.k > $after
RETURN r.k AS id, type(r) AS predicate, a.id AS source, b.id AS target, r.claim_ids AS claim_ids, r.belief AS belief,
       r.status AS status, r.modality AS modality, r.earliest AS earliest, r.latest AS latest, r.sources AS sources,
       r.evidence AS evidence, r.denials AS denials, r.inferred AS inferred
ORDER BY r.k LIMIT $page
"""
_CLAIMS = """
MATCH (a:Entity)<-[:SUBJECT]-(c:Claim)-[:OBJECT]->(b:Entity) WHERE c.id > $after
RETURN c.id AS id, c.name AS name, c.predicate AS predicate, a.id AS subject, b.id AS object, c.status AS status,
       c.modality AS modality, c.belief AS belief, c.support AS support, c.denial AS denial, c.sources AS sources,
       c.evidence AS evidence, c.earliest AS earliest, c.latest AS latest, c.link AS link, c.qualifiers AS qualifiers
ORDER BY c.id LIMIT $page
"""
_QUOTES = """
MATCH (c:Claim)<-[:SUPPORTS|DENIES]-(e:Evidence)-[:FROM]->(d:Document) WHERE e.id > $after
RETURN e.id AS id, c.id AS claim, e.name AS sentence, e.polarity AS polarity, e.modality AS modality,
       e.speaker AS speaker, e.happened AS happened, e.probability AS probability, e.extractor AS extractor,
       e.why AS why, d.id AS document, e.begins AS begins, e.ends AS ends
ORDER BY e.id LIMIT $page
"""
_DOCUMENTS = """
MATCH (d:Document) WHERE d.id > $after
RETURN d.id AS id, d.name AS headline, d.address AS address, d.publisher AS publisher, d.published AS published,
       d.modified AS modified, d.retrieved AS retrieved, d.language AS language, d.kind AS kind
ORDER BY d.id LIMIT $page
"""
_SNAPSHOT = "MATCH (s:Snapshot) RETURN s.ledger AS ledger, s.sequence AS sequence, s.at AS at LIMIT 1"
_NUMBERS = frozenset({"belief", "support", "denial", "probability"})
_LISTS = frozenset({"aliases", "members", "claim_ids", "qualifiers"})


def _rows(store: GraphStore, cypher: str) -> Iterator[dict[str, Any]]:
    after = ""
    while True:
        page = list(store.read(cypher, {"after": after, "page": PAGE}, limit=PAGE).dicts())
        for row in page:
            yield {key: _plain(key, value) for key, value in row.items()}
        if len(page) < PAGE:
            return
        after = page[-1]["id"]


def _plain(key: str, value: Any) -> Any:
    if key in _LISTS:
        return tuple(value or ())
    return float(value) if key in _NUMBERS else value  # an engine may give 0 for 0.0


def _typed(row: dict[str, Any]) -> Entity:
    labels = [label for label in row.pop("types") if label != "Entity"]
    return Entity(type=labels[0] if labels else "Entity", **row)


def with_origins(documents: Iterable[DocumentRow], infos: Iterable["DocumentInfo"]) -> Iterator[DocumentRow]:
    """Yield the documents with hash, cluster and sources from the ledger; one that it no longer holds as it is."""
    known = {info.id: info for info in infos}
    for document in documents:
        info = known.get(document.id)
        if info is None:
            yield document
            continue
        sources = tuple(source.address for source in info.sources)
        origins = tuple(dict.fromkeys(source.publisher for source in info.sources))
        yield replace(document, raw_hash=info.raw_hash, cluster=info.cluster, sources=sources, origins=origins)


def read_picture(store: GraphStore) -> Picture:
    """Read the published graph. Raises StoreError when a link or claim has no sentence, or loses an end."""
    snapshot = next(store.read(_SNAPSHOT, {}, limit=1).dicts(), {})
    picture = Picture(
        entities=tuple(_typed(row) for row in _rows(store, _ENTITIES)),
        links=tuple(Link(k=row.pop("id"), **row) for row in _rows(store, _LINKS)),
        claims=tuple(ClaimRow(**row) for row in _rows(store, _CLAIMS)),
        quotes=tuple(Quote(**row) for row in _rows(store, _QUOTES)),
        documents=tuple(DocumentRow(**row) for row in _rows(store, _DOCUMENTS)),
        at=snapshot.get("at"),
        sequence=snapshot.get("sequence"),
        ledger=snapshot.get("ledger"),
    )
    check_picture(picture)
    return picture


def check_picture(picture: Picture) -> None:
    """Check that every link and claim can be quoted. Raises StoreError naming the first that can't."""
    known = {claim.id for claim in picture.claims}
    for claim in picture.claims:
        if claim.id not in picture.quotes_of:
            raise StoreError(f"claim {claim.id} ({claim.name}) has no sentence behind it")
    for link in picture.links:
        quotes = [quote for claim in link.claim_ids for quote in picture.quotes_of.get(claim, ())]
        if not known.issuperset(link.claim_ids) or all(quote.polarity != "affirmed" for quote in quotes):
            raise StoreError(f"link {link.k} ({link.predicate}) has no sentence behind it")
