"""Foreign text as plain text on one line: for terminals, pages, cells and names.

A text that a stranger wrote may hold what moves a cursor, turns the direction of what follows, or can't be seen. All of
it goes by its Unicode category (C: control, format, surrogate, private use, unassigned); line and tab signs become
spaces. Length is the matter of `one_line`; escaping for HTML, Markdown or JSON is the matter of whoever writes these.
"""

import re
import unicodedata

_SPACES = re.compile(r"\s+")
_BREAKS = frozenset("\t\n\v\f\r\x85\u2028\u2029")


def visible(text: str) -> str:
    """Return a text with only what is seen of it, spaces in place of line ends and tabs; other spaces stay."""
    if text.isprintable():
        return text
    changed = {ord(char): plain for char in set(text) if (plain := _plain(char)) != char}
    return text.translate(changed) if changed else text


def one_line(text: str, limit: int | None = None) -> str:
    """Return what is seen of a text with single spaces and none at its ends, cut with an ellipsis at `limit`."""
    line = _SPACES.sub(" ", visible(text)).strip()
    return line if limit is None or len(line) <= limit else line[: limit - 1] + "…"


def _plain(char: str) -> str:
    if char in _BREAKS:
        return " "
    return "" if unicodedata.category(char)[0] == "C" else char
