"""Passages in, predictions out: the interchange by which the extractor is measured from outside.

In: one JSON object a line, `{"id": ..., "text": ...}`, with `"language"` where it is known. Out: one a line,
`{"id", "mentions": [{"start", "end", "type"}],
"claims": [{"predicate", "subject": [start, end], "object": [start, end], "polarity", "modality", "speaker", "happened",
"probability", "why"}]}`; offsets are characters of the given text, end exclusive. A line that can't be read gives
`{"id": ..., "error": ...}`.
"""

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span

from graph.errors import SightlinesError
from ingest.components.claims import Said, claim_reader
from ingest.components.names import GROUP
from ingest.components.readings import type_scores
from ingest.languages import likeliest
from ingest.pipeline import Pipelines

BATCH = 32
MOST_CHARACTERS = 1_000_000


def predict(lines: Iterable[str], nlp: Language | Pipelines) -> Iterator[dict[str, Any]]:
    """Yield a prediction for each line, in order; blank lines are skipped, bad ones answered by an error."""
    batch: list[dict[str, Any]] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        batch.append(_parse(line, number))
        if len(batch) == BATCH:
            yield from _answer(batch, nlp)
            batch = []
    yield from _answer(batch, nlp)


def _parse(line: str, number: int) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as exc:
        return {"id": f"line {number}", "error": f"line {number} is no JSON: {exc}"}
    if not isinstance(row, dict) or not isinstance(row.get("text"), str) or not isinstance(row.get("id"), str | int):
        return {"id": f"line {number}", "error": f'line {number} must be an object with "id" and "text"'}
    if len(row["text"]) > MOST_CHARACTERS:
        return {"id": row["id"], "error": f"line {number}: the text is longer than {MOST_CHARACTERS} characters"}
    return {"id": row["id"], "text": row["text"], "language": row.get("language")}


def _answer(batch: list[dict[str, Any]], nlp: Language | Pipelines) -> Iterator[dict[str, Any]]:
    if isinstance(nlp, Language):
        yield from _read(batch, nlp)
        return
    for language, group in groupby(batch, key=lambda row: _language(row, nlp.languages)):
        try:
            own = nlp.of(language)
        except SightlinesError as exc:
            yield from ({"id": row["id"], "error": f"{exc}. {exc.hint}"} for row in group)
            continue
        yield from _read(list(group), own)


def _language(row: dict[str, Any], wanted: Sequence[str]) -> str:
    known = str(row.get("language") or "")
    return known if known in wanted else likeliest(row.get("text", ""), wanted)


def _read(batch: list[dict[str, Any]], nlp: Language) -> Iterator[dict[str, Any]]:
    texts = [row["text"] for row in batch if "text" in row]
    try:
        docs: Iterator[Doc | Exception] = iter(list(nlp.pipe(texts, batch_size=BATCH)))
    except Exception:  # noqa: BLE001 - one text that breaks the parser must not take the others with it
        docs = iter([_alone(text, nlp) for text in texts])
    for row in batch:
        if "text" not in row:
            yield row
            continue
        doc = next(docs)
        try:
            if isinstance(doc, Exception):
                raise doc
            yield {"id": row["id"], **prediction(doc)}
        except Exception as exc:  # noqa: BLE001 - reported, the rest goes on
            yield {"id": row["id"], "error": f"the passage could not be read: {exc}"}


def _alone(text: str, nlp: Language) -> Doc | Exception:
    try:
        return nlp(text)
    except Exception as exc:  # noqa: BLE001 - reported, the rest goes on
        return exc


def prediction(doc: Doc) -> dict[str, Any]:
    """Return mentions and claims of a parsed passage."""
    mentions = [_mention(span) for span in doc.spans.get(GROUP, ())]
    return {"mentions": mentions, "claims": [predicted_claim(said) for said in claim_reader(doc.lang_).read(doc)]}


def _mention(span: Span) -> dict[str, Any]:
    """Return a mention; its probability is the network's, 1 for a known name, None where the network has not read."""
    read = None if span.kb_id_ else type_scores(span)
    probability = 1.0 if span.kb_id_ else None if read is None else round(math.exp(read[span.label_]), 3)
    return {"start": span.start_char, "end": span.end_char, "type": span.label_, "probability": probability}


def predicted_claim(said: Said) -> dict[str, Any]:
    """Return a claim as a prediction has it."""
    speakers = said.assertion.speakers
    return {
        "predicate": said.found.frame.predicate,
        "subject": _span(said.found.subject.mention),
        "object": _span(said.found.object.mention),
        "polarity": str(said.assertion.polarity),
        "modality": str(said.assertion.modality),
        "speaker": speakers[0].text if speakers else None,
        "happened": said.dated.edtf if said.dated else None,
        "probability": said.probability,
        "why": said.why,
    }


def _span(span: Span) -> list[int]:
    return [span.start_char, span.end_char]
