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


class _Patterns:
    """The expressions of one language, made of its words."""

    def __init__(self, words: _Words) -> None:
        names = ((name, number) for number, row in enumerate(words.months, start=1) for name in row.split())
        self.months = dict(names)
        month = "(?P<{0}>" + "|".join(sorted(self.months, key=len, reverse=True)) + r")\.?"
        nth, of = f"(?:{'|'.join(words.ordinals)})?", f"(?:(?:{'|'.join(words.of)}) )?"
        self.date = re.compile(
            r"\b(?:(?P<iso>(?:19|20)\d\d-\d\d-\d\d)"
            rf"|(?P<day>\d{{1,2}}){nth} {of}{month.format('month')},? {_YEAR.format('year')}"
            rf"|{month.format('month2')} (?P<day2>\d{{1,2}}){nth},? {_YEAR.format('year2')}"
            rf"|{month.format('month3')},? {of}{_YEAR.format('year3')}"
            rf"|{_YEAR.format('year4')}(?!\s?(?:{'|'.join(words.counted)}|[%-]))"
            r")\b",
            re.IGNORECASE,
        )
        self.range = re.compile(rf"(?:^|\b)(?:{'|'.join(words.range)})\s*$", re.IGNORECASE)
        self.join = re.compile(rf"\s*(?:{'|'.join(words.join)}|-|–|—)\s*", re.IGNORECASE)
        end_of = f"(?:(?:{'|'.join(words.end_of)})\\s*)?"
        self.open_end = re.compile(rf"\b(?:{'|'.join(words.open_end)})\s*{end_of}$", re.IGNORECASE)
        self.by = re.compile(rf"(?:{'|'.join(words.by)})\b", re.IGNORECASE)
        self.since = re.compile(rf"\b(?:{'|'.join(words.since)})\s*$", re.IGNORECASE)
        part = "|".join(f"{word} " for word in words.part)
        self.tied = re.compile(rf"\b(?:{'|'.join(words.tied)})[\s-]*(?:{part})*$|[(,]\s*$|^$", re.IGNORECASE)


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
        before = words[: match.start()]
        first, end = _edtf(match, known.months), match.end()
        if not known.tied.search(before):
            index += 1
            continue
        following = matches[index + 1] if index + 1 < len(matches) else None
        joint = words[match.end() : following.start()] if following else ""
        if following and known.join.fullmatch(joint) and (known.range.search(before) or "-" in joint or "–" in joint):
            first, end = f"{first}/{_edtf(following, known.months)}", following.end()
            index += 1
        elif opening := known.open_end.search(before):
            if not known.by.match(opening.group()):
                first = f"../{first}"
        elif known.since.search(before):
            first = f"{first}/.."
        found.append(Dated(first, offset + match.start(), offset + end))
        index += 1
    return found


def _edtf(match: re.Match[str], months: Mapping[str, int]) -> str:
    if match["iso"]:
        return match["iso"]
    year = match["year"] or match["year2"] or match["year3"] or match["year4"]
    name = match["month"] or match["month2"] or match["month3"]
    day = match["day"] or match["day2"]
    month = f"-{months[name.lower()]:02d}" if name else ""
    return f"{year}{month}" + (f"-{int(day):02d}" if day and 1 <= int(day) <= 31 else "")
