"""Lines of a page in reading order: columns found by the gutter between them, text across them read in its place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.papers.glyphs import PageRuns, Run

_STEP = 3.0  # points between the places where a gutter is looked for
_SAME_LINE = 0.4  # of the letter height: runs whose baselines differ less stand on one line


@dataclass(slots=True, kw_only=True)
class Line:
    """Runs of one line within one column. `cells` counts those that wide gaps part, as in a table."""

    runs: list[Run]
    left: float
    right: float
    base: float
    size: float
    bold: bool
    page: int
    column: int  # 0 across the page, 1 left, 2 right
    edge: tuple[float, float] = (0.0, 0.0)  # where most lines of the column begin and end

    @property
    def text(self) -> str:
        """The words, without note marks."""
        return " ".join(run.text(raised=False) for run in self.runs).strip()

    @property
    def marked(self) -> str:
        """The words with raised marks."""
        return " ".join(run.text(raised=True) for run in self.runs).strip()

    @property
    def cells(self) -> int:
        """How many stretches of it stand far apart."""
        gaps = sum(b.left - a.right > 1.05 * self.size for a, b in pairwise(self.runs))
        return gaps + 1


def find_gutter(pages: Sequence[PageRuns]) -> float | None:
    """Return where, as a share of the page's width, two columns part in most pages, or None for one column."""
    votes: dict[int, int] = {}
    for page in pages:
        place = page_gutter(page)
        if place is not None:
            votes[round(place / page.width * 100)] = votes.get(round(place / page.width * 100), 0) + 1
    if not votes or sum(votes.values()) * 3 < len(pages):
        return None
    best = max(votes, key=lambda share: sum(votes.get(share + near, 0) for near in (-1, 0, 1)))
    return best / 100


def page_gutter(page: PageRuns, near: float | None = None) -> float | None:
    """Return the x that few runs cross and many stand beside on both sides, or None.

    With `near` (a share of the width) only places around it are tried, and fewer lines will do.
    """
    long = [(run.left, run.right) for run in page.runs if len(run.glyphs) >= 12]
    start, stop = (0.35, 0.65) if near is None else (near - 0.03, near + 0.03)
    best: tuple[float, float] | None = None
    for step in range(int(page.width * start / _STEP), int(page.width * stop / _STEP) + 1):
        x = step * _STEP
        left = sum(b <= x + 2 for a, b in long)
        right = sum(a >= x - 2 for a, b in long)
        crossing = len(long) - left - right
        if near is None and (min(left, right) < 8 or crossing > 0.6 * (left + right)):
            continue
        gap = min((a for a, _ in long if a >= x - 2), default=x) - max((b for _, b in long if b <= x + 2), default=x)
        score = min(left, right) - 2 * crossing + min(gap, 20) / 100
        if best is None or score > best[0]:
            best = (score, x)
    return None if best is None else best[1]


def read_lines(page: PageRuns, number: int, gutter: float | None) -> list[Line]:
    """Return the lines of a page in reading order; `gutter` is that of the document, as a share of the width."""
    x = page_gutter(page, near=gutter) if gutter is not None else None
    if x is None:
        lines = _lines(page.runs, number, 0)
        return sorted(lines, key=lambda line: -line.base)
    sides: tuple[list[Run], list[Run], list[Run]] = ([], [], [])
    for run in page.runs:
        sides[1 if run.right <= x + 3 else 2 if run.left >= x - 3 else 0].append(run)
    across, left, right = (_lines(side, number, column) for column, side in enumerate(sides))
    out: list[Line] = []
    beside = [*left, *right]
    last: Line | None = None
    for line in sorted(across, key=lambda line: -line.base):
        above = [other for other in beside if other.base > line.base]
        beside = [other for other in beside if other.base <= line.base]
        out.extend(_in_columns(above, last))
        out.append(line)
        last = line
    out.extend(_in_columns(beside, last))
    return out


def _in_columns(lines: Sequence[Line], above: Line | None) -> list[Line]:
    """Left before right. A short line or two below text across the page, with nothing at the right, is its end."""
    if above is not None and len(lines) < 3 and all(line.column == 1 for line in lines):
        for line in lines:
            line.column, line.edge = 0, above.edge
    return sorted(lines, key=lambda line: (line.column, -line.base))


def weigh(pages: Sequence[PageRuns]) -> None:
    """Bold that most of the paper has is its ordinary weight, and marks nothing."""
    runs = [run for page in pages for run in page.runs]
    bold = sum(len(run.glyphs) for run in runs if run.bold)
    if bold * 2 > sum(len(run.glyphs) for run in runs):
        for run in runs:
            run.bold = False


def _lines(runs: Sequence[Run], page: int, column: int) -> list[Line]:
    lines = [_line(row, page, column) for row in rows(runs)]
    if lines:
        edge = _usual([line.left for line in lines]), _usual([line.right for line in lines])
        for line in lines:
            line.edge = edge
    return lines


def _line(row: list[Run], page: int, column: int) -> Line:
    main = max(row, key=lambda run: len(run.glyphs))
    return Line(
        runs=row,
        left=row[0].left,
        right=max(run.right for run in row),
        base=main.base,
        size=main.size,
        bold=all(run.bold for run in row),
        page=page,
        column=column,
    )


def rows(runs: Sequence[Run]) -> Iterator[list[Run]]:
    """Yield the runs that stand on one line, from left to right, lines from top to bottom."""
    row: list[Run] = []
    for run in sorted(runs, key=lambda run: -run.base):
        # A raised mark that stands alone belongs to the line that it is raised from.
        small = bool(row) and min(row[0].size, run.size) < 0.86 * max(row[0].size, run.size)
        if row and abs(row[0].base - run.base) > (0.7 if small else _SAME_LINE) * max(row[0].size, run.size):
            yield sorted(row, key=lambda run: run.left)
            row = []
        row.append(run)
    if row:
        yield sorted(row, key=lambda run: run.left)


def _usual(places: Sequence[float]) -> float:
    """The place where most lines begin or end, to two points."""
    counts: dict[int, list[float]] = {}
    for place in places:
        counts.setdefault(round(place / 2), []).append(place)
    group = max(counts.values(), key=len)
    return sum(group) / len(group)
