"""A log-linear model of what the parse says of two mentions: one logistic of weighed features for each predicate.

It learns from few passages what the network needs many for, and its reasons are words that people can read.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ingest.learning.decoding import Floats, sigmoid
from ingest.learning.labels import predicates
from ingest.learning.runtime import FOLDER, checked

FILE = "pairs.npz"


class LogLinear:
    """Weights of features (rows) for predicates (columns)."""

    def __init__(self, features: Iterable[str], weights: Floats, bias: Floats) -> None:
        self._rows: Mapping[str, int] = {feature: n for n, feature in enumerate(features)}
        self._weights, self._bias = weights, bias

    def probabilities(self, features: Iterable[str]) -> Floats:
        """Return the probability of each predicate, in the order of the schema."""
        # In one order: a set has none, and sums of floats depend on theirs.
        rows = sorted(row for row in map(self._rows.get, features) if row is not None)
        return sigmoid(self._bias + self._weights[rows].sum(0, dtype=np.float32))

    def reasons(self, features: Iterable[str], predicate: str, most: int = 3) -> list[str]:
        """Return the features that speak most for a predicate, the strongest first."""
        column = predicates().index(predicate)
        weighed = {f: float(self._weights[self._rows[f], column]) for f in features if f in self._rows}
        return [f for f in sorted(weighed, key=lambda f: (-weighed[f], f))[:most] if weighed[f] > 0]

    def save(self, path: Path) -> None:
        """Write the model to a compressed file; weights are rounded to half precision."""
        names = "\0".join(sorted(self._rows, key=lambda name: self._rows[name]))
        np.savez_compressed(
            path,
            features=np.frombuffer(names.encode("utf-8"), dtype=np.uint8),
            weights=self._weights.astype(np.float16),
            bias=self._bias.astype(np.float32),
        )

    @classmethod
    def load(cls, path: Path) -> "LogLinear":
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as file:
            names = file["features"].tobytes().decode("utf-8").split("\0")
            weights: Any = file["weights"]
            return cls(names, weights, file["bias"])


@cache
def log_linear(folder: Path = FOLDER) -> LogLinear:
    """Return the model of a folder of weights, read once. Raises ConfigError as `LearnedModel` does."""
    return LogLinear.load(checked(folder, FILE))
