"""Fixtures shared by every test.

Strategy: records are built inline and small; stores and ledgers are real ones in a temporary folder; the spaCy
pipeline and the demonstration graph are made once a session because they cost seconds. Nothing is mocked.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graph.schema import Schema, load_schema
from tests.neo4j_server import neo4j_url, neo4j_with_login

__all__ = ["neo4j_url", "neo4j_with_login"]  # fixtures for every test

SHARED = Path(__file__).resolve().parents[2] / "shared"


def _skip_is_failure(report: Any) -> None:
    # In CI a skip means that the set-up is incomplete: it fails with the reason that it would have shown.
    if os.environ.get("CI") == "true" and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid}: not run, and CI=true allows no skip. {reason}"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    outcome = yield
    _skip_is_failure(outcome.get_result())  # type: ignore[attr-defined]


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    outcome = yield
    _skip_is_failure(outcome.get_result())  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def schema() -> Schema:
    return load_schema()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of texts which may be read in tests but not shipped."""
    if not SHARED.is_dir():
        pytest.skip(f"needs the test data folder {SHARED.name}/ beside the checkout")
    return SHARED
