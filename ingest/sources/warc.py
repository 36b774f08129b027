"""Web archives: WARC and ARC (warcio), packed record by record or not. Each captured page goes to its own reader.

Read are responses with status 200, resources and conversions (the plain text of a page). Requests, metadata, redirects,
error pages, pictures and scripts are counted as left out. A revisit says that a page was found again with the same
bytes: at the same address that is nothing new, at another one its page is looked up in the same file.
"""

import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import IO, TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from graph.records import Failure
from ingest.sources.base import LARGEST, Raw, Stream, load_failure, own_address
from ingest.sources.progress import Metered

if TYPE_CHECKING:
    from ingest.sources.warc_records import Record, Records

STREAMS = True
ENDS = (".warc", ".arc")
_KNOWN = 200_000  # pages whose place is kept for later revisits: some 60 MB
_MOST_DAMAGED = 1_000  # places of one file
_SCAN = 1_000_000  # bytes searched at once for the next record
_STARTS = re.compile(rb"WARC/\d\.\d{1,2}\r?\n|filedesc://")
_NEXT = re.compile(rb"(?<=\n)WARC/\d\.\d{1,2}\r?\n")
_NEXT_PACKED = re.compile(rb"\x1f\x8b\x08[\x00-\x1f]")
_TEXT = re.compile(
    r"text/(?:html|plain|markdown|x-markdown)|message/rfc822"
    r"|application/(?:xhtml\+xml|pdf|x-pdf|rss\+xml|atom\+xml|feed\+json|x-ndjson|jsonlines|jsonl)",
    re.IGNORECASE,
)
_XML = re.compile(r"(?:text|application)/(?:[\w.]+\+)?xml", re.IGNORECASE)
_READ_XML = re.compile(rb"<(?:rss|article|TEI|(?:\w+:)?(?:feed|RDF)|html)[\s>]", re.IGNORECASE)
_UNTOLD = re.compile(rb"\s*(?:<!doctype html|<html|<head|<body|%PDF-)", re.IGNORECASE)  # with no type given


def matches(raw: Raw) -> bool:
    """Whether it begins with a WARC or ARC record, plain or packed by gzip."""
    return bool(_STARTS.match(_unpacked(raw.data)))


def read(raw: Raw) -> Iterator[Failure | Raw]:
    """Yield the pages as parts. A broken record is told, and reading goes on with the next one that can be found."""
    return _Archive(raw).parts()


def _unpacked(head: bytes) -> bytes:
    if not head.startswith(b"\x1f\x8b"):
        return head[:1000]
    try:
        return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(head[:65_536], 1000)
    except zlib.error:
        return b""


