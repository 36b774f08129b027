"""Papers: a PDF in reading order, with its pages, its title, and what its margins tell (pypdfium2)."""

import re
from collections.abc import Iterator
from typing import Any

from graph.errors import SourceError, UnsupportedSource
from ingest.sources.base import Draft, Raw, own_words

MOST_PAGES = 2_000


def matches(raw: Raw) -> bool:
    """Whether the PDF mark stands in the first kilobyte (ISO 32000-1, Annex H, note 13)."""
    return b"%PDF-" in raw.data[:1024] or raw.name.lower().endswith(".pdf")


def read(raw: Raw) -> Iterator[Draft]:
    """Yield the paper. Raises SourceError when it is broken, encrypted, too long, or only holds pictures of text."""
    import pypdfium2

    from ingest.papers.glyphs import page_runs
    from ingest.papers.pages import paper_text

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
        pages = [_runs(pdf, number, page_runs) for number in range(len(pdf))]
        told = own_words(pdf.get_metadata_dict().get("Title"))
    except pypdfium2.PdfiumError as exc:
        raise _unreadable(raw.address, str(exc)) from exc
    finally:
        pdf.close()
    if not any(page.runs for page in pages):
        raise SourceError(
            f"{raw.address} is a PDF without text: its {len(pages)} pages are pictures, or empty.",
            hint="Run text recognition over it first (for example `ocrmypdf`), then add it again.",
            source=raw.address,
        )
    paper = paper_text(pages, told or "")
    first = next((line for page in paper.pages for line in page.splitlines() if line.strip()), "")
    yield Draft(
        parts=paper.pages,
        paged=True,
        reader=f"paper (pypdfium2 {pypdfium2.PYPDFIUM_INFO})",
        kind="paper",
        headline=paper.title or told or own_words(first) or "",
    )


def _runs(pdf: Any, number: int, page_runs: Any) -> Any:
    page = pdf[number]
    try:
        return page_runs(page)
    finally:
        page.close()


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
