"""WARC and ARC as crawlers write them, whole and damaged, read through the door `load`."""

import gzip
import hashlib
import zlib
from base64 import b32encode
from hashlib import sha1
from pathlib import Path

import brotli
import pytest

from graph.records import Document, Failure
from ingest.load import load
from ingest.sources.progress import Place
from tests.ingest.archives import WORDS, digest, documents, packed, page, read, record, response, revisit
from tests.ingest.pdfs import pdf

INFO = record("warcinfo", "", b"software: x\r\n", content_type="application/warc-fields")
ONE, TWO = page("One"), page("Two", WORDS + "Something else is told here. " * 4)


def saved(tmp_path: Path, data: bytes, name: str = "crawl.warc") -> Path:
    file = tmp_path / name
    file.write_bytes(data)
    return file


def addresses(found: list[Document] | list[Document | Failure]) -> list[str]:
    return [each.address for each in found if isinstance(each, Document)]


def test_a_captured_page_has_its_address_and_the_moment_of_capture(tmp_path: Path) -> None:
    (found,) = documents(saved(tmp_path, INFO + response("https://w.example/1", ONE)))
    assert (found.address, found.headline) == ("https://w.example/1", "One")
    assert found.retrieved == "2020-02-03T04:05:06+00:00"
    assert found.raw == ONE
    assert f"in crawl.warc at byte {len(INFO)}" in found.reader


@pytest.mark.parametrize("form", ["plain", "by record", "as one"])
def test_all_ways_of_packing_give_the_same_documents(tmp_path: Path, form: str) -> None:
    records = [INFO, *(response(f"https://w.example/{n}", page(f"Page {n}")) for n in range(5))]
    data = {"plain": b"".join(records), "by record": packed(records), "as one": gzip.compress(b"".join(records))}[form]
    found = documents(saved(tmp_path, data, "crawl"))
    assert [each.headline for each in found] == [f"Page {n}" for n in range(5)]


@pytest.mark.parametrize(
    "coding", ["gzip", "deflate", "raw deflate", "br", "none, though it says gzip", "chunked gzip"]
)
def test_what_a_server_coded_is_decoded(tmp_path: Path, coding: str) -> None:
    raw = zlib.compressobj(wbits=-15)
    body, headers = {
        "gzip": (gzip.compress(ONE), {"content_encoding": "gzip"}),
        "deflate": (zlib.compress(ONE), {"content_encoding": "deflate"}),
        "raw deflate": (raw.compress(ONE) + raw.flush(), {"content_encoding": "deflate"}),
        "br": (brotli.compress(ONE), {"content_encoding": "br"}),
        "none, though it says gzip": (ONE, {"content_encoding": "gzip"}),
        "chunked gzip": (chunked(gzip.compress(ONE)), {"content_encoding": "gzip", "transfer_encoding": "chunked"}),
    }[coding]
    (found,) = documents(saved(tmp_path, response("https://w.example/1", body, **headers)))
    assert found.raw == ONE


