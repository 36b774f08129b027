"""How far a claim is to be believed: a documented formula whose every number is explained.

    weight of a piece of evidence = probability × modality factor × reliability of its publisher
    weight of a group             = the largest weight in it
    support, denial               = 1 − Π (1 − weight of a group), over affirming and over denying groups
    belief                        = support × (1 − denial)

Evidence from near copies of one text, or with one named origin, is one group: repeating is not confirming. Noisy-or
treats groups as independent witnesses (Pearl, Probabilistic Reasoning in Intelligent Systems, 1988, 4.3.2).
A person's verdict on evidence sets its probability to 1 or takes it out; on a claim it sets belief to 1 or 0.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import prod

from graph.enums import Modality, Polarity, Status, Verdict

# How much of its weight a sentence keeps, for how firmly it speaks.
FACTORS: Mapping[Modality, float] = {
    Modality.ASSERTED: 1.0,  # said plainly
    Modality.REPORTED: 0.8,  # somebody else is named for it; the publisher passes it on
    Modality.ALLEGED: 0.5,  # an accusation: said, not shown
    Modality.INFERRED: 0.5,  # the text leads to it but does not say it
    Modality.POSSIBLE: 0.4,  # "may", "appears to"
    Modality.PLANNED: 0.3,  # announced, not yet done
    Modality.HYPOTHETICAL: 0.1,  # "if", "would"
}
BOTH_SIDES = 0.3  # from this weight on both sides a claim is disputed


@dataclass(frozen=True, slots=True, kw_only=True)
class Testimony:
    """One piece of evidence as belief sees it."""

    id: str
    polarity: Polarity
    modality: Modality
    probability: float
    reliability: float = 1.0
    cluster: str  # of near copies that its document belongs to
    origins: frozenset[str] = frozenset()  # who is behind it, in normal form
    said_by: str = ""  # for people
    verdict: Verdict | None = None

    @property
    def weight(self) -> float:
        """Probability × modality factor × reliability; 0 when a person rejected it."""
        if self.verdict is Verdict.REJECTED:
            return 0.0
        sure = 1.0 if self.verdict is Verdict.ACCEPTED else self.probability
        return sure * FACTORS[self.modality] * self.reliability


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Evidence that counts once, the heaviest first."""

    polarity: Polarity
    weight: float
    testimony: tuple[Testimony, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """The result of weighing, with all that it was made of."""

    value: float
    support: float
    denial: float
    status: Status
    sources: int  # independent groups that affirm
    groups: tuple[Group, ...] = ()
    left_out: tuple[Testimony, ...] = field(default=())  # rejected by a person
    verdict: Verdict | None = None

    def explain(self) -> tuple[str, ...]:
        """The sum as the pages show it, one line a step."""
        lines: list[str] = []
        for group in self.groups:
            first = group.testimony[0]
            side = "affirmed" if group.polarity is Polarity.AFFIRMED else "denied"
            sure = "accepted by a person 1.00" if first.verdict is Verdict.ACCEPTED else f"read {first.probability:.2f}"
            more = len(group.testimony) - 1
            lines.append(
                f"{side} by {first.said_by or 'an unnamed source'}: {sure} × {first.modality} "
                f"{FACTORS[first.modality]:.2f} × reliability {first.reliability:.2f} = {group.weight:.2f}"
                + (f" (and {more} more of the same origin, counted once)" if more else "")
            )
        if self.left_out:
            lines.append(f"{len(self.left_out)} rejected by a person, left out")
        lines.append(f"support {_noisy_or_text(self.groups, Polarity.AFFIRMED)} = {self.support:.2f}")
        if any(group.polarity is Polarity.DENIED for group in self.groups):
            lines.append(f"denial {_noisy_or_text(self.groups, Polarity.DENIED)} = {self.denial:.2f}")
        if self.verdict in (Verdict.ACCEPTED, Verdict.REJECTED):
            lines.append(f"{self.verdict} by a person: belief = {self.value:.2f}")
        else:
            lines.append(f"belief = {self.support:.2f} × (1 − {self.denial:.2f}) = {self.value:.2f}")
        return tuple(lines)


def weigh(testimony: Iterable[Testimony], verdict: Verdict | None = None) -> Belief:
    """Weigh all evidence on one claim or link; `verdict` is the latest review of the claim. Order doesn't matter."""
    every = sorted(testimony, key=lambda t: t.id)
    counted = [t for t in every if t.verdict is not Verdict.REJECTED]
    affirmed = _groups(counted, Polarity.AFFIRMED)
    denied = _groups(counted, Polarity.DENIED)
    support, denial = _noisy_or(affirmed), _noisy_or(denied)
    value = support * (1 - denial)
    if verdict in (Verdict.ACCEPTED, Verdict.REJECTED):
        value = 1.0 if verdict is Verdict.ACCEPTED else 0.0
    return Belief(
        value=value,
        support=support,
        denial=denial,
        status=_status(verdict, support, denial, affirmed=len(affirmed), denied=len(denied), all_evidence=len(every)),
        sources=len(affirmed),
        groups=(*affirmed, *denied),
        left_out=tuple(t for t in every if t.verdict is Verdict.REJECTED),
        verdict=verdict,
    )


def _status(
    verdict: Verdict | None, support: float, denial: float, *, affirmed: int, denied: int, all_evidence: int
) -> Status:
    if verdict is Verdict.ACCEPTED:
        return Status.ACCEPTED
    if verdict is Verdict.REJECTED:
        return Status.REJECTED
    if not affirmed:
        if denied:
            return Status.DENIED
        return Status.REJECTED if all_evidence else Status.LAPSED
    if support >= BOTH_SIDES and denial >= BOTH_SIDES:
        return Status.DISPUTED
    return Status.SUPPORTED if affirmed > 1 else Status.PROPOSED


def _groups(testimony: list[Testimony], polarity: Polarity) -> tuple[Group, ...]:
    side = [t for t in testimony if t.polarity is polarity]
    found: list[tuple[set[str], list[Testimony]]] = []
    for t in side:
        keys = {f"copy {t.cluster}", *(f"origin {origin}" for origin in t.origins)}
        same = [group for group in found if group[0] & keys]
        found = [group for group in found if not group[0] & keys]
        found.append((keys.union(*(g[0] for g in same)), [t, *(other for g in same for other in g[1])]))
    groups = []
    for _, members in found:
        ranked = tuple(sorted(members, key=lambda t: (-t.weight, t.id)))
        groups.append(Group(polarity=polarity, weight=ranked[0].weight, testimony=ranked))
    return tuple(sorted(groups, key=lambda g: (-g.weight, g.testimony[0].id)))


def _noisy_or(groups: Iterable[Group]) -> float:
    # Sorted by _groups, so the product is the same to the last bit in whatever order the evidence came.
    return 1 - prod(1 - group.weight for group in groups)


def _noisy_or_text(groups: Iterable[Group], polarity: Polarity) -> str:
    factors = [f"(1 − {group.weight:.2f})" for group in groups if group.polarity is polarity]
    return "1 − " + " × ".join(factors) if factors else "nothing"
