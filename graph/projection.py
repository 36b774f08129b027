"""Bring the graph to what ledger and identity say: only what changed since the graph's snapshot, or everything.

The snapshot node names the ledger and its last change that the graph shows; the ledger's log tells what came after.
What has to go is read from the graph itself, through its Claim and Entity nodes. A batch forgets before it writes, so
one that was cut short is made good by the next run.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graph.building import (
    Case,
    Triple,
    claim_nodes,
    document_node,
    entity_node,
    link_of,
    ordered,
    snapshot_node,
    triple_of,
)
from graph.identity.resolving import Resolution, keys_of, resolve_surfaces
from graph.ids import EntityId, link_key
from graph.records import Applied, Batch, Edge, Node
from graph.schema import Schema, load_schema

if TYPE_CHECKING:
    from graph.ledger import Ledger
    from graph.ledger.projecting import Changes, View
    from graph.stores import GraphStore

_ROWS, _SECONDS, _IDS = 1_000_000, 120.0, 1_000


@dataclass(slots=True)
class _Old:
    """What the graph holds of the claims and entities concerned."""

    triples: set[Triple] = field(default_factory=set)
    ends: set[EntityId] = field(default_factory=set)
    edges: set[tuple[str, str]] = field(default_factory=set)  # (type, k)
    claims: set[str] = field(default_factory=set)
    evidence: set[str] = field(default_factory=set)
    entities: dict[EntityId, tuple[str, str]] = field(default_factory=dict)  # id → name, type
    entity_of: dict[str, EntityId] = field(default_factory=dict)  # surface → id


def project(ledger: "Ledger", resolution: Resolution, store: "GraphStore", *, full: bool = False) -> Applied:
    """Write the ledger's state to the graph and return what changed; `full` makes it anew.

    A graph of another ledger, or without a snapshot, is made anew in any case. When the ledger has changed since
    `resolution`, identity is resolved again, so that graph and snapshot agree.
    """
    from graph.ledger.projecting import view

    schema = load_schema()
    with view(ledger) as seen:
        if resolution.sequence != seen.sequence:
            resolution = resolve_surfaces(*seen.identity(), sequence=seen.sequence)
        shown = None if full else _shown(store, ledger.id)
        if shown is None or shown > seen.sequence:
            batch = _everything(seen, resolution, ledger.id, schema)
        elif shown == seen.sequence:
            return Applied()
        else:
            batch = _difference(seen, seen.changes_since(shown), resolution, store, schema, ledger.id)
    applied: Applied = store.apply(batch)
    return applied


def _shown(store: "GraphStore", ledger_id: str) -> int | None:
    """The ledger's change that the graph shows, or None when it was not made from this ledger."""
    found = _read(store, "MATCH (s:Snapshot) WHERE s.id = 'snapshot' RETURN s.ledger AS ledger, s.sequence AS number")
    if len(found) != 1 or found[0]["ledger"] != ledger_id:
        return None
    return int(found[0]["number"])


def _everything(seen: "View", resolution: Resolution, ledger_id: str, schema: Schema) -> Batch:
    claims = seen.claim_ids()
    nodes, edges, _ = _claims_and_links(seen, claims, set(), resolution, schema, all_claims=True)
    nodes += _entity_nodes(seen, resolution, resolution.entities.keys(), schema)
    nodes += [document_node(d) for d in seen.documents(seen.document_ids())]
    nodes.append(snapshot_node(ledger_id, seen.sequence, seen.at))
    return Batch(nodes=tuple(nodes), edges=tuple(edges), replace=True)


def _difference(
    seen: "View", changes: "Changes", resolution: Resolution, store: "GraphStore", schema: Schema, ledger_id: str
) -> Batch:
    old = _Old()
    touched = _moved(seen, changes, resolution, store, old)
    claims = changes.claims | touched
    _read_claims(store, claims, old, schema)
    nodes, edges, ends = _claims_and_links(seen, claims, old.triples, resolution, schema)
    around = resolution.around(changes.surfaces.keys() | changes.judged, _keys(changes))
    concerned = ends | old.ends | old.entities.keys() | {resolution.entity_of[s] for s in around}
    entities = _entity_nodes(seen, resolution, concerned, schema)
    documents = [document_node(d) for d in seen.documents(changes.documents)]
    nodes += [*entities, *documents, snapshot_node(ledger_id, seen.sequence, seen.at)]
    written = {(node.label, node.id) for node in nodes}
    held = [("Claim", key) for key in old.claims] + [("Evidence", key) for key in old.evidence]
    held += [("Document", key) for key in changes.documents] + [("Entity", key) for key in concerned]
    forget = {pair for pair in held if pair not in written}
    # A label once given stays: an entity of another type is another node.
    types = {node.id: node.extra for node in entities}
    forget |= {("Entity", key) for key, (_, kind) in old.entities.items() if types.get(key, kind) != kind}
    links = {(p, link_key(p, s, o)) for p, s, o in old.triples}
    gone = (old.edges | links) - {(edge.type, edge.k) for edge in edges}
    return Batch(
        nodes=tuple(nodes),
        edges=tuple(edges),
        forget_nodes=tuple(sorted(forget)),
        forget_edges=tuple(sorted(gone)),
    )


def _keys(changes: "Changes") -> list[tuple[str, str]]:
    return [key for s in changes.surfaces.values() for key in keys_of(s.type, s.name, s.known)]


