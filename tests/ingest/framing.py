"""What the frames of a predicate find in one of their examples, names as the example marks them."""

import re

from spacy.language import Language
from spacy.tokens import Span

from graph.schema import load_schema
from ingest.components.claims import claim_reader
from ingest.components.names import GROUP

MARKED = re.compile(r"\[([^|\]]+)\|([A-Z])(\d+)\]")


def claims_found(nlp: Language, predicate: str, said: str) -> set[str]:
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
    return {
        ("not " if each.assertion.denied else "")
        + f"{each.found.subject.mention.id_} {predicate} {each.found.object.mention.id_}"
        for each in claim_reader(nlp.lang).read(doc, floor=0.0)
        if each.found.frame.predicate == predicate and each.frame is not None  # what the models say beside is no frame
    }
