"""Limits on time and memory while one document is read, and on the failures of one file.

A library that parses PDF or HTML can hang, crash or eat all memory on a damaged or hostile file. Readers that use one
run in a worker process: started when the first such document comes, used again for the next, killed when it takes too
long. A document that breaks its worker is one failure with a reason; the batch goes on with a new worker. A round trip
costs less than a millisecond; readers that stream stay in this process.
"""

import atexit
import json
import os
import pickle
import re
import select
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any

from graph.errors import SightlinesError, SourceError, UnsupportedSource
from graph.records import Document, Failure
from ingest.sources import Draft, Raw, Reader
from ingest.sources.base import load_failure
from ingest.sources.progress import Place
from ingest.worker import HEADER, frame

# Readers that run in a worker, whole documents in hand. The others stream, and hand what they find to these.
APART = frozenset(f"ingest.sources.{name}" for name in ("feed", "paper", "paper_xml", "plain", "web"))
MOST_FAILURES = 100  # parts of one file that are told each
_MOST_REASONS = 50  # told apart among the others
_TOLD_REASONS = 5
_START = 60.0  # seconds that a worker may take to start on a busy machine
_USES = 500  # documents that one worker reads: what a library never gives back goes with it
_SPARE = 2  # idle workers that are kept
_COMMAND = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from ingest.worker import main; main()"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long (seconds until the next document of a source) and how large (MB of memory) reading may become."""

    seconds: float = 60.0
    megabytes: int = 2_000


LIMITS = Limits()


def read_within(reader: Reader, raw: Raw, limits: Limits = LIMITS) -> Iterator[Draft | Failure | Raw]:
    """Yield what `reader` reads from `raw`, within the limits where it is one of `APART`.

    Raises SourceError, and nothing else, for whatever goes wrong inside.
    """
    name = getattr(reader, "__name__", "")
    yield from read_apart(name, raw, limits) if name in APART else _read_here(reader, raw)


def _read_here(reader: Reader, raw: Raw) -> Iterator[Draft | Failure | Raw]:
    try:
        yield from reader.read(raw)
    except (SightlinesError, OSError, MemoryError, RecursionError):
        raise  # told by whoever loads
    except Exception as exc:  # whatever a document does to a reader, it is that document's failure
        raise _broken(raw.address, f"{type(exc).__name__}: {exc}") from exc


def read_apart(module: str, raw: Raw, limits: Limits = LIMITS) -> Iterator[Draft | Failure | Raw]:
    """Yield what the reader in `module` reads, in a worker process.

    Raises SourceError when the reader does, and when it takes too long, too much memory, or takes its process down.
    """
    worker = _take(limits.megabytes)
    healthy = False
    try:
        worker.send((module, _portable(raw), limits.seconds))
        while True:
            kind, value = worker.receive(limits.seconds)
            if kind == "found":
                yield value
                continue
            healthy = kind != "memory"  # after that, a library may hold on to half of what it got
            if kind != "end":
                raise _told(kind, value, raw.address, limits)
            return
    except TimeoutError as exc:
        raise SourceError(
            f"{raw.address} takes longer than {limits.seconds:g} seconds to read.",
            hint="It may be damaged, or made to stop readers: save it anew from a viewer and add that.",
            source=raw.address,
        ) from exc
    except (EOFError, OSError) as exc:
        raise SourceError(
            f"{raw.address} crashes the program that reads it ({worker.ending()}).",
            hint="It is damaged, or made to crash readers: save it anew from a viewer and add that.",
            source=raw.address,
        ) from exc
    finally:
        _give(worker, healthy)


def _portable(raw: Raw) -> Raw:
    # Open files stay here; a reader that runs apart is given all bytes.
    return Raw(**{f.name: getattr(raw, f.name) for f in fields(raw) if f.name not in {"opener", "place"}})


def close_workers() -> None:
    """End all workers that wait for a document. The next document starts one."""
    while _idle.workers:
        _idle.workers.pop().close()


def _told(kind: str, value: Any, source: str, limits: Limits) -> SourceError:
    if kind in {"refused", "unsupported"}:
        message, hint = value
        error = UnsupportedSource if kind == "unsupported" else SourceError
        return error(message, hint=hint, source=source)
    if kind == "memory":
        return SourceError(
            f"{source} needs more than {limits.megabytes:,} MB of memory to be read.",
            hint="It may be damaged, or made to exhaust readers: save it anew, or split it, and add that.",
            source=source,
        )
    return _broken(source, str(value))


def _broken(source: str, reason: str) -> SourceError:
    return SourceError(f"{source} can't be read: {reason[:300]}", hint="Save it anew and add that.", source=source)


