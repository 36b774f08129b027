"""Large sources: reading goes on where it stopped, also after the process was killed, and stays small."""

import gzip
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from graph.records import Document, Failure
from ingest.checkpoints import SMALLEST, Checkpoints, survey
from ingest.following import Following
from ingest.load import load
from ingest.sources.progress import Place
from tests.ingest.archives import WORDS, mail, mailbox, packed, page, record, response, zipped

ROOT = Path(__file__).resolve().parents[2]
MANY = 12


def rows(count: int = MANY, start: int = 0) -> bytes:
    lines = (json.dumps({"text": f"{WORDS}Case {n}.", "url": f"https://a.example/{n}"}) for n in range(start, count))
    return "\n".join(lines).encode() + b"\n"


def records() -> list[bytes]:
    info = record("warcinfo", "", b"software: x\r\n", content_type="application/warc-fields")
    return [info, *(response(f"https://a.example/{n}", page(f"Page {n}")) for n in range(MANY))]


def mails() -> bytes:
    return mailbox([mail(f"Case {n}", f"{WORDS}Case {n}.", key=f"{n}@x") for n in range(MANY)])


SOURCES: dict[str, Callable[[], bytes]] = {
    "rows.jsonl": rows,
    "rows.jsonl.gz": lambda: gzip.compress(rows()),
    "crawl.warc": lambda: b"".join(records()),
    "crawl.warc.gz": lambda: packed(records()),
    "one.warc.gz": lambda: gzip.compress(b"".join(records())),
    "box.mbox": mails,
    "pages.zip": lambda: zipped({f"{n}.html": page(f"Page {n}") for n in range(MANY)}),
    "nested.zip": lambda: zipped({"a.txt": WORDS, "in.zip": zipped({"r.jsonl": rows()}), "b.jsonl": rows(20, MANY)}),
    "site.wacz": lambda: zipped({"archive/d.warc.gz": packed(records()), "datapackage.json": "{}"}),
}


def addresses(source: Path, place: Place | None = None) -> list[str]:
    return [each.address for each in load(str(source), place=place) if isinstance(each, Document)]


@pytest.mark.parametrize("name", [*SOURCES, "folder"])
def test_reading_goes_on_after_any_document_with_those_that_follow(tmp_path: Path, name: str) -> None:
    source = tmp_path / name
    if name == "folder":
        source.mkdir()
        for each in ("rows.jsonl", "crawl.warc.gz", "pages.zip"):
            (source / each).write_bytes(SOURCES[each]())
    else:
        source.write_bytes(SOURCES[name]())
    whole = addresses(source)
    assert len(whole) >= MANY
    place = Place()
    positions = [place.position() for each in load(str(source), place=place) if isinstance(each, Document)]
    for number in range(0, len(whole), 3):
        later = Place()
        later.begin(json.loads(json.dumps(positions[number])))
        rest = addresses(source, later)
        # A part of an archive that was being read is read once more: it may hold more than one document.
        assert rest in (whole[number + 1 :], whole[number:])


@pytest.mark.parametrize("name", SOURCES)
def test_what_was_read_grows_to_the_size_of_the_source(tmp_path: Path, name: str) -> None:
    source = tmp_path / name
    source.write_bytes(SOURCES[name]())
    place = Place(size=source.stat().st_size)
    read = [place.read() for _ in load(str(source), place=place)]
    assert read == sorted(read)
    assert 0 <= read[0] <= read[-1] <= place.size == place.read()


# --- checkpoints ---


@pytest.fixture
def large(tmp_path: Path) -> Path:
    file = tmp_path / "large.jsonl"
    file.write_bytes(rows(6_000))
    assert file.stat().st_size > SMALLEST
    return file


def test_a_checkpoint_is_never_ahead_of_what_is_recorded(tmp_path: Path, large: Path) -> None:
    kept = Checkpoints(tmp_path / "home", "ledger")
    following = Following([str(large)], kept)
    place, _ = following.begin(str(large))
    looked = survey(str(large))
    assert looked is not None
    found = load(str(large), place=place)
    for _ in range(5):
        next(found)
        following.waits()
    following.passed()  # what needs no recording waits for what was read before it
    assert kept.find(looked) == ()
    for number in range(1, 5):
        following.recorded()
        assert kept.find(looked)[-1][1] == number
    following.recorded()
    assert kept.find(looked) == place.position()
    following.end()
    assert kept.find(looked) == ()


