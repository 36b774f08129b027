"""The training passages are well formed, unlike each other and the measured ones, and never grow fewer."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from ingest.gazetteer.loader import load_gazetteer
from ingest.gold import read_gold
from tests.gold.counts import counts, repeats, train_files

HERE = Path(__file__).parent
PUBLIC = {"public body", "military"}


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    return read_gold(*train_files())


@pytest.fixture(scope="module")
def quotas() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((HERE / "quotas.yml").read_text("utf-8"))
    return read


def test_no_passage_is_there_twice(rows: list[dict[str, Any]]) -> None:
    names = [row["id"] for row in rows]
    assert len(names) == len(set(names))
    assert not repeats(rows)


def test_a_passage_with_few_words_changed_is_refused(rows: list[dict[str, Any]]) -> None:
    long = max(rows, key=lambda row: len(row["text"]))
    changed = {**long, "id": "changed", "text": long["text"].rsplit(" ", 2)[0] + " at last."}
    assert [pair[:2] for pair in repeats([*rows, changed])] == [tuple(sorted((long["id"], "changed")))]


def test_no_trap_is_misspelt(rows: list[dict[str, Any]], quotas: dict[str, Any]) -> None:
    assert {trap for row in rows for trap in row["traps"]} <= set(quotas["traps"])


def test_every_quota_is_met(rows: list[dict[str, Any]], quotas: dict[str, Any]) -> None:
    assert not [(what, some, asked) for what, some, asked in counts(rows, quotas) if some < asked]


def test_the_script_fails_when_something_is_short() -> None:
    script, small = HERE / "counts.py", train_files()[0]
    run = subprocess.run([sys.executable, str(script), str(small)], capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert re.search(r"^passages .* short$", run.stdout, re.MULTILINE)


def test_no_measured_passage_is_trained_on(rows: list[dict[str, Any]], shared: Path) -> None:
    raw = (shared / "data/claims/dev/real_raw.txt").read_text("utf-8")
    blocks = re.split(r"\n(?=== )", raw)
    measured = [
        {"id": f"dev {block.split()[1]}", "text": " ".join(re.findall(r"^\d+p?\. (.*)$", block, re.MULTILINE))}
        for block in blocks
        if block.strip()
    ]
    assert len(measured) > 100
    assert not [pair for pair in repeats([*rows, *measured]) if any(name.startswith("dev ") for name in pair[:2])]


def test_briefs_are_not_trained_on(rows: list[dict[str, Any]]) -> None:
    briefs = read_gold(HERE / "briefs.txt")
    assert not {row["id"] for row in briefs} & {row["id"] for row in rows}
    assert not repeats([*briefs, *rows])


def test_nothing_is_said_of_a_real_firm_dataset_or_programme(rows: list[dict[str, Any]]) -> None:
    known = {
        name.casefold()
        for entry in load_gazetteer()
        # Public bodies stand in the passages as they stand in the news: they sanction and investigate invented firms.
        if entry.type not in {"Place", "Platform"} and entry.kind not in PUBLIC
        for name in entry.names
    }
    assert len(known) > 500
    said = [
        f"{row['id']}: {name}"
        for row in rows
        for entity in row["entities"]
        if any(entity["id"] in (claim["subject"], claim["object"]) for claim in row["claims"])
        and entity["type"] not in {"Place", "Platform"}
        for name in entity["names"]
        if name.casefold() in known
    ]
    assert not said
