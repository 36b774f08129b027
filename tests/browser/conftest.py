"""A real app on a real graph in a real browser. A request that leaves the host, or a page error, fails."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.graph.ui.sample import TEXTS, build, hostile

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = next((path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(path).exists()), "")


def absent(reason: str) -> None:
    """Skip where a developer lacks the browser; never in CI."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason} (CI=true)")
    pytest.skip(reason)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def served(home: Path) -> Iterator[str]:
    port = free_port()
    code = (
        "from graph.settings import load_settings; from graph.ui.serve import serve;"
        "serve(load_settings(), open_browser=False)"
    )
    env = {**os.environ, "SIGHTLINES_HOME": str(home), "SIGHTLINES_PORT": str(port), "PYTHONPATH": str(ROOT)}
    with (home / "server.log").open("w") as log:
        process = subprocess.Popen([sys.executable, "-c", code], cwd=home, env=env, stdout=log, stderr=log)
        address = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None:
            try:
                if urllib.request.urlopen(f"{address}/_stcore/health", timeout=1).status == 200:
                    break
            except OSError:
                time.sleep(0.1)
        else:
            process.kill()
            pytest.fail((home / "server.log").read_text())
        yield address
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the app on the sample graph."""
    home = tmp_path_factory.mktemp("home")
    build(home, TEXTS)
    yield from served(home)


@pytest.fixture(scope="session")
def hostile_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the app on a graph whose every string is a payload."""
    home = tmp_path_factory.mktemp("hostile")
    build(home, (hostile(), *TEXTS))
    yield from served(home)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        absent("playwright is not installed: pip install playwright")
    if not CHROMIUM:
        absent("install chromium (apt-get install chromium) to run the browser tests")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    """A page that fails its test on a request to another host, on a page error, and on a breach of the policy."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(20_000)
    tab = context.new_page()
    faults: list[str] = []

    def watch(request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.hostname != "127.0.0.1":
            faults.append(f"request left the host: {request.url}")

    def hear(message: Any) -> None:
        if message.type == "error" and ("Content Security Policy" in message.text or "BidiComponent" in message.text):
            faults.append(f"console: {message.text[:300]}")

    tab.on("request", watch)
    tab.on("console", hear)
    tab.on("pageerror", lambda error: faults.append(f"page error: {error}"))
    yield tab
    if tab.locator("[data-testid=stException]").count():
        faults.append(f"the page failed: {tab.locator('[data-testid=stException]').first.inner_text()[:300]}")
    context.close()
    assert not faults, "\n".join(faults)
