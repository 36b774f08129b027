"""Finding entities by what people type."""

from collections.abc import Iterator

import pytest

from graph.errors import UnknownEntity
from graph.schema import load_schema
from graph.search import find_entity, search
from graph.stores import GraphStore, open_store
from tests.graph.chains import batch


@pytest.fixture(scope="module")
def store() -> Iterator[GraphStore]:
    opened = open_store("kglite::memory:", load_schema(), write=True)
    opened.apply(batch())
    yield opened
    opened.close()


def test_a_whole_name_comes_before_a_start_before_a_word(store: GraphStore) -> None:
    assert [hit.id for hit in search(store, "NORTHGATE")] == ["northgate-town", "northgate-police", "northgate"]
    assert [hit.id for hit in search(store, "faces")] == ["lumen"]
    assert [hit.id for hit in search(store, "gate")] == ["northgate", "northgate-town", "northgate-police"]


def test_an_alias_is_found_and_named(store: GraphStore) -> None:
    hit = search(store, "lf-10")[0]
    assert (hit.id, hit.matched, hit.type) == ("lumen", "LF-10K", "Dataset")


def test_a_type_and_a_limit_narrow_the_search(store: GraphStore) -> None:
    assert [hit.id for hit in search(store, "northgate", type="Place")] == ["northgate-town"]
    assert len(search(store, "n", limit=2)) == 2


@pytest.mark.parametrize("text", ["", "   ", "no such thing", "' OR 1 = 1 //", "\\", "a" * 5_000])
def test_text_that_names_nothing_finds_nothing(store: GraphStore, text: str) -> None:
    assert search(store, text) == ()


@pytest.mark.parametrize("given", ["lumen", "Lumen Faces", " lumen  faces ", "LF-10K"])
def test_an_entity_is_found_by_id_name_or_alias(store: GraphStore, given: str) -> None:
    assert find_entity(store, given).id == "lumen"


def test_a_name_of_two_entities_is_not_guessed(store: GraphStore) -> None:
    with pytest.raises(UnknownEntity, match=r"Northgate \(Place, northgate-town\)") as caught:
        find_entity(store, "Northgate")
    assert "Organization" in str(caught.value)
    assert find_entity(store, "Northgate", type="Place").id == "northgate-town"


@pytest.mark.parametrize(("given", "near"), [("Lumen Facse", "Lumen Faces"), ("Walking Under", "Walking Under Lamps")])
def test_an_unknown_name_comes_with_near_ones(store: GraphStore, given: str, near: str) -> None:
    with pytest.raises(UnknownEntity) as caught:
        find_entity(store, given)
    assert near in caught.value.hint
