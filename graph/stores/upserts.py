"""The fixed statements that write a batch; both engines run the same text.

Labels and types are checked against the model before they are printed into a statement, so no value from a document can
become Cypher. Rows go in as parameters, 2,000 at a time.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from graph.records import Batch
from graph.stores.model import Model

ROWS = 2_000
Statement: TypeAlias = tuple[str, dict[str, Any]]


def _chunks(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), ROWS):
        yield rows[start : start + ROWS]


def _grouped(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for group, ident in pairs:
        groups[group].append(ident)
    return groups


def _deletions(batch: Batch, model: Model) -> Iterator[Statement]:
    for kind, keys in _grouped(batch.forget_edges).items():
        if kind in model.types:
            for some in _chunks(keys):
                yield f"MATCH ()-[r:{kind}]->() WHERE r.k IN $keys DELETE r", {"keys": list(some)}
    for label, ids in _grouped(batch.forget_nodes).items():
        if label in model.labels:
            for some in _chunks(ids):
                yield f"UNWIND $ids AS id MATCH (n:{label} {{id: id}}) DETACH DELETE n", {"ids": list(some)}


def _node_upserts(batch: Batch, model: Model) -> Iterator[Statement]:
    groups: dict[tuple[str, str | None], list[dict[str, Any]]] = defaultdict(list)
    for node in batch.nodes:
        groups[(node.label, node.extra)].append(model.node_row(node))
    # The snapshot goes last: a reader that sees its sequence sees all that it stands for.
    for (label, extra), rows in sorted(groups.items(), key=lambda g: (g[0][0] == "Snapshot", g[0][0], g[0][1] or "")):
        text = f"UNWIND $rows AS row MERGE (n:{label} {{id: row.id}}) SET n += row.p"
        if extra:
            others = "".join(f":{name}" for name in sorted(model.extras - {extra}))
            text += f" REMOVE n{others} SET n:{extra}"
        for some in _chunks(rows):
            yield text, {"rows": list(some)}


def _edge_upserts(batch: Batch, model: Model) -> Iterator[Statement]:
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for edge in batch.edges:
        groups[edge.type].append(model.edge_row(edge))
    for kind, rows in sorted(groups.items()):
        source, target, _ = model.types[kind]
        text = (
            f"UNWIND $rows AS row MATCH (a:{source} {{id: row.s}}) MATCH (b:{target} {{id: row.t}}) "
            f"MERGE (a)-[r:{kind} {{k: row.k}}]->(b) SET r += row.p"
        )
        for some in _chunks(rows):
            yield text, {"rows": list(some)}


def statements(batch: Batch, model: Model) -> list[Statement]:
    """Return the statements of a batch in order. Raises RecordRejected before anything is written.

    An edge whose ends changed keeps its key only if it is forgotten first; `forget_edges` runs before the upserts.
    """
    nodes = list(_node_upserts(batch, model))
    snapshot = [s for s in nodes if "(n:Snapshot " in s[0]]
    rest = [s for s in nodes if "(n:Snapshot " not in s[0]]
    return [*_deletions(batch, model), *rest, *_edge_upserts(batch, model), *snapshot]


def clearing(model: Model) -> str:
    """Return the condition under which a node `n` is ours: a shared database keeps what else it holds."""
    return " OR ".join(f"n:{label}" for label in model.labels)
