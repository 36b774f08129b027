"""What the README promises exists, and what exists is in the README."""

import re
import shlex
from dataclasses import fields
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from graph.settings import PREFIX, Settings
from ingest.cli import main

README = (Path(__file__).resolve().parents[1] / "README.md").read_text("utf-8")
CHANGELOG = (Path(__file__).resolve().parents[1] / "CHANGELOG.md").read_text("utf-8")


def _commands(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = []
    for name, command in group.commands.items():
        found += _commands(command, (*path, name)) if isinstance(command, click.Group) else [(*path, name)]
    return found


@pytest.mark.parametrize("command", _commands(main), ids=" ".join)
def test_every_command_is_in_the_readme_and_has_help(command: tuple[str, ...]) -> None:
    assert all(re.search(rf"\b{re.escape(word)}\b", README) for word in command)
    done = CliRunner().invoke(main, [*command, "--help"])
    assert done.exit_code == 0
    assert len(done.output.splitlines()) > 4


@pytest.mark.parametrize("name", [f.name for f in fields(Settings)])
def test_every_setting_is_in_the_readme(name: str) -> None:
    assert f"`{PREFIX}{name.upper()}`" in README


def test_every_variable_that_the_readme_names_is_a_setting() -> None:
    known = {PREFIX + f.name.upper() for f in fields(Settings)}
    assert set(re.findall(r"SIGHTLINES_[A-Z_]+\b", README)) <= known


def test_the_readme_shows_only_commands_and_options_that_exist() -> None:
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("sightlines ")]
    assert len(lines) >= 8
    for line in lines:
        words = shlex.split(line.split(" && ")[0], comments=True)[1:]
        command: click.Command = main
        while isinstance(command, click.Group):
            command = command.commands[words.pop(0)]
        options = {o for p in command.params for o in p.opts}
        assert {w for w in words if w.startswith("-") and w != "-"} <= options, line


def test_the_changelog_begins_with_what_is_not_released() -> None:
    assert CHANGELOG.split("\n## ")[1].startswith("Unreleased")
    assert CHANGELOG.split("\n## ")[1].count("\n- ") >= 5
