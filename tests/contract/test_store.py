"""What every graph store must do: one suite, each engine."""

import itertools
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graph.errors import (
    ConfigError,
    QueryError,
    QueryRejected,
    QueryTimeout,
    RecordRejected,
    StoreCorrupt,
    StoreError,
    StoreLocked,
    StoreUnavailable,
)
from graph.records import Batch, Edge, Node
from graph.schema import Schema, load_schema
from graph.stores import GraphStore, open_store
from graph.stores.model import graph_model
from tests.neo4j_server import Server

MODEL = graph_model(load_schema())
INJECTIONS = [
    "'}) DETACH DELETE n //",
    '"}) MATCH (m) DELETE m //',
    "`) SET n.name = 'x' //",
    "\\u0027 OR 1=1",
    "$rows",
    "{name: 'x'}",
    "a\nRETURN 1",
    "‮abc",
    "naïve 商汤 🕸️",
]


def entity(ident: str, name: str = "", extra: str = "Organization", **properties: Any) -> Node:
    return Node(id=ident, label="Entity", extra=extra, properties={"name": name or ident.upper(), **properties})


def link(k: str, source: str, target: str, kind: str = "SUPPLIED", **properties: Any) -> Edge:
    return Edge(k=k, type=kind, source=("Entity", source), target=("Entity", target), properties=properties)


@pytest.fixture(params=["memory", "file", "neo4j"])
def store(request: pytest.FixtureRequest, tmp_path: Path, schema: Schema) -> Iterator[GraphStore]:
    if request.param == "neo4j":
        url = request.getfixturevalue("neo4j_url")
    else:
        url = "kglite::memory:" if request.param == "memory" else f"kglite:{tmp_path / 'graph.kgl'}"
    opened = open_store(url, schema, write=True)
    opened.apply(Batch(replace=True))
    yield opened
    opened.close()


def names(store: GraphStore) -> list[str]:
    return [row[0] for row in store.read("MATCH (n:Entity) RETURN n.name AS name ORDER BY name").rows]


def _value(name: str) -> Any:
    if name in {"aliases", "members", "claim_ids", "qualifiers"}:
        return ["b", "a", ""]
    if name in {"belief", "support", "denial", "probability"}:
        return 0.625
    if name in {"claims", "sources", "evidence", "denials", "begins", "ends", "sequence"}:
        return 7
    if name == "inferred":
        return True
    return f"the {name} – 商"


@pytest.mark.parametrize("label", MODEL.labels)
def test_every_field_of_a_node_comes_back_alone_and_with_all_the_others(store: GraphStore, label: str) -> None:
    fields = MODEL.labels[label]
    whole = {name: _value(name) for name in fields}
    single = [{"name": f"only {name}", name: whole[name]} for name in fields]
    store.apply(Batch(nodes=tuple(Node(id=f"n{i}", label=label, properties=p) for i, p in enumerate([whole, *single]))))
    columns = ", ".join(f"n.{name} AS {name}" for name in fields)
    rows = list(store.read(f"MATCH (n:{label}) RETURN n.id AS id, {columns}").dicts())
    got = {row.pop("id"): row for row in rows}
    for i, properties in enumerate([whole, *single]):
        assert got[f"n{i}"] == {name: properties.get(name) for name in fields}


def test_every_field_of_a_link_comes_back(store: GraphStore) -> None:
    fields = MODEL.types["SUPPLIED"][2]
    whole = {name: _value(name) for name in fields}
    store.apply(Batch(nodes=(entity("a"), entity("b")), edges=(link("k", "a", "b", **whole),)))
    columns = ", ".join(f"r.{name} AS {name}" for name in fields)
    (row,) = store.read(f"MATCH (:Entity {{id: 'a'}})-[r:SUPPLIED]->(b) RETURN r.k AS k, {columns}").dicts()
    assert row == {"k": "k", **whole}


def test_applying_a_batch_twice_equals_applying_it_once(store: GraphStore) -> None:
    batch = Batch(nodes=(entity("a", claims=1), entity("b")), edges=(link("k", "a", "b", belief=0.5),))
    store.apply(batch)
    once = store.read("MATCH (a)-[r]->(b) RETURN a, r, b")
    store.apply(batch)
    assert store.read("MATCH (a)-[r]->(b) RETURN a, r, b") == once
    assert names(store) == ["A", "B"]


