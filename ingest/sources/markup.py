"""The words of a piece of HTML that is no page: a feed entry, a mail. Nothing is taken for boilerplate."""

import re

from lxml import etree, html

_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form h1 h2"
        " h3 h4 h5 h6 header hr html li main nav ol p pre section summary table tbody td tfoot th thead tr ul",
    )
)
_SILENT = frozenset(
    re.findall(r"\w+", "head iframe noscript object script select style svg template textarea title video audio")
)
_SPACE = re.compile(r"[ \t\r\f\v\n\u00a0]+")
_TAG = re.compile(r"<[a-zA-Z/!]")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])", re.IGNORECASE)
_MAIL_QUOTE = {"gmail_quote", "yahoo_quoted", "protonmail_quote"}


def html_text(markup: str, *, mark_quotes: bool = False) -> str:
    """Return the words of a piece of HTML with a blank line between blocks; plain text stays as it is.

    What isn't shown (scripts, hidden parts) is left out. With `mark_quotes` every line of a quotation begins with `> `,
    as in plain mail.
    """
    if not _TAG.search(markup) and "&" not in markup:
        return markup
    try:
        # A document that declares an encoding must be bytes; surrogates can't be encoded.
        parser = html.HTMLParser(encoding="utf-8", no_network=True)
        root = html.document_fromstring(markup.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, ValueError, AssertionError):
        return ""
    return _Writer(mark_quotes).write(root)


class _Writer:
    def __init__(self, mark_quotes: bool) -> None:
        self._mark = mark_quotes
        self._lines: list[str] = []
        self._words: list[str] = []
        self._quotes = 0

    def write(self, root: html.HtmlElement) -> str:
        """Return the words below an element."""
        walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        for event, node in walk:
            if event == "start":
                if node.tag in _SILENT or _HIDDEN.search(node.get("style") or "") or node.get("hidden") is not None:
                    walk.skip_subtree()
                    continue
                self._begin(node)
            elif event == "end" and node.tag not in _SILENT:
                self._finish(node)
            if event != "start" and node.tail:
                self._words.append(node.tail)
        self._block()
        return "\n".join(self._lines).strip("\n")

    def _begin(self, node: html.HtmlElement) -> None:
        if node.tag in _BLOCKS:
            self._block()
        self._quotes += self._is_quote(node)
        if node.tag == "li":
            self._words.append("- ")
        elif node.tag == "br":
            self._line()
        if node.text:
            self._words.append(node.text)

    def _finish(self, node: html.HtmlElement) -> None:
        if node.tag in _BLOCKS:
            self._block()
        hidden = _HIDDEN.search(node.get("style") or "") or node.get("hidden") is not None
        self._quotes -= 0 if hidden else self._is_quote(node)

    def _is_quote(self, node: html.HtmlElement) -> bool:
        if not self._mark:
            return False
        return node.tag == "blockquote" or bool(_MAIL_QUOTE & set((node.get("class") or "").split()))

    def _line(self) -> None:
        words = _SPACE.sub(" ", "".join(self._words)).strip()
        self._words.clear()
        if words and words != "-":
            self._lines.append("> " * min(self._quotes, 5) + words)

    def _block(self) -> None:
        self._line()
        if self._lines and self._lines[-1]:
            self._lines.append("")
