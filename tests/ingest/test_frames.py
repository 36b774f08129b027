"""Every frame finds what its examples say, and nothing else of its predicate."""

from pathlib import Path

import pytest
from spacy.language import Language

from graph.errors import SchemaError
from graph.schema import load_schema
from ingest.rules import load_frames, read_frames
from tests.ingest.framing import claims_found

EXAMPLES = [(frame.name, frame.predicate, example) for frame in load_frames() for example in frame.examples]


@pytest.mark.parametrize(
    ("name", "predicate", "example"), EXAMPLES, ids=[f"{name}-{number}" for number, (name, *_) in enumerate(EXAMPLES)]
)
def test_a_frame_finds_exactly_what_its_example_says(name: str, predicate: str, example: object, nlp: Language) -> None:
    found = claims_found(nlp, predicate, example.say)  # type: ignore[attr-defined]
    assert found == set(example.claims)  # type: ignore[attr-defined]


def test_a_wrong_rule_file_is_named_with_frame_and_key(tmp_path: Path) -> None:
    (tmp_path / "USED.yml").write_text("- {name: used-x, kind: verb, tigger: [use], probability: 0.9}\n", "utf-8")
    with pytest.raises(SchemaError) as caught:
        read_frames(tmp_path, load_schema())
    assert "USED.yml" in str(caught.value)
    assert "used-x" in str(caught.value)
    assert "tigger" in str(caught.value)
