"""A file of very many bad parts: the first are told each, the others counted by reason, and none is left out."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from graph.ledger.reading import failures
from graph.records import Failure
from graph.settings import load_settings
from graph.workspace import open_workspace
from ingest.adding import MOST_TOLD, AddReport, add
from ingest.checkpoints import SMALLEST, Checkpoints, survey
from ingest.failing import retry, whole_source
from ingest.following import Following
from ingest.limits import MOST_FAILURES, few_failures
from ingest.load import load
from ingest.sources.base import load_failure
from ingest.sources.progress import Place
from tests.ingest.archives import WORDS, page, zipped

GOOD = json.dumps({"text": WORDS})


def mixed(count: int) -> list[str]:
    """A good line, then `count` bad ones of two kinds, of which every third is no JSON."""
    return [GOOD, *(f"broken {n}" if n % 3 == 0 else f'{{"n": {n}}}' for n in range(count))]


def written(folder: Path, lines: list[str], name: str = "rows.jsonl") -> Path:
    file = folder / name
    file.write_text("\n".join(lines) + "\n")
    return file


def last_of_each(found: list[Failure]) -> dict[str, Failure]:
    """What is left when the latest failure of a source stands."""
    return {each.source: each for each in found}


def said(failure: Failure) -> int:
    """How many parts a failure speaks of."""
    many = re.match(r"([\d,]+) more parts? of ", failure.reason)
    return int(many[1].replace(",", "")) if many else 1


def test_the_first_hundred_are_told_each_and_the_others_by_reason(tmp_path: Path) -> None:
    file = written(tmp_path, mixed(400))
    found = [each for each in load(str(file)) if isinstance(each, Failure)]
    kept = last_of_each(found)
    assert len(found) == 400  # who counts misses none
    assert len(kept) == MOST_FAILURES + 1
    *each, others = kept.values()
    assert all(re.search(r"#\d+$", failure.source) for failure in each)
    assert said(others) == 400 - MOST_FAILURES
    assert "no text (200)" in others.reason
    assert "no JSON object (100)" in others.reason
    assert others.hint.startswith(f"The first {MOST_FAILURES} are listed each.")
    assert whole_source(others) == str(file)  # trying it again reads the file


def test_a_file_of_a_hundred_bad_lines_is_told_as_before(tmp_path: Path) -> None:
    found = [each for each in load(str(written(tmp_path, mixed(MOST_FAILURES)))) if isinstance(each, Failure)]
    assert len(last_of_each(found)) == len(found) == MOST_FAILURES
    assert not any("more part" in each.reason for each in found)


def test_each_file_of_a_folder_has_its_own_hundred(tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        written(tmp_path, mixed(150), name)
    kept = last_of_each([each for each in load(str(tmp_path)) if isinstance(each, Failure)])
    assert len(kept) == 2 * (MOST_FAILURES + 1)
    assert sorted(map(said, kept.values()))[-2:] == [50, 50]


def test_bad_parts_of_an_archive_are_put_together_too(tmp_path: Path) -> None:
    file = tmp_path / "pages.zip"
    file.write_bytes(zipped({"good.html": page("Good"), **{f"{n}.txt": b"\0\1\2" * 9 for n in range(130)}}))
    kept = last_of_each([each for each in load(str(file)) if isinstance(each, Failure)])
    assert sum(map(said, kept.values())) == 130
    (others,) = (each for each in kept.values() if "more part" in each.reason)
    assert "a part" in others.reason
    assert "(30)" in others.reason


@given(reasons=st.lists(st.text(max_size=30), max_size=300), most=st.integers(0, 120))
@hypothesis_settings(deadline=None)
def test_every_failure_is_in_what_is_kept_whatever_the_reasons(reasons: list[str], most: int) -> None:
    parts = [load_failure(f"file:///a#{n}", f"line {n}: {reason}", "Look.") for n, reason in enumerate(reasons)]
    found = list(few_failures(parts, "file:///a", Place(), most))
    kept = last_of_each([each for each in found if isinstance(each, Failure)])
    assert len(found) == len(reasons)
    assert len(kept) <= most + 1
    assert sum(map(said, kept.values())) == len(reasons)
    for each in kept.values():
        assert len(each.reason) <= 1_500
        told = [int(words.replace(",", "")) for words in re.findall(r"\(([\d,]+)\)(?=;|\.$)", each.reason)]
        assert said(each) == 1 or len(told) >= 1


@pytest.mark.parametrize("stop", [1, 90, 150, 260, 399])
def test_reading_that_goes_on_later_tells_the_rest_beside_what_was_told(tmp_path: Path, stop: int) -> None:
    file = written(tmp_path, mixed(400))
    place = Place()
    found: list[Failure] = []
    for number, each in enumerate(load(str(file), place=place)):
        if isinstance(each, Failure):
            found.append(each)
        if number == stop:
            break
    later = Place()
    later.begin(place.position())
    found += [each for each in load(str(file), place=later) if isinstance(each, Failure)]
    assert sum(map(said, last_of_each(found).values())) == 400


def test_what_was_put_off_is_written_before_a_checkpoint_passes_it(tmp_path: Path) -> None:
    file = written(tmp_path, [GOOD + " " * SMALLEST, GOOD])
    looked = survey(str(file))
    assert looked is not None
    kept = Checkpoints(tmp_path / "home", "ledger")
    seen: list[object] = []
    following = Following([str(file)], kept, lambda: seen.append(kept.find(looked)))
    place, _ = following.begin(str(file))
    for _ in load(str(file), place=place):
        following.waits()
    following.recorded()
    assert seen == [()]
    assert kept.find(looked) != ()
    following.end()
    following.recorded()
    assert seen[-1] != ()
    assert kept.find(looked) == ()


# --- in the ledger ---


@pytest.mark.model
def test_a_file_of_bad_lines_takes_a_hundred_rows_and_is_over_once_it_is_mended(tmp_path: Path) -> None:
    file = written(tmp_path, mixed(3_000))
    told: list[str] = []
    with open_workspace(load_settings({"SIGHTLINES_HOME": str(tmp_path / "home")})) as workspace:
        report = add(workspace, [str(file)], progress=told.append)
        listed = failures(workspace.ledger)
        assert (report.new, report.failed) == (1, 3_000)
        assert len(listed) == len(report.failures) == MOST_FAILURES + 1 < MOST_TOLD
        assert sum(map(said, listed)) == sum(map(said, report.failures)) == 3_000
        assert [words for words in told if "2,900 more parts" in words]
        file.write_text(GOOD + "\n")
        assert retry(workspace, listed).report.failed == 0
        assert failures(workspace.ledger) == ()


@pytest.mark.model
def test_an_interrupt_loses_no_failure(tmp_path: Path) -> None:
    bad = mixed(140)[1:]
    lines = [
        line
        for n, row in enumerate(bad)
        for line in (row, json.dumps({"text": f"{WORDS}Case {n}.", "pad": "x" * 8_000}))
    ]
    file = written(tmp_path, lines)

    def stop(words: str) -> None:
        if ": 1 more part of " in words:
            raise KeyboardInterrupt

    with open_workspace(load_settings({"SIGHTLINES_HOME": str(tmp_path / "home")})) as workspace:
        first: AddReport = add(workspace, [str(file)], progress=stop)
        assert first.interrupted
        assert 0 < first.new < 140
        told: list[str] = []
        second = add(workspace, [str(file)], progress=told.append)
        assert [words for words in told if words.startswith("Going on with")]
        assert first.new + second.new == 140
        assert sum(map(said, failures(workspace.ledger))) >= 140
        numbers = {each.source.rpartition("#")[2] for each in failures(workspace.ledger)}
        assert {str(n) for n in range(1, 200, 2)} <= numbers


@pytest.mark.model
@pytest.mark.parametrize("whole", [True, False])
def test_bad_lines_that_are_mended_are_no_failures_once_the_file_is_added_again(tmp_path: Path, whole: bool) -> None:
    folder = tmp_path / "rows"
    folder.mkdir()
    file, other = written(folder, mixed(120)), written(tmp_path, mixed(2), "other.jsonl")
    with open_workspace(load_settings({"SIGHTLINES_HOME": str(tmp_path / "home")})) as workspace:
        source = str(folder if whole else file)
        add(workspace, [source, str(other)])
        assert len(failures(workspace.ledger)) == MOST_FAILURES + 1 + 2
        file.write_text(f"{GOOD}\n{GOOD}\nbroken\n")
        assert add(workspace, [source]).failed == 1
        names = {each.source.rpartition("/")[2] for each in failures(workspace.ledger)}
        assert names == {"rows.jsonl#3", "other.jsonl#2", "other.jsonl#3"}
