"""Damaged and hostile files of every kind, read through the door `load`: none may crash or hang the program.

    nice -n 15 python tests/bench/fuzz.py [--files 5000] [--seed 1] [--kinds page,pdf] [--keep FOLDER]

The files are made from whole ones by mutation, and by hand for what mutation does not find (bombs, deep nesting). The
same seed makes the same files. A crash is an error that leaves the door, or a file of which nothing is told; a hang is
`HANG` seconds without a document or failure. `stopped` are files on which the process that reads was ended by its
limits and replaced.
"""

import argparse
import os
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from graph.errors import SightlinesError  # noqa: E402
from graph.records import Document, Failure  # noqa: E402
from ingest.load import load  # noqa: E402
from ingest.sources.progress import Place  # noqa: E402
from tests.bench.fuzz_files import files  # noqa: E402

HANG = 90.0  # seconds for one file; a single document is given up after 60
STOPPED = ("takes longer than", "crashes the program", "MB of memory")


# --- measuring ---


class Hang(BaseException):
    """A file took longer than `HANG` seconds."""


@dataclass(slots=True)
class Tally:
    """What became of the files of one kind. Times are seconds."""

    files: int = 0
    read: int = 0
    refused: int = 0
    stopped: int = 0
    crashes: int = 0
    hangs: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    slowest_name: str = ""
    memory: int = 0  # MB that reading one file took in this process, at most
    notes: list[str] = field(default_factory=list)


def _ring(_: int, __: FrameType | None) -> None:
    raise Hang


def run(
    count: int, seed: int, folder: Path, kinds: Sequence[str] = (), tell: Callable[[str], None] = lambda _: None
) -> dict[str, Tally]:
    """Read `count` files that are made in `folder`, and return what became of them by kind."""
    tallies: dict[str, Tally] = {}
    before = signal.signal(signal.SIGALRM, _ring)
    try:
        for number, (kind, name, data) in enumerate(files(count, seed, kinds)):
            place = folder / f"{seed}-{number}-{name}"
            place.write_bytes(data)
            tally = tallies.setdefault(kind, Tally())
            good = len(tally.notes)
            _read(place, tally)
            if len(tally.notes) > good:
                tell(f"{kind} {place.name}: {tally.notes[-1]}")
            else:
                place.unlink()
            if number % 500 == 499:
                tell(f"{number + 1} files")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    return tallies


def _read(place: Path, tally: Tally) -> None:
    start = time.perf_counter()
    tally.files += 1
    before = _memory(anew=True)
    documents = failures = others = 0
    broken: list[str] = []
    try:
        for read in _readers(place):
            signal.setitimer(signal.ITIMER_REAL, HANG)
            for found in read(place):
                signal.setitimer(signal.ITIMER_REAL, HANG)  # a long file is none that hangs
                documents += isinstance(found, Document)
                others += not isinstance(found, Document | Failure)
                if isinstance(found, Failure):
                    failures += 1
                    assert found.reason, "a failure without reason"
                    assert found.hint, "a failure without hint"
                    broken += [found.reason] if any(words in found.reason for words in STOPPED) else []
        tally.read += bool(documents)
        tally.refused += bool(failures)
        tally.stopped += bool(broken)
        tally.notes += [f"stopped: {broken[0][:150]}"] if broken else []
        assert documents or failures or others, "neither a document nor a failure"
    except Hang:
        tally.hangs += 1
        tally.notes.append("HANG")
    except Exception as exc:  # noqa: BLE001 - this is what is looked for
        tally.crashes += 1
        tally.notes.append(f"CRASH {type(exc).__name__}: {str(exc)[:200]}")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    took = time.perf_counter() - start
    tally.seconds += took
    tally.memory = max(tally.memory, _memory() - before)
    if took > tally.slowest:
        tally.slowest, tally.slowest_name = took, place.name


def _memory(*, anew: bool = False) -> int:
    """The most memory of this process in MB since the last time with `anew`; 0 where the system does not tell."""
    try:
        if anew:
            Path("/proc/self/clear_refs").write_text("5")
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def _readers(place: Path) -> list[Callable[[Path], Iterator[object]]]:
    return [_add, _import] if ".csv" in place.name or ".tsv" in place.name else [_add]


def _add(place: Path) -> Iterator[object]:
    where = Place()
    yield from load(str(place), place=where)
    yield from where.left_out.items()  # told, too: what is no document


def _import(place: Path) -> Iterator[object]:
    """A table as a register, as `sightlines import` begins to read it."""
    from ingest.registers import load_mapping, preview

    try:
        yield from preview(load_mapping("plain"), place, 1_000)
    except SightlinesError:
        return


def report(tallies: dict[str, Tally]) -> list[str]:
    """Return the table as lines."""
    counts = f"{'files':>6} {'read':>6} {'refused':>8} {'stopped':>8} {'crashes':>8} {'hangs':>6}"
    rows = [f"{'kind':8} {counts} {'memory':>8} {'mean':>8} {'slowest':>8}"]
    total = Tally()
    for kind, t in tallies.items():
        rows.append(_row(kind, t) + f"  {t.slowest_name}")
        for name in ("files", "read", "refused", "stopped", "crashes", "hangs", "seconds"):
            setattr(total, name, getattr(total, name) + getattr(t, name))
        total.memory = max(total.memory, t.memory)
        total.slowest = max(total.slowest, t.slowest)
    return [*rows, _row("all", total)]


def _row(kind: str, t: Tally) -> str:
    mean = f"{1000 * t.seconds / max(t.files, 1):.0f} ms"
    counts = f"{t.files:6} {t.read:6} {t.refused:8} {t.stopped:8} {t.crashes:8} {t.hangs:6}"
    return f"{kind:8} {counts} {t.memory:5} MB {mean:>8} {t.slowest:6.1f} s"


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", default="")
    parser.add_argument("--keep", type=Path, help="a folder for the files that crash, hang or stop a reader")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = given.keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        start = time.perf_counter()
        kinds = [kind for kind in given.kinds.split(",") if kind]
        tallies = run(given.files, given.seed, folder, kinds, tell=lambda words: print(words, flush=True))
    print("\n".join(report(tallies)))
    readers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"{time.perf_counter() - start:.0f} s; a reading process took {readers} MB at most")


if __name__ == "__main__":
    main()
