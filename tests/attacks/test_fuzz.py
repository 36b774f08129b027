"""Two hundred of the damaged and hostile files of `tests/bench/fuzz.py`; that script reads five thousand."""

from functools import partial
from pathlib import Path

import pytest

from ingest.limits import Limits, read_within
from tests.bench.fuzz import report, run
from tests.bench.fuzz_files import files, whole

FILES, SEED = 200, 7


def test_no_damaged_file_crashes_or_hangs_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.load.read_within", partial(read_within, limits=Limits(seconds=4.0)))
    told: list[str] = []
    kinds = ["nested", *whole()]  # bombs take too long to make
    tallies = run(FILES, SEED, tmp_path, kinds, tell=told.append)
    shown = "\n".join([*told, *report(tallies)])
    assert sum(tally.files for tally in tallies.values()) == FILES
    assert sum(tally.crashes + tally.hangs for tally in tallies.values()) == 0, shown
    for kind in whole():  # the damage leaves some files readable and some not, or it tests nothing
        assert tallies[kind].files >= 10, shown
        assert tallies[kind].read, f"{kind}\n{shown}"
    assert sum(tally.refused for tally in tallies.values()) > FILES // 4, shown


def test_the_same_seed_makes_the_same_files() -> None:
    first, again, other = ([data for _, _, data in files(60, seed, tuple(whole()))] for seed in (1, 1, 2))
    assert first == again != other
