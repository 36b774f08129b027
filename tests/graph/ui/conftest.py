"""Pages run as Streamlit runs them, on a real ledger and a real graph: filled, empty, or full of payloads."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.graph.ui.sample import TEXTS, build, hostile

Run = Callable[..., AppTest]


def _script(page: str, home: str) -> None:
    import streamlit as st

    from graph.settings import load_settings
    from graph.ui.context import Context
    from graph.ui.pages import PAGES
    from graph.workspace import open_workspace
    from tests.graph.ui.sample import added

    settings = load_settings({"SIGHTLINES_HOME": home})

    @st.cache_resource
    def workspace(home: str) -> object:
        return open_workspace(settings)

    pages = {name: st.Page(lambda: None, title=name, url_path=name, default=name == "start") for name in PAGES}
    st.navigation(list(pages.values()), position="hidden")
    PAGES[page][2](Context(settings=settings, workspace=workspace(home), add=added, pages=pages))


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("filled")
    build(home, TEXTS)
    return home


@pytest.fixture(scope="session")
def payloads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("payloads")
    build(home, (hostile(),))
    return home


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("empty")
    build(home, ())
    return home


@pytest.fixture
def run() -> Run:
    """Run a page on a home with query parameters; an exception of the page fails the test."""

    def start(page: str, home: Path, **query: str) -> AppTest:
        test = AppTest.from_function(_script, kwargs={"page": page, "home": str(home)}, default_timeout=30)
        for name, value in query.items():
            test.query_params[name.rstrip("_").replace("__", ".")] = value
        test.run()
        assert not test.exception, test.exception[0].value if test.exception else ""
        return test

    return start
