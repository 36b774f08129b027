"""Saved queries: one `.cypher` file each, with a YAML header in its comments; form, command and page come from it.

The header stands between two lines `// ---`; the file as a whole is valid Cypher and runs unchanged (style.md §4.5).
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from graph.errors import ParameterError, QueryRejected, SchemaError
from graph.records import Table, Value
from graph.schema import load_schema
from graph.search import find_entity
from graph.stores.guard import check_read_only
from graph.stores.portable import check_portable
from graph.stores.tokens import tokens

if TYPE_CHECKING:
    from graph.stores import GraphStore

PARAMETER_TYPES = frozenset({"text", "number", "date", "flag", "choice", "entity"})
COLUMN_TYPES = frozenset({"entity", "text", "number", "date", "link", "claims", "path"})
VIEWS = frozenset({"table", "graph", "timeline", "map"})
LONGEST = 2_000  # characters of a text parameter
_KEYS = frozenset({"title", "question", "params", "columns", "show", "tags", "example"})
_PARAMETER_KEYS = frozenset({"type", "label", "of", "default", "choices", "example"})
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
_TRUE, _FALSE = frozenset({"true", "yes", "1", "on"}), frozenset({"false", "no", "0", "off"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """What a query asks for. Without a default it is required."""

    type: str
    label: str = ""
    of: str | None = None  # type of an entity
    default: str | float | bool | None = None
    choices: tuple[str, ...] = ()
    example: str | float | bool | None = None

    @property
    def required(self) -> bool:
        """Whether a value must be given."""
        return self.default is None


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedQuery:
    """A question with its Cypher. `name` is that of the file; `text` the whole file, header included."""

    name: str
    title: str
    question: str
    text: str
    columns: Mapping[str, str]  # column → type
    params: Mapping[str, Parameter] = field(default_factory=dict)
    show: tuple[str, ...] = ("table",)
    tags: tuple[str, ...] = ()
    example: Mapping[str, Any] = field(default_factory=dict)  # values that have an answer on the demonstration graph


def load_queries(*folders: Path | str) -> dict[str, SavedQuery]:
    """Return the queries of the folders by name; a later folder's query takes the place of an earlier one's.

    A folder that does not exist holds none. Raises SchemaError with file and line for a file that is wrong.
    """
    found: dict[str, SavedQuery] = {}
    for folder in folders:
        for path in sorted(Path(folder).glob("*.cypher")):
            found[path.stem] = load_query(path)
    return dict(sorted(found.items()))


def load_query(path: Path) -> SavedQuery:
    """Read one file. Raises SchemaError with file and line."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise SchemaError(f"can't be read ({exc})", file=path.name) from exc
    return parse_query(path.stem, text, file=path.name)


def parse_query(name: str, text: str, *, file: str = "") -> SavedQuery:
    """Make a query of a file's text. Raises SchemaError, with `.file` and `.key`, when anything about it is wrong."""
    file = file or f"{name}.cypher"
    if not _NAME.fullmatch(name):
        raise SchemaError("a query is named in small letters, digits and _", file=file)
    header = _Header(file, *_split(text, file))
    query = SavedQuery(
        name=name,
        title=header.words("title"),
        question=header.words("question"),
        text=text,
        columns=header.columns(),
        params=header.params(),
        show=header.listed("show", ("table",), VIEWS),
        tags=header.listed("tags", (), None),
        example=header.mapping("example"),
    )
    _check_body(query, header)
    return query