def test_an_upsert_replaces_all_properties_and_the_type(store: GraphStore) -> None:
    store.apply(Batch(nodes=(entity("a", kind="company", aliases=["x"]),)))
    store.apply(Batch(nodes=(entity("a", extra="Dataset"),)))
    (row,) = store.read("MATCH (n:Entity) RETURN n.kind AS kind, n.aliases AS aliases, labels(n) AS labels").rows
    assert row == (None, None, ["Entity", "Dataset"])
    assert not store.read("MATCH (n:Organization) RETURN n.id AS id").rows


def test_parallel_links_are_told_apart_by_their_key(store: GraphStore) -> None:
    edges = (link("k1", "a", "b", belief=0.1), link("k2", "a", "b", belief=0.2))
    store.apply(Batch(nodes=(entity("a"), entity("b")), edges=edges))
    store.apply(Batch(edges=(link("k2", "a", "b", belief=0.9),)))
    rows = store.read("MATCH ()-[r:SUPPLIED]->() RETURN r.k AS k, r.belief AS belief ORDER BY k").rows
    assert rows == (("k1", 0.1), ("k2", 0.9))


def test_forgetting_takes_exactly_what_is_named(store: GraphStore) -> None:
    nodes = tuple(entity(i) for i in "abc")
    store.apply(Batch(nodes=nodes, edges=(link("k1", "a", "b"), link("k2", "b", "c"), link("k3", "a", "c"))))
    store.apply(Batch(forget_edges=(("SUPPLIED", "k3"), ("SUPPLIED", "nothing")), forget_nodes=(("Entity", "b"),)))
    assert names(store) == ["A", "C"]
    assert not store.read("MATCH ()-[r]->() RETURN r.k AS k").rows


def test_a_link_may_move_when_it_is_forgotten_in_the_same_batch(store: GraphStore) -> None:
    store.apply(Batch(nodes=tuple(entity(i) for i in "abc"), edges=(link("k", "a", "b"),)))
    store.apply(Batch(forget_edges=(("SUPPLIED", "k"),), edges=(link("k", "a", "c"),)))
    rows = store.read("MATCH (x)-[r:SUPPLIED]->(y) RETURN x.id AS x, y.id AS y").rows
    assert rows == (("a", "c"),)


def test_replacing_empties_the_graph_first(store: GraphStore) -> None:
    store.apply(Batch(nodes=(entity("a"), entity("b")), edges=(link("k", "a", "b"),)))
    store.apply(Batch(nodes=(entity("c"),), replace=True))
    assert names(store) == ["C"]


@pytest.mark.parametrize("text", INJECTIONS)
def test_values_are_data_and_never_cypher(store: GraphStore, text: str) -> None:
    store.apply(Batch(nodes=(entity("a", text, search=text), entity("b"))))
    assert store.read("MATCH (n:Entity) WHERE n.name = $name RETURN n.search AS s", {"name": text}).rows == ((text,),)
    assert len(names(store)) == 2


def test_long_sentences_and_control_characters_survive(store: GraphStore) -> None:
    sentence = "x" * 100_000 + "\t\u0000\n"
    store.apply(Batch(nodes=(Node(id="v", label="Evidence", properties={"name": sentence}),)))
    assert store.read("MATCH (e:Evidence) RETURN e.name AS name").rows == ((sentence,),)


def test_an_answer_is_cut_at_the_limit_and_says_so(store: GraphStore) -> None:
    store.apply(Batch(nodes=tuple(entity(f"n{i}") for i in range(5))))
    table = store.read("MATCH (n:Entity) RETURN n.id AS id ORDER BY id", limit=3)
    assert (len(table.rows), table.truncated) == (3, True)
    assert not store.read("MATCH (n:Entity) RETURN n.id AS id", limit=5).truncated


def test_a_query_that_runs_away_is_stopped(store: GraphStore) -> None:
    runaway = "UNWIND range(1, 20000) AS a UNWIND range(1, 20000) AS b WITH a, b WHERE a * b = -1 RETURN count(*) AS n"
    with pytest.raises(QueryTimeout) as caught:
        store.read(runaway, timeout=0.5)
    assert caught.value.hint
    assert store.read("RETURN 1 AS one").rows == ((1,),), "the store works on after a time-out"


def test_a_write_is_refused(store: GraphStore) -> None:
    for text in ("CREATE (:Entity {id: 'x'})", "MATCH (n) DETACH DELETE n", "MERGE (n:Entity {id: 'x'}) RETURN n"):
        with pytest.raises(QueryRejected):
            store.read(text)


def test_a_syntax_error_names_the_line(store: GraphStore) -> None:
    with pytest.raises(QueryError) as caught:
        store.read("MATCH (n:Entity)\nWHERE n.name = = 'x'\nRETURN n")
    assert caught.value.line == 2


