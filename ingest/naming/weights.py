"""How much each cue speaks for each entity type, or for no name at all ("None"): a log-linear model, kept as text."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import yaml

from graph.errors import SchemaError

OWN = Path(__file__).resolve().parent  # of the weights that are set by hand
FILE = "{language}.weights.yml"
NO_NAME = "None"


class Weights:
    """Adds up the weights of cues. Cues without a weight count nothing."""

    def __init__(self, table: Mapping[str, Mapping[str, float]]) -> None:
        self._table = table
        self.labels = tuple(sorted({label for row in table.values() for label in row}))

    def score(self, cues: Iterable[str]) -> dict[str, float]:
        """Return the summed weight by label."""
        total = dict.fromkeys(self.labels, 0.0)
        for cue in sorted(cues):  # a set has no order, and sums of floats depend on theirs
            for label, weight in self._table.get(cue, {}).items():
                total[label] += weight
        return total


@cache
def load_weights(*languages: str, folder: Path) -> Weights:
    """Read `LANGUAGE.weights.yml`: cue → label → weight; of several languages the weights are added.

    Fitted ones are in a folder of weights of the learned extractor; those set by hand stand beside this module.
    Raises SchemaError when a file is missing or wrong.
    """
    table: dict[str, dict[str, float]] = {}
    for language in languages:
        for cue, row in _read(language, folder).items():
            known = table.setdefault(cue, {})
            for label, weight in row.items():
                known[label] = known.get(label, 0.0) + weight
    return Weights(table)


def _read(language: str, folder: Path) -> Mapping[str, Mapping[str, float]]:
    name = FILE.format(language=language)
    path = next((each / name for each in (folder, OWN) if (each / name).is_file()), folder / name)
    try:
        data = yaml.load(path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except OSError as exc:
        raise SchemaError(f"can't be read ({exc.strerror})", file=path.name) from exc
    if not isinstance(data, dict):
        raise SchemaError("must be a mapping of cues to weights", file=path.name)
    for cue, row in data.items():
        if not isinstance(row, dict) or not all(isinstance(value, int | float) for value in row.values()):
            raise SchemaError("must be a mapping of labels to numbers", file=path.name, key=str(cue))
    return data
