"""The first page: title, and the names and addresses between it and the abstract."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from ingest.papers.blocks import Block, Kind, is_heading
from ingest.papers.glyphs import RAISED, Run
from ingest.papers.lines import Line, rows

_NUMBERED = r"(?:\d{1,2}\.?\s+)?"
_ABSTRACT = re.compile(r"\W*(?:a\s?b\s?s\s?t\s?r\s?a\s?c\s?t|summary|synopsis|executive summary)\b", re.IGNORECASE)
_NO_TITLE = re.compile(
    rf"{_ABSTRACT.pattern}|{_NUMBERED}introduction\b|contents\b|proceedings of|(?:international )?journal of"
    rf"|\w+ transactions on"
    r"|preprint|draft\b|arxiv|doi\b|https?:|technical report|©|copyright",
    re.IGNORECASE,
)
_START = re.compile(r"(?:1|I)?\.?\s*introduction\b", re.IGNORECASE)
_LETTERS = re.compile(r"[\W_]+")
_ADDRESS = re.compile(
    r"@|\b(?:Univ|Instit|Colleg|School|Facult|Dep(?:t|art)|Laborat|Academ|Research|Labs?\b|Inc\b|Ltd\b|GmbH"
    r"|Hospital|Cent(?:re|er))"
)
_MARKS = re.compile(rf"[{RAISED}*∗†‡§¶]")
_OLD_TITLE = re.compile(
    r"(?:untitled|microsoft word|\w+\.(?:dvi|tex|docx?|pdf|indd)|paper|main|manuscript|title)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Opening:
    """What stands before the abstract. `head` is what stands above the title; `rest` are the lines that follow."""

    title: str
    blocks: tuple[Block, ...]
    head: tuple[Line, ...]
    rest: tuple[Line, ...]


def read_opening(lines: Sequence[Line], size: float, told: str = "") -> Opening:
    """Find title and front of the lines of a first page; `told` is the title that the file's properties give."""
    titled = _title(lines, size, told)
    if not titled:
        return Opening("", (), (), tuple(lines))
    top, bottom = titled[0].base, titled[-1].base
    chosen = {id(line) for line in titled}
    head = tuple(line for line in lines if line.base > top + 1 and id(line) not in chosen)
    below = [line for line in lines if line.base < bottom - 1 and id(line) not in chosen]
    edge = _zone_end(below, size)
    front = [line for line in below if line.base > edge]
    rest = tuple(line for line in below if line.base <= edge)
    title = Block(kind=Kind.TITLE, lines=list(titled))
    blocks = tuple(_front_blocks(front))
    return Opening("\n".join(line.text for line in titled), (title, *blocks), head, rest)


def _title(lines: Sequence[Line], size: float, told: str) -> list[Line]:
    ordered = sorted(lines, key=lambda line: (-line.base, line.left))
    top = [line for line in ordered if line.base > ordered[0].base * 0.42]
    if told and not _OLD_TITLE.match(told) and " " in told:
        found = _matching(top, told)
        if found:
            return found
    large = [
        line
        for line in top
        if sum(map(str.isalpha, line.text)) > 7 and " " in line.text and not _NO_TITLE.match(line.text)
    ]
    if not large:
        return []
    most = max(line.size for line in large)
    if most < size + 1.2:
        bold = next((line for line in large if line.bold), None)
        first = bold if bold is not None and large.index(bold) < 4 else None
        if first is None:
            return []
    else:
        first = next(line for line in large if line.size > most - 0.6)
    return _run_on(ordered, ordered.index(first))


def _run_on(ordered: Sequence[Line], start: int) -> list[Line]:
    first = ordered[start]
    found = [first]
    for line in ordered[start + 1 :]:
        close = 0 < found[-1].base - line.base < 2.1 * first.size
        if not close or abs(line.size - first.size) > 0.6 or line.bold != first.bold or _ABSTRACT.match(line.text):
            break
        found.append(line)
    return found[:6]


def _matching(lines: Sequence[Line], told: str) -> list[Line]:
    """The lines that together spell the title which the file tells."""
    wanted = _LETTERS.sub("", told).casefold()
    for start in range(len(lines)):
        spelled = ""
        for end in range(start, min(start + 6, len(lines))):
            spelled += _LETTERS.sub("", lines[end].text).casefold()
            if len(spelled) > 1.2 * len(wanted):
                break
            if SequenceMatcher(None, spelled, wanted, autojunk=False).ratio() > 0.94:
                return list(lines[start : end + 1])
    return []


