"""What the projection reads: one consistent view of the ledger, a bounded number of statements for each question."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, tuple_

from graph.enums import Modality, Polarity, Verdict
from graph.ledger.opening import Ledger
from graph.ledger.reading import DocumentInfo, info_from, latest_reviews
from graph.ledger.rows import Read, claim_from, judgement_from, surface_from
from graph.ledger.selecting import chunks, select_in
from graph.ledger.tables import (
    CHANGES,
    CLAIMS,
    DOCUMENTS,
    EVIDENCE,
    JUDGEMENTS,
    ORIGINS,
    PUBLISHERS,
    SENTENCES,
    SURFACES,
)
from graph.records import Claim, Judgement, Surface

_SPELLINGS = 64  # pairs of spellings of two entities up to which each is looked up by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One piece of evidence with what belief and the graph need of its sentence and document."""

    id: str
    claim_id: str
    document_id: str
    words: str
    begins: int
    ends: int
    polarity: Polarity
    modality: Modality
    speakers: tuple[str, ...]
    speaker_surface: str | None
    happened: str | None
    probability: float
    extractor: str
    why: str
    cluster: str
    publisher: str | None
    sources: tuple[str, ...]  # publishers that the document rests on
    verdict: Verdict | None


@dataclass(slots=True, kw_only=True)
class Changes:
    """What differs from an earlier state of the ledger, already spread to the claims concerned."""

    documents: set[str] = field(default_factory=set)
    claims: set[str] = field(default_factory=set)
    surfaces: dict[str, Surface] = field(default_factory=dict)  # as they are, or last were
    judged: set[str] = field(default_factory=set)


