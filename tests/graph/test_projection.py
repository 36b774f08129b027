"""Whatever happens to the ledger, updating the graph ends where making it anew ends."""

import itertools
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.enums import Modality, Sameness, Verdict
from graph.identity.resolving import resolve
from graph.ids import surface_id
from graph.ledger import (
    Ledger,
    add_review,
    judge,
    open_ledger,
    record,
    remove,
    set_reliability,
    unjudge,
    withdraw_review,
)
from graph.ledger import reading as read
from graph.projection import project
from graph.records import Judgement, Review
from tests.graph.engine import Engine
from tests.graph.ledger.made import Fact, made

NAMES = ("IBM", "IBM Corp.", "I.B.M.", "Nvidia", "Megvii")
KNOWN = (None, None, "wd:Q1", "wd:Q2")
DATASETS = ("MS-Celeb-1M", "MS Celeb 1M", "MegaFace")
SURFACES = [surface_id("Organization", n, k) for n in NAMES for k in ("wd:Q1", None)]
COUNTER = itertools.count()

warnings.filterwarnings("ignore")


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with open_ledger("sqlite://") as opened:
        yield opened


def update(ledger: Ledger, store: Engine, *, full: bool = False) -> None:
    project(ledger, resolve(ledger), store, full=full)


def fresh(ledger: Ledger) -> tuple[list[str], list[str]]:
    engine = Engine()
    update(ledger, engine, full=True)
    return engine.contents()


FACTS = st.builds(
    Fact,
    subject=st.sampled_from(NAMES),
    predicate=st.sampled_from(("USED", "SUBSIDIARY_OF", "PARTNERED_WITH")),
    object=st.sampled_from(DATASETS),
    denied=st.booleans(),
    modality=st.sampled_from(list(Modality)),
    known=st.tuples(st.sampled_from(KNOWN), st.none()),
    speakers=st.sampled_from(((), ("Reuters",), ("he",))),
    happened=st.sampled_from((None, "2019", "2018-03/2020")),
).map(
    lambda f: (
        f
        if f.predicate == "USED"
        else Fact(**{**{s: getattr(f, s) for s in f.__dataclass_fields__}, "object": "Megvii"})
    )
)
STEPS = st.one_of(
    st.tuples(st.just("record"), st.integers(0, 4), st.lists(FACTS, min_size=1, max_size=3)),
    st.tuples(st.just("remove"), st.integers(0, 4)),
    st.tuples(st.just("judge"), st.sampled_from(SURFACES), st.sampled_from(SURFACES), st.sampled_from(list(Sameness))),
    st.tuples(st.just("unjudge"), st.integers(0, 5)),
    st.tuples(st.just("review"), st.integers(0, 9), st.sampled_from(list(Verdict)), st.booleans()),
    st.tuples(st.just("withdraw"), st.integers(0, 5)),
    st.tuples(st.just("trust"), st.sampled_from((None, 0.5))),
    st.tuples(st.just("project")),
)


def _targets(ledger: Ledger, evidence: bool) -> list[str]:
    with ledger.reading() as connection:
        rows = connection.exec_driver_sql(f"SELECT id FROM {'evidence' if evidence else 'claims'} ORDER BY id")
        return [row[0] for row in rows]


def _take(ledger: Ledger, step: tuple) -> None:  # type: ignore[type-arg]
    kind, *rest = step
    if kind == "record":
        record(ledger, made(f"https://example.org/{rest[0]}", *rest[1]))
    elif kind == "remove":
        if found := read.documents(ledger):
            remove(ledger, sorted(d.id for d in found)[rest[0] % len(found)])
    elif kind == "judge" and rest[0] != rest[1]:
        left, right = sorted(rest[:2])
        judge(ledger, Judgement(left=left, right=right, sameness=rest[2], by="me", at="2026"))
    elif kind == "unjudge":
        if found := read.judgements(ledger):
            unjudge(ledger, found[rest[0] % len(found)].left, found[rest[0] % len(found)].right)
    elif kind == "review":
        if targets := _targets(ledger, rest[2]):
            add_review(ledger, Review(target=targets[rest[0] % len(targets)], verdict=rest[1], by="me", at="2026"))
    elif kind == "withdraw":
        if found := read.reviews(ledger):
            withdraw_review(ledger, found[rest[0] % len(found)].target)
    elif kind == "trust":
        set_reliability(ledger, "The Examiner", rest[0])


