"""Small files that are made to keep a reader busy while it only asks what they are."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from graph.records import Failure
from ingest.load import load
from ingest.sources import READERS, Raw

ROOT = Path(__file__).resolve().parents[2]

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


WARCS = {
    "headers in headers": b"WARC/1.0\r\n" * 20_000,
    "empty records": b"WARC/1.0\r\n\r\n" * 20_000,
    "lengths that are none": b"WARC/1.0\r\nContent-Length: many\r\n\r\nwords\r\n\r\n" * 5_000,
    "a header without end": b"WARC/1.0\r\n" + b"A: b\r\n" * 200_000,
    "a line without end": b"WARC/1.0\r\nA: " + b"b" * 3_000_000,
}


@pytest.mark.parametrize("name", WARCS)
def test_a_web_archive_that_is_damaged_everywhere_is_given_up(name: str, tmp_path: Path) -> None:
    file = tmp_path / "a.warc"
    file.write_bytes(WARCS[name])
    start = time.perf_counter()
    found = list(load(str(file)))
    assert time.perf_counter() - start < 15
    assert found
    assert len(found) <= 1_001
    assert all(isinstance(each, Failure) and each.hint for each in found)


def test_a_library_writes_no_word_of_a_document_to_the_terminal(tmp_path: Path) -> None:
    head = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.org/a \x1b[31mred\r\n"
    (tmp_path / "a.warc").write_bytes(head + b"Content-Length: 3\r\n\r\nabc\r\n\r\n")
    code = f"from ingest.load import load; found = list(load({str(tmp_path / 'a.warc')!r}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, timeout=60, check=True)
    assert done.stderr == b""
    assert done.stdout == b""
