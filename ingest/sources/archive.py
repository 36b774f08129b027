"""Archives: ZIP, WACZ (a ZIP with WARCs), and single files packed by gzip, bzip2 or xz.

The parts go to the reader of their own type. Their names are words in an address, never a path on this machine.
"""

import bz2
import gzip
import lzma
import re
import struct
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from typing import IO, Any, cast
from zipfile import BadZipFile, ZipFile, ZipInfo

from graph.errors import SourceError, UnsupportedSource
from graph.records import Failure
from ingest.sources.base import Draft, Raw, Stream, load_failure, part_name, suffix
from ingest.sources.progress import BROKEN, MEMBERS, Exhausted, Metered, broken

STREAMS = True
ENDS = (".zip", ".wacz", ".gz", ".bz2", ".xz")
HEAD = 1_000_000  # bytes that tell the type of a part
NESTED = 2_000_000_000  # bytes of an archive within an archive: it is laid down in a temporary file
_DIRECTORY = 200 * MEMBERS  # bytes of a ZIP's list of parts: zipfile takes a kilobyte of memory an entry
_END = struct.Struct("<4s4H2LH")  # end of central directory record (APPNOTE 4.3.16)
_END_64 = struct.Struct("<4sQ2H2L4Q")  # its ZIP64 form (4.3.14)
_PACKED: tuple[tuple[bytes, Callable[..., Any], str], ...] = (
    (b"\x1f\x8b\x08", gzip.GzipFile, "gzip"),
    (b"BZh", bz2.BZ2File, "bzip2"),
    (b"\xfd7zXZ\0", lzma.LZMAFile, "xz"),
)
_PACKED_ENDS = {".gz": "", ".bz2": "", ".xz": "", ".tgz": ".tar", ".tbz2": ".tar", ".txz": ".tar"}
_WARC = re.compile(r"\.w?arc(?:\.gz)?$", re.IGNORECASE)
# What a saved page or a mailbox brings along and nobody reads.
_FURNITURE = re.compile(
    r"\.(?:css|js|mjs|map|woff2?|ttf|otf|eot|png|jpe?g|gif|webp|avif|svg|ico|bmp|tiff?|mp3|mp4|webm|ogg|wav|m4a|mov|avi"
    r"|swf)$",
    re.IGNORECASE,
)
_OFFICE = {"[Content_Types].xml": "an Office document", "META-INF/MANIFEST.MF": "a Java program"}


def matches(raw: Raw) -> bool:
    """Whether it begins with the mark of a ZIP, gzip, bzip2 or xz file."""
    return raw.data.startswith((b"PK\x03\x04", b"PK\x05\x06")) or _packed(raw) is not None


def read(raw: Raw) -> Iterator[Draft | Failure | Raw]:
    """Yield the parts. Raises SourceError for a broken archive, UnsupportedSource for one that grows too much."""
    kind = _packed(raw)
    if kind is None:
        yield from _zip(raw)
    else:
        yield _single(raw, kind[1], kind[2])


def _packed(raw: Raw) -> tuple[bytes, Callable[..., Any], str] | None:
    return next((kind for kind in _PACKED if raw.data.startswith(kind[0])), None)


# --- one packed file ---


def _single(raw: Raw, unpack: Callable[..., Any], kind: str) -> Raw:
    def unpacked() -> Stream:
        below = raw.open()
        stream = unpack(fileobj=below, mode="rb") if unpack is gzip.GzipFile else unpack(below)
        found = Metered(cast(IO[bytes], stream), raw.place.allowance, raw.address, below)
        raw.place.probe = found.tells
        return found

    ends = suffix(raw.name)
    name = raw.name[: len(raw.name) - len(ends)] + _PACKED_ENDS[ends] if ends in _PACKED_ENDS else raw.name
    return part_of(raw, name, unpacked, address=raw.address, via=f"packed by {kind}")


def part_of(raw: Raw, name: str, opener: Callable[[], Stream], **given: Any) -> Raw:
    """Return a part of an archive with its first bytes, or with all of them when they are few."""
    with opener() as stream:
        head = stream.read(HEAD + 1)
    part = raw.inside(name, head, **given)
    return part if len(head) <= HEAD else replace(part, data=head[:HEAD], opener=opener)


# --- ZIP ---


def _zip(raw: Raw) -> Iterator[Failure | Raw]:
    with seekable(raw) as stream:
        _check_directory(raw, stream)
        try:
            archive = ZipFile(stream)
        except (*BROKEN, struct.error, OverflowError) as exc:
            raise broken(raw.address, exc) from exc
        with archive:
            yield from _members(raw, archive)


