"""Text recognition for pages that are pictures, with `tesseract` where it is installed."""

import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from typing import Any

from ingest.papers.glyphs import PageRuns, page_runs

BUDGET = 45.0  # seconds for one document: whoever loads it allows a minute
_DOTS = 200  # dots an inch: enough for print of 9 points
_LARGEST = 40_000_000  # dots of one page picture


class OutOfTime(Exception):
    """Recognition takes longer than one document may take."""


def recogniser() -> str | None:
    """Return the path of `tesseract`, or None."""
    return shutil.which("tesseract")


def recognise(pdf: Any, numbers: Sequence[int], program: str) -> Iterator[tuple[int, PageRuns]]:
    """Yield (page number, its runs) for pages of a pypdfium2 document. Raises OutOfTime, OSError."""
    end = time.monotonic() + BUDGET
    for number in numbers:
        left = end - time.monotonic()
        if left < 1:
            raise OutOfTime
        found = _recognised(_picture(pdf, number), program, left)
        if found is not None:
            yield number, found


def _picture(pdf: Any, number: int) -> bytes:
    """The page as a grey picture (PGM), with its own size in dots."""
    page = pdf[number]
    try:
        width, height = page.get_size()
        scale = _DOTS / 72
        if width * height * scale * scale > _LARGEST:
            scale = (_LARGEST / (width * height)) ** 0.5
        bitmap = page.render(scale=scale, grayscale=True)
        rows = bytes(bitmap.buffer)
        lines = b"".join(rows[n * bitmap.stride : n * bitmap.stride + bitmap.width] for n in range(bitmap.height))
        head = f"P5 {bitmap.width} {bitmap.height} 255\n".encode()
        bitmap.close()
        return head + lines
    finally:
        page.close()


def _recognised(picture: bytes, program: str, seconds: float) -> PageRuns | None:
    import pypdfium2

    command = [program, "stdin", "stdout", "--dpi", str(_DOTS), "-c", "textonly_pdf=1", "pdf"]
    try:
        done = subprocess.run(
            command, input=picture, capture_output=True, timeout=seconds, check=False, env={"OMP_THREAD_LIMIT": "1"}
        )
    except subprocess.TimeoutExpired as exc:
        raise OutOfTime from exc
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        return None
    page_pdf = pypdfium2.PdfDocument(done.stdout)
    try:
        page = page_pdf[0]
        try:
            return page_runs(page)
        finally:
            page.close()
    finally:
        page_pdf.close()
