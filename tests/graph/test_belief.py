"""Belief rises with independent witnesses, falls with denials, and shows how it was reckoned."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.belief import FACTORS, weigh
from graph.belief import Testimony as Witness
from graph.enums import Modality, Polarity, Status, Verdict


def said(key: str = "v_1", *, denied: bool = False, **more: object) -> Witness:
    polarity = Polarity.DENIED if denied else Polarity.AFFIRMED
    values = {"modality": Modality.ASSERTED, "probability": 0.9, "cluster": f"d{key}", **more}
    return Witness(id=key, polarity=polarity, **values)  # type: ignore[arg-type]


TESTIMONY = st.lists(
    st.builds(
        Witness,
        id=st.uuids().map(str),
        polarity=st.sampled_from(list(Polarity)),
        modality=st.sampled_from(list(Modality)),
        probability=st.floats(0, 1),
        reliability=st.floats(0, 1),
        cluster=st.sampled_from("abcd"),
        origins=st.frozensets(st.sampled_from("xyz"), max_size=2),
        verdict=st.none() | st.sampled_from(list(Verdict)),
    ),
    max_size=8,
    unique_by=lambda t: t.id,
)


def test_independent_witnesses_add_up_and_copies_do_not() -> None:
    one = weigh([said()])
    assert one.value == pytest.approx(0.9)
    assert weigh([said(), said("v_2")]).value == pytest.approx(0.99)
    assert weigh([said(), said("v_2", cluster="dv_1")]).value == pytest.approx(0.9)
    same_origin = [said(origins=frozenset({"ft"})), said("v_2", origins=frozenset({"ft"}))]
    assert weigh(same_origin).sources == 1


@pytest.mark.parametrize(
    ("testimony", "verdict", "status"),
    [
        ([said()], None, Status.PROPOSED),
        ([said(), said("v_2")], None, Status.SUPPORTED),
        ([said(), said("v_2", denied=True)], None, Status.DISPUTED),
        ([said(denied=True)], None, Status.DENIED),
        ([said()], Verdict.ACCEPTED, Status.ACCEPTED),
        ([said()], Verdict.REJECTED, Status.REJECTED),
        ([said()], Verdict.UNSURE, Status.PROPOSED),
        ([said(verdict=Verdict.REJECTED)], None, Status.REJECTED),
        ([], None, Status.LAPSED),
    ],
)
def test_the_status_says_where_a_claim_stands(
    testimony: list[Witness], verdict: Verdict | None, status: Status
) -> None:
    assert weigh(testimony, verdict).status is status


def test_the_explanation_shows_every_number() -> None:
    lines = weigh([said(modality=Modality.REPORTED, said_by="Reuters"), said("v_2", denied=True)]).explain()
    assert lines == (
        "affirmed by Reuters: read 0.90 × reported 0.80 × reliability 1.00 = 0.72",
        "denied by an unnamed source: read 0.90 × asserted 1.00 × reliability 1.00 = 0.90",
        "support 1 − (1 − 0.72) = 0.72",
        "denial 1 − (1 − 0.90) = 0.90",
        "belief = 0.72 × (1 − 0.90) = 0.07",
    )


def test_every_modality_has_a_factor() -> None:
    assert set(FACTORS) == set(Modality)


@given(TESTIMONY, st.randoms())
def test_the_order_of_evidence_does_not_matter(testimony: list[Witness], random: object) -> None:
    mixed = list(testimony)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert weigh(mixed) == weigh(testimony)
    assert 0 <= weigh(testimony).value <= 1


@given(TESTIMONY, st.floats(0, 1))
def test_a_denial_with_an_origin_of_its_own_never_raises_belief(testimony: list[Witness], sure: float) -> None:
    more = [*testimony, said("new", denied=True, probability=sure)]
    assert weigh(more).value <= weigh(testimony).value


@given(TESTIMONY.filter(bool), st.data())
def test_repeating_what_is_there_never_raises_belief(testimony: list[Witness], data: st.DataObject) -> None:
    again = dataclasses.replace(data.draw(st.sampled_from(testimony)), id="again")
    before, after = weigh(testimony), weigh([*testimony, again])
    assert (after.value, after.sources) == (before.value, before.sources)
