"""Every frame finds what its examples say, and nothing else of its predicate."""

import re
from pathlib import Path

import pytest
from spacy.language import Language
from spacy.tokens import Span

from graph.errors import SchemaError
from graph.schema import load_schema
from ingest.components.claims import claim_reader
from ingest.components.names import GROUP
from ingest.rules import load_frames, read_frames

MARKED = re.compile(r"\[([^|\]]+)\|([A-Z])(\d+)\]")
EXAMPLES = [(frame.name, frame.predicate, example) for frame in load_frames() for example in frame.examples]


@pytest.mark.parametrize(
    ("name", "predicate", "example"), EXAMPLES, ids=[f"{name}-{number}" for number, (name, *_) in enumerate(EXAMPLES)]
)
def test_a_frame_finds_exactly_what_its_example_says(name: str, predicate: str, example: object, nlp: Language) -> None:
    said: str = example.say  # type: ignore[attr-defined]
    doc = nlp(MARKED.sub(r"\1", said))
    spans, removed = [], 0
    for match in MARKED.finditer(said):
        start = match.start() - removed
        removed += len(match.group()) - len(match[1])
        span = doc.char_span(start, start + len(match[1]), alignment_mode="expand")
        assert span is not None
        label = load_schema().letters[match[2]]
        spans.append(Span(doc, span.start, span.end, label=label, span_id=match[2] + match[3]))
    doc.spans[GROUP] = spans
    found = {
        ("not " if each.assertion.denied else "")
        + f"{each.found.subject.mention.id_} {predicate} {each.found.object.mention.id_}"
        for each in claim_reader().read(doc)
        if each.found.frame.predicate == predicate
    }
    assert found == set(example.claims)  # type: ignore[attr-defined]


def test_a_wrong_rule_file_is_named_with_frame_and_key(tmp_path: Path) -> None:
    (tmp_path / "USED.yml").write_text("- {name: used-x, kind: verb, tigger: [use], probability: 0.9}\n", "utf-8")
    with pytest.raises(SchemaError) as caught:
        read_frames(tmp_path, load_schema())
    assert "USED.yml" in str(caught.value)
    assert "used-x" in str(caught.value)
    assert "tigger" in str(caught.value)
