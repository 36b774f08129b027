"""Annotated passages into what the heads learn: tags of words, claims of pairs, what nominal mentions refer to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, NamedTuple

from graph.schema import load_schema
from ingest.learning.encoding import Encoded
from ingest.learning.labels import MODALITIES, joining, predicates, tags, types

FARTHEST = 150  # words between two mentions that may still make a pair
UNKNOWN = -100  # a label that is not learned from


class Marked(NamedTuple):
    """A mention in words: first and last word, number of its type, whether it is no name."""

    first: int
    last: int
    kind: int
    nominal: bool


@dataclass(slots=True)
class Pair:
    """Two mentions and what the passage says of them; `predicates` are 1, 0 or -1 (not learned from)."""

    subject: int
    object: int
    predicates: list[float]
    denied: float = -1.0
    modality: int = UNKNOWN
    speaker: tuple[int, int] = (UNKNOWN, UNKNOWN)  # first and last word + 1; 0 is nobody


@dataclass(slots=True)
class Example:
    """A passage with its targets. `references` are (nominal mention, other mention, 1 or 0)."""

    name: str
    encoded: Encoded
    tags: list[int]
    mentions: list[Marked]
    pairs: list[Pair]
    references: list[tuple[int, int, float]] = field(default_factory=list)
    text: str = ""
    corpus: str = ""  # a further corpus, whose tags are its own
    public: bool = False  # from a public corpus, marked by other rules than ours


def candidates(mentions: Sequence[Marked]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of mentions whose types some predicate joins, subject first."""
    for one, other in product(range(len(mentions)), repeat=2):
        a, b = mentions[one], mentions[other]
        if one != other and joining(a.kind, b.kind):
            gap = b.first - a.last if b.first > a.first else a.first - b.last
            if 0 < gap <= FARTHEST:
                yield one, other


def make_example(row: Mapping[str, Any], encoded: Encoded) -> Example:
    """Return the example of one passage as `ingest.gold.read_gold` gives it."""
    marked, entities = _mentions(row, encoded)
    labels = [0] * len(encoded.words)
    names = {tag: n for n, tag in enumerate(tags())}
    for mention in marked:
        tag = types()[mention.kind] + ("~" if mention.nominal else "")
        for word in range(mention.first, mention.last + 1):
            labels[word] = names[("B-" if word == mention.first else "I-") + tag]
    pairs = _pairs(row, encoded, marked, entities)
    references = [
        (n, m, float(bool(entities[n] & entities[m])))
        for n, mention in enumerate(marked)
        if mention.nominal
        for m, other in enumerate(marked)
        if not other.nominal
    ]
    return Example(str(row["id"]), encoded, labels, marked, pairs, references, str(row["text"]))


def _mentions(row: Mapping[str, Any], encoded: Encoded) -> tuple[list[Marked], list[frozenset[str]]]:
    kinds = {entity["id"]: types().index(entity["type"]) for entity in row["entities"]}
    marked, entities = [], []
    for mention in row["mentions"]:
        span = encoded.span(mention["start"], mention["end"])
        if span is not None:
            marked.append(Marked(*span, kinds[mention["entities"][0]], mention["nominal"]))
            entities.append(frozenset(mention["entities"]))
    return marked, entities


def _pairs(
    row: Mapping[str, Any], encoded: Encoded, marked: Sequence[Marked], entities: Sequence[frozenset[str]]
) -> list[Pair]:
    sentences = [_sentence(row, encoded.words[m.first][1]) for m in marked]
    pairs = {(one, other): Pair(one, other, [0.0] * len(predicates())) for one, other in candidates(marked)}
    for claim in row["claims"]:
        number = predicates().index(claim["predicate"])
        ends = [
            (one, other)
            for one, other in pairs
            if claim["subject"] in entities[one] and claim["object"] in entities[other]
        ]
        chosen = set(_carriers(claim, ends, sentences, marked))
        if load_schema().predicates[claim["predicate"]].symmetric:
            ends += [(other, one) for one, other in ends]
            chosen |= {(other, one) for one, other in chosen}
        for key in ends:
            if key in chosen:
                _set(pairs[key], number, claim, row, encoded)
            elif pairs[key].predicates[number] == 0.0:
                pairs[key].predicates[number] = -1.0  # the same two, elsewhere: neither right nor wrong
    return list(pairs.values())


def _carriers(
    claim: Mapping[str, Any], ends: Iterable[tuple[int, int]], sentences: Sequence[int], marked: Sequence[Marked]
) -> Iterator[tuple[int, int]]:
    """Yield the pairs that carry the claim: in each of its sentences, or else the nearest pair with one end there."""
    ends = list(ends)
    for sentence in claim["sentences"]:
        both = [key for key in ends if sentences[key[0]] == sentences[key[1]] == sentence]
        one = [key for key in ends if sentence in (sentences[key[0]], sentences[key[1]])]
        if both:
            yield from both
        elif one or ends:
            yield min(one or ends, key=lambda key: abs(marked[key[0]].first - marked[key[1]].first))


def _set(pair: Pair, number: int, claim: Mapping[str, Any], row: Mapping[str, Any], encoded: Encoded) -> None:
    pair.predicates[number] = 1.0
    pair.denied = float(claim["polarity"] == "denied")
    pair.modality = MODALITIES.index(claim["modality"])
    pair.speaker = (0, 0)
    if claim.get("by"):
        start = _nearest(row["text"], claim["by"], row["sentences"][claim["sentences"][0]])
        span = encoded.span(start, start + len(claim["by"]))
        pair.speaker = (span[0] + 1, span[1] + 1) if span else (UNKNOWN, UNKNOWN)


def _nearest(text: str, words: str, sentence: Sequence[int]) -> int:
    folded, wanted = text.casefold(), words.casefold()
    if len(folded) != len(text):
        folded, wanted = text, words
    found = [n for n in range(len(folded)) if folded.startswith(wanted, n)]
    inside = [n for n in found if sentence[0] <= n < sentence[1]]
    return min(inside or found or [0], key=lambda n: abs(n - sentence[0]))


def _sentence(row: Mapping[str, Any], start: int) -> int:
    return next((n for n, (begin, end) in enumerate(row["sentences"]) if begin <= start < end), len(row["sentences"]))
