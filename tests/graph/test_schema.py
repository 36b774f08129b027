"""The ontology files: what a contributor gets wrong is named with file, key and reason."""

import shutil
from pathlib import Path

import pytest

from graph.errors import SchemaError
from graph.paths import SCHEMA
from graph.schema import Schema, load_schema
from graph.schema.loader import read_schema


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("entities.yml", "predicates.yml"):
        shutil.copy(SCHEMA / name, tmp_path / name)
    return tmp_path


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert text.count(old) >= 1, "the test's own anchor is gone"
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_the_ontology_has_nine_types_and_twenty_two_predicates(schema: Schema) -> None:
    assert len(schema.entities) == 9
    assert len(schema.predicates) == 22


def test_direction_and_types_decide_what_may_enter(schema: Schema) -> None:
    assert schema.allows("SUPPLIED", "Organization", "Programme")
    assert not schema.allows("SUPPLIED", "Programme", "Organization")
    assert not schema.allows("ADMIRED", "Organization", "Programme")


def test_a_citation_is_declared_to_be_no_use(schema: Schema) -> None:
    assert "CITED" in schema.predicates["USED"].never_from


def test_an_organisation_is_drawn_by_its_kind(schema: Schema) -> None:
    organization = schema.entities["Organization"]
    assert organization.face("university").key == "institution"
    assert organization.face("public body").key == "agency"
    assert organization.face("company").key == organization.face(None).key == "company"


def test_no_two_faces_share_a_shape_and_a_colour(schema: Schema) -> None:
    seen = [(face.light, face.shape) for face in schema.faces]
    assert len(seen) == len(set(seen))
    assert len({face.light for face in schema.faces}) == len(seen)


def test_the_schema_is_read_once(schema: Schema) -> None:
    assert load_schema() is schema


@pytest.mark.parametrize(
    ("file", "old", "new", "key", "reason"),
    [
        (
            "predicates.yml",
            "subject: [Organization, Person]",
            "subject: [Organisation]",
            "CREATED.subject",
            "Organisation",
        ),
        ("predicates.yml", "label: created", "lable: created", "CREATED", "lable"),
        ("predicates.yml", "never_from: [CITED]", "never_from: [SIGHTED]", "USED.never_from", "SIGHTED"),
        ("predicates.yml", "qualifiers: [reason]", "qualifiers: [colour]", "WITHDREW.qualifiers", "colour"),
        ("predicates.yml", "WITHDREW:", "withdrew:", "withdrew", "upper-case"),
        ("entities.yml", "letter: P", "letter: O", "Person", "taken by Organization"),
        ("entities.yml", "properties: [role]", "properties: [title]", "Person.properties", "reserved"),
        ("entities.yml", "#235D49", "green", "Organization.faces", "pattern"),
        ("entities.yml", "kinds: [public body, military]", "kinds: [navy]", "Organization.faces.agency", "navy"),
        ("entities.yml", "letter: D", "letter: [D", "line", "YAML"),
    ],
)
def test_a_wrong_file_is_named_with_key_and_reason(
    folder: Path, file: str, old: str, new: str, key: str, reason: str
) -> None:
    _change(folder / file, old, new)
    with pytest.raises(SchemaError) as caught:
        read_schema(folder)
    assert str(caught.value).startswith(f"{file}: {key}")
    assert reason in str(caught.value)
    assert caught.value.hint


def test_a_new_predicate_needs_no_python(folder: Path) -> None:
    with (folder / "predicates.yml").open("a", encoding="utf-8") as file:
        file.write(
            "LICENSED:\n  label: licensed\n  inverse: licensed by\n  subject: [Organization]\n"
            "  object: [Dataset]\n  meaning: Gave the right to use.\n"
        )
    assert read_schema(folder).allows("LICENSED", "Organization", "Dataset")


def test_a_missing_file_says_which(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match=r"entities\.yml"):
        read_schema(tmp_path)
