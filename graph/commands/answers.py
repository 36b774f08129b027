"""Commands that only read: stats, documents, verify, query, trail."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from graph.commands.output import (
    FAILED,
    as_json,
    clean,
    emit,
    emit_object,
    output_options,
    say,
    settings,
    tell,
    workspace,
)

if TYPE_CHECKING:
    from graph.queries import SavedQuery
    from graph.reports.trails import Step, TrailsView, TrailView


@click.command()
@output_options
def stats(form: str | None) -> None:
    """Count what the ledger and the graph hold."""
    from graph.ledger.reading import stats as count

    opened = workspace()
    values: dict[str, Any] = asdict(count(opened.ledger))
    nodes = opened.store.read("MATCH (n:Entity) RETURN count(n) AS n").rows
    links = opened.store.read("MATCH (:Entity)-[r]->(:Entity) RETURN count(r) AS n", timeout=60).rows
    at = opened.store.read("MATCH (s:Snapshot) RETURN s.at AS at").rows
    values |= {"entities": nodes[0][0], "links": links[0][0], "graph_of": at[0][0] if at else None}
    emit_object(values, form)
    if not values["documents"]:
        say("Nothing was added yet: `sightlines demo`, or `sightlines add FILE|FOLDER|URL`.")


@click.command()
@output_options
def documents(form: str | None) -> None:
    """List the documents of the ledger."""
    from graph.ledger.reading import documents as listed

    columns = ("id", "published", "modified", "publisher", "headline", "kind", "address")
    rows = [[getattr(document, name) for name in columns] for document in listed(workspace().ledger)]
    emit(columns, rows, form, empty="No document was added yet.")


@click.command()
@output_options
def verify(form: str | None) -> None:
    """Re-read every span, recompute every id, and follow every reference of the ledger."""
    from graph.ledger import verify as check
    from graph.ledger.reading import stats as count

    opened = workspace()
    problems = check(opened.ledger)
    held = count(opened.ledger)
    if form or problems:
        emit(("problem",), [(p,) for p in problems], form)
    if problems:
        say(f"{len(problems)} problems in {held.documents} documents.")
        raise SystemExit(FAILED)
    say(f"{held.documents} documents, {held.mentions} mentions, {held.evidence} pieces of evidence re-read: all right")


@click.group()
def query() -> None:
    """Ask saved questions."""


def _saved() -> "dict[str, SavedQuery]":
    from graph.paths import QUERIES
    from graph.queries import load_queries

    own = settings().home / "queries"
    return load_queries(QUERIES, own) if own.is_dir() else load_queries(QUERIES)


def _named(name: str) -> "SavedQuery":
    known = _saved()
    if name not in known:
        raise click.UsageError(f"No saved question is called {name!r}. There are: {', '.join(sorted(known))}.")
    return known[name]


@query.command("list")
@output_options
def list_queries(form: str | None) -> None:
    """List the saved questions."""
    rows = [(q.name, q.title, ", ".join(q.tags), ", ".join(q.params)) for q in _saved().values()]
    emit(("name", "title", "tags", "params"), rows, form)


@query.command("show")
@click.argument("name")
def show_query(name: str) -> None:
    """Print a question with its parameters and its Cypher."""
    click.echo(_named(name).text.rstrip())


@query.command("run")
@click.argument("name")
@click.option("-p", "--param", "params", multiple=True, metavar="KEY=VALUE", help="A parameter; see `query show NAME`.")
@click.option("--limit", type=click.IntRange(1), help="Rows at most.")
@output_options
def run_query(name: str, params: tuple[str, ...], limit: int | None, form: str | None) -> None:
    """Run a saved question.

    \b
    sightlines query run who_uses_dataset -p dataset=MS-Celeb-1M
    """
    from graph.queries import run

    given: dict[str, Any] = {}
    for each in params:
        key, equals, value = each.partition("=")
        if not equals:
            raise click.UsageError(f"--param wants KEY=VALUE, not {each!r}.")
        given[key] = value
    saved = _named(name)
    chosen = settings()
    table = run(workspace().store, saved, given, limit=limit or chosen.max_rows, timeout=chosen.timeout)
    emit(table.columns, table.rows, form, empty="No rows.")
    if table.truncated:
        say(f"Only the first {len(table.rows)} rows are shown.")


@click.command()
@click.argument("start", metavar="FROM")
@click.argument("goal", metavar="TO")
@click.option("--max-steps", type=click.IntRange(1, 12), default=6, show_default=True, help="Hops at most.")
@click.option("--min-belief", type=click.FloatRange(0, 1), default=0.0, show_default=True, help="Of the weakest hop.")
@click.option("--limit", type=click.IntRange(1, 50), default=5, show_default=True, help="Trails at most.")
@click.option("--planned", is_flag=True, help="Also what is only planned or hypothetical.")
@click.option("--inferred", is_flag=True, help="Also what is inferred.")
@click.option("--as-of", metavar="DATE", help="Nothing that happened later (2019, 2019-06, 2019-06-06).")
@output_options
def trail(
    start: str,
    goal: str,
    max_steps: int,
    min_belief: float,
    limit: int,
    planned: bool,
    inferred: bool,
    as_of: str | None,
    form: str | None,
) -> None:
    """Walk from one entity to another, with the sentence of every hop.

    \b
    sightlines trail Flickr "Integrated Joint Operations Platform"
    """
    from graph.reports.trails import trails_view
    from graph.search import find_entity
    from graph.trails import TrailOptions

    opened = workspace()
    ends = [find_entity(opened.store, name).id for name in (start, goal)]
    options = TrailOptions(
        max_steps=max_steps, min_belief=min_belief, limit=limit, planned=planned, inferred=inferred, as_of=as_of
    )
    found = trails_view(opened.ledger, opened.store, ends[0], ends[1], options)
    if form:
        _emit_trails(found, form)
    else:
        for number, each in enumerate(found.trails, start=1):
            _tell_trail(number, each)
    if not found.trails:
        say(f"No trail from {found.start.name} to {found.goal.name}.")
        for miss in found.misses:
            reached = f"{miss.reached.name}: " if miss.reached else ""
            say(f"  {reached}{miss.why}")
        raise SystemExit(FAILED)
    if found.cut:
        say("The neighbourhood is too large to be searched whole: there may be better trails.")


def _hop(step: "Step") -> dict[str, Any]:
    best = step.best
    return {
        "from": step.start.name,
        "words": step.words,
        "to": step.goal.name,
        "belief": step.link.belief,
        "status": step.link.status,
        "independent": step.link.sources,
        "denials": len(step.claims.denied) if step.claims else 0,
        "modality": best.modality if best else step.link.modality,
        "sentence": best.sentence if best else None,
        "speakers": list(best.speakers) if best else [],
        "happened": best.happened if best else None,
        "published": best.published if best else None,
        "modified": best.modified if best else None,
        "publisher": best.publisher if best else None,
        "sources": [source.address for source in best.sources] if best else [],
        "address": best.address if best else None,
        "claim_ids": list(step.link.claim_ids),
    }


def _emit_trails(found: "TrailsView", form: str) -> None:
    if form == "json":
        trails = [
            {"belief": t.belief, "weakest": _hop(t.weakest), "hops": [_hop(s) for s in t.steps]} for t in found.trails
        ]
        misses = [{"why": m.why, "reached": m.reached.name if m.reached else None} for m in found.misses]
        click.echo(as_json({"trails": trails, "misses": misses, "cut": found.cut}))
        return
    rows = [{"trail": n, "hop": h, **_hop(s)} for n, t in enumerate(found.trails, 1) for h, s in enumerate(t.steps, 1)]
    if rows:
        emit(list(rows[0]), [list(row.values()) for row in rows], "csv")


def _tell_trail(number: int, found: "TrailView") -> None:
    weakest = found.weakest
    many = "step" if len(found.steps) == 1 else "steps"
    tell(f"Trail {number}: {len(found.steps)} {many}, as strong as its weakest: {found.belief:.2f}")
    for place, step in enumerate(found.steps, start=1):
        hop = _hop(step)
        mark = "   <- weakest" if step is weakest and len(found.steps) > 1 else ""
        tell(f"  {place}. {hop['from']} {hop['words']} {hop['to']}   {hop['belief']:.2f}, {hop['status']}{mark}")
        if hop["sentence"]:
            tell(f'     "{hop["sentence"]}"')
        tell("     " + _origin(hop))
    click.echo()


def _origin(hop: dict[str, Any]) -> str:
    speakers = " citing ".join(hop["speakers"]) or hop["publisher"] or "the document"
    independent = f"{hop['independent']} independent source" + ("s" if hop["independent"] != 1 else "")
    parts = [f"{hop['modality']} by {speakers}", hop["happened"] and f"happened {hop['happened']}"]
    parts += [hop["published"] and f"published {hop['published']}"]
    changed = hop["modified"] if hop["modified"] != hop["published"] else None
    parts += [changed and f"changed {changed}", independent]
    parts += [f"denied in {hop['denials']}" if hop["denials"] else None, " ".join(hop["sources"]) or hop["address"]]
    return clean("; ".join(part for part in parts if part))
