"""From the pages of a PDF to the text of a paper, page by page, in reading order."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.papers.blocks import FLOATS, Block, Kind, body_size, make_blocks, split_notes
from ingest.papers.furniture import is_notice, split_furniture
from ingest.papers.glyphs import CUTS, RAISED, PageRuns
from ingest.papers.lines import Line, find_gutter, read_lines, weigh
from ingest.papers.mending import mend
from ingest.papers.opening import read_opening

_ABSTRACT_HEAD = re.compile(
    r"(abstract|summary|index terms|keywords|key words|ccs concepts)(?:\s*[—–:.-]+\s*|\s*$)", re.IGNORECASE
)
_BREAK = "\x1c"
_TITLE_MARKS = re.compile(rf"\s*[{RAISED}*∗†‡§¶]+$")
_ENDED = re.compile(r"[.!?:;…][\"'”’)\]]*$")


@dataclass(frozen=True, slots=True)
class PaperText:
    """The text of each page, the title, and what stood in margins, heads and feet."""

    pages: tuple[str, ...]
    title: str
    margin: str


def paper_text(pages: Sequence[PageRuns], told: str = "") -> PaperText:
    """Return the text of a paper; `told` is the title in the file's properties, used where the page shows it."""
    weigh(pages)
    gutter = find_gutter(pages)
    lines = [read_lines(page, number, gutter) for number, page in enumerate(pages)]
    kept, gone = split_furniture(pages, lines)
    size = body_size([line for page in kept for line in page])
    head: list[str] = []
    front: list[Block] = []
    flow: list[Line] = []
    notes: list[Line] = []
    title = ""
    for number, page in enumerate(kept):
        text, small = split_notes(page, size)
        if number == 0 and text:
            opening = read_opening(text, size, told)
            title, front = opening.title, list(opening.blocks)
            head = [line.text for line in opening.head]
            text = list(opening.rest)
        flow.extend(text)
        notes.extend(small)
    made = [*make_blocks(flow, size), *_notes(notes)]
    notices = [block for block in made if is_notice(block.written())]
    blocks = [
        *front,
        *(part for block in made if all(block is not notice for notice in notices) for part in _headed(block)),
    ]
    told_by = [*head, *(line.text for line in gone[:60]), *(block.written() for block in notices)]
    margin = "\n".join([*(page.turned for page in pages[:2] if page.turned), *told_by])
    return PaperText(
        tuple(_joined(blocks, len(pages))), _TITLE_MARKS.sub("", mend([title])[0].replace("\n", " ")), margin
    )


def _notes(lines: Sequence[Line]) -> list[Block]:
    blocks: list[Block] = []
    for line in lines:
        last = blocks[-1].lines[-1] if blocks else None
        starts = line.marked != line.text and line.marked[:1] != line.text[:1]
        if last is None or starts or last.page != line.page or last.column != line.column:
            blocks.append(Block(kind=Kind.NOTE, text=line.marked, lines=[line]))
        else:
            blocks[-1].text += "\n" + line.marked
            blocks[-1].lines.append(line)
    return blocks


def _headed(block: Block) -> list[Block]:
    """Part "Abstract—We …" into its heading and its words."""
    text = block.written()
    found = _ABSTRACT_HEAD.match(text)
    if block.kind is not Kind.BODY or not found or len(text) < found.end() + 2:
        return [block]
    return [
        Block(kind=Kind.HEADING, lines=block.lines[:1], text=found[1]),
        Block(kind=Kind.BODY, lines=block.lines, text=text[found.end() :]),
    ]


def _joined(blocks: Sequence[Block], count: int) -> list[str]:
    """Write the blocks by page. What floats stands before a paragraph that runs on, so that no sentence is parted."""
    mended = mend([block.text or _with_breaks(block) for block in blocks])
    pages: list[list[tuple[Block, str]]] = [[] for _ in range(count)]
    for block, words in zip(blocks, mended, strict=True):
        flat = words if block.kind in (Kind.FRONT, Kind.TABLE) else words.replace("\n", " ")
        number = block.page
        for piece in flat.split(_BREAK):
            pages[min(number, count - 1)].append((block, piece.strip()))
            number += 1
    out = []
    for page in pages:
        flow = [pair for pair in page if pair[0].kind not in FLOATS and pair[1]]
        floats = [pair for pair in page if pair[0].kind in FLOATS and pair[1]]
        floats.sort(key=lambda pair: pair[0].kind is Kind.NOTE)
        # One paragraph that itself goes on from the page before keeps its place.
        open_end = (
            flow
            and (len(flow) > 1 or not flow[0][1][:1].islower())
            and flow[-1][0].kind is Kind.BODY
            and not _ENDED.search(flow[-1][1])
        )
        ordered = [*flow[:-1], *floats, flow[-1]] if open_end else [*flow, *floats]
        out.append("\n\n".join(words for _, words in ordered if words))
    return out


def _with_breaks(block: Block) -> str:
    """The lines of a block, with a mark where the next page begins: never within a word, nor before a capital.

    `load` takes a page that begins with a small letter for the rest of the sentence before it.
    """
    out = block.lines[0].text
    for last, line in pairwise(block.lines):
        words = line.text
        if line.page == last.page:
            out += "\n" + words
            continue
        moved = 0
        tokens = words.split(" ")
        if not _ENDED.search(out):
            if out[-1:] in (*CUTS, "-"):
                moved = 1
            while moved < len(tokens) and not tokens[moved][:1].islower():
                moved += 1
        out += (
            "\n" * bool(moved) + " ".join(tokens[:moved]) + _BREAK * (line.page - last.page) + " ".join(tokens[moved:])
        )
    return out
