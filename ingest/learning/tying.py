"""Fit the log-linear model of pairs on examples and their parses (torch)."""

from collections.abc import Sequence

import numpy as np
import torch
from spacy.language import Language
from spacy.tokens import Doc, Span
from torch.nn import functional as F

from ingest.learning.decoding import Floats
from ingest.learning.examples import Example
from ingest.learning.fitting import Fitting, fit_table
from ingest.learning.labels import joining, predicates, types
from ingest.learning.loglinear import LogLinear
from ingest.learning.paths import pair_features

_HOW = Fitting(epochs=10, rate=0.02, least=3)
_BIAS = -3.0  # where the constants begin: most pairs are not joined
SMALLEST = 0.04  # weights below count as none
Observation = tuple[list[str], Floats]


def observe(examples: Sequence[Example], nlp: Language) -> list[Observation]:
    """Return the features and labels (1, 0, or -1 where there is nothing to learn) of all pairs of examples."""
    found: list[Observation] = []
    for example, doc in zip(examples, nlp.pipe((e.text for e in examples), batch_size=32), strict=True):
        spans = [_span(doc, example, n) for n in range(len(example.mentions))]
        known = [span for span in spans if span is not None]
        for pair in example.pairs:
            subject, obj = spans[pair.subject], spans[pair.object]
            if subject is None or obj is None:
                continue
            fits = joining(example.mentions[pair.subject].kind, example.mentions[pair.object].kind)
            labels = [label if n in fits else -1.0 for n, label in enumerate(pair.predicates)]
            found.append((sorted(pair_features(subject, obj, known)), np.array(labels, dtype=np.float32)))
    return found


def _span(doc: Doc, example: Example, number: int) -> Span | None:
    mention, words = example.mentions[number], example.encoded.words
    start, end = words[mention.first][1], words[mention.last][2]
    return doc.char_span(start, end, label=types()[mention.kind], alignment_mode="expand")


def fit(observations: Sequence[Observation], *, seed: int) -> LogLinear:
    """Return the model of largest penalised likelihood, one logistic a predicate."""
    labels = torch.tensor(np.stack([each for _, each in observations]))

    def loss(scores: torch.Tensor, chosen: list[int]) -> torch.Tensor:
        wanted = labels[chosen]
        known = (wanted >= 0).float()
        each = F.binary_cross_entropy_with_logits(scores, wanted.clamp(min=0), weight=known, reduction="sum")
        return each / len(chosen)

    start = [_BIAS] * len(predicates())
    names, weights, bias = fit_table([features for features, _ in observations], start, loss, _HOW, seed=seed)
    kept = np.abs(weights).max(1) >= SMALLEST
    return LogLinear([n for n, keep in zip(names, kept, strict=True) if keep], weights[kept], bias)
