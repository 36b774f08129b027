"""A reader that does what a document tells it: hang, crash, eat memory, raise, print, or read."""

import os
import signal
import sys
import time
from collections.abc import Iterator

from graph.errors import SourceError, UnsupportedSource
from ingest.sources import Draft, Raw


def matches(raw: Raw) -> bool:
    return True


def read(raw: Raw) -> Iterator[Draft]:
    words = raw.data.decode()
    if words == "hang":
        while True:
            pass
    if words == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if words == "leave":
        os._exit(3)
    if words == "eat":
        held = []
        while True:
            held.append(bytearray(50_000_000))
    if words == "nest":
        sys.setrecursionlimit(2_000)
        read(Raw(address="", name="", data=b"".join([b"nest"]))).__next__()
    if words == "break":
        raise LookupError("no such thing")
    if words == "refuse":
        raise SourceError("refused.", hint="mend it", source=raw.address)
    if words == "unsupported":
        raise UnsupportedSource("of no use.", source=raw.address)
    if words == "print":
        print("noise " * 10_000, flush=True)
        print("noise", file=sys.stderr)
    for number in range(3 if words in {"three", "slow"} else 1):
        if words == "slow":
            time.sleep(1.6)
        yield Draft(parts=(f"{words} {os.getpid()} {number}",), reader="test", kind="text")