def test_unknown_labels_types_and_properties_give_no_rows(store: GraphStore) -> None:
    store.apply(Batch(nodes=(entity("a"),)))
    assert not store.read("MATCH (n:Spaceship) RETURN n.id AS id").rows
    assert not store.read("MATCH (n)-[:TELEPORTED]->(m) RETURN n.id AS id").rows
    assert not store.read("MATCH (n:Entity) WHERE n.colour = 'red' RETURN n.id AS id").rows
    assert not store.read("MATCH (n:Dataset {id: 'a'}) RETURN n.id AS id").rows


def test_nodes_links_and_paths_come_out_as_plain_values(store: GraphStore) -> None:
    store.apply(Batch(nodes=(entity("a"), entity("b")), edges=(link("k", "a", "b", belief=0.5),)))
    text = (
        "MATCH p = (:Entity {id: 'a'})-[*1..2]->() RETURN p, nodes(p) AS nodes, [r IN relationships(p) | r.k] AS keys"
    )
    ((path, nodes, keys),) = store.read(text).rows
    assert nodes == [
        {"labels": ["Entity", "Organization"], "id": "a", "name": "A"},
        {"labels": ["Entity", "Organization"], "id": "b", "name": "B"},
    ]
    assert path == {"nodes": nodes, "relationships": [{"type": "SUPPLIED", "belief": 0.5, "k": "k"}]}
    assert keys == ["k"]


@pytest.mark.parametrize(
    ("batch", "reason"),
    [
        (Batch(nodes=(Node(id="x", label="Spaceship", properties={"name": "x"}),)), "unknown label"),
        (Batch(nodes=(entity("x", extra="Organization`) DETACH DELETE (n"),)), "no entity type"),
        (Batch(nodes=(Node(id="x", label="Entity", properties={}),)), "must not be empty"),
        (Batch(nodes=(entity("x", colour="red"),)), "undeclared property 'colour'"),
        (Batch(nodes=(entity("x", aliases=[["nested"]]),)), "plain values"),
        (Batch(nodes=(entity("x", kind={"a": 1}),)), "type dict"),
        (Batch(edges=(link("k", "a", "b", kind="TELEPORTED"),)), "unknown type"),
        (Batch(edges=(Edge(k="k", type="SUPPORTS", source=("Entity", "a"), target=("Claim", "b")),)), "joins"),
    ],
)
def test_a_record_that_breaks_the_model_is_named_and_nothing_of_its_batch_is_kept(
    store: GraphStore, batch: Batch, reason: str
) -> None:
    with pytest.raises(RecordRejected, match=reason) as caught:
        store.apply(Batch(nodes=(entity("fine"), *batch.nodes), edges=batch.edges))
    assert caught.value.id in {"x", "k"}
    assert names(store) == []


def test_the_store_names_its_url(store: GraphStore) -> None:
    assert store.url.startswith(("kglite:", "bolt://"))


# --- what only one of the engines can show ---


def test_a_reader_sees_the_last_published_snapshot_and_then_the_next(tmp_path: Path, schema: Schema) -> None:
    url = f"kglite:{tmp_path / 'graph.kgl'}"
    reader = open_store(url, schema)
    assert names(reader) == [], "a graph that nobody has made yet is empty"
    writer = open_store(url, schema, write=True)
    writer.apply(Batch(nodes=(entity("a"),)))
    assert names(reader) == ["A"]
    writer.apply(Batch(nodes=(entity("b"),)))
    assert names(reader) == ["A", "B"]
    writer.close()
    with pytest.raises(StoreError):
        reader.apply(Batch(nodes=(entity("c"),)))


def test_a_second_writer_is_told_who_the_first_is(tmp_path: Path, schema: Schema) -> None:
    url = f"kglite:{tmp_path / 'graph.kgl'}"
    code = f"""
        import sys
        from graph.schema import load_schema
        from graph.stores import open_store
        store = open_store({url!r}, load_schema(), write=True)
        print("open", flush=True)
        sys.stdin.read()
    """
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "open\n"
    with pytest.raises(StoreLocked, match=str(child.pid)) as caught:
        open_store(url, schema, write=True)
    assert caught.value.hint
    child.communicate("", timeout=20)
    open_store(url, schema, write=True).close()


