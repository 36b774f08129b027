"""The parts of a paper's text: title, front, abstract, sections, thanks, references. Works on any reader's text.

A paper's text has its paragraphs parted by blank lines, headings and entries of the references each on their own.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_PARAGRAPH = re.compile(r"[^\n](?:[^\n]|\n(?!\n))*")
_NUMBER = r"(?:(?:\d{1,2}(?:\.\d{1,2}){0,3}|[IVX]{1,5}|[A-Z])\.?\s+)?"
_ABSTRACT = re.compile(rf"{_NUMBER}(?:a\s?b\s?s\s?t\s?r\s?a\s?c\s?t|summary|synopsis)[.:]?", re.IGNORECASE)
_REFERENCES = re.compile(
    rf"{_NUMBER}(?:references(?: and notes| cited)?|bibliography|literature cited|works cited)[.:]?", re.IGNORECASE
)
_THANKS = re.compile(rf"{_NUMBER}acknowled?ge?ments?(?: and funding)?[.:]?", re.IGNORECASE)
_START = re.compile(rf"{_NUMBER}(?:introduction|background|motivation)[.:]?", re.IGNORECASE)
_HEADING = re.compile(rf"{_NUMBER}[A-Z¿“\"‘0-9][^\n]{{2,110}}")
_ENTRY = re.compile(r"\[[\w+\-’']{1,12}\]|\(?\d{1,3}[.)]?\s|[^\n]{0,2000}?\b(?:1[89]|20)\d\d[a-z]?\b", re.DOTALL)
_LABELLED = re.compile(r"\[[\w+\-’']{1,12}\]|\(?\d{1,3}[.)]?\s")
_LETTERS = re.compile(r"[\W_]+")
_AFTER = re.compile(
    r"(?:appendix|appendices|supplementary|supplemental|about the authors?|biograph|author biograph)\b", re.IGNORECASE
)
_FRONT_REACH = 80  # paragraphs in which an abstract is looked for
_MOST_ENTRIES = 3_000


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it, as offsets into the text."""

    heading: str
    start: int
    body: int
    end: int


@dataclass(frozen=True, slots=True)
class Outline:
    """Where the parts of a paper stand; (start, end) offsets, end exclusive; None where none was found."""

    title: tuple[int, int] | None
    front: tuple[tuple[int, int], ...]
    abstract: tuple[int, int] | None
    sections: tuple[Section, ...]
    thanks: tuple[int, int] | None
    references: tuple[tuple[int, int], ...]


def outline(text: str, headline: str = "") -> Outline:
    """Return the parts of the text of a paper whose title is `headline`."""
    spans = [match.span() for match in _PARAGRAPH.finditer(text)]
    if not spans:
        return Outline(None, (), None, (), None, ())
    title = _title(text, spans, headline)
    after = spans.index(title) + 1 if title else 0
    front_end, abstract = _abstract(text, spans, after)
    first, last = _reference_range(text, spans, front_end)
    labelled = bool(last) and _LABELLED.match(text, *spans[first]) is not None
    entries = [span for span in spans[first:last] if (_LABELLED if labelled else _ENTRY).match(text, *span)]
    sections = _sections(text, spans, front_end)
    thanks = next(((s.body, s.end) for s in sections if _THANKS.fullmatch(s.heading) and s.end > s.body), None)
    if thanks is not None:  # a table or figure that floats after it is no part of it, nor are the references
        float_ = re.compile(r"\n\n(?:Table|TABLE|Fig)").search(text, *thanks)
        stop = min(float_.start() if float_ else thanks[1], spans[first][0] - 2 if last and first else thanks[1])
        thanks = (thanks[0], max(stop, thanks[0]))
    return Outline(
        title=title,
        front=tuple(spans[after:front_end]),
        abstract=abstract,
        sections=sections,
        thanks=thanks,
        references=tuple(entries),
    )


def _title(text: str, spans: Sequence[tuple[int, int]], headline: str) -> tuple[int, int] | None:
    wanted = _LETTERS.sub("", headline).casefold()
    for start, end in spans[:8]:
        if wanted and _LETTERS.sub("", text[start:end]).casefold() == wanted:
            return start, end
    return None


