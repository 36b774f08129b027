"""Cells and what is taken from them: pure, and every value keeps its place in the cell that a reader is shown."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from graph.plain import one_line

LONGEST_CELL = 2_000  # characters of a cell that a claim is taken from; a longer one is prose, not a value
_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]{0,200}[)\]]\s*$")
_EDGES = " \t,;|·•"
JOINED = "; "


@dataclass(frozen=True, slots=True)
class Part:
    """One value of a cell: its words and where they stand. `kind` is the type of the record that it refers to."""

    name: str
    start: int
    end: int
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as it is shown: one line, without control characters. A JSON list is a cell of several parts."""

    text: str
    parts: tuple[Part, ...]
    problem: str | None = None  # why nothing can be taken from it


def clean_text(value: object) -> str:
    """Return a value as one line: NFC, single spaces, no control and no format characters."""
    text = value if isinstance(value, str) else "" if value is None else str(value)
    return one_line(unicodedata.normalize("NFC", text))


def cell_of(value: object) -> Cell:
    """Make a cell of one value."""
    text = clean_text(value)
    return Cell(text, (Part(text, 0, len(text)),) if text else ())


def cell_of_many(values: Iterable[tuple[str, str | None]], problem: str | None = None) -> Cell:
    """Make a cell of several values, each with the type of the record that it refers to, or None."""
    text, parts = "", []
    for value, kind in values:
        words = clean_text(value)
        if words:
            start = len(text) + (len(JOINED) if text else 0)
            text += (JOINED if text else "") + words
            parts.append(Part(words, start, start + len(words), kind))
    return Cell(text, tuple(parts), problem)


def trimmed(cell: str, part: Part) -> Part | None:
    """Take spaces and separators off both ends; None when nothing is left."""
    start, end = part.start, part.end
    while start < end and cell[start] in _EDGES:
        start += 1
    while end > start and cell[end - 1] in _EDGES:
        end -= 1
    return replace(part, name=cell[start:end], start=start, end=end) if start < end else None


def split(cell: str, part: Part, separators: Sequence[str]) -> Iterator[Part]:
    """Cut a part at each of the separators."""
    pattern = re.compile("|".join(re.escape(s) for s in separators))
    at = part.start
    for found in pattern.finditer(cell, part.start, part.end):
        yield replace(part, name=cell[at : found.start()], start=at, end=found.start())
        at = found.end()
    yield replace(part, name=cell[at : part.end], start=at, end=part.end)


def without_brackets(part: Part) -> Part:
    """Leave out what stands in brackets at the end: `Example Police (EP)` → `Example Police`."""
    name = _BRACKETS.sub("", part.name)
    return replace(part, name=name, end=part.start + len(name)) if name else part


def after_last(part: Part, mark: str) -> Part:
    """Keep what follows the last `mark` between two letters: `Holding/Unit` → `Unit`, but `24/7` stays."""
    at = part.name.rfind(mark)
    if at < 1 or not (part.name[at - 1].isalpha() and part.name[at + len(mark) : at + len(mark) + 1].isalpha()):
        return part
    start = part.start + at + len(mark)
    return replace(part, name=part.name[at + len(mark) :], start=start)


# --- dates ---------------------------------------------------------------------------------------------------------

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            *(("january", "jan"), ("february", "feb"), ("march", "mar"), ("april", "apr"), ("may",)),
            *(("june", "jun"), ("july", "jul"), ("august", "aug"), ("september", "sep", "sept"), ("october", "oct")),
            *(("november", "nov"), ("december", "dec")),
        ),
        start=1,
    )
    for name in names
}
_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:[T ]\d{2}:\d{2}.{0,20})?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SLASHED = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})(?:[/.](\d{1,2}))?")
_WORDS = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th)?\s+)?([A-Za-z]{3,9})\.?,?\s+(?:(\d{1,2})(?:st|nd|rd|th)?,?\s+)?(\d{4})"
)
_YEARS = re.compile(r"(\d{4})\s*(?:-|–|—|/|to)\s*(\d{4})?")
_ABOUT = re.compile(r"(?:c\.|ca\.|circa|about|around)\s*", re.IGNORECASE)


def edtf(text: str, order: str | None = None) -> str | None:
    """Return a date as EDTF (ISO 8601-2), or None when it isn't one that can be read without guessing.

    `order` (dmy or mdy) says how 03/04/2019 is meant; without it such a date is its year.
    """
    text = text.strip()
    if not text or len(text) > 60:
        return None
    if found := _ABOUT.match(text):
        year = edtf(text[found.end() :], order)
        return f"{year}~" if year and year.isdecimal() else None
    if (found := _YEARS.fullmatch(text)) and not (found[2] is None and "/" in text):
        if found[2] is None:
            return f"{found[1]}/.."
        return f"{found[1]}/{found[2]}" if found[1] < found[2] else None
    for pattern in (_ISO, _COMPACT, _YEAR_FIRST):
        if found := pattern.fullmatch(text):
            return _date(found[1], found[2], found[3])
    if found := _SLASHED.fullmatch(text):
        return _slashed(found[1], found[2], found[3], order)
    if (found := _WORDS.fullmatch(text)) and not (found[1] and found[3]):
        month = _MONTHS.get(found[2].casefold())
        return _date(found[4], str(month), found[1] or found[3]) if month else None
    return None


def _slashed(first: str, second: str, year: str, order: str | None) -> str | None:
    if order == "dmy" or (order is None and int(first) > 12):
        return _date(year, second, first)
    if order == "mdy" or (order is None and int(second) > 12) or first == second:
        return _date(year, first, second)
    return year  # 03/04: the third of April or the fourth of March


def _date(year: str, month: str | None, day: str | None) -> str | None:
    from datetime import date

    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    return "-".join([year, *(part.zfill(2) for part in (month, day) if part)])


def interval(begins: str | None, ends: str | None) -> str | None:
    """Join two EDTF dates; one that is missing stays open, two that are the same are one."""
    if begins is None and ends is None:
        return None
    if begins == ends:
        return begins
    if begins and ends and begins.split("/")[0] > ends.split("/")[-1]:
        return None
    return f"{(begins or '..').split('/')[0]}/{(ends or '..').split('/')[-1]}"
