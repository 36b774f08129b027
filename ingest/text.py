"""Text as everything downstream sees it: normalised once, cut into paragraphs, boilerplate told from body.

Offsets are characters into the normalised text, end exclusive. Nothing here needs a language model.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

# Zero-width joiners carry meaning in some scripts; the bidirectional controls, byte order mark, soft hyphen and
# zero-width space never do, and can hide text.
_KEPT_FORMAT = {"\u200c", "\u200d"}
_LINE_ENDS = re.compile(r"\r\n?|[\u0085\u2028\u2029\v\f]")
_BLANK_RUN = re.compile(r"\n{3,}")
_SPACE_AT_LINE_END = re.compile(r"(?<! ) ++(?=\n)")  # looks at each space once, however many there are


class ParagraphKind(StrEnum):
    """What a paragraph is: only `body`, `headline` and `heading` may carry claims and dates."""

    HEADLINE = "headline"
    HEADING = "heading"
    BODY = "body"
    BOILERPLATE = "boilerplate"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A stretch of the text without surrounding space."""

    start: int
    end: int
    kind: ParagraphKind = ParagraphKind.BODY


def normalise(text: str) -> str:
    """Return `text` in NFC with `\\n` line ends, plain spaces, and no control or invisible characters.

    Runs of blank lines become one blank line; leading and trailing space goes. Normalising twice changes nothing.
    """
    text = _plain_ascii(text) if text.isascii() else _plain_unicode(text)
    if " \n" in text:
        text = _SPACE_AT_LINE_END.sub("", text)
    if "\n\n\n" in text:
        text = _BLANK_RUN.sub("\n\n", text)
    return text.strip()


def _plain_ascii(text: str) -> str:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.translate(_ASCII)


def _plain_unicode(text: str) -> str:
    text = _LINE_ENDS.sub("\n", unicodedata.normalize("NFC", text))
    # A text of a million characters has some hundred different ones.
    changed = {ord(char): plain for char in set(text) if (plain := _plain(char)) != char}
    return unicodedata.normalize("NFC", text.translate(changed) if changed else text)


def _plain(char: str) -> str:
    if char == "\n" or " " <= char <= "~":
        return char
    category = unicodedata.category(char)
    if category == "Zs" or char == "\t":
        return " "
    if category in ("Cc", "Cs") or (category == "Cf" and char not in _KEPT_FORMAT):
        return ""
    return char


_ASCII = {code: _plain(chr(code)) for code in range(128)} | {0x0B: "\n", 0x0C: "\n"}


# --- paragraphs ----------------------------------------------------------------------------------------------------

_BULLET = re.compile(r"(?:[-*•–·]|\(?\d{1,2}[.)]|[a-z]\))\s")
_ENDS_SENTENCE = re.compile(r"[.!?:;…][\"'”’)\]]*$")
_LINE = re.compile(r"[^\n]+")


def split_paragraphs(text: str) -> tuple[Paragraph, ...]:
    """Return the paragraphs of a normalised text, marked as headline, heading, body or boilerplate.

    A blank line always parts paragraphs. A single line end parts them unless the lines are one wrapped paragraph.
    """
    paragraphs: list[Paragraph] = []
    start = 0
    for gap in [*re.finditer(r"\n\n+", text), None]:
        end = gap.start() if gap else len(text)
        paragraphs.extend(_split_block(text, start, end))
        start = gap.end() if gap else end
    return mark_boilerplate(text, paragraphs)


def _split_block(text: str, start: int, end: int) -> Iterator[Paragraph]:
    lines = [(m.start(), m.end()) for m in _LINE.finditer(text, start, end)]
    widest = max((b - a for a, b in lines), default=0)
    opened: int | None = None
    for number, (a, b) in enumerate(lines):
        opened = a if opened is None else opened
        if number + 1 < len(lines) and _wrapped(text[a:b], text[slice(*lines[number + 1])], widest):
            continue
        stretch = text[opened:b]
        if stretch.strip():
            yield Paragraph(opened + len(stretch) - len(stretch.lstrip()), opened + len(stretch.rstrip()))
        opened = None


def _wrapped(line: str, following: str, widest: int) -> bool:
    """Return whether `line` and the next are one paragraph: full-width line, and the next is no list item."""
    if widest > 130 or _BULLET.match(following.lstrip()):
        return False
    return len(line) > 0.7 * widest and len(line) > 40


# --- boilerplate ---------------------------------------------------------------------------------------------------

