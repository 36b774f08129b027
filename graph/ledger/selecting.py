"""Small pieces that several modules of the ledger need: bounded IN lists, the log of changes, the present moment."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Select

from graph.ledger.tables import CHANGES

_CHUNK = 5_000  # values of one IN list: SQLite allows 32,766, PostgreSQL 65,535
_T = TypeVar("_T")


def chunks(values: Iterable[_T], size: int = _CHUNK) -> Iterator[Sequence[_T]]:
    """Cut values into lists of at most `size`."""
    every = list(values)
    for i in range(0, len(every), size):
        yield every[i : i + size]


def select_in(
    connection: Connection, query: Select[Any], column: ColumnElement[Any], values: Iterable[Any]
) -> Iterator[Row[Any]]:
    """Run `query` for rows whose `column` is one of `values`, in as many statements as it needs."""
    for part in chunks(sorted(set(values))):
        yield from connection.execute(query.where(column.in_(part)))


def log_changes(connection: Connection, kind: str, details: Mapping[str, Any]) -> None:
    """Append changes of one kind, id → detail, in the order of the ids."""
    moment = now()
    rows = [{"kind": kind, "id": key, "detail": details[key], "at": moment} for key in sorted(details)]
    if rows:
        connection.execute(CHANGES.insert(), rows)


def now() -> str:
    """The present moment, ISO 8601 in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
