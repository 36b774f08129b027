"""Feeds: RSS, Atom and RDF (feedparser), JSON Feed 1.1. Each entry is a document of its own."""

import json
import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

from graph.errors import SourceError, UnsupportedSource
from graph.records import Failure
from ingest.pages.declared import page_date
from ingest.sources.base import Draft, Raw, decode, load_failure, own_address, own_date, own_words
from ingest.sources.markup import html_text

ENDS = (".rss", ".atom", ".rdf", ".xml", ".json")
LARGEST = 50_000_000  # bytes of one feed
# Atomic groups: what was read as a comment is not read again as the beginning of a longer one.
_ROOT = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?>(?><\?.{0,500}?\?>|<!--.{0,5000}?-->|<!DOCTYPE[^>\[]{0,500}>)\s*){0,20}"
    rb"<(?:rss|(?:\w{1,20}:)?feed|(?:\w{1,20}:)?RDF)[\s>]",
    re.DOTALL | re.IGNORECASE,
)
_MAILBOX = re.compile(r"\s*\S+@\S+\s*\(([^()]+)\)\s*|\s*([^<>]+?)\s*<\S+@\S+>\s*")
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")
_JSON_FEED = re.compile(rb"\s*\{.{0,2000}https?:\\?/\\?/(?:www\.)?jsonfeed\.org\\?/version\\?/", re.DOTALL)
_ENCODING = re.compile(rb"\s*<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']([\w.:-]{1,40})")
_RDF = re.compile(rb"http://(?:purl\.org/rss/1\.0/|my\.netscape\.com/rdf|channel\.netscape\.com/rdf)")


def matches(raw: Raw) -> bool:
    """Whether the root element is that of a feed, or a JSON object names the version of JSON Feed."""
    head = raw.data[:20_000]
    if head.startswith(_WIDE):
        head = head.replace(b"\0", b"").lstrip(b"\xff\xfe")  # UTF-16: the names of elements are ASCII
    if not (found := _ROOT.match(head)):
        return bool(_JSON_FEED.match(head))
    return not found[0].rstrip(b" \t\r\n>").upper().endswith(b"RDF") or bool(_RDF.search(head))


def read(raw: Raw) -> Iterator[Draft | Failure]:
    """Yield a draft an entry. Raises UnsupportedSource above 50 MB, SourceError for a feed without entries."""
    if len(raw.data) > LARGEST:
        raise UnsupportedSource(
            f"{raw.address} is a feed of {len(raw.data) // 1_000_000} MB.",
            hint=f"Feeds up to {LARGEST // 1_000_000} MB are read: split it, or convert it to JSONL.",
            source=raw.address,
        )
    entries = _json_entries(raw) if _JSON_FEED.match(raw.data[:20_000]) else _xml_entries(raw)
    number = 0
    for number, entry in enumerate(entries, start=1):
        yield _document(raw, number, entry)
    if not number:
        raise SourceError(f"{raw.address} is a feed without entries.", source=raw.address)


def _xml_entries(raw: Raw) -> Iterator[dict[str, Any]]:
    import feedparser

    headers = {"content-type": "application/xml; charset=utf-8"}
    if raw.address.startswith(("http://", "https://")):
        headers["content-location"] = raw.address
    # Where the encoding is told wrongly it would let chardet guess, which takes minutes for a long row of letters.
    text = _text(raw)
    try:
        # A stream, never bytes or a name: those it would take for a file or an address and open.
        found = feedparser.parse(BytesIO(text.encode("utf-8", "replace")), response_headers=headers)
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError) as exc:
        raise SourceError(f"{raw.address} is a broken feed: {exc}", source=raw.address) from exc
    if not found.entries and found.get("bozo"):
        raise SourceError(f"{raw.address} is a broken feed: {found.get('bozo_exception')}", source=raw.address)
    how = f"feed (feedparser {feedparser.__version__})"
    for entry in found.entries:
        yield _entry(entry, found.feed, how)


def _text(raw: Raw) -> str:
    """Return the feed as its server, else its first line says that it is encoded, else as it looks."""
    declared = _ENCODING.match(raw.data)
    told = raw.content_type if "charset" in raw.content_type.lower() else ""
    told = told or (f"charset={declared[1].decode('ascii')}" if declared else "")
    try:
        return decode(raw.data, raw.address, told, replace=True)
    except SourceError:  # bytes that no text has, in what begins as a feed: its whole entries are read
        return raw.data.decode("utf-8", "replace")