# What only an invitation to the reader says.
_CALL = re.compile(
    r"\b(?:sign[- ]?up (?:here|now|to|for|today)|subscribe (?:to|now|here|today)|(?:our|your|weekly) newsletters?"
    r"|register (?:now|here|today)|reserve (?:yours?|a seat|your)|(?:get|book) (?:yours?|your tickets?) (?:now|here)"
    r"|free trial|attendance is free|early[- ]bird|places are limited|limited places|click here|tap here|follow us on"
    r"|like us on|join us (?:at|on|for|in)|download (?:our|the) app|already a (?:subscriber|member)"
    r"|log ?in to continue"
    r"|enable javascript|accept (?:all )?cookies|all rights reserved|terms (?:of (?:use|service)|and conditions)"
    r"|support our journalism|make a donation|become a (?:member|subscriber)|share this (?:article|story|post))\b",
    re.IGNORECASE,
)
# Whole short lines around an article.
_FURNITURE = re.compile(
    r"(?:clock\b.*|.*\b\d+[ -]min(?:ute)?s?(?: read)?\W*|(?:share|tweet|print|email|save|comments?|copy link|advert"
    r"|advertisement|sponsored(?: content)?|promoted|skip to (?:content|main).*|menu|search|home|back to top"
    r"|loading.*"
    r"|continue reading(?: below)?|story continues below.*|image(?: credit)?:.*|photo(?:graph)?:.*|getty images"
    r"|topics?:.*|tags?:.*|filed under:.*|read more|read (?:more|also|next)\s?:.*|see also\s?:.*|related\s?:.*"
    r"|watch\s?:.*"
    r"|more:.*|©.*|copyright\b.*))",
    re.IGNORECASE,
)
# A heading that opens a list of teasers for other articles.
_TEASERS = re.compile(
    r"(?:you (?:may|might) (?:also|like)\b.*|more (?:on|from|in|stories|like this)\b.*|related (?:articles?|stories"
    r"|content|posts?|topics?|reading|news)\b.*|most (?:read|popular|viewed|shared)\b.*|recommended\b.*"
    r"|read next\b.*|trending\b.*|popular (?:now|stories|articles)\b.*"
    r"|latest (?:news|stories|articles|from)\b.*|editor'?s picks?\b.*"
    r"|top stories\b.*|don'?t miss\b.*|what to read next\b.*|up next\b.*)",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?][\"'”’)]*(?:\s|$)")
_NAME = re.compile(r"\b[A-Z][\w&-]+(?: [A-Z][\w&-]+)*")


def is_invitation(words: str) -> bool:
    """Return whether a sentence invites the reader to buy, register or subscribe: it carries no claim and no date."""
    return _CALL.search(words) is not None


def mark_boilerplate(text: str, paragraphs: Sequence[Paragraph]) -> tuple[Paragraph, ...]:
    """Return the paragraphs with their kinds set: conservative, a doubtful paragraph stays body.

    Marked are invitations to the reader, page furniture, what a paragraph with an invitation advertises just before,
    and everything from a teaser heading until prose returns.
    """
    texts = [text[p.start : p.end] for p in paragraphs]
    kinds = [_kind_alone(words, first=number == 0) for number, words in enumerate(texts)]
    _mark_teasers(texts, kinds)
    _mark_advertised(texts, kinds)
    return tuple(replace(p, kind=kind) for p, kind in zip(paragraphs, kinds, strict=True))


def _kind_alone(words: str, *, first: bool) -> ParagraphKind:
    short = len(words) < 160
    calls = len({call.casefold() for call in _CALL.findall(words)})
    if calls and (len(words) < 200 or (calls > 1 and len(words) < 700)):
        return ParagraphKind.BOILERPLATE
    if short and not first and (_FURNITURE.fullmatch(words) or (_TEASERS.fullmatch(words) and _is_heading(words))):
        return ParagraphKind.BOILERPLATE
    if first and len(words) < 300 and not words.endswith("."):
        return ParagraphKind.HEADLINE
    return ParagraphKind.HEADING if _is_heading(words) else ParagraphKind.BODY


def _is_heading(words: str) -> bool:
    return len(words) < 90 and not _ENDS_SENTENCE.search(words) and not _BULLET.match(words)


def _is_prose(words: str) -> bool:
    return len(words.split()) >= 40 and len(_SENTENCE_END.findall(words)) >= 2 and not _CALL.search(words)


def _mark_teasers(texts: Sequence[str], kinds: list[ParagraphKind]) -> None:
    inside = False
    for number, words in enumerate(texts):
        if number and len(words) < 90 and _TEASERS.fullmatch(words) and _is_heading(words):
            inside = True
        elif inside and _is_prose(words):
            inside = False
        if inside:
            kinds[number] = ParagraphKind.BOILERPLATE


def _mark_advertised(texts: Sequence[str], kinds: list[ParagraphKind]) -> None:
    """Walk back from each invitation: paragraphs which open with the name that it advertises go too, no others."""
    for number, words in enumerate(texts):
        if kinds[number] is not ParagraphKind.BOILERPLATE or not _CALL.search(words):
            continue
        advertised = {part for name in _NAME.findall(words) for part in (name, *name.split())}
        first, names = number, set()
        while first > 1 and kinds[first - 1] is ParagraphKind.BODY:
            opening = _NAME.match(texts[first - 1])
            if opening is None or opening.group() not in advertised:
                break
            names.add(opening.group())
            first -= 1
        before = "\n".join(texts[:first])
        # A run that reaches the first paragraph is what the article is about.
        if first > 1 and not any(re.search(rf"\b{re.escape(name)}\b", before) for name in names):
            kinds[first:number] = [ParagraphKind.BOILERPLATE] * (number - first)
