"""Add documents: load, extract, record one by one, and bring the graph up to date once at the end."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from graph.records import Document, Failure
from graph.workspace import Workspace
from ingest.load import load

if TYPE_CHECKING:
    from spacy.language import Language

    from ingest.fetch import Fetched


@dataclass(slots=True, kw_only=True)
class AddReport:
    """What adding did. `evidence` and `claims` count what is new in the ledger; `seconds` is wall time."""

    new: int = 0
    unchanged: int = 0
    claims: int = 0
    evidence: int = 0
    failures: list[Failure] = field(default_factory=list)
    seconds: float = 0.0
    interrupted: bool = False
    over: list[str] = field(default_factory=list)  # sources and addresses that were read: an earlier failure is over


def _quiet(_: str) -> None:
    pass


def add(
    workspace: Workspace,
    sources: Iterable[str],
    *,
    progress: Callable[[str], None] = _quiet,
    nlp: "Language | None" = None,
    again: bool = False,
    fetch: "Callable[[str], Fetched] | None" = None,
) -> AddReport:
    """Add all documents of `sources` and update the graph. `again` extracts from unchanged documents too.

    `fetch` gets web pages in place of `ingest.fetch.fetch`. A source that is read now has no failure any more.
    `progress` gets a line for people after each document. An interrupt keeps what was recorded and shows it in the
    graph. Raises StoreLocked when another process adds, and errors of ledger and store, before anything is read.
    """
    from graph.ledger import forget_failures, note_run

    began, start = datetime.now(UTC).isoformat(timespec="seconds"), time.perf_counter()
    report = AddReport()
    with workspace.writing() as store:
        try:
            _record_all(workspace, sources, report, progress, nlp, again, fetch)
            failed = {_address(failure.source) for failure in report.failures}
            forget_failures(workspace.ledger, [name for name in report.over if _address(name) not in failed])
        except KeyboardInterrupt:
            report.interrupted = True
        progress("Updating the graph")
        try:
            workspace.refresh(store)
        except KeyboardInterrupt:  # the ledger holds all that was recorded; the next update takes it up
            report.interrupted = True
            progress("The graph was not updated: `sightlines rebuild` brings it to the state of the ledger.")
    report.seconds = time.perf_counter() - start
    note_run(workspace.ledger, "add", began, documents=report.new, failures=len(report.failures))
    return report


def _record_all(
    workspace: Workspace,
    sources: Iterable[str],
    report: AddReport,
    progress: Callable[[str], None],
    nlp: "Language | None",
    again: bool,
    fetch: "Callable[[str], Fetched] | None",
) -> None:
    from graph.ledger import record

    start = time.perf_counter()
    pending = _to_extract(workspace, sources, report, progress, again, fetch)
    first = next(pending, None)
    if first is None:
        return  # nothing new: the language model is not even loaded
    from ingest.components.claims import claim_reader
    from ingest.extraction import extract
    from ingest.pipeline import make_pipeline

    claim_reader()  # a broken rule file is told once, here, and not once a document

    def documents() -> Iterator[Document]:
        yield first
        yield from pending

    for found in extract(documents(), nlp or make_pipeline(workspace.settings)):
        if isinstance(found, Failure):
            _fail(workspace, found, report, progress)
            continue
        done = record(workspace.ledger, found)
        report.new += done.new
        report.unchanged += not done.new
        report.claims += done.claims
        report.evidence += done.evidence
        count = report.new + report.unchanged
        rate = count / max(time.perf_counter() - start, 1e-9)
        progress(f"{count} documents, {report.evidence} sentences with claims, {rate:.1f} documents/s")


def _to_extract(
    workspace: Workspace,
    sources: Iterable[str],
    report: AddReport,
    progress: Callable[[str], None],
    again: bool,
    fetch: "Callable[[str], Fetched] | None",
) -> Iterator[Document]:
    from graph.ledger.reading import held

    read = partial(load, fetch=fetch) if fetch else load
    for source in sources:
        report.over.append(source)
        for found in read(source, language=workspace.settings.language):
            if isinstance(found, Failure):
                _fail(workspace, found, report, progress)
            elif not again and held(workspace.ledger, found.address, found.raw_hash):
                report.unchanged += 1
                report.over.append(found.address)
            else:
                yield found


def _fail(workspace: Workspace, failure: Failure, report: AddReport, progress: Callable[[str], None]) -> None:
    from graph.ledger import note_failure

    note_failure(workspace.ledger, replace(failure, source=rooted(failure.source)))
    report.failures.append(failure)
    named = failure.source in failure.reason
    progress(f"Failed: {failure.reason}" if named else f"Failed: {failure.source}: {failure.reason}")
    progress(f"Hint: {failure.hint}")


def rooted(source: str) -> str:
    """Return the name of a source that means the same in every folder: a path from the root on, an address as it is."""
    return str(Path(source).expanduser().absolute()) if _is_path(source) else source


def _is_path(source: str) -> bool:
    return "://" not in source and source != "-" and not source.startswith("stdin:")


def _address(source: str) -> str:
    return Path(source).expanduser().resolve().as_uri() if _is_path(source) else source