class View:
    """One state of the ledger, seen through one read transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        row = connection.execute(select(CHANGES).order_by(CHANGES.c.sequence.desc()).limit(1)).first()
        self.sequence: int = row.sequence if row else 0
        self.at: str | None = row.at if row else None

    def identity(self) -> tuple[list[Surface], list[Judgement]]:
        """All surfaces and judgements."""
        surfaces = self._connection.execute(select(SURFACES))
        judged = self._connection.execute(select(JUDGEMENTS))
        return [surface_from(r._mapping) for r in surfaces], [judgement_from(r._mapping) for r in judged]

    def changes_since(self, sequence: int) -> Changes:
        """What differs since the change of this number."""
        found = Changes()
        spread: dict[str, set[str]] = {"cluster": set(), "review": set(), "publisher": set()}
        for row in self._connection.execute(
            select(CHANGES).where(CHANGES.c.sequence > sequence).order_by(CHANGES.c.sequence)
        ):
            if row.kind == "surface":
                found.surfaces[row.id] = surface_from(row.detail)
            elif row.kind == "judgement":
                found.judged.add(row.id)
            elif row.kind == "document":
                found.documents.add(row.id)
            elif row.kind == "claim":
                found.claims.add(row.id)
            else:
                spread[row.kind].add(row.id)
        found.claims |= {t for t in spread["review"] if t.startswith("c_")}
        found.claims |= self._claims_of(EVIDENCE.c.id, spread["review"])
        by_publisher = select(DOCUMENTS.c.id)
        documents = {
            r[0] for r in select_in(self._connection, by_publisher, DOCUMENTS.c.publisher, spread["publisher"])
        }
        found.claims |= self._claims_of(EVIDENCE.c.document_id, spread["cluster"] | documents)
        return found

    def _claims_of(self, column: ColumnElement[Any], values: Iterable[str]) -> set[str]:
        return {r[0] for r in select_in(self._connection, select(EVIDENCE.c.claim_id).distinct(), column, values)}

    def claim_ids(self) -> set[str]:
        """The ids of all claims."""
        return {row[0] for row in self._connection.execute(select(CLAIMS.c.id))}

    def document_ids(self) -> set[str]:
        """The ids of all documents."""
        return {row[0] for row in self._connection.execute(select(DOCUMENTS.c.id))}

    def claims(self, ids: Iterable[str]) -> dict[str, Claim]:
        """The claims of these ids that there are."""
        rows = select_in(self._connection, select(CLAIMS), CLAIMS.c.id, ids)
        return {row.id: claim_from(row._mapping) for row in rows}

    def claims_at(self, surfaces: Iterable[str]) -> set[str]:
        """The ids of the claims that have one of these surfaces at an end."""
        wanted = set(surfaces)
        found: set[str] = set()
        for column in (CLAIMS.c.subject_id, CLAIMS.c.object_id):
            found |= {row[0] for row in select_in(self._connection, select(CLAIMS.c.id), column, wanted)}
        return found

    def claims_between(self, pairs: Iterable[tuple[str, tuple[str, ...], tuple[str, ...]]]) -> dict[str, Claim]:
        """All claims with one of these predicates from one of its subjects to one of its objects."""
        found: dict[str, Claim] = {}
        few: list[tuple[str, str, str]] = []
        many: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = []
        for pair in pairs:
            if len(pair[1]) * len(pair[2]) <= _SPELLINGS:
                few += product((pair[0],), pair[1], pair[2])
            else:
                many.append(pair)
        ends = (CLAIMS.c.predicate, CLAIMS.c.subject_id, CLAIMS.c.object_id)
        where: list[ColumnElement[bool]] = [tuple_(*ends).in_(part) for part in chunks(few, 3_000)]
        where += [
            or_(*(and_(ends[0] == predicate, ends[1].in_(left), ends[2].in_(right)) for predicate, left, right in part))
            for part in chunks(many, 50)
        ]
        for condition in where:
            rows = self._connection.execute(select(CLAIMS).where(condition))
            found.update((row.id, claim_from(row._mapping)) for row in rows)
        return found

    def pairs_at(self, surfaces: Iterable[str]) -> dict[tuple[str, str], int]:
        """How many claims join each two surfaces of which one is among these."""
        wanted = set(surfaces)
        ends = (CLAIMS.c.subject_id, CLAIMS.c.object_id)
        found: dict[tuple[str, str], int] = {}
        for column in ends:
            query = select(*ends, func.count().label("times")).group_by(*ends)
            for row in select_in(self._connection, query, column, wanted):
                found[(row.subject_id, row.object_id)] = row.times
        return found

    def said_about(self, claims: Iterable[str]) -> dict[str, list[Said]]:
        """The evidence on each of these claims, by id."""
        words = func.substr(DOCUMENTS.c.text, SENTENCES.c.begins + 1, SENTENCES.c.ends - SENTENCES.c.begins)
        query = (
            select(
                EVIDENCE,
                SENTENCES.c.begins,
                SENTENCES.c.ends,
                DOCUMENTS.c.cluster,
                DOCUMENTS.c.publisher,
                words.label("words"),
            )
            .join(SENTENCES, SENTENCES.c.id == EVIDENCE.c.sentence_id)
            .join(DOCUMENTS, DOCUMENTS.c.id == EVIDENCE.c.document_id)
        )
        rows = list(select_in(self._connection, query, EVIDENCE.c.claim_id, claims))
        origins: dict[str, list[str]] = {}
        for row in select_in(self._connection, select(ORIGINS), ORIGINS.c.document_id, {r.document_id for r in rows}):
            origins.setdefault(row.document_id, []).append(row.publisher)
        verdicts = self.verdicts(row.id for row in rows)
        found: dict[str, list[Said]] = {}
        for row in sorted(rows, key=lambda row: row.id):
            said = _said(row._mapping, tuple(sorted(origins.get(row.document_id, ()))), verdicts.get(row.id))
            found.setdefault(said.claim_id, []).append(said)
        return found

    def verdicts(self, targets: Iterable[str]) -> dict[str, Verdict]:
        """The latest verdict on each target that has one."""
        return {key: review.verdict for key, review in latest_reviews(self._connection, targets).items()}

    def documents(self, ids: Iterable[str]) -> list[DocumentInfo]:
        """The documents of these ids that there are."""
        columns = [c for c in DOCUMENTS.c if c.name not in {"text", "raw", "pages", "signature", "recorded"}]
        rows = select_in(self._connection, select(*columns), DOCUMENTS.c.id, ids)
        return [info_from(row._mapping) for row in rows]

    def reliabilities(self) -> dict[str, float]:
        """Publisher → reliability, where a person set one."""
        return {row.name: row.reliability for row in self._connection.execute(select(PUBLISHERS))}


def _said(row: Read, sources: tuple[str, ...], verdict: Verdict | None) -> Said:
    names = ("id", "claim_id", "document_id", "words", "begins", "ends", "speaker_surface", "happened", "probability")
    return Said(
        **{name: row[name] for name in (*names, "extractor", "why", "cluster", "publisher")},
        polarity=Polarity(row["polarity"]),
        modality=Modality(row["modality"]),
        speakers=tuple(row["speakers"]),
        sources=sources,
        verdict=verdict,
    )


@contextmanager
def view(ledger: Ledger) -> Iterator[View]:
    """Open one consistent view of the ledger."""
    with ledger.reading() as connection:
        yield View(connection)
