"""Trails with the sentence of every hop: what the Trace page, the API and a dossier show of a path."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from graph.reports.claims import ClaimsView, EvidenceView, claims_view
from graph.reports.entity import entity_ref
from graph.reports.overview import best_connected
from graph.reports.parts import EntityRef, LinkRef, links_where
from graph.trails import NearMiss, Trail, TrailOptions, find_trails

if TYPE_CHECKING:
    from graph.ledger import Ledger
    from graph.stores import GraphStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One hop: where it leads from and to, its link, and all that was said about it."""

    start: EntityRef
    goal: EntityRef
    link: LinkRef
    claims: ClaimsView | None = None

    @property
    def forwards(self) -> bool:
        """Whether the hop goes from the subject of the link to its object."""
        return self.start.id == self.link.subject.id

    @property
    def words(self) -> str:
        """The relation as read along the hop."""
        return self.link.words_from(self.start.id)

    @property
    def best(self) -> EvidenceView | None:
        """The sentence that carries the hop best: the firmest, then the most probable."""
        return self.claims.affirmed[0] if self.claims and self.claims.affirmed else None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailView:
    """A path, hop by hop. It is as strong as its weakest hop."""

    steps: tuple[Step, ...]

    @property
    def weakest(self) -> Step:
        """The hop with the least belief."""
        return min(self.steps, key=lambda step: step.link.belief)

    @property
    def belief(self) -> float:
        """Belief of the weakest hop."""
        return self.weakest.link.belief

    @property
    def links(self) -> tuple[LinkRef, ...]:
        """The links in the order of the path."""
        return tuple(step.link for step in self.steps)

    @property
    def start(self) -> EntityRef:
        """Where the path begins."""
        return self.steps[0].start

    @property
    def goal(self) -> EntityRef:
        """Where it ends."""
        return self.steps[-1].goal


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """How close it came when no trail was found: why, and the options under which there would be one."""

    why: str
    reached: EntityRef | None = None
    options: TrailOptions | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailsView:
    """The answer of the Trace page."""

    start: EntityRef
    goal: EntityRef
    trails: tuple[TrailView, ...]
    misses: tuple[Miss, ...] = ()
    cut: bool = False  # the neighbourhood was too large to be searched whole


def trails_view(
    ledger: "Ledger", store: "GraphStore", start_id: str, goal_id: str, options: TrailOptions
) -> TrailsView:
    """Find the trails between two entities and read the sentences of their hops. Raises UnknownEntity."""
    start, goal = entity_ref(store, start_id), entity_ref(store, goal_id)
    answer = find_trails(store, start_id, goal_id, options)
    read: dict[str, ClaimsView] = {}
    trails = []
    for found in answer.trails:
        trail = _view(store, start, found)
        steps = []
        for step in trail.steps:
            if step.link.k not in read and step.link.claim_ids:
                read[step.link.k] = claims_view(ledger, store, step.link.claim_ids, step.link)
            steps.append(replace(step, claims=read.get(step.link.k)))
        trails.append(TrailView(steps=tuple(steps)))
    misses = tuple(_miss(store, miss) for miss in answer.misses)
    return TrailsView(start=start, goal=goal, trails=tuple(trails), misses=misses, cut=answer.cut)


def _view(store: "GraphStore", start: EntityRef, trail: Trail) -> TrailView:
    keys = [hop.k for hop in trail.hops]
    links = {link.k: link for link in links_where(store, "r.k IN $keys", keys=keys)}
    here, steps = start, []
    for key in keys:
        link = links[key]
        there = link.other(here.id)
        steps.append(Step(start=here, goal=there, link=link))
        here = there
    return TrailView(steps=tuple(steps))


def _miss(store: "GraphStore", miss: NearMiss) -> Miss:
    reached = entity_ref(store, miss.reached) if miss.reached else None
    return Miss(why=miss.why, reached=reached, options=miss.options)


def example_trail(store: "GraphStore", *, tries: int = 12) -> TrailView | None:
    """A trail for newcomers: from a platform, else a dataset, to a programme, else to a public body or a company.

    Of the pairs of best connected entities the first with a trail wins; the longest trail found first is shown.
    """
    best = best_connected(store, limit=300)
    left = tries
    for first, last in (
        ("platform", "programme"),
        ("dataset", "programme"),
        ("dataset", "agency"),
        ("dataset", "company"),
    ):
        starts = [entity for entity in best if entity.face.key == first][:4]
        goals = [entity for entity in best if entity.face.key == last][:4]
        found: list[TrailView] = []
        for start in starts:
            for goal in goals:
                if not left:
                    break
                left -= 1
                answer = find_trails(store, start.id, goal.id, TrailOptions(limit=1))
                found += [_view(store, start, trail) for trail in answer.trails[:1]]
        if found:
            return max(found, key=lambda trail: (min(len(trail.steps), 5), trail.belief))
    return None
