"""What a reader gets and gives: raw bytes in, drafts of documents out."""

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Protocol
from urllib.parse import quote

from graph.errors import SightlinesError, SourceError, UnsupportedSource
from graph.records import Failure, SourceRef
from ingest.sources.progress import Metered, Place

LARGEST = 100_000_000  # bytes of one document
KINDS = frozenset({"web", "paper", "text", "record", "brief"})
_CHARSET = re.compile(rb"""charset\s*=\s*["']?([\w.:-]+)""", re.IGNORECASE)
_ADDRESS = re.compile(r"(?!javascript:|data:|file:|vbscript:)[a-z][a-z0-9+.-]{0,19}:[^\s<>\"']{1,2000}", re.IGNORECASE)
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]")
# As browsers do: who says Latin-1 or ASCII means Windows-1252, and so on (WHATWG Encoding Standard, 4.2).
_MEANT = dict.fromkeys(("iso-8859-1", "iso8859-1", "latin-1", "latin1", "l1", "us-ascii", "ascii"), "cp1252")
_MEANT |= {"gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc-kr": "cp949"}
# Codecs of Python in which nobody writes a page. Punycode takes minutes for a long one; the bytes that declare UTF-16
# or UTF-32 in ASCII are neither.
_NO_PAGES = {"idna", "punycode", "utf-7", "raw-unicode-escape", "unicode-escape", "undefined"}
_NO_PAGES |= {f"utf-{width}{order}" for width in (16, 32) for order in ("", "-le", "-be")}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


