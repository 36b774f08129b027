"""What a page declares of itself beside its text: when it was changed, and in which language it is.

Sources: the Open Graph protocol and its `article` vocabulary, schema.org (JSON-LD and microdata), Dublin Core terms,
and `lang` of HTML. All of it is written by strangers: what can't be read is left out, never an error.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

_FIRST = date(1991, 8, 6)  # the first page of the web: what is older is a clock that was never set
_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?=$|[T\s])", re.ASCII)
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9_-]{1,30})?")
_SCRIPTS = 20  # of JSON-LD that are looked at
_LONGEST = 200_000  # characters of one of them
_NODES = 200  # things that one of them describes
_ARTICLES = re.compile(r"(?:\w*Article|\w*Posting|Report)")
_PAGES = re.compile(r"\w*Page")


def page_date(value: object, *, today: date | None = None) -> str | None:
    """Return a date that a page gives as `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, or None.

    Read are ISO 8601 and the form of mails and HTTP (RFC 5322). None for no calendar date, one before the web, and one
    after `today` (UTC, with a day to spare: somewhere it is tomorrow already).
    """
    words = str(value or "").strip()[:60]
    latest = (today or datetime.now(UTC).date()) + timedelta(days=1)
    found = _ISO.match(words)
    try:
        if found:
            shown, day = found[0], date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
        else:
            day = parsedate_to_datetime(words).date()
            shown = day.isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    parts = shown.count("-")
    first = (_FIRST, _FIRST.replace(day=1), _FIRST.replace(month=1, day=1))[2 - parts]
    return shown if first <= day <= latest else None


def modified(tree: Any) -> str | None:
    """Return when the page says that it was last changed, or None; what it says of other articles is not taken."""
    described = list(_described(tree))
    candidates = (
        _meta(tree, "property", "article:modified_time"),
        _only(node.get("dateModified") for node in described if _is(node, _ARTICLES)),
        _only(_itemprop(tree, "dateModified")),
        _meta(tree, "property", "og:updated_time"),
        _only(node.get("dateModified") for node in described if _is(node, _PAGES)),
        _meta(tree, "name", "dcterms.modified"),
        _meta(tree, "name", "dc.date.modified"),
        _meta(tree, "name", "last-modified"),
        _meta(tree, "http-equiv", "last-modified"),
    )
    return next((day for each in candidates if (day := page_date(each))), None)


def language(tree: Any) -> str | None:
    """Return the language that the page declares (ISO 639: `fr`), or None. What two places contradict is None."""
    article = (node.get("inLanguage") for node in _described(tree) if _is(node, _ARTICLES))
    found = [
        _code(tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or tree.get("xml:lang")),
        _code(_meta(tree, "property", "og:locale")),
        _code(_meta(tree, "http-equiv", "content-language") or _meta(tree, "name", "language")),
        _code(_only(each.get("name") if isinstance(each, dict) else each for each in article)),
    ]
    codes = {code for code in found if code}
    return codes.pop() if len(codes) == 1 else None


def _code(value: object) -> str | None:
    found = _LANGUAGE.fullmatch(value.strip()) if isinstance(value, str) else None
    return found[1].lower() if found else None


def _only(values: Iterator[object]) -> object:
    """The value that all agree on, else None."""
    found = {value for value in values if isinstance(value, str) and value.strip()}
    return found.pop() if len(found) == 1 else None


def _meta(tree: Any, attribute: str, name: str) -> str | None:
    for node in tree.iter("meta"):
        named = node.get(attribute) or (node.get("name") if attribute == "property" else None)
        if (named or "").strip().lower() == name and (node.get("content") or "").strip():
            return str(node.get("content"))
    return None


def _itemprop(tree: Any, name: str) -> Iterator[object]:
    for node in tree.iter("meta", "time", "span"):
        if name in (node.get("itemprop") or "").split():
            yield node.get("datetime") or node.get("content") or "".join(node.itertext())[:100]


def _described(tree: Any) -> Iterator[dict[str, Any]]:
    """The things that JSON-LD describes at its first level or in its `@graph`; what lies deeper is about others."""
    scripts = (node for node in tree.iter("script") if "ld+json" in (node.get("type") or "").lower())
    for _, script in zip(range(_SCRIPTS), scripts, strict=False):
        words = (script.text or "")[: _LONGEST + 1]
        if len(words) > _LONGEST:
            continue
        try:
            found = json.loads(words)
        except (ValueError, RecursionError):
            continue
        level = found if isinstance(found, list) else [found]
        for node in level[:_NODES]:
            if isinstance(node, dict):
                yield node
                graph = node.get("@graph")
                inner = graph[:_NODES] if isinstance(graph, list) else []
                yield from (each for each in inner if isinstance(each, dict))


def _is(node: dict[str, Any], kinds: re.Pattern[str]) -> bool:
    given = node.get("@type")
    names = given if isinstance(given, list) else [given]
    return any(isinstance(name, str) and kinds.fullmatch(name.rsplit("/", 1)[-1]) for name in names[:20])
