"""Import a register: rows become claims, block by block, and the graph is brought up to date once at the end."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from graph.errors import SourceError
from graph.records import Extraction, Failure
from graph.workspace import Workspace
from ingest.registers.documents import BlockBuilder, Register, address_prefix, block_address, shown_line
from ingest.registers.mapping import Mapping
from ingest.registers.rows import RowReader
from ingest.registers.said import Row, RowResult
from ingest.registers.tables import BadRow, TableFile, open_table, used_columns

if TYPE_CHECKING:
    from graph.ledger.parts import Reviewed
    from graph.stores import GraphStore

MOST_FAILURES = 1_000  # rows that are kept one by one under `sightlines failures`
REFRESH = 50_000  # claims after which the graph is brought up to date in between: it bounds memory
_BLOCKS = 10  # recorded in one transaction: each waits for the disk
_SAMPLES = 3  # rows named for a reason why something was left out


@dataclass(slots=True)
class LeftOut:
    """A reason why rows, or values in them, gave no claim; `rows` counts them and `examples` names some."""

    rows: int = 0
    examples: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class ImportReport:
    """What an import did. `claims` and `evidence` count what is new in the ledger; `seconds` is wall time."""

    rows: int = 0
    claiming: int = 0  # rows that claim something
    made: int = 0  # claims that rows make, known ones included
    new: int = 0  # documents (blocks of rows)
    unchanged: int = 0
    removed: int = 0
    claims: int = 0
    evidence: int = 0
    rejected: int = 0  # rows that don't fit
    left_out: dict[str, LeftOut] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    seconds: float = 0.0
    updating: float = 0.0  # of them, to bring the graph up to date
    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class PreviewedRow:
    """A row as it would be recorded: the sentence, its claims in one line each, and what is wrong."""

    number: int
    text: str
    claims: tuple[str, ...]
    left_out: tuple[str, ...]
    problems: tuple[str, ...]


def _quiet(_: str) -> None:
    pass


def import_register(
    workspace: Workspace,
    mapping: Mapping,
    path: Path,
    *,
    address: str | None = None,
    publisher: str | None = None,
    published: str | None = None,
    progress: Callable[[str], None] = _quiet,
) -> ImportReport:
    """Record what the rows of a file claim and update the graph.

    `address` names the register where the file is only a copy of it; a later import under the same address, or of the
    same file, takes its place: rows that changed or went are replaced, rows that stayed keep their reviews. An
    interrupt keeps what was recorded. Raises SourceError when the file can't be read at all or lacks all columns,
    StoreLocked when another process is writing.
    """
    from graph.ledger import note_run

    began, start = _now(), time.perf_counter()
    report = ImportReport()
    path = path.expanduser()
    with open_table(path, mapping) as table, workspace.writing() as store:
        _check_columns(table, mapping, path)
        register = Register(
            address=address or path.resolve().as_uri(),
            file=path.name,
            sheet=table.sheet,
            first=table.first,
            publisher=publisher or mapping.publisher or path.name,
            published=published or mapping.published,
            retrieved=began,
        )
        if mapping.origin:
            _note(workspace, mapping, register.address, path.resolve(), publisher, published)
        _Import(workspace, store, mapping, register, report, progress).run(table)
        progress("Updating the graph")
        before = time.perf_counter()
        try:
            workspace.refresh(store)
        except KeyboardInterrupt:
            report.interrupted = True
            progress("The graph was not updated: `sightlines rebuild` brings it to the state of the ledger.")
        report.updating = time.perf_counter() - before
    report.seconds = time.perf_counter() - start
    note_run(workspace.ledger, f"import {mapping.name}", began, documents=report.new, failures=report.rejected)
    return report


def _note(
    workspace: Workspace, mapping: Mapping, address: str, path: Path, publisher: str | None, published: str | None
) -> None:
    from graph.ledger.imports import Imported, note_import

    how = Imported(
        address=address_prefix(address)[:-1],
        mapping=mapping.origin,
        file=str(path),
        publisher=publisher,
        published=published,
        at=_now(),
    )
    note_import(workspace.ledger, how)


def preview(mapping: Mapping, path: Path, rows: int) -> Iterator[PreviewedRow]:
    """Yield the first `rows` rows as they would be recorded; nothing is written. Raises SourceError."""
    reader, used = RowReader(mapping), used_columns(mapping)
    path = path.expanduser()
    with open_table(path, mapping) as table:
        _check_columns(table, mapping, path)
        for count, row in enumerate(table.rows):
            if count >= rows:
                return
            if isinstance(row, BadRow):
                yield PreviewedRow(row.number, "", (), (), (row.reason,))
                continue
            result = reader.read(row)
            yield PreviewedRow(
                row.number,
                shown_line(row, mapping, used, table.sheet).text,
                tuple(said.line() for said in result.said),
                tuple(" ".join(pair).strip() for pair in result.left_out),
                tuple(result.problems),
            )


def _check_columns(table: TableFile, mapping: Mapping, path: Path) -> None:
    """A file that has the columns of no claim is another one than the mapping is for."""
    there = set(table.columns)
    missing: list[str] = []
    for rule in mapping.claims:
        ends = [end.column for end in (rule.subject, rule.object) if end.column]
        lacking = [columns for columns in ends if not there & set(columns)]
        if not lacking:
            return
        missing += [" or ".join(columns) for columns in lacking]
    raise SourceError(
        f"{path.name} has no column {missing[0]!r}, which the mapping {mapping.name} reads.",
        hint=f"It has: {', '.join(table.columns[:30])[:600]}. Choose another mapping, or say which row is the header.",
        source=str(path),
    )


class _Import:
    def __init__(
        self,
        workspace: Workspace,
        store: "GraphStore",
        mapping: Mapping,
        register: Register,
        report: ImportReport,
        progress: Callable[[str], None],
    ) -> None:
        self._workspace, self._store, self._shown = workspace, store, 0
        self._ledger, self._mapping, self._register = workspace.ledger, mapping, register
        self._report, self._progress = report, progress
        self._reader = RowReader(mapping)
        self._hint = "Correct the row, or the mapping, then `sightlines failures --retry`."
        self._failures: list[Failure] = []
        self._start = time.perf_counter()
        self._waiting: list[tuple[Extraction, list[str]]] = []
        self._held: dict[str, list[str]] = {}  # address of a block → documents there
        self._verdicts: dict[tuple[str, str], list[Reviewed]] = {}

    def run(self, table: TableFile) -> None:
        """Record all rows, take out what earlier ones said, and keep why rows do not fit."""
        from graph.ledger.parts import replace_failures

        self._look_up()
        whole = False
        try:
            self._blocks(table)
            whole = True
        except KeyboardInterrupt:
            self._report.interrupted = True
        except SourceError as exc:  # the file breaks off: what came before stands
            self._report.rejected += 1
            source = f"{self._register.address}#end"
            self._failures.append(Failure(source=source, stage="import", reason=str(exc), hint=exc.hint, at=_now()))
        if whole:
            self._remove(self._held)
        if not self._report.interrupted:
            over = self._report.rejected - len(self._failures)
            if over > 0:
                self._failures.append(self._failure("more", f"{over} more rows do not fit"))
            replace_failures(self._ledger, address_prefix(self._register.address), self._failures)
        self._report.failures = self._failures

    def _look_up(self) -> None:
        from graph.ledger.parts import parts, reviewed

        prefix = address_prefix(self._register.address)
        mine = f"&mapping={self._mapping.name}"
        held = parts(self._ledger, prefix)
        self._held = {address: ids for address, ids in held.items() if address.endswith(mine)}
        if self._held:
            for each in reviewed(self._ledger, prefix):
                self._verdicts.setdefault((each.claim_id, _bare(each.words)), []).append(each)

    def _blocks(self, table: TableFile) -> None:
        builder: BlockBuilder | None = None
        bounds = (0, 0)
        try:
            for row in table.rows:
                if builder is None or row.number > bounds[1]:
                    self._finish(builder, bounds)
                    bounds = self._register.block_of(row.number)
                    builder = BlockBuilder(self._register, self._mapping, *bounds)
                self._report.rows += 1
                self._row(row, builder)
        except SourceError:
            # The file breaks off: half a block must not take the place of a whole one from before.
            if block_address(self._register, self._mapping, *bounds) not in self._held:
                self._finish(builder, bounds)
            self._record()
            raise
        except KeyboardInterrupt:
            self._record()
            raise
        self._finish(builder, bounds)
        self._record()

    def _row(self, row: Row | BadRow, builder: BlockBuilder) -> None:
        if isinstance(row, BadRow):
            self._reject(row.number, row.reason)
            return
        result = self._reader.read(row)
        if result.said:
            builder.add(row, result.said)
            self._report.claiming += 1
            self._report.made += len(result.said)
        self._note(row.number, result)

    def _note(self, number: int, result: RowResult) -> None:
        for reason in {reason for reason, _ in result.left_out}:
            left = self._report.left_out.setdefault(reason, LeftOut())
            left.rows += 1
            if len(left.examples) < _SAMPLES:
                detail = next((detail for why, detail in result.left_out if why == reason), "")
                left.examples.append(f"{self._mapping.word} {number}" + (f": {detail[:80]}" if detail else ""))
        if result.problems:
            self._reject(number, "; ".join(dict.fromkeys(result.problems)))

    def _reject(self, number: int, reason: str) -> None:
        self._report.rejected += 1
        if len(self._failures) < MOST_FAILURES:
            self._failures.append(self._failure(f"row={number}", f"{self._mapping.word} {number}: {reason}"))

    def _failure(self, where: str, reason: str) -> Failure:
        sheet = f"sheet={self._register.sheet}&" if self._register.sheet else ""
        source = f"{address_prefix(self._register.address)}{sheet}{where}"
        return Failure(source=source, stage="import", reason=reason[:1_000], hint=self._hint, at=_now())

    def _finish(self, builder: BlockBuilder | None, bounds: tuple[int, int]) -> None:
        """Take a block that has all its rows; every so many go to the ledger together."""
        if builder is None or not len(builder):
            return  # what an earlier version of these rows said is removed at the end
        extraction = builder.extraction()
        earlier = self._held.pop(block_address(self._register, self._mapping, *bounds), [])
        self._waiting.append((extraction, earlier))
        if len(self._waiting) >= _BLOCKS:
            self._record()

    def _record(self) -> None:
        from graph.ledger import record_all

        waiting, self._waiting = self._waiting, []
        if self._verdicts:
            for extraction, earlier in waiting:
                if extraction.document.id not in earlier:
                    self._carry_over(extraction)
        report = self._report
        for done in record_all(self._ledger, waiting) if waiting else ():
            changed = done.new or done.evidence > 0
            report.new += changed
            report.unchanged += not changed
            report.claims += done.claims
            report.evidence += done.evidence
        if report.evidence - self._shown >= REFRESH:
            self._progress("Updating the graph")
            self._workspace.refresh(self._store)
            self._shown = report.evidence
        rate = report.rows / max(time.perf_counter() - self._start, 1e-9)
        self._progress(f"{report.rows} {self._mapping.word}s, {report.made} claims, {rate:.0f} {self._mapping.word}s/s")

    def _carry_over(self, extraction: Extraction) -> None:
        """A verdict on a row holds for the same words on the same claim, whatever number the row now has."""
        from dataclasses import replace

        from graph.ledger import add_review

        text = extraction.document.text
        spans = {s.id: text[s.start : s.end] for s in extraction.sentences}
        for evidence in extraction.evidence:
            for old in self._verdicts.get((evidence.claim_id, _bare(spans[evidence.sentence_id])), ()):
                if old.review.target != evidence.id:
                    add_review(self._ledger, replace(old.review, target=evidence.id))

    def _remove(self, held: dict[str, list[str]]) -> None:
        from graph.ledger import remove

        for ids in held.values():
            for key in ids:
                remove(self._ledger, key)
                self._report.removed += 1


def _bare(words: str) -> str:
    """The words of a row without its number."""
    return words.partition(": ")[2]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
