"""Trails: the best simple paths between two entities, each as strong as its weakest hop.

Links are walked in both directions. A path's belief is the least belief of its hops (the weakest-link rule of
possibility theory); paths are ranked by it, then by length, then by how busy the nodes between are: a path through a
hub says little. The neighbourhood is read level by level from both ends, then searched in memory.
"""

import heapq
import math
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from graph.errors import ParameterError
from graph.search import find_entity

if TYPE_CHECKING:
    from graph.stores import GraphStore

LONGEST = 12  # hops that may be asked for
LINKS = 20_000  # links read for one question
NODES = 4_000  # entities whose links are read
TRIED = 200_000  # paths that the search takes from its queue
_WIDTH = 400  # entities in one reading query
_UNSURE = frozenset({"planned", "hypothetical"})
_AROUND = """MATCH (n:Entity)-[r]-(m:Entity) WHERE n.id IN $ids
WITH DISTINCT r, startNode(r) AS s, endNode(r) AS o
RETURN s.id AS s_id, s.name AS s_name, labels(s) AS s_kinds, o.id AS o_id, o.name AS o_name, labels(o) AS o_kinds,
type(r) AS predicate, r.k AS k, r.belief AS belief, r.status AS status, r.modality AS modality,
r.claim_ids AS claims, r.earliest AS earliest, r.inferred AS inferred
ORDER BY belief DESC, k"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailOptions:
    """What a trail may be made of. Empty `predicates` or `types` allow all that are not excluded."""

    max_steps: int = 6  # hops
    min_belief: float = 0.0  # of the weakest hop, 0 to 1
    predicates: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()  # of the entities between the ends
    without_predicates: frozenset[str] = frozenset({"LOCATED_IN"})
    without_types: frozenset[str] = frozenset({"Place"})
    inferred: bool = False
    planned: bool = False  # links that are only planned or hypothetical
    as_of: str | None = None  # ISO date of any precision: nothing that happened later; undated links stay
    limit: int = 5  # trails


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link of the graph as the search needs it."""

    k: str
    predicate: str
    subject: str
    object: str
    belief: float
    status: str = "supported"
    modality: str = "asserted"
    claim_ids: tuple[str, ...] = ()
    earliest: str | None = None
    inferred: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One link of a trail. `forwards` says whether it is walked from its subject to its object."""

    k: str
    predicate: str
    subject: str
    subject_name: str
    object: str
    object_name: str
    forwards: bool
    belief: float
    status: str
    modality: str
    claim_ids: tuple[str, ...]

    @property
    def start(self) -> str:
        """Id of the entity where the hop begins on this trail."""
        return self.subject if self.forwards else self.object

    @property
    def goal(self) -> str:
        """Id of the entity where the hop ends on this trail."""
        return self.object if self.forwards else self.subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """A path without repeated entities."""

    hops: tuple[Hop, ...]

    @property
    def weakest(self) -> Hop:
        """The hop with the least belief, the first of them."""
        return min(self.hops, key=lambda hop: hop.belief)

    @property
    def belief(self) -> float:
        """Belief of the weakest hop."""
        return self.weakest.belief

    @property
    def claim_ids(self) -> tuple[str, ...]:
        """All claims that the trail rests on."""
        return tuple(dict.fromkeys(claim for hop in self.hops for claim in hop.claim_ids))


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """How close it came: why there is no trail, and under which options there would be one."""

    why: str
    reached: str | None = None  # id of an entity
    options: TrailOptions | None = None

    def __str__(self) -> str:
        return self.why


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailAnswer:
    """The trails, best first; when there are none, the nearest misses. `cut` when the neighbourhood was too large."""

    start: str
    goal: str
    trails: tuple[Trail, ...] = ()
    misses: tuple[NearMiss, ...] = ()
    cut: bool = False


@dataclass(slots=True)
class Network:
    """What was read around the two ends."""

    links: dict[str, Link] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    cut: bool = False

    def around(self, links: Iterable[Link]) -> dict[str, list[Link]]:
        """Links by the entities that they touch."""
        near: dict[str, list[Link]] = {}
        for link in links:
            near.setdefault(link.subject, []).append(link)
            if link.object != link.subject:
                near.setdefault(link.object, []).append(link)
        return near


def find_trails(
    store: "GraphStore", start_id: str, goal_id: str, options: TrailOptions | None = None, *, timeout: float = 10.0
) -> TrailAnswer:
    """Return the best trails between two entities, given by id or name.

    `timeout` holds for each of the few reading queries, in seconds. Raises UnknownEntity, ParameterError when the
    options make no sense, QueryTimeout.
    """
    options = _checked(options or TrailOptions())
    start, goal = find_entity(store, start_id), find_entity(store, goal_id)
    if start.id == goal.id:
        raise ParameterError(f"{start.name} is both ends of the trail.", hint="Name two entities.", name="goal")
    network = _read(store, start.id, goal.id, options, timeout)
    network.names |= {start.id: start.name, goal.id: goal.name}
    network.types |= {start.id: start.type, goal.id: goal.type}
    trails = best_trails(network, start.id, goal.id, options)
    misses = () if trails else nearest_misses(network, start.id, goal.id, options)
    return TrailAnswer(start=start.id, goal=goal.id, trails=trails, misses=misses, cut=network.cut)


def _checked(options: TrailOptions) -> TrailOptions:
    if not 1 <= options.max_steps <= LONGEST:
        raise ParameterError(f"A trail has 1 to {LONGEST} steps, not {options.max_steps}.", name="max_steps")
    if not 0 <= options.min_belief <= 1:
        raise ParameterError(f"Belief lies between 0 and 1, not at {options.min_belief:g}.", name="min_belief")
    if options.limit < 1:
        raise ParameterError("At least one trail must be asked for.", name="limit")
    return options


# --- reading ---


def _read(store: "GraphStore", start: str, goal: str, options: TrailOptions, timeout: float) -> Network:
    """Read level by level, on from the smaller fringe, until both sides together span the longest trail.

    Excluded links are read too, to tell why there is no trail, but not walked on from: hubs would fill the network.
    """
    network = Network()
    seen = {start: {start}, goal: {goal}}
    fringe = {start: {start}, goal: {goal}}
    for _ in range(options.max_steps):
        side = min((s for s in (start, goal) if fringe[s]), key=lambda s: len(fringe[s]), default=None)
        if side is None or network.cut:
            break
        new: set[str] = set()
        for link in _level(store, sorted(fringe[side]), network, timeout):
            new |= {link.subject, link.object}
        new -= seen[side]
        seen[side] |= new
        fringe[side] = {node for node in new if _walkable(network.types[node], options) and node not in (start, goal)}
        if len(seen[start]) + len(seen[goal]) > NODES:
            network.cut = True
    return network


def _level(store: "GraphStore", ids: Sequence[str], network: Network, timeout: float) -> list[Link]:
    found = []
    for begin in range(0, len(ids), _WIDTH):
        table = store.read(_AROUND, {"ids": list(ids[begin : begin + _WIDTH])}, limit=LINKS, timeout=timeout)
        network.cut |= table.truncated
        for row in table.dicts():
            for end in ("s", "o"):
                network.names[row[f"{end}_id"]] = row[f"{end}_name"]
                kinds = [label for label in row[f"{end}_kinds"] if label != "Entity"]
                network.types[row[f"{end}_id"]] = kinds[0] if kinds else "Entity"
            link = _link(row)
            network.links[link.k] = link
            found.append(link)
    return found


def _link(row: Mapping[str, Any]) -> Link:
    return Link(
        k=row["k"],
        predicate=row["predicate"],
        subject=row["s_id"],
        object=row["o_id"],
        belief=float(row["belief"] or 0.0),
        status=row["status"] or "",
        modality=row["modality"] or "",
        claim_ids=tuple(row["claims"] or ()),
        earliest=row["earliest"],
        inferred=bool(row["inferred"]),
    )


# --- the pure part ---


def best_trails(network: Network, start: str, goal: str, options: TrailOptions) -> tuple[Trail, ...]:
    """Return the best simple paths: firmest weakest hop first, then fewest hops, then least busy between.

    Best-first search over simple paths. Extending a path can only lower its belief and lengthen it, and no path that
    can't reach the goal within the bound is kept, so the first complete paths taken from the queue are the best ones.
    """
    near = network.around(link for link in network.links.values() if allows(network, link, start, goal, options))
    left = _distances(near, goal)
    if start not in left or left[start] > options.max_steps:
        return ()
    found: list[Trail] = []
    # (least belief negated, hops, busyness, keys of the links for a fixed order, entities)
    queue: list[tuple[float, int, float, tuple[str, ...], tuple[str, ...]]] = [(-math.inf, 0, 0.0, (), (start,))]
    tried = 0
    while queue and len(found) < options.limit and tried < TRIED:
        tried += 1
        weakest, length, busy, keys, path = heapq.heappop(queue)
        if path[-1] == goal:
            found.append(_trail(network, keys, path))
            continue
        for link in near.get(path[-1], ()):
            other = link.object if link.subject == path[-1] else link.subject
            if other in path or length + 1 + left.get(other, LONGEST + 1) > options.max_steps:
                continue
            more = 0.0 if other == goal else math.log2(len(near[other]))
            step = (max(weakest, -link.belief), length + 1, round(busy + more, 9), (*keys, link.k), (*path, other))
            heapq.heappush(queue, step)
    network.cut |= tried >= TRIED
    return tuple(found)


def allows(network: Network, link: Link, start: str, goal: str, options: TrailOptions) -> bool:
    """Whether a trail may walk over the link."""
    between = {link.subject, link.object} - {start, goal}
    return (
        link.belief >= options.min_belief
        and link.subject != link.object
        and (not options.predicates or link.predicate in options.predicates)
        and link.predicate not in options.without_predicates
        and (options.inferred or not link.inferred)
        and (options.planned or link.modality not in _UNSURE)
        and _by_then(link, options.as_of)
        and all(_walkable(network.types.get(node, "Entity"), options) for node in between)
    )


def _walkable(kind: str, options: TrailOptions) -> bool:
    return kind not in options.without_types and (not options.types or kind in options.types)


def _by_then(link: Link, as_of: str | None) -> bool:
    # ISO dates of any precision compare as strings as far as both go: 2019 is not later than 2019-06.
    if as_of is None or link.earliest is None:
        return True
    size = min(len(as_of), len(link.earliest))
    return link.earliest[:size] <= as_of[:size]


def _distances(near: Mapping[str, Sequence[Link]], goal: str) -> dict[str, int]:
    """Fewest hops from every entity to the goal."""
    left = {goal: 0}
    queue = deque([goal])
    while queue:
        node = queue.popleft()
        for link in near.get(node, ()):
            for other in (link.subject, link.object):
                if other not in left:
                    left[other] = left[node] + 1
                    queue.append(other)
    return left


def _trail(network: Network, keys: Sequence[str], path: Sequence[str]) -> Trail:
    hops = []
    for k, here in zip(keys, path, strict=False):
        link = network.links[k]
        hops.append(
            Hop(
                k=k,
                predicate=link.predicate,
                subject=link.subject,
                subject_name=network.names.get(link.subject, link.subject),
                object=link.object,
                object_name=network.names.get(link.object, link.object),
                forwards=link.subject == here,
                belief=link.belief,
                status=link.status,
                modality=link.modality,
                claim_ids=link.claim_ids,
            )
        )
    return Trail(hops=tuple(hops))


def nearest_misses(network: Network, start: str, goal: str, options: TrailOptions) -> tuple[NearMiss, ...]:
    """Say which option cut the trail off: each filter is lifted alone, then all of them; else how far one gets."""
    lifted = {
        "belief": replace(options, min_belief=0.0, limit=1),
        "planned": replace(options, planned=True, limit=1),
        "inferred": replace(options, inferred=True, limit=1),
        "as_of": replace(options, as_of=None, limit=1),
        "kinds": replace(
            options,
            predicates=frozenset(),
            types=frozenset(),
            without_predicates=frozenset(),
            without_types=frozenset(),
            limit=1,
        ),
        "steps": replace(options, max_steps=LONGEST, limit=1),
    }
    misses = []
    for name, other in lifted.items():
        for trail in best_trails(network, start, goal, other):
            misses.append(NearMiss(why=_words(name, trail, options), options=replace(other, limit=options.limit)))
    if misses:
        return tuple(misses)
    everything = replace(lifted["kinds"], min_belief=0.0, planned=True, inferred=True, as_of=None)
    for trail in best_trails(network, start, goal, everything):
        why = f"a path exists only when several options are lifted; its weakest hop has belief {trail.belief:.2f}"
        return (NearMiss(why=why, options=replace(everything, limit=options.limit)),)
    return _frontier(network, start, goal, options)


def _words(name: str, trail: Trail, options: TrailOptions) -> str:
    hops, weakest = f"{len(trail.hops)} hop{'s' * (len(trail.hops) > 1)}", trail.weakest
    if name == "belief":
        hop = f"{weakest.subject_name} {weakest.predicate} {weakest.object_name}"
        return f"a path of {hops} exists with belief {trail.belief:.2f}, below {options.min_belief:g}: {hop}"
    reason = {
        "planned": "over a link that is only planned or hypothetical",
        "inferred": "over an inferred link",
        "as_of": f"over a link dated after {options.as_of}",
        "kinds": "over types or predicates that are left out",
        "steps": f"but is longer than {options.max_steps}",
    }[name]
    return f"a path of {hops} exists {reason}; its weakest hop has belief {trail.belief:.2f}"


def _frontier(network: Network, start: str, goal: str, options: TrailOptions) -> tuple[NearMiss, ...]:
    """Nothing joins the two: the farthest that one gets from either end."""
    near = network.around(link for link in network.links.values() if allows(network, link, start, goal, options))
    misses = []
    for end in (start, goal):
        away = {node: hops for node, hops in _distances(near, end).items() if 0 < hops <= options.max_steps}
        name = network.names.get(end, end)
        if not away:
            misses.append(NearMiss(why=f"no link that the options allow touches {name}", reached=end))
            continue
        node = max(sorted(away), key=lambda n: (away[n], len(near.get(n, ()))))
        why = f"can be reached from {name} in {away[node]} hop{'s' * (away[node] > 1)}, and nothing leads on from there"
        misses.append(NearMiss(why=why, reached=node))
    return tuple(misses)
