"""The workspace: settings, ledger and graph store, each opened when it is first used."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from graph.records import Applied
from graph.schema import Schema, load_schema
from graph.settings import Settings

if TYPE_CHECKING:
    from graph.ledger import Ledger
    from graph.stores import GraphStore

_MEMORY = "kglite::memory:"


class Workspace:
    """An investigator's ledger and graph. Safe to share between threads; `close()` gives everything back."""

    def __init__(self, settings: Settings, schema: Schema) -> None:
        self.settings = settings
        self.schema = schema
        self._ledger: Ledger | None = None
        self._store: GraphStore | None = None
        self._lock = threading.RLock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def ledger(self) -> "Ledger":
        """The ledger, made empty when there is none yet. Raises LedgerError."""
        from graph.ledger import open_ledger  # SQLAlchemy: only who reads the ledger pays for it

        with self._lock:
            if self._ledger is None:
                self._ledger = open_ledger(self.settings.ledger_url)
            return self._ledger

    @property
    def store(self) -> "GraphStore":
        """The graph for reading; it shows what was last published. Raises StoreError and ConfigError."""
        with self._lock:
            if self._store is None:
                self._store = self._open(write=self._in_memory, fresh=False)
            return self._store

    @property
    def _in_memory(self) -> bool:
        return self.settings.store_url == _MEMORY

    def _open(self, *, write: bool, fresh: bool) -> "GraphStore":
        from graph.stores import open_store

        s = self.settings
        return open_store(
            s.store_url, self.schema, write=write, fresh=fresh, user=s.store_user, password=s.store_password
        )

    @contextmanager
    def writing(self, *, fresh: bool = False) -> Iterator["GraphStore"]:
        """Give the store with the writer's lease; `fresh` starts over from a damaged file.

        Raises StoreLocked when another process is writing, StoreCorrupt when the graph is damaged.
        """
        if self._in_memory:  # a graph in memory is the same one for readers and writers
            yield self.store
            return
        store = self._open(write=True, fresh=fresh)
        try:
            yield store
        finally:
            store.close()

    def refresh(self, store: "GraphStore | None" = None, *, full: bool = False) -> Applied:
        """Resolve identity and bring the graph to the ledger's state; `full` makes it anew, even from a damaged file.

        `store` is one from `writing()` that the caller holds already.
        """
        if store is None:
            with self.writing(fresh=full) as opened:
                return self.refresh(opened, full=full)
        from graph.identity.resolving import resolve
        from graph.projection import project

        return project(self.ledger, resolve(self.ledger), store, full=full)

    def close(self) -> None:
        """Give back ledger and store."""
        with self._lock:
            for opened in (self._store, self._ledger):
                if opened is not None:
                    opened.close()
            self._store = self._ledger = None


def open_workspace(settings: Settings, *, write: bool = False) -> Workspace:
    """Return the workspace of `settings`. Nothing is opened yet, unless `write`: then the ledger is opened or made."""
    workspace = Workspace(settings, load_schema())
    if write:
        _ = workspace.ledger
    return workspace
