"""Cluster surface entities into entities. Pure and deterministic: taking a judgement back gives the identical result.

Links are tried in a fixed order: judgements "same" (by pair), then the same gazetteer id, then the same type and normal
form. A link joins the clusters of its ends unless that would put two surfaces into one cluster that are judged
"different"; a link by name is also refused between clusters with different gazetteer ids, and a name that
belongs to two gazetteer entries says nothing about a surface without one. So a judgement beats every automatic match,
"different" beats a chain of "same", and where links compete the smaller surface id wins.

Only what is linked can influence each other: surfaces that share a gazetteer id, a form, or a judgement "same".
`Resolution.around` gives that neighbourhood; the projection updates it and leaves the rest alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from graph.enums import Sameness
from graph.identity.names import normal_form
from graph.ids import EntityId, SurfaceId, name_key
from graph.records import Judgement, Surface

if TYPE_CHECKING:
    from graph.ledger import Ledger

Key: TypeAlias = tuple[str, str]  # ("known", gazetteer id) or (entity type, normal form)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A cluster of surface entities."""

    id: EntityId  # gazetteer id if there is one, else the smallest surface id
    type: str
    name: str
    kind: str | None
    known: str | None
    aliases: tuple[str, ...]  # the other spellings
    members: tuple[SurfaceId, ...]
    reasons: Mapping[SurfaceId, str]  # why each member is here


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """All entities, the entity of each surface, and what is linked to what."""

    entities: Mapping[EntityId, Entity]
    entity_of: Mapping[SurfaceId, EntityId]
    linked: Mapping[Key, tuple[SurfaceId, ...]] = field(repr=False)
    keys: Mapping[SurfaceId, tuple[Key, ...]] = field(repr=False)
    judged: Mapping[SurfaceId, tuple[SurfaceId, ...]] = field(repr=False)  # "same" only
    sequence: int = -1  # the ledger's latest change that it knows of; -1: not made from a ledger

    def around(self, surfaces: Iterable[str], keys: Iterable[Key] = ()) -> set[SurfaceId]:
        """All surfaces that are linked, over any number of steps, to these surfaces or keys."""
        todo_keys = list(keys)
        todo = [SurfaceId(s) for s in surfaces]
        seen: set[SurfaceId] = set()
        seen_keys: set[Key] = set()
        while todo or todo_keys:
            while todo_keys:
                key = todo_keys.pop()
                if key not in seen_keys:
                    seen_keys.add(key)
                    todo += self.linked.get(key, ())
            while todo:
                surface = todo.pop()
                if surface not in seen:
                    seen.add(surface)
                    todo_keys += self.keys.get(surface, ())
                    todo += self.judged.get(surface, ())
        return {surface for surface in seen if surface in self.entity_of}


def keys_of(entity_type: str, name: str, known: str | None) -> tuple[Key, ...]:
    """What links a surface to others: its form and, if it has one, its gazetteer id."""
    form = (entity_type, normal_form(entity_type, name))
    return (("known", known), form) if known else (form,)


def resolve(ledger: "Ledger") -> Resolution:
    """Cluster all surface entities of the ledger."""
    from graph.ledger.projecting import view

    with view(ledger) as seen:
        surfaces, judgements = seen.identity()
        return resolve_surfaces(surfaces, judgements, sequence=seen.sequence)


def resolve_surfaces(surfaces: Iterable[Surface], judgements: Iterable[Judgement], *, sequence: int = -1) -> Resolution:
    """Cluster surfaces; the order of neither argument matters."""
    by_id = {s.id: s for s in sorted(surfaces, key=lambda s: s.id)}
    keys = {s.id: keys_of(s.type, s.name, s.known) for s in by_id.values()}
    linked: dict[Key, list[SurfaceId]] = {}
    for surface, its_keys in keys.items():
        for key in its_keys:
            linked.setdefault(key, []).append(surface)
    about = sorted((j for j in judgements if j.left in by_id and j.right in by_id), key=lambda j: (j.left, j.right))
    clusters = _Clusters(by_id, about)
    judged: dict[SurfaceId, tuple[SurfaceId, ...]] = {}
    for j in about:
        if j.sameness is Sameness.SAME:
            judged[j.left] = (*judged.get(j.left, ()), j.right)
            judged[j.right] = (*judged.get(j.right, ()), j.left)
            clusters.join(j.left, j.right, f"judged the same by {j.by}" + (f": {j.why}" if j.why else ""))
    for key in sorted(linked, key=lambda key: (key[0] != "known", key)):
        _link(clusters, by_id, linked[key], by_name=key[0] != "known")
    entities = _entities(by_id, clusters)
    return Resolution(
        entities=entities,
        entity_of={member: e.id for e in entities.values() for member in e.members},
        linked={key: tuple(members) for key, members in linked.items()},
        keys=keys,
        judged=judged,
        sequence=sequence,
    )


