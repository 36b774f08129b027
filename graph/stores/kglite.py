"""The embedded store: kglite, one file beside the ledger.

A writer holds the lease of the file from opening to closing, changes its own copy in memory and publishes it with one
atomic rename; readers hold a frozen snapshot and take a new one when the file changes. A crash leaves the old or the
new file, never half of one: the graph can be rebuilt from the ledger, so no write-ahead log is kept.
"""

import sys
import threading
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import kglite

from graph.errors import (
    ConfigError,
    QueryError,
    QueryRejected,
    QueryTimeout,
    StoreCorrupt,
    StoreError,
    StoreLocked,
)
from graph.records import Applied, Batch, Table, Value
from graph.stores.base import NO_PARAMS
from graph.stores.guard import check_read_only
from graph.stores.model import Model
from graph.stores.upserts import clearing, statements

MEMORY = ":memory:"
_SIDECARS = ("", "-wal")
# Properties that the engine adds on its own (stores.md, trap 1); ours never have these names.
_PHANTOMS = frozenset({"title", "type", "label"})


class KgliteStore:
    """A graph in one kglite file, or in memory for `kglite::memory:`."""

    def __init__(self, url: str, model: Model, *, write: bool, fresh: bool = False) -> None:
        self._url = url
        self._model = model
        self._lock = threading.RLock()
        self._memory = url.removeprefix("kglite:") == MEMORY
        self._path = Path(url.removeprefix("kglite:")).expanduser()
        self._stamp: tuple[int, int, int] | None = None
        self._reader: Any = None
        self._writer: Any = None
        self._closed = False
        kglite.set_query_warning_policy("silent")  # warnings are read from the answer, see `_table`
        # How a file is laid out inside is no news for whoever adds a document.
        warnings.filterwarnings("ignore", category=kglite.MappedFallbackWarning)
        if not self._memory and not str(self._path).strip("."):
            raise ConfigError(f"{url!r} names no file", hint="Write kglite:PATH, e.g. kglite:graph.kgl.")
        if self._memory:
            self._writer = self._prepared(kglite.KnowledgeGraph())
        elif write:
            self._writer = self._open_writer(fresh)

    @property
    def url(self) -> str:
        """The URL that opened the store."""
        return self._url

    # --- writing ---

    def _open_writer(self, fresh: bool) -> Any:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            return self._prepared(kglite.open(str(self._path), durable="off"))
        except kglite.WriterLeaseHeldError as exc:
            raise _locked(self._path, exc) from exc
        except (kglite.FileFormatError, kglite.FileError, UnicodeDecodeError, ValueError) as exc:
            if not fresh:
                raise _corrupt(self._path, exc) from exc
            for suffix in _SIDECARS:  # a rebuild starts over; the ledger holds everything
                self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
            return self._open_writer(fresh=False)
        except (kglite.KgError, OSError) as exc:
            raise StoreError(f"The graph file {self._path} can't be opened for writing: {_brief(exc)}") from exc

    def _prepared(self, graph: Any) -> Any:
        nodes = {
            label: {"primary_key": "id", "required": ["name"], "optional": ["id", *names]}
            for label, names in self._model.labels.items()
        }
        graph.define_schema({"nodes": nodes})
        return graph

    def apply(self, batch: Batch) -> Applied:
        """Write the batch into the writer's copy and publish it with one atomic save."""
        with self._lock:
            if self._writer is None:
                raise StoreError("This graph was opened for reading.", hint="Open it with write=True.")
            todo = statements(batch, self._model)
            try:
                if batch.replace:
                    self._writer.cypher(f"MATCH (n) WHERE {clearing(self._model)} DETACH DELETE n")
                for text, params in todo:
                    self._writer.cypher(text, params=params, timeout_ms=0)
                if not self._memory:
                    self._writer.save()
            except (kglite.KgError, ValueError, OSError) as exc:
                self._abandon()
                raise StoreError(f"The graph could not be written: {_brief(exc)}") from exc
        forgotten = len(batch.forget_nodes) + len(batch.forget_edges)
        return Applied(nodes=len(batch.nodes), edges=len(batch.edges), forgotten=forgotten)

    def _abandon(self) -> None:
        """Throw the changed copy away without saving it, and start again from the published file."""
        if self._memory:
            return
        writer, self._writer = self._writer, None
        writer.__exit__(*sys.exc_info())  # the failed exit of the context manager: releases the lease, saves nothing
        self._writer = self._open_writer(fresh=False)

    # --- reading ---

    def _snapshot(self) -> Any:
        with self._lock:
            if self._closed:
                raise StoreError("The graph is closed.", hint="Open it again.")
            if self._writer is not None:
                return self._writer.freeze()
            try:
                stat = self._path.stat()
            except FileNotFoundError:
                stamp = None
            else:
                stamp = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if self._reader is None or stamp != self._stamp:
                self._reader = self._load(stamp is not None)
                self._stamp = stamp
            return self._reader

    def _load(self, exists: bool) -> Any:
        if not exists:  # nothing was added yet: an empty graph answers every question with no rows
            return self._prepared(kglite.KnowledgeGraph()).freeze()
        try:
            return kglite.load(str(self._path)).freeze()
        except (kglite.FileFormatError, kglite.FileError, UnicodeDecodeError, ValueError) as exc:
            raise _corrupt(self._path, exc) from exc
        except (kglite.KgError, OSError) as exc:
            raise StoreError(f"The graph file {self._path} can't be read: {_brief(exc)}") from exc

    def read(
        self, cypher: str, params: Mapping[str, Value] = NO_PARAMS, *, limit: int = 1_000, timeout: float = 10.0
    ) -> Table:
        """Run a reading query on the published snapshot (on its own copy for the writer)."""
        check_read_only(cypher)
        snapshot = self._snapshot()
        try:
            view = snapshot.cypher(
                cypher, params=dict(params), timeout_ms=max(1, int(timeout * 1000)), row_limit=limit + 1
            )
            return _table(view, limit)
        except kglite.CypherTimeoutError as exc:
            raise QueryTimeout(f"The query ran longer than {timeout:g} seconds.", seconds=timeout) from exc
        except kglite.ReadOnlyError as exc:
            raise QueryRejected("The query would change the graph.", token="") from exc
        except kglite.CypherSyntaxError as exc:
            raise QueryError(_brief(exc), query=cypher, line=exc.line) from exc
        except (kglite.KgError, ValueError, TypeError, OverflowError) as exc:
            raise QueryError(_brief(exc), query=cypher, line=getattr(exc, "line", None)) from exc

    def close(self) -> None:
        """Release the lease and the snapshot."""
        with self._lock:
            writer, self._writer, self._reader, self._closed = self._writer, None, None, True
            if writer is not None and not self._memory:
                try:
                    writer.close()
                except (kglite.KgError, OSError) as exc:
                    raise StoreError(f"The graph could not be closed: {_brief(exc)}") from exc


