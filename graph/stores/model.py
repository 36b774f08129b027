"""The graph model that both engines hold: labels, properties, relationship types – derived from the schema.

Rules that keep the engines equal (stores.md, "Model rules"): every node has one fixed first label, a string `id` unique
in that label and a non-null `name`; every relationship has a key `k`; dates are strings; no property is called title,
type, label, labels, when or end.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graph.errors import RecordRejected
from graph.records import Edge, Node
from graph.schema import Schema

_DOCUMENT = ("name", "address", "publisher", "published", "modified", "retrieved", "language", "kind")
_CLAIM = (
    *("name", "predicate", "status", "modality", "belief", "support", "denial", "sources", "evidence"),
    *("earliest", "latest", "link", "qualifiers"),
)
_EVIDENCE = (
    *("name", "polarity", "modality", "speaker", "happened", "probability", "extractor", "why", "begins", "ends"),
)
_ENTITY = ("name", "kind", "face", "known", "aliases", "members", "claims", "search")
_SNAPSHOT = ("name", "ledger", "sequence", "at")
_LINK = (
    *("claim_ids", "belief", "status", "modality", "earliest", "latest", "sources", "evidence", "denials", "inferred"),
)
# Relationship types of the model itself, with the labels that they join.
PLAIN = {
    "SUPPORTS": ("Evidence", "Claim"),
    "DENIES": ("Evidence", "Claim"),
    "FROM": ("Evidence", "Document"),
    "SUBJECT": ("Claim", "Entity"),
    "OBJECT": ("Claim", "Entity"),
}


@dataclass(frozen=True, slots=True)
class Model:
    """Labels → properties (without `id`), relationship types → (source label, target label, properties without `k`)."""

    labels: Mapping[str, tuple[str, ...]]
    extras: frozenset[str]  # second labels of Entity
    types: Mapping[str, tuple[str, str, tuple[str, ...]]]

    def node_row(self, node: Node) -> dict[str, Any]:
        """Return the row that upserts a node: every declared property is there, the missing ones as null."""
        declared = self.labels.get(node.label)
        if declared is None:
            raise RecordRejected(f"node {node.id}: unknown label {node.label!r}", id=node.id)
        if node.extra is not None and (node.label != "Entity" or node.extra not in self.extras):
            raise RecordRejected(f"node {node.id}: {node.extra!r} is no entity type", id=node.id)
        if not node.id or not node.properties.get("name"):
            raise RecordRejected(f"node {node.id}: id and name must not be empty", id=node.id)
        return {"id": node.id, "p": _checked(node.id, declared, node.properties)}

    def edge_row(self, edge: Edge) -> dict[str, Any]:
        """Return the row that upserts a relationship, properties padded with nulls."""
        known = self.types.get(edge.type)
        if known is None:
            raise RecordRejected(f"link {edge.k}: unknown type {edge.type!r}", id=edge.k)
        if (edge.source[0], edge.target[0]) != known[:2]:
            raise RecordRejected(f"link {edge.k}: {edge.type} joins {known[0]} to {known[1]}", id=edge.k)
        return {"k": edge.k, "s": edge.source[1], "t": edge.target[1], "p": _checked(edge.k, known[2], edge.properties)}


def _checked(ident: str, declared: tuple[str, ...], given: Mapping[str, Any]) -> dict[str, Any]:
    if unknown := given.keys() - set(declared):
        raise RecordRejected(f"{ident}: undeclared property {min(unknown)!r}", id=ident)
    row = {}
    for name in declared:
        value = given.get(name)
        if isinstance(value, list | tuple):
            if not all(isinstance(item, str | int | float | bool) for item in value):
                raise RecordRejected(f"{ident}: {name} must be a list of plain values", id=ident)
            value = list(value)
        elif value is not None and not isinstance(value, str | int | float | bool):
            raise RecordRejected(f"{ident}: {name} has a value of type {type(value).__name__}", id=ident)
        row[name] = value
    return row


def graph_model(schema: Schema) -> Model:
    """Derive the model from the schema: a predicate added there is a link type here."""
    own = {name for entity in schema.entities.values() for name in entity.properties}
    labels = {
        "Entity": (*_ENTITY, *sorted(own - set(_ENTITY))),
        "Document": _DOCUMENT,
        "Claim": _CLAIM,
        "Evidence": _EVIDENCE,
        "Snapshot": _SNAPSHOT,
    }
    types: dict[str, tuple[str, str, tuple[str, ...]]] = {name: (*ends, ()) for name, ends in PLAIN.items()}
    types |= dict.fromkeys(schema.predicates, ("Entity", "Entity", _LINK))
    return Model(labels=labels, extras=frozenset(schema.entities), types=types)
