"""A real Neo4j 5.26 on loopback, started once a session: jars from Maven Central, no download of its own.

`SIGHTLINES_TEST_NEO4J_URL` names a server that is already running instead (its own graph is left alone, ours is not).
"""

import fcntl
import os
import queue
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent / "neo4j"
LIB = HERE / "lib"
OPENED = ("java.base/java.nio", "java.base/java.io", "java.base/sun.nio.ch")
PASSWORD = "correct-horse-battery"
SECONDS_TO_START = 120


@dataclass(frozen=True)
class Server:
    """Where a started server listens, and how to log in."""

    url: str
    password: str = ""


def _need(tool: str) -> str:
    found = shutil.which(tool)
    if not found:
        pytest.skip(f"{tool} is missing: install a JDK (17 or newer) and Maven to test against a real Neo4j")
    return found


def _fetch_jars() -> None:
    maven = _need("mvn")
    HERE.mkdir(exist_ok=True)
    with (HERE / ".lock").open("w") as lock:  # parallel test processes fetch once
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (LIB / ".complete").is_file():
            return
        command = [maven, "-q", "-B", "dependency:copy-dependencies", f"-DoutputDirectory={LIB}"]
        done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=600)
        if done.returncode:
            pytest.skip(f"Maven could not fetch Neo4j: {(done.stdout + done.stderr)[-500:]}")
        (LIB / ".complete").touch()


def _first_ready_line(process: subprocess.Popen[str]) -> str:
    lines: queue.Queue[str] = queue.Queue()

    def pump() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.put(line)
        lines.put("")

    threading.Thread(target=pump, daemon=True).start()
    seen = []
    while True:
        try:
            line = lines.get(timeout=SECONDS_TO_START)
        except queue.Empty:
            process.kill()
            pytest.fail(f"Neo4j did not start within {SECONDS_TO_START} seconds")
        if line.startswith("READY "):
            return line
        seen.append(line)
        if not line:
            pytest.fail(f"Neo4j did not start: {''.join(seen)[-1500:]}")


@contextmanager
def running_server(home: Path, password: str = "") -> Iterator[Server]:
    """Start a server in `home`; it ends with the block, or with this process."""
    java = _need("java")
    _fetch_jars()
    command = [java, "-Xmx768m", *(f"--add-opens={name}=ALL-UNNAMED" for name in OPENED)]
    command += ["-cp", f"{LIB}/*", str(HERE / "Neo4jServer.java"), str(home), *([password] if password else [])]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        port = _first_ready_line(process).split()[1]
        yield Server(url=f"bolt://127.0.0.1:{port}", password=password)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


@pytest.fixture(scope="session")
def neo4j_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The Bolt URL of a Neo4j without login."""
    if given := os.environ.get("SIGHTLINES_TEST_NEO4J_URL"):
        yield given
        return
    with running_server(tmp_path_factory.mktemp("neo4j")) as server:
        yield server.url


@pytest.fixture(scope="session")
def neo4j_with_login(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Neo4j that wants a password."""
    with running_server(tmp_path_factory.mktemp("neo4j-login"), PASSWORD) as server:
        yield server
