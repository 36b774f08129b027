"""Fit a log-linear model of present or absent features by penalised likelihood (torch): pairs and names share it."""

import random
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import chain

import torch
from torch import Tensor

from ingest.learning.decoding import Floats

_SIZE = 512  # rows of one step
_LAST = 0.02  # share of the rate at the end
# Takes scores (rows × columns) and the numbers of these rows, gives the mean loss.
Loss = Callable[[Tensor, list[int]], Tensor]


@dataclass(frozen=True, slots=True)
class Fitting:
    """How a table is fitted: features shown by fewer than `least` rows get no weight; `penalty` is L2."""

    epochs: int
    rate: float
    least: int
    penalty: float = 1e-5


def fit_table(
    rows: Sequence[Collection[str]], start: Sequence[float], loss: Loss, how: Fitting, *, seed: int
) -> tuple[list[str], Floats, Floats]:
    """Return features, their weights (features × columns) and the constants, which begin at `start`.

    Adam (Kingma and Ba 2015) with a rate that falls to nearly nothing.
    """
    torch.manual_seed(seed)
    rng = random.Random(seed)
    counts = Counter(chain.from_iterable(rows))
    names = sorted(feature for feature, count in counts.items() if count >= how.least)
    numbers = {name: n for n, name in enumerate(names)}
    known = [torch.tensor(sorted(numbers[f] for f in row if f in numbers), dtype=torch.long) for row in rows]
    table = torch.nn.EmbeddingBag(len(names), len(start), mode="sum")
    torch.nn.init.zeros_(table.weight)
    bias = torch.nn.Parameter(torch.tensor(list(start)))
    optimizer = torch.optim.Adam([table.weight, bias], lr=how.rate)
    steps = how.epochs * (len(rows) // _SIZE + 1)
    plan = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: max(_LAST, 1 - step / steps))
    for _ in range(how.epochs):
        order = rng.sample(range(len(rows)), len(rows))
        for at in range(0, len(order), _SIZE):
            chosen = order[at : at + _SIZE]
            scores = _scores(table, [known[n] for n in chosen]) + bias
            optimizer.zero_grad()
            (loss(scores, chosen) + how.penalty * table.weight.square().sum()).backward()
            optimizer.step()
            plan.step()
    return names, table.weight.detach().numpy(), bias.detach().numpy()


def _scores(table: torch.nn.EmbeddingBag, rows: Sequence[Tensor]) -> Tensor:
    sizes = torch.tensor([0, *(len(row) for row in rows[:-1])])
    scores: Tensor = table(torch.cat(list(rows)), sizes.cumsum(0))
    return scores
