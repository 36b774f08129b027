"""Mail: a message (RFC 5322, .eml) or a mailbox (mbox, RFC 4155), attachments included.

A mail is a document with its own words. A mail that it passes on is a document of its own, by its own author. What it
only quotes is left out: it was said elsewhere, by somebody else.
"""

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import HeaderParseError, MessageError
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any, cast

from graph.errors import SourceError
from graph.records import Failure
from ingest.sources.base import Draft, Raw, Stream, decode, load_failure, own_date, own_words, part_name, suffix
from ingest.sources.markup import html_text
from ingest.sources.progress import Exhausted
from ingest.sources.quoting import Passed, told_apart

STREAMS = True
ENDS = (".eml", ".emlx", ".mbox", ".mbx")
LONGEST = 60_000_000  # bytes of one message
_LINE = 1_000_000  # bytes read as one line
_PARTS = 500  # of one message
_DEEPEST = 20  # multiparts within multiparts
_FROM = re.compile(rb"From \S.{0,200}\b\d{4}\b")  # the line between two messages: sender and a date with its year
_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)
_HEADER = re.compile(rb"(?:[!-9;-~]{1,60}:[^\n]{0,2000}\n(?:[ \t][^\n]{0,2000}\n){0,50}){2,200}")
_MAIL_ONLY = re.compile(rb"^(?:message-id|mime-version|received|return-path):", re.IGNORECASE | re.MULTILINE)
_FORWARD = re.compile(r"\s*(?:fwd?|fw)\s*:", re.IGNORECASE)
_PREFIX = re.compile(r"^(?:\s*(?:re|fwd?|fw|aw|wg)(?:\[\d+\])?\s*:)+\s*", re.IGNORECASE)
_NO_DOCUMENT = re.compile(
    r"(?:image|audio|video|font)/|text/(?:calendar|x?-?vcard|directory|css)|application/(?:pgp-signature|pgp-keys"
    r"|x?-?pkcs7-signature|ics|javascript)",
    re.IGNORECASE,
)
_SEALED = re.compile(r"multipart/encrypted|application/x?-?(?:pgp-encrypted|pkcs7-mime)", re.IGNORECASE)
_MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec"
_MONTH = "((?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6})"
_DAY = re.compile(rf"\b(?:(\d{{1,2}})\s+{_MONTH}\.?|{_MONTH}\.?\s+(\d{{1,2}})),?\s+((?:19|20)\d\d)\b", re.IGNORECASE)
_STUB = 0.25  # a plain text with fewer letters than this share of the HTML only says that there is HTML
# What the email package raises for hostile headers and bodies.
_BROKEN = (MessageError, ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError)


def matches(raw: Raw) -> bool:
    """Whether it is named or served as mail, or begins with the header of one."""
    if suffix(raw.name) in ENDS or raw.content_type.startswith(("message/rfc822", "application/mbox")):
        return True
    head = raw.data[:20_000].replace(b"\r\n", b"\n")
    if _FROM.match(head):
        return bool(_HEADER.match(head.partition(b"\n")[2]))
    header = _HEADER.match(head)
    return bool(header and _MAIL_ONLY.search(header[0]))


def read(raw: Raw) -> Iterator[Draft | Failure | Raw]:
    """Yield each mail, the mails that it passes on, and its attachments as parts."""
    if _FROM.match(raw.data[:1000].lstrip()):
        yield from _mailbox(raw)
        return
    data = raw.whole().data
    if suffix(raw.name) == ".emlx":  # Apple: the length, the message, a property list
        size, _, rest = data.partition(b"\n")
        data = rest[: int(size)] if size.strip().isdigit() else data
    yield from _message(raw, data, raw.address)
    raw.place.advance(len(data), 1)


# --- mailbox ---


def _mailbox(raw: Raw) -> Iterator[Draft | Failure | Raw]:
    place = raw.place
    with raw.open() as stream:
        if place.mark:
            stream.seek(place.mark)
        number = place.count
        for start, end, data in _messages(stream, place.mark):
            place.advance(start, number)
            number += 1
            if data is None:
                reason = f"message {number} of {raw.address} is larger than {LONGEST // 1_000_000} MB."
                yield load_failure(f"{raw.address}!/{number}", reason, "Save its attachments and add them.")
                continue
            own: list[Draft] = []
            for found in _message(raw, data, f"{raw.address}!/{number}", named=True):
                if isinstance(found, Draft):
                    own.append(found)
                else:
                    yield found  # attachments first: the message counts as read when they are
            place.advance(end, number)
            yield from own
            place.advance(end, number)


