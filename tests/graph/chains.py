"""A small graph of nodes and links, written as they stand in a store. Every name in it is fictional."""

from collections.abc import Iterable
from typing import Any

from graph.records import Batch, Edge, Node

# id, type, name, kind, face, aliases
ENTITIES = (
    ("lumen", "Dataset", "Lumen Faces", None, "dataset", ("Lumen", "LF-10K")),
    ("strata", "Dataset", "Strata Gait", None, "dataset", ()),
    ("pictora", "Platform", "Pictora", None, "platform", ()),
    ("orrin", "Organization", "Orrin Institute", "university", "university", ("Orrin",)),
    ("northgate", "Organization", "Northgate Vision", "company", "company", ()),
    ("northgate-police", "Organization", "Northgate", "public body", "agency", ()),
    ("northgate-town", "Place", "Northgate", None, "place", ()),
    ("nightwatch", "Programme", "Nightwatch", None, "programme", ()),
    ("lamps", "Paper", "Walking Under Lamps", None, "paper", ("lumen study",)),
    ("lonely", "Product", "DoorSight", None, "product", ()),
)
# predicate, subject, object, belief, status, modality, earliest, latest, sources, denial
LINKS = (
    ("COLLECTED_FROM", "lumen", "pictora", 0.9, "supported", "asserted", "2014", "2014", 2, 0.0),
    ("DERIVED_FROM", "strata", "lumen", 0.6, "proposed", "reported", "2016", "2016", 1, 0.0),
    ("WITHDREW", "orrin", "lumen", 0.8, "proposed", "asserted", "2019-04", "2019-04", 1, 0.0),
    ("HOSTED_ON", "strata", "pictora", 0.7, "proposed", "asserted", "2020", "2021", 1, 0.0),
    ("USED", "northgate", "lumen", 0.85, "supported", "asserted", "2018", "2018", 2, 0.0),
    ("USED", "lamps", "strata", 0.5, "proposed", "reported", "2019-06", "2019-06", 1, 0.0),
    ("SUPPLIED", "northgate", "nightwatch", 0.4, "disputed", "alleged", "2020", "2020", 1, 0.5),
    ("PARTICIPATED_IN", "orrin", "nightwatch", 0.3, "proposed", "planned", "2024", "2024", 1, 0.0),
    ("AFFILIATED_WITH", "lamps", "orrin", 0.95, "accepted", "asserted", None, None, 3, 0.0),
    ("LOCATED_IN", "northgate", "northgate-town", 1.0, "accepted", "asserted", None, None, 1, 0.0),
    ("LOCATED_IN", "nightwatch", "northgate-town", 1.0, "accepted", "asserted", None, None, 1, 0.0),
)


def batch(extra: Iterable[tuple[Any, ...]] = ()) -> Batch:
    """Entities, links, and a claim with one sentence (two where it is denied) behind every link."""
    nodes = [_entity(*entity) for entity in ENTITIES]
    nodes.append(Node(id="d_1", label="Document", properties={"name": "Report", "address": "https://example.org/1"}))
    edges: list[Edge] = []
    for link in (*LINKS, *extra):
        _say(link, nodes, edges)
    return Batch(nodes=tuple(nodes), edges=tuple(edges), replace=True)


def _entity(ident: str, kind: str, name: str, sort: str | None, face: str, aliases: tuple[str, ...]) -> Node:
    search = " | ".join(n.casefold() for n in (name, *aliases))
    claims = sum(ident in link[1:3] for link in LINKS)
    properties = {"name": name, "kind": sort, "face": face, "aliases": list(aliases), "claims": claims}
    return Node(id=ident, label="Entity", extra=kind, properties={**properties, "members": [], "search": search})


def _say(link: tuple[Any, ...], nodes: list[Node], edges: list[Edge]) -> None:
    predicate, subject, obj, belief, status, modality, earliest, latest, sources, denial = link
    k = f"{predicate}-{subject}-{obj}"
    claim = f"c_{k}"
    shared = {"status": status, "modality": modality, "belief": belief, "earliest": earliest, "latest": latest}
    name = f"{subject} {predicate} {obj}"
    more = {"support": belief, "denial": denial, "evidence": 1 + (denial > 0), "link": k, "qualifiers": []}
    nodes.append(
        Node(
            id=claim,
            label="Claim",
            properties={"name": name, "predicate": predicate, "sources": sources, **shared, **more},
        )
    )
    edges.append(Edge(k=f"s{claim}", type="SUBJECT", source=("Claim", claim), target=("Entity", subject)))
    edges.append(Edge(k=f"o{claim}", type="OBJECT", source=("Claim", claim), target=("Entity", obj)))
    for side in ("SUPPORTS", "DENIES")[: 1 + (denial > 0)]:
        sentence = f"e_{side}_{k}"
        polarity = "affirmed" if side == "SUPPORTS" else "denied"
        said = {"name": f"Sentence: {name}.", "polarity": polarity, "modality": modality, "probability": 0.9}
        nodes.append(Node(id=sentence, label="Evidence", properties=said))
        edges.append(Edge(k=f"{side}{k}", type=side, source=("Evidence", sentence), target=("Claim", claim)))
        edges.append(Edge(k=f"F{side}{k}", type="FROM", source=("Evidence", sentence), target=("Document", "d_1")))
    counts = {"claim_ids": [claim], "sources": sources, "evidence": 1, "denials": int(denial > 0)}
    edges.append(
        Edge(
            k=k,
            type=predicate,
            source=("Entity", subject),
            target=("Entity", obj),
            properties={**shared, **counts, "inferred": modality == "inferred"},
        )
    )
