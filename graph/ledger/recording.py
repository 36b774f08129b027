"""Record what a document yields, remove it again, and note what failed. Each call is one transaction.

A document's rows are brought from what the ledger holds to what the extraction says; removal is the same with nothing
to say. Whatever differs is written to the log of changes, from which the graph is updated.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, and_, delete, func, or_, select, update

from graph.errors import SourceError
from graph.ids import DocumentId
from graph.ledger.copies import add_copies, forget_copies, signature
from graph.ledger.opening import Ledger
from graph.ledger.rows import (
    Row,
    claim_row,
    document_row,
    document_surface_rows,
    evidence_rows,
    mention_rows,
    mention_surface_rows,
    sentence_rows,
)
from graph.ledger.selecting import chunks, log_changes, now, select_in
from graph.ledger.tables import (
    CLAIMS,
    DOCUMENT_SURFACES,
    DOCUMENTS,
    EVIDENCE,
    FAILURES,
    MENTION_SURFACES,
    MENTIONS,
    ORIGINS,
    RUNS,
    SENTENCES,
    SURFACES,
)
from graph.records import Extraction, Failure, Recorded

# A second reading may find another headline; when it was read and by what says nothing new.
_UNCHANGED = {"retrieved", "reader", "raw", "raw_hash"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """What removing a document took out of the ledger; `claims` lapsed because no other document says them."""

    document_id: DocumentId
    headline: str
    sentences: int
    mentions: int
    evidence: int
    claims: int
    surfaces: int


@dataclass(slots=True)
class _Difference:
    gone: dict[Any, Row] = field(default_factory=dict)
    new: dict[Any, Row] = field(default_factory=dict)
    changed: dict[Any, tuple[Row, Row]] = field(default_factory=dict)  # before, after

    def values(self, column: str) -> set[str]:
        """Every value that a column had or has in a row that differs."""
        every = [*self.gone.values(), *self.new.values(), *(row for pair in self.changed.values() for row in pair)]
        return {row[column] for row in every}


def record(ledger: Ledger, extraction: Extraction, *, instead_of: Iterable[str] = ()) -> Recorded:
    """Write one extraction; a second time nothing changes. Evidence that a newer extractor drops is removed.

    The documents `instead_of` (ids) go in the same transaction: an edited part of a register takes the place of what it
    was. Raises LedgerError when it can't be written, or when a record refers to something outside the extraction.
    """
    return record_all(ledger, [(extraction, instead_of)])[0]


def record_all(ledger: Ledger, pairs: Iterable[tuple[Extraction, Iterable[str]]]) -> list[Recorded]:
    """Write extractions, each with the documents that it takes the place of, in one transaction: all or nothing.

    A transaction waits for the disk once, whatever it holds. Raises LedgerError like `record`.
    """
    signed = [(x, instead_of, signature(x.document.text)) for x, instead_of in pairs]
    with ledger.writing() as connection:
        return [_record(connection, x, sign, instead_of) for x, instead_of, sign in signed]


def _record(connection: Connection, extraction: Extraction, sign: bytes, instead_of: Iterable[str]) -> Recorded:
    document = extraction.document
    for key in sorted(set(instead_of) - {document.id}):
        _take_out(connection, key)
    if _same_file(connection, extraction):
        return Recorded(document_id=document.id, new=False)
    new = _write_document(connection, extraction, sign)
    counts = _replace(connection, document.id, extraction)
    # A failure of the file is over, whether it was noted by address or by path.
    connection.execute(delete(FAILURES).where(FAILURES.c.source.in_(_spellings(document.address))))
    return Recorded(
        document_id=document.id,
        new=new,
        sentences=counts["sentences"],
        claims=counts["claims"],
        evidence=counts["evidence"],
    )


def remove(ledger: Ledger, document: str) -> Removed:
    """Take a document out, named by its id, address or file path, with all that only it says.

    A register that is recorded in parts goes as a whole when its file or address is named. Reviews and judgements stay
    and hold again when the sentence comes back. Raises SourceError when no document, or more than one, has this name.
    """
    with ledger.writing() as connection:
        found = _find(connection, document)
        counts: Counter[str] = Counter()
        for key, _ in found:
            counts.update(_take_out(connection, key))
        key, headline = found[0]
        names = ("sentences", "mentions", "evidence", "claims", "surfaces")
        return Removed(document_id=DocumentId(key), headline=headline, **{name: counts[name] for name in names})


def _take_out(connection: Connection, key: str) -> dict[str, int]:
    counts = _replace(connection, key, None)
    clusters = forget_copies(connection, key)
    connection.execute(delete(DOCUMENTS).where(DOCUMENTS.c.id == key))
    log_changes(connection, "document", {key: None})
    log_changes(connection, "cluster", dict.fromkeys(clusters))
    return counts


def note_failure(ledger: Ledger, failure: Failure) -> None:
    """Keep why a source could not be read; the latest reason for a source stands until it is recorded."""
    row = {name: getattr(failure, name) for name in ("source", "stage", "reason", "hint", "at")}
    with ledger.writing() as connection:
        connection.execute(delete(FAILURES).where(FAILURES.c.source == failure.source))
        connection.execute(FAILURES.insert().values(row))


def forget_failures(ledger: Ledger, sources: Iterable[str]) -> int:
    """Take out the failures of these sources, by path or address, and return how many there were."""
    names = {spelling for source in sources for spelling in _spellings(source)}
    with ledger.writing() as connection:
        gone = [
            connection.execute(delete(FAILURES).where(FAILURES.c.source.in_(part))).rowcount for part in chunks(names)
        ]
    return sum(gone)


def note_run(ledger: Ledger, command: str, began: str, *, documents: int, failures: int) -> None:
    """Keep that a command ran: when it began (ISO 8601, UTC), how many documents it recorded, how many failed."""
    with ledger.writing() as connection:
        row = {"command": command, "began": began, "ended": now(), "documents": documents, "failures": failures}
        connection.execute(RUNS.insert().values(row))


def _same_file(connection: Connection, x: Extraction) -> bool:
    # A newer reader may read another text from the same bytes; a file that did not change is not a second document.
    if not x.document.address.startswith("file:"):
        return False
    query = select(DOCUMENTS.c.id).where(
        DOCUMENTS.c.address == x.document.address,
        DOCUMENTS.c.raw_hash == x.document.raw_hash,
        DOCUMENTS.c.id != x.document.id,
    )
    return connection.execute(query).first() is not None


def _write_document(connection: Connection, x: Extraction, sign: bytes) -> bool:
    row = document_row(x.document)
    key = x.document.id
    old = connection.execute(select(DOCUMENTS).where(DOCUMENTS.c.id == key)).mappings().first()
    if old is None:
        connection.execute(DOCUMENTS.insert().values(**row, cluster=key, signature=sign, recorded=now()))
        clusters = add_copies(connection, key, sign)
        log_changes(connection, "document", {key: None})
        log_changes(connection, "cluster", dict.fromkeys(clusters))
    else:
        changed = {name: value for name, value in row.items() if name not in _UNCHANGED and old[name] != value}
        if not changed:
            return False
        connection.execute(update(DOCUMENTS).where(DOCUMENTS.c.id == key).values(**changed))
        connection.execute(delete(ORIGINS).where(ORIGINS.c.document_id == key))
        log_changes(connection, "document", {key: None})
        log_changes(connection, "cluster", {key: None})  # publisher and origins decide which evidence is independent
    origins = sorted({s.publisher for s in x.document.sources})
    if origins:
        connection.execute(ORIGINS.insert(), [{"document_id": key, "publisher": name} for name in origins])
    return old is None


def _replace(connection: Connection, key: str, x: Extraction | None) -> dict[str, int]:
    """Bring the document's rows to the extraction, or to nothing. Returns how many rows of a kind came or went."""
    own_mentions = select(MENTIONS.c.id).where(MENTIONS.c.document_id == key)
    sentences = _compare(connection, SENTENCES, SENTENCES.c.document_id == key, sentence_rows(x) if x else [])
    mentions = _compare(connection, MENTIONS, MENTIONS.c.document_id == key, mention_rows(x) if x else [])
    named = _compare(
        connection,
        MENTION_SURFACES,
        MENTION_SURFACES.c.mention_id.in_(own_mentions),
        mention_surface_rows(x) if x else [],
    )
    spelled = _compare(
        connection,
        DOCUMENT_SURFACES,
        DOCUMENT_SURFACES.c.document_id == key,
        document_surface_rows(x) if x else [],
    )
    evidence = _compare(connection, EVIDENCE, EVIDENCE.c.document_id == key, evidence_rows(x) if x else [])
    for table, difference in (
        (EVIDENCE, evidence),
        (MENTION_SURFACES, named),
        (MENTIONS, mentions),
        (SENTENCES, sentences),
        (DOCUMENT_SURFACES, spelled),
    ):
        _delete(connection, table, difference.gone)
    surfaces = spelled.values("surface_id")
    before = _surface_rows(connection, surfaces)
    fresh = 0
    if x:
        _insert_surfaces(connection, x, before)
        fresh = _insert_claims(connection, x)
    for table, difference in (
        (SENTENCES, sentences),
        (DOCUMENT_SURFACES, spelled),
        (MENTIONS, mentions),
        (MENTION_SURFACES, named),
        (EVIDENCE, evidence),
    ):
        _upsert(connection, table, difference)
    claims = evidence.values("claim_id")
    lapsed = _lapse(connection, claims)
    gone = _settle_surfaces(connection, surfaces, before)
    log_changes(connection, "claim", dict.fromkeys(claims))
    differences = {"sentences": sentences, "evidence": evidence}
    if x:
        return {name: len(d.new) + len(d.changed) for name, d in differences.items()} | {"claims": fresh}
    counts = {name: len(d.gone) for name, d in (differences | {"mentions": mentions}).items()}
    return counts | {"claims": lapsed, "surfaces": gone}


