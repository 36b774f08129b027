"""Add documents: load, extract, record one by one, and bring the graph up to date once at the end."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from graph.errors import LedgerError
from graph.records import Document, Extraction, Failure, Recorded
from graph.workspace import Workspace
from ingest.checkpoints import Checkpoints
from ingest.following import Following
from ingest.load import load

if TYPE_CHECKING:
    from spacy.language import Language

    from ingest.fetch import Fetched
    from ingest.pipeline import Pipelines

MOST_TOLD = 1_000  # failures told one by one; the ledger has them all
_AT_ONCE = 32  # documents recorded in one transaction: each waits for the disk once
_LARGE = 20_000_000  # bytes of documents that wait to be recorded
_AT_LATEST = 2.0  # seconds that an extracted document waits for others
_LINE_EVERY = 1.0  # seconds between two lines of progress


@dataclass(slots=True, kw_only=True)
class AddReport:
    """What adding did. `evidence` and `claims` count what is new in the ledger; `seconds` is wall time.

    `failures` are the first ones, at most MOST_TOLD, those of one file after its first hundred as one; `failed` counts
    all. `left_out` counts the parts of archives and mails that are no documents, by reason.
    """

    new: int = 0
    unchanged: int = 0
    claims: int = 0
    evidence: int = 0
    failed: int = 0
    failures: list[Failure] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    interrupted: bool = False


def _quiet(_: str) -> None:
    pass


def add(
    workspace: Workspace,
    sources: Iterable[str],
    *,
    progress: Callable[[str], None] = _quiet,
    nlp: "Language | Pipelines | None" = None,
    again: bool = False,
    fetch: "Callable[[str], Fetched] | None" = None,
) -> AddReport:
    """Add all documents of `sources` and update the graph. `again` extracts from unchanged documents too.

    A file or folder that was not read to its end goes on where it stopped, also after the process was killed, unless it
    changed. `fetch` gets web pages in place of `ingest.fetch.fetch`. A source that is read now has no failure any more.
    `progress` gets a line for people about once a second, with the rate and the time that is left where the size of all
    sources is known. An interrupt keeps what was recorded and shows it in the graph. Raises StoreLocked when another
    process adds, and errors of ledger and store, before anything is read.
    """
    from graph.ledger import note_run

    began, start = datetime.now(UTC).isoformat(timespec="seconds"), time.perf_counter()
    report = AddReport()
    with workspace.writing() as store:
        try:
            _Adding(workspace, report, progress, again, fetch).run(sources, nlp)
        except KeyboardInterrupt:
            report.interrupted = True
        progress("Updating the graph")
        try:
            workspace.refresh(store)
        except KeyboardInterrupt:  # the ledger holds all that was recorded; the next update takes it up
            report.interrupted = True
            progress("The graph was not updated: `sightlines rebuild` brings it to the state of the ledger.")
    report.seconds = time.perf_counter() - start
    note_run(workspace.ledger, "add", began, documents=report.new, failures=report.failed)
    return report


class _Adding:
    """One run of `add`. Whatever grows with the number of documents is in the ledger, not here."""

    def __init__(
        self,
        workspace: Workspace,
        report: AddReport,
        progress: Callable[[str], None],
        again: bool,
        fetch: "Callable[[str], Fetched] | None",
    ) -> None:
        from graph.ledger.reading import failures

        self._workspace = workspace
        self._ledger = workspace.ledger
        self._report = report
        self._progress = progress
        self._again = again
        self._load = partial(load, fetch=fetch) if fetch else load
        self._checkpoints = Checkpoints(workspace.settings.home, self._ledger.id, "again" if again else "")
        # An earlier failure is over when its source is read, unless it fails again.
        self._failed_before = {_address(failure.source) for failure in failures(self._ledger)}
        self._over: set[str] = set()
        self._begun: set[str] = set()  # addresses of sources
        self._failed: set[str] = set()
        self._named: dict[str, int] = {}  # source of a failure → its place in the report
        self._noted = ""  # the source of the last one in the ledger
        self._owed: dict[str, Failure] = {}  # what failures that are noted already say by now
        self._grown: dict[str, Failure] = {}  # those of them that are not told yet
        self._start = time.perf_counter()
        self._told = 0.0

    def run(self, sources: Iterable[str], nlp: "Language | Pipelines | None") -> None:
        """Read, extract and record."""
        from graph.ledger import forget_failures

        self._following = Following(sources if isinstance(sources, Sequence) else (), self._checkpoints, self._pay)
        self._report.left_out = self._following.left_out
        pending = self._to_extract(sources)
        try:
            first = next(pending, None)
            if first is not None:  # else nothing is new: the language model is not even loaded
                self._extract(chain((first,), pending), nlp)
                self._tell_progress(last=True)
        finally:
            self._pay()
        forget_failures(self._ledger, [name for name in self._over if _address(name) not in self._failed])

    def _extract(self, documents: Iterator[Document], nlp: "Language | Pipelines | None") -> None:
        from ingest.components.claims import claim_reader
        from ingest.extraction import extract
        from ingest.pipeline import Pipelines

        claim_reader()  # a broken rule file is told once, here, and not once a document
        group: list[Extraction | Failure] = []
        begun, size = time.perf_counter(), 0
        try:
            for found in extract(documents, nlp or Pipelines(self._workspace.settings)):
                group.append(found)
                size += len(found.document.raw) if isinstance(found, Extraction) else 0
                if len(group) >= _AT_ONCE or size > _LARGE or time.perf_counter() - begun > _AT_LATEST:
                    self._settle(group)
                    begun, size = time.perf_counter(), 0
        finally:  # what is extracted is recorded, also after an interrupt
            self._settle(group)

    def _settle(self, group: list[Extraction | Failure]) -> None:
        """Record what was extracted, in one transaction, and empty the group. Its order is that of reading."""
        from graph.ledger import record
        from graph.ledger.recording import record_all

        if not group:
            return
        extractions = [found for found in group if isinstance(found, Extraction)]
        try:
            done = iter(record_all(self._ledger, [(found, ()) for found in extractions]) if extractions else [])
        except LedgerError:  # one by one, so that those before the one that can't be written are kept
            done = (record(self._ledger, found) for found in extractions)
        for found in group:
            if isinstance(found, Failure):
                self._fail(found)
            else:
                self._count(next(done))
        self._following.recorded(len(group))
        group.clear()

    def _count(self, done: Recorded) -> None:
        self._report.new += done.new
        self._report.unchanged += not done.new
        self._report.claims += done.claims
        self._report.evidence += done.evidence
        self._tell_progress()

    def _to_extract(self, sources: Iterable[str]) -> Iterator[Document]:
        from graph.ledger.reading import held

        for source in sources:
            self._over.add(source)
            self._begun.add(_address(source))
            place, words = self._following.begin(source)
            if words:
                self._progress(words)
            for found in self._load(source, language=self._workspace.settings.language, place=place):
                if isinstance(found, Failure):
                    self._fail(found)
                    self._following.passed()
                elif not self._again and held(self._ledger, found.address, found.raw_hash):
                    self._report.unchanged += 1
                    if _address(found.address) in self._failed_before:
                        self._over.add(found.address)
                    self._following.passed()
                    self._tell_progress()
                else:
                    self._following.waits()
                    yield found
            self._following.end()
            if not words:  # read from its beginning
                self._over.update(filter(partial(_is_part, _address(source)), self._failed_before))
            self._pay()
            for grown in self._grown.values():
                self._tell_failure(grown)
            self._grown.clear()

    def _fail(self, failure: Failure) -> None:
        from graph.ledger import note_failure

        report = self._report
        report.failed += 1
        if failure.source == self._noted or failure.source in self._named:  # one for many parts, which has grown
            self._owed[failure.source] = failure
            return
        note_failure(self._ledger, replace(failure, source=rooted(failure.source)))
        self._noted = failure.source
        address = _address(failure.source)
        if address in self._failed_before or address in self._begun:
            self._failed.add(address)
        if len(report.failures) >= MOST_TOLD:
            return
        self._named[failure.source] = len(report.failures)
        report.failures.append(failure)
        self._tell_failure(failure)
        if len(report.failures) == MOST_TOLD:
            self._progress("More failures are not told here: `sightlines failures` lists them all.")

    def _tell_failure(self, failure: Failure) -> None:
        named = failure.source in failure.reason
        self._progress(f"Failed: {failure.reason}" if named else f"Failed: {failure.source}: {failure.reason}")
        self._progress(f"Hint: {failure.hint}")

    def _pay(self) -> None:
        """Note what was put off because it comes with every bad line of a file."""
        from graph.ledger import note_failure

        for source, failure in self._owed.items():
            note_failure(self._ledger, replace(failure, source=rooted(source)))
            if source in self._named:
                self._report.failures[self._named[source]] = self._grown[source] = failure
        self._owed.clear()

    def _tell_progress(self, *, last: bool = False) -> None:
        now = time.perf_counter()
        if now - self._told < _LINE_EVERY and not last:
            return
        self._told = now
        count = self._report.new + self._report.unchanged
        rate = count / max(now - self._start, 1e-9)
        words = f"{count:,} documents, {self._report.evidence:,} sentences with claims, {rate:.1f} documents/s"
        self._progress("; ".join(filter(None, (words, self._following.words()))))


def rooted(source: str) -> str:
    """Return the name of a source that means the same in every folder: a path from the root on, an address as it is."""
    return str(Path(source).expanduser().absolute()) if _is_path(source) else source


def _is_path(source: str) -> bool:
    return "://" not in source and source != "-" and not source.startswith("stdin:")


def _is_part(source: str, name: str) -> bool:
    """Whether a failure is that of a line, an entry or a member of a source, or of a file in a folder."""
    return name.startswith((f"{source}#", f"{source}!/")) or (
        name.startswith(f"{source}/") and ("#" in name or "!/" in name)
    )


def _address(source: str) -> str:
    return Path(source).expanduser().resolve().as_uri() if _is_path(source) else source
