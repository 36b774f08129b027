"""Papers: PDF with its pages, hyphenation and ligatures mended (pypdfium2)."""

import re
from collections.abc import Iterator
from typing import Any

from graph.errors import SourceError
from ingest.sources.base import Draft, Raw, own_words

MOST_PAGES = 2_000
# PDFium marks a hyphen at a line end as U+FFFE or U+0002; a real one is left as "-".
_HYPHEN = re.compile(r"(?<=[^\W\d_])(?:[\ufffe\x02]|[-\u00ad]\r?\n)\s*(?=[a-z])")
_STRAY = re.compile("[\ufffe\x02\uffff]")
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_LIGATURE = re.compile("|".join(_LIGATURES))


def matches(raw: Raw) -> bool:
    """Whether the PDF mark stands in the first kilobyte (ISO 32000-1, Annex H, note 13)."""
    return b"%PDF-" in raw.data[:1024] or raw.name.lower().endswith(".pdf")


def read(raw: Raw) -> Iterator[Draft]:
    """Yield the paper. Raises SourceError when it is broken, encrypted, or only holds pictures of text."""
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(raw.data)
    except pypdfium2.PdfiumError as exc:
        raise _unreadable(raw.address, str(exc)) from exc
    try:
        pages = [_page(pdf, number) for number in range(min(len(pdf), MOST_PAGES))]
        headline = own_words(pdf.get_metadata_dict().get("Title"))
    except pypdfium2.PdfiumError as exc:
        raise _unreadable(raw.address, str(exc)) from exc
    finally:
        pdf.close()
    if not any(page.strip() for page in pages):
        raise SourceError(
            f"{raw.address} is a PDF without text: its {len(pages)} pages are pictures, or empty.",
            hint="Run text recognition over it first (for example `ocrmypdf`), then add it again.",
            source=raw.address,
        )
    first = next(line for page in pages for line in page.splitlines() if line.strip())
    yield Draft(
        parts=tuple(pages),
        paged=True,
        reader=f"paper (pypdfium2 {pypdfium2.PYPDFIUM_INFO})",
        kind="paper",
        headline=headline or own_words(first) or "",
    )


def _page(pdf: Any, number: int) -> str:
    page = pdf[number]
    words = page.get_textpage()
    try:
        return mend(words.get_text_bounded())
    finally:
        words.close()
        page.close()


def mend(text: str) -> str:
    """Join words that were cut at a line end, and write ligatures as letters."""
    text = _LIGATURE.sub(lambda found: _LIGATURES[found[0]], _HYPHEN.sub("", text))
    return _STRAY.sub("-", text)


def _unreadable(address: str, reason: str) -> SourceError:
    if "assword" in reason or "ncrypt" in reason or "ecurity" in reason:
        return SourceError(
            f"{address} is an encrypted PDF.",
            hint="Save a copy without a password and add that.",
            source=address,
        )
    return SourceError(
        f"{address} is a broken PDF: {reason}", hint="Fetch or save the file again, then add it.", source=address
    )