def _entry(entry: Mapping[str, Any], feed: Mapping[str, Any], how: str) -> dict[str, Any]:
    body, language, whole = "", "", True
    for part in entry.get("content") or ():
        text = _shown(part)
        if len(text) > len(body):
            body, language = text, str(part.get("language") or "")
    if not body and entry.get("summary"):
        detail = entry.get("summary_detail") or {"value": entry["summary"]}
        body, language, whole = _shown(detail), str(detail.get("language") or ""), False
    origin = entry.get("source") or {}
    link, key = entry.get("link"), entry.get("id")
    first = entry.get("published_parsed") or entry.get("created_parsed")
    # `get` would give the date of publication in its place.
    changed = entry.get("updated_parsed") if "updated_parsed" in entry else None
    names = [str(each["name"]) for each in entry.get("authors") or () if each.get("name")]
    author = str(entry.get("author") or "")[:300]
    mailbox = _MAILBOX.fullmatch(author)  # feedparser cuts the name at a long top-level domain
    return {
        "text": body,
        "headline": html_text(str(entry.get("title") or "")),
        "link": link or key,
        "key": str(key or link or ""),
        "author": mailbox[1] or mailbox[2] if mailbox else ", ".join(names) or author,
        "publisher": origin.get("title") or feed.get("title"),
        "published": _day(first or changed),
        "modified": _day(changed) if first else None,  # an entry with one date was published then
        "language": language or feed.get("language"),
        "reader": how if whole else f"{how}, summary",
    }


def _day(moment: Any) -> str | None:
    return f"{moment.tm_year:04d}-{moment.tm_mon:02d}-{moment.tm_mday:02d}" if moment else None


def _shown(part: Mapping[str, Any]) -> str:
    value = str(part.get("value") or "")
    return value if part.get("type") == "text/plain" else html_text(value)


def _json_entries(raw: Raw) -> Iterator[dict[str, Any]]:
    try:
        feed = json.loads(raw.data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as exc:
        raise SourceError(f"{raw.address} is a broken feed: {exc}", source=raw.address) from exc
    items = feed.get("items")
    for item in items if isinstance(items, list) else ():
        if not isinstance(item, dict):
            yield {}
            continue
        names = _names(item) or _names(feed)
        body = html_text(str(item.get("content_html") or "")) or item.get("content_text") or item.get("summary")
        yield {
            "text": body if isinstance(body, str) else "",
            "headline": item.get("title"),
            "link": item.get("url") or item.get("external_url") or item.get("id"),
            "key": str(item.get("id") or ""),
            "author": names,
            "publisher": feed.get("title"),
            "published": item.get("date_published") or item.get("date_modified"),
            "modified": item.get("date_modified") if item.get("date_published") else None,
            "language": item.get("language") or feed.get("language"),
            "reader": "feed (JSON Feed)",
        }


def _names(row: Mapping[str, Any]) -> str:
    """The authors of a JSON Feed or of an item, in its version 1.1 or 1.0."""
    authors = row.get("authors") if isinstance(row.get("authors"), list) else [row.get("author")]
    names = (own_words(each.get("name"), 100) for each in authors or () if isinstance(each, dict))
    return ", ".join(filter(None, names))


def _document(raw: Raw, number: int, entry: Mapping[str, Any]) -> Draft | Failure:
    headline = own_words(entry.get("headline")) or ""
    text = str(entry.get("text") or "").strip() or headline
    address = own_address(entry.get("link")) or f"{raw.address}#{number}"
    if not text:
        reason = f"entry {number} of {raw.address} has no words"
        return load_failure(address, reason, "It has neither title, summary nor content: open its page.")
    # What the feed says of this entry: a feed that is fetched again has the same entries among others.
    kept = {name: value for name, value in entry.items() if value and name != "reader"}
    return Draft(
        parts=(text,),
        reader=str(entry["reader"]),
        kind="web",
        headline=headline,
        address=address,
        publisher=own_words(entry.get("publisher"), 120),
        author=own_words(entry.get("author"), 200),
        published=own_date(entry.get("published")),
        modified=page_date(entry.get("modified")),
        language=own_words(entry.get("language"), 10),
        raw=json.dumps(kept, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass"),
    )
