"""Running heads, feet and page numbers: lines at the margins that come again from page to page."""

import re
from collections.abc import Sequence

from ingest.papers.glyphs import PageRuns
from ingest.papers.lines import Line

_ZONE = 0.13  # of the page's height, above and below
_NUMBERS = re.compile(r"\d+|\b[ivxl]+\b")
_PAGE_NUMBER = re.compile(r"\W*(?:page\s+)?(?:\d{1,4}|[ivxl]{1,6})(?:\s*(?:/|of)\s*\d{1,4})?\W*", re.IGNORECASE)
_NOTICE = re.compile(
    r"(?:©|\(c\) ?\d{4}|copyright \d{4}|permission to make digital|acm reference format|to appear in"
    r"|preprint submitted to|\d{4}-\d{3}[\dx]/"
    r"|authorized licensed use|downloaded (?:from|on)|this (?:cvpr|iccv|wacv|eccv|neurips) (?:paper|workshop)"
    r"|the (?:final|accepted|published) (?:published )?version of|except for this watermark|doi:? ?10\."
    r"|https?://doi\.org"
    r"|https?://dx\.doi|isbn |issn )",
    re.IGNORECASE,
)


def split_furniture(pages: Sequence[PageRuns], lines: Sequence[Sequence[Line]]) -> tuple[list[list[Line]], list[Line]]:
    """Return the lines of each page without heads and feet, and the heads and feet.

    A page whose every line would go keeps them all: a slide, or a page of one line.
    """
    seen: dict[tuple[bool, str], set[int]] = {}
    sizes: dict[str, float] = {}
    for page, page_lines in zip(pages, lines, strict=True):
        for line in page_lines:
            place = _place(page, line)
            if place is not None:
                seen.setdefault((place, _pattern(line)), set()).add(line.page)
                sizes[_pattern(line)] = min(line.size, sizes.get(_pattern(line), line.size))
    often = max(2, min(len(pages) // 4, 5))
    kept, gone = [], []
    for page, page_lines in zip(pages, lines, strict=True):
        outer = [line for line in page_lines if _goes(page, line, page_lines, seen, often)]
        # A running head may repeat the title: the larger one is the title itself.
        outer = [line for line in outer if line.size < sizes.get(_pattern(line), line.size) + 1]
        if len(outer) == len(page_lines):
            outer = []
        marks = {id(line) for line in outer}
        kept.append([line for line in page_lines if id(line) not in marks])
        gone.extend(outer)
    return kept, gone


def is_notice(text: str) -> bool:
    """Whether a note only tells rights, numbers and where a paper appeared."""
    return _NOTICE.match(text) is not None


def _place(page: PageRuns, line: Line) -> bool | None:
    """True in the zone at the top, False at the bottom, None elsewhere."""
    if line.base > page.height * (1 - _ZONE):
        return True
    return False if line.base < page.height * _ZONE else None


def _pattern(line: Line) -> str:
    return _NUMBERS.sub("#", line.text.casefold())[:80]


def _goes(
    page: PageRuns, line: Line, page_lines: Sequence[Line], seen: dict[tuple[bool, str], set[int]], often: int
) -> bool:
    place = _place(page, line)
    text = line.text
    if place is None:  # a page number may stand high above the edge, but always alone below the text
        low = line.base < page.height * 0.25 and all(other.base >= line.base - 1 for other in page_lines)
        return low and len(page_lines) > 1 + (line.page == 0) * 2 and _PAGE_NUMBER.fullmatch(text) is not None
    outermost = all((other.base <= line.base + 1) if place else (other.base >= line.base - 1) for other in page_lines)
    if outermost and _PAGE_NUMBER.fullmatch(text):
        return True
    if _NOTICE.match(text) and len(text) < 300:
        return True
    # The same sentence on several pages is a head; the same words in a body are rare, and stand among others.
    return len(seen[place, _pattern(line)]) >= often and len(text) > 2
