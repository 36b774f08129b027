"""kill -9 at any moment: what was reported as recorded is there, whole, and the graph can be made from it."""

import itertools
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from graph.ledger import verify
from graph.ledger.reading import documents
from graph.settings import load_settings
from graph.workspace import open_workspace

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("after", [1, 7, 25])
def test_a_killed_writer_loses_no_recorded_document(tmp_path: Path, after: int) -> None:
    settings = load_settings({"SIGHTLINES_HOME": str(tmp_path)})
    code = f"""
        from graph.ledger import record
        from graph.settings import load_settings
        from graph.workspace import open_workspace
        from tests.graph.ledger.made import Fact, made
        with open_workspace(load_settings({{"SIGHTLINES_HOME": {str(tmp_path)!r}}})) as workspace:
            for number in range(10_000):
                fact = Fact("IBM", "USED", "MegaFace")
                recorded = record(workspace.ledger, made(f"https://example.org/{{number}}", fact))
                print(recorded.document_id, flush=True)
                if number % 5 == 4:
                    workspace.refresh()
    """
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    reported = [line.strip() for line in itertools.islice(child.stdout, after)]
    child.kill()
    _, errors = child.communicate()
    assert len(reported) == after, errors
    with open_workspace(settings) as workspace:
        held = {info.id for info in documents(workspace.ledger)}
        assert set(reported) <= held
        assert verify(workspace.ledger) == []
        workspace.refresh()
        rows = workspace.store.read("MATCH (d:Document) RETURN count(d) AS n").rows
        assert rows == ((len(held),),), "the graph catches up with the ledger"