class _Clusters:
    """Disjoint sets that know whom they must not meet."""

    def __init__(self, surfaces: Mapping[SurfaceId, Surface], judgements: Iterable[Judgement]) -> None:
        self.head = {s: s for s in surfaces}
        self.members = {s: {s} for s in surfaces}
        self.known = {s: {surface.known} - {None} for s, surface in surfaces.items()}
        self.apart: dict[SurfaceId, set[SurfaceId]] = {s: set() for s in surfaces}
        self.reasons: dict[SurfaceId, str] = {}
        for j in judgements:
            if j.sameness is Sameness.DIFFERENT:
                self.apart[j.left].add(j.right)
                self.apart[j.right].add(j.left)

    def join(self, left: SurfaceId, right: SurfaceId, reason: str, *, by_name: bool = False) -> bool:
        """Join two clusters, or return False when they must stay apart."""
        a, b = self.head[left], self.head[right]
        if a == b:
            return True
        if self.apart[a] & self.members[b]:
            return False
        if by_name and self.known[a] and self.known[b] and self.known[a] != self.known[b]:
            return False
        if len(self.members[a]) < len(self.members[b]):
            a, b = b, a
        for member in self.members[b]:
            self.head[member] = a
        self.members[a] |= self.members.pop(b)
        self.known[a] |= self.known.pop(b)
        self.apart[a] |= self.apart.pop(b)
        for surface in (left, right):
            self.reasons.setdefault(surface, reason)
        return True


def _link(
    clusters: _Clusters, surfaces: Mapping[SurfaceId, Surface], members: list[SurfaceId], *, by_name: bool
) -> None:
    if by_name and len({surfaces[m].known for m in members} - {None}) > 1:
        members = [m for m in members if surfaces[m].known is None]
    heads: list[SurfaceId] = []  # one surface of each cluster met so far: more than one only after a refusal
    for member in members:
        for head in heads:
            if clusters.join(head, member, _reason(surfaces[head], surfaces[member], by_name), by_name=by_name):
                break
        else:
            heads.append(member)


def _reason(left: Surface, right: Surface, by_name: bool) -> str:
    if not by_name:
        return f"same gazetteer entry {left.known}"
    return "same name" if name_key(left.name) == name_key(right.name) else "same name but for its form"


def _entities(surfaces: Mapping[SurfaceId, Surface], clusters: _Clusters) -> dict[EntityId, Entity]:
    entities: dict[EntityId, Entity] = {}
    # In the order of the smallest member: of two clusters kept apart by a judgement the first keeps the gazetteer id.
    for members in sorted((sorted(m) for m in clusters.members.values()), key=lambda m: m[0]):
        known = sorted({k for m in members if (k := surfaces[m].known) is not None and EntityId(k) not in entities})
        first = known[0] if known else None
        entity_id = EntityId(first or members[0])
        # What the gazetteer supports decides on type and kind before other spellings do.
        ranked = [surfaces[m] for m in sorted(members, key=lambda m: (surfaces[m].known != first, m))]
        # The gazetteer's own name is what readers know; among the others the best-looking spelling wins.
        official = next((s.official for s in ranked if s.official and s.known == first), None)
        names = sorted({s.name for s in ranked}, key=_rank)
        if official:
            names = [official, *(name for name in names if name != official)]
        entities[entity_id] = Entity(
            id=entity_id,
            type=ranked[0].type,
            name=names[0],
            kind=next((s.kind for s in ranked if s.kind), None),
            known=first,
            aliases=tuple(sorted(names[1:])),
            members=tuple(members),
            reasons={m: clusters.reasons.get(m, "the only spelling") for m in members},
        )
    return entities


def _rank(name: str) -> tuple[bool, bool, int, str]:
    """The best name first: one with a capital, at most 60 characters, then the longest, which is rarely an acronym."""
    return (name == name.lower(), len(name) > 60, -len(name), name)