def test_a_checkpoint_holds_for_one_ledger_and_an_unchanged_source(tmp_path: Path, large: Path) -> None:
    kept = Checkpoints(tmp_path, "ledger")
    before = survey(str(large))
    assert before is not None
    kept.keep(before, ((0, 0), (10, 1)))
    assert kept.find(before) == ((0, 0), (10, 1))
    assert Checkpoints(tmp_path, "another").find(before) == ()
    assert Checkpoints(tmp_path, "ledger", "again").find(before) == ()
    with large.open("ab") as stream:
        stream.write(rows(1))
    after = survey(str(large))
    assert after is not None
    assert kept.find(after) == ()


@pytest.mark.parametrize(
    "damage", ["", "{", "[]", '{"identity": 1}', '{"identity": "IDENTITY", "position": [["x", 1]]}']
)
def test_a_damaged_checkpoint_is_none(tmp_path: Path, large: Path, damage: str) -> None:
    kept, looked = Checkpoints(tmp_path, "ledger"), survey(str(large))
    assert looked is not None
    kept.keep(looked, ((0, 0),))
    (file,) = (tmp_path / "reading").iterdir()
    file.write_text(damage.replace("IDENTITY", looked.identity))
    assert kept.find(looked) == ()


def test_a_web_address_and_standard_input_have_no_checkpoint(tmp_path: Path) -> None:
    assert survey("https://a.example/feed") is survey("-") is survey(str(tmp_path / "gone")) is None


# --- the real command, really killed ---


def _started(home: Path, source: Path) -> "subprocess.Popen[str]":
    environment = {**os.environ, "SIGHTLINES_HOME": str(home), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "ingest.cli", "add", str(source)]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stderr=subprocess.PIPE, stdout=subprocess.PIPE
    )


def _recorded(home: Path) -> list[str]:
    file = home / "ledger.sqlite"
    if not file.exists():
        return []
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=30)
    try:
        return [row[0] for row in connection.execute("SELECT address FROM documents")]
    except sqlite3.OperationalError:  # its tables are just being made
        return []
    finally:
        connection.close()


@pytest.mark.slow
@pytest.mark.model
def test_after_kill_9_nothing_recorded_is_read_again_and_nothing_is_missed(tmp_path: Path) -> None:
    count, padding = 300, "x " * 2_000
    source, home = tmp_path / "large.jsonl", tmp_path / "home"
    lines = (
        json.dumps({"text": f"Firm {n} used MS-Celeb-1M.", "url": f"https://a.example/{n}", "note": padding})
        for n in range(count)
    )
    source.write_text("\n".join(lines) + "\n")
    process = _started(home, source)
    end = time.monotonic() + 300
    while len(_recorded(home)) < 40 and time.monotonic() < end:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    before = _recorded(home)
    assert 40 <= len(before) < count
    again = _started(home, source)
    answer, told = again.communicate(timeout=400)
    assert again.returncode == 0, told
    assert "Going on with" in told
    report = re.search(r"(\d+) new documents, (\d+) unchanged, 0 failed", answer)
    assert report, answer
    # At most those of the one transaction whose checkpoint was about to be written are looked at twice.
    assert int(report[2]) <= 32
    assert int(report[1]) + len(before) == count
    assert sorted(_recorded(home)) == sorted(f"https://a.example/{n}" for n in range(count))
    assert list((home / "reading").iterdir()) == []


# --- memory ---


def test_a_file_of_many_lines_is_read_in_little_memory(tmp_path: Path) -> None:
    source = tmp_path / "large.jsonl"
    line = json.dumps({"text": f"{WORDS}Case."}).encode() + b"\n"
    source.write_bytes(line * (30_000_000 // len(line)))
    script = (
        "import resource, sys, itertools\n"
        "from ingest.load import load\n"
        "n = sum(1 for _ in itertools.islice(load(sys.argv[1]), 200))\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "n = sum(1 for _ in itertools.islice(load(sys.argv[1]), 4000))\n"
        "print(n, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script, str(source)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    count, grown = map(int, answer.stdout.split())
    assert count == 4000
    assert grown < 10_000  # kB


def test_a_failure_in_the_middle_is_passed_and_not_read_again(tmp_path: Path) -> None:
    source = tmp_path / "rows.jsonl"
    source.write_bytes(rows(3) + b"{broken\n" + rows(6, 3))
    place = Place()
    positions = [(type(each), place.position()) for each in load(str(source), place=place)]
    assert [kind for kind, _ in positions] == [Document] * 3 + [Failure] + [Document] * 3
    later = Place()
    later.begin(positions[3][1])
    assert addresses(source, later) == [f"https://a.example/{n}" for n in (3, 4, 5)]