# --- failures ---


def few_failures(
    found: Iterable[Document | Failure], name: str, place: Place, most: int = MOST_FAILURES
) -> Iterator[Document | Failure]:
    """Yield `found`, what a file or address `name` holds, with the failures after the first `most` put into one.

    That one says how many there are and why, and is yielded anew for each part that joins it, always with the same
    source: whoever keeps the last failure of a source has few of them and all they say, and whoever counts them misses
    none. Its source names the place of the first of them, so that a later reading that goes on behind has its own.
    """
    count, base, reasons = 0, "", Counter[str]()
    for each in found:
        if isinstance(each, Failure):
            count += 1
            if count > most:
                if not base:
                    marks = "-".join(str(abs(mark)) for mark, _ in place.position())
                    base = f"{name or each.source.partition('#')[0].partition('!/')[0]}#after-{marks}"
                kind = _kind(each, name)
                reasons[kind if kind in reasons or len(reasons) < _MOST_REASONS else "other reasons"] += 1
                each = _others(base, name, count - most, reasons, each.hint, most)
        yield each


def _kind(failure: Failure, name: str) -> str:
    """A reason without what tells one part from another."""
    words = failure.reason.replace(failure.source, "a part")
    return re.sub(r"\d+", "…", words.replace(name, "it") if name else words)[:200].rstrip(".")


def _others(source: str, name: str, count: int, reasons: Counter[str], hint: str, most: int) -> Failure:
    whys = [f"{why} ({times:,})" for why, times in reasons.most_common(_TOLD_REASONS)]
    told = sum(times for _, times in reasons.most_common(_TOLD_REASONS))
    whys += [f"other reasons ({count - told:,})"] if told < count else []
    parts = "1 more part" if count == 1 else f"{count:,} more parts"
    reason = f"{parts} of {name or 'it'} can't be read: {'; '.join(whys)}."
    return load_failure(source, reason, f"The first {most} are listed each. {hint}")


# --- workers ---


class _Worker:
    """A process that reads one document at a time."""

    def __init__(self, megabytes: int) -> None:
        self.megabytes = megabytes
        self.uses = 0
        command = [sys.executable, "-c", _COMMAND, json.dumps(sys.path), str(megabytes)]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, bufsize=0)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to, self._from = self._process.stdin, self._process.stdout
        self._buffer = bytearray()
        self._ready = False

    def send(self, request: object) -> None:
        """Hand over a document. Raises OSError or EOFError when the worker is gone."""
        if not self._ready:
            self.receive(_START)
            self._ready = True
        self.uses += 1
        for rest in frame(request):
            while rest:
                rest = rest[self._to.write(rest) or 0 :]

    def receive(self, seconds: float) -> tuple[str, Any]:
        """The next answer. Raises TimeoutError after `seconds`, EOFError when the worker is gone."""
        end = time.monotonic() + seconds
        (length,) = HEADER.unpack(self._exactly(HEADER.size, end))
        answer: tuple[str, Any] = pickle.loads(self._exactly(length, end))
        return answer

    def _exactly(self, length: int, end: float) -> bytes:
        while len(self._buffer) < length:
            ready, _, _ = select.select([self._from], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                raise TimeoutError
            chunk = os.read(self._from.fileno(), 1 << 20)
            if not chunk:
                raise EOFError
            self._buffer += chunk
        taken = bytes(self._buffer[:length])
        del self._buffer[:length]
        return taken

    def alive(self) -> bool:
        """Whether it can take another document."""
        return self._process.poll() is None

    def ending(self) -> str:
        """How it ended, in words."""
        try:
            code = self._process.wait(5)
        except subprocess.TimeoutExpired:
            return "it closed its output"
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"

    def close(self) -> None:
        """Kill the process and give back its pipes."""
        self._process.kill()
        self._process.wait()
        self._to.close()
        self._from.close()


class _Idle:
    """The workers that wait. A forked child must not talk through its parent's pipes."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.workers: list[_Worker] = []
        self.owner = 0


_idle = _Idle()


def _take(megabytes: int) -> _Worker:
    with _idle.lock:
        if _idle.owner != os.getpid():
            if not _idle.owner:
                atexit.register(close_workers)
            _idle.owner, _idle.workers = os.getpid(), []
        while _idle.workers:
            worker = _idle.workers.pop()
            if worker.alive() and worker.megabytes == megabytes:
                return worker
            worker.close()
    return _Worker(megabytes)


def _give(worker: _Worker, healthy: bool) -> None:
    with _idle.lock:
        if healthy and worker.uses < _USES and len(_idle.workers) < _SPARE:
            _idle.workers.append(worker)
            return
    worker.close()
