"""Read the rows of a table, streamed and bounded: CSV, TSV, Excel, Parquet, each also gzipped where it is text.

CSV is read by the standard library's parser and not by pandas: it tells the number of every row, and pandas fills a row
that is too short without a word.
"""

import csv
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from graph.errors import SourceError, UnsupportedSource
from ingest.registers.mapping import Mapping, Read
from ingest.registers.said import Row
from ingest.registers.values import LONGEST_CELL, Cell, cell_of, cell_of_many, clean_text

MOST_ROWS = 5_000_000
MOST_COLUMNS = 500
LARGEST_TEXT = 8_000_000_000  # bytes of text, unpacked
LARGEST_SHEET = 1_000_000_000  # bytes of an Excel file, unpacked
LARGEST_GROUP = 2_000_000_000  # bytes of a row group of a Parquet file, unpacked
_FIELD = 200_000  # characters of a field before an unclosed quote is suspected
_SAMPLE = 1_000_000
_MAGIC = {b"\x1f\x8b": "gzip", b"PK": "excel", b"PAR1": "parquet", b"\xd0\xcf\x11\xe0": "xls"}


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that could not be read at all."""

    number: int
    reason: str


@dataclass(slots=True)
class TableFile:
    """An open register: `columns` as they are headed, `sheet` where the file has sheets, and its rows."""

    columns: tuple[str, ...]
    rows: Iterator[Row | BadRow]
    first: int  # number of the first row of data
    sheet: str | None = None


@contextmanager
def open_table(path: Path, mapping: Mapping) -> Iterator[TableFile]:
    """Open a register for reading. Raises SourceError when it is missing, broken, too large or of another kind.

    The same errors come out of `rows` where a file breaks off later.
    """
    with _translated(path):
        kind = _kind(path)
        if mapping.read.format == "json":
            from ingest.registers.records import open_records

            with open_records(path, mapping) as opened:
                yield opened
            return
        reading = {"excel": _excel, "parquet": _parquet}.get(kind, _csv)
        with reading(path, mapping) as opened:
            yield opened


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except (EOFError, gzip.BadGzipFile, zlib.error) as exc:
        raise SourceError(
            f"{path.name} is damaged: it breaks off or does not unpack.", hint="Download it again.", source=str(path)
        ) from exc
    except OSError as exc:
        raise SourceError(f"{path} can't be read: {exc.strerror or _brief(exc)}", source=str(path)) from exc


def _kind(path: Path) -> str:
    with path.open("rb") as stream:
        head = stream.read(8)
    kind = next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), "text")
    if kind == "xls":
        raise UnsupportedSource(
            f"{path.name} is an Excel file of the old kind.", hint="Save it as .xlsx or CSV.", source=str(path)
        )
    return kind


# --- text ----------------------------------------------------------------------------------------------------------


class _Bounded(io.RawIOBase):
    """Hands on bytes until there are more than anybody has."""

    def __init__(self, stream: IO[bytes], limit: int, name: str) -> None:
        self._stream, self._left, self._name = stream, limit, name

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read the next bytes. Raises UnsupportedSource when there are more than the limit."""
        data = self._stream.read(len(buffer))
        self._left -= len(data)
        if self._left < 0:
            raise UnsupportedSource(f"{self._name} unpacks to more than is read.", hint="Split it.", source=self._name)
        buffer[: len(data)] = data
        return len(data)


@contextmanager
def open_text(path: Path, *, limit: int | None = None) -> Iterator[IO[str]]:
    """Open a text file, gzipped or not, in its encoding: byte order mark, UTF-8, else Windows-1252."""
    with path.open("rb") as plain:
        packed = plain.read(2) == b"\x1f\x8b"
        plain.seek(0)
        stream: IO[bytes] = gzip.GzipFile(fileobj=plain) if packed else plain  # type: ignore[assignment]
        encoding = _encoding(stream.read(_SAMPLE))
        stream.seek(0)
        buffered = io.BufferedReader(_Bounded(stream, limit or LARGEST_TEXT, path.name), buffer_size=1 << 18)
        with io.TextIOWrapper(buffered, encoding=encoding, errors="replace", newline="") as text:
            yield text


def _encoding(sample: bytes) -> str:
    if sample.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError as exc:
        if exc.start < len(sample) - 4:  # a character cut off at the end of the sample is none
            return "cp1252"
    return "utf-8"