def _compare(connection: Connection, table: Table, mine: Any, rows: Sequence[Row]) -> _Difference:
    keys = [column.name for column in table.primary_key]
    old = {tuple(row[k] for k in keys): dict(row) for row in connection.execute(select(table).where(mine)).mappings()}
    difference = _Difference(gone=dict(old))
    for row in rows:
        key = tuple(row[k] for k in keys)
        difference.gone.pop(key, None)
        if key not in old:
            difference.new[key] = row
        elif old[key] != row:
            difference.changed[key] = (old[key], row)
    return difference


def _delete(connection: Connection, table: Table, keys: Collection[tuple[Any, ...]]) -> None:
    columns = list(table.primary_key)
    for part in chunks(keys, 400):  # an OR of pairs nests: SQLite allows a depth of 1,000
        if len(columns) == 1:
            connection.execute(delete(table).where(columns[0].in_([key[0] for key in part])))
        else:
            same = [and_(*(c == value for c, value in zip(columns, key, strict=True))) for key in part]
            connection.execute(delete(table).where(or_(*same)))


def _upsert(connection: Connection, table: Table, difference: _Difference) -> None:
    if difference.new:
        connection.execute(table.insert(), list(difference.new.values()))
    columns = list(table.primary_key)
    for key, (_, row) in difference.changed.items():
        same = and_(*(c == value for c, value in zip(columns, key, strict=True)))
        connection.execute(update(table).where(same).values(**row))


