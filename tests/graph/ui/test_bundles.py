"""The committed bundles are what the committed sources build."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

UI = Path(__file__).resolve().parents[3] / "graph" / "ui"
FRONTEND, STATIC = UI / "frontend", UI / "static"
SOURCES = ("package.json", "package-lock.json", "build.mjs", "graph.js", "chain.js", "look.js", "editor.js")


def absent(reason: str) -> None:
    """Skip where a developer lacks a tool; never in CI."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason} (CI=true)")
    pytest.skip(reason)


@pytest.mark.slow
def test_the_bundles_are_built_from_the_sources(tmp_path: Path) -> None:
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        absent("node and npm are not installed: the bundles can't be rebuilt")
    assert npm is not None
    for name in SOURCES:
        shutil.copy(FRONTEND / name, tmp_path / name)
    command = [npm, "ci", "--no-audit", "--no-fund", "--prefer-offline"]
    got = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    if got.returncode:
        absent(f"npm can't fetch the packages: {got.stderr.strip()[-200:]}")
    built = tmp_path / "built"
    built.mkdir()
    subprocess.run(["node", "build.mjs", str(built)], cwd=tmp_path, check=True, capture_output=True, timeout=120)
    for file in ("graph.bundle.js", "editor.bundle.js", "LICENSES.txt"):
        assert (built / file).read_bytes() == (STATIC / file).read_bytes(), f"{file} is stale: run npm run build"


def test_every_bundled_part_may_be_shipped() -> None:
    text = (STATIC / "LICENSES.txt").read_text("utf-8")
    parts = re.findall(r"^(@?[\w./-]+) \d+\.\d+\.\d+ \(([^)]+)\)$", text, re.MULTILINE)
    assert {"cytoscape", "cytoscape-fcose", "codemirror", "@codemirror/view"} <= {name for name, _ in parts}
    assert {licence for _, licence in parts} <= {"MIT", "ISC", "Apache-2.0", "BSD-3-Clause"}


@pytest.mark.parametrize("bundle", ["graph.bundle.js", "editor.bundle.js"])
def test_a_bundle_names_no_other_host_to_fetch_from(bundle: str) -> None:
    code = (STATIC / bundle).read_text("utf-8")
    hosts = set(re.findall(r"https?://([\w.-]+)", code))
    # Names of XML namespaces and addresses inside error messages are never requested.
    assert hosts <= {"www.w3.org", "js.cytoscape.org", "github.com"}, hosts
    assert "eval(" not in code
    assert "new Function" not in code


def test_the_drawing_knows_no_entity_type_of_its_own() -> None:
    from graph.schema import load_schema

    schema = load_schema()
    code = "".join((FRONTEND / name).read_text("utf-8") for name in ("graph.js", "chain.js", "look.js"))
    words = {*schema.entities, *schema.predicates, *(face.plural for face in schema.faces)}
    assert not [word for word in words if re.search(rf"\b{word}\b", code)]
    assert not [face.key for face in schema.faces if face.light.lower() in code.lower()]
