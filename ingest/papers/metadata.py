"""Metadata beside a paper: Crossref, OpenAlex and arXiv JSON, or BibTeX, in a file of the paper's own name."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

LARGEST = 2_000_000  # bytes of a file beside a paper
SUFFIXES = (".json", ".bib", ".bibtex")
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>{}]{1,200}")
_ARXIV = re.compile(
    r"(?:arxiv[.:/]*(?:org/)?(?:abs/|pdf/)?)?(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?", re.IGNORECASE
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What others say of a paper; None or empty where they say nothing."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None  # EDTF
    publisher: str | None = None  # the journal or proceedings, else the publisher
    doi: str | None = None
    arxiv: str | None = None

    @property
    def address(self) -> str | None:
        """The canonical address: that of the DOI, else that of arXiv."""
        if self.doi:
            return f"https://doi.org/{self.doi}"
        return f"https://arxiv.org/abs/{self.arxiv}" if self.arxiv else None


def read_metadata(data: bytes) -> Metadata | None:
    """Return what the file tells, or None when it is none of these formats. Never raises: it comes from anywhere."""
    if len(data) > LARGEST:
        return None
    text = data.decode("utf-8-sig", "replace").strip()
    if text.startswith("@") or re.search(r"^\s*@\w+\s*\{", text[:5000], re.MULTILINE):
        return _bibtex(text)
    try:
        row = json.loads(text)
    except (ValueError, RecursionError):
        return None
    for key in ("message", "results", "data"):
        if isinstance(row, dict) and isinstance(row.get(key), dict | list) and "title" not in row:
            row = row[key]
    if isinstance(row, list):
        row = row[0] if len(row) == 1 else None
    return _json(row) if isinstance(row, dict) else None


def _json(row: dict[str, Any]) -> Metadata | None:
    title = _line(row.get("title")) or _line(row.get("display_name"))
    if title is None:
        return None
    venue = _line(row.get("container-title")) or _line(_at(row, "primary_location", "source", "display_name"))
    identity = str(row.get("id") or row.get("arxiv_id") or "")
    arxiv = _ARXIV.fullmatch(identity.rpartition("/abs/")[2] or identity)
    return Metadata(
        title=title,
        authors=tuple(_authors(row)),
        published=_issued(row),
        publisher=venue or _line(row.get("journal-ref")) or _line(row.get("publisher")),
        doi=_doi(row.get("DOI") or row.get("doi")),
        arxiv=arxiv[1] if arxiv else None,
    )


def _at(row: Any, *keys: str) -> Any:
    for key in keys:
        row = row.get(key) if isinstance(row, dict) else None
    return row


def _line(value: Any, longest: int = 500) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    if not isinstance(value, str):
        return None
    return " ".join(re.sub(r"<[^<>]{1,60}>", "", value).split())[:longest] or None


def _doi(value: Any) -> str | None:
    found = _DOI.search(value) if isinstance(value, str) else None
    return found[0].rstrip(".,;") if found else None


def _authors(row: dict[str, Any]) -> Iterator[str]:
    people = row.get("author") or row.get("authorships") or row.get("authors") or []
    if isinstance(people, str):
        people = re.split(r"\s*(?:,|;|\band\b)\s*", people)
    for person in people[:1000] if isinstance(people, list) else []:
        if isinstance(person, dict):
            given, family = _line(person.get("given")), _line(person.get("family"))
            name = " ".join(filter(None, (given, family))) or _line(person.get("name"))
            name = name or _line(_at(person, "author", "display_name"))
        else:
            name = _line(person)
        if name:
            yield name


def _issued(row: dict[str, Any]) -> str | None:
    for key in ("published", "issued", "published-print", "published-online"):
        parts = _at(row, key, "date-parts")
        if isinstance(parts, list) and parts and isinstance(parts[0], list):
            numbers = [part for part in parts[0][:3] if isinstance(part, int)]
            if numbers and 1000 <= numbers[0] <= 2999:
                return "-".join([f"{numbers[0]:04d}", *(f"{part:02d}" for part in numbers[1:])])
    for key in ("publication_date", "published", "update_date", "publication_year", "year"):
        found = re.match(r"\d{4}(?:-\d\d(?:-\d\d)?)?", str(row.get(key) or ""))
        if found:
            return found[0]
    return None


# --- BibTeX ---

_ACCENTS = {
    "'": "\u0301",
    "`": "\u0300",
    '"': "\u0308",
    "^": "\u0302",
    "~": "\u0303",
    "c": "\u0327",
    "v": "\u030c",
    "H": "\u030b",
    "r": "\u030a",
    "u": "\u0306",
    "=": "\u0304",
    "k": "\u0328",
}
_LETTERS = {
    "\\o": "ø",
    "\\O": "Ø",
    "\\l": "ł",
    "\\L": "Ł",
    "\\ss": "ß",
    "\\ae": "æ",
    "\\AE": "Æ",
    "\\aa": "å",
    "\\AA": "Å",
    "\\i": "i",
    "\\&": "&",
    "--": "–",
}
_ACCENT = re.compile(r"\\(['`\"^~cvHruk=])\s*\{?\\?([A-Za-z])\}?")


def _bibtex(text: str) -> Metadata | None:
    """Read the first entry; a file beside a paper has one."""
    start = re.search(r"@(?!comment|string|preamble)(\w+)\s*\{\s*[^,\s]*\s*,", text, re.IGNORECASE)
    if start is None:
        return None
    fields = dict(_fields(text, start.end()))
    title = _tex(fields.get("title", ""))
    if not title:
        return None
    year = re.search(r"\d{4}", fields.get("year", "") or fields.get("date", ""))
    month = fields.get("month", "").strip().casefold()[:3]
    published = year[0] if year else None
    if published and month in _MONTHS:
        published += f"-{_MONTHS.index(month) + 1:02d}"
    archive = fields.get("eprint", "")
    arxiv = _ARXIV.fullmatch(archive) if archive else _ARXIV.search(fields.get("journal", ""))
    return Metadata(
        title=title,
        authors=tuple(_turned(_tex(name)) for name in re.split(r"\s+and\s+", fields.get("author", "")) if name.strip()),
        published=published,
        publisher=_tex(fields.get("journal", "") or fields.get("booktitle", "") or fields.get("publisher", "")) or None,
        doi=_doi(fields.get("doi")),
        arxiv=arxiv[1] if arxiv else None,
    )


def _fields(text: str, position: int) -> Iterator[tuple[str, str]]:
    """Yield (name, value) of an entry whose first field begins at `position`; braces may nest."""
    name = re.compile(r"\s*([\w-]+)\s*=\s*")
    for _ in range(200):
        found = name.match(text, position)
        if found is None:
            return
        value, position = _value(text, found.end())
        yield found[1].casefold(), value
        comma = re.compile(r"\s*,").match(text, position)
        if comma is None:
            return
        position = comma.end()


def _value(text: str, position: int) -> tuple[str, int]:
    opened = text[position : position + 1]
    if opened not in '{"' or not opened:
        bare = re.compile(r"[^,}\n]*").match(text, position)
        return (bare[0].strip(), bare.end()) if bare else ("", position)
    depth, end = 0, position + 1
    while end < len(text):
        char = text[end]
        if char == "\\":
            end += 1
        elif (opened == "{" and char == "}" and depth == 0) or (opened == '"' and char == '"' and depth == 0):
            break
        else:
            depth += (char == "{") - (char == "}")
        end += 1
    return text[position + 1 : end], end + 1


def _tex(words: str) -> str:
    """Return BibTeX words as plain ones: accents as letters, braces gone."""
    import unicodedata

    words = _ACCENT.sub(lambda found: unicodedata.normalize("NFC", found[2] + _ACCENTS[found[1]]), words)
    for command, letter in _LETTERS.items():
        words = (
            re.sub(rf"{re.escape(command)}(?![A-Za-z])(?:\{{\}})?", letter, words)
            if command[0] == "\\"
            else words.replace(command, letter)
        )
    return " ".join(re.sub(r"[{}]|\\[a-zA-Z]+\s?", "", words).split())[:500]


def _turned(name: str) -> str:
    family, comma, given = name.partition(",")
    return f"{given.strip()} {family.strip()}" if comma else name
