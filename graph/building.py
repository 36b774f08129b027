"""Nodes and links from claims, evidence and entities. Pure: no ledger, no store.

Keys: an edge between two nodes is keyed by their ids, so that an edge that moves is another edge; a link is keyed by
predicate and the two entities.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from graph.belief import Belief, Testimony, weigh
from graph.enums import Modality, Polarity, Status, Verdict
from graph.identity.names import normal_form
from graph.identity.resolving import Entity, Resolution
from graph.ids import EntityId, link_key
from graph.records import Claim, Edge, Node
from graph.schema import Schema

if TYPE_CHECKING:
    from graph.ledger.projecting import Said
    from graph.ledger.reading import DocumentInfo

Triple: TypeAlias = tuple[str, EntityId, EntityId]  # predicate, subject, object
_FIRMNESS = {modality: rank for rank, modality in enumerate(Modality)}
_PRONOUNS = frozenset({"he", "she", "it", "they", "we", "i", "you", "who", "one", "this", "that", "these", "those"})
_ARTICLES = ("the ", "a ", "an ", "its ", "their ", "his ", "her ", "our ", "one ", "some ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A claim with all evidence on it and the latest verdict of a person."""

    claim: Claim
    said: tuple["Said", ...]
    verdict: Verdict | None = None


def triple_of(claim: Claim, resolution: Resolution, schema: Schema) -> Triple:
    """The predicate and canonical ends of a claim's link; a symmetric one goes from the smaller id to the greater."""
    return ordered(claim.predicate, resolution.entity_of[claim.subject], resolution.entity_of[claim.object], schema)


def ordered(predicate: str, subject: EntityId, obj: EntityId, schema: Schema) -> Triple:
    """A triple with the ends of a symmetric predicate in order."""
    known = schema.predicates.get(predicate)
    if known is not None and known.symmetric and obj < subject:
        return predicate, obj, subject
    return predicate, subject, obj


def testimony_of(said: "Said", reliabilities: Mapping[str, float]) -> Testimony:
    """One piece of evidence as belief weighs it."""
    outermost = said.speakers[-1] if said.speakers else None
    named = outermost is not None and (said.speaker_surface is not None or _is_name(outermost))
    # Who only passes on what a named speaker says is no witness; what a document rests on always is its origin.
    behind = [outermost if named else said.publisher, *said.sources]
    return Testimony(
        id=said.id,
        polarity=said.polarity,
        modality=said.modality,
        probability=said.probability,
        reliability=reliabilities.get(said.publisher or "", 1.0),
        cluster=said.cluster,
        origins=frozenset(normal_form("Organization", name) for name in behind if name),
        said_by=", in ".join(part for part in (outermost, said.publisher) if part),
        verdict=said.verdict,
    )


def _is_name(words: str) -> bool:
    """Whether a speaker is named: "the company" and "He" are not, and would join what has nothing in common."""
    bare = words.strip()
    for article in _ARTICLES:
        if bare.casefold().startswith(article):
            bare = bare[len(article) :]
            break
    return bare.casefold() not in _PRONOUNS and any(letter.isupper() for letter in bare)


def claim_nodes(
    case: Case, link: str | None, resolution: Resolution, schema: Schema, reliabilities: Mapping[str, float]
) -> tuple[list[Node], list[Edge]]:
    """The nodes of a claim and its evidence, and the edges that leave them."""
    claim = case.claim
    belief = weigh((testimony_of(s, reliabilities) for s in case.said), case.verdict)
    subject = resolution.entities[resolution.entity_of[claim.subject]]
    obj = resolution.entities[resolution.entity_of[claim.object]]
    known = schema.predicates.get(claim.predicate)
    words = known.label if known else claim.predicate.lower().replace("_", " ")
    earliest, latest = _span(case.said)
    nodes = [
        Node(
            id=claim.id,
            label="Claim",
            properties={
                "name": f"{subject.name} {words} {obj.name}",
                "predicate": claim.predicate,
                "status": str(belief.status),
                "modality": _firmest(case.said),
                "belief": round(belief.value, 6),
                "support": round(belief.support, 6),
                "denial": round(belief.denial, 6),
                "sources": belief.sources,
                "evidence": len(case.said),
                "earliest": earliest,
                "latest": latest,
                "link": link,
                "qualifiers": [f"{key}={value}" for key, value in claim.qualifiers],
            },
        )
    ]
    edges = [
        _edge("SUBJECT", ("Claim", claim.id), ("Entity", subject.id)),
        _edge("OBJECT", ("Claim", claim.id), ("Entity", obj.id)),
    ]
    for said in case.said:
        nodes.append(_evidence_node(said))
        side = "SUPPORTS" if said.polarity is Polarity.AFFIRMED else "DENIES"
        edges.append(_edge(side, ("Evidence", said.id), ("Claim", claim.id)))
        edges.append(_edge("FROM", ("Evidence", said.id), ("Document", said.document_id)))
    return nodes, edges


