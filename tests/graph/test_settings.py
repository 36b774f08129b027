"""Settings come from the environment once; a wrong one is named."""

from pathlib import Path

import pytest

from graph.errors import ConfigError
from graph.settings import load_settings


def test_ledger_and_graph_lie_in_the_home_folder(tmp_path: Path) -> None:
    settings = load_settings({"SIGHTLINES_HOME": str(tmp_path)})
    assert settings.ledger_url == f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    assert settings.store_url == f"kglite:{tmp_path / 'graph.kgl'}"


def test_a_local_folder_is_found_before_the_one_in_the_home_directory(tmp_path: Path) -> None:
    assert load_settings({}, cwd=tmp_path).home == Path("~/.sightlines").expanduser().resolve()
    (tmp_path / ".sightlines").mkdir()
    assert load_settings({}, cwd=tmp_path).home == tmp_path / ".sightlines"


def test_the_environment_overrides_each_default(tmp_path: Path) -> None:
    settings = load_settings(
        {
            "SIGHTLINES_HOME": str(tmp_path),
            "SIGHTLINES_STORE_URL": "bolt://127.0.0.1:7687",
            "SIGHTLINES_STORE_PASSWORD": "secret",
            "SIGHTLINES_MAX_ROWS": "7",
        }
    )
    assert (settings.store_url, settings.max_rows) == ("bolt://127.0.0.1:7687", 7)
    assert "secret" not in repr(settings), "a password must not reach a log or a traceback"


@pytest.mark.parametrize("value", ["many", "0", "-3", "1e99", "nan"])
def test_a_wrong_number_names_its_variable(value: str) -> None:
    with pytest.raises(ConfigError, match="SIGHTLINES_TIMEOUT"):
        load_settings({"SIGHTLINES_TIMEOUT": value})
