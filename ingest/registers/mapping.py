"""A mapping says what the rows of a register claim: a YAML file, read safely, bounded, checked against the schema.

The examples in a mapping are its test: `ingest.registers.examples.check` runs them.
"""

from collections.abc import Mapping as Table
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from graph.enums import Modality, Polarity
from graph.errors import ConfigError, SchemaError
from graph.schema import Schema, load_schema

FOLDER = Path(__file__).resolve().parent / "mappings"
LARGEST = 200_000  # bytes of a mapping


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Short = Annotated[str, Field(min_length=1, max_length=300)]
Strings = Annotated[tuple[Short, ...], BeforeValidator(_listed), Field(max_length=500)]
Names = Table[str, Short]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Origin(_Strict):
    """A page or collection that the register rests on."""

    headline: Short
    publisher: Short
    address: str = Field(pattern=r"^https?://[^\s<>\"']{3,500}$")


class Path_(_Strict):
    """Where a column of a JSON record comes from: a path of keys, and what an id there stands for."""

    path: Short
    refers: bool = False  # the value is the id of another record, shown by that record's name
    then: Short | None = None  # a path in the record referred to, whose value (or name) is taken instead


class Read(_Strict):
    """How the file is read. `header` and `first` are row numbers as a spreadsheet shows them."""

    format: Literal["table", "json"] = "table"
    header: int = Field(default=1, ge=1, le=100)
    first: int | None = Field(default=None, ge=1, le=1_000)  # the first row of data; else the row after the header
    sheet: str | None = None  # of an Excel file; else the first one
    separator: str | None = Field(default=None, pattern=r"^.$")
    records: Short | None = None  # JSON: the key under which the records stand
    id: Short = "id"
    id_after: str | None = Field(default=None, max_length=5)  # an id is what follows the last of these
    name: Strings = ()  # JSON: paths of a record's name, the first that has a value
    kind: Short | None = None  # JSON: path of a record's type
    columns: Table[str, Path_] = {}


class Take(_Strict):
    """What is taken from a cell, step by step: split, drop, shorten, translate."""

    column: Strings = ()  # the first of these columns that there is
    split: Strings = ()
    drop: Strings = ()  # cells and parts that name nothing, besides the mapping's own `nothing`
    without_brackets: bool = False
    after_last: str | None = Field(default=None, max_length=5)
    values: Names = {}  # what the cell says → the name it stands for
    only_values: bool = False  # a cell that `values` does not translate is left out


class TypeBy(_Strict):
    """The entity type by another cell, or by the type of the record referred to."""

    column: Short | None = None
    reference: bool = False
    values: Table[str, str]
    otherwise: str | None = None  # else it is left out


class End(Take):
    """The subject or the object of a claim: from a cell, or the same for every row."""

    constant: Short | None = None  # words of `about`
    known: Short | None = None  # gazetteer id of the constant
    type: Strings = ()  # with several, the gazetteer decides; the last stands where it knows the name of none
    types: TypeBy | None = None
    kind: str | None = None  # of an Organization that the gazetteer does not know
    bodies_only: bool = False  # what may be a private person, or is described and not named, is left out

    @model_validator(mode="after")
    def _whole(self) -> "End":
        if (self.constant is None) == (not self.column):
            raise ValueError("needs either `column` or `constant`")
        if self.constant is not None and len(self.type) != 1:
            raise ValueError("a constant needs one `type`")
        if self.known is not None and self.constant is None:
            raise ValueError("`known` goes with `constant`")
        return self


class ByCell(Take):
    """A value by cell: what `values` translates the cell to, or the cell itself."""

    otherwise: str | None = None


class Dated(_Strict):
    """When it happened: a cell, or two that are the ends of an interval."""

    column: Strings
    until: Strings = ()
    order: Literal["dmy", "mdy"] | None = None


class Condition(_Strict):
    """What another cell must hold."""

    column: Short
    is_: Strings | None = Field(default=None, alias="is")
    above: float | None = None
    given: bool | None = None


class ClaimRule(_Strict):
    """One claim that a row makes."""

    name: str | None = None
    predicate: str | ByCell
    subject: End
    object: End
    when: tuple[Condition, ...] = ()
    unless: tuple[Condition, ...] = ()
    required: bool = False  # a row that does not say it does not fit
    pairs: Literal["one-sided", "all"] = "one-sided"  # with many on both sides nobody knows which belongs to which
    polarity: Polarity | ByCell = Polarity.AFFIRMED
    modality: Modality | ByCell = Modality.ASSERTED
    probability: float = Field(default=0.95, gt=0, le=1)
    qualifiers: Table[str, str | Take] = {}
    happened: Dated | None = None
    speaker: Take | None = None
    speaker_modality: Modality | None = None  # when the row names a speaker


class Skip(_Strict):
    """Rows that the mapping knows and leaves out, with the reason that is shown."""

    column: Short
    is_: Strings = Field(alias="is")
    because: Short


class Example(_Strict):
    """A row (or records) with the claims that it makes. `rejected` and `left_out` are words of the reason."""

    row: Table[str, str] = {}
    records: tuple[Table[str, Any], ...] = ()
    claims: tuple[str, ...] = ()
    rejected: str | None = None
    left_out: str | None = None


