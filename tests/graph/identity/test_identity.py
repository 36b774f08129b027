"""What is one entity, what is not, and that a judgement taken back leaves no trace."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.enums import Sameness
from graph.identity.names import normal_form
from graph.identity.resolving import Resolution, resolve_surfaces
from graph.ids import SurfaceId, surface_id
from graph.records import Judgement, Surface


def surface(name: str, known: str | None = None, kind: str = "Organization") -> Surface:
    return Surface(id=surface_id(kind, name, known), type=kind, name=name, known=known)


def judged(left: Surface, right: Surface, sameness: Sameness) -> Judgement:
    a, b = sorted((left.id, right.id))
    return Judgement(left=a, right=b, sameness=sameness, by="me", at="2026")


def together(found: Resolution, *surfaces: Surface) -> bool:
    return len({found.entity_of[s.id] for s in surfaces}) == 1


@pytest.mark.parametrize(
    ("kind", "left", "right"),
    [
        ("Organization", "Hikvision Digital Technology Co., Ltd.", "hikvision  digital technology"),
        ("Organization", "The IBM Corp.", "IBM"),
        ("Dataset", "MS-Celeb-1M", "MS Celeb 1M"),
    ],
)
def test_case_dashes_articles_and_legal_forms_do_not_count(kind: str, left: str, right: str) -> None:
    assert normal_form(kind, left) == normal_form(kind, right)


@pytest.mark.parametrize(
    ("left", "right"), [("MS1MV2", "MS1MV3"), ("VGGFace", "VGGFace2"), ("IJB-B", "IJB-C"), ("Duke", "Duke MTMC")]
)
def test_versions_stay_apart(left: str, right: str) -> None:
    assert normal_form("Dataset", left) != normal_form("Dataset", right)


def test_a_legal_form_counts_where_the_name_is_no_organisation() -> None:
    assert normal_form("Dataset", "Faces Ltd") != normal_form("Dataset", "Faces")


@given(st.text(alphabet=st.characters(categories=("L", "N")), min_size=1))
def test_no_name_loses_all_its_letters(name: str) -> None:
    assert normal_form("Organization", name)


def test_one_name_with_two_gazetteer_entries_stays_two_and_says_nothing_of_a_third() -> None:
    a, b, c = surface("Delta", "wd:Q1"), surface("Delta", "wd:Q2"), surface("Delta")
    assert len(resolve_surfaces([a, b, c], []).entities) == 3


def test_one_gazetteer_entry_joins_different_names_and_gives_its_id() -> None:
    a, b, c = surface("IBM", "wd:Q37156"), surface("Big Blue", "wd:Q37156"), surface("I.B.M")
    found = resolve_surfaces([a, b, c], [])
    assert found.entity_of[a.id] == found.entity_of[b.id] == "wd:Q37156"
    assert not together(found, a, c)
    assert found.entities[found.entity_of[a.id]].reasons[b.id] == "same gazetteer entry wd:Q37156"


def test_a_judgement_beats_every_automatic_match() -> None:
    a, b = surface("Duke Inc"), surface("Duke")
    assert together(resolve_surfaces([a, b], []), a, b)
    assert not together(resolve_surfaces([a, b], [judged(a, b, Sameness.DIFFERENT)]), a, b)
    assert together(resolve_surfaces([a, b], [judged(a, b, Sameness.UNSURE)]), a, b)
    p, q = surface("Google", "wd:Q1"), surface("Alphabet", "wd:Q2")
    assert together(resolve_surfaces([p, q], [judged(p, q, Sameness.SAME)]), p, q)


def test_different_holds_over_a_chain_of_same() -> None:
    a, b, c = surface("A"), surface("B"), surface("C")
    rules = [judged(a, b, Sameness.SAME), judged(b, c, Sameness.SAME), judged(a, c, Sameness.DIFFERENT)]
    assert not together(resolve_surfaces([a, b, c], rules), a, c)


def test_two_clusters_kept_apart_never_share_an_id() -> None:
    a, b = surface("Megvii", "wd:Q1"), surface("Face++", "wd:Q1")
    found = resolve_surfaces([a, b], [judged(a, b, Sameness.DIFFERENT)])
    assert len(found.entities) == 2


POOL = [surface(n, k) for n in ("A", "A Ltd", "B", "C", "C Inc", "C GmbH") for k in (None, "wd:Q1", "wd:Q2")]
PAIRS = st.tuples(st.sampled_from(POOL), st.sampled_from(POOL), st.sampled_from(list(Sameness))).filter(
    lambda t: t[0].id != t[1].id
)


def unique(judgements: list[Judgement]) -> list[Judgement]:
    return list({(j.left, j.right): j for j in judgements}.values())


@given(st.sets(st.sampled_from(range(len(POOL))), min_size=1), st.lists(PAIRS, max_size=6), st.randoms())
def test_neither_order_nor_undone_judgements_matter(chosen: set[int], pairs: list, random: object) -> None:  # type: ignore[type-arg]
    surfaces = [POOL[i] for i in chosen]
    rules = unique([judged(*p) for p in pairs])
    found = resolve_surfaces(surfaces, rules)
    shuffled, mixed = list(surfaces), list(rules)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert resolve_surfaces(shuffled, mixed) == found
    for entity in found.entities.values():
        assert not any(j.sameness is Sameness.DIFFERENT and {j.left, j.right} <= set(entity.members) for j in rules), (
            "surfaces judged different share an entity"
        )


@given(st.lists(PAIRS, max_size=5), PAIRS)
def test_only_what_is_linked_changes_when_a_judgement_comes(pairs: list, extra: tuple) -> None:  # type: ignore[type-arg]
    rules = unique([judged(*p) for p in pairs])
    more = unique([*rules, judged(*extra)])
    before, after = resolve_surfaces(POOL, rules), resolve_surfaces(POOL, more)
    near = after.around([extra[0].id, extra[1].id]) | before.around([extra[0].id, extra[1].id])
    far: set[SurfaceId] = {s.id for s in POOL} - near
    assert {s: before.entity_of[s] for s in far} == {s: after.entity_of[s] for s in far}
