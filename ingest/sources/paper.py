"""Papers: a PDF in reading order with its pages, its title and authors, and what margins and files beside it tell."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph.errors import SightlinesError, SourceError, UnsupportedSource
from graph.records import Failure
from ingest.sources.base import Draft, Raw, load_failure, own_words

if TYPE_CHECKING:
    from ingest.papers.glyphs import PageRuns
    from ingest.papers.metadata import Metadata
    from ingest.papers.pages import PaperText

ENDS = (".pdf",)
MOST_PAGES = 2_000
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# What arXiv stamps on the margin of the first page.
_STAMP = re.compile(
    r"arXiv:(\d{4}\.\d{4,5}|[a-z-]+/\d{7})(?:v\d+)?(?:\s*\[[\w.-]+\])?(?:\s+(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}))?"
)
_DOI = re.compile(r"(?:doi:? ?|doi\.org/)(10\.\d{4,9}/[^\s\"<>]{1,150}[^\s\"<>.,;)])", re.IGNORECASE)


def matches(raw: Raw) -> bool:
    """Whether the PDF mark stands in the first kilobyte (ISO 32000-1, Annex H, note 13)."""
    return b"%PDF-" in raw.data[:1024] or raw.name.lower().endswith(ENDS)


def read(raw: Raw) -> Iterator[Draft | Failure]:
    """Yield the paper, and a failure when many of its pages are pictures that can't be recognised.

    Raises SourceError when it is broken, encrypted, too long, or only holds pictures of text.
    """
    import pypdfium2

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
        pages = [_runs(pdf, number) for number in range(len(pdf))]
        told = own_words(pdf.get_metadata_dict().get("Title"))
        recognised, trouble = _recognised(pdf, pages, raw.address)
    except pypdfium2.PdfiumError as exc:
        raise _unreadable(raw.address, str(exc)) from exc
    finally:
        pdf.close()
    program = f"paper (pypdfium2 {pypdfium2.PYPDFIUM_INFO}{', ' + recognised if recognised else ''})"
    yield _draft(paper_text(pages, told or ""), told, program, beside(raw.path))
    if trouble is not None:
        yield load_failure(raw.address, trouble)


def _draft(paper: "PaperText", told: str | None, program: str, known: "Metadata | None") -> Draft:
    from ingest.papers.front import read_front
    from ingest.papers.outline import outline
    from ingest.text import normalise

    first = next((line for page in paper.pages for line in page.splitlines() if line.strip()), "")
    opening = normalise("\n\n".join(paper.pages[:2]))
    authors = tuple(a.name for a in read_front(opening, outline(opening, paper.title)).authors) if paper.title else ()
    address, published = _margin(paper.margin)
    return Draft(
        parts=paper.pages,
        paged=True,
        reader=program,
        kind="paper",
        headline=paper.title or (known and known.title) or told or own_words(first) or "",
        author=own_words("; ".join((known and known.authors) or authors), 2000),
        address=(known and known.address) or address,
        published=(known and known.published) or published,
        publisher=own_words(known.publisher, 120) if known else None,
    )


def _margin(words: str) -> tuple[str | None, str | None]:
    """The address and the date that a stamp, or a single DOI in the margins, gives."""
    stamp = _STAMP.search(words)
    if stamp:
        date = None
        if stamp[2] and stamp[3] in _MONTHS:
            date = f"{stamp[4]}-{_MONTHS.index(stamp[3]) + 1:02d}-{int(stamp[2]):02d}"
        return f"https://arxiv.org/abs/{stamp[1]}", date
    found = {doi.casefold() for doi in _DOI.findall(words)}
    return (f"https://doi.org/{found.pop()}" if len(found) == 1 else None), None


def beside(path: Path | None) -> "Metadata | None":
    """Return what a file of the same name with metadata says of the paper (`paper.pdf`, `paper.json` or `.bib`)."""
    from ingest.papers.metadata import LARGEST, SUFFIXES, read_metadata

    for suffix in SUFFIXES if path is not None else ():
        file = path.with_suffix(suffix) if path is not None else None
        try:
            if file is not None and file.is_file() and file.stat().st_size <= LARGEST:
                found = read_metadata(file.read_bytes())
                if found is not None:
                    return found
        except OSError:
            continue
    return None


def _recognised(pdf: Any, pages: "list[PageRuns]", source: str) -> tuple[str, SightlinesError | None]:
    """Put recognised text where pages have none. Returns the program used, and what is to be told of lost pages.

    Raises SourceError when no page has text in the end.
    """
    from ingest.papers.recognition import OutOfTime, recognise, recogniser

    empty = [number for number, page in enumerate(pages) if not page.runs and _is_picture(pdf, number)]
    program, used, late = recogniser() if empty else None, "", False
    if program:
        try:
            for number, found in recognise(pdf, empty, program):
                pages[number] = found
                used = "text recognised by tesseract"
        except OutOfTime:
            late = True
        except OSError:
            program = None
    lost = [number for number in empty if not pages[number].runs]
    hint = "Run text recognition over it first (for example `ocrmypdf`), then add it again."
    if not program:
        hint += " Where `tesseract` is installed, short scans are recognised while they are added."
    if late:
        hint = "It is too long to be recognised while it is added: run `ocrmypdf` over it, then add it again."
    if not any(page.runs for page in pages):
        what = f"its {len(pages)} pages are pictures, or empty."
        raise SourceError(f"{source} is a PDF without text: {what}", hint=hint, source=source)
    if len(lost) * 4 < len(pages):
        return used, None
    what = f"{len(lost)} of its {len(pages)} pages are pictures without text, and were not read"
    return used, SourceError(f"{source}: {what}.", hint=hint, source=source)


def _is_picture(pdf: Any, number: int) -> bool:
    """Whether pictures cover a good part of the page."""
    page = pdf[number]
    try:
        width, height = page.get_size()
        area = 0.0
        for drawn in page.get_objects(max_depth=3):
            if drawn.type == 3:  # FPDF_PAGEOBJ_IMAGE
                left, bottom, right, top = drawn.get_bounds()
                area += abs(right - left) * abs(top - bottom)
        return bool(area > 0.4 * width * height)
    finally:
        page.close()


def _runs(pdf: Any, number: int) -> "PageRuns":
    from ingest.papers.glyphs import page_runs

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
