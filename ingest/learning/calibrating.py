"""Fit the calibration on passages that the models have not seen."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from spacy.language import Language

from ingest.components.claims import claim_reader
from ingest.components.combining import FILE, Scores, load_combiner, terms
from ingest.learning.decoding import Floats, sigmoid
from ingest.matching import holds
from ingest.passages import predicted_claim

Seen = tuple[float | None, Scores, bool]  # what a frame and the models say of a claim, and whether it is right
# The frames' own probabilities are taken for right until passages say otherwise: this many pseudo-observations.
_TRUST = 10.0
_HEAD = "# Platt's logistic over the logits of the extractors; written by `sightlines train`.\n"


def calibrate(rows: Sequence[Mapping[str, Any]], nlp: Language, folder: Path) -> None:
    """Fit the calibration of a folder of weights on passages that nothing learned from; `nlp` reads with these weights.

    The pipeline wants a calibration before there is one: until then it takes what is believed beforehand.
    """
    write(fit(()), folder)
    write(fit(observe(rows, nlp)), folder)


def observe(rows: Sequence[Mapping[str, Any]], nlp: Language) -> list[Seen]:
    """Return all claims that any extractor finds in annotated passages, however unlikely."""
    seen: list[Seen] = []
    for row, doc in zip(rows, nlp.pipe((row["text"] for row in rows), batch_size=32), strict=True):
        for said in claim_reader(nlp.lang).read(doc, floor=0.0):
            if said.scores is not None:
                seen.append((said.frame, said.scores, holds(row, predicted_claim(said))))
    return seen


def fit(seen: Sequence[Seen]) -> dict[str, list[float]]:
    """Return the weights `framed` and `learned`: ridge logistic regression around what is believed beforehand."""
    framed = [(terms(frame, scores), right) for frame, scores, right in seen if frame is not None]
    learned = [(terms(None, scores), right) for frame, scores, right in seen if frame is None]
    return {
        "framed": _logistic(framed, [0.0, 1.0, 0.0], _TRUST),
        "learned": _logistic(learned, [0.0, 0.0, 0.0], 1.0),
    }


def _logistic(data: Sequence[tuple[list[float], bool]], prior: Sequence[float], strength: float) -> list[float]:
    """Return the weights of largest penalised likelihood, by Newton's method."""
    weights: Floats = np.array(prior)
    if not data:
        return [float(w) for w in weights]
    x, y = np.array([features for features, _ in data]), np.array([float(right) for _, right in data])
    for _ in range(50):
        p = sigmoid(x @ weights)
        gradient = x.T @ (p - y) + strength * (weights - np.array(prior))
        curvature = (x * (p * (1 - p))[:, None]).T @ x + strength * np.eye(len(weights))
        weights = weights - np.linalg.solve(curvature, gradient)
    return [round(float(w), 3) for w in weights]


def write(weights: Mapping[str, Sequence[float]], folder: Path) -> None:
    """Write the calibration to a folder of weights."""
    text = yaml.safe_dump({name: list(values) for name, values in weights.items()}, default_flow_style=None)
    (folder / FILE).write_text(_HEAD + text, "utf-8")
    load_combiner.cache_clear()
