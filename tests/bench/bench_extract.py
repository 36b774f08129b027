"""Documents per second of the whole extraction beside the bare spaCy pipeline, in one run on the same texts.

    python tests/bench/bench_extract.py [FILE.jsonl[.gz]] [--documents N] [--rounds N]

FILE has one article a line, its text under `text`, `body`, `content` or `markdown`; without it, long documents are put
together from the shipped briefs. Both run on one thread, turn by turn; the table shows the median of the rounds.
"""

import argparse
import gzip
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import spacy  # noqa: E402

from graph.ids import document_id  # noqa: E402
from graph.records import Document  # noqa: E402
from graph.settings import load_settings  # noqa: E402
from ingest.extraction import extract  # noqa: E402
from ingest.pipeline import load_recipe, make_pipeline  # noqa: E402
from ingest.text import normalise  # noqa: E402

KEYS = ("text", "body", "content", "markdown")


def texts(path: Path | None, count: int) -> list[str]:
    if path is None:
        briefs = [p.read_text("utf-8").split("---", 2)[2] for p in sorted((ROOT / "ingest" / "briefs").glob("*.md"))]
        return [normalise("\n\n".join(briefs[i : i + 4])) for i in range(min(count, len(briefs)))]
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    rows = [json.loads(line) for line in data.decode("utf-8").split("\n") if line.strip()]
    found = [normalise(next(str(row[k]) for k in KEYS if row.get(k))) for row in rows if any(row.get(k) for k in KEYS)]
    return (found * (count // max(1, len(found)) + 1))[:count]


def document(text: str, number: int) -> Document:
    address = f"bench:{number}"
    return Document(
        id=document_id(address, text), address=address, headline="", text=text, kind="text", language="en",
        retrieved="2026-01-01T00:00:00Z", reader="bench", raw=b"", raw_hash="",
    )  # fmt: skip


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("file", nargs="?", type=Path)
    arguments.add_argument("--documents", type=int, default=200)
    arguments.add_argument("--rounds", type=int, default=3)
    options = arguments.parse_args()
    load = time.perf_counter()
    ours = make_pipeline(load_settings())
    load = time.perf_counter() - load
    bare = spacy.load(load_recipe("en").model)
    some = texts(options.file, options.documents)
    documents = [document(text, number) for number, text in enumerate(some)]
    words = sum(len(text.split()) for text in some)
    failed = claims = 0

    def run_ours() -> None:
        nonlocal failed, claims
        failed = claims = 0
        for each in extract(documents, ours):
            if hasattr(each, "reason"):
                failed += 1
            else:
                claims += len(each.claims)

    rounds = []
    for _ in range(options.rounds):
        seconds_bare = timed(lambda: [None for _ in bare.pipe(some, batch_size=32)])
        seconds_ours = timed(run_ours)
        rounds.append((seconds_bare, seconds_ours))
    b, o = (statistics.median(column) for column in zip(*rounds, strict=True))
    ratio = statistics.median(x / y for x, y in rounds)
    print(f"{len(some)} documents, {words} words, {claims} claims, {failed} failed; load {load:.2f} s")
    print(f"{'':12} {'seconds':>8} {'documents/s':>12} {'words/s':>9}")
    for name, seconds in (("bare spaCy", b), ("Sightlines", o)):
        print(f"{name:12} {seconds:8.2f} {len(some) / seconds:12.2f} {words / seconds:9.0f}")
    print(f"Sightlines runs at {ratio:.2f} x the documents per second of the bare pipeline (median of paired rounds)")


if __name__ == "__main__":
    main()
