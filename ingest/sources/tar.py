"""Tape archives: tar (POSIX ustar and pax, GNU), as they are or packed by gzip, bzip2 or xz.

The parts go to the reader of their own type, in their order. Their names are words in an address, never a path on this
machine; links, devices and folders are left out, and nothing is unpacked into the file system.
"""

import io
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, cast

from graph.errors import SourceError
from graph.records import Failure
from ingest.sources.archive import furniture, part_of, seekable
from ingest.sources.base import Raw, Stream, load_failure, part_name, suffix
from ingest.sources.progress import broken

STREAMS = True
ENDS = (".tar", ".tgz", ".tbz2", ".txz")
BLOCK = 512  # bytes: a header, and what the data of a part are filled up to
_MAGIC = slice(257, 262)
_LONGEST = 1_000_000  # bytes of a name or of the further fields (pax) of one part
_FILES = {tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.CONTTYPE}
_LINKS = {tarfile.LNKTYPE, tarfile.SYMTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE}
_SILENT = {tarfile.DIRTYPE, b"V"}  # folders, the label of a tape
_FURTHER = {tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK}
_AGAIN = "Fetch or copy the archive again."


def matches(raw: Raw) -> bool:
    """Whether it begins with the header of a tape archive; one without the mark `ustar` must be named as one."""
    head = raw.data[:BLOCK]
    if suffix(raw.name) != ".tar" and head[_MAGIC] != b"ustar":
        return False
    return head == bytes(BLOCK) or _header(head) is not None


def read(raw: Raw) -> Iterator[Failure | Raw]:
    """Yield the parts. Raises SourceError when it holds none; where it is damaged it is told, and reading ends."""
    with seekable(raw) as stream:
        yield from _Tape(raw, stream).parts()


@dataclass(slots=True)
class _Part:
    """A part as its headers tell it: where they begin, and where its bytes lie."""

    begin: int
    data: int
    size: int
    kind: bytes
    name: str
    sparse: bool


class _Slice(io.RawIOBase):
    """Bytes of a file from one place to another. The file may be read by others in between."""

    def __init__(self, stream: IO[bytes], begin: int, size: int) -> None:
        self._stream, self._begin, self._size, self._at = stream, begin, size, 0

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """It can go anywhere."""
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a byte of the part."""
        self._at = max(0, offset + (0, self._at, self._size)[whence])
        return self._at

    def tell(self) -> int:
        """Return the offset of the next byte."""
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Read into a buffer; returns how many bytes, 0 at the end."""
        wanted = min(len(buffer), max(self._size - self._at, 0))
        self._stream.seek(self._begin + self._at)
        data = self._stream.read(wanted)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


class _Tape:
    def __init__(self, raw: Raw, stream: IO[bytes]) -> None:
        self._raw, self._stream = raw, stream
        self._end = stream.seek(0, 2)

    def parts(self) -> Iterator[Failure | Raw]:
        """Yield the parts from where the place stands."""
        place = self._raw.place
        at, number, rest = place.mark, place.count, place.rest
        files = number > 0
        try:
            while (part := self._next(at)) is not None:
                place.advance(part.begin, number, part.begin)
                place.rest, place.weight, rest = rest, part.size, ()
                files = files or part.kind not in _SILENT
                yield from self._part(part)
                at = part.data + -(-part.size // BLOCK) * BLOCK
                number += 1
        except _Damaged as exc:
            place.advance(at, number, at)
            reason = f"{self._raw.address} is damaged at byte {at}: {exc}; what follows is not read."
            yield load_failure(f"{self._raw.address}!/{at}", reason, _AGAIN)
            return
        if not files:
            raise SourceError(
                f"{self._raw.address} is an archive without files.", hint=_AGAIN, source=self._raw.address
            )
        place.advance(at, number, self._end)

    def _next(self, at: int) -> _Part | None:
        """The part whose headers begin here; None at the end. Raises _Damaged."""
        begin, name, size, sparse = at, "", None, False
        while True:
            head = self._read(at, BLOCK)
            if not head.strip(b"\0"):
                return None  # two empty blocks, or nothing: some programs write no end
            info = _header(head)
            if info is None or info.size < 0:
                raise _Damaged("there is no header of a part")
            at += BLOCK
            if info.type not in _FURTHER:
                break
            if info.size > _LONGEST or at + info.size > self._end:
                raise _Damaged("the name of a part has no end")
            more = self._read(at, info.size)
            at += -(-info.size // BLOCK) * BLOCK
            if info.type == tarfile.GNUTYPE_LONGNAME:
                name = name or more.rstrip(b"\0").decode("utf-8", "replace")
            elif info.type == tarfile.XHDTYPE:
                fields = _fields(more)
                name = fields.get("path", name)
                sparse = any(key.startswith("GNU.sparse.") for key in fields)
                size = int(fields["size"]) if fields.get("size", "").isdecimal() else None
        # What is no file has no bytes, whatever it says.
        size = (info.size if size is None else size) if info.type not in _LINKS | _SILENT else 0
        return _Part(begin, at, size, info.type, name or info.name, sparse or info.type == tarfile.GNUTYPE_SPARSE)

    def _part(self, part: _Part) -> Iterator[Failure | Raw]:
        place, address = self._raw.place, f"{self._raw.address}!/{part_name(part.name)}"
        if part.data + part.size > self._end:
            raise _Damaged(f"{address} is cut off")
        reason = "links and devices" if part.kind in _LINKS else furniture(part.name)
        if part.kind in _SILENT:
            return
        if reason:
            place.left_out[reason] += 1
        elif part.sparse or part.kind not in _FILES:
            place.allowance.take_member()
            hint = "Unpack it yourself and add what is in it."
            yield load_failure(address, f"{address} is stored in a way that is not read.", hint)
        else:
            place.allowance.take_member()
            yield part_of(
                self._raw,
                part.name,
                lambda: self._open(part),
                address=address,
                size=part.size,
                via=f"in {self._raw.name}",
            )

    def _open(self, part: _Part) -> Stream:
        return cast(IO[bytes], io.BufferedReader(_Slice(self._stream, part.data, part.size), 1 << 16))

    def _read(self, at: int, size: int) -> bytes:
        self._stream.seek(at)
        try:
            return self._stream.read(size)
        except OSError as exc:
            raise broken(self._raw.address, exc) from exc


class _Damaged(Exception):
    """There is no way to the next part; `str(error)` says why."""


def _header(block: bytes) -> tarfile.TarInfo | None:
    """The header in a block, or None when its sum is wrong or it is none."""
    try:
        return tarfile.TarInfo.frombuf(block, "utf-8", "replace")
    except (tarfile.TarError, ValueError):
        return None


def _fields(data: bytes) -> dict[str, str]:
    """The fields of a pax header: lines of `LENGTH KEY=VALUE`. What is no such line ends them."""
    found: dict[str, str] = {}
    while data:
        length, _, rest = data.partition(b" ")
        if not (length.isdigit() and len(length) < 8 and 0 < int(length) <= len(data)):
            break
        key, _, value = rest[: int(length) - len(length) - 1].rstrip(b"\n").partition(b"=")
        found[key.decode("utf-8", "replace")] = value.decode("utf-8", "replace")
        data = data[int(length) :]
    return found
