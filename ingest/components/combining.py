"""One calibrated probability from two extractors: frames and the learned models (Platt 1999: a logistic of scores).

The parameters stand in `ingest/learning/weights/calibration.yml`, fitted on passages that neither had seen.
"""

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from graph.errors import SchemaError
from ingest.learning.decoding import sigmoid
from ingest.learning.runtime import FOLDER

FILE = "calibration.yml"
_EDGE = 0.01  # probabilities are kept this far from 0 and 1: no extractor may shout another down


@dataclass(frozen=True, slots=True)
class Scores:
    """What the learned models say of a claim: its probability, and the logarithm of how sure the less sure name is."""

    parse: float
    names: float
    features: frozenset[str] = frozenset()  # what the probability was read off


class Calibration(BaseModel):
    """Weights of a constant and of the logits and logarithms in the order that their comments give."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    framed: tuple[float, float, float]  # constant, frame, parse: where a frame fires
    learned: tuple[float, float, float]  # constant, parse, names: where none does


@dataclass(frozen=True, slots=True)
class Combiner:
    """Weighs what a frame and the learned models say of the same claim."""

    calibration: Calibration

    def probability(self, frame: float | None, scores: Scores | None) -> float:
        """Return the probability that the claim is right; None means that the extractor had no say.

        Raises:
            ValueError: neither had.
        """
        if scores is None:
            if frame is None:
                raise ValueError("a claim needs an extractor")
            return frame
        weights = self.calibration.learned if frame is None else self.calibration.framed
        return float(sigmoid(np.dot(weights, terms(frame, scores))))


def terms(frame: float | None, scores: Scores) -> list[float]:
    """Return what the weights of the calibration multiply."""
    # Frames take no name that the cues do not carry; where they fire, the network's doubts have told nothing new.
    parse = _logit(scores.parse)
    return [1.0, parse, scores.names] if frame is None else [1.0, _logit(frame), parse]


def _logit(probability: float) -> float:
    kept = min(max(probability, _EDGE), 1 - _EDGE)
    return math.log(kept / (1 - kept))


@cache
def load_combiner(folder: Path = FOLDER) -> Combiner:
    """Return the combiner of a folder of weights. Raises SchemaError when its file is missing or wrong."""
    try:
        return Combiner(Calibration.model_validate(yaml.safe_load((folder / FILE).read_text("utf-8"))))
    except (OSError, yaml.YAMLError, ValidationError) as exc:
        raise SchemaError(f"can't be read: {exc}", file=FILE) from exc
