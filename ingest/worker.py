"""The process in which `ingest.limits` runs readers that may hang or crash: one document at a time, on standard input.

Messages are a length and a pickle. Both ends are this program; what a document says never decides what is unpickled.
"""

import os
import pickle
import signal
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from typing import Any, BinaryIO

from graph.errors import SourceError, UnsupportedSource

HEADER = struct.Struct(">Q")  # the length of the pickle that follows
_GRACE = 5  # seconds of processor time after which a worker whose parent is gone ends itself


def frame(message: object) -> tuple[memoryview, memoryview]:
    """Return a message as it goes through the pipe: its length and itself, uncopied."""
    data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    return memoryview(HEADER.pack(len(data))), memoryview(data)


def main() -> None:
    """Read documents from standard input until it ends. `sys.argv[2]` is the limit on memory in MB."""
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # a library that prints must not write into the answers
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends us
    _limit_memory(int(sys.argv[2]))
    _send(answers, ("ready", None))
    while head := sys.stdin.buffer.read(HEADER.size):
        module, raw, seconds = pickle.loads(sys.stdin.buffer.read(HEADER.unpack(head)[0]))
        _limit_processor(seconds)
        for message in _read(module, raw):
            _send(answers, message)


def _send(answers: BinaryIO, message: object) -> None:
    for rest in frame(message):
        while rest:
            rest = rest[answers.write(rest) or 0 :]


def _read(module: str, raw: Any) -> Iterator[tuple[str, Any]]:
    try:
        for found in import_module(module).read(raw):
            yield "found", found
        yield "end", None
    except SourceError as exc:
        yield "unsupported" if isinstance(exc, UnsupportedSource) else "refused", (str(exc), exc.hint)
    except MemoryError:
        yield "memory", None
    except RecursionError:
        yield "broken", "it is nested too deeply."
    except Exception as exc:  # noqa: BLE001 - whatever a document does to a library, it is that document's failure
        yield "broken", f"{type(exc).__name__}: {exc}"


def _limit_memory(megabytes: int) -> None:
    with suppress(ImportError, ValueError, OSError):  # not on every system; the limit on time holds everywhere
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (megabytes * 1_000_000, megabytes * 1_000_000))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_processor(seconds: float) -> None:
    # The parent keeps the time; this is for the case that it was killed while a library hangs.
    with suppress(ImportError, ValueError, OSError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        soft = int(used.ru_utime + used.ru_stime + seconds + _GRACE)
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))