def _split(text: str, file: str) -> tuple[dict[str, Any], dict[str, int]]:
    """The header as a mapping, and the line in the file on which each of its keys stands."""
    lines = text.splitlines()
    if not lines or lines[0].strip() != "// ---":
        raise SchemaError("must begin with a header between two lines `// ---`", file=file, key="line 1")
    kept: list[str] = []
    for number, line in enumerate(lines[1:], 2):
        if line.strip() == "// ---":
            break
        if not line.startswith("//"):
            raise SchemaError("every line of the header begins with //", file=file, key=f"line {number}")
        kept.append(line[2:].removeprefix(" "))
    else:
        raise SchemaError("the header has no closing line `// ---`", file=file, key="line 1")
    try:
        data = yaml.safe_load("\n".join(kept))
    except yaml.YAMLError as exc:
        mark = getattr(exc, "problem_mark", None)
        where = f"line {mark.line + 2}" if mark else "header"
        raise SchemaError(f"no valid YAML: {getattr(exc, 'problem', None) or exc}", file=file, key=where) from exc
    if not isinstance(data, dict):
        raise SchemaError("the header must be a mapping", file=file, key="line 2")
    places: dict[str, int] = {}
    for number, line in enumerate(kept, 2):
        if found := re.match(r"\s*([A-Za-z_]\w*)\s*:", line):
            places.setdefault(found.group(1), number)
    return data, places


class _Header:
    """Strict access to the header: what is missing, misspelt or of the wrong kind is an error with its line."""

    def __init__(self, file: str, data: Mapping[str, Any], places: Mapping[str, int]) -> None:
        self.file, self.data, self.places = file, data, places
        for key in data:
            if key not in _KEYS:
                raise self.wrong(key, f"unknown key; the keys are {', '.join(sorted(_KEYS))}")

    def wrong(self, key: str, why: str) -> SchemaError:
        """Return the error for a key."""
        line = next((self.places[part] for part in reversed(str(key).split(".")) if part in self.places), 1)
        return SchemaError(why, file=self.file, key=f"line {line}: {key}")

    def words(self, key: str) -> str:
        """A text that must be there."""
        value = self.data.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(key, "must be there, in words")
        return value.strip()

    def mapping(self, key: str) -> dict[str, Any]:
        """A mapping; none is an empty one."""
        value = self.data.get(key) or {}
        if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
            raise self.wrong(key, "must be a mapping of names")
        return value

    def listed(self, key: str, default: tuple[str, ...], allowed: frozenset[str] | None) -> tuple[str, ...]:
        """A list of words."""
        value = self.data.get(key, list(default))
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.wrong(key, "must be a list of words")
        for item in value:
            if allowed is not None and item not in allowed:
                raise self.wrong(key, f"{item!r} is none of {', '.join(sorted(allowed))}")
        return tuple(value)

    def columns(self) -> dict[str, str]:
        """Column → type; at least one."""
        columns = self.mapping("columns")
        if not columns:
            raise self.wrong("columns", "must name every column that the query returns, with its type")
        for name, kind in columns.items():
            if kind not in COLUMN_TYPES:
                raise self.wrong(f"columns.{name}", f"{kind!r} is none of {', '.join(sorted(COLUMN_TYPES))}")
        return columns

    def params(self) -> dict[str, Parameter]:
        """Parameters by name."""
        return {name: self._param(f"params.{name}", given) for name, given in self.mapping("params").items()}

    def _param(self, key: str, given: Any) -> Parameter:
        if not isinstance(given, dict) or given.get("type") not in PARAMETER_TYPES:
            raise self.wrong(key, f"needs a type: one of {', '.join(sorted(PARAMETER_TYPES))}")
        if unknown := given.keys() - _PARAMETER_KEYS:
            raise self.wrong(key, f"unknown key {min(map(str, unknown))!r}")
        kind, of, choices = given["type"], given.get("of"), given.get("choices", [])
        if of is not None and (kind != "entity" or of not in load_schema().entities):
            raise self.wrong(key, f"`of` names the type of an entity; {of!r} is none")
        if not isinstance(choices, list) or (kind == "choice") != bool(choices):
            raise self.wrong(key, "`choices` is a list that a choice has, and nothing else")
        plain = {part: _plain_date(given.get(part)) for part in ("default", "example")}
        param = Parameter(
            type=kind, label=str(given.get("label", "")), of=of, choices=tuple(str(c) for c in choices), **plain
        )
        for part, value in plain.items():
            if value is not None and kind != "entity":
                try:
                    coerce(key.rpartition(".")[2], param, value)
                except ParameterError as exc:
                    raise self.wrong(key, f"{part}: {exc}") from exc
        return param


