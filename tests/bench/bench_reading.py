"""Documents per second, MB per second and memory of reading, for one kind of large source after the other.

    python tests/bench/bench_reading.py [--kinds jsonl warc ...] [--megabytes N] [--seconds N] [--folder DIR]
    python tests/bench/bench_reading.py --kinds jsonl --megabytes 2000 --make-only --folder /tmp/large

Sources are generated: articles of words that are drawn anew for each document, so that neither packing nor caches help
more than they would on real text. Each kind is read in a process of its own through the door `load`; its resident
memory, that of its workers included, is sampled twice a second. `CPU/s` are documents per second of processor time, the
figure to compare on a machine that does other things. With `--seconds` reading stops after that time and the rates hold
for what was read. `--reader` stops before the text is normalised and its language guessed: that is how the memory of
reading a file of several GB is looked at in minutes. Extraction is measured by bench_extract.py; `--add` runs the whole
`sightlines add` in an empty home for the same time.
"""

import argparse
import functools
import gzip
import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

WORDS = " ".join(
    (
        "the of to and in a is that for on was with as by at from said company police data faces camera software city",
        "system images used people public contract report government agency database research university police paper",
        "network which after year trained sold model court platform privacy officials according spokesperson",
    )
).split(" ")
SENTENCE = 14  # words


def sentence(dice: random.Random) -> str:
    return f"{' '.join(dice.choices(WORDS, k=SENTENCE)).capitalize()}."


@functools.cache
def pool() -> list[str]:
    dice = random.Random(5)
    return [sentence(dice) for _ in range(20_000)]


