"""Try again what could not be read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from urllib.request import url2pathname

from graph.records import Failure
from graph.workspace import Workspace
from ingest.adding import MOST_TOLD, AddReport, add

_AGAIN = frozenset({"load", "extract", "record"})  # stages that `add` goes through


@dataclass(slots=True, kw_only=True)
class Retried:
    """What trying again did, and the failures that only another command can try again."""

    report: AddReport = field(default_factory=AddReport)
    others: list[Failure] = field(default_factory=list)


def retry(
    workspace: Workspace, chosen: Sequence[Failure], *, progress: Callable[[str], None] = lambda _: None
) -> Retried:
    """Add the sources of these failures again; a failure that does not come back is taken out.

    A part of a file (a line, an entry, a page in an archive) is read again with its file, of which what is in the
    ledger already is passed over. Raises as `ingest.adding.add` does.
    """
    from graph.ledger import forget_failures

    done = Retried()
    sources: dict[str, list[Failure]] = {}
    for failure in chosen:
        source = whole_source(failure)
        if source is None:
            done.others.append(failure)
        else:
            sources.setdefault(source, []).append(failure)
    if not sources:
        return done
    done.report = add(workspace, list(sources), progress=progress)
    if not done.report.interrupted and len(done.report.failures) < MOST_TOLD:
        again = {_name(failure.source) for failure in done.report.failures}
        tried = [failure.source for failed in sources.values() for failure in failed]
        forget_failures(workspace.ledger, [source for source in tried if _name(source) not in again])
    return done


def whole_source(failure: Failure) -> str | None:
    """Return what to add again for a failure: a path or an address; None when adding is not the way."""
    if failure.stage not in _AGAIN or failure.source == "-" or failure.source.startswith("stdin:"):
        return None
    source = failure.source
    if "://" not in source:
        return source
    # Parts of a source are ADDRESS#LINE and ADDRESS!/NAME; in an address, `!` and `#` of a file's name are escaped.
    address = source.partition("!/")[0].partition("#")[0]
    if address.startswith("file:"):
        return url2pathname(urlsplit(address).path)
    return address if address.startswith(("http://", "https://")) else None


def _name(source: str) -> str:
    if source.startswith("file:") and "!/" not in source and "#" not in source:
        return url2pathname(urlsplit(source).path)
    return source
