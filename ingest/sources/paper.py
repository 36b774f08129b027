"""Papers: PDF with its pages, hyphenation and ligatures mended (pypdfium2)."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from graph.errors import SourceError, UnsupportedSource
from ingest.sources.base import Draft, Raw, own_words

MOST_PAGES = 2_000
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_LIGATURE = re.compile("|".join(_LIGATURES))
# PDFium writes U+0002 or U+FFFE for a hyphen at a line end, whether the word has one or was only cut there.
_CUT = re.compile(r"([^\W\d_]+)(?:[\ufffe\x02]|[-\u00ad]\r?\n)[ \t]*([^\W\d_]+)(-?)")
_RANGE = re.compile(r"(?<=\d)[-–]\r?\n(?=\d)")
_STRAY = re.compile("[\ufffe\x02\uffff]")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def matches(raw: Raw) -> bool:
    """Whether the PDF mark stands in the first kilobyte (ISO 32000-1, Annex H, note 13)."""
    return b"%PDF-" in raw.data[:1024] or raw.name.lower().endswith(".pdf")


def read(raw: Raw) -> Iterator[Draft]:
    """Yield the paper. Raises SourceError when it is broken, encrypted, too long, or only holds pictures of text."""
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(raw.data)
    except pypdfium2.PdfiumError as exc:
        raise _unreadable(raw.address, str(exc)) from exc
    try:
        if len(pdf) > MOST_PAGES:
            raise UnsupportedSource(
                f"{raw.address} is a PDF of {len(pdf)} pages.",
                hint=f"PDFs up to {MOST_PAGES} pages are read: split it.",
                source=raw.address,
            )
        pages = mend([_page(pdf, number) for number in range(len(pdf))])
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
        return str(words.get_text_bounded())
    finally:
        words.close()
        page.close()


def mend(pages: Sequence[str]) -> list[str]:
    """Write ligatures as letters, and join words that were cut at a line end as the paper itself spells them.

    A cut word keeps its hyphen when the paper has it elsewhere with one, when it is part of a longer compound, when
    the second half begins with a capital, or when both halves are words of the paper and the joined one is not.
    """
    pages = [_LIGATURE.sub(lambda found: _LIGATURES[found[0]], page) for page in pages]
    compounds = {word.casefold() for page in pages for word in _WORD.findall(_CUT.sub(" ", page))}
    words = {part for word in compounds for part in word.split("-")}

    def join(cut: re.Match[str]) -> str:
        left, right, more = cut.groups()
        a, b = left.casefold(), right.casefold()
        whole = min(len(a), len(b)) > 2 and {a, b} <= words
        hyphen = bool(more) or not right[0].islower() or f"{a}-{b}" in compounds or (whole and a + b not in words)
        return f"{left}{'-' if hyphen else ''}{right}{more}"

    return [_STRAY.sub("-", _RANGE.sub("-", _CUT.sub(join, page))) for page in pages]


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
