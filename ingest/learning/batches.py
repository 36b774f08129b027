"""Examples into tensors of one batch (torch)."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

import torch
from torch import Tensor

from ingest.learning.examples import UNKNOWN, Example, Marked
from ingest.learning.labels import distance_class, types


@dataclass(slots=True)
class Batch:
    """One batch; the first nine tensors are what the network reads, the others what it shall say."""

    pieces: Tensor
    cases: Tensor
    mask: Tensor
    where: Tensor
    mentions: Tensor
    kinds: Tensor
    pairs: Tensor
    gaps: Tensor
    references: Tensor
    steps: Tensor
    tags: Tensor
    predicates: Tensor
    denied: Tensor
    modality: Tensor
    speaker: Tensor
    refers: Tensor
    examples: list[Example]

    def to(self, device: torch.device) -> "Batch":
        """Return the batch on a device."""
        values = (getattr(self, each.name) for each in fields(self))
        return Batch(*(value.to(device) if isinstance(value, Tensor) else value for value in values))

    def of_pairs(self) -> tuple[Tensor, ...]:
        """Return what the pair heads read beside the states."""
        return (
            self.mask, self.where, self.mentions, self.kinds, self.pairs, self.gaps, self.references, self.steps
        )  # fmt: skip


def kind_number(mention: Marked) -> int:
    """Return the number of a mention's type and whether it is a name; the last number stands for unknown."""
    return mention.kind * 2 + mention.nominal


def distance(one: Marked, other: Marked) -> int:
    """Return the class of the distance from one mention to the other."""
    return distance_class(other.first - one.first)


def collate(examples: Sequence[Example], unknown_kinds: float = 0.0, rng: random.Random | None = None) -> Batch:
    """Return the batch; each type of a mention is hidden with the probability `unknown_kinds`."""
    longest = max(len(e.encoded.pieces) for e in examples)

    def padded(values: Sequence[int], fill: int = 0) -> list[int]:
        return [*values, *([fill] * (longest - len(values)))]

    rows: dict[str, list[Any]] = {each.name: [] for each in fields(Batch) if each.name != "examples"}
    for number, example in enumerate(examples):
        encoded, before = example.encoded, len(rows["where"])
        first = [piece for piece, _, _ in encoded.words]
        labels = [UNKNOWN] * longest
        for piece, tag in zip(first, example.tags, strict=True):
            labels[piece] = tag
        rows["tags"].append(labels)
        rows["pieces"].append(padded(encoded.pieces))
        rows["cases"].append(padded(encoded.cases))
        rows["mask"].append(padded([1] * len(encoded.pieces)))
        for mention in example.mentions:
            rows["where"].append(number)
            rows["mentions"].append([first[mention.first], first[mention.last]])
            hidden = rng is not None and rng.random() < unknown_kinds
            rows["kinds"].append(2 * len(types()) if hidden else kind_number(mention))
        _add_pairs(rows, example, before, first)
    tensors = {
        name: torch.tensor(values, dtype=torch.float if name in _REAL else torch.long) for name, values in rows.items()
    }
    for name in _TWO:
        tensors[name] = tensors[name].view(-1, 2)
    return Batch(**tensors, examples=list(examples))


_REAL = {"predicates", "denied", "refers"}
_TWO = ("mentions", "pairs", "references", "speaker")


def _add_pairs(rows: dict[str, list[Any]], example: Example, before: int, first: Sequence[int]) -> None:
    mentions = example.mentions
    for pair in example.pairs:
        rows["pairs"].append([before + pair.subject, before + pair.object])
        rows["gaps"].append(distance(mentions[pair.subject], mentions[pair.object]))
        rows["predicates"].append(pair.predicates)
        rows["denied"].append(pair.denied)
        rows["modality"].append(pair.modality)
        rows["speaker"].append([n if n <= 0 else first[n - 1] + 1 for n in pair.speaker])
    for nominal, other, label in example.references:
        rows["references"].append([before + nominal, before + other])
        rows["steps"].append(distance(mentions[nominal], mentions[other]))
        rows["refers"].append(label)


def batches(examples: Sequence[Example], size: int, rng: random.Random | None = None, **how: float) -> Iterator[Batch]:
    """Yield batches of about `size` word pieces, of examples of like length; in random order when `rng` is given."""
    order = sorted(
        range(len(examples)), key=lambda n: len(examples[n].encoded.pieces) + (rng.random() * 20 if rng else 0)
    )
    groups: list[list[int]] = [[]]
    for n in order:
        longest = len(examples[n].encoded.pieces)
        if groups[-1] and longest * (len(groups[-1]) + 1) > size:
            groups.append([])
        groups[-1].append(n)
    if rng:
        rng.shuffle(groups)
    for group in groups:
        yield collate([examples[n] for n in group], rng=rng, **how)
