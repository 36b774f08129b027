"""Two generic top-level names are ours alone, and the wheel works outside the checkout."""

import subprocess
import sys
import venv
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("name", ["ingest", "graph"])
def test_no_other_distribution_owns_our_package_names(name: str) -> None:
    owners = set(packages_distributions().get(name, [])) - {"sightlines"}
    assert not owners, f"{sorted(owners)} also installs {name!r}: install Sightlines into an environment of its own"


def test_the_console_script_runs_from_another_folder(tmp_path: Path) -> None:
    script = Path(sys.executable).parent / "sightlines"
    done = subprocess.run([script, "--version"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "sightlines" in done.stdout.lower()


@pytest.mark.slow
def test_the_wheel_works_outside_the_checkout(tmp_path: Path) -> None:
    """Build the wheel, install it alone into a fresh environment that sees this one's dependencies, and use it."""
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path / "dist"), str(ROOT)]
    done = subprocess.run(build, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = (tmp_path / "dist").glob("sightlines-*.whl")
    venv.create(tmp_path / "env", with_pip=False)
    python = tmp_path / "env" / "bin" / "python"
    target = next((tmp_path / "env" / "lib").glob("python*")) / "site-packages"
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "-q", "--no-deps", str(wheel)]
    done = subprocess.run(install, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    # Dependencies come from this environment, behind the wheel's own files; the checkout's editable hook stays away.
    site = next(p for p in sys.path if p.endswith("site-packages"))
    (target / "dependencies.pth").write_text(f"{site}\n", "utf-8")
    env = {"SIGHTLINES_HOME": str(tmp_path / "home"), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}

    def sightlines(*arguments: str) -> str:
        command = [str(python), "-m", "ingest.cli", *arguments]
        ran = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=300)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    where = [str(python), "-c", "import graph.paths as p; print(p.APP.is_file(), p.QUERIES.is_dir(), p.ROOT)"]
    paths = subprocess.run(where, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60)
    assert paths.stdout.startswith("True True"), paths.stdout + paths.stderr
    assert str(tmp_path) in paths.stdout, "the wheel's own files are used, not the checkout's"
    assert "who_uses_dataset" in sightlines("query", "list")
    sightlines("demo")
    assert '"documents"' in sightlines("stats", "--json")
