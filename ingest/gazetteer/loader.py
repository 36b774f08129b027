"""Read the gazetteer files into frozen entries; an error names the file, the entry and the reason.

Names are shared by all languages. What a language calls them besides is in `LANGUAGE/*.yml`: `names` maps an id to
further aliases and demonyms, the other keys are entity types with entries of that language alone.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from graph.errors import SchemaError
from graph.schema import load_schema

FOLDER = Path(__file__).resolve().parent


class Entry(BaseModel):
    """One entity that is known beforehand."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    type: str
    name: str = Field(min_length=1)
    aliases: tuple[str, ...] = ()
    kind: str | None = None
    country: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    of: str | None = None  # the entry that a dataset derives from
    guard: tuple[str, ...] = ()  # following words that make the name something else
    ambiguous: bool = False  # counts only with a supporting context
    demonyms: tuple[str, ...] = ()  # of a Place

    @property
    def names(self) -> tuple[str, ...]:
        """Return the name and all aliases, without demonyms."""
        return (self.name, *self.aliases)


class _More(BaseModel):
    """What a language adds to an entry."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    aliases: tuple[str, ...] = ()
    demonyms: tuple[str, ...] = ()


@cache
def load_gazetteer(folder: Path = FOLDER, language: str = "") -> tuple[Entry, ...]:
    """Return every entry of every `*.yml` in `folder`, with what its subfolder `language` adds, if there is one.

    Raises SchemaError on the first wrong one.
    """
    entries: dict[str, Entry] = {}
    for path in [*sorted(folder.glob("*.yml")), *(sorted((folder / language).glob("*.yml")) if language else ())]:
        data = _mapping(path)
        more = data.pop("names", {}) if path.parent != folder else {}
        for entry in _read(path, data):
            if entry.id in entries:
                raise SchemaError("the id is taken by another entry", file=path.name, key=entry.id)
            entries[entry.id] = entry
        _add_names(path, more, entries)
    for entry in entries.values():
        if entry.of is not None and entry.of not in entries:
            raise SchemaError(f"`of` names no entry: {entry.of}", file="gazetteer", key=entry.id)
    return tuple(entries.values())


def _add_names(path: Path, more: Any, entries: dict[str, Entry]) -> None:
    if not isinstance(more, dict):
        raise SchemaError("must be a mapping of ids to aliases and demonyms", file=path.name, key="names")
    for key, row in more.items():
        if key not in entries:
            raise SchemaError("no entry has this id", file=path.name, key=str(key))
        try:
            added = _More.model_validate(row)
        except ValidationError as exc:
            raise SchemaError(exc.errors()[0]["msg"], file=path.name, key=str(key)) from exc
        entry = entries[key]
        names = {"aliases": (*entry.aliases, *added.aliases), "demonyms": (*entry.demonyms, *added.demonyms)}
        entries[key] = entry.model_copy(update=names)


def gazetteer_languages(folder: Path = FOLDER) -> tuple[str, ...]:
    """Return "" for the shared names, and the languages that add to them."""
    return ("", *sorted(path.name for path in folder.iterdir() if path.is_dir() and any(path.glob("*.yml"))))


@cache
def _official() -> dict[str, str]:
    return {entry.id: entry.name for each in gazetteer_languages() for entry in load_gazetteer(language=each)}


def official_name(known: str | None) -> str | None:
    """Return the name that the project's gazetteer gives to an id, None where there is none."""
    return _official().get(known) if known else None


def _mapping(path: Path) -> dict[Any, Any]:
    try:
        # The same safe loader in C, where PyYAML has it: a second less for every command.
        data = yaml.load(path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as exc:
        mark = getattr(exc, "problem_mark", None)
        raise SchemaError(f"no valid YAML: {exc}", file=path.name, key=f"line {mark.line + 1}" if mark else "") from exc
    if not isinstance(data, dict):
        raise SchemaError("must be a mapping of entity types to lists of entries", file=path.name)
    return data


def _read(path: Path, data: dict[Any, Any]) -> Iterator[Entry]:
    types = load_schema().entities
    for label, rows in data.items():
        if label not in types:
            raise SchemaError(f"no entity type; there are {', '.join(types)}", file=path.name, key=str(label))
        if not isinstance(rows, list):
            raise SchemaError("must be a list of entries", file=path.name, key=label)
        for number, row in enumerate(rows, start=1):
            yield _entry(path, label, number, row)


def _entry(path: Path, label: str, number: int, row: Any) -> Entry:
    if not isinstance(row, dict):
        raise SchemaError("must be a mapping", file=path.name, key=f"{label} {number}")
    key = str(row.get("id", f"{label} {number}"))
    try:
        return Entry(type=label, **row)
    except (ValidationError, TypeError) as exc:
        if isinstance(exc, TypeError):
            raise SchemaError(str(exc), file=path.name, key=key) from exc
        first = min(exc.errors(), key=lambda error: error["type"] != "extra_forbidden")
        where = ".".join(str(part) for part in (key, *first["loc"]))
        raise SchemaError(first["msg"], file=path.name, key=where) from exc
