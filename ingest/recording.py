"""Build the records of one document from its parsed windows."""

from collections.abc import Callable, Iterable

from spacy.tokens import Doc, Span

from graph.ids import (
    MentionId,
    SentenceId,
    SurfaceId,
    claim_id,
    evidence_id,
    mention_id,
    name_key,
    sentence_id,
    surface_id,
)
from graph.records import Claim, Cue, Document, Evidence, Extraction, Mention, Sentence, Surface
from graph.schema import load_schema
from ingest.components.claims import Said, claim_reader
from ingest.components.names import GROUP, mention_at
from ingest.components.paragraphs import paragraph_of, sentence_spans
from ingest.components.reference import Argument
from ingest.gazetteer import official_name


class RecordBuilder:
    """Collects the records of a document; `add` each parsed window in order, then take the `extraction`."""

    def __init__(self, document: Document, version: str) -> None:
        self._document = document
        self._version = version
        self._schema = load_schema()
        self._sentences: dict[SentenceId, Sentence] = {}
        self._surfaces: dict[SurfaceId, Surface] = {}
        self._mentions: dict[MentionId, Mention] = {}
        self._claims: dict[str, Claim] = {}
        self._evidence: dict[str, Evidence] = {}
        self._paragraphs = 0
        self._of: dict[int, Sentence] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._place: Callable[[int], int] = lambda at: at

    def add(self, doc: Doc, offset: int = 0, *, head: int = 0) -> None:
        """Take what a window says; its first character is number `offset` of the document.

        The first `head` characters stand before a later window as they stand at the start of the document: its title.
        """
        self._of = {}
        self._place = lambda at: at if at < head else at - head + offset
        self._paragraphs -= head > 0
        for span in sentence_spans(doc):
            self._sentence(span, doc)
        self._names = _fullest(doc.spans.get(GROUP, ()))
        for span in doc.spans.get(GROUP, ()):
            self._mention(Argument(span))
        for said in claim_reader(doc.lang_).read(doc):
            self._claim(said)
        self._paragraphs += len(doc._.paragraphs)

    def extraction(self) -> Extraction:
        """Return everything that was added."""
        return Extraction(
            document=self._document,
            sentences=tuple(self._sentences.values()),
            surfaces=tuple(self._surfaces.values()),
            mentions=tuple(self._mentions.values()),
            claims=tuple(self._claims.values()),
            evidence=tuple(self._evidence.values()),
        )

    def _sentence(self, span: Span, doc: Doc) -> None:
        start, end = self._span(span)
        sentence = Sentence(
            id=sentence_id(self._document.id, start, end),
            document_id=self._document.id,
            start=start,
            end=end,
            index=len(self._sentences),
            paragraph=self._paragraphs + paragraph_of(doc, span.start_char),
        )
        sentence = self._sentences.setdefault(sentence.id, sentence)
        for token in span:
            self._of[token.i] = sentence

    def _span(self, span: Span) -> tuple[int, int]:
        """Return the characters of the document that a span of the window is; the end is exclusive."""
        return self._place(span.start_char), self._place(span.end_char - 1) + 1

    def _surface(self, mention: Span) -> SurfaceId:
        """Return the surface of a name: the fullest spelling that the document has for its entity."""
        name = self._names.get((mention.label_, mention.id_), mention.text)
        name = name[4:] if name[:4].lower() == "the " and len(name) > 4 else name
        known = mention.kb_id_ or None
        key = surface_id(mention.label_, name, known)
        kind = mention._.kind if mention.label_ == "Organization" else None
        if key not in self._surfaces or (kind and self._surfaces[key].kind is None):
            self._surfaces[key] = Surface(
                id=key, type=mention.label_, name=name, known=known, official=official_name(known), kind=kind
            )
        return key

    def _mention(self, argument: Argument) -> Mention:
        span, label = argument.span, argument.mention.label_
        start, end = self._span(span)
        key = mention_id(self._document.id, start, end, label)
        surface = self._surface(argument.mention)
        known = self._mentions.get(key)
        surfaces = (surface,) if known is None else tuple(dict.fromkeys((*known.surfaces, surface)))
        mention = Mention(
            id=key,
            document_id=self._document.id,
            sentence_id=self._of[span.start].id,
            start=start,
            end=end,
            type=label,
            nominal=argument.nominal is not None,
            surfaces=surfaces,
        )
        self._mentions[key] = mention
        return mention

    def _claim(self, said: Said) -> None:
        found = said.found
        predicate = found.frame.predicate
        subject, obj = self._mention(found.subject), self._mention(found.object)
        ends = self._surface(found.subject.mention), self._surface(found.object.mention)
        if ends[0] == ends[1]:
            return
        if self._schema.predicates[predicate].symmetric and ends[0] > ends[1]:
            subject, obj, ends = obj, subject, (ends[1], ends[0])
        qualifiers = tuple(sorted(said.qualifiers.items()))
        claim = Claim(
            id=claim_id(predicate, *ends, qualifiers),
            predicate=predicate,
            subject=ends[0],
            object=ends[1],
            qualifiers=qualifiers,
        )
        evidence = self._proof(said, claim, subject, obj)
        known = self._evidence.get(evidence.id)
        if known is None or known.probability < evidence.probability:
            self._claims[claim.id] = claim
            self._evidence[evidence.id] = evidence
            if known is not None and all(e.claim_id != known.claim_id for e in self._evidence.values()):
                self._claims.pop(known.claim_id, None)

    def _proof(self, said: Said, claim: Claim, subject: Mention, obj: Mention) -> Evidence:
        found, trigger = said.found, said.found.trigger
        sentence = self._of[trigger.i]
        places = {self._of[a.mention.start].id: None for a in (found.subject, found.object)}
        places.update({self._of[span.start].id: None for span in said.assertion.speakers})
        speakers = said.assertion.speakers
        return Evidence(
            id=evidence_id(
                sentence.id,
                claim.predicate,
                subject.id,
                obj.id,
                f"{self._place(trigger.idx)} {trigger.text}",
                said.extractor,
            ),
            claim_id=claim.id,
            document_id=self._document.id,
            sentence_id=sentence.id,
            context=tuple(key for key in places if key != sentence.id),
            subject=subject.id,
            object=obj.id,
            polarity=said.assertion.polarity,
            modality=said.assertion.modality,
            speakers=tuple(span.text for span in speakers),
            speaker_surface=self._speaker(speakers[-1]) if speakers else None,
            happened=said.dated.edtf if said.dated else None,
            cues=tuple(
                Cue(kind=kind, start=self._place(start), end=self._place(end - 1) + 1) for kind, start, end in said.cues
            ),
            extractor=said.extractor,
            version=self._version,
            probability=said.probability,
            why=said.why,
        )

    def _speaker(self, span: Span) -> SurfaceId | None:
        """Return the surface of the body or person whose name the speaker's words end with or are headed by."""
        mention = mention_at(span.root)
        return self._surface(mention) if mention is not None and mention.label_ in {"Organization", "Person"} else None


def _fullest(mentions: Iterable[Span]) -> dict[tuple[str, str], str]:
    """Return (type, entity key) → the spelling whose key is that of the entity, or the longest one."""
    names: dict[tuple[str, str], str] = {}
    for span in mentions:
        key = (span.label_, span.id_)
        known = names.get(key)
        if known is None or (name_key(span.text) == span.id_ and name_key(known) != span.id_):
            names[key] = span.text
    return names