def _moved(seen: "View", changes: "Changes", resolution: Resolution, store: "GraphStore", old: _Old) -> set[str]:
    """The claims at surfaces whose entity is another one, or is called otherwise, than the graph shows."""
    around = resolution.around(changes.surfaces.keys() | changes.judged, _keys(changes))
    candidates: set[str] = {*around, *changes.surfaces, *(s.known for s in changes.surfaces.values() if s.known)}
    candidates |= {key for s in around for kind, key in resolution.keys[s] if kind == "known"}
    query = "MATCH (e:Entity) WHERE e.id IN $ids "
    query += "RETURN e.id AS id, e.name AS name, e.members AS members, labels(e) AS labels"
    for row in _read_by(store, query, candidates):
        kind = next(label for label in row["labels"] if label != "Entity")
        old.entities[row["id"]] = (row["name"], kind)
        old.entity_of.update(dict.fromkeys(row["members"], row["id"]))
    moved = set()
    for surface in around:
        entity = resolution.entities[resolution.entity_of[surface]]
        before = old.entity_of.get(surface)
        if before != entity.id or old.entities[entity.id] != (entity.name, entity.type):
            moved.add(surface)
    return seen.claims_at(moved)


def _read_claims(store: "GraphStore", claims: set[str], old: _Old, schema: Schema) -> None:
    ends: dict[str, dict[str, Any]] = {}
    for end in ("SUBJECT", "OBJECT"):
        query = f"MATCH (c:Claim)-[r:{end}]->(e:Entity) WHERE c.id IN $ids " + (
            "RETURN c.id AS claim, c.predicate AS predicate, r.k AS k, e.id AS entity"
        )
        for row in _read_by(store, query, claims):
            old.edges.add((end, row["k"]))
            old.ends.add(row["entity"])
            ends.setdefault(row["claim"], {"predicate": row["predicate"]})[end] = row["entity"]
    for found in ends.values():
        if "SUBJECT" in found and "OBJECT" in found:
            old.triples.add(ordered(found["predicate"], found["SUBJECT"], found["OBJECT"], schema))
    query = "MATCH (c:Claim) WHERE c.id IN $ids RETURN c.id AS id"
    old.claims = {row["id"] for row in _read_by(store, query, claims)}
    for side in ("SUPPORTS", "DENIES"):
        query = f"MATCH (v:Evidence)-[r:{side}]->(c:Claim) WHERE c.id IN $ids RETURN v.id AS id, r.k AS k"
        for row in _read_by(store, query, claims):
            old.evidence.add(row["id"])
            old.edges.add((side, row["k"]))


def _claims_and_links(
    seen: "View",
    claims: set[str],
    triples: set[Triple],
    resolution: Resolution,
    schema: Schema,
    *,
    all_claims: bool = False,
) -> tuple[list[Node], list[Edge], set[EntityId]]:
    """Nodes and edges of these claims and of every link that they, or the old triples, belong to; and their ends."""
    held = seen.claims(claims)
    triples = triples | {triple_of(claim, resolution, schema) for claim in held.values()}
    if not all_claims:
        held |= seen.claims_between(_pairs(triples, resolution, schema))
    said = seen.said_about(held)
    verdicts = seen.verdicts(held)
    reliabilities = seen.reliabilities()
    cases: dict[Triple, list[Case]] = {}
    for key in sorted(held):
        case = Case(claim=held[key], said=tuple(said.get(key, ())), verdict=verdicts.get(key))
        cases.setdefault(triple_of(case.claim, resolution, schema), []).append(case)
    nodes: list[Node] = []
    edges: list[Edge] = []
    for triple in sorted(cases):
        link = link_of(triple, cases[triple], reliabilities)
        carried: set[Any] = set()
        if link is not None:
            edges.append(link)
            carried = set(link.properties["claim_ids"])  # type: ignore[arg-type]
        for case in cases[triple]:
            link_k = link.k if link is not None and case.claim.id in carried else None
            more = claim_nodes(case, link_k, resolution, schema, reliabilities)
            nodes += more[0]
            edges += more[1]
    return nodes, edges, {end for triple in cases for end in triple[1:]}


def _pairs(
    triples: Iterable[Triple], resolution: Resolution, schema: Schema
) -> Iterable[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    for predicate, subject, obj in sorted(triples):
        left, right = resolution.entities.get(subject), resolution.entities.get(obj)
        if left is None or right is None:
            continue
        yield predicate, left.members, right.members
        known = schema.predicates.get(predicate)
        if known is not None and known.symmetric:
            yield predicate, right.members, left.members


def _entity_nodes(seen: "View", resolution: Resolution, ids: Iterable[EntityId], schema: Schema) -> list[Node]:
    """The nodes of those of these entities that take part in a claim."""
    wanted = {key: resolution.entities[key] for key in ids if key in resolution.entities}
    counts = dict.fromkeys(wanted, 0)
    for ends, times in seen.pairs_at(m for entity in wanted.values() for m in entity.members).items():
        for entity_id in {resolution.entity_of[end] for end in ends}:  # type: ignore[index]
            if entity_id in counts:
                counts[entity_id] += times
    return [entity_node(wanted[key], counts[key], schema) for key in sorted(wanted) if counts[key]]


def _read(store: "GraphStore", cypher: str, **params: Any) -> list[dict[str, Any]]:
    return list(store.read(cypher, params, limit=_ROWS, timeout=_SECONDS).dicts())


def _read_by(store: "GraphStore", cypher: str, ids: Iterable[str]) -> Iterable[dict[str, Any]]:
    every = sorted(ids)
    for i in range(0, len(every), _IDS):
        yield from _read(store, cypher, ids=every[i : i + _IDS])
