"""Scores of the whole extraction on fixed gold may only rise; `floors.yml` holds what was reached."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from spacy.language import Language

from graph.settings import Settings
from ingest.gold import held_out, read_gold
from ingest.passages import prediction
from ingest.pipeline import make_pipeline
from ingest.score import score

HERE = Path(__file__).parent
FLOORS = yaml.safe_load((HERE / "floors.yml").read_text("utf-8"))
pytestmark = [pytest.mark.model, pytest.mark.slow]
LIFELIKE = re.compile(r"[yz]\d\d-")  # passages of the files y… and z…, in the words and rhythm of real publications
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def nlp() -> Language:
    return make_pipeline(Settings())


@pytest.fixture(scope="module")
def measuring() -> Rows:
    return held_out(read_gold(*sorted((HERE / "train").glob("*.txt"))))[1]


@pytest.fixture(scope="module")
def held_out_gold(measuring: Rows) -> Rows:
    return [row for row in measuring if not LIFELIKE.match(row["id"])]


@pytest.fixture(scope="module")
def lifelike_gold(measuring: Rows) -> Rows:
    return [row for row in measuring if LIFELIKE.match(row["id"])]


@pytest.fixture(scope="module")
def development_gold(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """The development gold with its texts, put together by the tools that lie beside them."""
    marked = tmp_path_factory.mktemp("dev") / "dev.txt"
    tools = shared / "tools"

    def run(tool: str, *words: str | Path) -> str:
        command = [sys.executable, str(tools / tool), *map(str, words)]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout

    raw = shared / "data" / "claims" / "dev" / "real_raw.txt"
    marked.write_text(run("markup.py", raw, HERE / "dev.compact"), "utf-8")
    return [json.loads(line) for line in run("claimtext.py", "json", marked).splitlines()]


@pytest.mark.parametrize("name", ["held_out", "lifelike", "dev"])
def test_scores_do_not_fall(name: str, nlp: Language, request: pytest.FixtureRequest) -> None:
    fixtures = {"held_out": "held_out_gold", "lifelike": "lifelike_gold", "dev": "development_gold"}
    gold = request.getfixturevalue(fixtures[name])
    told = [{"id": r["id"], **prediction(d)} for r, d in zip(gold, nlp.pipe([r["text"] for r in gold]), strict=True)]
    figures = json.loads(score(gold, told).json())
    sure = json.loads(score(gold, told, min_probability=0.9).json())
    fallen = {key: (round(figures[key], 3), floor) for key, floor in FLOORS[name].items() if figures[key] < floor}
    assert not fallen, f"below the floor: {fallen}"
    assert sure["claim P"] >= FLOORS["sure"][name]
    assert figures["calibration error"] <= FLOORS["calibration"][name]
