"""Where `app.py` and `queries/` lie: in a checkout at its root, in an installed wheel under `graph/_bundled/`."""

from pathlib import Path

_HERE = Path(__file__).resolve().parent
ROOT = _HERE.parent if (_HERE.parent / "pyproject.toml").is_file() else _HERE / "_bundled"
APP = ROOT / "app.py"
QUERIES = ROOT / "queries"
SCHEMA = _HERE / "schema"
