"""What the learned heads propose: for two mentions of a window, the predicates that may join them, with probability."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc, Span, Token

from ingest.components.names import GROUP
from ingest.components.readings import WindowReading, readings_of
from ingest.components.reference import Argument
from ingest.learning.decoding import antecedents
from ingest.learning.examples import Marked, candidates
from ingest.learning.labels import joining, predicates, types
from ingest.learning.loglinear import log_linear
from ingest.learning.paths import pair_features

_SUBJECTS = {"nsubj", "nsubjpass"}
_LEAD = 0.2  # by which the likeliest name of a singular nominal must lead
LEAST = 0.05  # probability of a proposal that is looked at at all


@dataclass(frozen=True, slots=True)
class Proposal:
    """One claim that the learned models propose, with its probability and the features that it was read off."""

    predicate: str
    subject: Argument
    object: Argument
    probability: float
    features: frozenset[str]

    @property
    def sentence(self) -> Span:
        """Return the sentence that completes the claim: that of the later end."""
        return max(self.subject.span, self.object.span, key=lambda span: span.start).sent


def propose(doc: Doc) -> list[Proposal]:
    """Return the proposals for the mentions of a document, the likeliest for each two names and predicate."""
    best: dict[tuple[int, str, int], Proposal] = {}
    for each in readings_of(doc):
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
    arguments = _arguments(marked, spans, window)
    parse = log_linear(window.model.folder)
    for one, other in pairs:
        if not arguments[one] or not arguments[other] or not _together(spans[one], spans[other]):
            continue
        features = frozenset(pair_features(spans[one], spans[other], spans))
        ties = parse.probabilities(features)
        for column in joining(marked[one].kind, marked[other].kind):
            if ties[column] >= LEAST:
                for subject, first in arguments[one]:
                    for obj, second in arguments[other]:
                        if subject.mention.start != obj.mention.start:
                            chance = float(ties[column]) * first * second
                            yield Proposal(predicates()[column], subject, obj, chance, features)


def _together(subject: Span, obj: Span) -> bool:
    """Return whether two mentions may make a claim: in one sentence, or of a paper and what its text names.

    Two names in two sentences share a verb only by accident: "A used B. C used D." does not say that A used D. What
    goes over sentences goes by a nominal ("the firm") that stands in the sentence itself.
    """
    if subject.sent.start != obj.sent.start:
        return subject.label_ == "Paper"
    return not _apart(subject.root, obj.root)


def _apart(subject: Token, obj: Token) -> bool:
    """Return whether one of two stands in a coordinated clause with a subject of its own: "A sold X and B sold Y"."""
    for one, other in ((subject, obj), (obj, subject)):
        inside = {one.i, *(token.i for token in one.ancestors)}
        for token in (other, *other.ancestors):
            if token.i in inside:
                break
            if (
                token.dep_ == "conj"
                and token.pos_ in {"VERB", "AUX"}
                and any(c.dep_ in _SUBJECTS for c in token.children)
            ):
                return True
    return False


def _arguments(
    marked: Sequence[Marked], spans: Sequence[Span], window: WindowReading
) -> list[list[tuple[Argument, float]]]:
    """Return whom each mention names, with probability: itself, or what the network takes a nominal to refer to."""
    references = [
        (n, m) for n, one in enumerate(marked) if one.nominal for m, other in enumerate(marked) if not other.nominal
    ]
    chances = window.model.refers(window.reading, marked, references) if references else ()
    names = antecedents(marked, references, chances)
    return [
        [(Argument(spans[name], spans[n]), chance) for name, chance in _meant(spans[n], spans, names.get(n, []))]
        if mention.nominal
        else [(Argument(spans[n]), 1.0)]
        for n, mention in enumerate(marked)
    ]


def _meant(nominal: Span, spans: Sequence[Span], names: Sequence[tuple[int, float]]) -> Sequence[tuple[int, float]]:
    """Return the names that a nominal may stand for: of a singular the likeliest, if no other is nearly as likely."""
    if "Plur" in nominal.root.morph.get("Number", []) or len(names) < 2:
        return names
    best, chance = names[0]
    rivals = [
        c for name, c in names[1:] if (spans[name].id_ or spans[name].text) != (spans[best].id_ or spans[best].text)
    ]
    return [] if rivals and max(rivals) > chance - _LEAD else [names[0]]


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
