"""The embedded store in memory, with two things that tests of the projection ask: all contents, the last batch."""

from collections.abc import Mapping

from graph.records import Applied, Batch, Table, Value
from graph.schema import load_schema
from graph.stores import NO_PARAMS, open_store


class Engine:
    """A store that remembers the last batch."""

    def __init__(self, url: str = "kglite::memory:") -> None:
        self.store = open_store(url, load_schema(), write=True)
        self.last = Batch()
        self.url = url

    def apply(self, batch: Batch) -> Applied:
        self.last = batch
        return self.store.apply(batch)

    def read(
        self, cypher: str, params: Mapping[str, Value] = NO_PARAMS, *, limit: int = 1_000, timeout: float = 10.0
    ) -> Table:
        return self.store.read(cypher, params, limit=limit, timeout=timeout)

    def close(self) -> None:
        self.store.close()

    def contents(self) -> tuple[list[str], list[str]]:
        """Every node and edge but the snapshot, in order."""
        nodes = [row[0] for row in self.read("MATCH (n) RETURN n", limit=100_000).rows]
        found = sorted(repr(sorted(n.items(), key=repr)) for n in nodes if "Snapshot" not in n["labels"])
        edges = self.read("MATCH (a)-[r]->(b) RETURN a.id AS a, b.id AS b, r", limit=100_000).rows
        return found, sorted(repr((a, b, sorted(r.items(), key=repr))) for a, b, r in edges)
