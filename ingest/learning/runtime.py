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
MOST_PIECES = 2048  # of one run, padding included: small runs are the fastest and need the least memory
MOST_PAIRS = 512  # of one run


@dataclass(frozen=True, slots=True)
class Reading:
    """One window as the encoder reads it: states (pieces × width) and scores of the tags (words × tags)."""

    encoded: Encoded
    states: Floats
    tags: Floats


@dataclass(frozen=True, slots=True)
class PairScores:
    """What the heads say of pairs: probabilities of predicates (P × K), of denial (P), of modalities (P × 6).

    `refers` is the probability that a nominal mention refers to another one, in the order that was asked.
    """

    predicates: Floats
    denied: Floats
    modality: Floats
    refers: Floats


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

        self._words, self._pairs = session("encoder.onnx"), session("heads.onnx")

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """Return the readings of windows, in order; a window must not be longer than the encoder's positions."""
        encoded = self._encoder.encode_all(texts)
        found: list[Reading | None] = [None] * len(encoded)
        for group in _groups([len(e.pieces) for e in encoded]):
            longest = max(len(encoded[n].pieces) for n in group)
            pieces, cases, mask = (np.zeros((len(group), longest), dtype=np.int64) for _ in range(3))
            for row, n in enumerate(group):
                size = len(encoded[n].pieces)
                pieces[row, :size], cases[row, :size], mask[row, :size] = encoded[n].pieces, encoded[n].cases, 1
            states, tags = self._words.run(None, {"pieces": pieces, "cases": cases, "mask": mask})
            for row, n in enumerate(group):
                first = [piece for piece, _, _ in encoded[n].words]
                found[n] = Reading(encoded[n], states[row, : len(encoded[n].pieces)], tags[row, first])
        return [reading for reading in found if reading is not None]

    def judge(
        self,
        reading: Reading,
        mentions: Sequence[Marked],
        pairs: Sequence[tuple[int, int]],
        references: Sequence[tuple[int, int]],
    ) -> PairScores:
        """Return what the heads say of pairs (subject, object) and references (nominal, other) of mentions."""
        parts = [
            self._run(reading, mentions, pairs[at : at + MOST_PAIRS], references if at == 0 else ())
            for at in range(0, max(1, len(pairs)), MOST_PAIRS)
        ]
        joined = [np.concatenate([part[n] for part in parts]) for n in range(4)]
        modality = np.exp(joined[2] - joined[2].max(-1, keepdims=True))
        return PairScores(
            sigmoid(joined[0]), sigmoid(joined[1]), modality / modality.sum(-1, keepdims=True), sigmoid(joined[3])
        )

    def _run(
        self,
        reading: Reading,
        mentions: Sequence[Marked],
        pairs: Sequence[tuple[int, int]],
        references: Sequence[tuple[int, int]],
    ) -> tuple[Floats, Floats, Floats, Floats]:
        first = [piece for piece, _, _ in reading.encoded.words]

        def whole(values: Sequence[Any], columns: int = 0) -> Any:
            array = np.array(values, dtype=np.int64)
            return array.reshape(-1, columns) if columns else array

        def gaps(ends: Sequence[tuple[int, int]]) -> Any:
            return whole([distance_class(mentions[b].first - mentions[a].first) for a, b in ends])

        predicates, denied, modality, _, refers = self._pairs.run(
            None,
            {
                "states": reading.states[None],
                "mask": np.ones((1, len(reading.states)), dtype=np.int64),
                "where": np.zeros(len(mentions), dtype=np.int64),
                "mentions": whole([(first[m.first], first[m.last]) for m in mentions], 2),
                "kinds": whole([m.kind * 2 + m.nominal for m in mentions]),
                "pairs": whole(pairs, 2),
                "gaps": gaps(pairs),
                "references": whole(references, 2),
                "steps": gaps(references),
            },
        )
        return predicates, denied, modality, refers


def _groups(sizes: Sequence[int]) -> list[list[int]]:
    """Return the numbers of windows in groups of like length."""
    groups: list[list[int]] = []
    for n in sorted(range(len(sizes)), key=lambda n: sizes[n]):
        if not groups or sizes[n] * (len(groups[-1]) + 1) > MOST_PIECES:
            groups.append([])
        groups[-1].append(n)
    return groups


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
