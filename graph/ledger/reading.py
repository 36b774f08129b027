"""Read the ledger for pages, commands, exports and the projection. No function sends a statement for each row."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, or_, select

from graph.enums import Verdict
from graph.ids import SurfaceId
from graph.ledger.opening import Ledger
from graph.ledger.rows import (
    Read,
    claim_from,
    document_from,
    evidence_from,
    judgement_from,
    mention_from,
    review_from,
    sentence_from,
    sources_from,
    surface_from,
)
from graph.ledger.selecting import select_in
from graph.ledger.tables import (
    CLAIMS,
    COPIES,
    DOCUMENTS,
    EVIDENCE,
    FAILURES,
    JUDGEMENTS,
    MENTION_SURFACES,
    MENTIONS,
    PUBLISHERS,
    REVIEWS,
    SENTENCES,
    SURFACES,
)
from graph.records import Claim, Document, Evidence, Failure, Judgement, Mention, Review, Sentence, SourceRef, Surface


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentInfo:
    """A document without its text: what a list shows. `cluster` is shared by near copies."""

    id: str
    address: str
    headline: str
    kind: str
    language: str
    publisher: str | None
    author: str | None
    published: str | None
    modified: str | None
    retrieved: str
    reader: str
    raw_hash: str
    cluster: str
    sources: tuple[SourceRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    """One piece of evidence with all that it points to: offsets are characters of the document's text."""

    evidence: Evidence
    claim: Claim
    document: DocumentInfo
    sentence: Sentence
    text: str  # of the sentence
    context: tuple[tuple[Sentence, str], ...]  # the other sentences it rests on, in their order in the document
    subject: Mention
    object: Mention
    review: Review | None = None  # the latest on this evidence
    claim_review: Review | None = None  # the latest on its claim


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """How many rows the ledger holds. `copies` is the number of documents that are near copies of another."""

    documents: int
    sentences: int
    mentions: int
    surfaces: int
    claims: int
    evidence: int
    judgements: int
    reviews: int
    failures: int
    copies: int


_INFO = [
    DOCUMENTS.c[name]
    for name in (
        *("id", "address", "headline", "kind", "language", "publisher", "author", "published", "modified"),
        *("retrieved", "reader", "raw_hash", "cluster", "sources"),
    )
]


def info_from(row: Read) -> DocumentInfo:
    """Read a row of `documents` without text and raw bytes."""
    values = {column.name: row[column.name] for column in _INFO}
    return DocumentInfo(**{**values, "sources": sources_from(values["sources"])})


def documents(ledger: Ledger) -> tuple[DocumentInfo, ...]:
    """All documents, the latest retrieved first."""
    query = select(*_INFO).order_by(DOCUMENTS.c.retrieved.desc(), DOCUMENTS.c.id)
    with ledger.reading() as connection:
        return tuple(info_from(row._mapping) for row in connection.execute(query))


def document(ledger: Ledger, key: str) -> Document | None:
    """One document with its text and raw bytes, or None."""
    with ledger.reading() as connection:
        row = connection.execute(select(DOCUMENTS).where(DOCUMENTS.c.id == key)).mappings().first()
        return document_from(row) if row else None


def held(ledger: Ledger, address: str, raw_hash: str) -> str | None:
    """Id of the document read from this address with these raw bytes: adding it again would change nothing."""
    query = select(DOCUMENTS.c.id).where(DOCUMENTS.c.address == address, DOCUMENTS.c.raw_hash == raw_hash)
    with ledger.reading() as connection:
        return connection.execute(query.order_by(DOCUMENTS.c.id)).scalar()


def sentences(ledger: Ledger, document_id: str) -> tuple[Sentence, ...]:
    """The sentences of a document in their order."""
    query = select(SENTENCES).where(SENTENCES.c.document_id == document_id).order_by(SENTENCES.c.begins)
    with ledger.reading() as connection:
        return tuple(sentence_from(row._mapping) for row in connection.execute(query))


def mentions_of(ledger: Ledger, document_id: str) -> tuple[Mention, ...]:
    """The mentions of a document in their order."""
    with ledger.reading() as connection:
        found = _mentions(connection, MENTIONS.c.document_id, [document_id])
    return tuple(sorted(found.values(), key=lambda m: (m.start, m.end, m.type)))


def surfaces(ledger: Ledger) -> tuple[Surface, ...]:
    """All surface entities by id."""
    with ledger.reading() as connection:
        rows = connection.execute(select(SURFACES).order_by(SURFACES.c.id))
        return tuple(surface_from(row._mapping) for row in rows)


def judgements(ledger: Ledger) -> tuple[Judgement, ...]:
    """All judgements, by pair."""
    query = select(JUDGEMENTS).order_by(JUDGEMENTS.c.left_id, JUDGEMENTS.c.right_id)
    with ledger.reading() as connection:
        return tuple(judgement_from(row._mapping) for row in connection.execute(query))


def claims_named(ledger: Ledger, claim_ids: Iterable[str]) -> tuple[Claim, ...]:
    """The claims of these ids that the ledger holds, by id."""
    with ledger.reading() as connection:
        rows = select_in(connection, select(CLAIMS), CLAIMS.c.id, claim_ids)
        return tuple(sorted((claim_from(row._mapping) for row in rows), key=lambda claim: claim.id))