def _surface_rows(connection: Connection, ids: Collection[str]) -> dict[str, Row]:
    found = select_in(connection, select(SURFACES), SURFACES.c.id, ids)
    return {row.id: dict(row._mapping) for row in found}


def _insert_surfaces(connection: Connection, x: Extraction, known: Mapping[str, Row]) -> None:
    rows = {
        s.id: {"id": s.id, "type": s.type, "name": s.name, "known": s.known, "official": s.official, "kind": s.kind}
        for s in x.surfaces
        if s.id not in known
    }
    missing = {s.id for s in x.surfaces} - rows.keys() - known.keys()
    held = {*known, *_surface_rows(connection, missing | rows.keys())}
    fresh = [rows[key] for key in sorted(rows.keys() - held)]
    if fresh:
        connection.execute(SURFACES.insert(), fresh)


def _insert_claims(connection: Connection, x: Extraction) -> int:
    """Insert the claims that no other document made before, and return how many these are."""
    used = {e.claim_id for e in x.evidence}
    rows = {c.id: claim_row(c) for c in x.claims if c.id in used}
    held = {row.id for row in select_in(connection, select(CLAIMS.c.id), CLAIMS.c.id, rows)}
    fresh = [rows[key] for key in sorted(rows.keys() - held)]
    if fresh:
        connection.execute(CLAIMS.insert(), fresh)
    return len(fresh)


