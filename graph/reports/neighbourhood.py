"""What surrounds an entity: the links and entities up to `reach` steps away, as many as stay legible."""

from dataclasses import dataclass

from graph.reports.parts import EntityRef, LinkRef, links_where
from graph.stores import GraphStore

CAP = 150  # entities; measured: a Chain stops being legible beyond


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbourhood:
    """Entities and links to draw. `left_out` counts entities within reach that the cap kept away."""

    focus: str
    entities: tuple[EntityRef, ...]
    links: tuple[LinkRef, ...]
    left_out: int = 0


def neighbourhood(
    store: GraphStore, focus: EntityRef, *, reach: int = 1, cap: int = CAP, weakest: float = 0.0
) -> Neighbourhood:
    """Walk outwards from `focus`, step by step, over links believed at least `weakest`.

    Of a ring that does not fit below the cap, the entities with the most believed links stay.
    """
    kept: dict[str, EntityRef] = {focus.id: focus}
    left_out: set[str] = set()
    ring = [focus.id]
    for _ in range(reach):
        found: dict[str, EntityRef] = {}
        near = "(s.id IN $ids OR o.id IN $ids) AND r.belief >= $weakest"
        for link in links_where(store, near, ids=ring, weakest=weakest):
            for entity in (link.subject, link.object):
                if entity.id not in kept:
                    found.setdefault(entity.id, entity)
        room = max(0, cap - len(kept))
        ring = list(found)[:room]
        left_out |= set(list(found)[room:])
        kept |= {key: found[key] for key in ring}
        if not ring:
            break
    inside = "s.id IN $ids AND o.id IN $ids AND r.belief >= $weakest"
    links = links_where(store, inside, ids=list(kept), weakest=weakest)
    # A drawing from one entity is about that entity: links between its neighbours show from reach 2 on.
    if reach == 1:
        links = [link for link in links if focus.id in (link.subject.id, link.object.id)]
    return Neighbourhood(
        focus=focus.id,
        entities=tuple(kept.values()),
        links=tuple(links),
        left_out=len(left_out - set(kept)),
    )
