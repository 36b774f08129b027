"""Fit the log-linear model of names on examples: how much each cue speaks for each type, or for no name."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import torch
from spacy.language import Language
from spacy.tokens import Doc
from torch.nn import functional as F

from ingest.components.chunks import Candidate
from ingest.components.names import NamesComponent
from ingest.learning.decoding import Floats
from ingest.learning.examples import UNKNOWN, Example
from ingest.learning.fitting import Fitting, fit_table
from ingest.learning.labels import types
from ingest.naming import load_naming
from ingest.naming.weights import FILE, NO_NAME, Weights

_HOW = Fitting(epochs=15, rate=0.05, least=6)
SMALLEST = 0.05  # weights below count as none
# What an example of a public corpus counts beside one of a passage, whose rules are ours.
_PUBLIC = 0.5


@dataclass(frozen=True, slots=True)
class Naming:
    """What is seen at one candidate: its cues, its type (or "None"), and how much it counts."""

    cues: frozenset[str]
    label: str
    weight: float


def observe_names(examples: Sequence[Example], nlp: Language, *, language: str = "en") -> list[Naming]:
    """Return what is seen at the candidates of examples; `nlp` is a pipeline without names and encoder."""
    component = NamesComponent(load_naming(language), Weights({}))
    docs = nlp.pipe((example.text for example in examples), batch_size=32)
    return list(chain.from_iterable(_seen(component, *both) for both in zip(examples, docs, strict=True)))


def _seen(component: NamesComponent, example: Example, doc: Doc) -> Iterator[Naming]:
    names = {(m.first, m.last): types()[m.kind] for m in example.mentions if not m.nominal}
    weight = 1.0 if not example.public else _PUBLIC
    for candidate in component.candidates(doc):
        label = _label(example, doc, candidate, names)
        if label is not None:
            yield Naming(frozenset(component.cues(doc, candidate)), label, weight)


def _label(example: Example, doc: Doc, candidate: Candidate, names: Mapping[tuple[int, int], str]) -> str | None:
    """Return the type of a candidate, or None where the example does not tell it."""
    span = doc[candidate.start : candidate.end]
    words = example.encoded.span(span.start_char, span.end_char)
    if words is None:
        return None
    if words in names:
        return names[words]
    tags = example.tags[words[0] : words[1] + 1]
    overlaps = any(first <= words[1] and words[0] <= last for first, last in names)
    return None if overlaps or UNKNOWN in tags else NO_NAME


def fit_names(seen: Sequence[Naming], *, seed: int) -> dict[str, dict[str, float]]:
    """Return cue → type → weight of largest penalised likelihood, one softmax over the types and no name."""
    labels = sorted({*types(), NO_NAME})
    targets = torch.tensor([labels.index(each.label) for each in seen])
    importance = torch.tensor([each.weight for each in seen])

    def loss(scores: torch.Tensor, chosen: list[int]) -> torch.Tensor:
        each = F.cross_entropy(scores, targets[chosen], reduction="none")
        return (each * importance[chosen]).sum() / len(chosen)

    # The constants belong to no cue and are left out: where no cue speaks, nothing is said.
    cues, weights, _ = fit_table([each.cues for each in seen], [0.0] * len(labels), loss, _HOW, seed=seed)
    return _table(cues, labels, weights)


def _table(cues: Sequence[str], labels: Sequence[str], weights: Floats) -> dict[str, dict[str, float]]:
    centred = weights - weights.mean(1, keepdims=True)  # a softmax does not change when all labels gain as much
    found = {
        cue: {label: round(float(w), 2) for label, w in zip(labels, row, strict=True) if abs(w) >= SMALLEST}
        for cue, row in zip(cues, centred, strict=True)
    }
    return {cue: row for cue, row in found.items() if row}


def write_names(table: Mapping[str, Mapping[str, float]], folder: Path, *, language: str = "en") -> Path:
    """Write the weights as people read them, a cue a line; return the file."""
    path = folder / FILE.format(language=language)
    rows = [
        f"{json.dumps(cue)}: {{{', '.join(f'{label}: {weight:.2f}' for label, weight in row.items())}}}"
        for cue, row in sorted(table.items())
    ]
    path.write_text("\n".join([_HEAD, *rows, ""]), "utf-8")
    return path


_HEAD = """\
# Weight of each cue for each type ("None": no name): a log-linear model fitted by `sightlines train` (penalised maximum
# likelihood, L2). A positive number speaks for the type. The score of a name is the sum over its cues."""
