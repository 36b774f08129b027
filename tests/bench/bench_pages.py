"""How well web pages are read, beside readability-lxml and trafilatura as it comes, on the tests' pages.

    python tests/bench/bench_pages.py

`kept` is the share of the article's paragraphs that stand in the text, each whole and as a paragraph of its own;
`clean` of the boilerplate's words that don't; `fields` of title, author, date, publisher and address that are right;
`refused` says whether a page that is no article is told as such.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))


from graph.records import Document  # noqa: E402
from ingest.load import load  # noqa: E402
from tests.ingest.pages import Page, pages  # noqa: E402


def words(text: str) -> str:
    return " ".join(text.split())


def kept(page: Page, text: str) -> float:
    """The share of paragraphs that are whole and stand alone; a cell or an item may stand in a longer one."""
    alone = {words(part) for part in text.split("\n\n")} | {words(part).lstrip("-•* ") for part in text.split("\n")}
    flat = words(text)
    found = [k for k in page.keep if words(k) in alone or (len(k) < 60 and words(k) in flat)]
    return len(found) / len(page.keep) if page.keep else 1.0


def clean(page: Page, text: str) -> float:
    return sum(each not in text for each in page.leave) / len(page.leave) if page.leave else 1.0


def fields(page: Page, document: Document) -> float:
    told = {
        "title": (page.title, document.headline),
        "author": (page.author, document.author),
        "published": (page.published, document.published),
        "publisher": (page.publisher, document.publisher),
        "address": (page.address, document.address),
    }
    known = [true == found for true, found in told.values() if true]
    return sum(known) / len(known) if known else 1.0


def ours(page: Page) -> tuple[str, Document | None]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_text(page.html, encoding="utf-8")
        (found,) = load(str(file))
    return (found.text, found) if isinstance(found, Document) else (found.reason, None)


def readability(page: Page) -> str:
    from lxml import html
    from readability import Document as Readable  # type: ignore[import-untyped]

    try:
        tree = html.fromstring(Readable(page.html).summary())
    except Exception:  # noqa: BLE001 - a page it can't read is an empty one
        return ""
    parts = [n.text_content().strip() for n in tree.iter("p", "li", "h1", "h2", "h3", "td") if not len(n.xpath(".//p"))]
    return "\n\n".join(filter(None, parts)) or tree.text_content()


def bare(page: Page) -> str:
    import trafilatura

    return (trafilatura.extract(page.html) or "").replace("\n", "\n\n")


def measure() -> dict[str, dict[str, float]]:
    """Return what was measured, by page; shares from 0 to 1."""
    out = {}
    for page in pages():
        text, document = ours(page)
        row: dict[str, float] = {}
        if page.refused:
            row["refused"] = float(document is None and page.refused in text)
            for name, other in (("readability", readability), ("trafilatura", bare)):
                row[f"{name} refused"] = float(not other(page).strip())
        else:
            row |= {"kept": kept(page, text if document else ""), "clean": clean(page, text)}
            row["fields"] = fields(page, document) if document else 0.0
            for name, other in (("readability", readability), ("trafilatura", bare)):
                found = other(page)
                row |= {f"{name} kept": kept(page, found), f"{name} clean": clean(page, found)}
        out[page.name] = row
    return out


COLUMNS = (
    "kept", "clean", "fields", "refused", "readability kept", "readability clean", "readability refused",
    "trafilatura kept", "trafilatura clean", "trafilatura refused",
)  # fmt: skip


def mean(rows: dict[str, dict[str, float]], column: str) -> float:
    known = [row[column] for row in rows.values() if column in row]
    return sum(known) / len(known)


def rate(read: Callable[[Page], object]) -> float:
    some = pages()
    start = time.perf_counter()
    for page in some:
        read(page)
    return len(some) / (time.perf_counter() - start)


def main() -> None:
    ours(pages()[0])  # the worker starts
    rows = measure()
    head = [c.replace("readability", "read.").replace("trafilatura", "traf.") for c in COLUMNS]
    print(f"{'':38}" + "".join(f"{c:>14}" for c in head))
    for name, row in rows.items():
        print(f"{name:38}" + "".join(f"{row[c]:14.2f}" if c in row else f"{'':14}" for c in COLUMNS))
    print(f"{'mean':38}" + "".join(f"{mean(rows, c):14.3f}" for c in COLUMNS))
    print(f"{rate(ours):.0f} pages/s with worker and language check")


if __name__ == "__main__":
    main()
