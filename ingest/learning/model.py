"""The network: an encoder of the BERT kind with letter case, and heads for words, pairs and references (torch).

Encoder: Devlin et al. 2019 (BERT), sizes of MiniLM-L6-H384 (Wang et al. 2020). A pair attends to the words of its
window by its own query, as in localized context pooling (Zhou et al. 2021, ATLOP), with the region of each word
towards the two mentions in place of typed markers (Zhong and Chen 2021): the window is encoded once for all pairs.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ingest.learning.encoding import CASES
from ingest.learning.labels import DISTANCES, MODALITIES, REGIONS, predicates, tags, types


@dataclass(frozen=True, slots=True)
class Sizes:
    """Sizes of the network."""

    vocabulary: int = 30522
    positions: int = 512
    width: int = 384
    layers: int = 6
    heads: int = 12
    inner: int = 1536
    pair: int = 256
    pair_heads: int = 8
    dropout: float = 0.1


class Layer(nn.Module):
    """One encoder layer: self-attention and feed-forward, normalised after each sum."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.heads, self.dropout = sizes.heads, sizes.dropout
        self.query = nn.Linear(sizes.width, sizes.width)
        self.key = nn.Linear(sizes.width, sizes.width)
        self.value = nn.Linear(sizes.width, sizes.width)
        self.output = nn.Linear(sizes.width, sizes.width)
        self.attention_norm = nn.LayerNorm(sizes.width, eps=1e-12)
        self.inner = nn.Linear(sizes.width, sizes.inner)
        self.outer = nn.Linear(sizes.inner, sizes.width)
        self.norm = nn.LayerNorm(sizes.width, eps=1e-12)
        self.drop = nn.Dropout(sizes.dropout)

    def forward(self, states: Tensor, bias: Tensor) -> Tensor:
        """Return the next states (batch × pieces × width); `bias` is added to the attention scores."""
        batch, pieces, width = states.shape

        def split(x: Tensor) -> Tensor:
            return x.view(batch, pieces, self.heads, width // self.heads).transpose(1, 2)

        query, key, value = split(self.query(states)), split(self.key(states)), split(self.value(states))
        scores = query @ key.transpose(2, 3) / math.sqrt(width // self.heads) + bias
        mixed = scores.softmax(-1) @ value
        mixed = mixed.transpose(1, 2).reshape(batch, pieces, width)
        states = self.attention_norm(states + self.drop(self.output(mixed)))
        out: Tensor = self.norm(states + self.drop(self.outer(F.gelu(self.inner(states)))))
        return out


class WindowEncoder(nn.Module):
    """Word pieces and letter cases into states and the scores of the tags."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.pieces = nn.Embedding(sizes.vocabulary, sizes.width)
        self.positions = nn.Embedding(sizes.positions, sizes.width)
        self.cases = nn.Embedding(CASES, sizes.width)
        self.norm = nn.LayerNorm(sizes.width, eps=1e-12)
        self.layers = nn.ModuleList(Layer(sizes) for _ in range(sizes.layers))
        self.drop = nn.Dropout(sizes.dropout)
        self.tags = nn.Linear(sizes.width, len(tags()))

    def states(self, pieces: Tensor, cases: Tensor, mask: Tensor) -> Tensor:
        """Return the states (batch × pieces × width)."""
        numbers = torch.arange(pieces.shape[1], device=pieces.device)
        states = self.pieces(pieces) + self.positions(numbers)[None] + self.cases(cases)
        states = self.drop(self.norm(states))
        bias = (1.0 - mask.to(states.dtype))[:, None, None, :] * -10000.0
        for layer in self.layers:
            states = layer(states, bias)
        return states

    def forward(self, pieces: Tensor, cases: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return states and tag scores (batch × pieces × tags)."""
        states = self.states(pieces, cases, mask)
        return states, self.tags(self.drop(states))


class PairHeads(nn.Module):
    """Mentions of windows into what is claimed of pairs, how, by whom, and what nominal mentions refer to."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        d, self.heads = sizes.pair, sizes.pair_heads
        self.span = nn.Linear(3 * sizes.width, d)
        self.kind = nn.Embedding(len(types()) * 2 + 1, d)
        self.distance = nn.Embedding(2 * len(DISTANCES), d)
        self.pair = nn.Sequential(nn.Linear(4 * d, 2 * d), nn.GELU(), nn.Dropout(sizes.dropout), nn.Linear(2 * d, d))
        self.key = nn.Linear(sizes.width, d)
        self.value = nn.Linear(sizes.width, d)
        self.region = nn.Embedding(REGIONS, self.heads)
        self.region_value = nn.Embedding(REGIONS, d)
        self.merge = nn.Sequential(nn.Linear(3 * d, 2 * d), nn.GELU(), nn.Dropout(sizes.dropout))
        self.predicates = nn.Linear(2 * d, len(predicates()))
        self.denied = nn.Linear(2 * d, 1)
        self.modality = nn.Linear(2 * d, len(MODALITIES))
        self.speaker = nn.Linear(2 * d, 2 * d)
        self.nobody = nn.Linear(2 * d, 2)
        self.reference = nn.Sequential(nn.Linear(4 * d, d), nn.GELU(), nn.Linear(d, 1))
        self.drop = nn.Dropout(sizes.dropout)

    def forward(
        self,
        states: Tensor,
        mask: Tensor,
        where: Tensor,
        mentions: Tensor,
        kinds: Tensor,
        pairs: Tensor,
        gaps: Tensor,
        references: Tensor,
        steps: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """Return scores: predicates (P × K), denied (P), modality (P × 6), speaker (P × 2 × 1 + T), references (R).

        `where` (M) is the window of a mention, `mentions` (M × 2) its first and last piece, `kinds` (M) its type and
        whether it is a name; `pairs` (P × 2) and `references` (R × 2) number mentions; `gaps`, `steps` class distances.
        """
        spans = self.spans(states, where, mentions, kinds)
        subject, obj = spans[pairs[:, 0]], spans[pairs[:, 1]]
        query = self.pair(torch.cat([subject, obj, subject * obj, self.distance(gaps)], -1))
        keys, values = self.key(states), self.value(states)
        blocked = (1.0 - mask.to(states.dtype)) * -10000.0
        if states.shape[0] > 1:  # one window alone serves all of its pairs without copies
            window = where[pairs[:, 0]]
            keys, values, blocked = keys[window], values[window], blocked[window]
        context = self._attend(query, keys, values, self._regions(mentions[pairs], states.shape[1]), blocked)
        z = self.merge(torch.cat([query, context, subject * obj], -1))
        return (
            self.predicates(z),
            self.denied(z)[:, 0],
            self.modality(z),
            self._speakers(z, keys, blocked),
            self.refers(spans, references, steps),
        )

    def refers(self, spans: Tensor, references: Tensor, steps: Tensor) -> Tensor:
        """Return the scores (R) of nominal mentions referring to others."""
        nominal, other = spans[references[:, 0]], spans[references[:, 1]]
        scores: Tensor = self.reference(torch.cat([nominal, other, nominal * other, self.distance(steps)], -1))
        return scores[:, 0]

    def spans(self, states: Tensor, where: Tensor, mentions: Tensor, kinds: Tensor) -> Tensor:
        """Return the vectors of mentions (M × d)."""
        numbers = torch.arange(states.shape[1], device=states.device)
        inside = ((numbers >= mentions[:, :1]) & (numbers <= mentions[:, 1:])).to(states.dtype)
        mean = (inside[:, None, :] @ states[where])[:, 0] / inside.sum(-1, keepdim=True).clamp(min=1.0)
        ends = states[where, mentions[:, 0]], states[where, mentions[:, 1]]
        spans: Tensor = self.drop(F.gelu(self.span(torch.cat([*ends, mean], -1)) + self.kind(kinds)))
        return spans

    @staticmethod
    def _regions(ends: Tensor, pieces: int) -> Tensor:
        """Return the region (P × pieces) of each piece: 0 left, 1 subject, 2 between, 3 object, 4 right."""
        numbers = torch.arange(pieces, device=ends.device)[None]
        first, last = ends[:, :, 0].amin(1, keepdim=True), ends[:, :, 1].amax(1, keepdim=True)
        region = torch.where(numbers < first, 0, torch.where(numbers > last, 4, 2))
        for place, number in ((0, 1), (1, 3)):
            inside = (numbers >= ends[:, place, :1]) & (numbers <= ends[:, place, 1:])
            region = torch.where(inside, number, region)
        return region

    def _attend(self, query: Tensor, keys: Tensor, values: Tensor, region: Tensor, blocked: Tensor) -> Tensor:
        """Return what each pair takes from the words (P × d); keys and values are P or 1 × pieces × d."""
        (windows, pieces, d), count = keys.shape, query.shape[0]
        size = d // self.heads
        k = keys.view(windows, pieces, self.heads, size).permute(0, 2, 3, 1)
        v = values.view(windows, pieces, self.heads, size).transpose(1, 2)
        scores = (query.view(count, self.heads, 1, size) @ k)[:, :, 0] / math.sqrt(size)
        weights = (scores + self.region(region).transpose(1, 2) + blocked[:, None, :]).softmax(-1)
        mixed = (weights[:, :, None, :] @ v)[:, :, 0]
        # What a region adds is the same for all of its words: sum their weights first.
        parts = weights @ F.one_hot(region, REGIONS).to(weights.dtype)
        added = torch.einsum(
            "phr,rhs->phs", parts, self.region_value.weight.to(parts.dtype).view(REGIONS, self.heads, size)
        )
        return (mixed + added).reshape(count, d)

    def _speakers(self, z: Tensor, keys: Tensor, blocked: Tensor) -> Tensor:
        d = keys.shape[-1]
        query = self.speaker(z).view(z.shape[0], 2, d)
        words = query @ keys.transpose(1, 2) / math.sqrt(d) + blocked[:, None, :]
        return torch.cat([self.nobody(z)[:, :, None], words], -1)


class Network(nn.Module):
    """Encoder and heads, and one head of tags for each further corpus that helps to train the encoder."""

    def __init__(self, sizes: Sizes, helpers: dict[str, int] | None = None) -> None:
        super().__init__()
        self.sizes = sizes
        self.encoder = WindowEncoder(sizes)
        self.heads = PairHeads(sizes)
        self.helpers = nn.ModuleDict({name: nn.Linear(sizes.width, count) for name, count in (helpers or {}).items()})
        for module in self.modules():
            if isinstance(module, nn.Linear | nn.Embedding):
                nn.init.normal_(module.weight, std=0.02)
                if isinstance(module, nn.Linear):
                    nn.init.zeros_(module.bias)

    def load_encoder(self, weights: dict[str, Tensor]) -> None:
        """Take the weights of a BERT checkpoint, whose names are those of its original release."""
        encoder = self.encoder
        prefix = "bert." if any(name.startswith("bert.") for name in weights) else ""
        segment = weights[f"{prefix}embeddings.token_type_embeddings.weight"][0]

        def put(module: nn.Module, name: str) -> None:
            for part, parameter in module.named_parameters():
                parameter.data.copy_(weights[f"{prefix}{name}.{part}"])

        put(encoder.pieces, "embeddings.word_embeddings")
        put(encoder.positions, "embeddings.position_embeddings")
        encoder.positions.weight.data += segment
        nn.init.zeros_(encoder.cases.weight)
        put(encoder.norm, "embeddings.LayerNorm")
        names = {
            "query": "attention.self.query",
            "key": "attention.self.key",
            "value": "attention.self.value",
            "output": "attention.output.dense",
            "attention_norm": "attention.output.LayerNorm",
            "inner": "intermediate.dense",
            "outer": "output.dense",
            "norm": "output.LayerNorm",
        }
        for number, layer in enumerate(encoder.layers):
            for ours, theirs in names.items():
                put(getattr(layer, ours), f"encoder.layer.{number}.{theirs}")
