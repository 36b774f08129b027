"""A document that hangs, crashes or exhausts its reader is one failure, and the next document is read."""

import os
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.errors import SourceError, UnsupportedSource
from graph.records import Document, Failure
from ingest import sources
from ingest.limits import APART, Limits, close_workers, read_apart, read_within
from ingest.load import load
from ingest.sources import READERS, Draft, Raw
from tests.ingest import bad_readers
from tests.ingest.pdfs import pdf

BAD = "tests.ingest.bad_readers"
SHORT = Limits(seconds=4.0, megabytes=600)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True, scope="module")
def _ended() -> Iterator[None]:
    yield
    close_workers()


def raw(words: str) -> Raw:
    return Raw(address=f"file:///{words}", name=words, data=words.encode())


def process_of(words: str = "read", limits: Limits = SHORT) -> int:
    (found,) = read_apart(BAD, raw(words), limits)
    assert isinstance(found, Draft)
    return int(found.parts[0].split()[1])


def test_a_document_is_read_in_another_process_which_is_used_again() -> None:
    first = process_of()
    assert first != os.getpid()
    assert {process_of() for _ in range(20)} == {first}


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("hang", "takes longer than 4 seconds"),
        ("crash", "crashes the program that reads it (SIGSEGV)"),
        ("leave", "exit code 3"),
        ("eat", "more than 600 MB of memory"),
        ("nest", "nested too deeply"),
        ("break", "LookupError: 'no such thing'"),
        ("refuse", "refused."),
    ],
)
def test_whatever_a_document_does_to_its_reader_is_told_and_the_next_one_is_read(words: str, reason: str) -> None:
    with pytest.raises(SourceError) as told:
        list(read_apart(BAD, raw(words), SHORT))
    assert reason.replace("'", "") in str(told.value).replace("'", "")
    assert told.value.hint
    assert process_of()


def test_a_document_of_no_use_stays_one_of_no_use() -> None:
    with pytest.raises(UnsupportedSource, match="of no use"):
        list(read_apart(BAD, raw("unsupported"), SHORT))


def test_a_hanging_reader_ends_with_the_limit_on_time() -> None:
    process_of()
    start = time.monotonic()
    with pytest.raises(SourceError):
        list(read_apart(BAD, raw("hang"), SHORT))
    assert time.monotonic() - start < 8


def test_the_time_counts_for_each_document_of_a_source() -> None:
    assert len(list(read_apart(BAD, raw("slow"), SHORT))) == 3  # 4.8 seconds in all


def test_a_library_that_prints_spoils_nothing() -> None:
    assert process_of("print")


def test_whoever_stops_in_the_middle_of_a_source_leaves_nothing_for_the_next() -> None:
    half = read_apart(BAD, raw("three"), SHORT)
    next(half)
    half.close()
    (found,) = read_apart(BAD, raw("read"), SHORT)
    assert isinstance(found, Draft)
    assert found.parts[0].startswith("read ")


def test_several_threads_read_at_once() -> None:
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(process_of("three-in-one"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4


def test_an_error_of_a_reader_in_this_process_is_that_document_s_failure() -> None:
    with pytest.raises(SourceError, match="LookupError"):
        list(read_within(bad_readers, raw("break")))


def test_every_reader_was_decided_on() -> None:
    here = {f"ingest.sources.{name}" for name in ("archive", "lines", "mail", "tar", "warc")}
    names = {str(getattr(reader, "__name__", "")) for reader in READERS}
    assert names <= APART | here, "read in a worker, or bounded by its own code? See ingest/limits.py"
    assert {f"{sources.__name__}.{name}" for name in dir(sources)} >= APART


def test_pages_and_papers_are_read_by_the_worker_and_by_the_door(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf([["Megvii used MS-Celeb-1M, the Financial Times said."]]))
    (tmp_path / "b.html").write_bytes(b"<html><body><article><p>" + b"Megvii used a dataset. " * 30 + b"</p></article>")
    found = list(load(str(tmp_path)))
    assert [type(each) for each in found] == [Document, Document], [f for f in found if isinstance(f, Failure)]


def test_no_worker_outlives_the_program(tmp_path: Path) -> None:
    code = f"""
        import os, signal, sys
        from ingest.limits import read_apart, Limits
        from ingest.sources import Raw
        raw = Raw(address="file:///a", name="a", data=b"read")
        (found,) = read_apart({BAD!r}, raw, Limits())
        print(found.parts[0].split()[1], flush=True)
        if sys.argv[1] == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
    """
    for way in ("ends", "killed"):
        command = [sys.executable, "-c", textwrap.dedent(code), way]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
        worker = int(done.stdout)
        for _ in range(100):
            if not _running(worker):
                break
            time.sleep(0.05)
        else:
            pytest.fail(f"the worker of a program that {way} runs on")


def _running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        try:
            os.kill(process, 0)
        except OSError:
            return False
        return not Path("/proc").is_dir()


def test_an_element_with_endless_attributes_is_refused_before_a_parser_compares_them_all(tmp_path: Path) -> None:
    attributes = b" ".join(b"a%d=1" % n for n in range(100_000))
    (tmp_path / "a.html").write_bytes(b"<html><body><p " + attributes + b">a</p></body></html>")
    (found,) = load(str(tmp_path / "a.html"))
    assert isinstance(found, Failure)
    assert "more than 5,000 attributes" in found.reason


def test_long_data_in_an_attribute_or_a_script_is_no_reason_to_refuse_a_page(tmp_path: Path) -> None:
    data = b"a word " * 20_000
    script = b"<script>if (a<b) { x = [" + b"1, " * 20_000 + b"] }</script>"
    words = b"<p>" + b"Megvii used a dataset of faces from the web. " * 30 + b"</p>"
    page = b"<html><body>" + script + b"<div data-state='" + data + b"'></div><article>" + words + b"</article></body>"
    (tmp_path / "a.html").write_bytes(page)
    (found,) = load(str(tmp_path / "a.html"))
    assert isinstance(found, Document)
    assert "Megvii used" in found.text
