"""What is read from the markup of a page itself: headings that are links, a byline, paragraphs made of line breaks."""

import re
from typing import Any

from ingest.pages import declared

_BREAKS = re.compile(r"(?:<br\s*/?>\s*(?:&nbsp;\s*)?){2,}", re.IGNORECASE)
_TABLE = re.compile(r"<(/?)(?:table|tbody|tr|td)\b[^<>]{0,500}>", re.IGNORECASE)
_CELLS = re.compile(r"<td\b", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{1,500}>")
_CELL = 600  # characters
_BYLINE = re.compile(
    r"(?:posted|published|first published|updated|written)(?: on"
    r"| by)?:? .{0,60}?\bby (?P<name>[A-ZÀ-Þ][\w'’.-]+(?: [A-ZÀ-Þ][\w'’.-]+){1,3})"
    r"|^by (?P<alone>[A-ZÀ-Þ][\w'’.-]+(?: [A-ZÀ-Þ][\w'’.-]+){1,3})$",
    re.MULTILINE | re.IGNORECASE,
)
_CAPITALS = re.compile(r"[A-ZÀ-Þ][\w'’.-]+(?: [A-ZÀ-Þ][\w'’.-]+){1,3}")
_LONGEST = 2_000_000  # characters of a page that are looked at
_ENDS = re.compile(r"\s+(?:[|–—•·»]|-{1,2})\s+")


def with_paragraphs(html: str) -> str:
    """Return the page with two line breaks in a row as the border of a paragraph, as old pages mean them."""
    if len(html) > _LONGEST or html.lower().count("<p") > 4:
        return html
    html = _BREAKS.sub("</p><p>", html)
    # A table that holds the article in a cell is a layout, no table.
    if any(len(_TAG.sub("", cell)) > _CELL for cell in _CELLS.split(html)[1:]) and "<th" not in html.lower():
        html = _TABLE.sub(lambda found: "</div>" if found[1] else "<div>", html)
    return html


class Markup:
    """The parsed page."""

    def __init__(self, html: str) -> None:
        from lxml import etree
        from lxml import html as parser

        try:
            self._tree: Any = parser.document_fromstring(html[:_LONGEST].encode("utf-8", "replace"), parser=_parser())
        except (etree.ParserError, etree.XMLSyntaxError, ValueError):
            self._tree = None

    def modified(self) -> str | None:
        """When the page says that it was last changed, or None."""
        return None if self._tree is None else declared.modified(self._tree)

    def language(self) -> str | None:
        """The language that the page declares (`fr`), or None."""
        return None if self._tree is None else declared.language(self._tree)

    def headings(self) -> tuple[int, int]:
        """How many headings below the first level the page has, and how many are nothing but a link."""
        if self._tree is None:
            return 0, 0
        nodes = list(self._tree.iter("h2", "h3", "h4"))
        linked = 0
        for node in nodes:
            words = "".join(node.itertext()).strip()
            inside = "".join("".join(a.itertext()) for a in node.iter("a")).strip()
            around = any(parent.tag == "a" for parent in node.iterancestors())
            linked += bool(words) and (around or inside == words)
        return len(nodes), linked

    def title(self, guess: str) -> str:
        """The headline: what `<title>` says besides the site's name, where a heading says the same; else `guess`."""
        if self._tree is None:
            return guess
        page = " ".join("".join(self._tree.findtext(".//title") or "").split())
        pieces = {piece.casefold() for piece in (*_ENDS.split(page), page) if piece}
        heads = [" ".join("".join(node.itertext()).split()) for node in self._tree.iter("h1", "h2", "h3")]
        if (
            guess.casefold() in (head.casefold() for head in heads[:1])
            and guess.casefold() == _ENDS.split(page)[0].casefold()
        ):
            return guess
        first = _ENDS.split(page)[0] if page else ""
        if (
            len(first) > 15
            and first.casefold() in pieces
            and any(first.casefold() == head.casefold() for head in heads)
        ):
            return first
        return guess

    def author(self) -> str | None:
        """The name in a byline, or None."""
        if self._tree is None:
            return None
        for node in self._tree.iter("p", "div", "span", "address"):
            words = " ".join("".join(node.itertext()).split()) if len(node) < 6 else ""
            found = _BYLINE.search(words) if 6 < len(words) < 160 else None
            name = found and (found["name"] or found["alone"])
            if name and _CAPITALS.fullmatch(name):
                return name
        return None


def _parser() -> Any:
    from lxml import html as parser

    return parser.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, huge_tree=False)
