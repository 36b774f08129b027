"""Commands that change the ledger or the graph, or hand them on: remove, rebuild, review, export, serve."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graph.commands.output import say, settings, tell, workspace
from graph.enums import Verdict
from graph.errors import UnknownEntity

if TYPE_CHECKING:
    from graph.stores import GraphStore

_VERDICTS = {"accept": Verdict.ACCEPTED, "reject": Verdict.REJECTED, "unsure": Verdict.UNSURE}


@click.command()
@click.argument("document")
def remove(document: str) -> None:
    """Remove a document (its id, address or file) and exactly its evidence.

    Claims that no other document carries lapse; reviews stay, and hold again when the sentence returns.
    """
    from graph.ledger import remove as take

    opened = workspace()
    with opened.writing() as store:
        gone = take(opened.ledger, document)
        opened.refresh(store)
    tell(f"Removed: {gone.sentences} sentences, {gone.evidence} pieces of evidence, {gone.claims} claims lapsed.")


@click.command()
def rebuild() -> None:
    """Make the graph anew from the ledger, also when its file is damaged or the store is another one."""
    applied = workspace().refresh(full=True)
    tell(f"Rebuilt: {applied.nodes} nodes, {applied.edges} relationships.")


@click.command()
@click.argument("target")
@click.argument("verdict", type=click.Choice([*_VERDICTS, "withdraw"]))
@click.option("--by", required=True, help="Who decides.")
@click.option("--note", default="", help="Why.")
def review(target: str, verdict: str, by: str, note: str) -> None:
    """Decide on a claim or one piece of evidence (ids as the app and `--json` show them)."""
    from graph.ledger import add_review, withdraw_review
    from graph.records import Review

    opened = workspace()
    with opened.writing() as store:
        if verdict == "withdraw":
            if not withdraw_review(opened.ledger, target):
                say("There was no review to withdraw.")
        else:
            _check_target(store, target)
            at = datetime.now(UTC).isoformat(timespec="seconds")
            add_review(opened.ledger, Review(target=target, verdict=_VERDICTS[verdict], by=by, at=at, note=note))
        opened.refresh(store)
    tell(f"{target}: {verdict}")


def _check_target(store: "GraphStore", target: str) -> None:
    label = {"c_": "Claim", "v_": "Evidence"}.get(target[:2])
    if label is None or not store.read(f"MATCH (n:{label} {{id: $id}}) RETURN n.id AS id", {"id": target}).rows:
        raise UnknownEntity(
            f"No claim and no evidence has the id {target!r}.",
            hint="The app and `sightlines query run NAME --json` show the ids.",
            name=target,
        )


@click.command()
@click.argument("form", metavar="FORMAT")
@click.argument("out", type=click.Path(path_type=Path))
def export(form: str, out: Path) -> None:
    """Write the graph to OUT: rdf (TriG), tables (CSV folder or .zip) or graphml."""
    from graph.export import export as write

    opened = workspace()
    write(opened.ledger, opened.store, form, out)
    tell(f"Written: {out}")


@click.command()
@click.option("--port", type=click.IntRange(1, 65_535), help="Instead of SIGHTLINES_PORT.")
@click.option("--no-browser", is_flag=True, help="Do not open the browser.")
def serve(port: int | None, no_browser: bool) -> None:
    """Open the app on 127.0.0.1."""
    from dataclasses import replace

    from graph.ui.serve import serve as run

    chosen = settings()
    run(replace(chosen, port=port) if port else chosen, open_browser=not no_browser, tell=tell)
