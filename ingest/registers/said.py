"""What a row is, and what it says: plain values between reading a register and recording it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from graph.enums import CueKind, Modality, Polarity
from ingest.gazetteer import official_name
from ingest.registers.values import Cell


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a register: its number as people count, and its cells by column."""

    number: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Named:
    """An end of a claim: the entity, and where its words stand (`column` is None for words of `about`)."""

    name: str
    type: str
    column: str | None
    start: int
    end: int
    words: str
    known: str | None = None
    kind: str | None = None

    @property
    def official(self) -> str | None:
        """The gazetteer's name of the entity, if it knows it."""
        return official_name(self.known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One claim that a row makes. Cues are (kind, column, start, end); an end of -1 stands for the column's heading."""

    rule: int
    predicate: str
    subject: Named
    object: Named
    polarity: Polarity
    modality: Modality
    probability: float
    qualifiers: tuple[tuple[str, str], ...] = ()
    happened: str | None = None
    speaker: str | None = None
    cues: tuple[tuple[CueKind, str, int, int], ...] = ()

    def line(self) -> str:
        """The claim in one line, as `--dry-run` shows it and examples write it."""
        more = [f"{key}={value}" for key, value in self.qualifiers]
        more += [str(self.polarity)] if self.polarity is not Polarity.AFFIRMED else []
        more += [str(self.modality)] if self.modality is not Modality.ASSERTED else []
        more += [f"by={self.speaker}"] if self.speaker else []
        more += [f"at={self.happened}"] if self.happened else []
        ends = f"{self.subject.type} {self.subject.name} {self.predicate} {self.object.type} {self.object.name}"
        return ends + (f" [{', '.join(more)}]" if more else "")


@dataclass(slots=True)
class RowResult:
    """What a row says, what of it was left out (reason, detail), and why it does not fit."""

    said: list[Said] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
