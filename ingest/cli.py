"""`sightlines`: the root command. Everything heavy is imported by the command that needs it."""

import json
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from graph.cli import COMMANDS
from graph.commands.output import FAILED, Commands, clean, emit, finish, output_options, say, settings, tell, workspace
from graph.commands.output import as_json as to_json
from graph.errors import SourceError
from ingest.commands.failures import failures
from ingest.commands.importing import import_command
from ingest.commands.training import train
from ingest.commands.watching import watch

if TYPE_CHECKING:
    from ingest.adding import AddReport

BRIEFS = Path(__file__).resolve().parent / "briefs"


def _version() -> str:
    try:
        return version("sightlines")
    except PackageNotFoundError:
        return "not installed"


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(_version(), prog_name="sightlines")
def main() -> None:
    """A knowledge graph of surveillance supply chains that keeps the sentence behind every edge.

    \b
    sightlines demo                                   build the demonstration graph
    sightlines add article.html paper.pdf folder/     read documents
    sightlines query run who_uses_dataset -p dataset=MS-Celeb-1M
    sightlines trail Flickr "Integrated Joint Operations Platform"
    sightlines serve                                  open the app

    Settings are environment variables: SIGHTLINES_HOME, SIGHTLINES_LEDGER_URL, SIGHTLINES_STORE_URL, ... (README).
    """


for _command in COMMANDS:
    main.add_command(_command)
main.add_command(import_command)
main.add_command(failures)
main.add_command(watch)
main.add_command(train)


@main.command()
@click.argument("sources", nargs=-1, required=True, metavar="FILE|FOLDER|URL|-...")
@click.option("--again", is_flag=True, help="Extract again from documents that are in the ledger.")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
def add(sources: tuple[str, ...], again: bool, as_json: bool) -> None:
    """Read documents: HTML, PDF, plain text, Markdown, JSONL, RSS, Atom, mail (eml, mbox), web archives (WARC, WACZ),
    and ZIP, tar, gzip, bzip2 or xz of any of these; `-` is standard input.

    A large file that was not read to its end goes on where it stopped when the same command is given again.
    What can't be read is reported with the reason and kept under `sightlines failures`; the rest goes on.
    """
    from ingest.adding import add as add_all

    _report(add_all(workspace(), sources, progress=say, again=again), as_json)


@main.command()
def demo() -> None:
    """Build the demonstration graph from the briefs that ship with Sightlines. Safe to run again."""
    from ingest.adding import add as add_all

    report = add_all(workspace(), [str(path) for path in sorted(BRIEFS.glob("*.md"))], progress=say)
    _report(report, False)
    tell(f"The demonstration graph is in {settings().home}. Next: sightlines serve, or sightlines query list.")


def _report(report: "AddReport", as_json: bool) -> None:
    failed = [{"source": f.source, "stage": f.stage, "reason": f.reason, "hint": f.hint} for f in report.failures]
    if as_json:
        counts = {
            name: getattr(report, name) for name in ("new", "unchanged", "failed", "claims", "evidence", "interrupted")
        }
        click.echo(to_json({**counts, "seconds": round(report.seconds, 3), "failures": failed}, indent=None))
    else:
        tell(
            f"{report.new} new documents, {report.unchanged} unchanged, {report.failed} failed; "
            f"{report.claims} new claims, {report.evidence} pieces of evidence in {report.seconds:.1f} s"
        )
    for reason, count in report.left_out.most_common():
        if count:
            say(f"Left out: {count:,} {reason}.")
    finish(bool(failed), report.interrupted)


@main.command()
@click.argument("source", required=False)
@click.option("--passages", type=click.File("r", encoding="utf-8"), help='JSONL of {"id", "text"}; predictions out.')
def extract(source: str | None, passages: TextIO | None) -> None:
    """Extract without recording: predictions for passages, or mentions and claims of a source, as JSONL.

    \b
    sightlines extract --passages passages.jsonl > predictions.jsonl
    sightlines extract article.html
    """
    if (source is None) == (passages is None):
        raise click.UsageError("Give a source, or --passages FILE.")
    failures: list[str] = []
    for row in _predictions(_lines(source, failures) if source else passages or ()):
        if "error" in row:
            failures.append(f"{row['id']}: {row['error']}")
            say(failures[-1])
        else:
            click.echo(to_json(row, indent=None))
    if failures:
        raise SystemExit(FAILED)


def _predictions(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    from ingest.passages import predict
    from ingest.pipeline import Pipelines

    return predict(lines, Pipelines(settings()))


def _lines(source: str, failures: list[str]) -> Iterator[str]:
    from graph.records import Failure
    from ingest.load import load

    for each in load(source, language=settings().language):
        if isinstance(each, Failure):
            failures.append(each.reason)
            say(f"Failed: {each.source}: {each.reason}")
            say(f"Hint: {each.hint}")
        else:
            yield json.dumps({"id": each.address, "text": each.text, "language": each.language})


@main.command()
@click.argument("sentence")
@output_options
def explain(sentence: str, form: str | None) -> None:
    """Show the mentions and claims of one text, with probability and reason."""
    (row,) = _predictions([json.dumps({"id": "text", "text": sentence})])
    if "error" in row:
        raise click.ClickException(clean(row["error"]))
    if form == "json":
        click.echo(to_json(row))
        return
    rows: list[tuple[Any, ...]] = [
        ("mention", sentence[m["start"] : m["end"]], m["type"], m["probability"], "") for m in row["mentions"]
    ]
    for c in row["claims"]:
        words = f"{sentence[slice(*c['subject'])]} {c['predicate']} {sentence[slice(*c['object'])]}"
        how = ", ".join(filter(None, (c["polarity"], c["modality"], c["speaker"], c["happened"])))
        rows.append(("claim", words, how, c["probability"], c.get("why", "")))
    emit(("what", "words", "kind", "probability", "why"), rows, form, empty="No mention and no claim.")


@main.command()
@click.argument("gold", type=click.File("r", encoding="utf-8"))
@click.argument("predicted", type=click.File("r", encoding="utf-8"))
@click.option("--by", type=click.Choice(["predicate", "genre"]), help="A table by predicate or genre.")
@click.option("--min-probability", type=click.FloatRange(0, 1), default=0.0, show_default=True)
@click.option("--errors", type=click.IntRange(0), default=0, help="Print this many misses and false claims.")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
def score(gold: TextIO, predicted: TextIO, by: str | None, min_probability: float, errors: int, as_json: bool) -> None:
    """Score predictions against gold passages (both JSONL; `-` is standard input)."""
    from ingest.score import score as measure

    report = measure(_rows(gold), _rows(predicted), by=by, min_probability=min_probability, errors=errors)
    for note in report.notes:
        say(note)
    click.echo(report.json() if as_json else "\n".join(report.lines()))


def _rows(file: TextIO) -> list[dict[str, Any]]:
    rows = []
    for number, line in enumerate(file, start=1):
        try:
            row = json.loads(line) if line.strip() else None
        except (ValueError, RecursionError) as exc:
            raise SourceError(f"{file.name}: line {number} is no JSON: {exc}", source=file.name) from exc
        if row is not None:
            rows.append(row)
    return rows


if __name__ == "__main__":
    sys.exit(main())