def evidence_for(ledger: Ledger, claim_ids: Iterable[str]) -> tuple[EvidenceRow, ...]:
    """All evidence for and against these claims, in the order of publication, document and text."""
    with ledger.reading() as connection:
        rows = list(select_in(connection, select(EVIDENCE), EVIDENCE.c.claim_id, claim_ids))
        found = [evidence_from(row._mapping) for row in rows]
        claims = select_in(connection, select(CLAIMS), CLAIMS.c.id, {e.claim_id for e in found})
        claim_of = {row.id: claim_from(row._mapping) for row in claims}
        infos = select_in(connection, select(*_INFO), DOCUMENTS.c.id, {e.document_id for e in found})
        info_of = {row.id: info_from(row._mapping) for row in infos}
        texts = _sentences(connection, {key for e in found for key in (e.sentence_id, *e.context)})
        mentions = _mentions(connection, MENTIONS.c.id, {key for e in found for key in (e.subject, e.object)})
        verdicts = latest_reviews(connection, {e.id for e in found} | claim_of.keys())
    result = [
        EvidenceRow(
            evidence=e,
            claim=claim_of[e.claim_id],
            document=info_of[e.document_id],
            sentence=texts[e.sentence_id][0],
            text=texts[e.sentence_id][1],
            context=tuple(sorted((texts[k] for k in e.context if k in texts), key=lambda pair: pair[0].start)),
            subject=mentions[e.subject],
            object=mentions[e.object],
            review=verdicts.get(e.id),
            claim_review=verdicts.get(e.claim_id),
        )
        for e in found
    ]
    result.sort(key=lambda r: (r.document.published or "9999", r.document.id, r.sentence.start, r.evidence.id))
    return tuple(result)


def reviewed_evidence(ledger: Ledger) -> tuple[EvidenceRow, ...]:
    """All evidence with a review, of its own or of its claim, in the order of `evidence_for`."""
    targets = {review.target for review in reviews(ledger)}
    with ledger.reading() as connection:
        own = select_in(connection, select(EVIDENCE.c.claim_id), EVIDENCE.c.id, targets)
        claim_ids = {row.claim_id for row in own} | targets
    return tuple(row for row in evidence_for(ledger, claim_ids) if row.review or row.claim_review)


def latest_reviews(connection: Connection, targets: Iterable[str]) -> dict[str, Review]:
    """The latest review of each target."""
    rows = select_in(connection, select(REVIEWS), REVIEWS.c.target, targets)
    return {row.target: review_from(row._mapping) for row in sorted(rows, key=lambda row: row.number)}


def reviews(ledger: Ledger, verdict: Verdict | None = None) -> tuple[Review, ...]:
    """All reviews from the first to the latest, or those with one verdict."""
    query = select(REVIEWS).order_by(REVIEWS.c.number)
    if verdict is not None:
        query = query.where(REVIEWS.c.verdict == str(verdict))
    with ledger.reading() as connection:
        return tuple(review_from(row._mapping) for row in connection.execute(query))


def failures(ledger: Ledger) -> tuple[Failure, ...]:
    """Sources that could not be read and were not recorded since, the latest first."""
    query = select(FAILURES).order_by(FAILURES.c.at.desc(), FAILURES.c.source)
    with ledger.reading() as connection:
        return tuple(Failure(**row._mapping) for row in connection.execute(query))


def reliabilities(ledger: Ledger) -> dict[str, float]:
    """Publisher → reliability, where a person set one."""
    with ledger.reading() as connection:
        return {row.name: row.reliability for row in connection.execute(select(PUBLISHERS))}


def stats(ledger: Ledger) -> Stats:
    """Count what the ledger holds."""
    tables = {
        "documents": DOCUMENTS,
        "sentences": SENTENCES,
        "mentions": MENTIONS,
        "surfaces": SURFACES,
        "claims": CLAIMS,
        "evidence": EVIDENCE,
        "judgements": JUDGEMENTS,
        "reviews": REVIEWS,
        "failures": FAILURES,
    }
    paired = select(func.count()).where(or_(*(DOCUMENTS.c.id.in_(select(column)) for column in COPIES.c)))
    with ledger.reading() as connection:
        counts = {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in tables.items()
        }
        copies = connection.execute(paired.select_from(DOCUMENTS)).scalar_one()
    return Stats(**counts, copies=copies)


def _mentions(connection: Connection, column: ColumnElement[Any], values: Iterable[str]) -> dict[str, Mention]:
    rows = list(select_in(connection, select(MENTIONS), column, values))
    named: dict[str, list[SurfaceId]] = {row.id: [] for row in rows}
    query = select(MENTION_SURFACES).order_by(MENTION_SURFACES.c.position)
    for pair in select_in(connection, query, MENTION_SURFACES.c.mention_id, named):
        named[pair.mention_id].append(pair.surface_id)
    return {row.id: mention_from(row._mapping, tuple(named[row.id])) for row in rows}


def _sentences(connection: Connection, keys: Iterable[str]) -> dict[str, tuple[Sentence, str]]:
    """Sentence and its words, cut out by the database: a document's whole text may be long."""
    words = func.substr(DOCUMENTS.c.text, SENTENCES.c.begins + 1, SENTENCES.c.ends - SENTENCES.c.begins)
    query = select(SENTENCES, words.label("words")).join(DOCUMENTS, DOCUMENTS.c.id == SENTENCES.c.document_id)
    rows = select_in(connection, query, SENTENCES.c.id, keys)
    return {row.id: (sentence_from(row._mapping), row.words) for row in rows}
