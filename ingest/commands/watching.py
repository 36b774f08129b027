"""`sightlines watch`: feeds are polled, and what is new is read."""

import signal
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from graph.commands.output import FAILED, as_json, say, tell, workspace

if TYPE_CHECKING:
    from graph.workspace import Workspace
    from ingest.watching import Round


@click.command()
@click.argument("feeds", nargs=-1, metavar="[FEED...]")
@click.option("--once", is_flag=True, help="Look once and end, for cron.")
@click.option(
    "--every", type=click.IntRange(1, 44_640), default=60, show_default=True, help="Minutes between two looks."
)
@click.option("--forget", is_flag=True, help="Watch these feeds no longer; what was read stays.")
@click.option("--json", "as_json_", is_flag=True, help="Report each look as a line of JSON.")
def watch(feeds: tuple[str, ...], once: bool, every: int, forget: bool, as_json_: bool) -> None:
    """Poll feeds (RSS, Atom, JSON Feed) and read the pages of new entries; without FEED, all that were watched before.

    Every site is asked slowly and as its robots.txt says, and left alone for as long as it wishes. Ctrl-C ends; the
    next watch goes on where this one stopped. Exit code 1 when a feed or a page could not be read.

    \b
    sightlines watch https://example.org/feed.xml --every 30
    sightlines watch --once
    """
    from ingest.watching import watch as rounds

    opened = workspace()
    if forget:
        _forget(opened, feeds)
        return
    if not feeds and not _watched(opened):
        raise click.UsageError("No feed is watched yet: give the address of one.")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a service manager's stop is as clean as Ctrl-C
    failed = False
    for done in rounds(opened, feeds, every=every * 60.0, once=once, progress=say):
        failed = failed or bool(done.failures)
        if as_json_:
            click.echo(as_json(_row(done), indent=None))
        else:
            _tell(done)
    if failed:
        raise SystemExit(FAILED)


def _watched(opened: "Workspace") -> bool:
    from graph.ledger.feeds import feeds

    return bool(feeds(opened.ledger))


def _forget(opened: "Workspace", addresses: tuple[str, ...]) -> None:
    from graph.ledger import forget_failures
    from graph.ledger.feeds import forget_feed

    if not addresses:
        raise click.UsageError("Give the feeds to forget.")
    missing = [each for each in addresses if not forget_feed(opened.ledger, each)]
    forget_failures(opened.ledger, addresses)
    for each in missing:
        say(f"{each} was not watched.")
    if missing:
        raise SystemExit(FAILED)
    tell(f"Forgotten: {len(addresses)} feed" + ("s" if len(addresses) != 1 else ""))


def _row(done: "Round") -> dict[str, object]:
    row = asdict(done)
    row["failures"] = [{k: f[k] for k in ("source", "stage", "reason", "hint")} for f in row["failures"]]
    return row


def _tell(done: "Round") -> None:
    waiting = f", {done.waiting} left for later" if done.waiting else ""
    tell(
        f"{done.polled} feeds polled: {done.entries} new entries, {done.new} new documents, "
        f"{done.unchanged} unchanged, {len(done.failures)} failed{waiting}; "
        f"{done.claims} new claims, {done.evidence} pieces of evidence"
    )