def _messages(stream: Stream, start: int) -> Iterator[tuple[int, int, bytes | None]]:
    """Begin, end and bytes of each message; None instead of what is too large."""
    end, size = start, 0
    lines: list[bytes] = []
    blank = True
    while line := stream.readline(_LINE):
        if blank and lines and line.startswith(b"From ") and _FROM.match(line):
            yield start, end, b"".join(lines) if size <= LONGEST else None
            lines, start, size = [], end, 0
        end += len(line)
        size += len(line)
        if size <= LONGEST:
            lines.append(line)
        blank = not line.strip()
    if lines:
        yield start, end, b"".join(lines) if size <= LONGEST else None


# --- message ---


@dataclass(slots=True)
class _Found:
    texts: list[str] = field(default_factory=list)
    attachments: list[Message] = field(default_factory=list)
    sealed: bool = False
    parts: int = 0


def _message(raw: Raw, data: bytes, address: str, *, named: bool = False) -> Iterator[Draft | Failure | Raw]:
    """Yield what a message holds; with `named` its address ends with its Message-ID, where it has one."""
    try:
        if _FROM.match(data):
            data = _ESCAPED.sub(rb"\1", data.partition(b"\n")[2])
        message = email.message_from_bytes(data)
        key = _words(message, "Message-ID").strip("<> ")
        if named and key:
            address = f"{raw.address}!/{part_name(key)}"
        found = _Found()
        _collect(message, found, 0)
        yield from _documents(raw, message, found, data, address)
        yield from _attachments(raw, message, found, address)
    except Exhausted:
        raise
    except SourceError as exc:
        yield load_failure(address, exc)
    except _BROKEN as exc:
        yield load_failure(address, f"{address} is a broken mail: {exc}", "Save it again from the mail program.")


def _documents(raw: Raw, message: Message, found: _Found, data: bytes, address: str) -> Iterator[Draft | Failure]:
    subject = _words(message, "Subject")
    if found.sealed:
        yield load_failure(address, f"{address} is an encrypted mail.", "Save it decrypted from the mail program.")
    text = "\n\n".join(found.texts)
    own, passed = told_apart(text, forward=bool(_FORWARD.match(subject)))
    if own.strip():
        yield _draft(
            Passed(author=_words(message, "From"), date=_words(message, "Date"), subject=subject, text=own),
            address,
            data,
            publisher=_publisher(message),
        )
    for number, mail in enumerate(passed, start=1):
        yield _draft(mail, f"{address}!/forwarded-{number}", data)
    if not own.strip() and not passed and not found.sealed:
        if text.strip():
            raw.place.left_out["mails that only quote"] += 1
        elif found.attachments:
            raw.place.left_out["mails with nothing but attachments"] += 1
        else:
            yield load_failure(address, f"{address} is a mail without words.", "It may hold pictures of text only.")


def _draft(mail: Passed, address: str, data: bytes, publisher: str | None = None) -> Draft:
    name, mailbox = parseaddr(mail.author[:500])
    author = own_words(name or mailbox or mail.author, 200)
    return Draft(
        parts=(mail.text,),
        reader="mail",
        kind="text",
        headline=own_words(_PREFIX.sub("", mail.subject)) or "",
        address=address,
        publisher=publisher or own_words(author, 120),
        author=author,
        published=_day(mail.date),
        raw=data,
    )


def _publisher(message: Message) -> str | None:
    """The list that sent it, or the organisation of the sender; two mails of one sender have one origin."""
    mailing_list = _words(message, "List-Id").partition("<")[0].strip(' "')
    return own_words(mailing_list or _words(message, "Organization") or None, 120)


def _day(words: str) -> str | None:
    try:
        moment = parsedate_to_datetime(words[:200])
    except (ValueError, TypeError, IndexError, OverflowError):
        return _written_day(words[:200])
    return moment.date().isoformat() if 1970 <= moment.year < 2100 else None


def _written_day(words: str) -> str | None:
    """The day as mail programs write it for people: "Monday, February 3, 2020 8:00 AM", "3 Feb 2020 at 08:00"."""
    found = _DAY.search(words)
    if not found:
        return own_date(words)
    day, month, year = found[1] or found[4], found[2] or found[3], found[5]
    number = _MONTHS.index(month[:3].lower()) // 3 + 1
    return f"{year}-{number:02d}-{int(day):02d}" if 1 <= int(day) <= 31 else None


def _words(message: Message, name: str) -> str:
    """A header field in plain words, bounded."""
    return _decoded(str(message.get(name, ""))[:4000])


