"""`sightlines failures`: what could not be read is listed once, tried again, and taken off when it is read."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from graph.records import Failure
from ingest.cli import main
from ingest.failing import whole_source
from tests.ingest.sites import Site, loopback

pytestmark = pytest.mark.model
GOOD = "Megvii used MS-Celeb-1M, according to the Financial Times.\n"


class Line:
    """The command line in an own home."""

    def __init__(self, home: Path) -> None:
        self.env = {"SIGHTLINES_HOME": str(home)}

    def __call__(self, *words: str | Path, code: int = 0) -> Result:
        done = CliRunner().invoke(main, [str(word) for word in words], env=self.env)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        assert done.exit_code == code, done.output
        return done

    def failed(self, *words: str | Path) -> list[str]:
        done = CliRunner().invoke(main, ["failures", "--json", *map(str, words)], env=self.env)
        rows = json.loads(done.stdout)
        assert done.exit_code == (1 if rows else 0)
        assert all(set(row) == {"source", "stage", "reason", "hint", "at"} and row["hint"] for row in rows)
        return [row["source"] for row in rows]

    def documents(self) -> int:
        return len(json.loads(self("documents", "--json").stdout))


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Line:
    monkeypatch.chdir(tmp_path)
    return Line(tmp_path / "home")


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr("ingest.fetch.is_public", loopback)
    made = Site()
    yield made
    made.close()


def test_a_failure_is_told_once_with_its_hint(line: Line, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "good.txt").write_text(GOOD)
    done = line("add", "empty.txt", "good.txt", code=1)
    assert done.stderr.count("empty.txt") == 1
    assert done.stderr.count("Hint: ") == 1
    assert "1 failed" in done.stdout


def test_what_can_be_read_now_is_no_failure_any_more_and_the_rest_stays(line: Line, tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("")
    line("add", "a.txt", "b.txt", code=1)
    assert line.failed() == [str(tmp_path / "a.txt"), str(tmp_path / "b.txt")]
    (tmp_path / "a.txt").write_text(GOOD)
    done = line("failures", "--retry", code=1)
    assert "Tried again: 2 failures, 1 are over." in done.stderr
    assert line.failed() == [str(tmp_path / "b.txt")]
    assert line.documents() == 1


def test_a_failure_is_found_from_another_folder(line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("")
    line("add", "a.txt", code=1)
    (tmp_path / "a.txt").write_text(GOOD)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    line("failures", "--retry")
    assert line.failed() == []
    assert line.documents() == 1


def test_a_file_that_is_as_it_was_before_it_was_damaged_is_no_failure(line: Line, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(GOOD)
    line("add", file)
    file.write_text("")
    line("add", file, code=1)
    file.write_text(GOOD)
    line("failures", "--retry")
    assert (line.failed(), line.documents()) == ([], 1)


def test_only_what_is_named_is_tried(line: Line, tmp_path: Path) -> None:
    for name in ("one/a.txt", "two/b.txt"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("")
    line("add", "one", "two", code=1)
    for name in ("one/a.txt", "two/b.txt"):
        (tmp_path / name).write_text(GOOD + name)
    line("failures", "--retry", "one")
    assert line.failed() == [str(tmp_path / "two/b.txt")]
    assert line.failed("two") == [str(tmp_path / "two/b.txt")]
    assert "No failure of one" in line("failures", "one", code=1).stderr


def test_a_line_of_a_file_is_tried_with_its_file(line: Line, tmp_path: Path) -> None:
    file = tmp_path / "feed.jsonl"
    file.write_text(json.dumps({"text": GOOD}) + "\nno json\n")
    line("add", file, code=1)
    assert line.failed() == [file.as_uri() + "#2"]
    file.write_text(json.dumps({"text": GOOD}) + "\n" + json.dumps({"text": "IBM used MegaFace."}) + "\n")
    line("failures", "--retry")
    assert (line.failed(), line.documents()) == ([], 2)


def test_a_page_that_moved_is_read_under_its_new_address_and_its_failure_is_over(line: Line, site: Site) -> None:
    url = site.page("/a", b"", status=404)
    line("add", url, code=1)
    assert line.failed() == [url]
    site.redirect("/a", "/b")
    site.page("/b", GOOD.encode(), headers=(("Content-Type", "text/plain"),))
    line("failures", "--retry")
    assert line.failed() == []


def test_a_failure_can_be_taken_off_the_list(line: Line, tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("")
    line("add", "a.txt", "b.txt", code=1)
    line("failures", "--forget", "a.txt", code=1)
    assert line.failed() == [str(tmp_path / "b.txt")]
    line("failures", "--forget", code=2)
    line("failures", "--forget", "--retry", "b.txt", code=2)


def test_standard_input_can_not_be_tried_again_and_says_so(line: Line) -> None:
    done = CliRunner().invoke(main, ["add", "-"], env=line.env, input="")
    assert done.exit_code == 1
    assert "Not tried again: -" in line("failures", "--retry", code=1).stderr
    assert line.failed() == ["-"]


@pytest.mark.parametrize(
    ("source", "stage", "whole"),
    [
        ("/a/b.txt", "load", "/a/b.txt"),
        ("/a/b#c!/d.txt", "load", "/a/b#c!/d.txt"),
        ("file:///a/b%23c.txt", "extract", "/a/b#c.txt"),
        ("file:///a/b.jsonl#12", "load", "/a/b.jsonl"),
        ("file:///a/b.zip!/c/d.warc.gz!/120", "load", "/a/b.zip"),
        ("https://example.org/a?b=c", "load", "https://example.org/a?b=c"),
        ("https://example.org/feed#3", "load", "https://example.org/feed"),
        ("https://example.org/feed", "watch", None),
        ("file:///a/b.csv#4", "import", None),
        ("stdin:abc", "load", None),
        ("-", "load", None),
        ("ftp://example.org/a", "load", None),
    ],
)
def test_a_part_is_tried_again_with_what_it_is_a_part_of(source: str, stage: str, whole: str | None) -> None:
    assert whole_source(Failure(source=source, stage=stage, reason="r", hint="h", at="2026-01-01")) == whole
