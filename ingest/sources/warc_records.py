"""The records of a WARC or ARC file in plain values, read by warcio with bounds of our own."""

import logging
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any, cast

import brotli
from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import BufferedReader, ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeadersParserException

from ingest.sources.base import LARGEST, Stream
from ingest.sources.warc_digests import Loader, check

BLOCK = 16_384  # bytes read at once: gzip unpacks them to 16 MB at most
_LONGEST_LINE = 1_000_000  # bytes of a header line
_LONGEST_HEAD = 4_000_000  # bytes of all header lines of a record
_MOST_LINES = 500  # header lines of a record
_MANY_IN_ONE = "non-chunked gzip"  # warcio's words
# What warcio raises for a damaged record; a missing header field shows as a missing attribute.
_DAMAGE = (
    ArchiveLoadFailed,
    StatusAndHeadersParserException,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    AssertionError,
)


class Damaged(Exception):
    """A record can't be read; `str(error)` says why."""


class ManyInOne(Exception):
    """The file is packed as one stream, not record by record: it has no offsets to go to."""


@dataclass(frozen=True, slots=True)
class Record:
    """What is looked at of a record."""

    kind: str  # WARC-Type
    address: str
    date: str
    digest: str
    refers: str  # the address whose page a revisit repeats
    status: str  # of HTTP
    content_type: str
    coding: str
    length: int  # bytes of its block
    chunked: bool
    part: bool  # cut by the crawler, or a segment: the payload digest is of something longer
    stream: Any

    def payload(self) -> bytes:
        """Return what was served, without the codings of HTTP; at most LARGEST + 1 bytes.

        Raises Damaged, and Altered (ingest.sources.warc_digests) when it is not what its digest was made of.
        """
        try:
            stored = cast(bytes, self.stream.read(LARGEST + 1))
            if len(stored) <= LARGEST and getattr(self.stream, "limit", 0) > 0:
                raise Damaged("it is cut off")
            data = cast(bytes, ChunkedDataReader(BytesIO(stored)).read(LARGEST + 1)) if self.chunked else stored
        except _DAMAGE as exc:
            raise _told(exc) from exc
        unchunked = data
        for coding in reversed(self.coding.split(",")):
            data = _decoded(data, coding.strip())
        check(self.stream, "" if self.part else self.digest, (stored, unchunked, data))
        return data


class Records(ArchiveIterator):  # type: ignore[misc]
    """The records of a stream that stands at one."""

    INC_RECORD = ""  # is written to standard error

    def __init__(self, stream: Stream, offset: int, packed: bool) -> None:
        logging.getLogger("warcio").setLevel(logging.CRITICAL)  # it would write a stranger's words to the terminal
        super().__init__(stream, arc2warc=True, check_digests=True)
        self.loader = Loader(verify_http=False, arc2warc=True)
        self.offset = offset
        self.reader = _Reader(self.fh, packed)

    def skip(self) -> int:
        """Read to the end of the current record, and return where the next one begins. Raises Damaged."""
        current = getattr(self.record, "raw_stream", None)
        try:
            self.read_to_end()
        except _DAMAGE as exc:
            raise _told(exc) from exc
        if (getattr(current, "limit", 0) or 0) > 0:
            raise Damaged("it is cut off")
        return int(self.offset)

    def following(self) -> Record | None:
        """Return the next record, or None at the end. Raises Damaged, and ManyInOne."""
        try:
            found = next(self)
        except StopIteration:
            return None
        except _DAMAGE as exc:
            if _MANY_IN_ONE in str(exc):
                raise ManyInOne from exc
            raise _told(exc) from exc
        head, http = found.rec_headers, found.http_headers
        if not _field(head, "Content-Length").isdigit():  # else warcio takes all that follows for its block
            raise Damaged("it does not say how long it is")
        return Record(
            kind=str(found.rec_type or ""),
            address=_field(head, "WARC-Target-URI"),
            date=_field(head, "WARC-Date"),
            digest=_field(head, "WARC-Payload-Digest"),
            refers=_field(head, "WARC-Refers-To-Target-URI").strip("<>"),
            status=http.get_statuscode() if http else "",
            content_type=_field(http if http else head, "Content-Type"),
            coding=_field(http, "Content-Encoding").lower() if http else "",
            length=found.length or 0,
            part=bool(_field(head, "WARC-Truncated") or _field(head, "WARC-Segment-Number")),
            chunked=bool(http) and "chunked" in _field(http, "Transfer-Encoding").lower(),
            stream=found.raw_stream,
        )


class _Reader(BufferedReader):  # type: ignore[misc]
    """Reads blocks and header lines; damage is an error, and lines have an end."""

    def __init__(self, stream: Stream, packed: bool) -> None:
        super().__init__(stream, block_size=BLOCK, decomp_type="gzip" if packed else None)
        self._head = self._lines = 0

    def _decompress(self, data: bytes) -> bytes:
        return cast(bytes, self.decompressor.decompress(data)) if self.decompressor else data

    def read(self, length: int | None = None) -> bytes:
        """Read up to `length` bytes."""
        self._head = self._lines = 0
        return cast(bytes, super().read(length))

    def readline(self, length: int | None = None) -> bytes:
        """Read a line. Raises ArchiveLoadFailed when it, or all lines of a header, have no end."""
        line = cast(bytes, super().readline(min(length or _LONGEST_LINE, _LONGEST_LINE)))
        self._head += len(line)
        self._lines += 1
        if len(line) >= _LONGEST_LINE or self._head > _LONGEST_HEAD or self._lines > _MOST_LINES:
            raise ArchiveLoadFailed("its header has no end")
        return line


def _told(error: BaseException) -> Damaged:
    return Damaged(" ".join(str(error).split())[:200] or type(error).__name__)


def _field(headers: Any, name: str) -> str:
    return str(headers.get_header(name) or "").strip()[:4000]


def _decoded(data: bytes, coding: str) -> bytes:
    """Undo a coding of HTTP; what was stored unpacked under its old header stays as it is."""
    most = LARGEST + 1
    ways: dict[str, list[Callable[[], bytes]]] = {
        "gzip": [lambda: zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(data, most)],
        "deflate": [
            lambda: zlib.decompressobj().decompress(data, most),
            lambda: zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, most),
        ],
        "br": [lambda: brotli.Decompressor().process(data, output_buffer_limit=most)],
    }
    for unpack in ways.get(coding.removeprefix("x-"), ()):
        try:
            return unpack()
        except (zlib.error, brotli.error):
            continue
    return data