def test_kill_in_the_middle_of_writing_leaves_a_whole_graph(tmp_path: Path, schema: Schema) -> None:
    url = f"kglite:{tmp_path / 'graph.kgl'}"
    code = f"""
        from graph.records import Batch, Node
        from graph.schema import load_schema
        from graph.stores import open_store
        store = open_store({url!r}, load_schema(), write=True)
        for batch in range(10_000):
            ids = [f"{{batch}}-{{i}}" for i in range(100)]
            store.apply(Batch(nodes=tuple(
                Node(id=i, label="Entity", extra="Dataset", properties={{"name": i, "claims": batch}}) for i in ids)))
            print(batch, flush=True)
    """
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)], cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    published = [int(line) for line in itertools.islice(child.stdout, 20)]
    child.kill()
    child.wait()
    with_all = open_store(url, schema).read("MATCH (n:Entity) RETURN n.claims AS batch, count(*) AS n", limit=20_000)
    assert {row[1] for row in with_all.rows} == {100}, "no batch is there in part"
    assert len(with_all.rows) >= len(published), "what was reported as written is there"
    open_store(url, schema, write=True).close()


@pytest.mark.parametrize("damage", [b"", b"not a graph", b"\x00" * 4096], ids=["empty", "text", "zeros"])
def test_a_damaged_file_says_rebuild_and_a_rebuild_starts_over(tmp_path: Path, schema: Schema, damage: bytes) -> None:
    path = tmp_path / "graph.kgl"
    path.write_bytes(damage)
    with pytest.raises(StoreCorrupt) as reading:
        names(open_store(f"kglite:{path}", schema))
    assert "sightlines rebuild" in reading.value.hint
    with pytest.raises(StoreCorrupt):
        open_store(f"kglite:{path}", schema, write=True)
    fresh = open_store(f"kglite:{path}", schema, write=True, fresh=True)
    fresh.apply(Batch(nodes=(entity("a"),), replace=True))
    fresh.close()
    assert names(open_store(f"kglite:{path}", schema)) == ["A"]


def test_a_flipped_byte_is_noticed(tmp_path: Path, schema: Schema) -> None:
    path = tmp_path / "graph.kgl"
    with_data = open_store(f"kglite:{path}", schema, write=True)
    with_data.apply(Batch(nodes=tuple(entity(f"n{i}", claims=i) for i in range(500))))
    with_data.close()
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(StoreError):
        names(open_store(f"kglite:{path}", schema))


def test_the_cut_at_ten_hops_is_an_error_and_not_a_shorter_answer(schema: Schema) -> None:
    store = open_store("kglite::memory:", schema)
    with pytest.raises(QueryError, match="10 hops"):
        store.read("MATCH p = (:Entity)-[*]->(:Entity) RETURN p")


@pytest.mark.parametrize("url", ["", "graph.kgl", "sqlite:x", "file:graph", "http://localhost:7474", "kglite:"])
def test_an_unknown_store_url_is_refused_with_the_known_ones(schema: Schema, url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        open_store(url, schema)
    assert "kglite:" in caught.value.hint


def test_a_neo4j_that_is_down_is_named(schema: Schema) -> None:
    with pytest.raises(StoreUnavailable, match=r"127\.0\.0\.1:9 can't be reached"):
        open_store("bolt://127.0.0.1:9", schema)


def test_a_login_in_the_url_is_refused_so_that_it_reaches_no_log(schema: Schema) -> None:
    with pytest.raises(ConfigError) as caught:
        open_store("bolt://neo4j:hunter2@127.0.0.1:7687", schema)
    assert "hunter2" not in str(caught.value) + caught.value.hint


@pytest.mark.neo4j
def test_a_wrong_password_is_told_apart_from_a_server_that_is_down(neo4j_with_login: Server, schema: Schema) -> None:
    for wrong in ("", "hunter2-wrong"):
        with pytest.raises(StoreUnavailable, match="refuses the login") as caught:
            open_store(neo4j_with_login.url, schema, password=wrong).read("RETURN 1 AS one")
        assert "SIGHTLINES_STORE_PASSWORD" in caught.value.hint
        assert "hunter2" not in str(caught.value)
    right = open_store(neo4j_with_login.url, schema, write=True, password=neo4j_with_login.password)
    assert right.read("RETURN 1 AS one").rows == ((1,),)
    right.close()


@pytest.mark.neo4j
def test_a_rebuild_leaves_what_else_the_database_holds(neo4j_url: str, schema: Schema) -> None:
    neo4j = pytest.importorskip("neo4j")
    with neo4j.GraphDatabase.driver(neo4j_url) as driver:
        driver.execute_query("MERGE (:Invoice {number: 7})")
        store = open_store(neo4j_url, schema, write=True)
        store.apply(Batch(nodes=(entity("a"),), replace=True))
        store.close()
        assert driver.execute_query("MATCH (n:Invoice) RETURN count(n) AS n").records[0]["n"] == 1
        driver.execute_query("MATCH (n:Invoice) DELETE n")
