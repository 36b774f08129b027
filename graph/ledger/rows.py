"""Records as table rows and back. JSON columns hold lists, so that a row read equals the row written."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from sqlalchemy import RowMapping

from graph.enums import CueKind, Modality, Polarity, Sameness, Verdict
from graph.records import (
    Claim,
    Cue,
    Document,
    Evidence,
    Extraction,
    Judgement,
    Mention,
    Review,
    Sentence,
    SourceRef,
    Surface,
)

Row: TypeAlias = dict[str, Any]
Read: TypeAlias = RowMapping | Mapping[str, Any]


def document_row(d: Document) -> Row:
    """A document without cluster, signature and moment of recording."""
    return {
        "id": d.id,
        "address": d.address,
        "headline": d.headline,
        "text": d.text,
        "kind": d.kind,
        "language": d.language,
        "publisher": d.publisher,
        "author": d.author,
        "published": d.published,
        "modified": d.modified,
        "retrieved": d.retrieved,
        "reader": d.reader,
        "raw": d.raw,
        "raw_hash": d.raw_hash,
        "sources": [[s.headline, s.publisher, s.published, s.address] for s in d.sources],
        "pages": list(d.pages),
    }


def document_from(row: Read) -> Document:
    """Read a row of `documents`."""
    names = ("id", "address", "headline", "text", "kind", "language", "publisher", "author", "published", "modified")
    return Document(
        **{name: row[name] for name in (*names, "retrieved", "reader", "raw", "raw_hash")},
        sources=sources_from(row["sources"]),
        pages=tuple(row["pages"]),
    )


def sources_from(value: list[list[Any]]) -> tuple[SourceRef, ...]:
    """Read the JSON column `sources`."""
    return tuple(SourceRef(headline=h, publisher=p, published=when, address=a) for h, p, when, a in value)


def sentence_rows(x: Extraction) -> list[Row]:
    """The rows of `sentences`."""
    return [
        {
            "id": s.id,
            "document_id": s.document_id,
            "begins": s.start,
            "ends": s.end,
            "position": s.index,
            "paragraph": s.paragraph,
        }
        for s in x.sentences
    ]


def sentence_from(row: Read) -> Sentence:
    """Read a row of `sentences`."""
    return Sentence(
        id=row["id"],
        document_id=row["document_id"],
        start=row["begins"],
        end=row["ends"],
        index=row["position"],
        paragraph=row["paragraph"],
    )


def surface_from(row: Read) -> Surface:
    """Read a row of `surfaces`."""
    fields = ("id", "type", "name", "known", "official", "kind")
    return Surface(**{name: row[name] for name in fields})


def document_surface_rows(x: Extraction) -> list[Row]:
    """The rows of `document_surfaces`; of two spellings in one document the first in order of the alphabet stands."""
    chosen: dict[str, Row] = {}
    for s in sorted(x.surfaces, key=lambda s: (s.name, s.kind or "")):
        row = chosen.setdefault(
            s.id, {"document_id": x.document.id, "surface_id": s.id, "name": s.name, "kind": s.kind}
        )
        row["kind"] = row["kind"] or s.kind
    return list(chosen.values())


def mention_rows(x: Extraction) -> list[Row]:
    """The rows of `mentions`."""
    return [
        {
            "id": m.id,
            "document_id": m.document_id,
            "sentence_id": m.sentence_id,
            "begins": m.start,
            "ends": m.end,
            "type": m.type,
            "nominal": m.nominal,
            "probability": m.probability,
        }
        for m in x.mentions
    ]


def mention_surface_rows(x: Extraction) -> list[Row]:
    """The rows of `mention_surfaces`."""
    return [
        {"mention_id": m.id, "surface_id": s, "position": i}
        for m in x.mentions
        for i, s in enumerate(dict.fromkeys(m.surfaces))
    ]


def mention_from(row: Read, surfaces: tuple[Any, ...]) -> Mention:
    """Read a row of `mentions` with the surfaces that it stands for."""
    return Mention(
        id=row["id"],
        document_id=row["document_id"],
        sentence_id=row["sentence_id"],
        start=row["begins"],
        end=row["ends"],
        type=row["type"],
        nominal=row["nominal"],
        surfaces=surfaces,
        probability=row["probability"],
    )


def claim_row(c: Claim) -> Row:
    """A row of `claims`."""
    return {
        "id": c.id,
        "predicate": c.predicate,
        "subject_id": c.subject,
        "object_id": c.object,
        "qualifiers": [list(q) for q in c.qualifiers],
    }


def claim_from(row: Read) -> Claim:
    """Read a row of `claims`."""
    return Claim(
        id=row["id"],
        predicate=row["predicate"],
        subject=row["subject_id"],
        object=row["object_id"],
        qualifiers=tuple((k, v) for k, v in row["qualifiers"]),
    )


def evidence_rows(x: Extraction) -> list[Row]:
    """The rows of `evidence`."""
    return [
        {
            "id": e.id,
            "claim_id": e.claim_id,
            "document_id": e.document_id,
            "sentence_id": e.sentence_id,
            "subject_id": e.subject,
            "object_id": e.object,
            "context": list(e.context),
            "polarity": str(e.polarity),
            "modality": str(e.modality),
            "speakers": list(e.speakers),
            "speaker_surface": e.speaker_surface,
            "happened": e.happened,
            "cues": [[str(c.kind), c.start, c.end] for c in e.cues],
            "extractor": e.extractor,
            "version": e.version,
            "probability": e.probability,
            "why": e.why,
        }
        for e in x.evidence
    ]


def evidence_from(row: Read) -> Evidence:
    """Read a row of `evidence`."""
    return Evidence(
        id=row["id"],
        claim_id=row["claim_id"],
        document_id=row["document_id"],
        sentence_id=row["sentence_id"],
        context=tuple(row["context"]),
        subject=row["subject_id"],
        object=row["object_id"],
        polarity=Polarity(row["polarity"]),
        modality=Modality(row["modality"]),
        speakers=tuple(row["speakers"]),
        speaker_surface=row["speaker_surface"],
        happened=row["happened"],
        cues=tuple(Cue(kind=CueKind(kind), start=start, end=end) for kind, start, end in row["cues"]),
        extractor=row["extractor"],
        version=row["version"],
        probability=row["probability"],
        why=row["why"],
    )


def judgement_from(row: Read) -> Judgement:
    """Read a row of `judgements`."""
    return Judgement(
        left=row["left_id"],
        right=row["right_id"],
        sameness=Sameness(row["sameness"]),
        by=row["by"],
        at=row["at"],
        why=row["why"],
    )


def review_from(row: Read) -> Review:
    """Read a row of `reviews`."""
    return Review(target=row["target"], verdict=Verdict(row["verdict"]), by=row["by"], at=row["at"], note=row["note"])
