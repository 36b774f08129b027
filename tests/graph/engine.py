"""A real embedded graph behind the two calls that the projection needs, in memory and without locks."""

from collections.abc import Mapping
from typing import Any

import kglite

from graph.records import Applied, Batch, Table


class Engine:
    """Applies batches and reads Cypher on one in-memory graph."""

    def __init__(self) -> None:
        self.graph = kglite.KnowledgeGraph()
        self.last = Batch()

    def apply(self, batch: Batch) -> Applied:
        self.last = batch
        if batch.replace:
            self.graph = kglite.KnowledgeGraph()
        run = self.graph.cypher
        for kind, k in batch.forget_edges:
            run(f"MATCH (a)-[r:{kind}]->(b) WHERE r.k = $k DELETE r", params={"k": k})
        for label, key in batch.forget_nodes:
            run(f"MATCH (n:{label}) WHERE n.id = $id DETACH DELETE n", params={"id": key})
        for n in batch.nodes:
            extra = f" SET n:{n.extra}" if n.extra else ""
            run(f"MERGE (n:{n.label} {{id: $id}}){extra} SET n += $p", params={"id": n.id, "p": dict(n.properties)})
        for e in batch.edges:
            run(
                f"MATCH (a:{e.source[0]}) WHERE a.id = $a MATCH (b:{e.target[0]}) WHERE b.id = $b "
                f"MERGE (a)-[r:{e.type} {{k: $k}}]->(b) SET r += $p",
                params={"a": e.source[1], "b": e.target[1], "k": e.k, "p": dict(e.properties)},
            )
        return Applied(nodes=len(batch.nodes), edges=len(batch.edges), forgotten=len(batch.forget_nodes))

    def read(
        self, cypher: str, params: Mapping[str, Any] | None = None, *, limit: int = 0, timeout: float = 0
    ) -> Table:
        found = self.graph.cypher(cypher, params=dict(params or {}))
        return Table(tuple(found.columns), tuple(tuple(row[c] for c in found.columns) for row in found))

    def contents(self) -> tuple[list[str], list[str]]:
        """Every node and edge but the snapshot, in order."""
        rows = self.read("MATCH (n) RETURN labels(n) AS l, properties(n) AS p").rows
        nodes = sorted(
            repr((sorted(names), sorted(p.items(), key=repr))) for names, p in rows if "Snapshot" not in names
        )
        edges = self.read("MATCH (a)-[r]->(b) RETURN a.id AS a, b.id AS b, type(r) AS t, properties(r) AS p").rows
        return nodes, sorted(repr((a, b, t, sorted(p.items(), key=repr))) for a, b, t, p in edges)
