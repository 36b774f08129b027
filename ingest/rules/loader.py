"""Read the frames and the cue table into frozen objects; an error names file, frame, key and reason."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from graph.enums import Modality
from graph.errors import SchemaError
from graph.schema import Schema, load_schema
from ingest.rules.folders import FIRST, rules_folder

CUES = "cues.yml"
PROBABILITIES = "probabilities.yml"


class FrameKind(StrEnum):
    """What a frame is read off."""

    VERB = "verb"  # a verb and its arguments; passives and relative clauses are undone first
    NOUN = "noun"  # a noun and its arguments; `holder` is what the noun stands for
    POSSESSIVE = "possessive"  # "A's B": subject and object are `owner` and `owned`
    COMPOUND = "compound"  # "the A B", "A-based B": `modifier` and `head`
    PREPOSITION = "preposition"  # "A in B": `head` and `object`; triggers are the prepositions
    TITLE = "title"  # "A director B": `body` and `person`; triggers are the words of the title
    LINE = "line"  # the line under a paper's title: `paper`, `body` and `place`
    ASIDE = "aside"  # "A (B)" and "A, B.": `head` and `aside`
    DESCRIPTION = "description"  # "the B charity A": `head` and `modifier`
    LEARNED = "learned"  # no frame: the network alone reads it
    PAPER = "paper"  # a paper's sentence on its own experiments: `paper` and `named`; triggers are words that show it


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Example(_Strict):
    """A sentence with marked mentions and the claims that the predicate's frames must find in it, and no others."""

    say: str
    claims: tuple[str, ...] = ()