Stream = IO[bytes] | Metered


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """One source as found. `data` is all of it, or its first bytes when it has an `opener`.

    `name` is a file name or the path of a URL and only hints at the type; `content_type` comes from a server or a mail.
    A reader that says `STREAMS = True` gets the source as it was found; the others always get all of it in `data`.
    """

    address: str
    name: str
    data: bytes
    content_type: str = ""
    path: Path | None = None  # the file, when it is one on this machine
    opener: Callable[[], Stream] | None = None  # gives the source from its first byte
    size: int = 0  # bytes, where `data` is only the beginning
    via: str = ""  # the archive that it came out of, and where in it, for people
    retrieved: str | None = None  # ISO 8601, UTC: when an archive says that it was captured
    depth: int = 0  # how many archives it lies in
    place: Place = field(default_factory=Place, compare=False)

    def open(self) -> Stream:
        """Return the source as a binary stream at its first byte; the caller closes it."""
        return self.opener() if self.opener else BytesIO(self.data)

    def inside(
        self, name: str, data: bytes, *, address: str = "", content_type: str = "", via: str = "", size: int = 0
    ) -> "Raw":
        """Return a part of this source, for the reader of its own type. Its address is `ADDRESS!/NAME` unless given."""
        return Raw(
            address=address or f"{self.address}!/{part_name(name)}",
            name=name,
            data=data,
            content_type=content_type,
            size=size,
            via="; ".join(filter(None, (via, self.via))),
            retrieved=self.retrieved,
            depth=self.depth + 1,
            place=self.place.within(size or len(data)),
        )

    def whole(self) -> "Raw":
        """Return the source with all its bytes in `data`. Raises UnsupportedSource above `LARGEST` bytes."""
        if self.opener is None:
            return self
        check_size(self.size, self.address)
        with self.opener() as stream:
            data = stream.read(LARGEST + 1)
        check_size(len(data), self.address)
        return replace(self, data=data, opener=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A document before its text is normalised: `parts` are its pages, or the whole text as one part."""

    parts: tuple[str, ...]
    reader: str
    kind: str
    headline: str = ""
    address: str | None = None  # what the document says of itself, where it differs from where it was found
    publisher: str | None = None
    author: str | None = None
    published: str | None = None
    modified: str | None = None  # when it says that it was last changed
    language: str | None = None  # as declared
    sources: tuple[SourceRef, ...] = ()
    raw: bytes | None = None  # where one source holds many documents: the part that is this one
    paged: bool = False


class Reader(Protocol):
    """A module of this package: says whether it reads a source, and reads it.

    With `STREAMS = True` it reads from `raw.open()`, begins at `raw.place.mark`, and moves the place past each record
    before it yields what the record holds.
    """

    def matches(self, raw: Raw) -> bool:
        """Whether this reader is the one for the source; looks at content first, at the name second."""
        ...

    def read(self, raw: Raw) -> Iterator[Draft | Failure | Raw]:
        """Yield documents, what can't be read, and parts that another reader reads.

        Raises SourceError when the source as a whole can't be read.
        """
        ...


def check_size(size: int, source: str) -> None:
    """Raise UnsupportedSource when `size` bytes are more than one document may have."""
    if size > LARGEST:
        raise UnsupportedSource(
            f"{source} holds {size // 1_000_000} MB: more than is read as one document.",
            hint=f"Split it into files below {LARGEST // 1_000_000} MB, or give JSONL with one document a line.",
            source=source,
        )


def load_failure(source: str, error: SightlinesError | str, hint: str = "") -> Failure:
    """Return the note that `source` could not be read: an error with its hint, or a reason and a hint."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    hint = hint or getattr(error, "hint", "") or SourceError.default_hint
    return Failure(source=source, stage="load", reason=str(error)[:1000], hint=hint, at=now)


def part_name(name: str) -> str:
    """Return the name of a part as the end of an address: no empty, `.` or `..` folder, no control character."""
    steps = name.replace("\\", "/").split("/")
    kept = [step for step in steps if step not in {"", ".", ".."}]
    return quote("/".join(kept)[:1000], safe="/!$&()*+,;=:@~-._") or "part"


def suffix(name: str) -> str:
    """Return the lower-case extension of a name, without query or folder: `a/B.HTML?x` → `.html`."""
    return Path(name.partition("?")[0]).suffix.lower()


def decode(data: bytes, source: str, content_type: str = "", *, replace: bool = False) -> str:
    """Return the text of `data`: byte order mark, UTF-8, what it declares, and what it looks like, in this order.

    Raises UnsupportedSource for bytes that are no text, and SourceError for UTF-8 with broken bytes; with `replace`
    these become U+FFFD, as a browser shows them.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _checked(data.decode(encoding, "replace"), source)
    declared = _CHARSET.search(content_type.encode("latin-1", "ignore")) or _CHARSET.search(data[:2048])
    wide = _wide(data)
    # ISO-2022-JP is written with the bytes of ASCII alone; whatever else is valid UTF-8 is UTF-8.
    if wide is None and data.isascii() and (text := _declared(data, declared)) is not None:
        return _checked(text, source)
    try:
        return _checked(data.decode(wide or "utf-8"), source)
    except UnicodeDecodeError:
        pass
    if (text := _declared(data, declared)) is not None:
        return _checked(text, source)
    text = data.decode("utf-8", "replace")
    if len(_MULTIBYTE.findall(data)) > text.count("\ufffd"):
        if not replace:
            place = len(text.partition("\ufffd")[0])
            raise SourceError(
                f"{source} is UTF-8 with broken bytes, the first after {place} characters.",
                hint="Fetch it again, or save it as UTF-8 in an editor.",
                source=source,
            )
        return _checked(text, source)
    return _checked(_guessed(data, source), source)


def _declared(data: bytes, declared: re.Match[bytes] | None) -> str | None:
    """Return `data` in a declared encoding, or None when it is in another one."""
    if declared is None:
        return None
    name = declared[1].decode("ascii", "ignore").lower()
    try:
        codec = codecs.lookup(_MEANT.get(name, name))
        return None if codec.name in _NO_PAGES else data.decode(codec.name)
    except (LookupError, UnicodeError, ValueError):
        return None


def _wide(data: bytes) -> str | None:
    """UTF-16 without a byte order mark: every other byte of a Latin text is zero."""
    sample = data[:2000]
    zeros = sample[::2].count(0), sample[1::2].count(0)
    if max(zeros) < len(sample) // 4 or min(zeros) > len(sample) // 100:
        return None
    return "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"


def _guessed(data: bytes, source: str) -> str:
    sample = data[:100_000]
    if len(_HIGH.findall(sample)) * 5 < len(sample):  # Latin letters with some accents among them
        try:
            return data.decode("cp1252")
        except UnicodeDecodeError:
            pass
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    if best is None:
        raise _no_text(source)
    return data.decode(best.encoding, "replace")


def _checked(text: str, source: str) -> str:
    sample = text[:50_000]
    odd = sum(1 for char in sample if char == "\ufffd" or (char < " " and char not in "\t\n\r\f\v"))
    if odd > len(sample) // 100 + 1 or "\0" in sample:
        raise _no_text(source)
    return text


def _no_text(source: str) -> UnsupportedSource:
    return UnsupportedSource(f"{source} is no text, HTML or PDF: its bytes are binary data.", source=source)


def own_address(value: object) -> str | None:
    """Return the address that a document gives itself, if it is one that may be shown and followed."""
    text = str(value or "").strip()
    return text if _ADDRESS.fullmatch(text) else None


def own_date(value: object) -> str | None:
    """Return the date at the beginning of `value` as `YYYY`, `YYYY-MM` or `YYYY-MM-DD` (EDTF), or None.

    None for what is no day of the calendar, too: `2021-02-30`.
    """
    match = _DATE.match(str(value or "").strip())
    if match is None:
        return None
    try:
        date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        return None
    return match[0]


def own_words(value: object, longest: int = 500) -> str | None:
    """Return a headline, name or publisher as one bounded line, or None."""
    text = " ".join(str(value).split())[:longest] if isinstance(value, str | int | float) else ""
    return text or None
