"""The model card (Mitchell et al. 2019): what the weights learned from, what they reach, what they can't do."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from spacy.language import Language

from ingest.components.claims import claim_reader
from ingest.passages import prediction
from ingest.score import score

FILE = "MODEL_CARD.md"
_CARD = """# Model card: the learned extractor of Sightlines

Made {made} by `sightlines train`. Two ONNX files (dynamic int8) that run in onnxruntime on one thread, a log-linear
model of parse features, the weights of the cues of names, and a calibration.

## What it is
`encoder.onnx`: a six-layer transformer (22 M parameters, all-MiniLM-L6-v2, Apache-2.0, fine-tuned here) that reads a
window of word pieces with their letter case and tags names and nominal mentions of nine types. `heads.onnx`: what a
nominal mention refers to. `pairs.npz`: for two mentions of a sentence one logistic a predicate over features of the
parse. `en.weights.yml`: how much each cue speaks for a type of name. `calibration.yml`: how its scores and the frames'
make one probability.

## What it learned from
- {passages} hand-written passages with {claims} claims (invented names, CC0); {held} more were held out.
{corpora}
No text of the development gold, and no text of an article of a publisher, was learned from.

## What it reaches
On the held-out passages, with frames, at the shipped threshold:

{figures}

The README has the figures on real text, by predicate and genre.

## Limits
English only. Written for news, abstracts, tenders and notices; tables, poetry and speech are strange to it. Names in
headlines in capitals, people without a first name, and products named like their firm are the commonest errors. It
proposes; it does not know the world: every claim shows its sentence, and a person decides.

## Files
{hashes}
"""


def write_card(
    folder: Path,
    *,
    rows: Sequence[Mapping[str, Any]],
    held: Sequence[Mapping[str, Any]],
    nlp: Language,
    hashes: Mapping[str, str],
    corpora: Mapping[str, str],
) -> dict[str, Any]:
    """Measure the weights on held-out passages, write the card, and return the figures."""
    claim_reader.cache_clear()
    docs = nlp.pipe((row["text"] for row in held), batch_size=32)
    told = [{"id": row["id"], **prediction(doc)} for row, doc in zip(held, docs, strict=True)]
    figures: dict[str, Any] = json.loads(score(list(held), told).json())
    lines = [f"| {name} | {round(value, 3)} |" for name, value in figures.items()]
    text = _CARD.format(
        made=datetime.now(UTC).date().isoformat(),
        passages=len(rows),
        claims=sum(len(row["claims"]) for row in rows),
        held=len(held),
        corpora="".join(f"- {name} ({licence})\n" for name, licence in corpora.items()),
        figures="\n".join(["| figure | value |", "|---|---|", *lines]),
        hashes="\n".join(f"- `{name}` {value}" for name, value in sorted(hashes.items())),
    )
    (folder / FILE).write_text(text, "utf-8")
    return figures
