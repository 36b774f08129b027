"""The small parts that every report is made of: an entity, a link between two, and how both are read from rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graph.records import Value
from graph.schema import Face, Predicate, load_schema

if TYPE_CHECKING:
    from graph.stores import GraphStore

ROWS = 5_000  # bound of every reading query of a report
SECONDS = 10.0

# A relationship whose two ends are entities is a link: nothing else joins two entities (see graph/projection.py).
LINK = "(s:Entity)-[r]->(o:Entity)"
LINK_COLUMNS = """
s.id AS s_id, s.name AS s_name, labels(s) AS s_labels, s.kind AS s_kind, s.claims AS s_claims,
o.id AS o_id, o.name AS o_name, labels(o) AS o_labels, o.kind AS o_kind, o.claims AS o_claims,
type(r) AS predicate, r.k AS k, r.claim_ids AS claim_ids, r.belief AS belief, r.status AS status,
r.modality AS modality, r.earliest AS earliest, r.latest AS latest, r.sources AS sources, r.evidence AS evidence,
r.denials AS denials, r.inferred AS inferred
"""


@dataclass(frozen=True, slots=True)
class EntityRef:
    """An entity as lists and drawings show it. `claims` counts the claims that it takes part in."""

    id: str
    name: str
    type: str
    kind: str | None = None
    claims: int = 0

    @property
    def face(self) -> Face:
        """How the entity is drawn, from the schema."""
        return load_schema().entities[self.type].face(self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRef:
    """One projected link with what the reader must see before believing it."""

    k: str
    predicate: str
    subject: EntityRef
    object: EntityRef
    claim_ids: tuple[str, ...]
    belief: float  # 0 to 1
    status: str
    modality: str
    earliest: str | None = None  # EDTF
    latest: str | None = None
    sources: int = 0
    evidence: int = 0
    denials: int = 0
    inferred: bool = False
    more: Mapping[str, Value] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """The relation in lower-case words, from subject to object."""
        return words_of(self.predicate)

    def words_from(self, entity_id: str) -> str:
        """The relation as read from this entity: inverse when it is the object."""
        return words_of(self.predicate, inverse=entity_id != self.subject.id)

    def other(self, entity_id: str) -> EntityRef:
        """The entity at the far end."""
        return self.object if entity_id == self.subject.id else self.subject


def predicate_of(name: str) -> Predicate | None:
    """The schema's entry of a predicate, or None for one that it does not know."""
    return load_schema().predicates.get(name)


def words_of(predicate: str, *, inverse: bool = False) -> str:
    """The schema's words of a predicate; its own name in lower case when the schema does not know it."""
    known = predicate_of(predicate)
    if known is None:
        return predicate.lower().replace("_", " ")
    return known.inverse if inverse else known.label


def type_of(labels: Iterable[str]) -> str:
    """The entity type among a node's labels."""
    known = load_schema().entities
    return next((label for label in labels if label in known), next(iter(known)))


def entity_from(row: Mapping[str, Any], prefix: str) -> EntityRef:
    """Read an entity from the columns `{prefix}_id`, `_name`, `_labels`, `_kind` and `_claims`."""
    return EntityRef(
        row[f"{prefix}_id"],
        row[f"{prefix}_name"],
        type_of(row[f"{prefix}_labels"] or ()),
        row[f"{prefix}_kind"],
        row[f"{prefix}_claims"] or 0,
    )


def link_from(row: Mapping[str, Any]) -> LinkRef:
    """Read a link from a row of `LINK_COLUMNS`."""
    return LinkRef(
        k=row["k"],
        predicate=row["predicate"],
        subject=entity_from(row, "s"),
        object=entity_from(row, "o"),
        claim_ids=tuple(row["claim_ids"] or ()),
        belief=float(row["belief"] or 0),
        status=row["status"] or "proposed",
        modality=row["modality"] or "asserted",
        earliest=row["earliest"],
        latest=row["latest"],
        sources=int(row["sources"] or 0),
        evidence=int(row["evidence"] or 0),
        denials=int(row["denials"] or 0),
        inferred=bool(row["inferred"]),
    )


def rows(store: "GraphStore", cypher: str, limit: int = ROWS, /, **params: Any) -> list[dict[str, Any]]:
    """Run one of our own reading queries and return its rows by column."""
    return list(store.read(cypher, params, limit=limit, timeout=SECONDS).dicts())


def links_where(store: "GraphStore", condition: str, limit: int = ROWS, /, **params: Any) -> list[LinkRef]:
    """The links that meet a condition of ours on `s`, `r` and `o`, the most believed first."""
    cypher = f"MATCH {LINK} WHERE {condition} RETURN {LINK_COLUMNS} ORDER BY belief DESC, k LIMIT {limit}"
    return [link_from(row) for row in rows(store, cypher, limit, **params)]
