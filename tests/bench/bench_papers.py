"""How well papers are read: title, authors, affiliations, sections, references and running text of the tests' PDFs.

    python tests/bench/bench_papers.py [FOLDER]

FOLDER holds PDFs and `truth.json` (tests/ingest/papers when absent; tests/bench/papers/make.py makes them).
Shares are F1 of names, pairs (author, institution), headings and titles of references, compared by their letters;
`text` is the share of the true paragraphs that stand in the text whole and unbroken.
"""

import json
import os
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from graph.records import Document  # noqa: E402
from ingest.load import load  # noqa: E402
from ingest.papers.front import read_front  # noqa: E402
from ingest.papers.outline import outline  # noqa: E402
from ingest.papers.references import read_entry  # noqa: E402

FOLDER = ROOT / "tests" / "ingest" / "papers"
COLUMNS = ("title", "authors", "affiliations", "abstract", "sections", "thanks", "references", "text")


@dataclass(frozen=True)
class Row:
    """What was measured on one PDF; shares from 0 to 1."""

    name: str
    shares: dict[str, float]
    wrong: dict[str, list[str]]
    seconds: float
    pages: int


def key(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def f1(found: Iterable[str], true: Iterable[str], wrong: list[str]) -> float:
    a, b = {key(x): x for x in found}, {key(x): x for x in true}
    wrong.extend([f"+ {a[k]}" for k in a.keys() - b.keys()] + [f"- {b[k]}" for k in b.keys() - a.keys()])
    return 1.0 if not a and not b else 2 * len(a.keys() & b.keys()) / (len(a) + len(b))


def measure(name: str, document: Document, truth: dict, seconds: float = 0.0) -> Row:
    """Compare a document with what is true of it; keys that `truth` lacks are left out."""
    parts = outline(document.text, document.headline)
    front = read_front(document.text, parts)
    text = document.text
    titles = [text[slice(*t)] for a, b in parts.references if (t := read_entry(text, a, b).title)]
    wrong: dict[str, list[str]] = {column: [] for column in COLUMNS}
    found = {
        "title": [document.headline],
        "authors": [author.name for author in front.authors],
        "affiliations": [f"{author.name} @ {body.name}" for author in front.authors for body in author.bodies],
        "abstract": [text[slice(*parts.abstract)]] if parts.abstract else [],
        "sections": [plain(section.heading) for section in parts.sections],
        "thanks": [text[slice(*parts.thanks)]] if parts.thanks else [],
        "references": titles,
    }
    true = {
        "title": [truth.get("title", "")],
        "authors": truth.get("authors"),
        "affiliations": [f"{a} @ {b}" for a, b in truth["affiliations"]] if "affiliations" in truth else None,
        "abstract": [truth["abstract"]] if "abstract" in truth else None,
        "sections": truth.get("sections"),
        "thanks": [truth["thanks"]] if "thanks" in truth else None,
        "references": truth.get("references"),
    }
    shares = {}
    for column, values in true.items():
        if values is None:
            continue
        if column == "affiliations":  # an institute beside its university is no mistake
            extra = {key(f"{a.name} @ {b.name}") for a in front.authors for b in a.bodies} - set(map(key, values))
            found[column] = [x for x in found[column] if key(x) not in extra or not minor(x)]
        if column == "sections":
            known = {"abstract", "summary", "acknowledgments", "acknowledgements", "acknowledgement", "references",
                     "bibliography", "indexterms", "keywords", "keyword", "acmreferenceformat"}  # fmt: skip
            found[column] = [x for x in found[column] if key(x) not in known and x not in truth.get("beside", ())]
        shares[column] = f1(found[column], values, wrong[column])
    if "paragraphs" in truth:
        whole = {key(p) for p in text.split("\n\n")}
        joined = key(text)
        kept = [p for p in truth["paragraphs"] if key(p) in whole or key(p) in joined]
        wrong["text"] = ["- " + p[:90] for p in truth["paragraphs"] if p not in kept]
        shares["text"] = len(kept) / len(truth["paragraphs"])
    return Row(name, shares, wrong, seconds, len(document.pages))


def minor(pair: str) -> bool:
    return any(word in pair for word in ("Institut", "Lab", "Cent"))


def plain(heading: str) -> str:
    import re

    return re.sub(r"^(?:(?:\d{1,2}(?:\.\d+)*|[IVX]{1,5}|[A-Z])\.?\s+)", "", heading).strip(" .:")


def rows(folder: Path = FOLDER) -> list[Row]:
    """Read every PDF of the folder for which something is known."""
    out = []
    for name, truth in json.loads((folder / "truth.json").read_text("utf-8")).items():
        if truth.get("scanned"):
            continue
        start = time.perf_counter()
        (document,) = load(str(folder / f"{name}.pdf"))
        seconds = time.perf_counter() - start
        assert isinstance(document, Document), document
        out.append(measure(name, document, truth, seconds))
    return out


def table(found: list[Row]) -> str:
    """The table as text, with the mean of each column."""
    lines = [f"{'':24}" + "".join(f"{c[:10]:>11}" for c in COLUMNS) + f"{'s/page':>8}"]
    for row in found:
        cells = "".join(f"{row.shares[c]:11.2f}" if c in row.shares else f"{'':>11}" for c in COLUMNS)
        lines.append(f"{row.name:24}{cells}{row.seconds / max(1, row.pages):8.3f}")
    means = []
    for column in COLUMNS:
        known = [row.shares[column] for row in found if column in row.shares]
        means.append(f"{sum(known) / len(known):11.3f}" if known else f"{'':>11}")
    seconds, pages = sum(row.seconds for row in found), sum(row.pages for row in found)
    lines.append(f"{'mean':24}" + "".join(means) + f"{seconds / pages:8.3f}")
    lines.append(
        f"{len(found)} documents, {pages} pages, {len(found) / seconds:.1f} documents/s, {pages / seconds:.0f} pages/s"
    )
    return "\n".join(lines)


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    found = rows(folder)
    print(table(found))
    for row in found:
        for column, wrong in row.wrong.items():
            for line in wrong[:6]:
                print(f"{row.name:24} {column:13} {line[:140]}")


if __name__ == "__main__":
    main()
