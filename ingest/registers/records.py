"""Read JSON records as rows: JSON lines, a JSON list, or JSON-LD. An id that stands for a record is shown by its name.

JSON lines are streamed; where records refer to each other the file is read twice, the first time for the names.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graph.errors import SourceError, UnsupportedSource
from ingest.registers.mapping import Mapping as RegisterMapping
from ingest.registers.mapping import Path_, Read
from ingest.registers.said import Row
from ingest.registers.tables import MOST_ROWS, BadRow, TableFile, kept_columns, open_text
from ingest.registers.values import LONGEST_CELL, Cell, cell_of_many, clean_text

LARGEST_DOCUMENT = 200_000_000  # characters of one JSON document; JSON lines have no such limit
LONGEST_LINE = 2_000_000  # characters of a record
MOST_NAMES = 3_000_000  # records that others may refer to
_MOST_VALUES = 200  # of one column of a record


@dataclass(slots=True)
class _Names:
    """What an id stands for: name and type; and for `then`, the values at that path."""

    known: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    then: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)


@contextmanager
def open_records(path: Path, mapping: RegisterMapping) -> Iterator[TableFile]:
    """Open JSON for reading. Raises SourceError when it is no JSON, or has no records where the mapping says."""
    read = mapping.read
    lines = read.records is None and _is_lines(path)
    whole = None if lines else _whole(path, read)
    names = _names(_entries(path, whole), read, path)
    columns = tuple(c for c in read.columns if c in kept_columns(read.columns, mapping))
    yield TableFile(columns=columns, rows=_rows(_entries(path, whole), columns, names, read), first=1)


def rows_of(records: Sequence[Any], mapping: RegisterMapping) -> Iterator[Row | BadRow]:
    """Read records that are at hand: the examples of a mapping."""
    whole = list(records)
    names = _names(_entries(Path(), whole), mapping.read, Path("examples"))
    columns = tuple(c for c in mapping.read.columns if c in kept_columns(mapping.read.columns, mapping))
    return _rows(_entries(Path(), whole), columns, names, mapping.read)


def _is_lines(path: Path) -> bool:
    with open_text(path) as text:
        line = text.readline(LONGEST_LINE).strip()
        more = text.read(1)
    if not line.startswith("{"):
        return False
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        # A record that is broken in itself, among others; a document over several lines ends none of them with }.
        return line.endswith("}") and bool(more)


def _whole(path: Path, read: Read) -> list[Any]:
    with open_text(path, limit=LARGEST_DOCUMENT) as text:
        try:
            found: Any = json.loads(text.read())
        except (ValueError, RecursionError) as exc:
            raise SourceError(f"{path.name} is no JSON: {clean_text(str(exc))[:200]}", source=str(path)) from exc
    if read.records is not None:
        found = found.get(read.records) if isinstance(found, dict) else None
    if isinstance(found, dict):
        found = [found]
    if not isinstance(found, list):
        where = f" under {read.records!r}" if read.records else ""
        raise SourceError(f"{path.name} has no list of records{where}.", source=str(path))
    return found


def _entries(path: Path, whole: list[Any] | None) -> Iterator[tuple[int, Any]]:
    """The records with their numbers; what is none is a text that says why."""
    if whole is not None:
        for number, entry in enumerate(whole, start=1):
            yield number, entry if isinstance(entry, dict) else "is no record but a single value"
        return
    with open_text(path) as text:
        number = 0
        while line := text.readline(LONGEST_LINE):
            number += 1
            if number > MOST_ROWS:
                raise UnsupportedSource(
                    f"{path.name} has more than {MOST_ROWS} records.", hint="Split it.", source=str(path)
                )
            if len(line) == LONGEST_LINE and not line.endswith("\n"):
                while (rest := text.readline(LONGEST_LINE)) and not rest.endswith("\n"):
                    pass
                yield number, f"holds more than {LONGEST_LINE} characters"
            elif line.strip():
                yield number, _parsed(line)


def _parsed(line: str) -> Any:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as exc:
        return f"is no JSON: {clean_text(str(exc))[:120]}"
    return found if isinstance(found, dict) else "is no record but a single value"


def _names(entries: Iterable[tuple[int, Any]], read: Read, path: Path) -> _Names:
    names = _Names()
    if not any(column.refers for column in read.columns.values()):
        return names
    then = sorted({column.then for column in read.columns.values() if column.then})
    for _, entry in entries:
        if not isinstance(entry, dict):
            continue
        key = _id(next(iter(_values(entry, read.id)), ""), read)
        if not key:
            continue
        if len(names.known) >= MOST_NAMES:
            raise UnsupportedSource(
                f"{path.name} has more than {MOST_NAMES} records that refer to each other.", source=str(path)
            )
        names.known[key] = _name_and_kind(entry, read)
        for where in then:
            if found := tuple(_scalar(value, read) for value in _values(entry, where)):
                names.then[(key, where)] = found
    return names


def _name_and_kind(entry: Mapping[str, Any], read: Read) -> tuple[str, str | None]:
    every = (_scalar(value, read) for path in read.name for value in _values(entry, path))
    name = next((clean_text(value)[:LONGEST_CELL] for value in every if value), "")
    kind = next((_scalar(value, read)[:100] for value in _values(entry, read.kind)), None) if read.kind else None
    return name, kind


def _rows(
    entries: Iterable[tuple[int, Any]], columns: tuple[str, ...], names: _Names, read: Read
) -> Iterator[Row | BadRow]:
    for number, entry in entries:
        if isinstance(entry, str):
            yield BadRow(number, entry)
            continue
        cells = {column: _cell(entry, read.columns[column], names, read) for column in columns}
        yield Row(number, {column: cell for column, cell in cells.items() if cell.text or cell.problem})


def _cell(entry: Mapping[str, Any], column: Path_, names: _Names, read: Read) -> Cell:
    values = _values(entry, column.path)
    if not column.refers:
        return _bounded([(_scalar(value, read), None) for value in values])
    found: list[tuple[str, str | None]] = []
    missing = ""
    for value in values:
        if isinstance(value, dict):  # a record within the record
            inner = _name_and_kind(value, read)
            found += [inner] if inner[0] else []
            continue
        key = _id(_scalar(value, read), read)
        if column.then:
            for each in names.then.get((key, column.then), ()):
                known = names.known.get(_id(each, read))
                found.append(known if known and known[0] else (each, None))
        elif (known := names.known.get(key)) and known[0]:
            found.append(known)
        else:
            missing = missing or key
    if missing and not found:
        return Cell("", (), f"refers to {missing[:80]!r}, which is not in the file or has no name")
    return _bounded(found)


def _bounded(values: list[tuple[str, str | None]]) -> Cell:
    if sum(len(value) for value, _ in values) > LONGEST_CELL:
        shown = "; ".join(value for value, _ in values[:20])[:LONGEST_CELL]
        return Cell(clean_text(shown) + "…", (), f"holds more than {LONGEST_CELL} characters")
    return cell_of_many(values)


def _id(value: Any, read: Read) -> str:
    text = value if isinstance(value, str) else "" if value is None else str(value)
    return text.rpartition(read.id_after)[2] if read.id_after else text


def _scalar(value: Any, read: Read) -> str:
    if isinstance(value, dict):
        return _scalar(next(iter(_values(value, read.id)), ""), read) if read.id in value else ""
    return value if isinstance(value, str) else "" if value is None else str(value)


def _values(entry: Any, path: str) -> list[Any]:
    """All values at a path of keys joined by dots; lists on the way are gone through."""
    found = [entry]
    for key in path.split("."):
        found = [
            item
            for value in found
            if isinstance(value, dict) and value.get(key) is not None
            for item in (value[key] if isinstance(value[key], list) else (value[key],))
        ][:_MOST_VALUES]
    return found
