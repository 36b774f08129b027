"""Escape what was read from documents, queries and URLs before it reaches HTML or Markdown.

Streamlit renders Markdown in labels, captions, tabs and errors, and Markdown can fetch an image from another host: a
scraped headline could tell its author who reads it. Nothing foreign goes there unescaped.
"""

import html as _html
import re
from urllib.parse import urlsplit

from graph.plain import one_line

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&@/=])")


def clean(text: object, limit: int = 4_000) -> str:
    """One line of text without control characters or others that are not seen, cut at `limit` characters."""
    return one_line("" if text is None else str(text), limit)


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
