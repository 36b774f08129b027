"""Dates in words, as EDTF (ISO 8601-2). How a language writes them is in its `time.yml`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from graph.errors import SchemaError
from ingest.rules import rules_folder

_YEAR = r"(?P<{0}>(?:19[5-9]|20[0-4])\d)"


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    months: tuple[str, ...] = Field(min_length=12, max_length=12)
    ordinals: tuple[str, ...]
    of: tuple[str, ...]
    counted: tuple[str, ...]
    range: tuple[str, ...]
    join: tuple[str, ...]
    open_end: tuple[str, ...]
    by: tuple[str, ...]
    end_of: tuple[str, ...]
    since: tuple[str, ...]
    tied: tuple[str, ...]
    part: tuple[str, ...]
    begins: tuple[str, ...] = ()
    onward: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    adding: tuple[str, ...] = ()


class _Patterns:
    """The expressions of one language, made of its words."""

    def __init__(self, words: _Words) -> None:
        names = ((name, number) for number, row in enumerate(words.months, start=1) for name in row.split())
        self.months = dict(names)
        month = "(?P<{0}>" + "|".join(sorted(self.months, key=len, reverse=True)) + r")\.?"
        nth, of = f"(?:{'|'.join(words.ordinals)})?", f"(?:(?:{'|'.join(words.of)}) )?"
        self.date = re.compile(
            r"\b(?:(?P<iso>(?:19|20)\d\d-(?:0[1-9]|1[0-2])(?:-\d\d)?(?![-\d]))"
            rf"|(?P<day>\d{{1,2}}){nth} {of}{month.format('month')},? {_YEAR.format('year')}"
            rf"|{month.format('month2')} (?P<day2>\d{{1,2}}){nth},? {_YEAR.format('year2')}"
            rf"|{month.format('month3')},? {of}{_YEAR.format('year3')}"
            rf"|{_YEAR.format('year4')}(?!\s?(?:{'|'.join(words.counted)}|%|-(?!\d{{4}})))"
            r")\b",
            re.IGNORECASE,
        )
        self.range = re.compile(rf"(?:^|\b)(?:{'|'.join(words.range)})\s*$", re.IGNORECASE)
        self.join = re.compile(rf"\s*(?:{'|'.join(words.join)}|-|–|—)\s*", re.IGNORECASE)
        end_of = f"(?:(?:{'|'.join(words.end_of)})\\s*)?"
        self.open_end = re.compile(rf"\b(?:{'|'.join(words.open_end)})\s*{end_of}$", re.IGNORECASE)
        self.by = re.compile(rf"(?:{'|'.join(words.by)})\b", re.IGNORECASE)
        part = "|".join(f"{word} " for word in words.part)
        event = rf"(?:(?:[\w'’-]+ ){{1,3}}(?:{'|'.join(words.of)}) )?"  # "since the protests of 2018"
        self.since = re.compile(rf"\b(?:{'|'.join(words.since)})\s*(?:{part})*{event}$", re.IGNORECASE)
        self.begins = _ending(words.begins, part)
        self.onward = re.compile(rf"\s*(?:{'|'.join(words.onward) or '(?!)'})\b", re.IGNORECASE)
        self.within = _ending(words.within, part)
        self.adding = frozenset(words.adding)
        self.yearless = re.compile(rf"(?:(?P<day>\d{{1,2}}){nth} )?{of}{month.format('month')}\s*$", re.IGNORECASE)
        self.tied = re.compile(
            rf"\b(?:{'|'.join(words.tied)})[\s-]*(?:{part})*{event}$|[(,;|•:]\s*$|^\W*$", re.IGNORECASE
        )


def _ending(words: tuple[str, ...], part: str) -> re.Pattern[str]:
    """Return the expression for one of the words right before a date; without words nothing fits."""
    return re.compile(rf"\b(?:{'|'.join(words)})\s*(?:{part})*$" if words else r"(?!)", re.IGNORECASE)


@cache
def _patterns(language: str) -> _Patterns:
    path = rules_folder(language) / "time.yml"
    try:
        return _Patterns(_Words.model_validate(yaml.safe_load(path.read_text("utf-8"))))
    except OSError as exc:
        raise SchemaError(f"can't be read ({exc.strerror})", file=path.name) from exc
    except ValidationError as exc:
        first = exc.errors()[0]
        raise SchemaError(first["msg"], file=path.name, key=".".join(map(str, first["loc"]))) from exc


@dataclass(frozen=True, slots=True)
class Dated:
    """A time and the words that give it (characters of the document)."""

    edtf: str
    start: int
    end: int


def dates(words: str, offset: int = 0, language: str = "en") -> list[Dated]:
    """Return the dates in `words` of a language (ISO 639-1); a pair joined by "and", "to" or a dash is one interval.

    >>> [found.edtf for found in dates("between March 2016 and 2019")]
    ['2016-03/2019']
    """
    found: list[Dated] = []
    known = _patterns(language)
    matches = list(known.date.finditer(words))
    index = 0
    while index < len(matches):
        match = matches[index]
        following = matches[index + 1] if index + 1 < len(matches) else None
        if known.tied.search(words[: match.start()]):
            edtf, start, end = _interval(words, match, following, known)
            found.append(Dated(edtf, offset + start, offset + end))
            index += following is not None and end == following.end()
        index += 1
    return found


def _interval(
    words: str, match: re.Match[str], following: re.Match[str] | None, known: _Patterns
) -> tuple[str, int, int]:
    """Return the EDTF of a date with what stands around it, and where the words of it are."""
    before, first = words[: match.start()], _edtf(match, known.months)
    joint = words[match.end() : following.start()] if following else "."
    joined = following is not None and known.join.fullmatch(joint) is not None
    if following is not None and joined:
        dash = not joint.strip().isalpha()
        added = joint.strip().lower() in known.adding and known.within.search(before) is not None
        if dash or added or known.range.search(before):
            return f"{first}/{_edtf(following, known.months)}", match.start(), following.end()
    if (early := _earlier(before, first, known)) is not None:
        return f"{early[0]}/{first}", early[1], match.end()
    opening = known.open_end.search(before)
    if opening is not None and not known.by.match(opening.group()):
        return f"../{first}", match.start(), match.end()
    begins = known.begins.search(before) is not None and not joined
    if begins or known.since.search(before) or (known.begins.search(before) and known.onward.match(words, match.end())):
        return f"{first}/..", match.start(), match.end()
    return first, match.start(), match.end()


def _earlier(before: str, date: str, known: _Patterns) -> tuple[str, int] | None:
    """Return the first of two dates that share their year: "between March and May 2020"."""
    join = re.search(rf"(?:{known.join.pattern})$", before, re.IGNORECASE)
    found = known.yearless.search(before[: join.start()]) if join and "-" in date else None
    if join is None or found is None:
        return None
    if join.group().strip().isalpha() and not known.range.search(before[: found.start()]):
        return None
    day = f"-{int(found['day']):02d}" if found["day"] else ""
    return f"{date[:4]}-{known.months[found['month'].lower()]:02d}{day}", found.start()


def _edtf(match: re.Match[str], months: Mapping[str, int]) -> str:
    if match["iso"]:
        return match["iso"]
    year = match["year"] or match["year2"] or match["year3"] or match["year4"]
    name = match["month"] or match["month2"] or match["month3"]
    day = match["day"] or match["day2"]
    month = f"-{months[name.lower()]:02d}" if name else ""
    return f"{year}{month}" + (f"-{int(day):02d}" if day and 1 <= int(day) <= 31 else "")
