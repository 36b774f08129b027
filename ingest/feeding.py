"""What an answer says as a feed: the links of its entries, where it breaks off, and where a page names its feed."""

import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import urljoin, urlsplit
from xml.parsers import expat

from graph.errors import SourceError, UnsupportedSource
from ingest.fetch import Fetched
from ingest.limits import read_apart
from ingest.sources import Draft, Raw, feed
from ingest.sources.web import matches as is_page

_LINK = re.compile(r"<link\b([^<>]{1,2000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\b(rel|type|href)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json"})
# An XML document that ends too early; what is only written carelessly, feedparser reads (expat's error codes).
_CUT = frozenset(
    {
        expat.errors.codes[name]
        for name in (
            expat.errors.XML_ERROR_NO_ELEMENTS,
            expat.errors.XML_ERROR_UNCLOSED_TOKEN,
            expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
            expat.errors.XML_ERROR_PARTIAL_CHAR,
        )
    }
)


@dataclass(frozen=True, slots=True)
class Entries:
    """The http and https links of a feed's entries in its order, each once, and how many entries have none."""

    links: tuple[str, ...] = ()
    without: int = 0


def entries_of(answer: Fetched) -> Entries:
    """Return the entries of a feed.

    Raises UnsupportedSource when the answer is no feed, SourceError when it is a broken one.
    """
    raw = Raw(
        address=answer.address,
        name=urlsplit(answer.address).path,
        data=answer.data,
        content_type=answer.content_type,
    )
    if not feed.matches(raw):
        raise _no_feed(raw)
    links: dict[str, None] = {}
    without = 0
    for number, found in enumerate(read_apart("ingest.sources.feed", raw), start=1):
        link = (found.address if isinstance(found, Draft) else getattr(found, "source", None)) or ""
        # An entry without a link is named after its place in the feed.
        if link.lower().startswith(("http://", "https://")) and link != f"{raw.address}#{number}":
            links[link] = None
        else:
            without += 1
    if not links and (missing := missing_end(answer.data)):
        raise SourceError(
            f"{raw.address} is a broken feed: {missing}.",
            hint="It is asked for anew the next time.",
            source=raw.address,
        )
    return Entries(tuple(links), without)


def missing_end(data: bytes) -> str:
    """Return in words where an XML feed breaks off; nothing when it is whole, or no XML."""
    if data.lstrip()[:1] == b"{":
        return ""
    try:
        expat.ParserCreate().Parse(data, True)
    except expat.ExpatError as exc:
        return f"it ends in line {exc.lineno} without its last tag" if exc.code in _CUT else ""
    return ""


def _no_feed(raw: Raw) -> UnsupportedSource | SourceError:
    head = raw.data[:1000].lstrip()
    if is_page(raw):
        named = feeds_of_page(raw.data[:300_000].decode("utf-8", "replace"), raw.address)
        hint = f"Its feed is {' or '.join(named[:3])}." if named else "Look for the address of its RSS or Atom feed."
        return UnsupportedSource(f"{raw.address} is a web page, not a feed.", hint=hint, source=raw.address)
    if head.startswith((b"<", b"{")) or not head:
        return SourceError(
            f"{raw.address} is no feed, or a broken one.",
            hint="Open it in a browser: it begins with <rss>, <feed> or <rdf:RDF>, or is a JSON Feed.",
            source=raw.address,
        )
    return UnsupportedSource(
        f"{raw.address} is no feed.", hint="Feeds are RSS, Atom, RDF and JSON Feed.", source=raw.address
    )


def feeds_of_page(html: str, address: str) -> list[str]:
    """Return the addresses of the feeds that a page names (`<link rel="alternate" type="application/rss+xml">`)."""
    found = []
    for link in _LINK.finditer(html):
        values = {m[1].lower(): unescape(m[2] or m[3] or m[4] or "") for m in _ATTRIBUTE.finditer(link[1])}
        if "alternate" in values.get("rel", "").lower() and values.get("type", "").lower() in _FEED_TYPES:
            found.append(urljoin(address, values.get("href", "")))
    return [each for each in dict.fromkeys(found) if each.startswith(("http://", "https://"))]