def _lapse(connection: Connection, claims: set[str]) -> int:
    query = select(EVIDENCE.c.claim_id).distinct()
    gone = claims - {row[0] for row in select_in(connection, query, EVIDENCE.c.claim_id, claims)}
    _delete(connection, CLAIMS, [(key,) for key in gone])
    return len(gone)


def _settle_surfaces(connection: Connection, ids: set[str], before: Mapping[str, Row]) -> int:
    """Name each surface as most documents spell it, drop those in no document, and log both. Returns the dropped."""
    table = DOCUMENT_SURFACES.c
    spelled: dict[str, dict[tuple[str, str | None], int]] = {}
    query = select(table.surface_id, table.name, table.kind, func.count().label("times")).group_by(
        table.surface_id, table.name, table.kind
    )
    for row in select_in(connection, query, table.surface_id, ids):
        spelled.setdefault(row.surface_id, {})[(row.name, row.kind)] = row.times
    after = _surface_rows(connection, spelled)
    changes: dict[str, Row] = {}
    for key, ways in spelled.items():
        name, kind = _most(ways, 0), _most(ways, 1)
        settled = after[key] | {"name": name, "kind": kind}
        if settled != after[key]:
            connection.execute(update(SURFACES).where(SURFACES.c.id == key).values(name=name, kind=kind))
        if settled != before.get(key):
            changes[key] = settled
    gone = {key: before[key] for key in ids - spelled.keys() if key in before}
    _delete(connection, SURFACES, [(key,) for key in gone])
    log_changes(connection, "surface", changes | gone)
    return len(gone)


def _most(ways: Mapping[tuple[str, str | None], int], part: int) -> str | None:
    counts: dict[str, int] = {}
    for way, times in ways.items():
        if (value := way[part]) is not None:
            counts[value] = counts.get(value, 0) + times
    return min(counts, key=lambda value: (-counts[value], value), default=None)


def _spellings(name: str) -> list[str]:
    found = {name}
    if name.startswith("file:"):
        from urllib.request import url2pathname

        found.add(url2pathname(name.removeprefix("file:").removeprefix("//")))
    elif "://" not in name and name:
        path = Path(name).expanduser()
        for place in (path.absolute(), path.resolve()):
            found |= {str(place), place.as_uri()}
    return sorted(found)


def _find(connection: Connection, name: str) -> list[tuple[str, str]]:
    """Id and headline of the one document that has this id, address or file path; or of all parts of a register."""
    columns = (DOCUMENTS.c.id, DOCUMENTS.c.headline, DOCUMENTS.c.retrieved)
    spellings = _spellings(name)
    where = or_(DOCUMENTS.c.id == name, DOCUMENTS.c.address.in_(spellings))
    rows = connection.execute(select(*columns).where(where).order_by(DOCUMENTS.c.retrieved, DOCUMENTS.c.id)).all()
    if not rows and name and "#" not in name:
        part = or_(*(DOCUMENTS.c.address.startswith(f"{each}#", autoescape=True) for each in spellings))
        parts = connection.execute(select(*columns).where(part).order_by(DOCUMENTS.c.address)).all()
        if parts:
            return [(row.id, row.headline) for row in parts]
    if not rows:
        raise SourceError(
            f"no document {name!r} in the ledger", source=name, hint="`sightlines stats` counts, the app lists them."
        )
    if len(rows) > 1:
        ids = ", ".join(f"{row.id} (retrieved {row.retrieved})" for row in rows)
        raise SourceError(f"{len(rows)} documents are {name!r}", source=name, hint=f"Name one by its id: {ids}.")
    return [(rows[0].id, rows[0].headline)]
