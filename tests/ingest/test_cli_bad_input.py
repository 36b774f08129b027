"""Bad input through the real command line: one clear message with a hint, a note in the ledger, the rest goes on."""

import json
import os
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from graph.ledger import open_ledger
from graph.ledger.reading import document as read_document
from graph.ledger.reading import documents, sentences
from graph.records import Document
from ingest.cli import main
from ingest.load import load
from tests.ingest.pdfs import pdf
from tests.neo4j_server import Server

pytestmark = pytest.mark.model
GOOD = "Megvii used MS-Celeb-1M, according to the Financial Times.\n"
GERMAN = "Die Firma hat am Dienstag mitgeteilt, dass sie alle Bilder und die daraus gebauten Modelle löschen wird. " * 4


class Line:
    """The command line in an own home."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.env = {"SIGHTLINES_HOME": str(home)}

    def __call__(self, *words: str | Path, input: bytes | None = None, **env: str) -> Result:
        given = {f"SIGHTLINES_{name.upper()}": value for name, value in env.items()}
        result = CliRunner().invoke(main, [str(word) for word in words], env={**self.env, **given}, input=input)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert "Traceback" not in result.stderr
        return result

    def failures(self) -> list[dict[str, str]]:
        return list(json.loads(self("failures", "--json").stdout))

    def documents(self) -> list[dict[str, str]]:
        return list(json.loads(self("documents", "--json").stdout))


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Line:
    for name in ("LEDGER_URL", "STORE_URL", "STORE_PASSWORD", "LANGUAGE"):
        monkeypatch.delenv(f"SIGHTLINES_{name}", raising=False)
    return Line(tmp_path / "home")


@pytest.fixture
def good(tmp_path: Path) -> Path:
    file = tmp_path / "good.txt"
    file.write_text(GOOD)
    return file


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Line:
    """A home with one document; the graph is left as it was by every test."""
    folder = tmp_path_factory.mktemp("filled")
    (folder / "good.txt").write_text(GOOD)
    made = Line(folder / "home")
    assert made("add", folder / "good.txt").exit_code == 0
    return made


BAD: dict[str, tuple[str, bytes, str, str]] = {
    # name: file, bytes, words of the message, words of the hint
    "an empty file": ("empty.txt", b"", "no text", "empty"),
    "a file of blanks": ("blank.txt", b" \n\t \n", "no text", "empty"),
    "an empty page": ("empty.html", b"<!doctype html><html><body></body></html>", "no article text", "JavaScript"),
    "a broken PDF": ("broken.pdf", pdf([["Words."]])[:200], "broken PDF", "again"),
    "a PDF that is none": ("fake.pdf", b"no PDF at all", "broken PDF", "again"),
    "an encrypted PDF": ("locked.pdf", pdf([["Words."]], password="secret"), "encrypted PDF", "without a password"),
    "a scanned PDF": ("scan.pdf", pdf([[]], blank=True), "PDF without text", "text recognition"),
    "binary garbage": ("noise.bin", bytes(range(256)) * 64, "binary data", "Sightlines reads"),
    "a picture named as text": ("photo.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(500), "binary data", "reads"),
    "broken bytes": ("cut.txt", "Café Müller".encode() + b"\xff and so on", "broken bytes", "UTF-8"),
    "another language": ("de.txt", GERMAN.encode(), "'de'", "'en'"),
    "a bad line": ("feed.jsonl", b'{"text": ""}\n', "line 1", "Each line"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_can_not_be_read_is_told_noted_and_does_not_stop_the_batch(
    line: Line, tmp_path: Path, good: Path, name: str
) -> None:
    file, data, message, hint = BAD[name]
    bad = tmp_path / file
    bad.write_bytes(data)
    result = line("add", bad, good)
    assert result.exit_code == 1
    told = [row for row in result.stderr.splitlines() if row.startswith("Failed: ")]
    hints = [row for row in result.stderr.splitlines() if row.startswith("Hint: ")]
    assert len(told) == len(hints) == 1
    assert file in told[0]
    assert message in told[0]
    assert hint in hints[0]
    (noted,) = line.failures()
    assert file in noted["source"]
    assert noted["stage"] == "load"
    assert message in noted["reason"]
    assert hint in noted["hint"]
    assert [row["address"] for row in line.documents()] == [good.resolve().as_uri()]


def test_a_missing_file_and_an_unreachable_address_do_not_stop_the_batch(
    line: Line, tmp_path: Path, good: Path
) -> None:
    result = line("add", tmp_path / "nowhere.txt", "http://127.0.0.1:9/page", "ftp://example.org/a", good)
    assert result.exit_code == 1
    assert "There is no file" in result.stderr
    assert len(line.failures()) == 3
    assert len(line.documents()) == 1


def test_a_failure_is_over_when_the_file_is_mended(line: Line, tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_bytes(b"")
    assert line("add", file).exit_code == 1
    file.write_text(GOOD)
    assert line("add", file).exit_code == 0
    assert line.failures() == []


def test_an_unreadable_folder_is_told(line: Line, tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir()
    (folder / "a.txt").write_text(GOOD)
    for parent in (tmp_path, *tmp_path.parents):  # as another user: root reads everything
        if parent.stat().st_uid == os.getuid() and str(parent).startswith("/tmp/pytest"):
            parent.chmod(0o755)
    folder.chmod(0)
    try:
        if os.geteuid() == 0:
            os.seteuid(65534)
        (found,) = load(str(folder))
    finally:
        if os.getuid() == 0:
            os.seteuid(0)
        folder.chmod(0o755)
    assert "can't be read" in getattr(found, "reason", "")
    assert "permissions" in getattr(found, "hint", "")


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1", "cp1252"])
def test_text_in_another_encoding_is_read_right(line: Line, tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "words.txt"
    file.write_bytes("Megvii used MS-Celeb-1M, the café owner said in Zürich.".encode(encoding))
    assert line("add", file).exit_code == 0
    assert line.documents()[0]["headline"] == "Megvii used MS-Celeb-1M, the café owner said in Zürich."


def test_standard_input_is_a_document(line: Line) -> None:
    assert line("add", "-", input=GOOD.encode()).exit_code == 0
    assert line.documents()[0]["address"].startswith("stdin:")
    assert line("add", "-", input=b"").exit_code == 1


def test_a_control_character_in_a_file_name_does_not_reach_the_terminal(line: Line, tmp_path: Path) -> None:
    result = line("add", tmp_path / "\x1b[2Jgone.txt")
    assert result.exit_code == 1
    assert "\x1b" not in result.output


def test_a_json_report_lists_the_failures(line: Line, tmp_path: Path, good: Path) -> None:
    result = line("add", tmp_path / "nowhere.txt", good, "--json")
    report = json.loads(result.stdout)
    assert (report["new"], report["interrupted"], len(report["failures"])) == (1, False, 1)
    assert set(report["failures"][0]) == {"source", "stage", "reason", "hint"}


# --- settings and stores ---


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("store_url", "mysql://localhost", "Unknown store URL"),
        ("store_url", "nonsense", "Unknown store URL"),
        ("store_url", "bolt://user:secret@127.0.0.1:1", "carries no login"),
        ("store_url", "kglite:", "names no file"),
        ("max_rows", "many", "SIGHTLINES_MAX_ROWS"),
        ("timeout", "-1", "SIGHTLINES_TIMEOUT"),
    ],
)
def test_a_wrong_setting_is_wrong_use(filled: Line, setting: str, value: str, words: str) -> None:
    result = filled("stats", **{setting: value})
    assert result.exit_code == 2
    assert words in result.stderr
    assert "Hint: " in result.stderr
    assert "secret" not in result.output


@pytest.mark.parametrize("url", ["nonsense", "oracle9:///x", "sqlite:////proc/nowhere/ledger.sqlite"])
def test_a_wrong_ledger_url_is_told(filled: Line, url: str) -> None:
    result = filled("documents", ledger_url=url)
    assert result.exit_code == 1
    assert "Hint: " in result.stderr


def test_a_server_that_is_down_is_told(filled: Line) -> None:
    result = filled("stats", store_url="bolt://127.0.0.1:1")
    assert result.exit_code == 1
    assert "can't be reached" in result.stderr
    assert "SIGHTLINES_STORE_URL" in result.stderr


@pytest.mark.neo4j
@pytest.mark.parametrize("password", ["wrong-battery-staple", ""])
def test_a_wrong_password_is_told_and_not_repeated(filled: Line, neo4j_with_login: Server, password: str) -> None:
    result = filled("stats", store_url=neo4j_with_login.url, store_password=password)
    assert result.exit_code == 1
    assert "refuses the login" in result.stderr
    assert "SIGHTLINES_STORE_PASSWORD" in result.stderr
    assert not password or password not in result.output
    assert filled("stats", store_url=neo4j_with_login.url, store_password=neo4j_with_login.password).exit_code == 0


@pytest.mark.parametrize("damage", [b"", b"no graph", bytes(4096)])
def test_a_damaged_graph_file_is_told_and_rebuild_mends_it(filled: Line, tmp_path: Path, damage: bytes) -> None:
    before = filled("stats", "--json").stdout
    graph = filled.home / "graph.kgl"
    whole = graph.read_bytes()
    graph.write_bytes(damage or whole[: len(whole) // 2])
    file = tmp_path / "more.txt"
    file.write_text("More words.")
    for words in (("stats",), ("add", file), ("trail", "Megvii", "MS-Celeb-1M")):
        result = filled(*words)
        assert result.exit_code == 1
        assert "damaged" in result.stderr
        assert "sightlines rebuild" in result.stderr
    assert filled("rebuild").exit_code == 0
    after = json.loads(filled("stats", "--json").stdout)
    assert {**after, "graph_of": 0} == {**json.loads(before), "graph_of": 0}


def test_a_damaged_ledger_is_told(filled: Line, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.sqlite"
    ledger.write_bytes(b"no database" * 1000)
    for words in (("stats",), ("add", str(tmp_path)), ("rebuild",)):
        result = filled(*words, ledger_url=f"sqlite:///{ledger}")
        assert result.exit_code == 1
        assert "damaged or no SQLite file" in result.stderr
        assert "Hint: Restore it" in result.stderr


HOLD = """
import sys
from graph.schema import load_schema
from graph.stores import open_store
store = open_store(sys.argv[1], load_schema(), write=True)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def writer(filled: Line) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", HOLD, f"kglite:{filled.home / 'graph.kgl'}"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait(10)


