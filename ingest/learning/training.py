"""Train the network: first on public corpora, then on annotated passages (torch; a GPU is used when there is one).

AdamW (Loshchilov and Hutter 2019) with a linear warm-up and decline; lower layers of the encoder learn more slowly
(Howard and Ruder 2018). The vocabulary is frozen in the second stage: few passages touch it, and it is half of the
weights. On a CPU the matrices are multiplied in bfloat16.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cache
from itertools import product

import torch
from torch import Tensor
from torch.nn import functional as F

from ingest.learning.batches import Batch, batches
from ingest.learning.examples import UNKNOWN, Example
from ingest.learning.labels import joining, predicates, types
from ingest.learning.model import Network

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """How one stage trains. `size` is in word pieces of one batch, padding included."""

    epochs: int
    size: int = 500
    encoder_rate: float = 1e-4
    head_rate: float = 1e-3
    decline: float = 0.9  # of the rate from one encoder layer to the one below
    warm_up: float = 0.06  # share of the steps
    hidden_types: float = 0.15  # share of mentions whose type the pair heads do not see
    freeze_vocabulary: bool = True
    pool_share: float = 0.25
    weights: dict[str, float] = field(default_factory=dict)  # of each loss, 1 where none is given


def train(
    network: Network,
    examples: Sequence[Example],
    plan: Plan,
    *,
    seed: int,
    progress: Progress,
    pool: Sequence[Example] = (),
) -> None:
    """Train the network in place on examples and, each epoch, on another share of a pool.

    `progress` is told the mean losses of each epoch.
    """
    rng = random.Random(seed)
    torch.manual_seed(seed)
    device = next(network.parameters()).device
    network.encoder.pieces.weight.requires_grad_(not plan.freeze_vocabulary)
    optimizer = torch.optim.AdamW(_groups(network, plan))

    def epoch_examples() -> list[Example]:
        return [*examples, *rng.sample(list(pool), round(len(pool) * plan.pool_share))]

    steps = plan.epochs * sum(1 for _ in _mixed(epoch_examples(), plan, random.Random(seed)))
    warm = max(1.0, plan.warm_up * steps)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(step / warm, max(0.0, (steps - step) / (steps - warm + 1)))
    )
    learned = [parameter for parameter in network.parameters() if parameter.requires_grad]
    network.train()
    for epoch in range(1, plan.epochs + 1):
        totals: dict[str, list[float]] = defaultdict(list)
        for batch in _mixed(epoch_examples(), plan, rng):
            with _half(device):
                losses = losses_of(network, batch.to(device))
            if not losses:
                continue
            total = torch.stack([plan.weights.get(name, 1.0) * loss for name, loss in losses.items()]).sum()
            optimizer.zero_grad()
            total.backward()
            torch.nn.utils.clip_grad_norm_(learned, 1.0)
            optimizer.step()
            schedule.step()
            for name, loss in losses.items():
                totals[name].append(float(loss.detach()))
        told = ", ".join(f"{name} {sum(values) / len(values):.3f}" for name, values in sorted(totals.items()))
        progress(f"epoch {epoch} of {plan.epochs}: {told}")
    network.encoder.pieces.weight.requires_grad_(True)
    network.eval()


def losses_of(network: Network, batch: Batch) -> dict[str, Tensor]:
    """Return the loss of each head that the batch teaches; a batch is of one corpus."""
    corpus = batch.examples[0].corpus
    states = network.encoder.states(batch.pieces, batch.cases, batch.mask)
    losses: dict[str, Tensor] = {}
    if not corpus or corpus in network.helpers:
        head = network.helpers[corpus] if corpus else network.encoder.tags
        scores = head(network.encoder.drop(states)).flatten(0, 1).float()
        if (batch.tags >= 0).any():
            losses[f"tags {corpus}".strip()] = F.cross_entropy(scores, batch.tags.flatten(), ignore_index=UNKNOWN)
    if len(batch.pairs):
        scores = network.heads(states, *batch.of_pairs())
        losses |= _pair_losses(batch, *(each.float() for each in scores), corpus=corpus)
    return losses


def _pair_losses(
    batch: Batch, predicted: Tensor, denied: Tensor, modality: Tensor, speaker: Tensor, refers: Tensor, *, corpus: str
) -> dict[str, Tensor]:
    kinds = torch.tensor([m.kind for e in batch.examples for m in e.mentions], device=batch.pairs.device)
    fits = _fits().to(kinds.device)[kinds[batch.pairs[:, 0]], kinds[batch.pairs[:, 1]]]
    known = ((batch.predicates >= 0) & fits).float()
    each = F.binary_cross_entropy_with_logits(predicted, batch.predicates.clamp(min=0), reduction="none")
    losses = {f"pairs {corpus}".strip(): (each * known).sum() / len(batch.pairs)}
    said = batch.denied >= 0
    if said.any():
        losses["denied"] = F.binary_cross_entropy_with_logits(denied[said], batch.denied[said])
        losses["modality"] = F.cross_entropy(modality[said], batch.modality[said])
        ends = batch.speaker[said]
        if (ends >= 0).any():
            by_end = [F.cross_entropy(speaker[said][:, n], ends[:, n], ignore_index=UNKNOWN) for n in (0, 1)]
            losses["speaker"] = torch.stack(by_end).mean()
    if len(batch.references):
        losses["references"] = F.binary_cross_entropy_with_logits(refers, batch.refers)
    return losses


@cache
def _fits() -> Tensor:
    """Return which predicates join which types (subject × object × predicate)."""
    table = torch.zeros(len(types()), len(types()), len(predicates()), dtype=torch.bool)
    for subject, obj in product(range(len(types())), repeat=2):
        table[subject, obj, list(joining(subject, obj))] = True
    return table


def _mixed(examples: Sequence[Example], plan: Plan, rng: random.Random) -> Iterator[Batch]:
    """Yield batches, each of one corpus, in random order."""
    by_corpus: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        by_corpus[example.corpus].append(example)
    streams = [batches(each, plan.size, rng, unknown_kinds=plan.hidden_types) for each in by_corpus.values()]
    left = [len(each) for each in by_corpus.values()]
    while streams:
        (n,) = rng.choices(range(len(streams)), left)
        batch = next(streams[n], None)
        if batch is None:
            del streams[n], left[n]
        else:
            left[n] = max(1, left[n] - len(batch.examples))
            yield batch


def _groups(network: Network, plan: Plan) -> list[dict[str, object]]:
    """Return the parameters in groups of one rate and decay."""
    layers = len(network.encoder.layers)
    groups: dict[tuple[float, float], list[Tensor]] = defaultdict(list)
    for name, parameter in network.named_parameters():
        if not parameter.requires_grad:
            continue
        if name.startswith(("heads.", "helpers.", "encoder.tags.", "encoder.cases.")):
            rate = plan.head_rate
        elif name.startswith("encoder.layers."):
            rate = plan.encoder_rate * plan.decline ** (layers - 1 - int(name.split(".")[2]))
        else:
            rate = plan.encoder_rate * plan.decline**layers
        groups[rate, 0.0 if parameter.ndim < 2 else 0.01].append(parameter)
    return [{"params": each, "lr": rate, "weight_decay": decay} for (rate, decay), each in groups.items()]


def _half(device: torch.device) -> AbstractContextManager[object]:
    context: AbstractContextManager[object] = torch.autocast(device.type, dtype=torch.bfloat16)
    return context
