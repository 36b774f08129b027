"""The guard against a list of attacks, and against itself: what reads must pass, what writes must not."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import QueryRejected
from graph.stores.guard import check_read_only
from graph.stores.portable import check_portable

HERE = Path(__file__).parent


def _lines(name: str) -> list[str]:
    lines = [line for line in (HERE / name).read_text("utf-8").split("\n") if line and not line.startswith("#")]
    return [re.sub(r"<U\+([0-9A-F]{4})>", lambda m: chr(int(m[1], 16)), line) for line in lines]


WRITES, READS = _lines("writes.txt"), _lines("reads.txt")


def test_the_lists_are_long_enough_to_mean_something() -> None:
    assert len(WRITES) >= 60
    assert len(READS) >= 40


@pytest.mark.parametrize("query", WRITES)
def test_what_is_no_plain_read_is_refused_with_its_place(query: str) -> None:
    with pytest.raises(QueryRejected) as caught:
        check_read_only(query)
    assert caught.value.line >= 1
    assert isinstance(caught.value.token, str)
    assert caught.value.hint


@pytest.mark.parametrize("query", READS)
def test_what_reads_passes(query: str) -> None:
    check_read_only(query)


@pytest.mark.parametrize("query", READS)
@pytest.mark.parametrize(
    "attack", ["DELETE n", "SET n.a = 1", "CREATE (x)", "MERGE (x) RETURN x", "; MATCH (n) RETURN n"]
)
def test_a_write_after_any_read_is_refused(query: str, attack: str) -> None:
    with pytest.raises(QueryRejected):
        check_read_only(f"{query.rstrip(';')}\n{attack}")


@pytest.mark.parametrize("query", READS)
def test_a_long_query_is_refused(query: str) -> None:
    with pytest.raises(QueryRejected, match="longer than"):
        check_read_only(query + " " * 20_001)


def test_deep_brackets_are_refused_before_an_engine_overflows() -> None:
    with pytest.raises(QueryRejected, match="nested"):
        check_read_only("RETURN " + "(" * 500 + "1" + ")" * 500 + " AS x")


def test_a_refusal_names_the_word_and_the_line() -> None:
    with pytest.raises(QueryRejected) as caught:
        check_read_only("MATCH (n)\nWHERE n.a = 1\nDETACH DELETE n")
    assert (caught.value.token, caught.value.line) == ("DETACH", 3)


def test_a_misspelt_word_is_told_from_an_attack() -> None:
    with pytest.raises(QueryRejected, match=r"is it RETURN\?"):
        check_read_only("MATCH (n) RETRUN n")


@given(st.text(max_size=60), st.sampled_from(["DELETE n", "SET n.x = 1", "CREATE (m)"]))
def test_text_in_a_parameterless_string_never_opens_a_way_out(text: str, attack: str) -> None:
    """Whatever precedes it, a write after a complete read is never let through."""
    query = f"MATCH (n) WHERE n.name = 'x' {text}\n{attack}"
    try:
        check_read_only(query)
    except QueryRejected:
        return
    # It passed, so the attack must lie inside a string, a quoted name or a comment that the text has opened.
    assert any(mark in text for mark in ("'", '"', "`", "/*", "//")) or text.rstrip().endswith((".", ":", " AS"))


@pytest.mark.parametrize(
    "query",
    [
        "MATCH (a)-[*]-(b) RETURN a.id",
        "MATCH (a)-[:X*2..]->(b) RETURN a.id",
        "MATCH (a WHERE a.x = 1) RETURN a.x",
        "MATCH (a)-[r:X WHERE r.x = 1]-(b) RETURN a.id",
        "MATCH ((a)--(b))+ RETURN 1",
        "MATCH (a)-->{1,3}(b) RETURN 1",
        "MATCH (a) WHERE 1 < a.x < 3 RETURN a.x",
        "MATCH (a:!B) RETURN a.x",
        "MATCH (a:A&B) RETURN a.x",
        "RETURN COLLECT { MATCH (b) RETURN b.id } AS x",
        "MATCH (a) /* x */ RETURN a.x",
        "MATCH (a) RETURN percentileCont(a.x, 0.5) AS x",
        "MATCH (a) RETURN keys(a) AS x",
        "MATCH (a) RETURN a {.*}",
        "MATCH (a) RETURN elementId(a) AS x",
        "MATCH (a)<-->(b) RETURN a.id",
        "MATCH (a) RETURN a.id;",
        "MATCH (a) DELETE a",
    ],
)
def test_what_one_engine_does_not_understand_is_not_portable(query: str) -> None:
    with pytest.raises(QueryRejected):
        check_portable(query)


@pytest.mark.parametrize(
    "query",
    [
        "MATCH (a:A)-[r:X|Y*1..4]->(b {id: $x}) WHERE all(x IN r WHERE x.belief >= 0.1 AND x.z <= 2) RETURN b.id",
        "MATCH p = shortestPath((a)-[*..4]-(b)) RETURN [n IN nodes(p) WHERE n.a = 1 | n.name] AS names",
        "MATCH (a) RETURN (a.x) + (a.y) * 2 AS z, reduce(s = 0, x IN [1] | s + x) AS w",
        "MATCH (a) WHERE EXISTS { MATCH (a)-->(b) WHERE b.x = 1 } RETURN [(a)-->(b) WHERE b.x = 1 | b.id] AS t",
        "MATCH (a) RETURN CASE WHEN a.x > 1 AND a.x < 3 THEN 1 ELSE 2 END AS t // a comment",
    ],
)
def test_the_common_subset_is_portable(query: str) -> None:
    check_portable(query)
