"""One calibrated probability from two extractors: frames and the learned network (Platt 1999: a logistic of scores).

The parameters stand in `ingest/learning/weights/calibration.yml`, fitted on passages that neither had seen.
"""

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from graph.errors import SchemaError
from ingest.learning.runtime import FOLDER

FILE = "calibration.yml"
_EDGE = 1e-4  # probabilities are kept this far from 0 and 1 before their logit is taken


class Calibration(BaseModel):
    """Weights of the logits of both extractors."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    both: tuple[float, float, float]  # constant, frame, network: where a frame fires and the network was asked
    network: tuple[float, float]  # constant, network: where no frame fires


@dataclass(frozen=True, slots=True)
class Combiner:
    """Weighs what a frame and the network say of the same claim."""

    calibration: Calibration

    def probability(self, frame: float | None, network: float | None) -> float:
        """Return the probability that the claim is right; None means that the extractor had no say.

        Raises:
            ValueError: neither had.
        """
        if network is None:
            if frame is None:
                raise ValueError("a claim needs an extractor")
            return frame
        if frame is None:
            constant, weight = self.calibration.network
            return _sigmoid(constant + weight * _logit(network))
        constant, first, second = self.calibration.both
        return _sigmoid(constant + first * _logit(frame) + second * _logit(network))


def _logit(probability: float) -> float:
    kept = min(max(probability, _EDGE), 1 - _EDGE)
    return math.log(kept / (1 - kept))


def _sigmoid(score: float) -> float:
    return 1 / (1 + math.exp(-score))


@cache
def load_combiner(folder: Path = FOLDER) -> Combiner:
    """Return the combiner of a folder of weights. Raises SchemaError when its file is missing or wrong."""
    try:
        return Combiner(Calibration.model_validate(yaml.safe_load((folder / FILE).read_text("utf-8"))))
    except (OSError, yaml.YAMLError, ValidationError) as exc:
        raise SchemaError(f"can't be read: {exc}", file=FILE) from exc
