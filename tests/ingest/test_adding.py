"""Adding documents: what is counted, and what an interrupt leaves behind."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graph.ledger.reading import stats
from graph.records import Applied
from graph.schema import load_schema
from graph.settings import Settings, load_settings
from graph.workspace import Workspace, open_workspace
from ingest.adding import add

pytestmark = pytest.mark.model


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({"SIGHTLINES_HOME": str(tmp_path / "home")})


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    texts = {
        "a.txt": "Megvii used MS-Celeb-1M.",
        "b.txt": "It is known that Megvii used MS-Celeb-1M. SenseTime used MegaFace.",
        "c.txt": "Amazon used MegaFace.",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    return [str(tmp_path / name) for name in texts]


def links(workspace: Workspace) -> int:
    found: Any = workspace.store.read("MATCH (:Entity)-[r]->(:Entity) RETURN count(r) AS n").rows[0][0]
    return int(found)


def test_a_claim_that_two_documents_carry_is_one_new_claim(settings: Settings, files: list[str]) -> None:
    with open_workspace(settings) as workspace:
        report = add(workspace, files)
        held = stats(workspace.ledger)
        assert (report.new, report.claims, report.evidence) == (3, held.claims, held.evidence) == (3, 3, 4)
        assert links(workspace) == 3


def test_what_is_unchanged_is_not_read_again_unless_asked_for(settings: Settings, files: list[str]) -> None:
    with open_workspace(settings) as workspace:
        add(workspace, files)
        for again in (False, True):
            report = add(workspace, files, again=again)
            assert (report.new, report.unchanged, report.claims, report.evidence) == (0, 3, 0, 0)


def test_a_changed_file_is_a_new_document_and_adds_only_what_it_says_new(settings: Settings, files: list[str]) -> None:
    with open_workspace(settings) as workspace:
        add(workspace, files)
        Path(files[0]).write_text("Megvii used MS-Celeb-1M. IBM used MegaFace.")
        report = add(workspace, files)
        assert (report.new, report.unchanged, report.claims) == (1, 2, 1)


def test_an_interrupt_keeps_what_was_recorded_and_shows_it(settings: Settings, files: list[str]) -> None:
    def interrupted() -> Iterator[str]:
        yield from files[:2]
        raise KeyboardInterrupt

    with open_workspace(settings) as workspace:
        report = add(workspace, interrupted())
        assert report.interrupted
        assert stats(workspace.ledger).documents == report.new
        assert links(workspace) == stats(workspace.ledger).claims
        assert not add(workspace, files).interrupted
        assert links(workspace) == 3


class Impatient(Workspace):
    """A person presses Ctrl-C while the graph is brought up to date."""

    def refresh(self, *_: Any, **__: Any) -> Applied:
        raise KeyboardInterrupt


def test_an_interrupt_of_the_last_step_is_reported_and_the_next_update_takes_it_up(
    settings: Settings, files: list[str]
) -> None:
    said: list[str] = []
    with Impatient(settings, load_schema()) as workspace:
        report = add(workspace, files, progress=said.append)
    assert report.interrupted
    assert report.new == 3
    assert "sightlines rebuild" in said[-1]
    with open_workspace(settings) as workspace:
        assert links(workspace) == 0
        add(workspace, files)
        assert links(workspace) == 3


def test_a_graph_in_memory_can_be_filled_and_read(files: list[str], tmp_path: Path) -> None:
    environment = {"SIGHTLINES_HOME": str(tmp_path / "home"), "SIGHTLINES_STORE_URL": "kglite::memory:"}
    with open_workspace(load_settings(environment)) as workspace:
        add(workspace, files)
        assert links(workspace) == 3
