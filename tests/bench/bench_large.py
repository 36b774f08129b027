"""Memory over documents of a source far larger than memory, whose words never stop being new.

    nice -n 15 python tests/bench/bench_large.py extract [--documents 4000] [--characters 3000] [--new 0.2] [--one]
    nice -n 15 python tests/bench/bench_large.py make FILE.jsonl|FILE.warc [--megabytes 2000]
    nice -n 15 python tests/bench/bench_large.py add FILE [--seconds 720] [--home DIR]

`extract` reads documents that are made as they are asked for, and prints a table: documents, resident memory, strings
and words that the pipeline keeps; with `--one` a single pipeline reads all of them. `make` writes the same documents to
a file. `add` runs `sightlines add FILE` and shows its memory and its own line of progress over time; at the end of the
time it is killed (SIGKILL), started again with the same home for a tenth of it, at least a minute, and killed again;
each time the ledger is asked whether a document is missing or there twice. A share of `new` words is invented for each
document: names, and words of every ending that a lemmatiser or a tagger treats in its own way.
"""

import argparse
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from bench_reading import resident  # noqa: E402

ONSETS = (*"bcdfghjklmnprstvwz", "bl", "br", "ch", "cl", "dr", "fl", "gr", "kr", "pr", "qu", "sh", "sk", "st", "tr")
VOWELS = (*"aeiou", "ai", "ea", "ie", "ou")
ENDINGS = ["", "", "s", "ed", "ing", "ly", "tion", "ers", "able", "ness", "'s", "-based", "ium"]
COMMON = " ".join(
    (
        "the of to and in a is that for on was with as by at from said company police data faces camera software city",
        "system images used people public contract report government agency database research university paper which",
        "network after year trained sold model court platform privacy officials according spokesperson bought built",
    )
).split(" ")
FACTS = (
    "{a} bought {b} in {year}.",
    "{a} Systems trained its model on the {b}-{number}K dataset.",
    "“{a} Vision sold cameras to the {b} Police,” a spokesperson of {a} Vision said.",
    "{a} Labs denied that it had used {b}Faces.",
)


def word(dice: random.Random) -> str:
    """A word that nobody has written before, nearly always."""
    syllables = (f"{dice.choice(ONSETS)}{dice.choice(VOWELS)}" for _ in range(dice.randint(2, 4)))
    return f"{''.join(syllables)}{dice.choice('lmnrstx')}"


def text(dice: random.Random, size: int, new: float) -> str:
    """About `size` characters in paragraphs: filler with a share of `new` invented words, and sentences with claims."""
    parts: list[str] = []
    length = 0
    while length < size:
        words = [
            f"{word(dice)}{dice.choice(ENDINGS)}" if dice.random() < new else dice.choice(COMMON) for _ in range(14)
        ]
        if dice.random() < new:
            words[dice.randrange(14)] = word(dice).capitalize()
        sentence = f"{' '.join(words).capitalize()}."
        if dice.random() < 0.2:
            a, b = word(dice).capitalize(), word(dice).capitalize()
            sentence += " " + dice.choice(FACTS).format(
                a=a, b=b, year=dice.randint(2005, 2024), number=dice.randint(1, 999)
            )
        sentence += "\n\n" if dice.random() < 0.2 else " "
        parts.append(sentence)
        length += len(sentence)
    return "".join(parts).strip()


def lines(dice: random.Random, size: int, new: float) -> Iterator[bytes]:
    """Rows of JSONL without end."""
    number = 0
    while True:
        row = {"url": f"https://a.example/{number}", "headline": word(dice), "text": text(dice, size, new)}
        yield json.dumps(row, ensure_ascii=False).encode() + b"\n"
        number += 1


def captures(dice: random.Random, size: int, new: float) -> Iterator[bytes]:
    """Records of a WARC without end."""
    number = 0
    while True:
        paragraphs = "".join(f"<p>{part}</p>" for part in text(dice, size, new).split("\n\n"))
        headline = word(dice).capitalize()
        page = (
            f"<!doctype html><html lang=en><head><title>{headline}</title></head><body><nav><a href=/>Home</a></nav>"
            f"<article><h1>{headline}</h1>{paragraphs}</article><footer>All rights reserved</footer></body></html>"
        )
        http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page.encode()
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{number:032x}>\r\n"
            f"WARC-Date: 2024-01-01T00:00:00Z\r\nWARC-Target-URI: https://w.example/{number}\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
        )
        yield head.encode() + http + b"\r\n\r\n"
        number += 1


def make(path: Path, megabytes: int, size: int, new: float) -> None:
    """Write a file of about `megabytes`."""
    parts = (captures if path.suffix == ".warc" else lines)(random.Random(7), size, new)
    with path.open("wb") as stream:
        while stream.tell() < megabytes * 1_000_000:
            stream.write(next(parts))


# --- extraction alone ---