class Frame(_Strict):
    """One way to say a predicate."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    predicate: str
    kind: FrameKind
    triggers: tuple[str, ...] = ()  # lemmas; "take down" = verb and particle
    subject: tuple[str, ...] = Field(min_length=1)  # roles, the first that is filled counts
    object: tuple[str, ...] = Field(min_length=1)
    subject_types: tuple[str, ...] = ()  # narrower than the schema
    object_types: tuple[str, ...] = ()
    requires: Mapping[str, tuple[str, ...]] = {}  # role → lemmas, one of which must fill it
    forbids: tuple[str, ...] = ()  # roles that must not be filled
    qualifiers: Mapping[str, str] = {}
    modality: Modality | None = None
    probability: float = Field(gt=0, le=1)
    examples: tuple[Example, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _needs_triggers(self) -> "Frame":
        if self.kind in _TRIGGERED and not self.triggers:
            raise ValueError(f"a frame of kind {self.kind} needs triggers")
        return self


_TRIGGERED = {FrameKind.VERB, FrameKind.NOUN, FrameKind.PREPOSITION, FrameKind.TITLE, FrameKind.PAPER}


class CueTable(_Strict):
    """Words that colour a claim; see `cues.yml`."""

    lemma_fixes: Mapping[str, str] = {}
    negations: frozenset[str]
    negative_verbs: frozenset[str]
    falsities: frozenset[str] = frozenset()
    modals: Mapping[str, Modality]
    moods: Mapping[str, Modality] = {}  # feature of a verb form → modality: "Mood=Cnd"
    verbs: Mapping[str, Modality]
    adjectives: Mapping[str, Modality]
    nouns: Mapping[str, Modality]
    adverbs: Mapping[str, Modality]
    speech: Mapping[str, Modality]
    denials: frozenset[str]
    according: tuple[str, ...]
    conditions: frozenset[str]
    transparent: frozenset[str]
    staff: frozenset[str]
    collections: frozenset[str]
    purposes: Mapping[str, str]
    nominals: Mapping[str, tuple[str, ...]]
    # The lists below may be empty in a language: its readers then see less. `cues.yml` says what each is for.
    nones: frozenset[str] = frozenset()
    nothings: frozenset[str] = frozenset()
    ones: frozenset[str] = frozenset()
    no_idioms: frozenset[str] = frozenset()
    contrasts: frozenset[str] = frozenset()
    turning: frozenset[str] = frozenset()
    accusers: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    traces: frozenset[str] = frozenset()
    voids: frozenset[str] = frozenset()
    endings: frozenset[str] = frozenset()
    removals: frozenset[str] = frozenset()
    presupposing: frozenset[str] = frozenset()
    questions: frozenset[str] = frozenset()
    inverted: frozenset[str] = frozenset()
    silences: frozenset[str] = frozenset()
    announcing: frozenset[str] = frozenset()
    naming: frozenset[str] = frozenset()
    solemn: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()
    showing: frozenset[str] = frozenset()
    phrases: Mapping[str, Modality] = {}
    takers: Mapping[str, str] = {}
    tending: frozenset[str] = frozenset()
    accessible: frozenset[str] = frozenset()
    abilities: frozenset[str] = frozenset()
    reach: tuple[str, ...] = ()
    pronouns: Mapping[str, tuple[str, ...]] = {}
    plurals: frozenset[str] = frozenset()
    sets: frozenset[str] = frozenset()
    eithers: frozenset[str] = frozenset()
    ordinals: Mapping[str, int] = {}
    kinds: Mapping[str, frozenset[str]] = {}
    handling: frozenset[str] = frozenset()
    dealing: frozenset[str] = frozenset()
    describing: frozenset[str] = frozenset()
    turns: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    own_texts: frozenset[str] = frozenset()
    corrections: frozenset[str] = frozenset()


def _yaml(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text("utf-8"))
    except OSError as exc:
        raise SchemaError(f"can't be read ({exc.strerror})", file=path.name) from exc
    except yaml.YAMLError as exc:
        mark = getattr(exc, "problem_mark", None)
        raise SchemaError(f"no valid YAML: {exc}", file=path.name, key=f"line {mark.line + 1}" if mark else "") from exc


def _frame(path: Path, number: int, row: Any, schema: Schema) -> Frame:
    if not isinstance(row, dict):
        raise SchemaError("must be a mapping", file=path.name, key=f"frame {number}")
    key = str(row.get("name", f"frame {number}"))
    try:
        frame = Frame(predicate=path.stem, **row)
    except (ValidationError, TypeError) as exc:
        if isinstance(exc, TypeError):
            raise SchemaError(str(exc), file=path.name, key=key) from exc
        first = min(exc.errors(), key=lambda error: error["type"] != "extra_forbidden")
        raise SchemaError(first["msg"], file=path.name, key=".".join(map(str, (key, *first["loc"])))) from exc
    predicate = schema.predicates[path.stem]
    for end, allowed in (("subject_types", predicate.subject), ("object_types", predicate.object)):
        if unknown := set(getattr(frame, end)) - set(allowed):
            raise SchemaError(f"{min(unknown)} is no type that the schema allows", file=path.name, key=f"{key}.{end}")
    if unknown := set(frame.qualifiers) - set(predicate.qualifiers):
        raise SchemaError(f"no qualifier of the predicate: {min(unknown)}", file=path.name, key=f"{key}.qualifiers")
    return frame


def read_frames(folder: Path, schema: Schema) -> tuple[Frame, ...]:
    """Return the frames of every `PREDICATE.yml` in `folder`. Raises SchemaError on the first wrong one."""
    frames: list[Frame] = []
    names: set[str] = set()
    for path in sorted(folder.glob("[A-Z]*.yml")):
        if path.stem not in schema.predicates:
            raise SchemaError("no predicate has the name of this file", file=path.name)
        rows = _yaml(path)
        if not isinstance(rows, list):
            raise SchemaError("must be a list of frames", file=path.name)
        for number, row in enumerate(rows, start=1):
            frame = _frame(path, number, row, schema)
            if frame.name in names:
                raise SchemaError("the name is taken by another frame", file=path.name, key=frame.name)
            names.add(frame.name)
            frames.append(frame)
    return _measured(folder, frames)


def _measured(folder: Path, frames: list[Frame]) -> tuple[Frame, ...]:
    """Replace the authors' guesses by the measured probabilities, where there are any."""
    path = folder / PROBABILITIES
    if not path.exists():
        return tuple(frames)
    measured = _yaml(path) or {}
    if unknown := set(measured) - {frame.name for frame in frames}:
        raise SchemaError("no frame has this name", file=path.name, key=str(min(unknown)))
    return tuple(
        frame.model_copy(update={"probability": float(measured.get(frame.name, frame.probability))}) for frame in frames
    )


@cache
def load_frames(language: str = FIRST) -> tuple[Frame, ...]:
    """Return the project's own frames of a language (ISO 639-1), read once."""
    return read_frames(rules_folder(language), load_schema())


@cache
def load_cues(language: str = FIRST) -> CueTable:
    """Return the project's own cue table of a language (ISO 639-1), read once."""
    try:
        return CueTable.model_validate(_yaml(rules_folder(language) / CUES))
    except ValidationError as exc:
        first = exc.errors()[0]
        raise SchemaError(first["msg"], file=CUES, key=".".join(map(str, first["loc"]))) from exc
