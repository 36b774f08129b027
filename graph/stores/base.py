"""What a graph store is: one door in (`apply`), one door out (`read`), and `close`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from graph.records import Applied, Batch, Table, Value

NO_PARAMS: Mapping[str, Value] = MappingProxyType({})


class GraphStore(Protocol):
    """Where the graph lives. Nobody outside `graph/stores/` knows which engine it is.

    A store is safe to share between threads for reading. Errors of the engine never leave the adapter: `apply` raises
    StoreError and its children, `read` QueryError and its children or StoreError.
    """

    @property
    def url(self) -> str:
        """The URL that opened the store, without a password."""
        ...

    def apply(self, batch: Batch) -> Applied:
        """Write a batch and publish it to readers. Applying it twice equals applying it once.

        Raises RecordRejected when a node or link breaks the model; then nothing of the batch is kept.
        """
        ...

    def read(
        self, cypher: str, params: Mapping[str, Value] = NO_PARAMS, *, limit: int = 1_000, timeout: float = 10.0
    ) -> Table:
        """Run a reading query: at most `limit` rows, `timeout` in seconds. Values are plain Python.

        A node is a dict of its properties and `labels`, a relationship a dict of its properties and `type`, a path a
        dict of `nodes` and `relationships`. Raises QueryRejected, QueryTimeout, QueryError.
        """
        ...

    def close(self) -> None:
        """Release the engine. Reading or writing afterwards is an error."""
        ...