def _edge(kind: str, source: tuple[str, str], target: tuple[str, str]) -> Edge:
    return Edge(k=f"{source[1]}>{target[1]}", type=kind, source=source, target=target)


def _evidence_node(said: "Said") -> Node:
    return Node(
        id=said.id,
        label="Evidence",
        properties={
            "name": said.words,
            "polarity": str(said.polarity),
            "modality": str(said.modality),
            "speaker": ", citing ".join(said.speakers) or None,
            "happened": said.happened,
            "probability": said.probability,
            "extractor": said.extractor,
            "why": said.why,
            "begins": said.begins,
            "ends": said.ends,
        },
    )


def link_of(triple: Triple, cases: Iterable[Case], reliabilities: Mapping[str, float]) -> Edge | None:
    """The link of all claims on one triple, or None when nothing affirms it, or it would join an entity to itself."""
    predicate, subject, obj = triple
    standing = sorted((c for c in cases if c.verdict is not Verdict.REJECTED), key=lambda c: c.claim.id)
    said = [s for case in standing for s in case.said]
    accepted = any(case.verdict is Verdict.ACCEPTED for case in standing)
    belief = weigh((testimony_of(s, reliabilities) for s in said), Verdict.ACCEPTED if accepted else None)
    if subject == obj or not belief.sources or belief.status in (Status.REJECTED, Status.LAPSED):
        return None
    earliest, latest = _span(said)
    return Edge(
        k=link_key(predicate, subject, obj),
        type=predicate,
        source=("Entity", subject),
        target=("Entity", obj),
        properties={
            "claim_ids": [case.claim.id for case in standing],
            "belief": round(belief.value, 6),
            "status": str(belief.status),
            "modality": _firmest(said),
            "earliest": earliest,
            "latest": latest,
            "sources": belief.sources,
            "evidence": len(said),
            "denials": _denials(belief),
            "inferred": all(s.modality is Modality.INFERRED for s in said),
        },
    )


def _denials(belief: Belief) -> int:
    return sum(len(group.testimony) for group in belief.groups if group.polarity is Polarity.DENIED)


def _counted(said: Iterable["Said"]) -> list["Said"]:
    """What a person has not rejected."""
    return [s for s in said if s.verdict is not Verdict.REJECTED]


def _firmest(said: Iterable["Said"]) -> str:
    every = list(said)
    standing = _counted(every) or every
    affirmed = [s for s in standing if s.polarity is Polarity.AFFIRMED] or standing
    return str(min((s.modality for s in affirmed), key=_FIRMNESS.__getitem__, default=Modality.ASSERTED))


def _span(said: Iterable["Said"]) -> tuple[str | None, str | None]:
    """Earliest and latest EDTF date at which it happened; ISO dates of any precision compare as strings."""
    first: list[str] = []
    last: list[str] = []
    for s in _counted(said):
        if s.happened and s.polarity is Polarity.AFFIRMED:
            ends = [part.strip("~?% ") for part in s.happened.split("/")]
            first += [ends[0]] if ends[0] not in {"", ".."} else []
            last += [ends[-1]] if ends[-1] not in {"", ".."} else []
    return min(first, default=None), max(last, default=None)


def entity_node(entity: Entity, claims: int, schema: Schema) -> Node:
    """The node of an entity that takes part in `claims` claims."""
    known = schema.entities.get(entity.type)
    names = dict.fromkeys(name.casefold() for name in (entity.name, *entity.aliases))
    return Node(
        id=entity.id,
        label="Entity",
        extra=entity.type,
        properties={
            "name": entity.name,
            "kind": entity.kind,
            "face": known.face(entity.kind).key if known else None,
            "known": entity.known,
            "aliases": list(entity.aliases),
            "members": list(entity.members),
            "claims": claims,
            "search": " | ".join(names),
        },
    )


def document_node(document: "DocumentInfo") -> Node:
    """The node of a document."""
    return Node(
        id=document.id,
        label="Document",
        properties={
            "name": document.headline or document.address,
            "address": document.address,
            "publisher": document.publisher,
            "published": document.published,
            "modified": document.modified,
            "retrieved": document.retrieved,
            "language": document.language,
            "kind": document.kind,
        },
    )


def snapshot_node(ledger_id: str, sequence: int, at: str | None) -> Node:
    """The node that says which state of which ledger the graph shows."""
    return Node(
        id="snapshot",
        label="Snapshot",
        properties={"name": "Snapshot", "ledger": ledger_id, "sequence": sequence, "at": at},
    )
