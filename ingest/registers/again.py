"""Import registers again whose rows did not fit, as they were imported before."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from graph.errors import ConfigError, SchemaError, SourceError
from graph.records import Failure
from graph.workspace import Workspace
from ingest.registers.documents import address_prefix
from ingest.registers.importing import ImportReport, import_register
from ingest.registers.mapping import load_mapping

if TYPE_CHECKING:
    from graph.ledger.imports import Imported

_ITS_OWN = (ConfigError, SchemaError, SourceError)  # what is wrong with one mapping or one file


@dataclass(slots=True, kw_only=True)
class ImportedAgain:
    """By address of the register: the reports, and why the others could not be tried and what to do."""

    reports: dict[str, ImportReport] = field(default_factory=dict)
    untried: dict[str, str] = field(default_factory=dict)


def import_again(
    workspace: Workspace, failed: Iterable[Failure], *, progress: Callable[[str], None] = lambda _: None
) -> ImportedAgain:
    """Import each register that these failures of stage "import" come from once more, with its mapping and file.

    What can't be tried (imported before that was kept, file or mapping gone or wrong) keeps its failures. Raises errors
    of ledger and store, StoreLocked when another process is writing.
    """
    from graph.ledger.imports import imports

    done = ImportedAgain()
    known = imports(workspace.ledger)
    for address in dict.fromkeys(address_prefix(failure.source)[:-1] for failure in failed):
        how = known.get(address)
        reason = "how it was imported is not known: run `sightlines import MAPPING FILE` once more"
        if how is not None:
            progress(f"Importing {how.file} again ({how.mapping})")
            try:
                done.reports[address] = _import(workspace, how, progress)
            except _ITS_OWN as exc:
                reason = f"{exc} {exc.hint}".strip()
        if address not in done.reports:
            done.untried[address] = reason
        elif done.reports[address].interrupted:
            break
    return done


def _import(workspace: Workspace, how: "Imported", progress: Callable[[str], None]) -> ImportReport:
    return import_register(
        workspace,
        load_mapping(how.mapping),
        Path(how.file),
        address=None if how.address.startswith("file:") else how.address,
        publisher=how.publisher,
        published=how.published,
        progress=progress,
    )