def extract_table(count: int, size: int, new: float, step: int, one: bool) -> None:
    """Print memory over documents of the public extraction function."""
    from spacy.language import Language

    from graph.ids import DocumentId
    from graph.records import Document, Extraction
    from graph.settings import Settings
    from ingest.extraction import extract
    from ingest.pipeline import Pipelines, make_pipeline

    def documents() -> Iterator[Document]:
        dice = random.Random(7)
        for number in range(count):
            words = text(dice, size, new)
            yield Document(
                id=DocumentId(f"d{number}"), address=f"https://a.example/{number}", headline="", text=words,
                kind="text", language="en", retrieved="2024-01-01T00:00:00Z", reader="bench", raw=b"", raw_hash="",
            )  # fmt: skip

    pipelines = make_pipeline(Settings()) if one else Pipelines(Settings())
    print(f"{'documents':>9} {'RSS MB':>7} {'strings':>9} {'words':>9} {'lemmas':>8} {'claims':>7} {'docs/s':>7}")
    start, said = time.perf_counter(), 0
    for number, found in enumerate(extract(documents(), pipelines), start=1):
        assert isinstance(found, Extraction), found
        said += len(found.evidence)
        if number == 32 or number % step == 0:
            nlp = pipelines if isinstance(pipelines, Language) else pipelines.of("en")
            lemmas = len(getattr(nlp.get_pipe("lemmatizer"), "cache", ()))
            rate = number / (time.perf_counter() - start)
            row = f"{number:9,} {resident(os.getpid()):7.0f} {len(nlp.vocab.strings):9,} {len(nlp.vocab):9,}"
            print(f"{row} {lemmas:8,} {said:7,} {rate:7.1f}", flush=True)


# --- the whole program ---


def run_add(path: Path, home: Path, seconds: float) -> None:
    """Run `sightlines add` for a while and kill it; print its memory and what it said."""
    environment = {**os.environ, "SIGHTLINES_HOME": str(home)}
    command = [sys.executable, "-m", "ingest.cli", "add", str(path)]
    start = time.monotonic()
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    said: list[tuple[float, str]] = []

    def listen() -> None:
        for line in process.stderr or ():
            said.append((time.monotonic() - start, line.strip()))

    threading.Thread(target=listen, daemon=True).start()
    told, peak, due = 0, 0.0, 0.0
    while (now := time.monotonic() - start) < seconds and process.poll() is None:
        time.sleep(0.5)
        memory = resident(process.pid)
        peak = max(peak, memory)
        fresh, told = said[told:], len(said)
        for moment, line in fresh:
            if told <= 4 or not line.endswith("left"):
                print(f"  {moment:6.1f} s  {line}", flush=True)
        if now >= due and fresh:
            print(f"  {now:6.1f} s  {memory:5.0f} MB  {fresh[-1][1]}", flush=True)
            due = now + max(seconds / 15, 10)
    process.send_signal(signal.SIGKILL)
    process.wait()
    print(f"  killed after {time.monotonic() - start:.0f} s; peak {peak:.0f} MB")


def check(path: Path, home: Path) -> None:
    """Print how many documents are recorded, missing before the last one, and there twice."""
    ledger = home / "ledger.sqlite"
    with sqlite3.connect(f"file:{ledger}?mode=ro", uri=True) as connection:
        held = [int(row[0].rpartition("/")[2]) for row in connection.execute("SELECT address FROM documents")]
        whole = connection.execute("PRAGMA integrity_check").fetchone()[0]
    missing = sorted(set(range(min(held), max(held) + 1)) - set(held))
    print(
        f"  {path.name}: {len(held):,} documents, number {min(held):,} to {max(held):,}, "
        f"missing {missing[:5] or 'none'}, twice {len(held) - len(set(held))}; "
        f"ledger {whole}, {ledger.stat().st_size / 1e6:.0f} MB"
    )


def main() -> None:
    """Run from the command line."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("what", choices=("extract", "make", "add"))
    arguments.add_argument("file", type=Path, nargs="?")
    arguments.add_argument("--documents", type=int, default=4_000)
    arguments.add_argument("--step", type=int, default=500)
    arguments.add_argument("--characters", type=int, default=3_000, help="of one document")
    arguments.add_argument("--new", type=float, default=0.2, help="share of invented words")
    arguments.add_argument("--megabytes", type=int, default=2_000)
    arguments.add_argument("--seconds", type=float, default=720)
    arguments.add_argument("--one", action="store_true")
    arguments.add_argument("--home", type=Path)
    given = arguments.parse_args()
    if given.what == "extract":
        extract_table(given.documents, given.characters, given.new, given.step, given.one)
        return
    if given.file is None:
        arguments.error(f"{given.what} needs a file")
    if given.what == "make":
        make(given.file, given.megabytes, given.characters, given.new)
        return
    with tempfile.TemporaryDirectory() as made:
        home = given.home or Path(made)
        run_add(given.file, home, given.seconds)
        check(given.file, home)
        run_add(given.file, home, max(given.seconds / 10, 60))
        check(given.file, home)


if __name__ == "__main__":
    main()
