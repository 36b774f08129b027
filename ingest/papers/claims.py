"""What a paper's own parts say: who wrote it, where they work, what it cites. Each claim with its words as evidence.

Names in the front and entries of the references are read by their place, not by grammar. So these parts become one
sentence a paragraph, and what the readers of sentences made of them is left out: lists of names are no sentences, a
title asserts nothing, and a citation is never a use.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from graph.enums import CueKind, Modality, Polarity
from graph.ids import (
    EvidenceId,
    MentionId,
    SentenceId,
    SurfaceId,
    claim_id,
    evidence_id,
    mention_id,
    sentence_id,
    surface_id,
)
from graph.records import Claim, Cue, Evidence, Extraction, Mention, Sentence, Surface
from ingest.components.gazetteer import NameIndex
from ingest.gazetteer import Entry, load_gazetteer, official_name
from ingest.papers.front import Author, Body, Front, read_front
from ingest.papers.outline import Outline, outline
from ingest.papers.references import read_entry

FAMILY = "papers"
VERSION = "1"
# Shares of right ones among the tests' PDFs (tests/bench/bench_papers.py), rounded down.
SURE = 0.95
LIKELY = 0.6  # the title of an entry whose form was not understood
_KEPT_IN_ENTRIES = frozenset({"Dataset", "Model", "Product", "Programme", "Platform"})
_KINDS = (
    (
        re.compile(
            r"\b(?:Univ|Colleg|Polytechni|Politecnic|Hochschule|École|Ecole|Institute of Technology"
            r"|Academy of Sciences)"
        ),
        "university",
    ),
    (re.compile(r"\b(?:Inc|Ltd|LLC|Corp|Corporation|GmbH|AG|Company|Technologies|B\.?V)\b"), "company"),
    (re.compile(r"\b(?:Ministry|Agency|Bureau|Council|Government|Police)\b"), "public body"),
)


@dataclass(frozen=True, slots=True)
class _End:
    """One end of a claim: its mention and its surface."""

    mention: MentionId
    surface: SurfaceId
    sentence: SentenceId


def add_paper_claims(extraction: Extraction) -> Extraction:
    """Return the extraction with what the parts of the paper say; other kinds of documents come back as they are."""
    document = extraction.document
    if document.kind != "paper":
        return extraction
    parts = outline(document.text, document.headline)
    if parts.title is None:
        return extraction
    return _Builder(extraction, parts).build(read_front(document.text, parts))


@cache
def _index() -> NameIndex:
    return NameIndex(load_gazetteer())


class _Builder:
    """Adds records to those of an extraction."""

    def __init__(self, extraction: Extraction, parts: Outline) -> None:
        self._extraction = extraction
        self._document = extraction.document
        self._text = extraction.document.text
        self._parts = parts
        units = [parts.title, *parts.front, *parts.references] if parts.title else []
        self._units = sorted(unit for unit in units if unit is not None)
        self._sentences: dict[SentenceId, Sentence] = {}
        self._moved: dict[SentenceId, SentenceId] = {}
        self._mentions: dict[MentionId, Mention] = {}
        self._surfaces: dict[SurfaceId, Surface] = {surface.id: surface for surface in extraction.surfaces}
        self._claims: dict[str, Claim] = {}
        self._evidence: dict[EvidenceId, Evidence] = {}

    def build(self, front: Front) -> Extraction:
        """Return the extraction with the claims of front and references."""
        self._take_over()
        assert self._parts.title is not None
        start, end = self._parts.title
        paper = self._end("Paper", " ".join(self._text[start:end].split()), start, end)
        for author in front.authors:
            self._author(author, paper)
        for body in front.bodies:
            there = self._body(body)
            self._say("AFFILIATED_WITH", paper, there, there.sentence, SURE, "front: an institution of its authors")
        for unit, whole in front.parts:
            ends = self._body(unit), self._body(whole)
            self._say("SUBSIDIARY_OF", *ends, ends[1].sentence, SURE, "front: a unit and its institution")
        for body, place in front.places:
            here = self._body(body), self._end("Place", place.name, place.start, place.end)
            self._say("LOCATED_IN", *here, here[1].sentence, SURE, "front: an institution and its address")
        for start, end in self._parts.references:
            self._entry(start, end, paper)
        return self._finished()

    def _author(self, author: Author, paper: _End) -> None:
        person = self._end("Person", author.name, author.start, author.end)
        self._say("PUBLISHED", person, paper, person.sentence, SURE, "front: an author")
        for body in author.bodies:
            there = self._body(body)
            self._say("AFFILIATED_WITH", person, there, there.sentence, SURE, "front: an author's institution")

    def _body(self, body: Body) -> _End:
        return self._end("Organization", body.name, body.start, body.end)

    def _entry(self, start: int, end: int, paper: _End) -> None:
        entry = read_entry(self._text, start, end)
        if entry.title is not None:
            a, b = entry.title
            name = " ".join(self._text[a:b].split())
            cited = self._end("Paper", name, a, b)
            self._say("CITED", paper, cited, cited.sentence, SURE if entry.firm else LIKELY, "references: an entry")
        for a, b, known in _datasets(self._text, start, end):
            cited = self._end("Dataset", self._text[a:b], a, b, known)
            self._say("CITED", paper, cited, cited.sentence, SURE, "references: a data set named in an entry")

    # --- records ---

    def _take_over(self) -> None:
        """Take the records of the extraction; front and entries become one sentence each."""
        for start, end in self._units:
            self._sentences[self._unit(start, end).id] = self._unit(start, end)
        refs = set(self._parts.references)
        inside: dict[SentenceId, bool] = {}
        for sentence in self._extraction.sentences:
            unit = next((u for u in self._units if u[0] <= sentence.start and sentence.end <= u[1]), None)
            if unit is None:
                self._sentences[sentence.id] = sentence
            else:
                self._moved[sentence.id] = sentence_id(self._document.id, *unit)
                inside[sentence.id] = unit in refs
        for mention in self._extraction.mentions:
            if inside.get(mention.sentence_id) and mention.type not in _KEPT_IN_ENTRIES:
                continue
            self._mentions[mention.id] = replace(mention, sentence_id=self._at(mention.sentence_id))
        claims = {claim.id: claim for claim in self._extraction.claims}
        for evidence in self._extraction.evidence:
            ends = {evidence.subject, evidence.object}
            if evidence.sentence_id in inside or not ends <= self._mentions.keys():
                continue
            self._claims[evidence.claim_id] = claims[evidence.claim_id]
            self._keep(evidence)

    def _keep(self, evidence: Evidence) -> None:
        sentence = self._at(evidence.sentence_id)
        context = tuple(dict.fromkeys(self._at(key) for key in evidence.context if self._at(key) != sentence))
        key = evidence.id
        if sentence != evidence.sentence_id:
            predicate = self._claims[evidence.claim_id].predicate
            key = evidence_id(sentence, predicate, evidence.subject, evidence.object, evidence.id, evidence.extractor)
        self._evidence[key] = replace(evidence, id=key, sentence_id=sentence, context=context)

    def _at(self, key: SentenceId) -> SentenceId:
        return self._moved.get(key, key)

    def _unit(self, start: int, end: int) -> Sentence:
        return Sentence(
            id=sentence_id(self._document.id, start, end), document_id=self._document.id, start=start, end=end,
            index=0, paragraph=0,
        )  # fmt: skip

    def _sentence_at(self, start: int, end: int) -> SentenceId:
        """The sentence that holds the span; where none does (a note cut into sentences), its paragraph becomes one."""
        for sentence in self._sentences.values():
            if sentence.start <= start and end <= sentence.end:
                return sentence.id
        first = self._text.rfind("\n\n", 0, start) + 2 if "\n\n" in self._text[:start] else 0
        last = self._text.find("\n\n", end)
        unit = self._unit(first, last if last >= 0 else len(self._text))
        return self._sentences.setdefault(unit.id, unit).id

    def _end(self, kind: str, name: str, start: int, end: int, known: str | None = None) -> _End:
        entry = _known(name, kind) if known is None else _entry_of(known)
        known = entry.id if entry else None
        key = surface_id(kind, name, known)
        held_kind = self._surfaces[key].kind if key in self._surfaces else None
        if kind == "Organization" and entry is None and held_kind is not None and _kind(name) not in (None, held_kind):
            self._surfaces[key] = replace(self._surfaces[key], kind=_kind(name))
        if key not in self._surfaces:
            form = (entry.kind if entry else _kind(name)) if kind == "Organization" else None
            self._surfaces[key] = Surface(
                id=key, type=kind, name=name, known=known, official=official_name(known), kind=form
            )
        there = mention_id(self._document.id, start, end, kind)
        sentence = self._sentence_at(start, end)
        held = self._mentions.get(there)
        surfaces = (key,) if held is None else tuple(dict.fromkeys((key, *held.surfaces)))
        self._mentions[there] = Mention(
            id=there, document_id=self._document.id, sentence_id=held.sentence_id if held else sentence,
            start=start, end=end, type=kind, surfaces=surfaces,
        )  # fmt: skip
        return _End(there, key, self._mentions[there].sentence_id)

    def _say(self, predicate: str, subject: _End, obj: _End, at: SentenceId, sure: float, why: str) -> None:
        if subject.surface == obj.surface:
            return
        claim = Claim(
            id=claim_id(predicate, subject.surface, obj.surface, ()), predicate=predicate,
            subject=subject.surface, object=obj.surface,
        )  # fmt: skip
        key = evidence_id(at, predicate, subject.mention, obj.mention, why, FAMILY)
        self._claims[claim.id] = claim
        place = self._mentions[obj.mention if at == obj.sentence else subject.mention]
        self._evidence[key] = Evidence(
            id=key, claim_id=claim.id, document_id=self._document.id, sentence_id=at,
            context=tuple(dict.fromkeys(s for s in (subject.sentence, obj.sentence) if s != at)),
            subject=subject.mention, object=obj.mention, polarity=Polarity.AFFIRMED, modality=Modality.ASSERTED,
            cues=(Cue(kind=CueKind.TRIGGER, start=place.start, end=place.end),),
            extractor=FAMILY, version=VERSION, probability=sure, why=why,
        )  # fmt: skip

    def _finished(self) -> Extraction:
        ordered = sorted(self._sentences.values(), key=lambda sentence: (sentence.start, sentence.end))
        breaks = [match.start() for match in re.finditer(r"\n\n", self._text)]
        sentences, number = [], 0
        for index, sentence in enumerate(ordered):
            while number < len(breaks) and breaks[number] < sentence.start:
                number += 1
            sentences.append(replace(sentence, index=index, paragraph=number))
        spoken = {e.speaker_surface for e in self._evidence.values() if e.speaker_surface}
        named = {key for mention in self._mentions.values() for key in mention.surfaces} | spoken
        named |= {end for claim in self._claims.values() for end in (claim.subject, claim.object)}
        said = {evidence.claim_id for evidence in self._evidence.values()}
        return replace(
            self._extraction,
            sentences=tuple(sentences),
            surfaces=tuple(surface for key, surface in self._surfaces.items() if key in named),
            mentions=tuple(self._mentions.values()),
            claims=tuple(claim for key, claim in self._claims.items() if key in said),
            evidence=tuple(self._evidence.values()),
        )


def _datasets(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """Yield the data sets of the gazetteer that an entry names, doubtful short names left out."""
    for a, b, names in _index().find(text[start:end]):
        for known in names:
            if known.entry.type == "Dataset" and not known.entry.ambiguous:
                yield start + a, start + b, known.entry.id


@cache
def _entries() -> dict[str, Entry]:
    return {entry.id: entry for entry in load_gazetteer()}


def _entry_of(known: str) -> Entry | None:
    return _entries().get(known)


def _known(name: str, kind: str) -> Entry | None:
    """The gazetteer entry whose name is the whole of `name`."""
    if kind == "Person" or kind == "Paper":
        return None
    for start, end, names in _index().find(name):
        if start == 0 and end == len(name):
            return next((n.entry for n in names if n.entry.type == kind and not n.entry.ambiguous), None)
    return None


def _kind(name: str) -> str | None:
    return next((kind for pattern, kind in _KINDS if pattern.search(name)), None)
