"""The app as a whole – `app.py`, not a single page – on a real Neo4j: it shows what it shows on the embedded graph."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from graph.settings import load_settings
from graph.workspace import open_workspace
from tests.graph.ui.sample import TEXTS, build

APP = Path(__file__).resolve().parents[3] / "app.py"


def _texts(app: AppTest) -> list[str]:
    return [str(getattr(element, "value", "")) for element in app.main]


@pytest.mark.neo4j
def test_the_app_shows_the_same_start_page_on_neo4j(
    neo4j_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGHTLINES_HOME", str(tmp_path))
    build(tmp_path, TEXTS)
    shown = {}
    for url in (load_settings().store_url, neo4j_url):
        monkeypatch.setenv("SIGHTLINES_STORE_URL", url)
        with open_workspace(load_settings()) as workspace:
            workspace.refresh(full=True)
        app = AppTest.from_file(str(APP), default_timeout=60).run()
        assert not app.exception
        shown[url] = _texts(app)
    embedded, server = shown.values()
    assert embedded == server
    assert any("Follow a photo" in text for text in embedded)