def _decoded(value: str) -> str:
    """Undo the encoded words of RFC 2047; what is broken stays as it is."""
    try:
        parts = decode_header(value)
    except (HeaderParseError, ValueError):
        return " ".join(value.split())
    words = []
    for part, charset in parts:
        if isinstance(part, str):
            words.append(part)
            continue
        try:
            words.append(part.decode(charset or "utf-8", "replace"))
        except LookupError:
            words.append(part.decode("utf-8", "replace"))
    return " ".join("".join(words).split())


# --- the parts of a message ---


def _collect(part: Message, found: _Found, depth: int) -> None:
    found.parts += 1
    if depth > _DEEPEST or found.parts > _PARTS:
        raise SourceError(f"It has more than {_PARTS} parts, or they are nested more than {_DEEPEST} deep.")
    kind = part.get_content_type()
    payload = part.get_payload()
    if _SEALED.match(kind):
        found.sealed = True
    elif kind == "multipart/alternative" and isinstance(payload, list):
        found.texts.extend(_best(cast(list[Message], payload), found, depth))
    elif isinstance(payload, list) and kind != "message/rfc822":
        for each in cast(list[Message], payload):
            _collect(each, found, depth + 1)
    elif kind in {"text/plain", "text/html"} and part.get_content_disposition() != "attachment":
        found.texts.append(_text(part, kind))
    else:
        found.attachments.append(part)


def _best(parts: list[Message], found: _Found, depth: int) -> list[str]:
    """Of the forms of one text, the plain one unless it is only a stub."""
    forms: dict[bool, list[str]] = {}
    for part in parts:
        inner = _Found(parts=found.parts)
        _collect(part, inner, depth + 1)
        found.parts = inner.parts
        found.attachments += inner.attachments
        found.sealed |= inner.sealed
        if inner.texts:
            forms.setdefault(part.get_content_type() == "text/plain", inner.texts)
    plain, rich = forms.get(True, []), forms.get(False, [])
    return plain if _letters(plain) > _STUB * _letters(rich) else rich


def _letters(texts: list[str]) -> int:
    return sum(char.isalpha() for text in texts for char in text)


def _text(part: Message, kind: str) -> str:
    data = cast(bytes, part.get_payload(decode=True) or b"")
    charset = part.get_content_charset() or ""
    try:
        known = charset not in {"", "utf-8", "us-ascii", "ascii"}
        text = data.decode({"iso-8859-1": "cp1252"}.get(charset, charset)) if known else None
    except (LookupError, ValueError):
        text = None
    if text is None:
        text = decode(data, "the mail", f"text/plain; charset={charset}", replace=True) if data.strip() else ""
    if kind == "text/html":
        return html_text(text, mark_quotes=True)
    text = text.replace("\r\n", "\n")
    return _unflowed(text, part) if str(part.get_param("format", "")).lower() == "flowed" else text


def _unflowed(text: str, part: Message) -> str:
    """Join the lines of one paragraph (RFC 3676, 4.2): a space at the end of a line says that it goes on."""
    joined: list[str] = []
    drop = str(part.get_param("delsp", "")).lower() == "yes"
    flows = False
    for line in text.split("\n"):
        quote = bool(joined) and joined[-1].startswith(">")
        if flows and line.startswith(">") == quote:
            joined[-1] += line.lstrip(">").removeprefix(" ")
        else:
            joined.append(line if line.startswith(">") else line.removeprefix(" "))
        flows = line.endswith(" ") and line != "-- "
        if flows and drop:
            joined[-1] = joined[-1][:-1]
    return "\n".join(joined)


def _attachments(raw: Raw, message: Message, found: _Found, address: str) -> Iterator[Failure | Raw]:
    subject = own_words(_words(message, "Subject"), 100) or address
    for number, part in enumerate(found.attachments, start=1):
        kind = part.get_content_type()
        if _NO_DOCUMENT.match(kind):
            raw.place.left_out["pictures, signatures and calendars in mails"] += 1
            continue
        name = _decoded(part.get_filename() or "")[:200] or f"attachment-{number}"
        data = _bytes(part)
        if not data.strip():
            continue
        raw.place.allowance.take_member()
        yield raw.inside(
            name,
            data,
            address=f"{address}!/{part_name(name)}",
            content_type=""
            if kind == "application/octet-stream"
            else str(part.get("Content-Type", kind))[:200].lower(),
            via=f"attached to the mail {subject}",
        )


def _bytes(part: Message) -> bytes:
    payload: Any = part.get_payload()
    if part.get_content_type() == "message/rfc822" and isinstance(payload, list):
        return cast(Message, payload[0]).as_bytes() if payload else b""
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""