def _plain_date(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value  # YAML reads 2020-01-31 as a date


def _check_body(query: SavedQuery, header: _Header) -> None:
    """What the header says must be what the Cypher says, and the Cypher must run on every engine."""
    try:
        check_portable(query.text)
    except QueryRejected as exc:
        raise SchemaError(str(exc).partition(": ")[2], file=header.file, key=f"line {exc.line}") from exc
    named = {token.text[1:].strip("`"): token.line for token in tokens(query.text) if token.kind == "param"}
    for name in sorted(named.keys() - query.params.keys()):
        raise SchemaError(f"${name} is not in params", file=header.file, key=f"line {named[name]}")
    for name in sorted(query.params.keys() - named.keys()):
        raise header.wrong(f"params.{name}", "the query does not use it")
    for name in sorted(query.example.keys() - query.params.keys()):
        raise header.wrong(f"example.{name}", "is no parameter")


# --- running ---


def run(
    store: "GraphStore",
    query: SavedQuery,
    params: Mapping[str, object],
    *,
    limit: int = 1_000,
    timeout: float = 10.0,
) -> Table:
    """Run a saved query: at most `limit` rows, `timeout` in seconds.

    Values may come as text, from a command line or a form. An entity is given by id or name. Raises ParameterError for
    a value that is missing, unknown or of the wrong type, UnknownEntity, QueryTimeout.
    """
    check_read_only(query.text)
    for name in sorted(params.keys() - query.params.keys()):
        known = ", ".join(query.params) or "none"
        raise ParameterError(f"{query.name} has no parameter {name!r}; it has: {known}.", name=name)
    values: dict[str, Value] = {}
    for name, param in query.params.items():
        given = params.get(name)
        if given is None or (isinstance(given, str) and not given.strip() and param.type != "text"):
            given = param.default
        if given is None or (given == "" and param.required):
            raise ParameterError(f"{query.name} needs a value for {name!r} ({param.type}).", name=name)
        value = coerce(name, param, given)
        if param.type == "entity" and value:
            value = find_entity(store, str(value), type=param.of).id
        values[name] = value
    return store.read(query.text, values, limit=limit, timeout=timeout)


def coerce(name: str, param: Parameter, given: object) -> str | int | float | bool:
    """Return the value as its parameter's type. Raises ParameterError naming the parameter."""
    match param.type:
        case "number":
            return _number(name, given)
        case "flag":
            word = str(given).strip().lower()
            if word in _TRUE or word in _FALSE:
                return word in _TRUE
            raise ParameterError(f"{name} is yes or no, not {word[:60]!r}.", name=name)
        case "date":
            return _date(name, given)
        case "choice":
            if str(given) in param.choices:
                return str(given)
            raise ParameterError(f"{name} is one of {', '.join(param.choices)}, not {str(given)[:60]!r}.", name=name)
    text = str(given).strip()
    if len(text) > LONGEST:
        raise ParameterError(f"{name} is longer than {LONGEST:,} characters.", name=name)
    return text


def _number(name: str, given: object) -> int | float:
    try:
        number = float(str(given))
    except ValueError:
        number = math.nan
    if isinstance(given, bool) or not math.isfinite(number):
        raise ParameterError(f"{name} is a number, not {str(given)[:60]!r}.", name=name)
    return int(number) if number.is_integer() and "." not in str(given) else number


def _date(name: str, given: object) -> str:
    text = str(given).strip()
    if text == "":
        return ""  # an open end
    try:
        if not _DATE.fullmatch(text):
            raise ValueError
        date.fromisoformat((text + "-01-01")[:10] if len(text) < 10 else text)
    except ValueError:
        raise ParameterError(f"{name} is a date such as 2019-06-30 or 2019, not {text[:60]!r}.", name=name) from None
    return text
