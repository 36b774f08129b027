"""Archives for the tests: WARC records, mails, ZIPs, made in memory with what real ones have."""

import gzip
import io
import zipfile
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from hashlib import sha1
from pathlib import Path
from typing import Any

from graph.records import Document, Failure
from ingest.load import load

WORDS = (
    "The regulator said on Tuesday that the company must delete the pictures and everything that it made of them. "
    "Nobody in the pictures was asked and none was told, according to a letter of nine pages. "
)


def read(source: Path | str) -> list[Document | Failure]:
    return list(load(str(source)))


def documents(source: Path | str) -> list[Document]:
    """The documents of a source that has no failures."""
    found = read(source)
    assert not [each for each in found if isinstance(each, Failure)], found
    return [each for each in found if isinstance(each, Document)]


def page(title: str, words: str = WORDS * 2) -> bytes:
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title></head><body><article><h1>{title}</h1>"
        f"<p>{words}</p><p>{words}</p></article></body></html>"
    ).encode()


def zipped(parts: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return data.getvalue()


def digest(body: bytes) -> str:
    return f"sha1:{sha1(body).hexdigest()}"


def record(kind: str, address: str, block: bytes, **fields: str) -> bytes:
    """A record of a WARC; `warc_date="..."` is the field WARC-Date."""
    lines = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:uuid:{sha1(address.encode() + block).hexdigest()}>",
        "WARC-Date": fields.pop("warc_date", "2020-02-03T04:05:06Z"),
        "WARC-Target-URI": address,
        "Content-Type": fields.pop("content_type", "application/http; msgtype=response"),
        "Content-Length": str(len(block)),
        **{
            "-".join(part.upper() if part == "warc" else part.title() for part in k.split("_")): v
            for k, v in fields.items()
        },
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return b"WARC/1.0\r\n" + head.encode() + b"\r\n" + block + b"\r\n\r\n"


def response(
    address: str, body: bytes, kind: str = "text/html; charset=utf-8", status: str = "200 OK", **headers: str
) -> bytes:
    """A captured answer; `content_encoding="gzip"` is a header of HTTP."""
    lines = {"Content-Type": kind, **{name.replace("_", "-").title(): value for name, value in headers.items()}}
    head = f"HTTP/1.1 {status}\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return record("response", address, head.encode() + b"\r\n" + body, warc_payload_digest=digest(body))


def revisit(address: str, of: str, body: bytes) -> bytes:
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    more = {"warc_payload_digest": digest(body), "warc_refers_to_target_uri": of}
    return record("revisit", address, block, warc_profile="http://netpreserve.org/warc/1.0/revisit/identical", **more)


def packed(records: Sequence[bytes]) -> bytes:
    """Records packed one by one, as crawlers do."""
    return b"".join(gzip.compress(each) for each in records)


def mail(subject: str, words: str, *, sender: str = "Ann Lee <ann@agency.example>", key: str = "", **more: str) -> Any:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "desk@courier.example", subject
    message["Date"] = more.pop("date", "Mon, 03 Feb 2020 10:00:00 +0100")
    if key:
        message["Message-ID"] = f"<{key}>"
    for name, value in more.items():
        message[name.replace("_", "-").title()] = value
    message.set_content(words)
    return message


def mailbox(messages: Sequence[Any]) -> bytes:
    """An mbox; lines that begin as a separator does are escaped (mboxrd)."""
    parts = []
    for message in messages:
        lines = message.as_bytes().split(b"\n")
        body = b"\n".join(b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in lines)
        parts.append(b"From desk@courier.example Mon Feb  3 10:00:00 2020\n" + body.rstrip(b"\n") + b"\n\n")
    return b"".join(parts)