class _Archive:
    """One file. A `mark` below zero is an offset into what is unpacked, of a file that is packed as one stream."""

    def __init__(self, raw: Raw) -> None:
        self._raw = raw
        self._place = raw.place
        self._packed = raw.data.startswith(b"\x1f\x8b")
        self._as_one = raw.place.mark < 0
        self._start, self._rest = abs(raw.place.mark), raw.place.rest
        self._known: dict[str, tuple[int, str]] = {}  # digest of a page → its offset and address
        self._unknown_before = self._start  # revisits may repeat pages before the place where reading went on

    def parts(self) -> Iterator[Failure | Raw]:
        """Yield what the file holds."""
        from ingest.sources.warc_records import Damaged, ManyInOne

        offset: int | None = self._start
        skip = damaged = 0
        while offset is not None:
            try:
                yield from self._from(offset, skip)
                return
            except ManyInOne:
                self._as_one, offset, skip = True, 0, self._place.count
            except Damaged as exc:
                here = abs(self._place.mark)
                damaged += 1
                offset, skip = self._next(here) if damaged < _MOST_DAMAGED else None, 0
                after = "" if offset is None else f"; what follows at byte {offset} is read"
                reason = f"{self._raw.address} is damaged at byte {here}: {exc}{after}."
                self._place.count += 1
                yield load_failure(f"{self._raw.address}!/{here}", reason, "Fetch or copy the archive again.")
                if damaged == _MOST_DAMAGED:
                    reason = f"{self._raw.address} is damaged in {damaged:,} places: what follows is not read."
                    yield load_failure(self._raw.address, reason, "Fetch or copy the archive again.")

    def _from(self, offset: int, skip: int) -> Iterator[Failure | Raw]:
        """The parts from a record on, without the first `skip`. When it raises, the place stands at the damage."""
        place = self._place
        count = place.count - skip
        with closing(self._open(offset)) as stream:
            place.probe = stream.tells if isinstance(stream, Metered) and self._as_one else None
            records = self._records(stream, offset)
            while True:
                here = records.skip()
                place.advance(-here if self._as_one else here, max(count, skip), here)
                place.rest = self._rest if here == self._start else ()
                record = records.following()
                if record is None:
                    return
                if count >= skip:
                    yield from self._part(record, here)
                count += 1

    def _records(self, stream: Stream, offset: int) -> "Records":
        from ingest.sources.warc_records import Records

        return Records(stream, offset, self._packed and not self._as_one)

    def _open(self, offset: int) -> Stream:
        stream = self._raw.open()
        if self._as_one:
            unpacked = cast(IO[bytes], gzip.GzipFile(fileobj=cast(Any, stream), mode="rb"))
            stream = Metered(unpacked, self._place.allowance, self._raw.address, stream)
        stream.seek(offset)
        return stream

    def _next(self, damaged: int) -> int | None:
        """Offset of the first record after a damaged one, or None."""
        if self._as_one:
            return None
        pattern = _NEXT_PACKED if self._packed else _NEXT
        with closing(self._raw.open()) as stream:
            begin = damaged + 1
            while True:
                stream.seek(begin)
                block = stream.read(_SCAN)
                for found in pattern.finditer(block):
                    place = begin + found.start()
                    if not self._packed or self._begins(stream, place):
                        return place
                if len(block) < _SCAN:
                    return None
                begin += len(block) - 20  # a mark may lie across two blocks

    def _begins(self, stream: Stream, offset: int) -> bool:
        stream.seek(offset)
        return bool(_STARTS.match(_unpacked(stream.read(65_536))))

    def _part(self, record: "Record", here: int) -> Iterator[Failure | Raw]:
        reason = _left_out(record)
        if not reason and record.kind == "revisit":
            yield from self._checked(self._revisit(record, here), record, here)
            return
        if not reason and record.length > LARGEST:
            why = f"{record.address} holds {record.length // 1_000_000} MB: more than is read as one document."
            yield load_failure(self._address(record, here), why, "Take it out of the archive and split it.")
            return
        if not reason:
            yield from self._checked(self._read(record, here), record, here)
            return
        self._place.left_out[reason] += 1

    def _checked(self, found: Iterator[Failure | Raw], record: "Record", here: int) -> Iterator[Failure | Raw]:
        from ingest.sources.warc_digests import Altered

        try:
            yield from found
        except Altered as exc:
            if not _is_text(record, exc.served):
                self._place.left_out["pictures, styles and scripts"] += 1
                return
            reason = f"{self._raw.address} is damaged at byte {here}, in {record.address}: {exc}; what follows is read."
            yield load_failure(f"{self._raw.address}!/{here}", reason, "Fetch or copy the archive again.")

    def _read(self, record: "Record", here: int) -> Iterator[Raw]:
        data = record.payload()
        if _is_text(record, data):
            self._remember(record, here)
            self._place.weight = record.length
            yield self._page(record, data, here)
        else:
            self._place.left_out["empty pages" if not data.strip() else "pictures, styles and scripts"] += 1

    def _page(self, record: "Record", data: bytes, here: int) -> Raw:
        part = self._raw.inside(
            _path(record.address),
            data,
            address=self._address(record, here),
            content_type=record.content_type,
            via=f"in {self._raw.name} at byte {here}",
        )
        return replace(part, retrieved=record.date or self._raw.retrieved)

    def _address(self, record: "Record", here: int) -> str:
        return own_address(record.address) or f"{self._raw.address}!/{here}"

    def _remember(self, record: "Record", here: int) -> None:
        if record.digest and len(self._known) < _KNOWN:
            self._known.setdefault(record.digest, (here, record.address))

    def _revisit(self, record: "Record", here: int) -> Iterator[Failure | Raw]:
        known = self._find(record.digest) if record.refers != record.address else None
        if record.refers == record.address or (known and known[1] == record.address):
            self._place.left_out["pages found again unchanged"] += 1
        elif known:
            yield self._page(record, self._payload_at(known[0]), here)
        elif _TEXT.match(record.content_type):
            reason = f"{record.address} repeats a page that is not in {self._raw.name}."
            yield load_failure(self._address(record, here), reason, "Add the web archive that holds it, too.")
        else:
            self._place.left_out["repeats of what is elsewhere"] += 1

    def _find(self, digest: str) -> tuple[int, str] | None:
        if digest not in self._known and self._unknown_before and not self._as_one:
            self._look_back(self._unknown_before)
            self._unknown_before = 0
        return self._known.get(digest)

    def _look_back(self, until: int) -> None:
        """Note the pages before `until`, where reading went on after a stop."""
        from ingest.sources.warc_records import Damaged

        with closing(self._raw.open()) as stream:
            records = self._records(stream, 0)
            try:
                while (here := records.skip()) < until and (record := records.following()):
                    if not _left_out(record) and record.kind != "revisit" and _TEXT.match(record.content_type):
                        self._remember(record, here)
            except Damaged:
                return  # told when it was read

    def _payload_at(self, offset: int) -> bytes:
        with closing(self._open(offset)) as stream:
            found = self._records(stream, offset).following()
            return found.payload() if found else b""


def _left_out(record: "Record") -> str:
    """Why a record is no page, or nothing."""
    if record.kind not in {"response", "resource", "conversion", "revisit"}:
        return "records about the capture"
    if not record.address.startswith(("http://", "https://", "ftp://")):
        return "records about the capture"
    if record.status not in {"", "200", "203", "304"} or (record.status == "304" and record.kind != "revisit"):
        return "redirects and error pages"
    if _path(record.address) == "/robots.txt":
        return "records about the capture"
    return ""


def _path(address: str) -> str:
    try:
        return urlsplit(address).path
    except ValueError:  # a host like [x]
        return ""


def _is_text(record: "Record", data: bytes) -> bool:
    if not data.strip():
        return False
    if _XML.match(record.content_type) and not _TEXT.match(record.content_type):
        return bool(_READ_XML.search(data[:5000]))
    return bool(_TEXT.match(record.content_type) if record.content_type else _UNTOLD.match(data))