def _brief(error: BaseException) -> str:
    """Return the first line of an engine's message, without its advice on its own API."""
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)[:300]


def _locked(path: Path, error: Any) -> StoreLocked:
    holder = error.holder or {}
    owner = f"process {holder.get('pid') or 'unknown'}"
    since = f" since {holder['since']}" if holder.get("since") else ""
    return StoreLocked(f"The graph {path} is being written by {owner}{since}.", owner=owner)


def _corrupt(path: Path, error: BaseException) -> StoreCorrupt:
    return StoreCorrupt(f"The graph file {path} is damaged: {_brief(error)}", path=str(path))


def _table(view: Any, limit: int) -> Table:
    for warning in view.warnings or ():
        if "without an upper bound" in warning:
            raise QueryError(
                "A path pattern without an upper bound is cut off at 10 hops here.",
                hint="Write the bound that you mean, e.g. `-[*1..6]->`.",
                line=None,
            )
    columns = tuple(view.columns)
    rows = tuple(tuple(_plain(row[c]) for c in columns) for row in view.to_list()[:limit])
    return Table(columns, rows, truncated=len(view) > limit)


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        keys = value.keys()
        if keys == {"id", "labels", "properties"}:
            return {"labels": list(value["labels"]), **_without_phantoms(value["properties"])}
        if keys == {"id", "start", "end", "type", "properties"}:
            return {"type": value["type"], **_without_phantoms(value["properties"])}
        return {key: _plain(item) for key, item in value.items()}
    return value


def _without_phantoms(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {k: _plain(v) for k, v in sorted(properties.items()) if k not in _PHANTOMS and v is not None}
