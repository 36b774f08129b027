"""Tape archives, friendly and hostile, read through the door `load`."""

import bz2
import gzip
import io
import json
import lzma
import os
import subprocess
import tarfile
import tracemalloc
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.records import Document, Failure
from ingest.load import load
from ingest.sources import progress
from ingest.sources.progress import Place
from tests.ingest.archives import WORDS, documents, page, read, record, zipped
from tests.ingest.pdfs import pdf

LONG = "a-folder-with-a-long-name/" * 12 + "page-é.txt"


def taped(parts: Mapping[str, bytes | str | tarfile.TarInfo], form: int = tarfile.PAX_FORMAT) -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w", format=form) as archive:
        for name, content in parts.items():
            if isinstance(content, tarfile.TarInfo):
                archive.addfile(content)
                continue
            body = content.encode() if isinstance(content, str) else content
            info = tarfile.TarInfo(name)
            info.size = len(body)
            archive.addfile(info, io.BytesIO(body))
    return data.getvalue()


def special(name: str, kind: bytes, to: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, to
    return info


def saved(tmp_path: Path, data: bytes, name: str = "a.tar") -> Path:
    file = tmp_path / name
    file.write_bytes(data)
    return file


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize(
    ("pack", "name"),
    [
        (bytes, "a.tar"),
        (bytes, "unnamed"),
        (gzip.compress, "a.tar.gz"),
        (gzip.compress, "a.tgz"),
        (bz2.compress, "a.tar.bz2"),
        (lzma.compress, "a.txz"),
    ],
)
def test_the_parts_of_a_tape_are_read_by_their_own_readers_and_say_where_they_lie(
    tmp_path: Path, form: int, pack: Callable[[bytes], bytes], name: str
) -> None:
    parts: dict[str, bytes | str | tarfile.TarInfo] = {
        "paper.pdf": pdf([["A paper about pictures of faces that were taken without asking anybody."]]),
        "pages/one.html": page("One"),
        "inner.zip": zipped({"notes.txt": WORDS}),
        "rows.jsonl": json.dumps({"text": WORDS}) + "\n",
    }
    file = saved(tmp_path, pack(taped(parts, form)), name)
    uri = file.resolve().as_uri()
    assert [each.address.removeprefix(uri) for each in documents(file)] == [
        "!/paper.pdf",
        "!/pages/one.html",
        "!/inner.zip!/notes.txt",
        "!/rows.jsonl#1",
    ]


@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_a_long_name_is_kept(tmp_path: Path, form: int) -> None:
    (found,) = documents(saved(tmp_path, taped({LONG: WORDS}, form)))
    assert found.address.endswith("page-%C3%A9.txt")
    assert found.address.count("a-folder-with-a-long-name") == 12


def test_a_tape_of_the_usual_program_is_read(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(WORDS)
    (tmp_path / "in" / "b.html").write_bytes(page("B"))
    try:
        subprocess.run(["tar", "-czf", "out.tar.gz", "in"], cwd=tmp_path, check=True)
    except FileNotFoundError:
        pytest.skip("tar is not installed")
    assert len(documents(tmp_path / "out.tar.gz")) == 2


def test_a_large_part_is_a_stream(tmp_path: Path) -> None:
    rows = "".join(json.dumps({"text": f"{WORDS} Case {n}."}) + "\n" for n in range(8_000))
    file = saved(tmp_path, gzip.compress(taped({"a.txt": WORDS, "rows.jsonl": rows, "b.txt": WORDS}), 1), "a.tgz")
    assert len(rows) > 1_500_000
    found = documents(file)
    assert len(found) == 8_002
    assert found[-1].address.endswith("!/b.txt")
    assert found[-2].text.endswith("Case 7999.")


def test_reading_goes_on_where_it_stopped(tmp_path: Path) -> None:
    rows = "".join(json.dumps({"text": f"{WORDS} Case {n}."}) + "\n" for n in range(20))
    file = saved(tmp_path, taped({"a.txt": WORDS, LONG: WORDS, "rows.jsonl": rows, "b.txt": WORDS}))
    whole = [each.address for each in documents(file)]
    for stop in (1, 2, 5, 22):
        place = Place()
        reading = load(str(file), place=place)
        first = [next(reading) for _ in range(stop)]
        again = Place()
        again.begin(place.position())
        rest = list(load(str(file), place=again))
        got = [each.address for each in (*first, *rest) if isinstance(each, Document)]
        assert list(dict.fromkeys(got)) == whole
        assert len(got) - len(whole) <= 1


# --- hostile ---


def test_a_name_on_a_tape_is_never_a_path(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    names = ["../outside.txt", "/etc/outside.txt", "C:\\outside.txt", "a/../../b\n\x1b[31m.txt", "..", "a\0b"]
    found = documents(saved(inside, taped(dict.fromkeys(names, WORDS))))
    assert len(found) == 6
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["a.tar"]
    for each in found:
        assert "/../" not in each.address
        assert each.address.isprintable()


def test_links_and_devices_are_counted_and_never_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("Secret words that must stay where they are. " * 5)
    parts: dict[str, bytes | str | tarfile.TarInfo] = {
        "1": special("link.txt", tarfile.SYMTYPE, str(tmp_path / "secret.txt")),
        "2": special("hard.txt", tarfile.LNKTYPE, "../secret.txt"),
        "3": special("pipe", tarfile.FIFOTYPE),
        "4": special("zero", tarfile.CHRTYPE),
        "5": special("disk", tarfile.BLKTYPE),
        "6": special("folder", tarfile.DIRTYPE),
        ".hidden": WORDS,
        "style.css": "p {}",
        "link.txt/inside.txt": WORDS,
    }
    place = Place()
    found = list(load(str(saved(tmp_path, taped(parts))), place=place))
    assert [each.text for each in found if isinstance(each, Document)] == [WORDS.strip()]
    assert len(found) == 1
    assert +place.left_out == {"links and devices": 5, "hidden files": 1, "pictures, styles and scripts": 1}


def test_a_sparse_part_is_told_and_never_blown_up(tmp_path: Path) -> None:
    data = bytearray(taped({"a.txt": WORDS, "b.txt": WORDS}, tarfile.GNU_FORMAT))
    data[156:157] = tarfile.GNUTYPE_SPARSE
    data[148:156] = b"%06o\0 " % sum(data[:148] + b" " * 8 + data[156:512])
    told, whole = read(saved(tmp_path, bytes(data)))
    assert isinstance(told, Failure)
    assert "a.txt" in told.reason
    assert isinstance(whole, Document)
    info = tarfile.TarInfo("c.txt")
    info.pax_headers = {"GNU.sparse.realsize": "99999999999", "GNU.sparse.map": "0,1"}
    (told,) = read(saved(tmp_path, taped({"c": info}), "c.tar"))
    assert isinstance(told, Failure)


def header(name: bytes = b"a.txt", size: bytes = b"00000000010\0", kind: bytes = b"0") -> bytes:
    block = bytearray(512)
    block[: len(name)], block[124:136], block[156:157], block[257:265] = name, size, kind, b"ustar\x0000"
    block[148:156] = b"%06o\0 " % sum(block[:148] + b" " * 8 + block[156:])
    return bytes(block)


HUGE = b"\x80" + (1 << 62).to_bytes(11, "big")
FIRST = taped({"first.txt": WORDS})[:1024]


@pytest.mark.parametrize(
    "data",
    [
        FIRST + header(size=HUGE) + b"x" * 600,
        FIRST + header(size=b"\xff" * 12) + b"x" * 600,  # less than nothing
        FIRST + header(size=b"77777777777\0"),
        FIRST + header(kind=b"x", size=HUGE) + b"x" * 600,
        FIRST + header(kind=b"L", size=b"77777777777\0") + b"x" * 600,
        FIRST + header(kind=b"x", size=b"00007640000\0") + b"9" * 2_048_000 + header(),
        FIRST + b"\xff" * 512,
        FIRST + header()[:300],
        FIRST + header() + b"x",
    ],
)
def test_a_tape_that_is_damaged_or_lies_is_told_and_what_came_before_is_read(tmp_path: Path, data: bytes) -> None:
    tracemalloc.start()
    found = read(saved(tmp_path, data))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [type(each) for each in found] == [Document, Failure]
    assert isinstance(found[1], Failure)
    assert "damaged at byte 1024" in found[1].reason
    assert peak < 30_000_000


@pytest.mark.parametrize(
    "fields",
    [b"9999999 path=x\n", b"0 path=x\n", b"11 path=../b\n", b"path", b"12 size=-99\n", b"12 size=abc\n", b"\xff" * 20],
)
def test_hostile_further_fields_do_no_harm(tmp_path: Path, fields: bytes) -> None:
    more = header(kind=b"x", size=b"%011o\0" % len(fields)) + fields.ljust(512, b"\0")
    found = read(saved(tmp_path, more + FIRST + bytes(1024)))
    assert [type(each) for each in found] == [Document]


@pytest.mark.parametrize("data", [bytes(10_240), bytes(512), header(kind=b"5", size=b"00000000000\0") + bytes(1024)])
def test_a_tape_without_files_is_told(tmp_path: Path, data: bytes) -> None:
    (found,) = read(saved(tmp_path, data))
    assert isinstance(found, Failure)


def test_a_bomb_in_a_packed_tape_runs_into_the_allowance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "FREE", 3_000_000)
    monkeypatch.setattr(progress, "RATIO", 20)
    (found,) = read(saved(tmp_path, gzip.compress(taped({"a.txt": b"a b " * 5_000_000})), "a.tgz"))
    assert isinstance(found, Failure)
    assert "unpacks to more than" in found.reason


def test_what_is_laid_down_on_the_disk_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.sources.archive.NESTED", 2_000_000)
    words = os.urandom(1_500_000).hex().encode()
    (found,) = read(saved(tmp_path, gzip.compress(taped({"a.txt": words}), 1), "a.tgz"))
    assert isinstance(found, Failure)
    assert "more than 2 MB" in found.reason


def test_parts_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.load.allowance_for", lambda size: progress.Allowance(members=5))
    found = read(saved(tmp_path, taped({f"{n}.txt": WORDS for n in range(9)})))
    assert [type(each) for each in found] == [Document] * 5 + [Failure]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 4_000), st.integers(0, 255)), min_size=1, max_size=8), st.integers(0, 5_000))
def test_a_mutated_tape_gives_documents_or_failures(tmp_path: Path, flips: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(taped({"a.txt": WORDS, LONG: WORDS, "b.txt": WORDS}))
    for place, value in flips:
        data[place] = value
    found = read(saved(tmp_path, bytes(data[: len(data) - cut])))
    assert all(isinstance(each, Document | Failure) for each in found)


def test_a_web_archive_on_a_tape_is_read(tmp_path: Path) -> None:
    body = record("resource", "https://w.example/1", page("One"), content_type="text/html")
    (found,) = documents(saved(tmp_path, gzip.compress(taped({"crawl.warc.gz": gzip.compress(body)})), "a.tar.gz"))
    assert found.address == "https://w.example/1"
