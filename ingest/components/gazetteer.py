"""Find known names: `doc.spans["known"]`, each with its gazetteer id; longest match, guards, whole names only.

The matcher works on characters, so that it does not depend on how a name with hyphens and digits was cut into tokens.
A name in another case is found only where it can't be an ordinary word. Doubtful ("ambiguous") entries are marked, and
the component for names decides on them with the context.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from spacy.language import Language
from spacy.tokens import Doc, Span

from ingest.components.paragraphs import text_of
from ingest.gazetteer import Entry, gazetteer_languages, load_gazetteer

GROUP = "known"
_WORD = re.compile(r"\w+")
_ASCII = re.compile(r"[\x00-\x7f]+")


@dataclass(frozen=True, slots=True)
class KnownName:
    """One name under which an entry is found."""

    text: str
    entry: Entry
    demonym: bool = False

    @property
    def exact_case(self) -> bool:
        """Return whether the name in another case may be an ordinary word."""
        plain = self.text.isalpha() and (self.text.istitle() or (self.demonym and self.text.islower()))
        return len(self.text) < 6 or self.entry.ambiguous or plain


class NameIndex:
    """All names by their first word; look-ups cost one dictionary access a word."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._by_first: dict[str, list[KnownName]] = {}
        self._unspaced: list[KnownName] = []
        for entry in entries:
            for name in entry.names:
                self._add(KnownName(name, entry))
            for name in entry.demonyms:
                self._add(KnownName(name, entry, demonym=True))
        for names in self._by_first.values():
            names.sort(key=lambda known: -len(known.text))

    def _add(self, known: KnownName) -> None:
        first = _WORD.search(known.text)
        if first is None:
            return
        if not _ASCII.match(first.group()) and ord(first.group()[0]) > 0x2E80:
            self._unspaced.append(known)  # scripts without spaces have no word to start from
        self._by_first.setdefault(first.group().casefold(), []).append(known)

    def find(self, text: str) -> Iterator[tuple[int, int, list[KnownName]]]:
        """Yield (start, end, names): the longest known names from left to right, not overlapping."""
        position = 0
        for word in _WORD.finditer(text):
            start = word.start()
            if start < position:
                continue
            candidates = self._by_first.get(word.group().casefold())
            if not candidates:
                continue
            found = [known for known in candidates if _fits(text, start, known)]
            if found:
                longest = len(found[0].text)
                yield start, start + longest, [known for known in found if len(known.text) == longest]
                position = start + longest
        for known in self._unspaced:
            for match in re.finditer(re.escape(known.text), text):
                yield match.start(), match.end(), [known]


def _fits(text: str, start: int, known: KnownName) -> bool:
    end = start + len(known.text)
    here = text[start:end]
    if here != known.text and (
        known.exact_case or here.casefold() != known.text.casefold() or not any(map(str.isupper, here))
    ):
        return False
    if start and (text[start - 1] in "@#/_" or (text[start - 1] == "-" and start > 1 and text[start - 2].isalnum())):
        return False
    following = text[end : end + 2]
    if following[:1].isalnum() or following[:1] == "_":
        return False
    # "LFW-crop" and "MS1M-V4" are other things, "Huawei-backed" is not.
    if following[:1] == "-" and (following[1:].isdigit() or following[1:].isupper()) and not known.demonym:
        return False
    if following[:1] == "." and following[1:].isalnum():
        return False
    rest = text[end : end + 40].lstrip()
    return not any(rest.startswith(word) for word in known.entry.guard)


@cache
def known_entries() -> dict[str, Entry]:
    """Return the shipped gazetteer by id, with the entries that only one language has."""
    return {
        entry.id: entry for language in reversed(gazetteer_languages()) for entry in load_gazetteer(language=language)
    }


class GazetteerComponent:
    """Writes `doc.spans["known"]`: label = entity type, kb_id = entry id."""

    def __init__(self, index: NameIndex) -> None:
        self._index = index

    def __call__(self, doc: Doc) -> Doc:
        """Mark the known names of `doc`."""
        spans: list[Span] = []
        taken = -1
        for start, end, names in self._index.find(text_of(doc)):
            span = doc.char_span(start, end)
            if span is None:
                continue
            if span[0].lower_ == "the" and (span[0].text == "the" or span[0].is_sent_start) and len(span) > 1:
                span = span[1:]
            if span.start < taken:
                continue
            taken = span.end
            for known in names:
                found = Span(doc, span.start, span.end, label=known.entry.type, kb_id=known.entry.id)
                found._.demonym = known.demonym
                spans.append(found)
        doc.spans[GROUP] = spans
        return doc


def _register() -> None:
    if not Span.has_extension("demonym"):
        Span.set_extension("demonym", default=False)


@Language.factory("sightlines_gazetteer", default_config={"language": ""})
def make_gazetteer(nlp: Language, name: str, language: str) -> GazetteerComponent:
    """Return the component with the shipped gazetteer and the names that `language` adds to it."""
    del nlp, name
    _register()
    return GazetteerComponent(NameIndex(load_gazetteer(language=language)))
