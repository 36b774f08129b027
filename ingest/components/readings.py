"""What the learned encoder sees in a document: windows of whole paragraphs, read once for names and for claims.

A window is as many paragraphs as fit into the encoder; a longer paragraph is cut between sentences, so that no text is
left out. Windows without two words that may begin a name are not read: they can give no claim.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc, Span

from ingest.components.paragraphs import paragraph_of, sentence_spans, text_of
from ingest.learning.decoding import Floats, Tagged, log_softmax, mentions_of
from ingest.learning.encoding import Encoded
from ingest.learning.labels import tags, types
from ingest.learning.runtime import POSITIONS, LearnedModel, Reading, learned_model

LONGEST = 900  # characters of a window: about 200 word pieces
_BATCH = 32
Window = tuple[int, int]
_Place = tuple[int, int, int]  # number of the document in the batch, first and last character


@dataclass(frozen=True, slots=True)
class WindowReading:
    """A reading and where its window begins in the document (characters)."""

    start: int
    end: int
    reading: Reading
    tagged: tuple[Tagged, ...]
    model: LearnedModel
    types: Floats  # logarithms of the probabilities, words × types and at last no name

    def place(self, first: int, last: int) -> Window:
        """Return the characters of the document that the words `first` to `last` of the window are."""
        words = self.reading.encoded.words
        return self.start + words[first][1], self.start + words[last][2]

    def words(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the first and last word of the window within characters of the document."""
        return self.reading.encoded.span(start - self.start, end - self.start)