def _zone_end(lines: Sequence[Line], size: float) -> float:
    """The baseline from which on the paper itself begins: abstract, introduction, or the first prose."""
    starts = [
        line.base + 0.9 * line.size
        for line in lines
        if _ABSTRACT.match(line.text) or (_START.match(line.text) and is_heading(line, size))
    ]
    for first, second in pairwise(lines):
        if first.column == second.column and _is_prose(first) and _is_prose(second, first):
            starts.append(first.base + 0.6 * first.size)
    return max(starts, default=float("-inf"))


def _is_prose(line: Line, before: Line | None = None) -> bool:
    words = line.text.split()
    if len(words) < 5 or _MARKS.search(line.marked) or _ADDRESS.search(line.text):
        return False
    small = sum(word.islower() for word in words)
    if before is not None and 0 < before.base - line.base > 2.5 * line.size:
        return False
    return small >= 0.55 * len(words)


def _front_blocks(lines: Sequence[Line]) -> list[Block]:
    """Names and addresses: author boxes that stand side by side each as one block, other lines as they come."""
    out: list[Block] = []
    boxes: list[list[Run]] = []
    for row in rows([run for line in lines for run in line.runs]):
        if _is_boxed(row, boxes):
            _into_boxes(boxes, row)
            continue
        out.extend(_closed(boxes, lines))
        boxes = []
        marked = sum(_MARKS.search("".join(run.text(raised=True) for run in cell)) is not None for cell in _cells(row))
        if _parts(row) > 1 and marked * 2 < _parts(row):
            boxes = [[*part] for part in _cells(row)]
        else:
            _add_line(out, row, lines)
    out.extend(_closed(boxes, lines))
    return out


def _cells(row: Sequence[Run]) -> list[list[Run]]:
    cells = [[row[0]]]
    for left, right in pairwise(row):
        if right.left - left.right > 0.9 * left.size:
            cells.append([])
        cells[-1].append(right)
    return cells


def _parts(row: Sequence[Run]) -> int:
    return len(_cells(row))


def _is_boxed(row: Sequence[Run], boxes: Sequence[Sequence[Run]]) -> bool:
    """Whether each stretch of the row stands under one author box only, and close to it."""
    if not boxes:
        return False
    lowest = min(run.base for box in boxes for run in box)
    if lowest - row[0].base > 3.2 * row[0].size:
        return False
    last = min((run for box in boxes for run in box), key=lambda run: run.base)
    if all(run.size > last.size + 0.8 for run in row):
        return False  # the names of the next tier of boxes
    for cell in _cells(row):
        over = [box for box in boxes if _overlap(box, cell) > 0]
        if len(over) > 1:
            return False
    return True


def _overlap(box: Sequence[Run], cell: Sequence[Run]) -> float:
    return min(max(r.right for r in box), max(r.right for r in cell)) - max(min(r.left for r in box), cell[0].left)


def _into_boxes(boxes: list[list[Run]], row: Sequence[Run]) -> None:
    for cell in _cells(row):
        best = max(boxes, key=lambda box: _overlap(box, cell))
        if _overlap(best, cell) > 0:
            best.extend(cell)
        else:
            boxes.append(list(cell))
            boxes.sort(key=lambda box: min(run.left for run in box))


def _closed(boxes: Sequence[Sequence[Run]], lines: Sequence[Line]) -> list[Block]:
    page = lines[0] if lines else None
    out = []
    for box in boxes:
        text = "\n".join(" ".join(run.text(raised=True) for run in row) for row in rows(list(box)))
        if page is not None and text.strip():
            out.append(Block(kind=Kind.FRONT, lines=[page], text=text))
    return out


def _add_line(out: list[Block], row: Sequence[Run], lines: Sequence[Line]) -> None:
    """Put a line to the block above it where size and distance say that they belong together."""
    text = "\n".join(" ".join(run.text(raised=True) for run in cell) for cell in _cells(row))
    line = Line(
        runs=list(row),
        left=row[0].left,
        right=row[-1].right,
        base=row[0].base,
        size=row[0].size,
        bold=row[0].bold,
        page=lines[0].page,
        column=0,
    )
    last = out[-1].lines[-1] if out else None
    if last is not None and out[-1].text and last.runs == out[-1].lines[-1].runs and out[-1].lines[-1].column == 0:
        close = 0 < last.base - line.base < 1.45 * max(line.size, last.size)
        if close and abs(last.size - line.size) < 0.6 and last is not lines[0]:
            out[-1].text += "\n" + text
            out[-1].lines.append(line)
            return
    out.append(Block(kind=Kind.FRONT, lines=[line], text=text))