def _abstract(text: str, spans: Sequence[tuple[int, int]], after: int) -> tuple[int, tuple[int, int] | None]:
    """The number of the paragraph at which the front ends, and where the abstract stands."""
    reach = range(after, min(len(spans), after + _FRONT_REACH))
    for number in reach:
        words = text[slice(*spans[number])]
        if _ABSTRACT.fullmatch(words):
            return number, _until_heading(text, spans, number + 1)
        if _START.fullmatch(words):
            break
    for number in reach:
        words = text[slice(*spans[number])]
        if _START.fullmatch(words):
            return number, None
        if len(words.split()) > 30 and re.search(r"[a-z)]\. [A-Z]|[.]$", words) and "@" not in words:
            return number, spans[number]
    return after, None


def _until_heading(text: str, spans: Sequence[tuple[int, int]], number: int) -> tuple[int, int] | None:
    end = number
    while end < len(spans) and end < number + 6 and not _is_heading(text[slice(*spans[end])]):
        end += 1
    return (spans[number][0], spans[end - 1][1]) if end > number else None


def _is_heading(words: str) -> bool:
    if len(words) > 120 or "\n" in words or (words[-1:] in ".,;:" and not _KNOWN_END.fullmatch(words)):
        return False
    if _NO_HEADING.search(words):
        return False
    return _HEADING.fullmatch(words) is not None and len(words.split()) <= 16 and not words[-1].isdigit()


_NUMBERED = re.compile(r"(?:\d{1,2}(?:\.\d{1,2}){0,3}\.?|[IVX]{1,5}\.|[A-Z]\.)\s+[A-Z]")
_CLOSED = re.compile(r"[.!?:;…)\d][\"'”’)\]]*$|\n|^(?:Table|TABLE|Fig)")
_NO_HEADING = re.compile(
    r"[=∥<>∑+∈→@]|https?:|^(?:Table|TABLE|Fig(?:ure|\.)|FIG|Algorithm|Listing)\b|\b(?:pp|vol)\. \d"
)
_KNOWN_END = re.compile(
    rf"{_NUMBER}(?:abstract|introduction|conclusions?|acknowled?ge?ments?|references|bibliography)[.:]", re.IGNORECASE
)


def _reference_range(text: str, spans: Sequence[tuple[int, int]], front_end: int) -> tuple[int, int]:
    heads = [n for n in range(front_end, len(spans)) if _REFERENCES.fullmatch(text[slice(*spans[n])])]
    first = last = heads[-1] + 1 if heads else _first_entry(text, spans, front_end)
    if not first:
        return 0, 0
    labelled = first < len(spans) and _LABELLED.match(text, *spans[first]) is not None
    misses = 0
    for number in range(first, min(len(spans), first + _MOST_ENTRIES)):
        words = text[slice(*spans[number])]
        if _AFTER.match(words) or (labelled and number > first and _is_heading(words) and not _LABELLED.match(words)):
            break
        misses = 0 if _ENTRY.match(words) else misses + 1
        if misses > 6:
            break
        if not misses:
            last = number + 1
    return first, last


def _first_entry(text: str, spans: Sequence[tuple[int, int]], front_end: int) -> int:
    """Where entries numbered 1 to 4 stand one after the other, without a heading; 0 when nowhere."""
    for number in range(len(spans) - 4, front_end, -1):
        if all(re.match(rf"(?:\[{k}\]|{k}\.)\s", text[slice(*spans[number + k - 1])]) for k in (1, 2, 3, 4)):
            return number
    return 0


def _sections(text: str, spans: Sequence[tuple[int, int]], front_end: int) -> tuple[Section, ...]:
    heads: list[int] = []
    for n in range(front_end, len(spans)):
        # A line after a sentence that has not ended is the rest of it, or stands in a figure.
        words = text[slice(*spans[n])]
        opens = n == front_end or (heads and heads[-1] == n - 1) or _CLOSED.search(text[slice(*spans[n - 1])])
        if (opens or _NUMBERED.match(words) or _START.fullmatch(words)) and _is_heading(words):
            heads.append(n)
    found = []
    for head, following in zip(heads, [*heads[1:], len(spans)], strict=False):
        start, body = spans[head]
        end = spans[following - 1][1]
        found.append(Section(text[start:body], start, min(body + 2, end), end))
    return tuple(found)
