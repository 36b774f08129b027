"""Public corpora as examples: names by their own labels, and relations that mean one of our predicates."""

import gzip
import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from graph.errors import SourceError
from graph.schema import load_schema
from ingest.gazetteer.loader import load_gazetteer
from ingest.learning.encoding import LONGEST, Encoded, Encoder
from ingest.learning.examples import UNKNOWN, Example, Marked, Pair
from ingest.learning.labels import joining, predicates, tags, types

TABLE = Path(__file__).resolve().parent / "corpora.yml"


class Corpus(BaseModel):
    """One entry of `corpora.yml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str
    reader: str
    licence: str
    share: float
    types: Mapping[str, str] = {}
    relations: Mapping[str, tuple[str, bool]] = {}


@dataclass(slots=True)
class Passage:
    """What a corpus says of some words; spans are (first, last, label), relations (span, relation, span)."""

    words: Sequence[str]
    spans: list[tuple[int, int, str]]
    relations: list[tuple[int, str, int]] = field(default_factory=list)
    named: bool = True  # whether all names are marked
    kinds: list[str] = field(default_factory=list)  # our type of each span


def load_corpora() -> dict[str, Corpus]:
    """Return the corpora that `corpora.yml` lists."""
    table: dict[str, Any] = yaml.safe_load(TABLE.read_text("utf-8"))
    return {name: Corpus.model_validate(entry) for name, entry in table.items()}


def helper_tags(corpus: Corpus) -> tuple[str, ...]:
    """Return the tags of a corpus's own head; empty when it marks no names."""
    return ("O", *(f"{prefix}-{label}" for label in sorted(corpus.types) for prefix in "BI")) if corpus.types else ()


def read_corpus(name: str, folder: Path, encoder: Encoder, *, seed: int = 0, ours: bool = False) -> list[Example]:
    """Return a share of a corpus as examples, the same for the same seed.

    With `ours` the names carry our types and teach the main head: what the corpus marks otherwise is not learned from,
    nor are words for peoples, which our rules mark only in some places.

    Raises:
        SourceError: its file is not below `folder`.
    """
    corpus = load_corpora()[name]
    path = folder / corpus.file
    if not path.is_file():
        raise SourceError(f"the corpus {name} has no file {corpus.file}", source=str(path))
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")
    passages = list(READERS[corpus.reader](text.split("\n"), corpus))
    random.Random(seed).shuffle(passages)
    chosen = passages[: round(len(passages) * corpus.share)]
    encoded = encoder.encode_all([" ".join(passage.words) for passage in chosen])
    examples = (_example(name, corpus, *both, ours=ours) for both in zip(chosen, encoded, strict=True))
    return [example for example in examples if 2 < len(example.encoded.pieces) <= LONGEST]


def _example(name: str, corpus: Corpus, passage: Passage, encoded: Encoded, *, ours: bool) -> Example:
    starts, at = [], 0
    for word in passage.words:
        starts.append((at, at + len(word)))
        at += len(word) + 1
    places = [encoded.span(starts[first][0], starts[last][1]) for first, last, _ in passage.spans]
    marks = passage.named and bool(corpus.types)
    labels = [0 if marks else UNKNOWN] * len(encoded.words)
    names = {tag: number for number, tag in enumerate(tags() if ours else helper_tags(corpus))}
    for (first, last, label), place in zip(passage.spans, places, strict=True):
        if marks and place is not None:
            people = ours and " ".join(passage.words[first : last + 1]) in _peoples()
            meant = corpus.types.get(label, "") if ours else label
            for at_word in range(place[0], place[1] + 1):
                tag = f"{'B' if at_word == place[0] else 'I'}-{meant}"
                labels[at_word] = UNKNOWN if people else names.get(tag, UNKNOWN if ours else 0)
    kinds = passage.kinds or [corpus.types.get(label, "") for _, _, label in passage.spans]
    numbers: dict[int, int] = {}
    marked: list[Marked] = []
    for number, (place, kind) in enumerate(zip(places, kinds, strict=True)):
        if place is not None and kind:
            numbers[number] = len(marked)
            marked.append(Marked(*place, types().index(kind), False))
    pairs = _pairs(corpus, passage, marked, numbers) if corpus.relations else []
    text, own = " ".join(passage.words), "" if ours else name
    return Example(name, encoded, labels, marked, pairs, text=text, corpus=own, public=True)


@cache
def _peoples() -> frozenset[str]:
    """Return the words for peoples ("Chinese") that the gazetteer knows."""
    return frozenset(word for entry in load_gazetteer() for word in entry.demonyms)


