"""ZIP and packed files, friendly and hostile, read through the door `load`."""

import bz2
import gzip
import io
import json
import lzma
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from graph.records import Document, Failure
from ingest.load import load
from ingest.sources import progress
from ingest.sources.progress import Place
from tests.ingest.archives import WORDS, documents, packed, page, read, record, response, zipped


def saved(tmp_path: Path, data: bytes, name: str = "a.zip") -> Path:
    file = tmp_path / name
    file.write_bytes(data)
    return file


def test_the_parts_of_a_zip_are_read_by_their_own_readers_and_say_where_they_lie(tmp_path: Path) -> None:
    inner = zipped({"notes.txt": WORDS, "rows.jsonl": json.dumps({"text": WORDS}) + "\n"})
    file = saved(tmp_path, zipped({"pages/one.html": page("One"), "inner.zip": inner, "two words.txt": WORDS}))
    uri = file.resolve().as_uri()
    found = documents(file)
    assert [each.address.removeprefix(uri) for each in found] == [
        "!/pages/one.html",
        "!/inner.zip!/notes.txt",
        "!/inner.zip!/rows.jsonl#1",
        "!/two%20words.txt",
    ]
    assert found[1].reader == "plain, in inner.zip; in a.zip"


def test_a_name_in_a_zip_is_never_a_path(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    names = ["../outside.txt", "/etc/outside.txt", "C:\\outside.txt", "a/../../b\n\x1b[31m.txt"]
    file = saved(inside, zipped(dict.fromkeys(names, WORDS)))
    found = documents(file)
    assert len(found) == 4
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["a.zip"]
    for each in found:
        assert "/../" not in each.address
        assert each.address.isprintable()


def test_what_nobody_reads_in_a_zip_is_counted_and_not_told_as_a_failure(tmp_path: Path) -> None:
    parts = {
        "p.html": page("One"),
        "p_files/a.png": b"\x89PNG",
        "p_files/s.css": "p {}",
        "__MACOSX/x": b"x",
        ".DS_Store": b"x",
    }
    place = Place()
    found = list(load(str(saved(tmp_path, zipped(parts))), place=place))
    assert [type(each) for each in found] == [Document]
    assert +place.left_out == {"pictures, styles and scripts": 2, "hidden files": 2}


@pytest.mark.parametrize(
    ("parts", "word"),
    [
        ({"[Content_Types].xml": "<x/>", "word/document.xml": "<w/>"}, "Office"),
        ({"mimetype": "application/epub+zip", "a.xhtml": "x"}, "e-book"),
    ],
)
def test_a_document_that_is_a_zip_by_accident_is_told_with_what_to_do(
    tmp_path: Path, parts: dict[str, bytes | str], word: str
) -> None:
    (found,) = read(saved(tmp_path, zipped(parts), "report.docx"))
    assert isinstance(found, Failure)
    assert word in found.reason
    assert "PDF" in found.hint


@pytest.mark.parametrize(("pack", "end"), [(gzip.compress, "gz"), (bz2.compress, "bz2"), (lzma.compress, "xz")])
def test_a_packed_file_is_read_as_what_is_in_it(tmp_path: Path, pack: Callable[[bytes], bytes], end: str) -> None:
    lines = "".join(json.dumps({"text": WORDS, "n": n}) + "\n" for n in range(3)).encode()
    file = saved(tmp_path, pack(lines), f"rows.jsonl.{end}")
    assert [each.address for each in documents(file)] == [f"{file.resolve().as_uri()}#{n}" for n in (1, 2, 3)]
    (found,) = documents(saved(tmp_path, pack(page("One")), f"page.html.{end}"))
    assert found.kind == "web"


def test_a_packed_file_of_several_members_is_read_to_its_end(tmp_path: Path) -> None:
    row = json.dumps({"text": WORDS}).encode() + b"\n"
    assert len(documents(saved(tmp_path, gzip.compress(row) + gzip.compress(row), "rows.jsonl.gz"))) == 2


# --- hostile ---


def test_archives_within_archives_are_read_to_a_fixed_depth(tmp_path: Path) -> None:
    data: bytes | str = WORDS
    for level in range(12):
        data = zipped({"a.zip" if level else "a.txt": data, f"words-{level}.txt": WORDS})
    found = read(saved(tmp_path, data if isinstance(data, bytes) else b""))
    assert 4 <= sum(isinstance(each, Document) for each in found) <= 6
    (told,) = (each for each in found if isinstance(each, Failure))
    assert "archives" in told.reason


def test_a_bomb_of_one_part_is_refused_by_what_it_says_of_itself(tmp_path: Path) -> None:
    file = saved(tmp_path, zipped({"zeros.txt": b"\0" * 150_000_000, "words.txt": WORDS}))
    bomb, words = read(file)
    assert isinstance(bomb, Failure)
    assert "bomb" in bomb.hint
    assert isinstance(words, Document)


def test_bombs_that_lie_about_their_size_or_are_many_run_into_the_allowance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "FREE", 3_000_000)
    monkeypatch.setattr(progress, "RATIO", 20)
    parts: dict[str, bytes | str] = {f"{n}.txt": b"a b " * 200_000 for n in range(100)}
    found = read(saved(tmp_path, zipped(parts)))
    assert len(found) < 15
    assert isinstance(found[-1], Failure)
    assert "unpacks to more than" in found[-1].reason
    lying = bytearray(zipped({"a.txt": b"a b " * 2_000_000}))
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<L", lying, lying.index(mark) + place, 1_000)
    (told,) = read(saved(tmp_path, bytes(lying), "lying.zip"))
    assert isinstance(told, Failure)


