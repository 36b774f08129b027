"""Plain text and Markdown, with or without YAML front matter."""

import re
from collections.abc import Iterator
from typing import Any

from graph.errors import SourceError
from graph.records import SourceRef
from ingest.sources.base import KINDS, Draft, Raw, decode, own_address, own_date, own_words, suffix

ENDS = (".txt", ".md", ".markdown")
_FRONT = re.compile(r"\s*---[ \t]*\r?\n(.{0,20000}?)\r?\n---[ \t]*(?:\r?\n|$)", re.DOTALL)
_HEADING = re.compile(r"^[ ]{0,3}#{1,6}[ \t]+(.+?)[ \t]*#*[ \t]*$", re.MULTILINE)
# Each pattern is linear: no nested repetition over text that a stranger wrote.
_MARKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"^[ ]{0,3}(?:```|~~~)[^\n]*$", re.MULTILINE), ""),
    (re.compile(r"<!--.{0,5000}?-->", re.DOTALL), ""),
    (re.compile(r"!\[([^\]\n]{0,500})\]\([^()\n]{0,2000}\)"), r"\1"),
    (re.compile(r"\[([^\]\n]{1,500})\]\([^()\n]{0,2000}\)"), r"\1"),
    (re.compile(r"^[ ]{0,3}>[ ]?", re.MULTILINE), ""),
    (_HEADING, r"\1"),
    (re.compile(r"\*\*(?=\S)([^*\n]{1,2000})(?<=\S)\*\*|(?<!\w)__(?=\S)([^_\n]{1,2000})(?<=\S)__(?!\w)"), r"\1\2"),
    (
        re.compile(
            r"(?<![\w*])\*(?=\S)([^*\n]{1,2000})(?<=\S)\*(?![\w*])|(?<!\w)_(?=\S)([^_\n]{1,2000})(?<=\S)_(?!\w)"
        ),
        r"\1\2",
    ),
    (re.compile(r"`([^`\n]{1,500})`"), r"\1"),
    (re.compile(r"^[ ]{0,3}(?:[-*_][ ]*){3,}$", re.MULTILINE), ""),
)


def matches(raw: Raw) -> bool:  # noqa: ARG001 - the last reader takes everything that is text
    """Every source: what is no text is refused in `read`."""
    return True


def read(raw: Raw) -> Iterator[Draft]:
    """Yield the text. Raises SourceError for broken front matter, UnsupportedSource for binary data."""
    text = decode(raw.data, raw.address, raw.content_type)
    front: dict[str, Any] = {}
    if match := _FRONT.match(text):
        front, text = _front(match[1], raw.address), text[match.end() :]
    title = _HEADING.search(text) if suffix(raw.name) in {".md", ".markdown"} else None
    body = plain_text(text) if suffix(raw.name) in {".md", ".markdown"} else text
    kind = str(front.get("kind", "text"))
    headline = own_words(front.get("headline") or front.get("title")) or (own_words(title[1]) if title else None)
    yield Draft(
        parts=(body,),
        reader="plain",
        kind=kind if kind in KINDS else "text",
        headline=headline or "",
        address=own_address(front.get("address") or front.get("url")),
        publisher=own_words(front.get("publisher"), 120),
        author=own_words(front.get("author"), 200),
        published=own_date(front.get("published") or front.get("date")),
        language=own_words(front.get("language"), 10),
        sources=_sources(front.get("sources")),
    )


def plain_text(text: str) -> str:
    """Return Markdown without its marks: words, paragraphs and list items stay as they are."""
    for pattern, replacement in _MARKS:
        text = pattern.sub(replacement, text)
    return text


def _front(block: str, source: str) -> dict[str, Any]:
    import yaml

    # An alias can blow a few lines up to gigabytes; no front matter needs one.
    try:
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(block, Loader=yaml.SafeLoader)):
            raise SourceError(f"{source}: the front matter has YAML aliases.", source=source)
        found = yaml.safe_load(block)
    except (yaml.YAMLError, ValueError, RecursionError) as exc:
        reason = " ".join(str(exc).split())[:200]
        raise SourceError(
            f"{source}: the front matter is no YAML: {reason}", hint="Mend the lines between `---`.", source=source
        ) from exc
    return found if isinstance(found, dict) else {}


def _sources(value: object) -> tuple[SourceRef, ...]:
    found = []
    for row in value if isinstance(value, list) else []:
        address = own_address(row.get("address") or row.get("url")) if isinstance(row, dict) else None
        if address:
            found.append(
                SourceRef(
                    headline=own_words(row.get("headline") or row.get("title")) or address,
                    publisher=own_words(row.get("publisher"), 120) or "",
                    published=own_date(row.get("published") or row.get("date")),
                    address=address,
                )
            )
    return tuple(found)