def text(dice: random.Random, size: int) -> str:
    """About `size` characters of sentences; three names occur nowhere else."""
    names = [f"{dice.choice('BDFGKLMNPRSTVZ')}{dice.randrange(10**8):x}" for _ in range(3 if size > 200 else 0)]
    return " ".join([*(f"{name} said so." for name in names), *dice.choices(pool(), k=1 + size // 85)])


def page(dice: random.Random, size: int) -> str:
    paragraphs = "".join(f"<p>{text(dice, size // 4)}</p>" for _ in range(4))
    return (
        f"<!doctype html><html lang=en><head><title>{text(dice, 40)}</title></head><body><nav><a href=/>Home</a></nav>"
        f"<article><h1>{text(dice, 40)}</h1>{paragraphs}</article><footer>All rights reserved</footer></body></html>"
    )


def rows(dice: random.Random, size: int) -> Iterator[bytes]:
    for number in range(10**9):
        row = {"url": f"https://a.example/{number}", "headline": text(dice, 40), "text": text(dice, size)}
        yield json.dumps(row).encode() + b"\n"


def records(dice: random.Random, size: int) -> Iterator[bytes]:
    for number in range(10**9):
        body = page(dice, size).encode()
        http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{number:032x}>\r\n"
            f"WARC-Date: 2024-01-01T00:00:00Z\r\nWARC-Target-URI: https://w.example/{number}\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
        )
        yield head.encode() + http + b"\r\n\r\n"


def mails(dice: random.Random, size: int) -> Iterator[bytes]:
    for number in range(10**9):
        body = "\n".join(text(dice, size // 8) for _ in range(8))
        yield (
            f"From a@m.example Mon Jan  1 00:00:00 2024\nFrom: Ann <a@m.example>\nSubject: {text(dice, 40)}\n"
            f"Message-ID: <{number}@m.example>\nDate: Mon, 1 Jan 2024 00:00:00 +0000\n\n{body}\n\n"
        ).encode()


def feed(dice: random.Random, size: int, most: int) -> Iterator[bytes]:
    yield b'<rss version="2.0"><channel><title>Courier</title>'
    written, number = 0, 0
    while written < most - 1000:
        number += 1
        item = f"<item><title>{text(dice, 40)}</title><link>https://f.example/{number}</link>"
        item += f"<description>{text(dice, size)}</description></item>"
        written += len(item)
        yield item.encode()
    yield b"</channel></rss>"


def make(kind: str, path: Path, size: int, most: int) -> None:
    """Write a source of about `most` bytes."""
    dice = random.Random(7)
    if kind == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for number in range(10**6):
                archive.writestr(f"pages/{number}.html", page(dice, size))
                if archive.fp and archive.fp.tell() > most:
                    return
    parts = {
        "jsonl": rows, "jsonl.gz": rows, "warc": records, "warc.gz": records, "mbox": mails,
        "rss": lambda d, s: feed(d, s, most),
    }[kind](dice, size)  # fmt: skip
    with gzip.GzipFile(path, "wb", compresslevel=1) if kind == "jsonl.gz" else path.open("wb") as stream:
        for part in parts:
            stream.write(gzip.compress(part, 1) if kind == "warc.gz" else part)
            if kind != "rss" and (stream.tell() if kind != "jsonl.gz" else path.stat().st_size) > most:
                return


def resident(process: int) -> float:
    """MB of memory that a process and its children hold."""
    total, waiting = 0.0, [process]
    for each in waiting:
        try:
            waiting += map(int, Path(f"/proc/{each}/task/{each}/children").read_text().split())
            lines = Path(f"/proc/{each}/status").read_text().splitlines()
        except OSError:  # it has just ended
            continue
        total += next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0) / 1000
    return total


def processor(process: int) -> float:
    """Seconds of processor time that a process and its children used."""
    total, waiting = 0.0, [process]
    for each in waiting:
        try:
            waiting += map(int, Path(f"/proc/{each}/task/{each}/children").read_text().split())
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return total


def drafts(path: Path, place: Any) -> Iterator[Any]:
    """What the reader of a file gives, pages of web archives as they were served."""
    from ingest.sources import READERS, Raw

    with path.open("rb") as stream:
        head = stream.read(1_000_000)
    size = path.stat().st_size
    raw = Raw(address=path.as_uri(), name=path.name, data=head, opener=lambda: path.open("rb"), size=size, place=place)
    yield from next(reader for reader in READERS if reader.matches(raw)).read(raw)


def measure(path: str, seconds: float, reader: bool, answer: "multiprocessing.Queue[dict[str, object]]") -> None:
    from graph.records import Failure
    from ingest.load import load
    from ingest.sources.progress import Place

    samples: list[float] = []
    done = threading.Event()

    def sample() -> None:
        while not done.wait(0.5):
            samples.append(resident(os.getpid()))

    threading.Thread(target=sample, daemon=True).start()
    size = Path(path).stat().st_size
    place, documents, failures = Place(size=size), 0, 0
    start, used, read = time.perf_counter(), processor(os.getpid()), 0.0
    for found in drafts(Path(path), place) if reader else load(path, place=place):
        documents += not isinstance(found, Failure)
        failures += isinstance(found, Failure)
        read = place.read()
        if seconds and time.perf_counter() - start > seconds:
            break
    spent = time.perf_counter() - start
    used = processor(os.getpid()) - used
    done.set()
    answer.put(
        {
            "documents": documents, "failures": failures, "seconds": spent, "MB": read / 1e6,
            "used": used,
            "curve": samples[:: max(1, len(samples) // 10)][:12], "peak": max(samples, default=resident(os.getpid())),
        }
    )  # fmt: skip


def add(path: Path, seconds: float) -> None:
    """Run `sightlines add` for a while, and print its last line of progress and its memory over time."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "SIGHTLINES_HOME": home, "OMP_NUM_THREADS": "1"}
        command = [sys.executable, "-m", "ingest.cli", "add", str(path)]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
        assert process.stderr is not None
        lines: list[str] = []
        threading.Thread(target=lambda: lines.extend(process.stderr or ()), daemon=True).start()
        samples = []
        end = time.monotonic() + seconds
        while time.monotonic() < end and process.poll() is None:
            time.sleep(1)
            samples.append(round(resident(process.pid)))
        process.send_signal(signal.SIGKILL)
        process.wait()
        told = [line for line in lines if "documents/s" in line]
        print(f"  add: {told[-1].strip() if told else 'nothing yet'}")
        print(f"  MB of memory: {samples[:: max(1, len(samples) // 10)]}, peak {max(samples)}")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = ["jsonl", "jsonl.gz", "warc", "warc.gz", "mbox", "rss", "zip"]
    arguments.add_argument("--kinds", nargs="+", choices=kinds, default=kinds)
    arguments.add_argument("--megabytes", type=int, default=50)
    arguments.add_argument("--characters", type=int, default=3000, help="of one document")
    arguments.add_argument("--seconds", type=float, default=0)
    arguments.add_argument("--folder", type=Path)
    arguments.add_argument("--make-only", action="store_true")
    arguments.add_argument("--reader", action="store_true", help="the reader alone")
    arguments.add_argument("--add", action="store_true")
    options = arguments.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="sightlines-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    print(
        f"{'kind':9} {'MB':>7} {'documents':>9} {'failed':>6} "
        f"{'seconds':>8} {'MB/s':>7} {'documents/s':>12} {'CPU/s':>6} {'peak MB':>8}",
        flush=True,
    )
    for kind in options.kinds:
        most = (40 if kind == "rss" else options.megabytes) * 1_000_000
        path = folder / f"large-{options.megabytes}.{kind}"
        if not path.exists():
            make(kind, path, options.characters, most)
        if options.make_only:
            continue
        context = multiprocessing.get_context("spawn")
        answer: multiprocessing.Queue[dict[str, object]] = context.Queue()
        process = context.Process(target=measure, args=(str(path), options.seconds, options.reader, answer))
        process.start()
        got = answer.get()
        process.join()
        seconds, megabytes, documents = float(got["seconds"]), float(got["MB"]), int(got["documents"])
        rates = f"{megabytes / seconds:7.1f} {documents / seconds:12.0f} {documents / float(got['used']):6.0f}"
        print(f"{kind:9} {megabytes:7.0f} {documents:9,} {got['failures']:6,} {seconds:8.1f} {rates}", end=" ")
        print(f"{got['peak']:8.0f}   memory {[round(x) for x in got['curve']]}", flush=True)
        if options.add:
            add(path, options.seconds or 60)
        if options.folder is None:
            path.unlink()


if __name__ == "__main__":
    main()
