"""The evidence behind a link or a claim: every sentence with its marked words, who says it, how firmly, and when."""

from collections.abc import Iterable, Mapping
from collections.abc import Sequence as Many
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from graph.enums import Polarity
from graph.records import Document, Evidence, Mention, Review, Sentence, SourceRef
from graph.reports.parts import EntityRef
import itertools

if TYPE_CHECKING:
    from graph.ledger import Ledger
    from graph.stores import GraphStore

Mark: TypeAlias = Literal["subject", "object", "trigger", "polarity", "modality", "speaker", "time"]
Segment: TypeAlias = tuple[str, Mark | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceView:
    """One sentence for or against a claim. Segments joined are the sentence, word for word."""

    id: str
    claim_id: str
    affirmed: bool
    modality: str
    segments: tuple[Segment, ...]
    context: tuple[str, ...]  # the other sentences that the reading rests on, in their order in the text
    speakers: tuple[str, ...]  # nearest first; empty: the publisher itself
    happened: str | None  # EDTF
    document_id: str
    headline: str
    publisher: str | None
    published: str | None
    retrieved: str
    address: str
    sources: tuple[SourceRef, ...]  # what the document says it rests on
    probability: float
    extractor: str
    why: str
    verdict: str | None = None  # of a person, on this piece of evidence
    note: str = ""

    @property
    def sentence(self) -> str:
        """The sentence as it stands in the document."""
        return "".join(text for text, _ in self.segments)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimsView:
    """What the page shows when a link is opened: the claims that it stands for with all of their evidence."""

    predicate: str
    words: str
    subject: EntityRef
    object: EntityRef
    claim_ids: tuple[str, ...]
    belief: float
    status: str
    modality: str
    independent: int
    explained: tuple[str, ...]
    affirmed: tuple[EvidenceView, ...]
    denied: tuple[EvidenceView, ...]
    inferred: bool = False
    qualifiers: tuple[str, ...] = ()
    verdict: str | None = None  # of a person, on the claim


def segments(text: str, start: int, spans: Iterable[tuple[int, int, Mark]], order: Many[Mark]) -> tuple[Segment, ...]:
    """Cut a sentence that begins at offset `start` of its document at the borders of `spans` (document offsets).

    Where spans overlap, the one named first in `order` marks the piece. Joining the pieces gives `text` again.
    """
    end = start + len(text)
    inside = [(max(a, start) - start, min(b, end) - start, mark) for a, b, mark in spans if a < end and b > start]
    borders = sorted({0, len(text), *(a for a, _, _ in inside), *(b for _, b, _ in inside)})
    pieces: list[Segment] = []
    for low, high in itertools.pairwise(borders):
        here = {mark for a, b, mark in inside if a <= low and b >= high}
        mark = next((m for m in order if m in here), None)
        if pieces and pieces[-1][1] == mark:
            pieces[-1] = (pieces[-1][0] + text[low:high], mark)
        else:
            pieces.append((text[low:high], mark))
    return tuple(pieces)


# Of two spans over the same letters the rarer tells more: a denial inside a trigger must show.
_ORDER: tuple[Mark, ...] = ("polarity", "modality", "subject", "object", "speaker", "time", "trigger")


def evidence_of(
    evidence: Evidence,
    document: Document,
    sentences: Mapping[str, Sentence],
    mentions: Mapping[str, Mention],
    review: Review | None = None,
) -> EvidenceView:
    """The view of one piece of evidence from the records that it points to."""
    sentence = sentences[evidence.sentence_id]
    subject, obj = mentions[evidence.subject], mentions[evidence.object]
    spans: list[tuple[int, int, Mark]] = [(subject.start, subject.end, "subject"), (obj.start, obj.end, "object")]
    spans += [(cue.start, cue.end, cue.kind.value) for cue in evidence.cues]
    around = sorted((sentences[key] for key in evidence.context if key in sentences), key=lambda s: s.start)
    return EvidenceView(
        id=evidence.id,
        claim_id=evidence.claim_id,
        affirmed=evidence.polarity is Polarity.AFFIRMED,
        modality=evidence.modality.value,
        segments=segments(document.text[sentence.start : sentence.end], sentence.start, spans, _ORDER),
        context=tuple(document.text[s.start : s.end] for s in around if s.id != sentence.id),
        speakers=evidence.speakers,
        happened=evidence.happened,
        document_id=document.id,
        headline=document.headline,
        publisher=document.publisher,
        published=document.published,
        retrieved=document.retrieved,
        address=document.address,
        sources=document.sources,
        probability=evidence.probability,
        extractor=evidence.extractor,
        why=evidence.why,
        verdict=review.verdict.value if review else None,
        note=review.note if review else "",
    )


def claims_view(ledger: "Ledger", store: "GraphStore", claim_ids: Many[str]) -> ClaimsView:
    """All evidence of these claims."""
    raise NotImplementedError
