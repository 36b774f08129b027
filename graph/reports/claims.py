"""The evidence behind a link or a claim: every sentence with its marked words, who says it, how firmly, and when."""

import itertools
from collections.abc import Iterable
from collections.abc import Sequence as Many
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from graph.belief import Belief, weigh
from graph.building import testimony_of
from graph.enums import Modality, Polarity, Verdict
from graph.errors import QueryError
from graph.ledger.projecting import view
from graph.ledger.reading import EvidenceRow, evidence_for
from graph.records import SourceRef
from graph.reports.parts import EntityRef, LinkRef, entity_from, rows, words_of

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
    modified: str | None
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


def evidence_of(row: EvidenceRow) -> EvidenceView:
    """The view of one piece of evidence from its ledger row."""
    evidence, document = row.evidence, row.document
    spans: list[tuple[int, int, Mark]] = [
        (row.subject.start, row.subject.end, "subject"),
        (row.object.start, row.object.end, "object"),
    ]
    spans += [(cue.start, cue.end, cue.kind.value) for cue in evidence.cues]
    return EvidenceView(
        id=evidence.id,
        claim_id=evidence.claim_id,
        affirmed=evidence.polarity is Polarity.AFFIRMED,
        modality=evidence.modality.value,
        segments=segments(row.text, row.sentence.start, spans, _ORDER),
        context=tuple(text for sentence, text in row.context if sentence.id != row.sentence.id),
        speakers=evidence.speakers,
        happened=evidence.happened,
        document_id=document.id,
        headline=document.headline,
        publisher=document.publisher,
        published=document.published,
        modified=document.modified,
        retrieved=document.retrieved,
        address=document.address,
        sources=document.sources,
        probability=evidence.probability,
        extractor=evidence.extractor,
        why=evidence.why,
        verdict=row.review.verdict.value if row.review else None,
        note=row.review.note if row.review else "",
    )


_CLAIMS = """
MATCH (c:Claim)-[:SUBJECT]->(s:Entity), (c)-[:OBJECT]->(o:Entity)
WHERE c.id IN $ids
RETURN c.id AS id, c.predicate AS predicate, c.status AS status, c.modality AS modality, c.belief AS belief,
       c.sources AS sources, c.qualifiers AS qualifiers,
       s.id AS s_id, s.name AS s_name, labels(s) AS s_labels, s.kind AS s_kind, s.claims AS s_claims,
       o.id AS o_id, o.name AS o_name, labels(o) AS o_labels, o.kind AS o_kind, o.claims AS o_claims
ORDER BY belief DESC, id
"""


def claims_view(ledger: "Ledger", store: "GraphStore", claim_ids: Many[str], link: LinkRef | None = None) -> ClaimsView:
    """All evidence of these claims, which stand for one link; `link` when the graph holds it.

    Raises QueryError when the graph holds none of them.
    """
    found = rows(store, _CLAIMS, ids=list(claim_ids))
    if not found:
        raise QueryError("The graph holds no such claim.", hint="Its documents may have been removed: search again.")
    first = found[0]
    read = evidence_for(ledger, [row["id"] for row in found])
    views = [evidence_of(row) for row in read]
    belief = belief_of(ledger, [row["id"] for row in found])
    return ClaimsView(
        predicate=first["predicate"],
        words=words_of(first["predicate"]),
        subject=entity_from(first, "s"),
        object=entity_from(first, "o"),
        claim_ids=tuple(row["id"] for row in found),
        belief=link.belief if link else float(first["belief"] or 0),
        status=link.status if link else first["status"],
        modality=link.modality if link else first["modality"],
        independent=link.sources if link else int(first["sources"] or 0),
        explained=belief.explain(),
        affirmed=tuple(sorted((v for v in views if v.affirmed), key=_firmness)),
        denied=tuple(v for v in views if not v.affirmed),
        inferred=bool(link and link.inferred),
        qualifiers=tuple(dict.fromkeys(q for row in found for q in row["qualifiers"] or ())),
        verdict=belief.verdict.value if belief.verdict else None,
    )


def belief_of(ledger: "Ledger", claim_ids: Many[str]) -> Belief:
    """Weigh all evidence on these claims together, as the graph does for the link that they stand for."""
    with view(ledger) as seen:
        said, verdicts = seen.said_about(claim_ids), seen.verdicts(claim_ids)
        reliabilities = seen.reliabilities()
    standing = [key for key in claim_ids if verdicts.get(key) is not Verdict.REJECTED]
    accepted = any(verdicts.get(key) is Verdict.ACCEPTED for key in standing)
    verdict = Verdict.ACCEPTED if accepted else None if standing else Verdict.REJECTED
    pieces = (piece for key in standing or claim_ids for piece in said.get(key, ()))
    return weigh((testimony_of(piece, reliabilities) for piece in pieces), verdict)


def _firmness(one: EvidenceView) -> tuple[int, float, str]:
    order = [modality.value for modality in Modality]
    return order.index(one.modality) if one.modality in order else len(order), -one.probability, one.id
