"""What the learned heads propose: for two mentions of a window, the predicates that may join them, with probability."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from spacy.tokens import Doc, Span

from ingest.components.names import GROUP
from ingest.components.readings import WindowReading
from ingest.components.reference import Argument
from ingest.learning.decoding import antecedents
from ingest.learning.examples import Marked, candidates
from ingest.learning.labels import MODALITIES, allowed, predicates, types
from ingest.learning.runtime import PairScores

LEAST = 0.05  # probability of a proposal that is looked at at all


@dataclass(frozen=True, slots=True)
class Proposal:
    """One claim that the network proposes; `denied` and `modalities` are probabilities."""

    predicate: str
    subject: Argument
    object: Argument
    probability: float
    denied: float
    modalities: Mapping[str, float]


def propose(doc: Doc) -> list[Proposal]:
    """Return the proposals for the mentions of a document, the likeliest for each two names and predicate."""
    best: dict[tuple[int, str, int], Proposal] = {}
    for each in doc._.readings:
        for proposal in _window(doc, each):
            key = (proposal.subject.mention.start, proposal.predicate, proposal.object.mention.start)
            if key not in best or best[key].probability < proposal.probability:
                best[key] = proposal
    return sorted(best.values(), key=lambda p: (p.subject.span.start, p.object.span.start, p.predicate))


def _window(doc: Doc, window: WindowReading) -> Iterator[Proposal]:
    marked, spans = _mentions(doc, window)
    pairs = list(candidates(marked))
    if not pairs:
        return
    references = [
        (n, m) for n, one in enumerate(marked) if one.nominal for m, other in enumerate(marked) if not other.nominal
    ]
    scores = window.model.judge(window.reading, marked, pairs, references)
    names = antecedents(marked, references, [float(chance) for chance in scores.refers])
    arguments = [
        [(Argument(spans[name], spans[n]), chance) for name, chance in names.get(n, ())]
        if mention.nominal
        else [(Argument(spans[n]), 1.0)]
        for n, mention in enumerate(marked)
    ]
    kinds = types()
    fits = allowed()
    for row, (one, other) in enumerate(pairs):
        ends = kinds[marked[one].kind], kinds[marked[other].kind]
        for column, predicate in enumerate(predicates()):
            chance = float(scores.predicates[row, column])
            if chance >= LEAST and (predicate, *ends) in fits:
                for subject, first in arguments[one]:
                    for obj, second in arguments[other]:
                        if subject.mention.start != obj.mention.start:
                            yield _proposal(predicate, subject, obj, chance * first * second, scores, row)


def _proposal(
    predicate: str, subject: Argument, obj: Argument, chance: float, scores: PairScores, row: int
) -> Proposal:
    modalities = dict(zip(MODALITIES, map(float, scores.modality[row]), strict=True))
    return Proposal(predicate, subject, obj, chance, float(scores.denied[row]), modalities)


def _mentions(doc: Doc, window: WindowReading) -> tuple[list[Marked], list[Span]]:
    """Return the named mentions that the document has in the window, and the nominal ones that the network sees."""
    kinds = types()
    found: list[tuple[Marked, Span]] = []
    taken: set[int] = set()
    for span in doc.spans.get(GROUP, ()):
        if window.start <= span.start_char and span.end_char <= window.end:
            words = window.words(span.start_char, span.end_char)
            if words is not None and taken.isdisjoint(range(words[0], words[1] + 1)):
                taken.update(range(words[0], words[1] + 1))
                found.append((Marked(*words, kinds.index(span.label_), False), span))
    for tagged in window.tagged:
        mention = tagged.mention
        if mention.nominal and taken.isdisjoint(range(mention.first, mention.last + 1)):
            start, end = window.place(mention.first, mention.last)
            nominal = doc.char_span(start, end, label=kinds[mention.kind], alignment_mode="expand")
            if nominal is not None:
                found.append((mention, nominal))
    found.sort(key=lambda pair: pair[0].first)
    return [mention for mention, _ in found], [span for _, span in found]
