"""Assertion and time of a pair of mentions for which no frame names a trigger.

A learned reader says that two spans of a sentence stand in a relation, but not by which word. `clauses.tie` looks the
word up in the parse.
"""

from spacy.tokens import Span, Token

from graph.enums import Modality
from ingest.components.assertion import AssertionReader
from ingest.components.clauses import ACTS_OF_SPEAKERS, Tie, tie
from ingest.components.moment import LASTING, TimeReader
from ingest.components.reading import Assertion
from ingest.components.time import Dated
from ingest.rules import CueTable


class PairReader:
    """Reads how a sentence says what ties two of its spans; safe to share between documents."""

    def __init__(self, cues: CueTable) -> None:
        self._cues = cues
        self._assertion = AssertionReader(cues)
        self._time = TimeReader(cues)

    def of_pair(
        self,
        subject: Span,
        obj: Span,
        sentence: Span,
        *,
        predicate: str | None = None,
        trigger: Token | None = None,
    ) -> tuple[Assertion, Dated | None]:
        """Return polarity, modality, speakers (nearest first) with their cues, and the time, of a pair.

        Args:
            subject: the span of one end, a name or what stands for it.
            obj: the other end. Either may lie outside of `sentence`: then only the other one is read.
            sentence: the sentence that carries the claim.
            predicate: what is claimed, where it is known: a time in "left in 2019" is the end of some claims only.
            trigger: the word that ties the two, where it is known.
        """
        tied = (
            Tie(trigger, background=False)
            if trigger is not None
            else tie(subject, obj, sentence, self._cues, predicate)
        )
        ends = [span for span in (subject, obj) if sentence.start <= span.start < sentence.end]
        if tied.background:
            said = self._assertion.in_passing(tied.trigger)
        else:
            said = self._assertion.of_trigger(tied.trigger, ends, presupposed=self._ended(tied.trigger, predicate))
        if predicate in ACTS_OF_SPEAKERS:
            _own_report(said, subject)
        return said, self._time.happened(tied, ends, predicate)

    def _ended(self, trigger: Token, predicate: str | None) -> bool:
        """Return whether the trigger ends what is claimed: "sold its stake in", "will remove it from"."""
        lemma = trigger.lemma_.lower()
        return predicate in LASTING and lemma in (self._cues.endings | self._cues.removals) - self._cues.voids


def _own_report(said: Assertion, subject: Span) -> None:
    """Take who reports on somebody out of the speakers: "an investigation by A found that B …" is A's own act."""
    own = [s for s in said.speakers if s.start <= subject.start < s.end and s.root != subject.root]
    if not own:
        return
    said.speakers = [each for each in said.speakers if each not in own]
    if not said.speakers and said.modality in {Modality.REPORTED, Modality.ALLEGED}:
        said.modality = Modality.ASSERTED
