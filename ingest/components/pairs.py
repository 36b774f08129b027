"""Assertion and time of a pair of mentions for which no frame names a trigger.

A learned reader says that two spans of a sentence stand in a relation, but not by which word. The word is looked up in
the parse: the deepest verb or noun that holds one span below the point where the two meet.
"""

from collections.abc import Iterator

from spacy.tokens import Span, Token

from graph.enums import CueKind
from ingest.components.assertion import Assertion, AssertionReader
from ingest.components.time import Dated, happened
from ingest.rules import CueTable

_VERBAL = {"VERB", "AUX"}
_ADDED = {"aux", "auxpass", "cop"}
Cues = tuple[tuple[CueKind, int, int], ...]


class PairReader:
    """Reads how a sentence says what ties two of its spans; safe to share between documents."""

    def __init__(self, cues: CueTable) -> None:
        self._assertion = AssertionReader(cues)
        self._speech = frozenset(cues.speech)

    def of_pair(
        self, subject: Span, obj: Span, sentence: Span, trigger: Token | None = None
    ) -> tuple[Assertion, Dated | None]:
        """Return polarity, modality, speakers (nearest first) with their cues, and the time, of a pair.

        Args:
            subject: the span of one end, a name or what stands for it; `obj` the other. Either may lie outside of
                `sentence`: then only the other one is read.
            obj: see `subject`.
            sentence: the sentence that carries the claim.
            trigger: the word that ties the two, where it is known.
        """
        inside = [span for span in (subject, obj) if sentence.start <= span.start < sentence.end]
        word = trigger if trigger is not None else trigger_of(subject, obj, sentence)
        said = self._assertion.of_trigger(word, inside)
        return said, happened(word, word.sent, self._speech)


def trigger_of(subject: Span, obj: Span, sentence: Span) -> Token:
    """Return the word that ties two spans: the deepest verb above one of them up to where their branches meet.

    Without such a verb ("A's B", "A (B)") it is the word where they meet; for a span outside of the sentence the other
    one is taken alone, and without both the root of the sentence.
    """
    inside = [span.root for span in (obj, subject) if sentence.start <= span.start < sentence.end]
    if not inside:
        return sentence.root
    first, second = inside[0], inside[-1]
    if first.sent != second.sent or first == second:
        return next(_verbs(first, None), first.sent.root if first == second else sentence.root)
    meeting = _meeting(first, second)
    for token in (first, second):
        verb = next(_verbs(token, meeting), None)
        if verb is not None and verb != meeting:
            return verb
    return meeting


def _meeting(first: Token, second: Token) -> Token:
    """Return the lowest word above or equal to both."""
    above = {first.i, *(token.i for token in first.ancestors)}
    return next((token for token in (second, *second.ancestors) if token.i in above), first.sent.root)


def _verbs(token: Token, top: Token | None) -> Iterator[Token]:
    """Yield the verbs above a word from the nearest on, up to `top`."""
    for above in token.ancestors:
        if above.pos_ in _VERBAL and above.dep_ not in _ADDED:
            yield above
        if above == top:
            return
