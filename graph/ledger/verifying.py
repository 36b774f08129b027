"""Check the ledger against itself: every span re-reads, every id recomputes, every reference resolves."""

from collections.abc import Iterable, Iterator
from hashlib import sha256

from sqlalchemy import Connection, select

from graph import ids
from graph.ledger.opening import Ledger
from graph.ledger.rows import Read
from graph.ledger.tables import CLAIMS, DOCUMENTS, EVIDENCE, MENTIONS, METADATA, SENTENCES, SURFACES


def verify(ledger: Ledger) -> list[str]:
    """Return what is wrong, one line a problem; empty when all is well. Reads one document's text at a time."""
    with ledger.reading() as connection:
        return [
            *_references(connection),
            *_identities(connection),
            *(problem for key in _keys(connection) for problem in _document(connection, key)),
        ]


def _keys(connection: Connection) -> list[str]:
    return list(connection.execute(select(DOCUMENTS.c.id).order_by(DOCUMENTS.c.id)).scalars())


def _references(connection: Connection) -> Iterator[str]:
    for table in METADATA.sorted_tables:
        for key in table.foreign_keys:
            target = key.column.table.alias("target")
            there = target.c[key.column.name]
            query = select(key.parent).outerjoin(target, there == key.parent).where(there.is_(None)).distinct()
            for value in connection.execute(query).scalars():
                yield f"{table.name}.{key.parent.name} names {value}, which is not in {key.column.table.name}"
    said = select(EVIDENCE.c.claim_id)
    for value in connection.execute(select(CLAIMS.c.id).where(CLAIMS.c.id.not_in(said))).scalars():
        yield f"claim {value} has no evidence"


def _identities(connection: Connection) -> Iterator[str]:
    for row in connection.execute(select(SURFACES)):
        if row.id != ids.surface_id(row.type, row.name, row.known):
            yield f"surface {row.id} is not the id of {row.name!r}"
    for row in connection.execute(select(CLAIMS)):
        if row.id != ids.claim_id(row.predicate, row.subject_id, row.object_id, map(tuple, row.qualifiers)):
            yield f"claim {row.id} is not the id of its predicate, ends and qualifiers"


def _document(connection: Connection, key: str) -> Iterator[str]:
    columns = (DOCUMENTS.c.id, DOCUMENTS.c.address, DOCUMENTS.c.text, DOCUMENTS.c.raw, DOCUMENTS.c.raw_hash)
    document = connection.execute(select(*columns).where(DOCUMENTS.c.id == key)).one()
    text: str = document.text
    if key != ids.document_id(document.address, text):
        yield f"document {key} is not the id of its address and text"
    if sha256(document.raw).hexdigest() != document.raw_hash:
        yield f"document {key}: the stored bytes are not those that were read"
    owned = {t: connection.execute(select(t).where(t.c.document_id == key)).mappings().all() for t in _OWNED}
    spans: dict[str, tuple[int, int]] = {}
    for row in owned[SENTENCES]:
        spans[row["id"]] = (row["begins"], row["ends"])
        yield from _span(f"sentence {row['id']}", row["begins"], row["ends"], text)
        if row["id"] != ids.sentence_id(ids.DocumentId(key), row["begins"], row["ends"]):
            yield f"sentence {row['id']} is not the id of its span"
    for row in owned[MENTIONS]:
        yield from _span(f"mention {row['id']}", row["begins"], row["ends"], text)
        if row["id"] != ids.mention_id(ids.DocumentId(key), row["begins"], row["ends"], row["type"]):
            yield f"mention {row['id']} is not the id of its span and type"
        first, last = spans.get(row["sentence_id"], (0, 0))
        if not first <= row["begins"] < row["ends"] <= last:
            yield f"mention {row['id']} lies outside its sentence {row['sentence_id']}"
    yield from _evidence(owned[EVIDENCE], spans, text)


_OWNED = (SENTENCES, MENTIONS, EVIDENCE)


def _evidence(rows: Iterable[Read], spans: dict[str, tuple[int, int]], text: str) -> Iterator[str]:
    for row in rows:
        for _, start, end in row["cues"]:
            yield from _span(f"a cue of evidence {row['id']}", start, end, text)
        for sentence in (row["sentence_id"], *row["context"]):
            if sentence not in spans:
                yield f"evidence {row['id']} rests on {sentence}, which is no sentence of its document"


def _span(what: str, start: int, end: int, text: str) -> Iterator[str]:
    if not 0 <= start < end <= len(text) or not text[start:end].strip():
        yield f"{what}: {start}–{end} reads nothing in a text of {len(text)} characters"
