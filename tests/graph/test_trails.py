"""Trails: the search on literals and against brute force, then on a store."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import ParameterError, UnknownEntity
from graph.schema import load_schema
from graph.stores import GraphStore, open_store
from graph.trails import Link, Network, TrailOptions, best_trails, find_trails
from tests.graph.chains import batch


def network(*links: tuple[str, str, float], **types: str) -> Network:
    made = [
        Link(k=f"k{i}", predicate="USED", subject=a, object=b, belief=belief) for i, (a, b, belief) in enumerate(links)
    ]
    names = {end for a, b, _ in links for end in (a, b)}
    return Network(links={link.k: link for link in made}, names={n: n for n in names}, types=dict(types))


def nodes(trail: object) -> list[str]:
    hops = trail.hops  # type: ignore[attr-defined]
    return [hops[0].start, *(hop.goal for hop in hops)]


def test_the_path_with_the_firmest_weakest_hop_comes_first() -> None:
    found = best_trails(network(("a", "z", 0.3), ("a", "b", 0.9), ("z", "b", 0.8)), "a", "z", TrailOptions())
    assert [nodes(trail) for trail in found] == [["a", "b", "z"], ["a", "z"]]
    assert [trail.belief for trail in found] == [0.8, 0.3]
    assert [hop.forwards for hop in found[0].hops] == [True, False]
    assert found[0].weakest.k == "k2"


def test_of_equally_strong_paths_the_shorter_comes_first() -> None:
    net = network(("a", "b", 0.5), ("b", "c", 0.5), ("c", "z", 0.5), ("a", "d", 0.5), ("d", "z", 0.5))
    assert [len(trail.hops) for trail in best_trails(net, "a", "z", TrailOptions())] == [2, 3]


def test_a_path_through_a_hub_comes_after_one_through_a_quiet_entity() -> None:
    busy = [(f"x{i}", "hub", 0.9) for i in range(20)]
    net = network(("a", "hub", 0.5), ("hub", "z", 0.5), ("a", "quiet", 0.5), ("quiet", "z", 0.5), *busy)
    assert nodes(best_trails(net, "a", "z", TrailOptions())[0]) == ["a", "quiet", "z"]


def test_no_entity_is_visited_twice_and_no_loop_is_walked() -> None:
    net = network(("a", "a", 0.9), ("a", "b", 0.9), ("b", "a", 0.8), ("b", "z", 0.9))
    assert [[h.k for h in t.hops] for t in best_trails(net, "a", "z", TrailOptions())] == [["k1", "k3"], ["k2", "k3"]]


_NAMES = "abcdz"


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(_NAMES), st.sampled_from(_NAMES), st.integers(1, 10).map(lambda n: n / 10)),
        max_size=9,
    ),
    st.integers(1, 5),
    st.integers(0, 10).map(lambda n: n / 10),
)
def test_the_search_finds_what_brute_force_finds(links: list[tuple[str, str, float]], steps: int, least: float) -> None:
    net = network(*links)
    found = best_trails(net, "a", "z", TrailOptions(max_steps=steps, min_belief=least, limit=10_000))
    expected = []
    for size in range(4):
        for between in permutations("bcd", size):
            path = ["a", *between, "z"]
            partial: list[list[Link]] = [[]]
            for one, two in pairwise(path):
                joining = [x for x in net.links.values() if {x.subject, x.object} == {one, two} and x.belief >= least]
                partial = [[*before, link] for before in partial for link in joining]
            expected += [tuple(x.k for x in way) for way in partial if len(way) <= steps]
    assert sorted(tuple(hop.k for hop in trail.hops) for trail in found) == sorted(expected)
    ranks = [(-trail.belief, len(trail.hops)) for trail in found]
    assert ranks == sorted(ranks)


@pytest.fixture(scope="module")
def store() -> Iterator[GraphStore]:
    opened = open_store("kglite::memory:", load_schema(), write=True)
    opened.apply(batch())
    yield opened
    opened.close()


def test_a_trail_leads_from_a_platform_to_a_programme(store: GraphStore) -> None:
    answer = find_trails(store, "Pictora", "nightwatch")
    first = answer.trails[0]
    assert nodes(first) == ["pictora", "lumen", "northgate", "nightwatch"]
    assert (first.belief, first.weakest.predicate) == (0.4, "SUPPLIED")
    assert all(hop.claim_ids for hop in first.hops)
    assert [hop.forwards for hop in first.hops] == [False, False, True]
    assert first.hops[0].subject_name == "Lumen Faces"


def test_places_join_nothing_unless_asked_for(store: GraphStore) -> None:
    strict = TrailOptions(min_belief=0.9)
    assert find_trails(store, "northgate", "nightwatch", strict).trails == ()
    loose = replace(strict, without_types=frozenset(), without_predicates=frozenset())
    assert nodes(find_trails(store, "northgate", "nightwatch", loose).trails[0])[1] == "northgate-town"


def test_planned_links_are_left_out_unless_asked_for(store: GraphStore) -> None:
    assert all(len(t.hops) > 1 for t in find_trails(store, "orrin", "nightwatch").trails)
    planned = find_trails(store, "orrin", "nightwatch", TrailOptions(planned=True, limit=20)).trails
    assert any(len(trail.hops) == 1 and trail.belief == 0.3 for trail in planned)


def test_what_happened_later_is_left_out(store: GraphStore) -> None:
    assert find_trails(store, "northgate", "nightwatch", TrailOptions(as_of="2020-01-01")).trails
    answer = find_trails(store, "northgate", "nightwatch", TrailOptions(as_of="2019"))
    assert answer.trails == ()
    assert any("dated after 2019" in str(miss) for miss in answer.misses)


def test_no_trail_says_which_option_cut_it(store: GraphStore) -> None:
    answer = find_trails(store, "pictora", "nightwatch", TrailOptions(min_belief=0.5))
    assert any("belief 0.40, below 0.5" in str(miss) for miss in answer.misses)
    miss = next(miss for miss in answer.misses if "below" in str(miss))
    assert miss.options is not None
    assert find_trails(store, "pictora", "nightwatch", miss.options).trails


def test_no_trail_at_all_says_how_far_one_gets(store: GraphStore) -> None:
    answer = find_trails(store, "pictora", "lonely")
    assert answer.trails == ()
    assert {miss.reached for miss in answer.misses} >= {"lonely"}
    assert "DoorSight" in " ".join(map(str, answer.misses))


def test_predicates_and_types_bound_the_way(store: GraphStore) -> None:
    only = TrailOptions(predicates=frozenset({"COLLECTED_FROM", "USED", "SUPPLIED"}), types=frozenset({"Dataset"}))
    assert find_trails(store, "pictora", "nightwatch", only).trails == ()
    assert find_trails(store, "pictora", "northgate", only).trails


@pytest.mark.parametrize(
    "options",
    [TrailOptions(max_steps=0), TrailOptions(max_steps=99), TrailOptions(min_belief=2), TrailOptions(limit=0)],
)
def test_options_that_make_no_sense_are_refused(store: GraphStore, options: TrailOptions) -> None:
    with pytest.raises(ParameterError):
        find_trails(store, "pictora", "nightwatch", options)


def test_unknown_or_equal_ends_are_refused(store: GraphStore) -> None:
    with pytest.raises(UnknownEntity):
        find_trails(store, "pictora", "nobody")
    with pytest.raises(ParameterError):
        find_trails(store, "pictora", "Pictora")
