"""Saved queries: complete, portable, and with the same rows in the same order on both engines."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graph.errors import ParameterError, SchemaError, UnknownEntity
from graph.paths import QUERIES
from graph.queries import load_queries, parse_query, run
from graph.schema import load_schema
from graph.stores import GraphStore, open_store
from tests.graph.chains import batch

SAVED = load_queries(QUERIES)
# What to ask on the fixture graph, and how many rows answer.
ASKED: dict[str, tuple[dict[str, Any], int]] = {
    "find_entity": ({"name": "LUMEN"}, 2),
    "who_uses_dataset": ({"dataset": "Lumen Faces"}, 1),
    "where_a_dataset_came_from": ({"dataset": "strata"}, 2),
    "who_supplies_programme": ({"programme": "Nightwatch"}, 2),
    "use_after_withdrawal": ({}, 2),
    "withdrawn_but_hosted": ({}, 1),
    "claims_on_a_single_source": ({"min_belief": "0.5"}, 6),
    "disputed_or_denied": ({}, 1),
    "sentences_of_a_link": ({"one": "northgate", "other": "nightwatch"}, 2),
}


@pytest.fixture(scope="module")
def kglite() -> Iterator[GraphStore]:
    store = open_store("kglite::memory:", load_schema(), write=True)
    store.apply(batch())
    yield store
    store.close()


@pytest.fixture(scope="module")
def neo4j(neo4j_url: str) -> Iterator[GraphStore]:
    store = open_store(neo4j_url, load_schema(), write=True)
    store.apply(batch())
    yield store
    store.close()


def test_there_are_at_least_eight_and_each_is_tried() -> None:
    assert len(SAVED) >= 8
    assert SAVED.keys() == ASKED.keys()


@pytest.mark.parametrize("name", SAVED)
def test_a_query_returns_the_columns_that_it_promises(kglite: GraphStore, name: str) -> None:
    given, rows = ASKED[name]
    table = run(kglite, SAVED[name], given)
    assert table.columns == tuple(SAVED[name].columns)
    assert len(table.rows) == rows


@pytest.mark.parametrize("name", SAVED)
def test_a_query_of_facts_returns_the_claims_behind_them(kglite: GraphStore, name: str) -> None:
    if name == "find_entity":
        assert "claims" not in SAVED[name].columns.values()
        return
    assert SAVED[name].columns["claims"] == "claims"
    held = {row[0] for row in kglite.read("MATCH (c:Claim) RETURN c.id AS id").rows}
    for row in run(kglite, SAVED[name], ASKED[name][0]).dicts():
        assert row["claims"]
        assert set(row["claims"]) <= held


@pytest.mark.parametrize("name", SAVED)
def test_both_engines_answer_with_equal_rows_in_equal_order(kglite: GraphStore, neo4j: GraphStore, name: str) -> None:
    given, _ = ASKED[name]
    assert run(neo4j, SAVED[name], given) == run(kglite, SAVED[name], given)


@pytest.mark.parametrize("name", SAVED)
def test_the_question_names_only_parameters(name: str) -> None:
    query = SAVED[name]
    query.question.format(**dict.fromkeys(query.params, "x"))
    assert query.question.endswith("?")
    assert query.tags


def test_a_use_is_dated_against_the_withdrawal(kglite: GraphStore) -> None:
    rows = {row["user"]: row["timing"] for row in run(kglite, SAVED["use_after_withdrawal"], {}).dicts()}
    assert rows == {"northgate": "before", "lamps": "after"}
    assert len(run(kglite, SAVED["use_after_withdrawal"], {"only_after": "yes"}).rows) == 1


def test_a_path_of_sources_is_as_strong_as_its_weakest_hop(kglite: GraphStore) -> None:
    rows = {r["source"]: r for r in run(kglite, SAVED["where_a_dataset_came_from"], {"dataset": "strata"}).dicts()}
    assert rows["pictora"]["belief"] == pytest.approx(0.6)
    assert rows["pictora"]["path"] == ["strata", "lumen", "pictora"]
    assert len(rows["pictora"]["claims"]) == 2


@pytest.mark.parametrize(
    ("name", "given", "wrong"),
    [
        ("who_uses_dataset", {}, "dataset"),
        ("who_uses_dataset", {"dataset": "lumen", "min_belief": "much"}, "min_belief"),
        ("who_uses_dataset", {"dataset": "lumen", "min_belief": True}, "min_belief"),
        ("who_uses_dataset", {"dataset": "lumen", "min_belief": "nan"}, "min_belief"),
        ("who_uses_dataset", {"dataset": "lumen", "colour": "red"}, "colour"),
        ("use_after_withdrawal", {"only_after": "perhaps"}, "only_after"),
        ("find_entity", {"name": "x" * 3_000}, "name"),
    ],
)
def test_a_wrong_value_names_its_parameter(kglite: GraphStore, name: str, given: dict[str, Any], wrong: str) -> None:
    with pytest.raises(ParameterError) as caught:
        run(kglite, SAVED[name], given)
    assert caught.value.name == wrong


def test_an_entity_of_another_type_is_not_taken_by_name(kglite: GraphStore) -> None:
    with pytest.raises(UnknownEntity):
        run(kglite, SAVED["who_uses_dataset"], {"dataset": "Pictora"})


GOOD = """// ---
// title: A title
// question: What is {x}?
// params:
//   x: {type: text}
// columns: {y: text}
// ---
MATCH (n:Entity) WHERE n.id = $x RETURN n.name AS y
"""


def test_a_good_file_is_read() -> None:
    query = parse_query("good", GOOD)
    assert query.params["x"].required
    assert query.text == GOOD
    assert query.show == ("table",)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("// title: A title\n", "", 1),
        ("// title:", "// titel:", 2),
        ("{type: text}", "{type: texts}", 5),
        ("{type: text}", "{type: text, of: Dataset}", 5),
        ("{type: text}", "{type: choice}", 5),
        ("{type: text}", "{type: number, default: much}", 5),
        ("{y: text}", "{y: words}", 6),
        ("{y: text}", "[y]", 6),
        ("{y: text}", "{y: text", 6),
        ("// ---\nMATCH", "MATCH", 7),
        ("$x", "$z", 8),
        ("$x", "'x'", 5),
        ("RETURN", "DELETE n RETURN", 8),
        ("(n:Entity)", "(n:Entity)-[*]-()", 8),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(old: str, new: str, line: int) -> None:
    assert old in GOOD
    with pytest.raises(SchemaError) as caught:
        parse_query("bad", GOOD.replace(old, new, 1))
    assert caught.value.file == "bad.cypher"
    assert f"line {line}" in str(caught.value)


def test_a_later_folder_takes_precedence(tmp_path: Path) -> None:
    for folder, title in (("a", "First"), ("b", "Second")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "q.cypher").write_text(GOOD.replace("A title", title), "utf-8")
    assert load_queries(tmp_path / "a", tmp_path / "b", tmp_path / "none")["q"].title == "Second"
