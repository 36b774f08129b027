"""Fit the log-linear model of pairs on examples and their parses (torch)."""

import random
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import torch
from spacy.language import Language
from spacy.tokens import Doc, Span
from torch.nn import functional as F

from ingest.learning.decoding import Floats
from ingest.learning.examples import Example
from ingest.learning.labels import joining, predicates, types
from ingest.learning.loglinear import LogLinear
from ingest.learning.paths import pair_features

EPOCHS = 10
LEAST = 3  # pairs that must show a feature
RATE = 0.02
PENALTY = 1e-5  # L2
SMALLEST = 0.04  # weights below count as none
Observation = tuple[list[str], Floats]


def observe(examples: Sequence[Example], nlp: Language) -> list[Observation]:
    """Return the features and labels (1, 0, or -1 where there is nothing to learn) of all pairs of examples."""
    found: list[Observation] = []
    for example, doc in zip(examples, nlp.pipe((e.text for e in examples), batch_size=32), strict=True):
        spans = [_span(doc, example, n) for n in range(len(example.mentions))]
        known = [span for span in spans if span is not None]
        for pair in example.pairs:
            subject, obj = spans[pair.subject], spans[pair.object]
            if subject is None or obj is None:
                continue
            fits = joining(example.mentions[pair.subject].kind, example.mentions[pair.object].kind)
            labels = [label if n in fits else -1.0 for n, label in enumerate(pair.predicates)]
            found.append((sorted(pair_features(subject, obj, known)), np.array(labels, dtype=np.float32)))
    return found


def _span(doc: Doc, example: Example, number: int) -> Span | None:
    mention, words = example.mentions[number], example.encoded.words
    start, end = words[mention.first][1], words[mention.last][2]
    return doc.char_span(start, end, label=types()[mention.kind], alignment_mode="expand")


def fit(observations: Sequence[Observation], *, seed: int) -> LogLinear:
    """Return the model of largest penalised likelihood, found by Adam with a falling rate."""
    torch.manual_seed(seed)
    rng = random.Random(seed)
    counts = Counter(feature for features, _ in observations for feature in features)
    names = sorted(feature for feature, count in counts.items() if count >= LEAST)
    numbers = {name: n for n, name in enumerate(names)}
    rows = [torch.tensor([numbers[f] for f in features if f in numbers]) for features, _ in observations]
    labels = torch.tensor(np.stack([each for _, each in observations]))
    table = torch.nn.EmbeddingBag(len(names), len(predicates()), mode="sum")
    torch.nn.init.zeros_(table.weight)
    bias = torch.nn.Parameter(torch.full((len(predicates()),), -3.0))
    optimizer = torch.optim.Adam([table.weight, bias], lr=RATE)
    steps = EPOCHS * (len(rows) // 512 + 1)
    plan = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: max(0.02, 1 - step / steps))
    for _ in range(EPOCHS):
        order = rng.sample(range(len(rows)), len(rows))
        for at in range(0, len(order), 512):
            chosen = order[at : at + 512]
            loss = _loss(table, bias, [rows[n] for n in chosen], labels[chosen])
            optimizer.zero_grad()
            (loss + PENALTY * table.weight.square().sum()).backward()
            optimizer.step()
            plan.step()
    weights = table.weight.detach().numpy()
    kept = np.abs(weights).max(1) >= SMALLEST
    return LogLinear([n for n, keep in zip(names, kept, strict=True) if keep], weights[kept], bias.detach().numpy())


def _loss(
    table: torch.nn.EmbeddingBag, bias: torch.Tensor, rows: Iterable[torch.Tensor], labels: torch.Tensor
) -> torch.Tensor:
    rows = list(rows)
    sizes = torch.tensor([0, *(len(row) for row in rows[:-1])])
    scores = table(torch.cat(rows), sizes.cumsum(0)) + bias
    known = (labels >= 0).float()
    each = F.binary_cross_entropy_with_logits(scores, labels.clamp(min=0), weight=known, reduction="sum")
    return each / len(rows)
