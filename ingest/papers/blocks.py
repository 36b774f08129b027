"""Paragraphs of a paper, from its lines: headings, body, footnotes, captions, table rows, entries of the references."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from statistics import median

from ingest.papers.glyphs import CUTS, RAISED
from ingest.papers.lines import Line


class Kind(StrEnum):
    """What a paragraph of a paper is."""

    TITLE = "title"
    FRONT = "front"  # authors, their institutions and addresses
    HEADING = "heading"
    BODY = "body"
    NOTE = "note"  # at the foot of a column
    CAPTION = "caption"
    TABLE = "table"
    REFERENCE = "reference"


FLOATS = frozenset({Kind.NOTE, Kind.CAPTION, Kind.TABLE})


@dataclass(slots=True, kw_only=True)
class Block:
    """Lines that belong together; `page` is that of the first one."""

    kind: Kind
    lines: list[Line] = field(default_factory=list)
    text: str = ""

    @property
    def page(self) -> int:
        """The page on which it begins."""
        return self.lines[0].page

    def written(self) -> str:
        """The text as given, or the lines of the block, one a line."""
        return self.text or "\n".join(line.text for line in self.lines)


_MARK = re.compile(rf"[{RAISED}*∗†‡§¶]|\d{{1,2}}(?=[A-Z]|https?:)")
_CAPTION = re.compile(
    r"(?:Fig(?:ure|\.)?|FIG\.|FIGURE|Table|TABLE|Tab\.|Listing|Algorithm) ?(?:\d+|[IVX]+|[A-Z]\.\d+)\b[.: ]?"
)
_NUMBERED = re.compile(r"(?:\d{1,2}(?:\.\d{1,2}){0,3}\.?|[IVX]{1,5}\.|[A-Z]\.|Appendix [A-Z])\s+[A-Z¿“\"‘]")
_KNOWN = re.compile(
    r"(?:(?:\d{1,2}|[IVX]{1,5})\.?\s*)?(?:abstract|summary|introduction|related works?|background|methods?|methodology"
    r"|results?|discussion|conclusions?|experiments?|evaluation|acknowled?ge?ments?|references|bibliography"
    r"|literature cited|works cited|appendix|appendices|supplementary material|funding|limitations|data availability"
    r"|ethics statement|broader impact|author contributions|competing interests|conflicts? of interest|index terms"
    r"|keywords)(?: and (?:future work|discussion|conclusions?|results))?[.:]?",
    re.IGNORECASE,
)
REFERENCES = re.compile(
    r"(?:(?:\d{1,2}|[IVX]{1,5})\.?\s*)?(?:references(?: and notes)?|bibliography|literature cited|works cited"
    r"|references cited)[.:]?",
    re.IGNORECASE,
)
_LABEL = re.compile(r"\[[\w+\-’']{1,12}\]\s|\[\d{1,3}\]|\(?\d{1,3}[.)]\s|\d{1,3}\s+(?=[A-Z])")
_BRACKET = re.compile(r"\[[\w+\-’']{1,12}\]")
_ENDS = re.compile(r"(?<! [A-Z])[.!?:;…][\"'”’)\]]*$")
_NAME_FIRST = re.compile(r"[A-ZÀ-Ý][\w’'-]+,? ")


def body_size(lines: Sequence[Line]) -> float:
    """Return the letter size in which most of the paper is set."""
    weight: dict[float, int] = {}
    for line in lines:
        size = round(line.size * 2) / 2
        weight[size] = weight.get(size, 0) + len(line.text)
    return max(weight, key=lambda size: weight[size], default=10.0)


def split_notes(lines: Sequence[Line], size: float) -> tuple[list[Line], list[Line]]:
    """Part the lines of a page into text and footnotes: small print at the foot of a column, its first line marked."""
    notes: set[int] = set()
    low = 0.62 * max((line.base for line in lines), default=0.0)
    for column in (0, 1, 2):
        # What runs across the page stands at the foot only when nothing else stands below it.
        here = sorted((line for line in lines if column == 0 or line.column in (0, column)), key=lambda line: line.base)
        small: list[Line] = []
        for line in here:
            if line.size > size - 0.6 or len(small) > 25 or line.base > low or line.column != column:
                break
            small.append(line)
        # From below: the footnotes begin at the highest marked line of the small print.
        highest = max((n for n, line in enumerate(small) if _MARK.match(line.marked)), default=None)
        if highest is None and lines and lines[0].page == 0 and small and len(small) < 16 and len(small) < len(here):
            highest = _unmarked(small, here)
        if highest is not None:
            notes.update(id(line) for line in small[: highest + 1])
    return [line for line in lines if id(line) not in notes], [line for line in lines if id(line) in notes]


def _unmarked(small: Sequence[Line], here: Sequence[Line]) -> int | None:
    """On a first page the small print below a gap is a note, also without a mark ("Manuscript received …")."""
    above = here[len(small)]
    gap = above.base - small[-1].base
    return len(small) - 1 if gap > 1.6 * small[-1].size else None


def leading(lines: Sequence[Line]) -> float:
    """Return the usual distance of two lines, in letter heights."""
    steps = [
        (a.base - b.base) / a.size
        for a, b in pairwise(lines)
        if a.column == b.column
        and a.page == b.page
        and 0 < a.base - b.base < 2.5 * a.size
        and abs(a.size - b.size) < 0.3
    ]
    return median(steps) if steps else 1.2


def is_heading(line: Line, size: float) -> bool:
    """Whether a line stands out as a heading and reads like one."""
    text = line.text
    if len(text) > 110 or not any(map(str.isalpha, text)) or text[-1:] in ",;-" or CUTS[0] in text:
        return False
    if _KNOWN.fullmatch(text) and (line.bold or line.size != size or text.isupper() or len(text) < 40):
        return True
    letters = [char for char in text if char.isalpha()]
    capitals = sum(map(str.isupper, letters)) > 0.9 * len(letters) and len(letters) > 4
    stands_out = line.bold or line.size > size + 0.8 or capitals
    if _NUMBERED.match(text):
        return (stands_out or line.size < size) and not (text.endswith(".") and len(text) > 60)
    return stands_out and text[0].isupper() and not _ENDS.search(text) and not _CAPTION.match(text)


def make_blocks(lines: Sequence[Line], size: float) -> Iterator[Block]:
    """Yield the paragraphs of lines in reading order, from the abstract on."""
    step = leading(lines)
    block: Block | None = None
    cited = False
    label: re.Pattern[str] | None = None
    last: Line | None = None
    headings = _headings(lines, size)
    unheaded = None if any(REFERENCES.fullmatch(line.text) for line in lines) else _first_entry(lines)
    for number, line in enumerate(lines):
        heading = headings[number]
        if cited and heading and not (label is not None and label.match(line.text)):
            cited = False
        if (heading and REFERENCES.fullmatch(line.text)) or number == unheaded:
            cited = True
            following = lines[min(number + (number != unheaded), len(lines) - 1)].text
            label = _BRACKET if _BRACKET.match(following) else _LABEL if _LABEL.match(following) else None
        kind = _kind(line, heading and not (cited and not REFERENCES.fullmatch(line.text)), cited)
        if block is not None and last is not None and _continues(block, last, line, kind, step, label):
            block.lines.append(line)
        else:
            if block is not None:
                yield block
            block = Block(kind=kind, lines=[line])
        last = line
    if block is not None:
        yield block


def _headings(lines: Sequence[Line], size: float) -> list[bool]:
    """Which lines are headings. Three or more in the same print are words in bold, such as an abstract."""
    found = [is_heading(line, size) for line in lines]
    start = 0
    for number in range(1, len(lines) + 1):
        if number < len(lines) and _alike(lines[number - 1], lines[number]):
            continue
        if number - start >= 3:
            for at in range(start, number):
                found[at] = found[at] and _KNOWN.fullmatch(lines[at].text) is not None
        start = number
    return found


def _alike(above: Line, line: Line) -> bool:
    """Whether a line goes on as the one above it: same print, next below, and no number of its own."""
    close = 0 < above.base - line.base < 1.7 * line.size and above.column == line.column
    return (
        close
        and above.text.isupper() == line.text.isupper()
        and above.bold == line.bold
        and abs(above.size - line.size) < 0.3
        and not _NUMBERED.match(line.text)
    )


def _first_entry(lines: Sequence[Line]) -> int | None:
    """Where a list of references without a heading begins: at "[1]" or "1." of the last list that runs on to 4."""
    for pattern in (r"\[{}\]", r"{}\."):
        starts = [n for n, line in enumerate(lines) if re.match(pattern.format(1), line.text)]
        for start in reversed(starts):
            rest = [line.text for line in lines[start : start + 60]]
            if all(any(re.match(pattern.format(k), text) for text in rest) for k in (2, 3, 4)):
                return start if start > len(lines) // 3 else None
    return None


def _kind(line: Line, heading: bool, cited: bool) -> Kind:
    if heading:
        return Kind.HEADING
    if cited:
        return Kind.REFERENCE
    if len(line.text) < 3 and not line.text.isalpha():
        return Kind.TABLE  # a stroke of a formula
    if _CAPTION.match(line.text):
        return Kind.CAPTION
    if line.cells >= 3 and not _is_stretched(line):
        return Kind.TABLE
    return Kind.BODY


def _is_stretched(line: Line) -> bool:
    """Whether a line of prose was spread to the width of its column, as word processors do in narrow ones."""
    fills = line.left < line.edge[0] + 2 * line.size and line.right > line.edge[1] - 3
    words = line.text.split()
    return fills and sum(word[:1].islower() for word in words) * 2 > len(words)


def _continues(block: Block, last: Line, line: Line, kind: Kind, step: float, label: re.Pattern[str] | None) -> bool:
    same_flow = last.page == line.page and last.column == line.column
    gap = (last.base - line.base) / max(last.size, 1) if same_flow else 0.0
    if kind is Kind.HEADING or block.kind is Kind.HEADING:
        return _heading_goes_on(block, last, line, kind, gap, same_flow)
    if block.kind is Kind.REFERENCE:
        return kind is Kind.REFERENCE and not _new_entry(block, last, line, gap, step, label, same_flow)
    if block.kind is Kind.CAPTION:
        return same_flow and kind in (Kind.BODY,) and abs(line.size - last.size) < 0.3 and 0 < gap < step * 1.25
    if kind is not block.kind:
        return False
    if kind is Kind.TABLE:
        return same_flow and 0 < gap < step * 2
    return _same_paragraph(last, line, gap, step, same_flow)


def _heading_goes_on(block: Block, last: Line, line: Line, kind: Kind, gap: float, same_flow: bool) -> bool:
    """A heading of two lines: same size and weight, close, and the second is no heading of its own."""
    if kind is not block.kind or not same_flow or abs(line.size - last.size) > 0.3 or line.bold != last.bold:
        return False
    return (
        0 < gap < 1.6
        and not _NUMBERED.match(line.text)
        and not _KNOWN.fullmatch(line.text)
        and (not _KNOWN.fullmatch(last.text) and last.right > last.edge[0] + 0.6 * (last.edge[1] - last.edge[0]))
    )


def _same_paragraph(last: Line, line: Line, gap: float, step: float, same_flow: bool) -> bool:
    if abs(line.size - last.size) > 0.8 and len(line.text) > 3:
        return False
    full = last.right > last.edge[1] - 0.1 * (last.edge[1] - last.edge[0])
    indented = line.left - line.edge[0] > 0.5 * line.size and line.left - line.edge[0] < 5 * line.size
    ended = bool(_ENDS.search(last.text))
    if not same_flow:
        return not ended or (full and not indented and not line.text[:1].isupper())
    if last.text[-1:] in (CUTS[0], "-", ","):
        return gap < step * 1.7
    if gap > step * 1.35 and gap - step > 0.3:
        return False
    if indented and last.left - last.edge[0] < 0.5 * last.size:
        return not ended and not full  # a first line is indented; so are lines under a list mark
    return full or not ended


def _new_entry(
    block: Block, last: Line, line: Line, gap: float, step: float, label: re.Pattern[str] | None, same_flow: bool
) -> bool:
    if label is not None:
        return bool(label.match(line.text)) and not (label is _LABEL and last.text[-1:] in ",-")
    first = block.lines[0]
    if not same_flow:
        # A new column: hanging entries begin at its edge.
        return bool(_ENDS.search(last.text)) and bool(_NAME_FIRST.match(line.text)) and line.left <= line.edge[0] + 2
    if gap > step * 1.3 and gap - step > 0.25:
        return True
    hanging = len(block.lines) > 1 and block.lines[1].left > first.left + 3 and block.lines[1].column == first.column
    if hanging:
        return line.left < block.lines[1].left - 3
    if line.left < last.left - 3 and first.left > line.left + 3:
        return True  # first lines are indented, this one is not: still the entry
    if line.left > first.left + 3:
        return False
    return bool(_ENDS.search(last.text)) and bool(_NAME_FIRST.match(line.text)) and last.right < last.edge[1] - 12