@settings(max_examples=60, deadline=None)
@given(st.lists(STEPS, min_size=2, max_size=14))
def test_updating_step_by_step_ends_in_the_graph_that_a_rebuild_makes(steps: list[tuple]) -> None:  # type: ignore[type-arg]
    with open_ledger("sqlite://") as ledger:
        store = Engine()
        update(ledger, store)
        for step in steps:
            if step[0] == "project":
                update(ledger, store)
            else:
                _take(ledger, step)
        update(ledger, store)
        assert store.contents() == fresh(ledger)


def test_recording_twice_is_recording_once_and_writes_nothing(ledger: Ledger) -> None:
    store = Engine()
    x = made("https://example.org/a", Fact("IBM", "USED", "MS-Celeb-1M"))
    record(ledger, x)
    update(ledger, store)
    before = store.contents()
    record(ledger, x)
    assert project(ledger, resolve(ledger), store).nodes == 0
    assert store.contents() == before


def test_a_document_that_goes_and_comes_back_leaves_the_identical_graph(ledger: Ledger) -> None:
    store = Engine()
    record(ledger, made("https://example.org/b", Fact("IBM", "USED", "MegaFace")))
    x = made("https://example.org/a", Fact("IBM", "USED", "MS-Celeb-1M"), Fact("IBM Corp.", "USED", "MegaFace"))
    record(ledger, x)
    update(ledger, store)
    before = store.contents()
    remove(ledger, x.document.id)
    update(ledger, store)
    assert store.contents() != before
    record(ledger, x)
    update(ledger, store)
    assert store.contents() == before


def test_taking_a_merge_back_restores_the_identical_graph(ledger: Ledger) -> None:
    store = Engine()
    record(ledger, made("https://example.org/a", Fact("IBM", "USED", "MegaFace"), Fact("Nvidia", "USED", "MegaFace")))
    update(ledger, store)
    before = store.contents()
    left, right = sorted(surface_id("Organization", name, None) for name in ("IBM", "Nvidia"))
    judge(ledger, Judgement(left=left, right=right, sameness=Sameness.SAME, by="me", at="2026"))
    update(ledger, store)
    assert len(store.read("MATCH (:Entity)-[r:USED]->(:Entity) RETURN r.k AS k").rows) == 1
    unjudge(ledger, left, right)
    update(ledger, store)
    assert store.contents() == before


def test_a_denied_claim_is_kept_but_draws_no_link(ledger: Ledger) -> None:
    store = Engine()
    record(ledger, made("https://example.org/a", Fact("IBM", "USED", "MegaFace", denied=True)))
    update(ledger, store)
    assert store.read("MATCH (c:Claim) RETURN c.status AS s, c.link AS l").rows == (("denied", None),)
    assert not store.read("MATCH (:Entity)-[r]->(:Entity) RETURN r.k AS k").rows


def test_a_query_reaches_the_sentence_behind_a_link(ledger: Ledger) -> None:
    store = Engine()
    record(ledger, made("https://example.org/a", Fact("IBM", "USED", "MegaFace")))
    update(ledger, store)
    query = (
        "MATCH (s:Entity)-[r:USED]->(o:Entity) MATCH (v:Evidence)-[:SUPPORTS]->(c:Claim) WHERE c.id IN r.claim_ids "
        "MATCH (v)-[:FROM]->(d:Document) RETURN s.name AS s, o.name AS o, v.name AS v, d.address AS d"
    )
    assert store.read(query).rows == (("IBM", "MegaFace", "IBM used MegaFace.", "https://example.org/a"),)


def test_adding_a_document_touches_only_its_own_claims(ledger: Ledger) -> None:
    store = Engine()
    for i in range(30):
        record(ledger, made(f"https://example.org/{i}", Fact(f"Firm {i}", "USED", f"Data {i}")))
    update(ledger, store)
    record(ledger, made("https://example.org/new", Fact("Firm 3", "USED", "Data 4")))
    update(ledger, store)
    assert len(store.last.nodes) == 6  # two entities, claim, evidence, document, snapshot
    assert not store.last.replace


def test_a_graph_of_another_ledger_is_made_anew(ledger: Ledger, tmp_path: Path) -> None:
    store = Engine()
    record(ledger, made("https://example.org/a", Fact("IBM", "USED", "MegaFace")))
    update(ledger, store)
    with open_ledger(f"sqlite:///{tmp_path / 'l.sqlite'}") as other:
        record(other, made("https://example.org/b", Fact("Nvidia", "USED", "MegaFace")))
        update(other, store)
        assert store.contents() == fresh(other)
