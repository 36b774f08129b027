"""`sightlines import`: rows of a register become claims."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graph.commands.output import FAILED, as_json, emit, finish, say, tell, workspace

if TYPE_CHECKING:
    from ingest.registers import ImportReport, Mapping

_SHOWN = 20  # rows that don't fit, on a terminal; `sightlines failures` has them all


def _list(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if not wanted or context.resilient_parsing:
        return
    from ingest.registers import load_mapping, shipped

    mappings = [load_mapping(name) for name in shipped()]
    emit(("name", "title", "publisher", "licence"), [(m.name, m.title, m.publisher, m.licence) for m in mappings], None)
    context.exit()


@click.command("import")
@click.argument("mapping")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--list", is_flag=True, is_eager=True, expose_value=False, callback=_list, help="List the mappings.")
@click.option("--dry-run", is_flag=True, help="Show the first rows as claims; write nothing.")
@click.option(
    "--rows", type=click.IntRange(1, 10_000), default=10, show_default=True, help="Rows that --dry-run shows."
)
@click.option("--address", metavar="URL", help="Address of the register, where FILE is a copy of it.")
@click.option("--publisher", help="Who publishes the register; its rows count as one source.")
@click.option("--published", metavar="DATE", help="When it was published (2019, 2019-06, 2019-06-06).")
@click.option("--json", "as_json_", is_flag=True, help="Report as JSON.")
def import_command(
    mapping: str,
    file: Path,
    dry_run: bool,
    rows: int,
    address: str | None,
    publisher: str | None,
    published: str | None,
    as_json_: bool,
) -> None:
    """Read a register (CSV, Excel, Parquet, JSON) into claims; the row is the evidence.

    MAPPING is a .yml file, or the name of one that ships (`--list`). Importing again changes nothing; rows that changed
    are replaced. Rows that don't fit are listed and kept under `sightlines failures`.

    \b
    sightlines import flock flock_agency_access.csv.gz
    sightlines import plain claims.xlsx --dry-run
    """
    from ingest.registers import import_register, load_mapping

    chosen = load_mapping(mapping)
    _check(address, publisher, published)
    if dry_run:
        _preview(chosen, file, rows, as_json_)
        return
    report = import_register(
        workspace(), chosen, file, address=address, publisher=publisher, published=published, progress=say
    )
    _report(report, chosen, as_json_)


def _check(address: str | None, publisher: str | None, published: str | None) -> None:
    from ingest.sources.base import own_address, own_date, own_words

    if address is not None and (own_address(address) is None or "#" in address):
        raise click.BadParameter(f"{address!r} is no web address.", param_hint="--address")
    if publisher is not None and own_words(publisher, 120) != publisher:
        raise click.BadParameter("is no name.", param_hint="--publisher")
    if published is not None and own_date(published) != published:
        raise click.BadParameter(f"{published!r} is no date such as 2019-06.", param_hint="--published")


def _preview(mapping: "Mapping", file: Path, rows: int, as_json_: bool) -> None:
    from ingest.registers import preview

    found = list(preview(mapping, file, rows))
    if as_json_:
        fields = ("number", "text", "claims", "left_out", "problems")
        click.echo(as_json([{name: getattr(row, name) for name in fields} for row in found]))
    else:
        for row in found:
            tell(row.text or f"{mapping.word} {row.number}")
            for mark, lines in (("=>", row.claims), ("left out:", row.left_out), ("does not fit:", row.problems)):
                for line in lines:
                    tell(f"    {mark} {line}")
        say("Nothing was written." if found else "The file has no rows.")
    if any(row.problems for row in found):
        raise SystemExit(FAILED)


def _report(report: "ImportReport", mapping: "Mapping", as_json_: bool) -> None:
    failed = [{"source": f.source, "stage": f.stage, "reason": f.reason, "hint": f.hint} for f in report.failures]
    if as_json_:
        names = ("rows", "claiming", "made", "new", "unchanged", "removed", "claims", "evidence", "rejected")
        values: dict[str, Any] = {name: getattr(report, name) for name in (*names, "interrupted")}
        values["left_out"] = {
            why: {"rows": left.rows, "examples": left.examples} for why, left in report.left_out.items()
        }
        seconds = {"seconds": round(report.seconds, 3), "updating": round(report.updating, 3)}
        click.echo(as_json({**values, **seconds, "failures": failed}, indent=None))
    else:
        word = mapping.word
        tell(
            f"{report.rows} {word}s: {report.claiming} claim something, {report.rejected} do not fit; "
            f"{report.claims} new claims, {report.evidence} pieces of evidence in {report.seconds:.1f} s"
        )
        for why, left in sorted(report.left_out.items(), key=lambda item: -item[1].rows):
            say(f"Left out in {left.rows} {word}s: {why} ({'; '.join(left.examples)})")
        for each in failed[:_SHOWN]:
            say(f"Does not fit: {each['reason']}")
        if len(failed) > _SHOWN:
            say(f"... and {report.rejected - _SHOWN} more: `sightlines failures` lists them.")
        if failed:
            say(f"Hint: {failed[0]['hint']}")
    finish(bool(failed), report.interrupted)
