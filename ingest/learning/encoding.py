"""Text into what the encoder reads: word pieces, their letter case, and where the words stand in the text."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

LONGEST = 384  # word pieces of one window, the two special ones included; the encoder has 512 positions
_CASES = ("special", "lower", "title", "upper", "capital", "mixed", "digits", "alphanumeric", "sign")
CASES = len(_CASES)


@dataclass(frozen=True, slots=True)
class Encoded:
    """One window. `pieces`, `cases` per word piece; `words` are (piece, start, end): first piece, characters."""

    pieces: tuple[int, ...]
    cases: tuple[int, ...]
    words: tuple[tuple[int, int, int], ...]

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the first and last word that lie in characters [start, end), or None when no word does."""
        inside = [n for n, (_, begin, stop) in enumerate(self.words) if begin < end and stop > start]
        return (inside[0], inside[-1]) if inside else None


def case_of(word: str) -> int:
    """Return the number of the letter case of a word; the vocabulary itself is in lower case."""
    if word.isdigit():
        name = "digits"
    elif not any(char.isalnum() for char in word):
        name = "sign"
    elif any(char.isdigit() for char in word):
        name = "alphanumeric"
    elif word.islower() or not any(char.isupper() for char in word):
        name = "lower"
    elif len(word) == 1:
        name = "capital"
    elif word.isupper():
        name = "upper"
    else:
        name = "title" if word[0].isupper() and word[1:].islower() else "mixed"
    return _CASES.index(name)


class Encoder:
    """Cuts text into word pieces with a `tokenizer.json`."""

    def __init__(self, path: Path) -> None:
        self._tokenizer: Any = Tokenizer.from_file(str(path))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def encode(self, text: str) -> Encoded:
        """Return the window `text`, however long: the caller cuts (`LONGEST`)."""
        return self._encoded(text, self._tokenizer.encode(text))

    def encode_all(self, texts: Sequence[str]) -> list[Encoded]:
        """Return the windows in order."""
        return [self._encoded(text, one) for text, one in zip(texts, self._tokenizer.encode_batch(texts), strict=True)]

    @staticmethod
    def _encoded(text: str, encoding: Any) -> Encoded:
        words: list[list[int]] = []
        numbers: list[int] = []
        last = None
        for piece, (word, (start, end)) in enumerate(zip(encoding.word_ids, encoding.offsets, strict=True)):
            if word is None:
                numbers.append(-1)
                continue
            if word == last:
                words[-1][2] = end
            else:
                words.append([piece, start, end])
                last = word
            numbers.append(len(words) - 1)
        kinds = [case_of(text[start:end]) for _, start, end in words]
        cases = tuple(0 if number < 0 else kinds[number] for number in numbers)
        return Encoded(tuple(encoding.ids), cases, tuple((p, s, e) for p, s, e in words))


@cache
def encoder(path: Path) -> Encoder:
    """Return the encoder of a vocabulary file, read once."""
    return Encoder(path)