def test_a_bomb_in_gzip_ends_in_little_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "FREE", 3_000_000)
    data = gzip.compress(b"a b c\n" * 20_000_000)
    tracemalloc.start()
    start = time.monotonic()
    found = read(saved(tmp_path, gzip.compress(data), "a.txt.gz"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert all(isinstance(each, Failure) for each in found)
    assert peak < 150_000_000
    assert time.monotonic() - start < 60


def test_parts_are_counted_over_all_levels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.load.allowance_for", lambda size: progress.Allowance(members=20))
    inner = zipped({f"{n}.txt": WORDS for n in range(15)})
    found = read(saved(tmp_path, zipped({"a.zip": inner, "b.zip": inner, "c.txt": WORDS})))
    assert sum(isinstance(each, Document) for each in found) == 18
    assert isinstance(found[-1], Failure)
    assert "parts" in found[-1].reason


def test_a_list_of_parts_that_would_fill_the_memory_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.sources.archive._DIRECTORY", 1_000)
    (found,) = read(saved(tmp_path, zipped({f"{n}.txt": "x" for n in range(100)})))
    assert isinstance(found, Failure)
    assert "more parts" in found.reason


@pytest.mark.parametrize("cut", [10, 200, 2_000])
def test_a_zip_that_is_cut_off_is_one_failure(tmp_path: Path, cut: int) -> None:
    data = zipped({"a.html": page("One"), "b.html": page("Two")}, zipfile.ZIP_STORED)
    (found,) = read(saved(tmp_path, data[:-cut]))
    assert isinstance(found, Failure)
    assert found.hint


def test_a_damaged_part_does_not_take_the_others_with_it(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.txt": WORDS, "b.txt": WORDS + "More."}))
    data[60:70] = b"\xff" * 10
    found = read(saved(tmp_path, bytes(data)))
    assert [type(each) for each in found] == [Failure, Document]


def test_an_encrypted_part_is_told(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.txt": WORDS}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    (found,) = read(saved(tmp_path, bytes(data)))
    assert isinstance(found, Failure)
    assert "encrypted" in found.reason


def test_a_zip_within_a_zip_that_is_larger_than_memory_should_hold_is_laid_down(tmp_path: Path) -> None:
    noise = io.BytesIO()
    with zipfile.ZipFile(noise, "w") as archive:
        for number in range(30):
            archive.writestr(f"{number}.txt", "".join(f"{WORDS}Case {number}-{n}. " for n in range(400)))
    file = saved(tmp_path, zipped({"large.zip": noise.getvalue()}, zipfile.ZIP_STORED))
    assert len(documents(file)) == 30


# --- WACZ ---


def test_a_wacz_is_its_web_archives(tmp_path: Path) -> None:
    info = record("warcinfo", "", b"software: x\r\n", content_type="application/warc-fields")
    parts = {
        "datapackage.json": "{}",
        "archive/data.warc.gz": packed([info, response("https://w.example/1", page("One"))]),
        "archive/more.warc": info + response("https://w.example/2", page("Two")),
        "indexes/index.cdx.gz": gzip.compress(b"com,example)/ 2020"),
        "pages/pages.jsonl": '{"format": "json-pages-1.0"}\n{"url": "https://w.example/1", "text": "again"}\n',
    }
    found = documents(saved(tmp_path, zipped(parts, zipfile.ZIP_STORED), "site.wacz"))
    assert [each.address for each in found] == ["https://w.example/1", "https://w.example/2"]
    assert "in archive/more.warc at byte" in found[1].reader
    assert "in site.wacz" in found[1].reader