def _members(raw: Raw, archive: ZipFile) -> Iterator[Failure | Raw]:
    place = raw.place
    start, rest = place.mark, place.rest
    infos = archive.infolist()
    if all(info.is_dir() for info in infos):
        raise SourceError(f"{raw.address} is an archive without files.", hint="Copy it again.", source=raw.address)
    _check_kind(raw, infos)
    web_archive = any(_in_wacz(info) for info in infos)
    done = sum(info.compress_size for info in infos[:start])
    for number, info in enumerate(infos):
        if number < start:
            continue
        place.advance(number, number, done)
        place.rest, place.weight = rest if number == start else (), info.compress_size
        reason = _left_out(info, web_archive)
        if reason:
            place.left_out[reason] += not info.is_dir()
        else:
            place.allowance.take_member()
            yield _member(raw, archive, info)
        done += info.compress_size
    place.advance(len(infos), len(infos), done)


def _member(raw: Raw, archive: ZipFile, info: ZipInfo) -> Failure | Raw:
    address = f"{raw.address}!/{part_name(info.filename)}"

    def opener() -> Stream:
        try:
            return Metered(archive.open(info), raw.place.allowance, address)
        except BROKEN as exc:
            raise broken(address, exc) from exc

    if not raw.place.allowance.member_may(info.compress_size, info.file_size):
        reason = f"{address} says that it unpacks from {info.compress_size:,} to {info.file_size:,} bytes."
        return load_failure(address, reason, "It looks like a decompression bomb. If you trust it, unpack it yourself.")
    try:
        return part_of(raw, info.filename, opener, address=address, size=info.file_size, via=f"in {raw.name}")
    except Exhausted:
        raise  # nothing that follows may be unpacked
    except SourceError as exc:
        return load_failure(address, exc)


def _left_out(info: ZipInfo, web_archive: bool) -> str:
    """Why a part is no document, or nothing."""
    if info.is_dir():
        return "folders"
    reason = furniture(info.filename)
    if web_archive and reason != "hidden files":
        return "" if _in_wacz(info) else "indexes of a web archive"
    return reason


def furniture(name: str) -> str:
    """Why the part of an archive that has this name is no document, or nothing."""
    steps = name.replace("\\", "/").split("/")
    if any(step.startswith(".") and step not in {".", ".."} for step in steps) or steps[0] == "__MACOSX":
        return "hidden files"
    return "pictures, styles and scripts" if _FURNITURE.search(steps[-1]) else ""


def _in_wacz(info: ZipInfo) -> bool:
    return info.filename.startswith("archive/") and bool(_WARC.search(info.filename))


def _check_kind(raw: Raw, infos: list[ZipInfo]) -> None:
    """Refuse what is a ZIP by accident of its format."""
    names = {info.filename for info in infos[:1000]}
    kind = next((words for name, words in _OFFICE.items() if name in names), None)
    if infos and infos[0].filename == "mimetype":
        kind = "an e-book or an OpenDocument file"
    if kind:
        raise UnsupportedSource(
            f"{raw.address} is {kind}.", hint="Save it as PDF or plain text and add that.", source=raw.address
        )


def _check_directory(raw: Raw, stream: IO[bytes]) -> None:
    """Look at the size of the list of parts before zipfile reads it into memory."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - 65_557 - 20))
    tail = stream.read(65_577)
    stream.seek(0)
    found = tail.rfind(b"PK\x05\x06")
    if found < 0 or len(tail) - found < _END.size:
        raise broken(raw.address, BadZipFile("it is cut off, its list of parts is missing"))
    length = _END.unpack_from(tail, found)[5]
    wide = tail.rfind(b"PK\x06\x07", 0, found)
    if wide >= 0 and length == 0xFFFFFFFF:
        (offset,) = struct.unpack_from("<Q", tail, wide + 8)
        stream.seek(min(offset, size))
        record = stream.read(_END_64.size)
        stream.seek(0)
        length = _END_64.unpack(record)[8] if len(record) == _END_64.size else size
    if length > _DIRECTORY:
        raise UnsupportedSource(
            f"{raw.address} lists more parts than the {MEMBERS:,} that are read.",
            hint="Unpack it yourself and add the folder.",
            source=raw.address,
        )


def seekable(raw: Raw) -> IO[bytes]:
    """Return an archive as a stream that can go back, for the caller to close: what is unpacked is laid down first.

    Raises UnsupportedSource for more than is laid down.
    """
    if raw.opener is None:
        return BytesIO(raw.data)
    stream = raw.open()
    if not isinstance(stream, Metered):
        return stream
    with stream:
        if raw.size > NESTED:
            raise _too_large(raw)
        copy = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the caller
        try:
            while block := stream.read(HEAD):
                if copy.tell() + len(block) > NESTED:
                    raise _too_large(raw)
                copy.write(block)
        except BaseException:
            copy.close()
            raise
    copy.seek(0)
    return copy


def _too_large(raw: Raw) -> UnsupportedSource:
    return UnsupportedSource(
        f"{raw.address} is an archive of more than {NESTED // 1_000_000:,} MB that lies packed in another file.",
        hint="Unpack the outer one and add the folder.",
        source=raw.address,
    )
