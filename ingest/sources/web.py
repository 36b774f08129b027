"""Web pages: the article of an HTML page with what the page says about itself (trafilatura)."""

import re
from collections.abc import Iterator

from graph.errors import SourceError, UnsupportedSource
from ingest.pages.declared import page_date
from ingest.pages.markup import Markup, with_paragraphs
from ingest.pages.walls import wall
from ingest.sources.base import Draft, Raw, decode, own_address, own_words, suffix
from ingest.text import Paragraph, ParagraphKind, is_invitation, normalise, split_paragraphs

ENDS = (".html", ".htm", ".xhtml")
LARGEST = 20_000_000  # bytes
_HTML = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?>(?:<\?xml[^>]*>|<!--.*?-->)\s*)*+<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
# libxml2 compares each attribute of an element with all before it: a hundred thousand take minutes.
_MOST_ATTRIBUTES = 5_000
_LONG_TAG = re.compile(rf"<[a-zA-Z][^<>]{{{2 * _MOST_ATTRIBUTES},}}")
_SCRIPT = re.compile(r"<(script|style)\b.*?</\1\b|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_LINES = re.compile(r"\n+")
_FURNITURE = 250  # characters: what is longer is kept, whatever it looks like; it carries no claim all the same
_PAYWALL = re.compile(r"(?:subscribe|sign in|log in|register) to (?:continue|keep|read)\b.{0,60}$", re.IGNORECASE)


def matches(raw: Raw) -> bool:
    """Whether it begins as HTML does, or is named or served as HTML and holds a tag."""
    if _HTML.match(raw.data[:4096]):
        return True
    named = suffix(raw.name) in ENDS or "html" in raw.content_type
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
    if _endless_element(html):
        raise SourceError(
            f"{raw.address} has an element with more than {_MOST_ATTRIBUTES:,} attributes.",
            hint="It is damaged, or made to stop readers: save it anew from a browser and add that.",
            source=raw.address,
        )
    html = with_paragraphs(html)
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
        markup = Markup(html)
    except (ValueError, TypeError, AttributeError, RecursionError) as exc:
        raise SourceError(f"{raw.address} can't be read as HTML: {exc}", source=raw.address) from exc
    text = (getattr(found, "text", None) or "").strip()
    title = markup.title(own_words(getattr(found, "title", None)) or "")
    paragraphs = article_paragraphs(text)
    heads, linked = markup.headings()
    no_article = wall(title, [line for line in text.split("\n") if line.strip()], heads=heads, heads_linked=linked)
    if no_article is not None:
        what, hint = no_article
        raise SourceError(f"{raw.address} {what}.", hint=hint, source=raw.address)
    if not paragraphs:
        raise SourceError(
            f"{raw.address} holds no article text.",
            hint="The page may be empty or need JavaScript: save it from the browser and add the file.",
            source=raw.address,
        )
    canonical = own_address(getattr(found, "url", None))
    yield Draft(
        parts=("\n\n".join(paragraphs),),
        reader=f"web (trafilatura {trafilatura.__version__})",
        kind="web",
        headline=title,
        address=canonical if canonical and canonical.startswith(("http://", "https://")) else None,
        publisher=own_words(getattr(found, "sitename", None), 120),
        author=own_words(getattr(found, "author", None) or markup.author(), 200),
        published=page_date(getattr(found, "date", None)),
        modified=markup.modified(),
        language=markup.language(),
    )


def _endless_element(html: str) -> bool:
    """Whether an element has more attributes than are read; data within quotes or scripts are none."""
    if not _LONG_TAG.search(html):
        return False
    return any(
        len(_QUOTED.sub('""', tag[0]).split()) > _MOST_ATTRIBUTES for tag in _LONG_TAG.finditer(_SCRIPT.sub("", html))
    )


def article_paragraphs(text: str) -> list[str]:
    """Return the paragraphs of an extracted text, without short furniture and invitations that got in among them."""
    whole = normalise(_LINES.sub("\n\n", text))
    parts = split_paragraphs(whole)
    kept = [
        whole[part.start : part.end]
        for part in parts
        if part.kind is not ParagraphKind.BOILERPLATE
        or part.end - part.start > _FURNITURE
        or not _is_furniture(whole, part)
    ]
    while len(kept) > 1 and _PAYWALL.match(kept[-1]):
        kept.pop()
    return kept


def _is_furniture(text: str, part: Paragraph) -> bool:
    words = text[part.start : part.end]
    return (
        is_invitation(words)
        or words.startswith(("©", "Copyright", "Advertisement"))
        or _PAYWALL.match(words) is not None
    )