def chunked(body: bytes, size: int = 50) -> bytes:
    parts = [body[i : i + size] for i in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def test_what_is_no_page_is_left_out_and_counted(tmp_path: Path) -> None:
    data = b"".join(
        [
            INFO,
            record("request", "https://w.example/1", b"GET / HTTP/1.1\r\n\r\n"),
            record("metadata", "https://w.example/1", b"fetchTimeMs: 1\r\n", content_type="application/warc-fields"),
            record("resource", "urn:pageinfo:https://w.example/1", b"{}", content_type="application/json"),
            response("https://w.example/logo.png", b"\x89PNG", "image/png"),
            response("https://w.example/app.js", b"alert(1)", "application/javascript"),
            response("https://w.example/gone", ONE, status="404 Not Found"),
            response("https://w.example/moved", b"", status="301 Moved Permanently"),
            response("https://w.example/robots.txt", b"User-agent: *", "text/plain"),
            response("https://w.example/sitemap.xml", b"<urlset><url/></urlset>", "text/xml"),
        ]
    )
    place = Place()
    assert list(load(str(saved(tmp_path, data)), place=place)) == []
    assert sum(place.left_out.values()) == 10


def test_each_type_goes_to_its_own_reader(tmp_path: Path) -> None:
    rss = f"<rss version='2.0'><channel><item><link>https://w.example/n</link><description>{WORDS}</description></item></channel></rss>"
    data = b"".join(
        [
            response("https://w.example/paper.pdf", pdf([["The set holds faces.", "It is large."]]), "application/pdf"),
            response("https://w.example/feed", rss.encode(), "application/rss+xml"),
            response("https://w.example/notes.txt", WORDS.encode(), "text/plain"),
            response("https://w.example/untyped", ONE, ""),
            record("conversion", "https://w.example/wet", WORDS.encode(), content_type="text/plain"),
            record("resource", "https://w.example/saved", ONE, content_type="text/html"),
        ]
    )
    assert [(each.address.rpartition("/")[2], each.kind) for each in documents(saved(tmp_path, data))] == [
        ("paper.pdf", "paper"),
        ("n", "web"),
        ("notes.txt", "text"),
        ("untyped", "web"),
        ("wet", "text"),
        ("saved", "web"),
    ]


@pytest.mark.parametrize("form", ["plain", "by record", "as one"])
def test_a_revisit_is_nothing_new_at_the_same_address_and_a_page_at_another(tmp_path: Path, form: str) -> None:
    records = [
        response("https://w.example/1", ONE),
        revisit("https://w.example/1", "https://w.example/1", ONE),
        revisit("https://mirror.example/1", "https://w.example/1", ONE),
        revisit("https://mirror.example/2", "https://elsewhere.example/2", TWO),
    ]
    data = {"plain": b"".join(records), "by record": packed(records), "as one": gzip.compress(b"".join(records))}[form]
    found = read(saved(tmp_path, data))
    assert addresses(found) == ["https://w.example/1", "https://mirror.example/1"]
    assert found[0].text == found[1].text  # type: ignore[union-attr]
    assert isinstance(found[2], Failure)
    assert "https://mirror.example/2" in found[2].reason


def test_an_arc_is_read(tmp_path: Path) -> None:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + ONE
    body = b"1 0 x\nURL IP-address Archive-date Content-type Archive-length\n"
    head = b"filedesc://a.arc 0.0.0.0 20050101000000 text/plain %d\n%s\n" % (len(body), body)
    data = head + b"https://w.example/1 10.0.0.1 20050102030405 text/html %d\n%s\n" % (len(http), http)
    (found,) = documents(saved(tmp_path, data, "a.arc"))
    assert (found.address, found.retrieved[:10]) == ("https://w.example/1", "2005-01-02")


# --- damaged and hostile ---


@pytest.mark.parametrize("gz", [False, True])
def test_a_damaged_record_is_told_and_reading_goes_on_with_the_next(tmp_path: Path, gz: bool) -> None:
    records = [INFO, *(response(f"https://w.example/{n}", page(f"Page {n}")) for n in range(4))]
    parts = [gzip.compress(each) for each in records] if gz else records
    damaged = bytearray(parts[2])
    damaged[0 if not gz else 30 : 12 if not gz else 60] = b"\0" * (12 if not gz else 30)
    found = read(saved(tmp_path, b"".join([*parts[:2], bytes(damaged), *parts[3:]]), "crawl"))
    assert addresses(found) == ["https://w.example/0", "https://w.example/2", "https://w.example/3"]
    (told,) = (each for each in found if isinstance(each, Failure))
    assert "damaged at byte" in told.reason


@pytest.mark.parametrize("gz", [False, True])
def test_a_file_that_is_cut_off_gives_what_is_whole(tmp_path: Path, gz: bool) -> None:
    records = [INFO, *(response(f"https://w.example/{n}", page(f"Page {n}")) for n in range(3))]
    data = packed(records) if gz else b"".join(records)
    found = read(saved(tmp_path, data[:-100], "crawl"))
    assert addresses(found)[:2] == ["https://w.example/0", "https://w.example/1"]
    assert len(found) == 3
    assert isinstance(found[2], Failure)


def test_a_page_that_unpacks_to_too_much_is_one_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = gzip.compress(b"<html>" + b" a" * 60_000_000)
    data = response("https://w.example/bomb", bomb, content_encoding="gzip") + response("https://w.example/1", ONE)
    found = read(saved(tmp_path, data))
    assert isinstance(found[0], Failure)
    assert addresses(found) == ["https://w.example/1"]


def test_a_header_without_end_does_not_fill_the_memory(tmp_path: Path) -> None:
    data = b"WARC/1.0\r\n" + b"X: " + b"a" * 5_000_000 + b"\r\n\r\n" + response("https://w.example/1", ONE)
    found = read(saved(tmp_path, data))
    assert isinstance(found[0], Failure)
    assert addresses(found) == ["https://w.example/1"]


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "http://[broken", "file:///etc/passwd", "<https://w.example/1>"]
)
def test_an_address_in_an_archive_is_not_trusted(tmp_path: Path, address: str) -> None:
    for each in read(saved(tmp_path, response(address, ONE))):
        if isinstance(each, Document):
            assert each.address.startswith(("https://w.example/1", "file:///", "http://[broken"))
            assert "passwd" not in each.address


@pytest.mark.parametrize("field", ["Content-Length: 10", "WARC-Target-URI", "WARC-Type"])
def test_a_record_with_a_wrong_or_missing_field_does_not_take_the_others_with_it(tmp_path: Path, field: str) -> None:
    first = response("https://w.example/1", ONE).decode()
    line = next(line for line in first.split("\r\n") if line.startswith(field.partition(":")[0]))
    broken = first.replace(line, field if ":" in field else "X-Nothing: here", 1).encode()
    assert "https://w.example/2" in addresses(read(saved(tmp_path, broken + response("https://w.example/2", TWO))))