class ReadingsComponent:
    """Writes `doc._.readings`."""

    def __init__(self, model: LearnedModel) -> None:
        self._model = model

    def __call__(self, doc: Doc) -> Doc:
        """Read one document."""
        return next(iter(self.pipe([doc])))

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = _BATCH) -> Iterator[Doc]:
        """Yield the documents, read in batches."""
        batch: list[Doc] = []
        for doc in stream:
            batch.append(doc)
            if len(batch) == batch_size:
                yield from self._read(batch)
                batch = []
        yield from self._read(batch)

    def _read(self, docs: list[Doc]) -> list[Doc]:
        places = [(number, *window) for number, doc in enumerate(docs) for window in windows(doc)]
        encoded = self._model.encode([text_of(docs[number])[start:end] for number, start, end in places])
        places, encoded = self._cut(docs, places, encoded)
        readings = self._model.read(encoded)
        found: list[list[WindowReading]] = [[] for _ in docs]
        for (number, start, end), reading in zip(places, readings, strict=True):
            found[number].append(
                WindowReading(
                    start, end, reading, tuple(mentions_of(reading.tags)), self._model, _by_type(reading.tags)
                )
            )
        for doc, each in zip(docs, found, strict=True):
            doc._.readings = tuple(each)
        return docs

    def _cut(self, docs: list[Doc], places: list[_Place], encoded: list[Encoded]) -> tuple[list[_Place], list[Encoded]]:
        """Return the windows with those halved that have more pieces than the encoder reads: scripts, rows of signs."""
        while any(len(each.pieces) > POSITIONS for each in encoded):
            halves: list[_Place] = []
            for (number, start, end), each in zip(places, encoded, strict=True):
                middle = start + each.words[len(each.words) // 2][1] if len(each.pieces) > POSITIONS else end
                halves.extend(
                    [(number, start, middle), (number, middle, end)] if start < middle < end else [(number, start, end)]
                )
            if len(halves) == len(places):  # one endless word: it names nobody
                keep = [n for n, each in enumerate(encoded) if len(each.pieces) <= POSITIONS]
                return [places[n] for n in keep], [encoded[n] for n in keep]
            places, encoded = halves, self._model.encode([text_of(docs[n])[start:end] for n, start, end in halves])
        return places, encoded


def windows(doc: Doc) -> list[Window]:
    """Return the windows (start, end in characters) that may hold a claim, in order."""
    found: list[tuple[int, int, list[Span]]] = []
    last = -1
    for sentence in sentence_spans(doc):
        paragraph = paragraph_of(doc, sentence.start_char)
        begins = paragraph != last
        last = paragraph
        if sentence.end_char - sentence.start_char > LONGEST:
            found.extend((start, end, [doc[first:last]]) for start, end, first, last in _pieces(sentence))
            continue
        fits = found and sentence.end_char - found[-1][0] <= LONGEST
        if fits and (not begins or _paragraph_end(doc, paragraph) - found[-1][0] <= LONGEST):
            start, _, sentences = found[-1]
            found[-1] = (start, sentence.end_char, [*sentences, sentence])
        else:
            found.append((sentence.start_char, sentence.end_char, [sentence]))
    return [window for _, _, sentences in found if (window := _trimmed(sentences)) is not None]


def _trimmed(sentences: Sequence[Span]) -> Window | None:
    """Return the window without sentences at its ends that name nobody; None where fewer than two names are left."""
    counts = [_names(sentence) for sentence in sentences]
    if sum(counts) < 2:
        return None
    named = [n for n, count in enumerate(counts) if count]
    return sentences[named[0]].start_char, sentences[named[-1]].end_char


def _pieces(sentence: Span) -> Iterator[tuple[int, int, int, int]]:
    """Yield the stretches of an endless sentence, cut between words: characters and tokens."""
    first = sentence[0]
    for token in sentence:
        if token.i > first.i and token.idx + len(token) - first.idx > LONGEST:
            before = token.nbor(-1)
            yield first.idx, before.idx + len(before), first.i, token.i
            first = token
    last = sentence[-1]
    yield first.idx, last.idx + len(last), first.i, last.i + 1


def _paragraph_end(doc: Doc, number: int) -> int:
    paragraphs = doc._.paragraphs
    return int(paragraphs[number].end) if number < len(paragraphs) else len(text_of(doc))


def _names(sentence: Span) -> int:
    """Return how many runs of words may be names: words with capitals, the first one if it is a proper noun."""
    count, inside = 0, False
    for token in sentence:
        capital = token.text != "I" and any(char.isupper() for char in token.text)
        named = capital and (token.i > sentence.start or token.pos_ == "PROPN" or bool(token.ent_type_))
        count += named and not inside
        inside = named
    return count


def readings_of(doc: Doc) -> tuple[WindowReading, ...]:
    """Return what the encoder has read of a document; nothing in a pipeline without it."""
    readings: tuple[WindowReading, ...] = doc._.readings if doc.has_extension("readings") else ()
    return readings


def type_scores(span: Span) -> dict[str, float] | None:
    """Return how the encoder types any stretch of a document, or None where it has not read.

    By type and "None": the mean logarithm of the probability over the words.
    """
    for each in readings_of(span.doc):
        if each.start <= span.start_char < each.end:
            words = each.words(span.start_char, span.end_char)
            if words is None:
                return None
            mean = each.types[words[0] : words[1] + 1].mean(0)
            return dict(zip((*types(), "None"), map(float, mean), strict=True))
    return None


@cache
def _columns() -> tuple[tuple[int, ...], ...]:
    names = tags()
    rows = [tuple(n for n, name in enumerate(names) if name[2:] == kind) for kind in types()]
    taken = {n for row in rows for n in row}
    return (*rows, tuple(n for n in range(len(names)) if n not in taken))


def _by_type(scores: Floats) -> Floats:
    chances = np.exp(log_softmax(scores)) if len(scores) else np.zeros((0, len(tags())))
    return np.log(np.stack([chances[:, columns].sum(-1) for columns in map(list, _columns())], -1) + 1e-6)


def _register() -> None:
    if not Doc.has_extension("readings"):
        Doc.set_extension("readings", default=())


@Language.factory("sightlines_readings", default_config={"weights": ""})
def make_readings(nlp: Language, name: str, weights: str) -> ReadingsComponent:
    """Return the component with the weights of a folder, the shipped ones when it is empty."""
    del nlp, name
    _register()
    return ReadingsComponent(learned_model(Path(weights)) if weights else learned_model())
