"""How far a source has been read, and how much may still be unpacked from it."""

import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from lzma import LZMAError
from typing import IO
from zipfile import BadZipFile

from graph.errors import SourceError, UnsupportedSource

RATIO = 250  # unpacked bytes a packed one; text reaches 30, repetitive JSON 100, a bomb 1,000
FREE = 100_000_000  # bytes that may be unpacked from any source, however small
MEMBERS = 100_000  # parts of one source, all archives within it taken together

# What unpacking raises: EOFError is a cut file, RuntimeError a password, NotImplementedError an unknown method.
BROKEN = (zlib.error, LZMAError, BadZipFile, EOFError, OSError, ValueError, RuntimeError, NotImplementedError)

Position = tuple[tuple[int, int], ...]  # (mark, count) of the source, of the part being read in it, and so on inwards


class Exhausted(UnsupportedSource):
    """A source unpacks to more than it may: what is left of it isn't read."""


@dataclass(slots=True, kw_only=True)
class Allowance:
    """What may be unpacked from one source and all that is nested in it."""

    bytes: int = FREE
    members: int = MEMBERS

    def take(self, count: int) -> None:
        """Take `count` unpacked bytes. Raises Exhausted when there are no more."""
        self.bytes -= count
        if self.bytes < 0:
            raise Exhausted(
                f"It unpacks to more than {RATIO} times its size.",
                hint="It looks like a decompression bomb. If you trust it, unpack it yourself and add the folder.",
            )

    def take_member(self) -> None:
        """Take one part. Raises Exhausted when there are no more."""
        self.members -= 1
        if self.members < 0:
            raise Exhausted(f"It holds more than {MEMBERS} parts.", hint="Unpack it yourself and add the folder.")

    def member_may(self, packed: int, unpacked: int) -> bool:
        """Whether a part that says that it unpacks from `packed` to `unpacked` bytes may be read."""
        return unpacked <= FREE + RATIO * packed


def allowance_for(size: int) -> Allowance:
    """Return what may be unpacked from a source of `size` bytes."""
    return Allowance(bytes=FREE + RATIO * size)


@dataclass(slots=True, kw_only=True)
class Place:
    """Where the reading of a source stands. A reader moves it before it yields; `load` keeps the part being read.

    `mark` is where reading can go on (a byte offset or the number of a part), `count` how many records stand before
    it, `done` of `size` bytes are over. A part with a place of its own counts `weight` bytes.
    """

    mark: int = 0
    count: int = 0
    done: int = 0
    size: int = 0
    weight: int = 0
    probe: Callable[[], int] | None = None  # bytes over, for a source that is unpacked as one stream
    inner: "Place | None" = None
    rest: Position = ()
    allowance: Allowance = field(default_factory=Allowance)
    left_out: Counter[str] = field(default_factory=Counter)

    def begin(self, position: Sequence[Sequence[int]]) -> None:
        """Go to a position that was taken before; nothing moves when it is empty."""
        if position:
            self.mark, self.count = position[0]
            self.rest = tuple((mark, count) for mark, count in position[1:])

    def advance(self, mark: int, count: int, done: int | None = None) -> None:
        """Say that everything before `mark` is over. `done` are the bytes read, where `mark` is no byte offset."""
        self.mark, self.count, self.rest = mark, count, ()
        self.done = mark if done is None else done

    def enter(self, inner: "Place") -> None:
        """Read a part: it begins where it was left, if this is the part that was left."""
        self.inner = inner
        inner.left_out = self.left_out
        rest, self.rest = self.rest, ()
        inner.begin(rest)

    def leave(self) -> None:
        """The part is over."""
        self.inner = None

    def within(self, size: int = 0) -> "Place":
        """Return the place of a part: it shares what may be unpacked."""
        return Place(size=size, allowance=self.allowance)

    def position(self) -> Position:
        """Return where reading can go on later, from the outside in."""
        return ((self.mark, self.count), *(self.inner.position() if self.inner else self.rest))

    def read(self) -> float:
        """Return how many bytes of `size` are over, the part being read included by its share."""
        if self.probe:
            return float(self.probe())
        inner = self.inner
        part = self.weight * min(inner.read() / inner.size, 1.0) if inner and inner.size else 0.0
        return min(self.done + part, float(self.size)) if self.size else self.done + part


class Metered:
    """A binary stream that takes what it unpacks from an allowance and says in our words when it is broken.

    It closes `below`, the stream that it unpacks, with itself.
    """

    def __init__(
        self, stream: IO[bytes], allowance: Allowance, name: str, below: "IO[bytes] | Metered | None" = None
    ) -> None:
        self._stream = stream
        self._allowance = allowance
        self._name = name
        self._below = below
        self._over = 0

    def __enter__(self) -> "Metered":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, size: int = -1) -> bytes:
        """Read up to `size` bytes. Raises Exhausted, and SourceError when it is broken."""
        return self._take(self._stream.read, size)

    def readline(self, size: int = -1) -> bytes:
        """Read a line of up to `size` bytes. Raises Exhausted, and SourceError when it is broken."""
        return self._take(self._stream.readline, size)

    def _take(self, read: Callable[[int], bytes], size: int) -> bytes:
        most = max(self._allowance.bytes, 0) + 1
        try:
            data = read(most if size < 0 else min(size, most))
        except BROKEN as exc:
            raise broken(self._name, exc) from exc
        self._allowance.take(len(data))
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a byte; what is unpacked on the way is not taken again. Raises SourceError when it is broken."""
        try:
            return self._stream.seek(offset, whence)
        except BROKEN as exc:
            raise broken(self._name, exc) from exc

    def tell(self) -> int:
        """Return the offset of the next byte."""
        return self._stream.tell()

    def tells(self) -> int:
        """Return how many bytes of the stream below are over; of a closed one, the last that was known."""
        if self._below is not None:
            with suppress(ValueError):
                self._over = self._below.tell()
        return self._over

    def close(self) -> None:
        """Close the stream and the one below."""
        self.tells()
        self._stream.close()
        if self._below is not None:
            self._below.close()


def broken(name: str, error: BaseException) -> SourceError:
    """Return the error for something that can't be unpacked."""
    if "password" in str(error) or "encrypted" in str(error):
        return SourceError(
            f"{name} is encrypted.", hint="Unpack it with its password and add what is in it.", source=name
        )
    if isinstance(error, NotImplementedError):
        return UnsupportedSource(
            f"{name} is packed in a way that is not read: {error}", hint="Unpack it and add the folder.", source=name
        )
    reason = str(error).strip() or "it ends too early"
    return SourceError(f"{name} is broken: {reason}", hint="Fetch or save it again, then add it.", source=name)