@contextmanager
def _csv(path: Path, mapping: Mapping) -> Iterator[TableFile]:
    with open_text(path) as text:
        separator = mapping.read.separator or _separator(path, mapping.read)
        before = csv.field_size_limit(_FIELD)
        try:
            records = _records(csv.reader(text, delimiter=separator))
            yield _table(records, path, mapping)
        finally:
            csv.field_size_limit(before)


def _records(reader: Any) -> Iterator[Sequence[Any] | str]:
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as exc:
            yield f"line {reader.line_num}: {exc}: a quote that is never closed?"
        else:
            yield record


def _separator(path: Path, read: Read) -> str:
    with open_text(path) as text:
        lines = [text.readline(100_000) for _ in range(read.header)]
    counts = {mark: lines[-1].count(mark) for mark in (",", ";", "\t", "|")}
    best = max(counts, key=lambda mark: counts[mark])
    return best if counts[best] else ","


# --- Excel and Parquet ---------------------------------------------------------------------------------------------


@contextmanager
def _excel(path: Path, mapping: Mapping) -> Iterator[TableFile]:
    from openpyxl import load_workbook  # only who reads Excel pays for it

    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
        if sum(entry.file_size for entry in entries) > LARGEST_SHEET or len(entries) > 10_000:
            raise UnsupportedSource(
                f"{path.name} unpacks to more than is read.", hint="Save it as CSV.", source=str(path)
            )
        # Formulas stay text: nothing that a stranger wrote is computed.
        book = load_workbook(path, read_only=True, data_only=False, keep_links=False)
    except UnsupportedSource:
        raise
    except Exception as exc:  # the library raises whatever it stumbles over
        raise SourceError(f"{path.name} is no Excel file that can be read: {_brief(exc)}", source=str(path)) from exc
    try:
        names = list(book.sheetnames)
        wanted = mapping.read.sheet or (names[0] if names else "")
        if wanted not in names:
            raise SourceError(
                f"{path.name} has no sheet {wanted!r}.", hint=f"It has: {', '.join(names)[:300]}.", source=str(path)
            )
        sheet = book[wanted]
        if not hasattr(sheet, "reset_dimensions"):
            raise SourceError(f"{wanted} of {path.name} is no sheet with cells.", source=str(path))
        sheet.reset_dimensions()  # a file may claim a million empty columns
        opened = _table(_sheet_rows(sheet, path), path, mapping)
        opened.sheet = clean_text(wanted)
        yield opened
    finally:
        book.close()


def _sheet_rows(sheet: Any, path: Path) -> Iterator[Sequence[Any]]:
    try:
        for values in sheet.iter_rows(values_only=True):
            yield [_shown(value) for value in values[: MOST_COLUMNS + 1]]
    except SourceError:
        raise
    except Exception as exc:  # the library raises whatever it stumbles over
        raise SourceError(f"{path.name} is damaged: {_brief(exc)}", source=str(path)) from exc


def _shown(value: Any) -> Any:
    """A value of a spreadsheet as people see it: 2019.0 is 2019, midnight is a day, a formula is its text."""
    from datetime import datetime, time

    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    return getattr(value, "text", value)


@contextmanager
def _parquet(path: Path, mapping: Mapping) -> Iterator[TableFile]:
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ImportError as exc:
        raise SourceError(
            f"{path.name} is a Parquet file, and pyarrow is not installed.",
            hint="Install pyarrow, or save the table as CSV.",
            source=str(path),
        ) from exc
    try:
        file = ParquetFile(path)
        columns = list(file.schema_arrow.names)
        groups = [file.metadata.row_group(i).total_byte_size for i in range(file.metadata.num_row_groups)]
    except (ArrowException, ValueError, OverflowError) as exc:
        raise SourceError(f"{path.name} is no Parquet file that can be read: {_brief(exc)}", source=str(path)) from exc
    with file:
        if max(groups, default=0) > LARGEST_GROUP:
            raise UnsupportedSource(f"{path.name} unpacks to more than is read.", hint="Split it.", source=str(path))
        yield _table(_batches(file, columns, path, ArrowException), path, mapping)


def _batches(file: Any, columns: Sequence[str], path: Path, broken: type[Exception]) -> Iterator[Sequence[Any]]:
    yield columns
    try:
        for batch in file.iter_batches(batch_size=1_000):
            for record in batch.to_pylist():
                yield [record.get(column) for column in columns]
    except (broken, ValueError, OverflowError) as exc:  # a text that is none, a day that no calendar has
        raise SourceError(f"{path.name} is damaged: {_brief(exc)}", source=str(path)) from exc