# --- digests ---


def base32(body: bytes) -> str:
    return f"sha1:{b32encode(sha1(body).digest()).decode()}"


def answer(body: bytes, *, payload: str = "", block: str = "", head: str = "", **fields: str) -> bytes:
    """A captured answer with the digests that are given; `block` may name an algorithm: it is made of the block."""
    http = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{head}\r\n".encode() + body
    if block in {"sha1", "sha256", "md5"}:
        block = f"{block}:{hashlib.new(block, http).hexdigest()}"
    more = {"warc_payload_digest": payload} if payload else {}
    more |= {"warc_block_digest": block} if block else {}
    return record("response", "https://w.example/1", http, **more, **fields)


def flipped(data: bytes) -> bytes:
    """The record with one letter of its page changed: no length differs."""
    assert data.count(b"Nobody") > 1
    return data.replace(b"Nobody", b"nobody", 1)


@pytest.mark.parametrize("form", ["plain", "packed", "one stream"])
@pytest.mark.parametrize(
    "first",
    [
        answer(ONE, payload=base32(ONE)),
        answer(ONE, payload=digest(ONE)),
        answer(ONE, payload=f"SHA-256:{hashlib.sha256(ONE).hexdigest()}"),
        answer(ONE, block="sha1"),
        answer(ONE, block="sha256", payload=base32(ONE)),
        record("resource", "https://w.example/1", ONE, content_type="text/html", warc_payload_digest=base32(ONE)),
    ],
)
def test_a_page_that_is_not_what_its_digest_was_made_of_is_told_and_the_others_are_read(
    tmp_path: Path, first: bytes, form: str
) -> None:
    second = response("https://w.example/2", TWO)
    for each, wrong in ((first, False), (flipped(first), True)):
        parts = [INFO, each, second]
        data = {"plain": b"".join(parts), "packed": packed(parts), "one stream": gzip.compress(b"".join(parts))}[form]
        found = read(saved(tmp_path, data, "crawl"))
        told = [one.reason for one in found if isinstance(one, Failure)]
        assert addresses(found) == (
            ["https://w.example/2"] if wrong else ["https://w.example/1", "https://w.example/2"]
        )
        assert ["digest" in reason and "https://w.example/1" in reason for reason in told] == [True] * wrong


@pytest.mark.parametrize(
    "data",
    [
        answer(chunked(ONE), payload=base32(ONE), head="Transfer-Encoding: chunked\r\n"),
        answer(chunked(ONE), payload=base32(chunked(ONE)), head="Transfer-Encoding: chunked\r\n"),
        answer(gzip.compress(ONE), payload=base32(ONE), head="Content-Encoding: gzip\r\n"),
        answer(gzip.compress(ONE), payload=base32(gzip.compress(ONE)), head="Content-Encoding: gzip\r\n"),
        answer(ONE, payload=base32(TWO), block="sha1"),  # the block is whole: the program counted the payload otherwise
        answer(ONE, payload=base32(ONE), block=base32(TWO)),
        answer(ONE, payload=base32(TWO), warc_truncated="length"),
        answer(ONE, payload=base32(TWO), warc_segment_number="1"),
    ],
)
def test_every_way_that_programs_make_a_digest_will_do(tmp_path: Path, data: bytes) -> None:
    (found,) = documents(saved(tmp_path, data))
    assert found.address == "https://w.example/1"


@pytest.mark.parametrize(
    "field",
    ["sha1:", "sha1", ":", "sha1:zzz", "crc32:1", "../../etc:passwd", "sha1:" + "=" * 150, "shake_128:00", "\x00:\xff"],
)
def test_what_is_no_digest_is_not_checked(tmp_path: Path, field: str) -> None:
    (found,) = documents(saved(tmp_path, answer(ONE, payload=field, block=field)))
    assert found.address == "https://w.example/1"


def test_a_damaged_picture_is_left_out_like_any_other(tmp_path: Path) -> None:
    picture = record(
        "resource", "https://w.example/a.png", b"\x89PNG", content_type="image/png", warc_payload_digest=digest(b"x")
    )
    found = documents(saved(tmp_path, picture + response("https://w.example/2", TWO)))
    assert addresses(found) == ["https://w.example/2"]


def test_a_page_found_again_is_not_taken_from_a_damaged_record(tmp_path: Path) -> None:
    data = flipped(response("https://w.example/1", ONE)) + revisit("https://w.example/2", "https://w.example/1", ONE)
    found = read(saved(tmp_path, data))
    assert addresses(found) == []
    assert len(found) == 2