def _pairs(corpus: Corpus, passage: Passage, marked: Sequence[Marked], places: Mapping[int, int]) -> list[Pair]:
    told = {predicate for predicate, _ in corpus.relations.values()}
    blank = [0.0 if name in told else -1.0 for name in predicates()]
    said: dict[tuple[int, int], list[float]] = {}
    for one, other in combinations(range(len(marked)), 2):
        for pair in ((one, other), (other, one)):
            said[pair] = list(blank)
    symmetric = {name for name, predicate in load_schema().predicates.items() if predicate.symmetric}
    for first, relation, second in passage.relations:
        meant = corpus.relations.get(relation)
        if meant is None or first not in places or second not in places:
            continue
        predicate, forward = meant
        one, other = places[first], places[second]
        for subject, obj in ((one, other), (other, one)):
            if ((subject, obj) == (one, other)) == forward or predicate in symmetric:
                said[subject, obj][predicates().index(predicate)] = 1.0
    return [
        Pair(subject, obj, labels)
        for (subject, obj), labels in said.items()
        if joining(marked[subject].kind, marked[obj].kind) and marked[subject].first != marked[obj].first
    ]


def _conll(lines: Iterable[str], _: Corpus) -> Iterator[Passage]:
    words: list[str] = []
    spans: list[tuple[int, int, str]] = []
    for line in (*lines, ""):
        cells = line.strip("\r\n").split("\t")
        if len(cells) < 2 or not cells[0]:
            if words:
                yield Passage(words, spans)
            words, spans = [], []
            continue
        tag = cells[-1].strip()
        if tag.startswith("B-"):
            spans.append((len(words), len(words), tag[2:]))
        elif tag.startswith("I-") and spans and spans[-1][1] == len(words) - 1:
            spans[-1] = (spans[-1][0], len(words), spans[-1][2])
        words.append(cells[0])


def _scirex(lines: Iterable[str], _: Corpus) -> Iterator[Passage]:
    for paper in map(json.loads, filter(None, lines)):
        for start, end in paper["sentences"]:
            inside = [(b - start, e - start - 1, label) for b, e, label in paper["ner"] if start <= b and e <= end]
            yield Passage(paper["words"][start:end], inside)


def _core(lines: Iterable[str], _: Corpus) -> Iterator[Passage]:
    for row in map(json.loads, filter(None, lines)):
        spans = [(row["e1_start"], row["e1_end"], "e1"), (row["e2_start"], row["e2_end"], "e2")]
        ends = (1, 0) if row["invert_relation"] else (0, 1)
        kinds = ["Organization", "Organization"]
        if row["relation"] in {"product_or_service_of", "brand_of"}:
            kinds[ends[0]] = "Product"
        yield Passage(row["context"], spans, [(ends[0], row["relation"], ends[1])], named=False, kinds=kinds)


_PLACES = {"HEADQUARTERS"}
_PEOPLE = {"CEO": 1, "EMPLOYEE_OR_MEMBER_OF": 0, "FOUNDED_BY": 1}


def _knowledgenet(lines: Iterable[str], corpus: Corpus) -> Iterator[Passage]:
    facts = defaultdict(list)
    for row in map(json.loads, filter(None, lines)):
        if row["property"] in corpus.relations and row["subj"] and row["obj"]:
            facts[row["text"]].append(row)
    for text, rows in facts.items():
        words, offsets = _split(text)
        passage = Passage(words, [], named=False)
        numbers: dict[tuple[int, int], int] = {}
        for row in rows:
            ends = []
            for place, (start, end) in enumerate((row["subj"], row["obj"])):
                span = [n for n, (b, e) in enumerate(offsets) if b < end and e > start]
                if span and (span[0], span[-1]) not in numbers:
                    numbers[span[0], span[-1]] = len(passage.spans)
                    passage.spans.append((span[0], span[-1], row["property"]))
                    person = _PEOPLE.get(row["property"]) == place
                    site = row["property"] in _PLACES and place == 1
                    passage.kinds.append("Person" if person else "Place" if site else "Organization")
                ends.append(numbers.get((span[0], span[-1])) if span else None)
            if ends[0] is not None and ends[1] is not None and ends[0] != ends[1]:
                passage.relations.append((ends[0], row["property"], ends[1]))
        yield passage


def _split(text: str) -> tuple[list[str], list[tuple[int, int]]]:
    words, offsets, at = [], [], 0
    for word in text.split():
        at = text.index(word, at)
        words.append(word)
        offsets.append((at, at + len(word)))
        at += len(word)
    return words, offsets


def _redocred(lines: Iterable[str], _: Corpus) -> Iterator[Passage]:
    for document in map(json.loads, filter(None, lines)):
        begins = [0]
        for sentence in document["sents"]:
            begins.append(begins[-1] + len(sentence))
        words = [word for sentence in document["sents"] for word in sentence]
        spans, owner, where = [], [], []
        for number, entity in enumerate(document["vertexSet"]):
            for mention in entity:
                start = begins[mention["sent_id"]]
                spans.append((start + mention["pos"][0], start + mention["pos"][1] - 1, mention["type"]))
                owner.append(number)
                where.append(mention["sent_id"])
        relations = [
            (one, fact["r"], other)
            for fact in document["labels"]
            for one in range(len(spans))
            for other in range(len(spans))
            if owner[one] == fact["h"] and owner[other] == fact["t"] and where[one] == where[other]
        ]
        yield Passage(words, spans, relations)


READERS: dict[str, Callable[[Iterable[str], Corpus], Iterator[Passage]]] = {
    "conll": _conll,
    "core": _core,
    "knowledgenet": _knowledgenet,
    "redocred": _redocred,
    "scirex": _scirex,
}
