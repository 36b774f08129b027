"""Small files that are made to keep a reader busy while it only asks what they are."""

import time

import pytest

from ingest.sources import READERS, Raw

PIECES = [
    *(b"<!---->", b"<!-- -->\n", b"<?a?>", b"<?xml ?>", b"<!DOCTYPE a>", b"<!DOCTYPE a []>", b"<!DOCTYPE a [", b"<?a "),
    *(
        b"<!--",
        b" ",
        b"\n",
        b"\r\n\t",
        b"<",
        b"<a:",
        b"a:",
        b"a: b\n",
        b"A: b\n c\n",
        b"From a 2019\n",
        b"{",
        b"[",
        b'{"a":',
    ),
    *(
        b"<!--><?",
        b"<html",
        b"<htm ",
        b"--> ",
        b"-",
        b"---\n",
        b"WARC/1.0\r\n",
        b"PK\x03\x04",
        b"\x1f\x8b\x08",
        b"%PDF-",
    ),
    *(
        b"http://",
        b"https:\\/\\/",
        b'"version":',
        b"\0",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"=?utf-8?q?",
        b"> ",
        b"\x80",
        b"a",
    ),
]
ENDS = [b"", b"x", b"<x", b"<htmx", b"<rs", b"\xff", b"\n\n"]


@pytest.mark.parametrize("piece", PIECES, ids=repr)
def test_asking_what_a_file_is_takes_no_time(piece: bytes) -> None:
    for times in (25, 400, 40_000):
        for end in ENDS:
            data = (piece * times)[:200_000] + end
            for reader in READERS:
                start = time.perf_counter()
                reader.matches(Raw(address="file:///a", name="a", data=data))
                assert time.perf_counter() - start < 1, f"{reader} takes long for {times} times {piece!r} and {end!r}"


@pytest.mark.parametrize(
    "lead", [b"", b"\xef\xbb\xbf", b"<?xml version='1.0'?>\n<!-- a -->\n<!-- <b> -->\n<!DOCTYPE x>\n"]
)
@pytest.mark.parametrize(
    ("root", "reader"),
    [
        (b"<html><p>", "web"),
        (b"<rss>", "feed"),
        (b"<a:feed >", "feed"),
        (b"<article>", "paper_xml"),
        (b"<TEI>", "paper_xml"),
    ],
)
def test_what_stands_before_the_root_does_not_hide_it(lead: bytes, root: bytes, reader: str) -> None:
    if reader == "web":
        lead = lead.replace(b"<!DOCTYPE x>", b"<!doctype html>")
    raw = Raw(address="file:///a", name="a", data=lead + root)
    found = next(each for each in READERS if each.matches(raw))
    assert getattr(found, "__name__", "") == f"ingest.sources.{reader}"