def _brief(error: BaseException) -> str:
    return clean_text(str(error) or type(error).__name__)[:200]


# --- rows ----------------------------------------------------------------------------------------------------------


def _table(records: Iterator[Sequence[Any] | str], path: Path, mapping: Mapping) -> TableFile:
    read = mapping.read
    header: Sequence[Any] | str = ()
    for _ in range(read.header):
        header = next(records, ())
    if isinstance(header, str) or not any(clean_text(name) for name in header):
        raise SourceError(f"{path.name} has no headings in row {read.header}.", source=str(path))
    if len(header) > MOST_COLUMNS:
        raise UnsupportedSource(f"{path.name} has {len(header)} columns or more.", source=str(path))
    columns = _headings(header)
    first = max(read.first or 0, read.header + 1)
    return TableFile(columns=columns, rows=_rows(records, columns, mapping, first, path), first=first)


def _headings(header: Sequence[Any]) -> tuple[str, ...]:
    names: list[str] = []
    for place, value in enumerate(header, start=1):
        name = clean_text(value)[:100] or f"column {place}"
        names.append(name if name not in names else f"{name} ({place})")
    while len(names) > 1 and names[-1] == f"column {len(names)}":  # a spreadsheet's empty columns at the right
        names.pop()
    return tuple(names)


def _rows(
    records: Iterator[Sequence[Any] | str], columns: tuple[str, ...], mapping: Mapping, first: int, path: Path
) -> Iterator[Row | BadRow]:
    kept = kept_columns(columns, mapping)
    places = [(i, column) for i, column in enumerate(columns) if column in kept]
    with _translated(path):
        for number, record in enumerate(records, start=mapping.read.header + 1):
            if number > MOST_ROWS:
                raise UnsupportedSource(
                    f"{path.name} has more than {MOST_ROWS} rows.", hint="Split it.", source=str(path)
                )
            if number < first:
                continue
            if isinstance(record, str):
                yield BadRow(number, record)
                continue
            filled = [value for value in record if value not in (None, "")]
            if not filled:
                continue  # an empty line
            if len(record) > len(columns) and any(value not in (None, "") for value in record[len(columns) :]):
                yield BadRow(number, f"has {len(record)} cells under {len(columns)} headings")
                continue
            if (
                len(record) < len(columns)
                and mapping.read.format == "table"
                and isinstance(record, list)
                and (len(record) == 1 and len(columns) > 1)
            ):
                yield BadRow(number, f"has 1 cell under {len(columns)} headings")
                continue
            row = Row(number, {column: bounded(record[i]) for i, column in places if i < len(record)})
            if any("\ufffd" in cell.text for cell in row.cells.values()):
                yield BadRow(number, "holds bytes that are no text in the file's encoding")
                continue
            yield row


def kept_columns(columns: Iterable[str], mapping: Mapping) -> frozenset[str]:
    """The columns that are shown or used; what a mapping hides is not even held in memory."""
    names = [c for c in columns if c not in mapping.hide]
    if mapping.show:
        wanted = {*mapping.show, *used_columns(mapping)}
        names = [c for c in names if c in wanted]
    return frozenset(names) | (frozenset(columns) & used_columns(mapping))


def used_columns(mapping: Mapping) -> frozenset[str]:
    """All columns that a mapping names."""
    found: set[str] = {skip.column for skip in mapping.skip}

    def collect(value: object) -> None:
        if isinstance(value, dict):
            for key, each in value.items():
                if key in {"column", "until"} and each:
                    found.update([each] if isinstance(each, str) else each)
                collect(each)
        elif isinstance(value, list | tuple):
            for each in value:
                collect(each)

    for rule in mapping.claims:
        collect(rule.model_dump())
    return frozenset(found)


def bounded(value: Any) -> Cell:
    """Make a cell of a value. One that is too long to be a value says so when something is taken from it."""
    if isinstance(value, list | tuple):
        return cell_of_many(
            (each if isinstance(each, str) else str(each), None) for each in value[:200] if each is not None
        )
    if isinstance(value, str) and len(value) > 4 * LONGEST_CELL:
        value = value[: 4 * LONGEST_CELL]
    cell = cell_of(value)
    if len(cell.text) > LONGEST_CELL:
        return Cell(cell.text[:LONGEST_CELL] + "…", (), f"holds more than {LONGEST_CELL} characters")
    return cell
