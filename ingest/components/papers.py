"""Find research papers: the title line of a paper, titles after "paper" or "titled", and citations by author.

Patterns over characters: a title is not cut into names, whatever it mentions.
"""

import re
from collections.abc import Iterator, Sequence

from ingest.text import Paragraph

# What the authors of a paper write about it. Two of these in the opening make a document a paper.
_OWN_WORDS = re.compile(
    r"\b(?:in )?this (?:paper|work|article|study)\b|\bwe (?:propose|present|introduce|describe|study|revisit"
    r"|train|evaluate"
    r"|release|address|investigate|develop|demonstrate|design|collect|ask|report|argue|find|test|show|explore"
    r"|analy[sz]e|measure|compare|build|use|tackle|focus|consider|extend|formulate|provide|examine|survey"
    r"|learn|conduct|adopt)\b"
    r"|\bwe (?:also |further |then |first )?[a-z]+ed\b|\bet al\b|\bour (?:method|approach|model|framework"
    r"|experiments|results|network|algorithm|dataset|system|work|proposed)\b"
    r"|\bexperiment(?:s|al results)\b|\bstate[- ]of[- ]the[- ]art\b|\bis proposed\b"
    r"|\bproposed (?:method|approach|framework)\b"
    r"|\bablation\b|\bbaselines?\b|\bAbstract\b",
    re.IGNORECASE,
)
_NEWS_WORDS = re.compile(
    r"\b(?:said|says|told|announced|according to|yesterday|today|last (?:week|month|year)|Mr|Ms|CEO|spokes\w+"
    r"|company|companies"
    r"|firm|police|customers?|investors?|million|billion)\b"
)
_AFFILIATION = re.compile(
    r"\b(?:Univ(?:ersit\w*|\.)|Instit\w+|College|School of|Faculty|Dept\.?|Department of|Laborator\w+|Academy"
    r"|Research"
    r"|Labs?|Polytechnic|Corporation|Inc\.?|Ltd\.?|Hospital)(?!\w)"
)
_ABSTRACT = re.compile(r"abstract", re.IGNORECASE)
_FRONT = 60  # paragraphs before an abstract
_SURNAME = (
    r"(?:(?:[Dd]e|[Vv]an|[Vv]on|[Dd]el|[Ll]a|[Ll]e|der|den|El|Al|bin) )*[A-Z][\w'’]*[a-zß-ÿ][\w'’]*(?:-[A-Z][\w'’]+)*"
)
_YEAR = r"(?: ?[\(\[](?:19|20)\d\d[a-z]?[\)\]])"
_CITATION = re.compile(
    rf"\b{_SURNAME}(?: et al\.?(?:,? ?{_YEAR})?|(?:,? (?:and|&) {_SURNAME}){_YEAR}|{_YEAR})", re.UNICODE
)
_BEFORE_TITLE = re.compile(
    r"\b(?:papers?|study|preprint|article|thesis|titled|entitled|publications?|retracted|their|our|his|her)"
    r"(?:,|:| called| titled| entitled| on arXiv)?,? $",
    re.IGNORECASE,
)
_TITLED = re.compile(
    r"\b(?:(?:paper|preprint|study|article|thesis)s?,? (?:titled|entitled|called) |titled |entitled )(?=[A-Z])"
)
_QUOTED = re.compile(r"[“\"‘']([A-Z][^“”\"\n]{8,160}?)[,.]?[”\"’'](?!\w)")
_TITLE_WORDS = re.compile(
    r"[A-Z0-9][\w’'-]*:?(?: (?:[A-Z0-9][\w’'-]*:?|(?:a|an|and|as|at|by|for|from|in|into|of|on|or|the|to|under"
    r"|via|vs|with"
    r"|without|through|across|over|after|before)(?= )))*[?!]?"
)


def find_papers(text: str, paragraphs: Sequence[Paragraph], *, titled: bool = False) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of the papers that the text names; they may overlap.

    `titled` says that the text is known to be one, and that its first paragraph is its title.
    """
    if paragraphs and (titled or is_paper(text, paragraphs)):
        yield title_line(text, paragraphs[0])
    for match in _CITATION.finditer(text):
        yield match.span()
    for match in _TITLED.finditer(text):
        title = _TITLE_WORDS.match(text, match.end())
        if title and " " in title.group():
            yield title.span()
    for match in _QUOTED.finditer(text):
        if match.group(1).count(" ") >= 2 and _BEFORE_TITLE.search(text, max(0, match.start() - 40), match.start()):
            yield match.span(1)


def is_paper(text: str, paragraphs: Sequence[Paragraph]) -> bool:
    """Return whether the document is a paper or its abstract: a title, then authors who speak of their work."""
    first = text[paragraphs[0].start : paragraphs[0].end]
    if len(paragraphs) < 2 or len(first) > 250 or first.endswith(".") or first.count(" ") < 2:
        return False
    # The names and addresses of a printed paper may fill many lines before the heading of its abstract.
    for number, paragraph in enumerate(paragraphs[:_FRONT], start=1):
        if number > 1 and _ABSTRACT.fullmatch(text, paragraph.start, paragraph.end):
            return number < len(paragraphs)
    rest = text[paragraphs[1].start : paragraphs[min(4, len(paragraphs)) - 1].end]
    words = {match.group().casefold() for match in _OWN_WORDS.finditer(re.sub(r"[“\"][^”\"]*[”\"]", "", rest))}
    second = text[paragraphs[1].start : paragraphs[1].end]
    affiliated = len(second) < 600 and _AFFILIATION.search(second) is not None and len(paragraphs) > 2
    plain = _NEWS_WORDS.search(rest) is None
    return len(words) >= (1 if affiliated or plain else 2) and (plain or affiliated)


def title_line(text: str, paragraph: Paragraph) -> tuple[int, int]:
    """Return the title without a dot at its end."""
    end = paragraph.end
    while end > paragraph.start and text[end - 1] in " .":
        end -= 1
    return paragraph.start, end