def test_a_second_writer_is_told_who_writes_and_readers_go_on(
    filled: Line, writer: subprocess.Popen[str], good: Path
) -> None:
    start = time.monotonic()
    result = filled("add", good)
    assert result.exit_code == 1
    assert f"process {writer.pid}" in result.stderr
    assert "Hint: Wait until" in result.stderr
    assert time.monotonic() - start < 20
    assert filled("stats").exit_code == 0
    assert len(filled.documents()) == 1  # refused before anything was read


# --- size ---


MEASURED = """
import pathlib, resource, sys
from ingest.cli import main
try:
    main(sys.argv[1:])
finally:
    # Linux hands the peak of the process that forked us on in ru_maxrss: the high-water mark of our own is in /proc.
    status = pathlib.Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    own = [line.split()[1] for line in lines if line.startswith("VmHWM")]
    print(own[0] if own else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, flush=True)
"""


RAIN = "The rain fell on the old road and went on falling for days. "
END = "At the very end, Megvii used MS-Celeb-1M."


def long_text(file: Path, characters: int) -> Path:
    with file.open("w") as stream:
        for n in range(characters // 100_000):
            stream.write(f"\n\nPart {n}. " + RAIN * (1 + 100_000 // len(RAIN)))
        stream.write(f"\n\n{END}\n")
    assert file.stat().st_size > characters
    return file


def test_fifty_megabytes_of_text_are_refused_whole_and_the_rest_goes_on(line: Line, tmp_path: Path) -> None:
    long = long_text(tmp_path / "long.txt", 50_000_000)
    (tmp_path / "good.txt").write_text(END, "utf-8")
    done = line("add", str(long), str(tmp_path / "good.txt"))
    assert done.exit_code == 1
    assert "more than is read as one document" in done.stderr
    assert "Hint: Split it" in done.stderr
    assert len(line.documents()) == 1


def test_nine_megabytes_are_read_without_a_cut(tmp_path: Path) -> None:
    (found,) = load(str(long_text(tmp_path / "long.txt", 9_000_000)))
    assert isinstance(found, Document)
    assert found.text.endswith(END)
    assert len(found.text) > 9_000_000


@pytest.mark.slow
def test_a_text_longer_than_the_parser_takes_is_extracted_to_its_end_in_bounded_memory(
    line: Line, tmp_path: Path
) -> None:
    file = long_text(tmp_path / "long.txt", 1_100_000)
    command = [sys.executable, "-c", MEASURED, "add", str(file)]
    done = subprocess.run(command, env={**os.environ, **line.env}, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout.splitlines()[-1]) < 1_000_000  # kilobytes; parsed as a whole it would be 1 GB and more
    with open_ledger(f"sqlite:///{line.home / 'ledger.sqlite'}") as ledger:
        (info,) = documents(ledger)
        document = read_document(ledger, info.id)
        last = sentences(ledger, info.id)[-1]
    assert document is not None
    assert document.text[last.start : last.end] == END


def test_more_than_one_document_may_hold_is_refused_with_the_way_out(line: Line, tmp_path: Path) -> None:
    file = tmp_path / "huge.txt"
    with file.open("wb") as stream:
        stream.truncate(100_000_001)  # sparse: takes no space
    result = line("add", file)
    assert result.exit_code == 1
    assert "100 MB" in result.stderr
    assert "JSONL" in result.stderr


def test_a_large_feed_is_read_line_by_line(tmp_path: Path) -> None:
    file = tmp_path / "feed.jsonl"
    row = json.dumps({"text": "The rain fell on the old road and went on falling. " * 2000})
    with file.open("w") as stream:
        for _ in range(100):
            stream.write(row + "\n")
    assert file.stat().st_size > 10_000_000
    tracemalloc.start()
    assert sum(1 for _ in load(str(file))) == 100
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 6_000_000
