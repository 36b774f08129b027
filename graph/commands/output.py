"""How commands answer: tables on standard output, notes on standard error, errors with a hint and an exit code."""

import csv
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import click

from graph.errors import ConfigError, SightlinesError
from graph.plain import visible
from graph.settings import Settings, load_settings
from graph.workspace import Workspace, open_workspace

F = TypeVar("F", bound=Callable[..., Any])
WIDEST = 60  # characters of a cell on a terminal
FAILED, WRONG_USE = 1, 2
# What JSON leaves as it is, and a terminal may obey: C1 controls, directions, zero widths, tags, surrogates.
_UNSEEN = re.compile(
    "[\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\U000e0000-\U000e007f]"
)


def finish(failed: bool, interrupted: bool) -> None:
    """End a command that reads: say that an interrupt lost nothing; exit code 1 for it and where anything failed."""
    if interrupted:
        say("Interrupted. What was read is kept; run the same command again to go on.")
    if failed or interrupted:
        raise SystemExit(FAILED)


def clean(value: Any) -> str:
    """Return a value as one line without control characters: a document must not drive the reader's terminal."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, list | tuple):
        return ", ".join(clean(item) for item in value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return visible(text)


def as_json(value: Any, *, indent: int | None = 2) -> str:
    """Return `value` as JSON with every control and invisible character escaped: JSON goes to terminals, too."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=str)
    return _UNSEEN.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]


def say(words: str) -> None:
    """Print a line for people on standard error."""
    click.echo(clean(words), err=True)


def tell(words: str) -> None:
    """Print a line of the answer."""
    click.echo(clean(words))


def output_options(command: F) -> F:
    """Add `--json` and `--csv` to a command; it receives `form`, which is json, csv or None."""
    command = click.option("--csv", "form", flag_value="csv", help="Answer as CSV.")(command)
    return click.option("--json", "form", flag_value="json", help="Answer as JSON.")(command)


def emit(columns: Sequence[str], rows: Iterable[Sequence[Any]], form: str | None, *, empty: str = "Nothing.") -> None:
    """Print rows as a table, as a JSON list of objects or as CSV."""
    lines = [list(row) for row in rows]
    if form == "json":
        click.echo(as_json([dict(zip(columns, row, strict=True)) for row in lines]))
    elif form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_cell(value) for value in row] for row in lines)
    elif not lines:
        say(empty)
    else:
        _table(columns, lines)


def emit_object(values: Mapping[str, Any], form: str | None) -> None:
    """Print one record: name and value a line, or as JSON or CSV."""
    if form == "json":
        click.echo(as_json(values))
    else:
        emit(("name", "value"), values.items(), form)


def _cell(value: Any) -> str:
    # A cell that begins like a formula is one for a spreadsheet: an apostrophe makes it text.
    text = clean(value)
    return "'" + text if text[:1] in {"=", "+", "-", "@"} and not isinstance(value, int | float) else text


def _table(columns: Sequence[str], rows: list[list[Any]]) -> None:
    widest = WIDEST if sys.stdout.isatty() else 10_000
    cells = [[_cut(clean(value), widest) for value in row] for row in rows]
    widths = [max(len(column), *(len(row[i]) for row in cells)) for i, column in enumerate(columns)]
    number = [all(isinstance(row[i], int | float) or row[i] is None for row in rows) for i in range(len(columns))]

    def line(values: Sequence[str]) -> str:
        padded = (v.rjust(w) if n else v.ljust(w) for v, w, n in zip(values, widths, number, strict=True))
        return "  ".join(padded).rstrip()

    click.echo(line(list(columns)))
    click.echo("  ".join("-" * width for width in widths))
    for row in cells:
        click.echo(line(row))


def _cut(text: str, widest: int) -> str:
    return text if len(text) <= widest else text[: widest - 1] + "…"


def settings() -> Settings:
    """The settings of this command, read once."""
    context = click.get_current_context()
    root = context.find_root()
    if not isinstance(root.obj, Settings):
        root.obj = load_settings()
    return root.obj


def workspace() -> Workspace:
    """The workspace of this command; closed when it ends."""
    opened = open_workspace(settings())
    click.get_current_context().call_on_close(opened.close)
    return opened


def _flush() -> None:
    """Write what is still buffered; whoever reads our output may have seen enough, which is no error."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # What is left would be written, and complained about, once more while Python shuts down.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Commands(click.Group):
    """A group that turns expected errors into a message, a hint and an exit code, and survives a closed pipe."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run; exit 0 when all is well, 1 when something failed, 2 for wrong use."""
        try:
            return super().main(*args, **kwargs)
        except BrokenPipeError:
            sys.exit(0)
        finally:
            _flush()

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was named, translating our errors."""
        try:
            return super().invoke(ctx)
        except SightlinesError as error:
            say(f"Error: {error}")
            if error.hint:
                say(f"Hint: {error.hint}")
            ctx.exit(WRONG_USE if isinstance(error, ConfigError) else FAILED)
        except KeyboardInterrupt:
            say("Interrupted.")
            ctx.exit(FAILED)
