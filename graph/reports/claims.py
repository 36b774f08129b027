"""The evidence behind a link or a claim: every sentence with its marked words, who says it, how firmly, and when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from graph.records import SourceRef
from graph.reports.parts import EntityRef

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


def segments(text: str, start: int, spans: Iterable[tuple[int, int, Mark]], order: Sequence[Mark]) -> tuple[Segment, ...]:
    """Cut a sentence that begins at offset `start` of its document at the borders of `spans` (document offsets).

    Where spans overlap, the one named first in `order` marks the piece. Joining the pieces gives `text` again.
    """
    end = start + len(text)
    inside = [(max(a, start) - start, min(b, end) - start, mark) for a, b, mark in spans if a < end and b > start]
    borders = sorted({0, len(text), *(a for a, _, _ in inside), *(b for _, b, _ in inside)})
    pieces: list[Segment] = []
    for low, high in zip(borders, borders[1:], strict=False):
        here = {mark for a, b, mark in inside if a <= low and b >= high}
        mark = next((m for m in order if m in here), None)
        if pieces and pieces[-1][1] == mark:
            pieces[-1] = (pieces[-1][0] + text[low:high], mark)
        else:
            pieces.append((text[low:high], mark))
    return tuple(pieces)
