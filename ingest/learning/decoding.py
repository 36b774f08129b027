"""From scores to words: spans of mentions by the best path of tags, and which earlier mention a nominal refers to."""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.learning.examples import Marked
from ingest.learning.labels import tags, types

Floats = NDArray[Any]
REFERS = 0.5  # least probability that a nominal refers to a name


class Tagged(NamedTuple):
    """A mention that the tags give, and the mean probability of its tags."""

    mention: Marked
    probability: float


@cache
def _forbidden() -> Floats:
    """Return scores that keep an `I` from following anything but its own `B` or `I` (row: before, column: after)."""
    names = tags()
    scores = np.zeros((len(names), len(names)))
    for column, after in enumerate(names):
        if after.startswith("I-"):
            for row, before in enumerate(names):
                if before[2:] != after[2:]:
                    scores[row, column] = -1e4
    return scores


def log_softmax(scores: Floats) -> Floats:
    """Return the logarithms of the probabilities along the last axis."""
    shifted = scores - scores.max(-1, keepdims=True)
    result: Floats = shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
    return result


def sigmoid(scores: Floats) -> Floats:
    """Return 1 / (1 + exp(-scores))."""
    result: Floats = 1.0 / (1.0 + np.exp(-scores))
    return result


def best_path(scores: Floats) -> list[int]:
    """Return the best sequence of tags for scores (words × tags), by Viterbi's algorithm."""
    forbidden = _forbidden()
    begin = np.array([-1e4 if name.startswith("I-") else 0.0 for name in tags()])
    best, back = scores[0] + begin, []
    for row in scores[1:]:
        steps = best[:, None] + forbidden
        back.append(steps.argmax(0))
        best = steps.max(0) + row
    path = [int(best.argmax())]
    for step in reversed(back):
        path.append(int(step[path[-1]]))
    return path[::-1]


def mentions_of(scores: Floats) -> list[Tagged]:
    """Return the mentions of a window from its tag scores (words × tags)."""
    if not len(scores):
        return []
    logs = log_softmax(scores)
    chances = np.exp(logs)
    names = tags()
    found: list[list[int]] = []
    path = best_path(logs)
    for word, tag in enumerate(path):
        if names[tag].startswith("B-"):
            found.append([word, word, tag])
        elif names[tag].startswith("I-"):
            found[-1][1] = word
    result = []
    for first, last, tag in found:
        name = names[tag][2:]
        columns = [tag, *([tag + 1] * (last - first))]
        chance = float(np.mean(chances[np.arange(first, last + 1), columns]))
        result.append(Tagged(Marked(first, last, types().index(name.rstrip("~")), name.endswith("~")), chance))
    return result


def antecedents(
    mentions: Sequence[Marked], references: Sequence[tuple[int, int]], chances: Sequence[float]
) -> dict[int, list[tuple[int, float]]]:
    """Return for each nominal mention the names that it refers to, the likeliest first, with their probability."""
    found: dict[int, list[tuple[int, float]]] = {}
    for (nominal, other), chance in zip(references, chances, strict=True):
        if chance >= REFERS and mentions[nominal].kind == mentions[other].kind:
            found.setdefault(nominal, []).append((other, float(chance)))
    for names in found.values():
        names.sort(key=lambda pair: -pair[1])
    return found
