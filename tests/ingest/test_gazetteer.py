from pathlib import Path

import pytest

from graph.errors import SchemaError
from graph.schema import load_schema
from ingest.components.gazetteer import NameIndex
from ingest.gazetteer import Entry, load_gazetteer


def find(text: str, *entries: Entry) -> list[tuple[str, str]]:
    index = NameIndex(entries or load_gazetteer())
    return [(text[start:end], names[0].entry.id) for start, end, names in index.find(text)]


def test_the_shipped_gazetteer_loads_with_unique_ids_and_known_types() -> None:
    entries = load_gazetteer()
    assert len({entry.id for entry in entries}) == len(entries) > 1_000
    assert {entry.type for entry in entries} <= set(load_schema().entities)


def test_every_kind_of_an_organisation_is_in_the_schema() -> None:
    kinds = set(load_schema().entities["Organization"].kinds)
    assert {entry.kind for entry in load_gazetteer() if entry.type == "Organization"} <= kinds


def test_every_name_of_the_gazetteer_finds_its_own_entry() -> None:
    index = NameIndex(load_gazetteer())
    lost = []
    for entry in load_gazetteer():
        for name in entry.names:
            text = f"Before {name} after"
            hits = {
                known.entry.id for start, end, names in index.find(text) for known in names if text[start:end] == name
            }
            if entry.id not in hits:
                lost.append((entry.id, name))
    assert lost == []


@pytest.mark.parametrize(
    ("body", "where", "reason"),
    [
        ("Dataset:\n- {id: a, name: A, alias: [B]}", "a.alias", "not permitted"),
        ("Dataset:\n- {id: A B, name: A}", "A B.id", "match pattern"),
        ("Datasets:\n- {id: a, name: A}", "Datasets", "no entity type"),
        ("Dataset:\n- {id: a, name: A}\n- {id: a, name: B}", "a", "taken"),
        ("Dataset:\n- {id: a, name: A, of: b}", "a", "names no entry"),
        ("Dataset: [", "line", "no valid YAML"),
        ("Dataset:\n- just words", "Dataset 1", "mapping"),
    ],
)
def test_a_wrong_entry_is_named_with_file_key_and_reason(tmp_path: Path, body: str, where: str, reason: str) -> None:
    (tmp_path / "own.yml").write_text(body, "utf-8")
    with pytest.raises(SchemaError) as caught:
        load_gazetteer(tmp_path)
    assert where in str(caught.value)
    assert reason in str(caught.value)


FACES = Entry(id="plaza", type="Dataset", name="PlazaFaces", aliases=("Plaza Faces", "PF"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They used PlazaFaces.", ["PlazaFaces"]),
        ("They used plazaFaces.", ["plazaFaces"]),
        ("PlazaFaces2 is another thing", []),
        ("PlazaFaces-2 and PlazaFaces-HQ are other things", []),
        ("a PlazaFaces-trained model", ["PlazaFaces"]),
        ("the PF set, not the pf file", ["PF"]),
        ("see plazafaces.example or @PlazaFaces", []),
        ("the plaza faces north", []),
    ],
)
def test_only_whole_names_are_found(text: str, expected: list[str]) -> None:
    assert [name for name, _ in find(text, FACES)] == expected


def test_the_longest_name_wins_and_a_guard_word_forbids_the_name() -> None:
    city = Entry(id="kestrel", type="Organization", name="Kestrel", guard=("River",))
    sub = Entry(id="kestrel-labs", type="Organization", name="Kestrel Labs")
    assert find("Kestrel Labs and Kestrel at Kestrel River", city, sub) == [
        ("Kestrel Labs", "kestrel-labs"),
        ("Kestrel", "kestrel"),
    ]


def test_names_in_scripts_without_spaces_are_found_inside_running_text() -> None:
    assert ("旷视", "megvii") in find("北京旷视公司")
