"""Read the line under a paper's title: "Faculty of Engineering, University of Aveiro; Tessera Research, Porto"."""

import re
from collections.abc import Iterator, Sequence

from ingest.components.papers import is_paper
from ingest.text import Paragraph

_INSTITUTION = re.compile(
    r"\b(?:Univ|Instit|Colleg|School|Facult|Dep(?:t|artment)|Laborator|Academ|Research|Labs?\b|Polytechnic|Corporation|Inc\b|Ltd\b"
    r"|Hospital|Centre|Center|Technolog|Group\b|AI\b)"
)
# Parts of an institution that are no bodies of their own.
_INNER_PART = re.compile(
    r"(?:Faculty|Department|Dept\.?|School|Division|Chair|Section|Institute for Advanced Study of) "
)
# A comma parts institutions, but not "Co., Ltd" and not "University of California, Davis".
_STATES = "California|Illinois|Texas|Maryland|Massachusetts|North Carolina|Colorado|Wisconsin"
_CAMPUS = rf"(?<=University of )(?:{_STATES}), [A-Z][\w. -]+"
_PIECE = re.compile(rf"(?:{_CAMPUS}|[^;,•|\n]|,(?= ?(?:Ltd|Inc|LLC|Corp)\b))+")
_MARKS = re.compile(r"^[\s\d*†‡§¹²³⁴⁵⁶⁷⁸⁹⁰()]+|(?:\s*\([^)]*\)?|[\s*†‡§¹²³⁴⁵⁶⁷⁸⁹⁰.]|(?<=[a-z])\d)+$")
_PROSE = re.compile(r"\b(?:we|is|are|was|were|has|have|this|our|that|which)\b")


def affiliation_line(text: str, paragraphs: Sequence[Paragraph]) -> Paragraph | None:
    """Return the paragraph of a paper that lists institutions, if there is one under the title."""
    if len(paragraphs) < 3 or not is_paper(text, paragraphs):
        return None
    line = text[paragraphs[1].start : paragraphs[1].end]
    if len(line) > 900 or _PROSE.search(line) or not (_INSTITUTION.search(line) or ";" in line):
        return None
    return paragraphs[1]


def find_affiliations(text: str, paragraphs: Sequence[Paragraph], places: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of each institution in the affiliation line of a paper; `places` are names to leave out."""
    paragraph = affiliation_line(text, paragraphs)
    if paragraph is None:
        return
    line = text[paragraph.start : paragraph.end]
    for piece in _PIECE.finditer(line):
        marks = _MARKS.match(piece.group())
        lead = marks.end() if marks and marks.start() == 0 else 0
        name = _MARKS.sub("", piece.group()[lead:])
        if not name or not name[0].isupper() or name in places or _INNER_PART.match(name):
            continue
        if len(name) < 3 or (";" not in line and not _INSTITUTION.search(name) and not name.isupper()):
            continue
        start = paragraph.start + piece.start() + lead
        yield start, start + len(name)
