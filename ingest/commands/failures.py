"""`sightlines failures`: what could not be read, and another try."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from graph.commands.output import FAILED, emit, output_options, say, workspace
from graph.errors import SourceError

if TYPE_CHECKING:
    from graph.records import Failure
    from graph.workspace import Workspace


@click.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE...]")
@click.option(
    "--retry",
    is_flag=True,
    help="Try again, registers with the mapping they were imported with; what can be read now is no failure.",
)
@click.option("--forget", is_flag=True, help="Take these sources off the list.")
@output_options
def failures(sources: tuple[str, ...], retry: bool, forget: bool, form: str | None) -> None:
    """List what could not be read, with the reason and what to do; only SOURCE when given. Exit code 1 when any is.

    \b
    sightlines failures --retry
    sightlines failures --forget old/scan.pdf
    """
    from graph.ledger.reading import failures as listed

    if retry and forget:
        raise click.UsageError("Either --retry or --forget.")
    opened = workspace()
    if forget:
        _forget(opened, sources)
    elif retry:
        _retry(opened, _chosen(listed(opened.ledger), sources))
    left = _chosen(listed(opened.ledger), () if forget else sources, strict=not retry)
    rows = [(f.source, f.stage, f.reason, f.hint, f.at) for f in left]
    emit(("source", "stage", "reason", "hint", "at"), rows, form, empty="No document failed.")
    if rows:
        raise SystemExit(FAILED)


def _chosen(every: "Sequence[Failure]", sources: Sequence[str], *, strict: bool = True) -> "list[Failure]":
    """The failures of these sources, or all. A folder, an archive or a feed stands for what lies in it."""
    from ingest.adding import rooted
    from ingest.failing import whole_source

    if not sources:
        return list(every)
    chosen: list[Failure] = []
    for source in sources:
        name = rooted(source)
        inside = tuple(f"{name.rstrip('/')}{mark}" for mark in ("/", "#", "!/"))
        found = [f for f in every if name in {f.source, whole_source(f)} or f.source.startswith(inside)]
        if not found and strict:
            raise SourceError(
                f"No failure of {source} is known.", hint="`sightlines failures` lists them.", source=source
            )
        chosen += [each for each in found if each not in chosen]
    return chosen


def _retry(opened: "Workspace", chosen: "Sequence[Failure]") -> None:
    from graph.ledger.reading import failures as listed
    from ingest.failing import retry
    from ingest.watching import watch

    done = retry(opened, chosen, progress=say)
    feeds = [failure.source for failure in done.others if failure.stage == "watch"]
    if feeds:
        for _ in watch(opened, feeds, once=True, progress=say):
            pass
    rows = [failure for failure in done.others if failure.stage == "import"]
    interrupted = done.report.interrupted or (bool(rows) and _import(opened, rows))
    for failure in done.others:
        if failure.stage not in {"watch", "import"}:
            say(
                f"Not tried again: {failure.source} (stage {failure.stage}): give it again to the command that read it."
            )
    left = {failure.source for failure in listed(opened.ledger)}
    say(f"Tried again: {len(chosen)} failures, {sum(each.source not in left for each in chosen)} are over.")
    if interrupted:
        say("Interrupted. What was read is kept.")
        raise SystemExit(FAILED)


def _import(opened: "Workspace", rows: "Sequence[Failure]") -> bool:
    """Import the registers of these rows again; returns whether it was interrupted."""
    from ingest.registers import import_again

    done = import_again(opened, rows, progress=say)
    for address, reason in done.untried.items():
        say(f"Not tried again: the rows of {address}: {reason}")
    return any(report.interrupted for report in done.reports.values())


def _forget(opened: "Workspace", sources: Sequence[str]) -> None:
    from graph.ledger import forget_failures
    from graph.ledger.reading import failures as listed

    if not sources:
        raise click.UsageError("Give the sources to forget.")
    gone = _chosen(listed(opened.ledger), sources)
    say(f"Forgotten: {forget_failures(opened.ledger, [failure.source for failure in gone])}")