class Mapping(_Strict):
    """How the rows of one register are read as claims."""

    name: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)
    title: Short
    about: str = Field(min_length=1, max_length=1_000)  # one sentence: every row is read together with it
    publisher: Short | None = None
    licence: Short | None = None
    language: str = Field(default="en", pattern=r"^[a-z]{2}$")
    published: str | None = Field(default=None, pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")
    sources: tuple[Origin, ...] = ()
    read: Read = Read()
    show: Strings = ()  # columns that are stored and shown; else all
    hide: Strings = ()  # columns that are neither stored nor shown
    nothing: Strings = ("Unknown", "N/A", "NA", "None", "null", "-", "?", "n.a.", "Not known", "Unspecified")
    skip: tuple[Skip, ...] = ()
    claims: tuple[ClaimRule, ...] = Field(min_length=1, max_length=50)
    examples: tuple[Example, ...] = Field(default=(), max_length=100)
    digest: str = ""  # of the file: the version of what it extracts
    origin: str = ""  # its name where it ships, else the path of its file

    @property
    def family(self) -> str:
        """The extractor that evidence names."""
        return f"register/{self.name}"

    @property
    def word(self) -> str:
        """What one entry of the file is called."""
        return "record" if self.read.format == "json" else "row"


def shipped() -> dict[str, Path]:
    """Return the mappings that come with Sightlines: name → file."""
    return {path.stem: path for path in sorted(FOLDER.glob("*.yml"))}


def load_mapping(name: str) -> Mapping:
    """Return the mapping of this file, or of this name among those that ship.

    Raises ConfigError when there is none, SchemaError (file, key, reason) when it is wrong.
    """
    known = shipped()
    path = known.get(name, Path(name).expanduser())
    if name not in known and path.suffix.lower() not in {".yml", ".yaml"}:
        raise ConfigError(
            f"There is no mapping {name!r}.", hint=f"Name a .yml file, or one of those that ship: {', '.join(known)}."
        )
    return read_mapping(path)


def read_mapping(path: Path) -> Mapping:
    """Read and check one mapping file. Raises SchemaError."""
    from hashlib import blake2b

    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST + 1)
    except OSError as exc:
        raise SchemaError(f"can't be read ({exc.strerror})", file=path.name) from exc
    if len(data) > LARGEST:
        raise SchemaError(f"is larger than {LARGEST // 1_000} kB", file=path.name)
    mapping = _parsed(data, path)
    _check(mapping, path.name, _schema())
    origin = path.stem if path.parent == FOLDER else str(path.resolve())
    return mapping.model_copy(update={"digest": blake2b(data, digest_size=6).hexdigest(), "origin": origin})


@cache
def _schema() -> Schema:
    return load_schema()


def _parsed(data: bytes, path: Path) -> Mapping:
    # An alias can blow a few lines up to gigabytes; no mapping needs one.
    try:
        text = data.decode("utf-8")
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text, Loader=yaml.SafeLoader)):
            raise SchemaError("has YAML aliases", file=path.name, hint="Write the values out.")
        found = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as exc:
        mark = getattr(exc, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else ""
        raise SchemaError(f"no valid YAML: {' '.join(str(exc).split())[:200]}", file=path.name, key=where) from exc
    if not isinstance(found, dict):
        raise SchemaError("must be a mapping of keys to values", file=path.name)
    for key in {"digest", "origin"} & found.keys():
        raise SchemaError("is no key of a mapping", file=path.name, key=key)
    try:
        return Mapping(**{str(key): value for key, value in found.items()})
    except (ValidationError, RecursionError) as exc:
        if isinstance(exc, RecursionError):
            raise SchemaError("is nested too deeply", file=path.name) from exc
        first = min(exc.errors(), key=lambda error: error["type"] != "extra_forbidden")
        raise SchemaError(first["msg"], file=path.name, key=".".join(str(p) for p in first["loc"])[:200]) from exc


def _check(mapping: Mapping, file: str, schema: Schema) -> None:
    for number, rule in enumerate(mapping.claims):
        where = f"claims.{number}"
        predicates = [rule.predicate] if isinstance(rule.predicate, str) else list(rule.predicate.values.values())
        for predicate in predicates:
            if predicate not in schema.predicates:
                raise SchemaError(f"no predicate {predicate!r}", file=file, key=f"{where}.predicate")
        for side in ("subject", "object"):
            _check_end(getattr(rule, side), mapping, file, f"{where}.{side}", schema)
            types = _types(getattr(rule, side))
            for predicate in predicates if isinstance(rule.predicate, str) else []:
                if types and not types & set(getattr(schema.predicates[predicate], side)):
                    allowed = ", ".join(getattr(schema.predicates[predicate], side))
                    raise SchemaError(f"the {side} of {predicate} is {allowed}", file=file, key=f"{where}.{side}")
        for key in rule.qualifiers:
            if all(key not in schema.predicates[p].qualifiers for p in predicates or schema.predicates):
                raise SchemaError(f"no qualifier {key!r} of this predicate", file=file, key=f"{where}.qualifiers")


def _types(end: End) -> set[str]:
    return {*end.type, *(end.types.values.values() if end.types else ())}


def _check_end(end: End, mapping: Mapping, file: str, where: str, schema: Schema) -> None:
    for entity_type in _types(end):
        if entity_type not in schema.entities:
            raise SchemaError(f"no entity type {entity_type!r}", file=file, key=f"{where}.type")
    if end.constant is not None and end.constant not in mapping.about:
        raise SchemaError(f"`about` must name {end.constant!r}", file=file, key=f"{where}.constant")
    if end.kind is not None and end.kind not in schema.entities["Organization"].kinds:
        raise SchemaError(f"no kind {end.kind!r}", file=file, key=f"{where}.kind")
