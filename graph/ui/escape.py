"""Escape what was read from documents, queries and URLs before it reaches HTML or Markdown.

Streamlit renders Markdown in labels, captions, tabs and errors, and Markdown can fetch an image from another host: a
scraped headline could tell its author who reads it. Nothing foreign goes there unescaped.
"""

import html as _html
import re
from urllib.parse import urlsplit

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&@/=])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SPACE = re.compile(r"\s+")


def clean(text: object, limit: int = 4_000) -> str:
    """One line of text without control characters or marks that turn its direction, cut at `limit` characters."""
    line = _SPACE.sub(" ", _CONTROL.sub("", "" if text is None else str(text))).strip()
    return line if len(line) <= limit else line[: limit - 1] + "…"


def html(text: object, limit: int = 4_000) -> str:
    """Escape for an HTML text node or a quoted attribute."""
    return _html.escape(clean(text, limit), quote=True)


def md(text: object, limit: int = 400) -> str:
    """Escape for Streamlit Markdown: every sign that could begin a link, an image, a formula, an icon or HTML."""
    return _MARKDOWN.sub(r"\\\1", clean(text, limit))


def web_address(address: str) -> str | None:
    """The address when it may become a link (http or https with a host), else None."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in ("http", "https") and parts.hostname else None
