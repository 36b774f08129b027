"""The server: loopback, a strict content policy, and one clear message when the port is taken."""

import os
import re
import socket
import subprocess
import sys
import time
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest
import streamlit

from graph.errors import ConfigError
from graph.ui.serve import HOST, check_port, content_policy, options

INDEX = (Path(streamlit.__file__).parent / "static" / "index.html").read_bytes()


def test_the_policy_allows_the_inline_script_of_the_installed_streamlit_and_no_other() -> None:
    policy = content_policy(INDEX)
    scripts = policy.split("script-src ")[1].split(";")[0]
    assert "unsafe" not in scripts
    assert "http" not in policy
    inline = re.findall(rb"<script>(.*?)</script>", INDEX, re.DOTALL)
    assert inline, "Streamlit's index.html has no inline script any more: simplify content_policy"
    for code in inline:
        assert b64encode(sha256(code).digest()).decode() in scripts


def test_the_policy_lets_nothing_leave_the_host() -> None:
    directives = dict(part.split(" ", 1) for part in content_policy(INDEX).split("; "))
    assert directives["default-src"] == "'self'"
    assert directives["connect-src"] == "'self'"
    assert directives["img-src"] == "'self' data: blob:"
    assert directives["frame-ancestors"] == "'none'"


def test_the_app_listens_on_the_loopback_address_and_sends_no_statistics() -> None:
    found = options(8501, open_browser=False)
    assert found["server.address"] == "127.0.0.1"
    assert found["server.allowedHosts"] == ["localhost", "127.0.0.1"]
    assert found["browser.gatherUsageStats"] is False
    assert found["server.headless"] is True


def test_serving_tells_the_address_and_nothing_of_streamlit(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "ingest.cli", "serve", "--no-browser", "--port", str(port)]
    env = {**os.environ, "SIGHTLINES_HOME": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    log = tmp_path / "log"
    with log.open("w") as out, subprocess.Popen(command, stdout=out, stderr=out, env=env) as process:
        try:
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline and process.poll() is None and not answers(port):
                time.sleep(0.1)
        finally:
            process.terminate()
    said = log.read_text()
    assert f"http://127.0.0.1:{port}" in said
    assert "streamlit" not in said.lower()


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def test_a_taken_port_gets_a_clear_message_that_names_another() -> None:
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(ConfigError, match=str(port)) as caught:
            check_port(port)
    assert f"SIGHTLINES_PORT={port + 1}" in caught.value.hint


def test_a_free_port_passes() -> None:
    with socket.socket() as other:
        other.bind((HOST, 0))
        port = other.getsockname()[1]
    check_port(port)
