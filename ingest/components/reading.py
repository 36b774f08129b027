"""What the reader of assertions collects on its way through a sentence."""

from dataclasses import dataclass, field

from spacy.tokens import Span, Token

from graph.enums import CueKind, Modality, Polarity

_FIRMNESS = {modality: rank for rank, modality in enumerate(Modality)}


@dataclass(slots=True)
class Assertion:
    """What the climb collected."""

    denied: bool = False
    modality: Modality = Modality.ASSERTED
    speakers: list[Span] = field(default_factory=list)  # nearest first
    cues: list[tuple[CueKind, int, int]] = field(default_factory=list)
    unsaid: bool = False  # "did not say that", "declined to comment on": nobody says it

    @property
    def polarity(self) -> Polarity:
        """Return the polarity."""
        return Polarity.DENIED if self.denied else Polarity.AFFIRMED

    def weaken(self, modality: Modality, token: Token) -> None:
        """Take the weaker of the two and keep the word as a cue."""
        if modality is Modality.ASSERTED:
            return
        if _FIRMNESS[modality] > _FIRMNESS[self.modality]:
            self.modality = modality
        self.cues.append((CueKind.MODALITY, token.idx, token.idx + len(token)))

    def negate(self, token: Token) -> None:
        """Turn the polarity and keep the word as a cue; one word turns it once."""
        cue = (CueKind.POLARITY, token.idx, token.idx + len(token))
        if cue not in self.cues:
            self.denied = not self.denied
            self.cues.append(cue)

    def attribute(self, speaker: Span | None, modality: Modality, token: Token) -> None:
        """Add a speaker, if there is one, and the modality of the verb of saying."""
        self.weaken(modality, token)
        if speaker is not None and all(speaker.start != known.start for known in self.speakers):
            self.speakers.append(speaker)
            self.cues.append((CueKind.SPEAKER, speaker.start_char, speaker.end_char))


@dataclass(frozen=True, slots=True)
class Sight:
    """What a word further up may still do to the claim, besides saying who says it."""

    negates: bool = True  # "not", "no"
    weakens: bool = True  # "may", "plans to"
    governs: bool = True  # "denied that", which goes for a whole list


BLIND = Sight(negates=False, weakens=False, governs=False)
LISTED = Sight(negates=False, weakens=False, governs=True)
