"""Run the trained network with onnxruntime: windows of text in, scores of words, pairs and references out."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from graph.errors import ConfigError
from ingest.learning.decoding import Floats, sigmoid
from ingest.learning.encoding import Encoded, Encoder
from ingest.learning.examples import Marked
from ingest.learning.labels import distance_class

FOLDER = Path(__file__).resolve().parent / "weights"
PARTS = ("encoder.onnx", "heads.onnx", "tokenizer.json")
POSITIONS = 512
MOST_PAIRS = 512  # of one run


@dataclass(frozen=True, slots=True)
class Reading:
    """One window as the encoder reads it: states (pieces × width) and scores of the tags (words × tags)."""

    encoded: Encoded
    states: Floats
    tags: Floats


class LearnedModel:
    """The shipped network; safe to share, runs on one thread."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Load the weights.

        Raises:
            ConfigError: they are missing, or are not the ones that the model card names.
        """
        self.folder = folder
        self._encoder = Encoder(checked(folder, "tokenizer.json"))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.enable_cpu_mem_arena = False  # the arena keeps the memory of the largest run for ever

        def session(name: str) -> Any:
            return onnxruntime.InferenceSession(
                str(checked(folder, name)), sess_options=options, providers=["CPUExecutionProvider"]
            )

        self._words, self._heads = session("encoder.onnx"), session("heads.onnx")

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """Return windows cut into word pieces, in order, however long."""
        return self._encoder.encode_all(texts)

    def read(self, encoded: Sequence[Encoded]) -> list[Reading]:
        """Return the readings of windows, in order.

        Raises:
            ValueError: one has more pieces than the encoder has positions (`POSITIONS`).
        """
        if any(len(each.pieces) > POSITIONS for each in encoded):
            raise ValueError(f"a window has more than {POSITIONS} word pieces")
        return [self._read(each) for each in encoded]

    def _read(self, encoded: Encoded) -> Reading:
        # One window a run: whole numbers of eight bits are scaled by all of a run, so that beside other windows the
        # same words would get other scores.
        states, tags = self._words.run(
            None,
            {
                "pieces": np.array([encoded.pieces], dtype=np.int64),
                "cases": np.array([encoded.cases], dtype=np.int64),
                "mask": np.ones((1, len(encoded.pieces)), dtype=np.int64),
            },
        )
        return Reading(encoded, states[0], tags[0, [piece for piece, _, _ in encoded.words]])

    def refers(
        self, reading: Reading, mentions: Sequence[Marked], references: Sequence[tuple[int, int]]
    ) -> list[float]:
        """Return for each (nominal mention, other mention) of a window how likely the first refers to the second."""
        first = [piece for piece, _, _ in reading.encoded.words]
        found: list[float] = []
        for at in range(0, len(references), MOST_PAIRS):
            some = references[at : at + MOST_PAIRS]
            (scores,) = self._heads.run(
                ["refers"],
                {
                    "states": reading.states[None],
                    "mentions": np.array([(first[m.first], first[m.last]) for m in mentions], dtype=np.int64),
                    "kinds": np.array([m.kind * 2 + m.nominal for m in mentions], dtype=np.int64),
                    "references": np.array(some, dtype=np.int64),
                    "steps": np.array(
                        [distance_class(mentions[b].first - mentions[a].first) for a, b in some], dtype=np.int64
                    ),
                    "where": np.zeros(len(mentions), dtype=np.int64),
                },
            )
            found.extend(map(float, sigmoid(scores)))
        return found


def checked(folder: Path, name: str) -> Path:
    """Return the path of a file whose hash is the one in `SHA256SUMS`."""
    path, sums = folder / name, folder / "SHA256SUMS"
    try:
        wanted = dict(line.split()[::-1] for line in sums.read_text("utf-8").splitlines() if line.strip())
        actual = hashlib.sha256(path.read_bytes()).hexdigest()
    except (OSError, ValueError) as exc:
        raise ConfigError(
            f"the weights of the learned extractor can't be read: {exc}",
            hint="Install Sightlines again, or make them with `sightlines train`.",
        ) from exc
    if wanted.get(name) != actual:
        raise ConfigError(
            f"{name} of the learned extractor is not the file that belongs to it",
            hint="Install Sightlines again, or make it with `sightlines train`.",
        )
    return path


@cache
def learned_model(folder: Path = FOLDER) -> LearnedModel:
    """Return the model of a folder, loaded once."""
    return LearnedModel(folder)
