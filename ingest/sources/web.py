"""Web pages: the article of an HTML page with what the page says about itself (trafilatura)."""

import re
from collections.abc import Iterator

from graph.errors import SourceError, UnsupportedSource
from ingest.sources.base import Draft, Raw, decode, own_address, own_date, own_words, suffix

LARGEST = 20_000_000  # bytes
_HTML = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?>(?:<\?xml[^>]*>|<!--.*?-->)\s*)*+<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_LINES = re.compile(r"\n+")


def matches(raw: Raw) -> bool:
    """Whether it begins as HTML does, or is named or served as HTML and holds a tag."""
    if _HTML.match(raw.data[:4096]):
        return True
    named = suffix(raw.name) in {".html", ".htm", ".xhtml"} or "html" in raw.content_type
    return named and not raw.data.startswith(b"%PDF-")


def read(raw: Raw) -> Iterator[Draft]:
    """Yield the article. Raises UnsupportedSource above 20 MB, SourceError for a page without an article."""
    if len(raw.data) > LARGEST:
        raise UnsupportedSource(
            f"{raw.address} is a page of {len(raw.data) // 1_000_000} MB.",
            hint=f"Pages up to {LARGEST // 1_000_000} MB are read: save the article alone.",
            source=raw.address,
        )
    html = decode(raw.data, raw.address, raw.content_type, replace=True)
    import trafilatura  # 0.5 s

    url = raw.address if raw.address.startswith(("http://", "https://")) else None
    try:
        found = trafilatura.bare_extraction(
            html,
            url=url,
            include_comments=False,
            favor_recall=True,
            with_metadata=True,
            date_extraction_params={"original_date": True, "extensive_search": False},
        )
    except (ValueError, TypeError, AttributeError, RecursionError) as exc:
        raise SourceError(f"{raw.address} can't be read as HTML: {exc}", source=raw.address) from exc
    text = (getattr(found, "text", None) or "").strip()
    if not text:
        raise SourceError(
            f"{raw.address} holds no article text.",
            hint="The page may be empty or need JavaScript: save it from the browser and add the file.",
            source=raw.address,
        )
    canonical = own_address(getattr(found, "url", None))
    yield Draft(
        parts=(_LINES.sub("\n\n", text),),
        reader=f"web (trafilatura {trafilatura.__version__})",
        kind="web",
        headline=own_words(getattr(found, "title", None)) or "",
        address=canonical if canonical and canonical.startswith(("http://", "https://")) else None,
        publisher=own_words(getattr(found, "sitename", None), 120),
        author=own_words(getattr(found, "author", None), 200),
        published=own_date(getattr(found, "date", None)),
    )
