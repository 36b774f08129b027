"""Find stretches of text that look like names, whatever they name: the candidates that are then typed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Doc, Span, Token

from ingest.naming import NamingCues

_LEGAL = re.compile(
    r"(?:Inc|Ltd|LLC|Corp|Co|Limited|GmbH|AG|S\.?A|S\.?p\.?A|S\.?r\.?l|[BN]\.?V|Pvt|Pte|Pty|d\.?o\.?o|d\.?d|JSC|OJSC"
    r"|PLC|plc|L\.?P|s\.?r\.?o|a\.s|Sdn|Bhd)\.?"
)
_ARTICLES = frozenset({"the", "a", "an"})
_BODY_REACH = 10  # words of a body's name
_LABELS = frozenset({"PERSON", "ORG", "GPE", "LOC", "FAC", "PRODUCT", "WORK_OF_ART", "EVENT", "LAW", "NORP"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """Token offsets of something that may be a name. `capitalised` False: only a known name or the model says so."""

    start: int
    end: int
    source: str  # known | chunk | model


def name_shaped(token: Token) -> bool:
    """Return whether a word is written like a name or a part of one: a capital, or letters with digits."""
    text = token.text
    if not any(char.isalpha() for char in text):
        return False
    return text[0].isupper() or any(char.isupper() for char in text[1:])


def is_title_case(sentence: Span) -> bool:
    """Return whether a sentence is set in headline capitals, where a capital tells nothing."""
    long = [token for token in sentence if token.is_alpha and len(token.text) > 3]
    if len(long) < 4 or sentence[-1].text in {".", "?", "!"} or sum(token.text in ",;" for token in sentence) > 1:
        return False
    if any(token.lower_ in {"university", "institute", "université", "gmbh", "inc"} for token in sentence):
        return False
    return sum(token.text[0].isupper() for token in long[1:]) > 0.65 * (len(long) - 1)


class Chunker:
    """Cuts a sentence into candidates."""

    def __init__(self, cues: NamingCues) -> None:
        self._cues = cues

    def chunks(self, sentence: Span, firm: frozenset[str]) -> Iterator[Candidate]:
        """Yield runs of name-shaped words. `firm` are words that stand with a capital inside some sentence."""
        doc, index = sentence.doc, sentence.start
        if is_title_case(sentence):
            yield from self._unusual(sentence)
            return
        while index < sentence.end:
            token = doc[index]
            body = self._body(doc, index, sentence.end)
            if body:
                yield Candidate(index, body, "chunk")
                index = body
                continue
            if not self._opens(token, sentence, firm):
                index += 1
                continue
            end = self._legal_form(doc, self._extend(doc, index, sentence.end), sentence.end)
            yield from self._pieces(doc, index, end)
            index = end

    def _body(self, doc: Doc, index: int, limit: int) -> int:
        """Return the end of a body's name that goes on in lower case, or 0.

        "la Cour des marchés publics" ends with its last word, "la préfecture de police de Paris" with its last capital.
        """
        cues, head = self._cues, doc[index]
        if head.lower_ not in cues.body_heads or not index or doc[index - 1].lower_ not in cues.articles:
            return 0
        capital = head.text[0].isupper()
        end, at, linked = 0, index + 1, False
        while at < min(limit, index + _BODY_REACH):
            token, before = doc[at], doc[at - 1]
            linked = before.lower_ in cues.links or (linked and before.pos_ == "ADJ")  # "des petites villes"
            if name_shaped(token) and token.lower_ not in cues.dates:
                end = at + 1
            elif token.text == "-" and end == at and not before.whitespace_ and not token.whitespace_:
                pass  # "collège Pablo-Neruda"
            elif token.pos_ == "ADJ" or (token.pos_ == "NOUN" and linked):
                end = at + 1 if capital else end
            elif token.lower_ not in cues.body_inner and not (linked and token.lower_ in cues.articles):
                break
            at += 1
        return end

    def _unusual(self, sentence: Span) -> Iterator[Candidate]:
        """Yield runs of words that texts never write in lower case: the names of a headline in capitals."""
        doc, begin = sentence.doc, None
        for index in range(sentence.start, sentence.end + 1):
            rare = index < sentence.end and name_shaped(doc[index]) and not self._common(doc[index])
            rare = rare and not _verb(doc[index], self._cues)
            if begin is not None and not rare:
                end = index
                while end < sentence.end and doc[end].lower_ in self._cues.body_words and doc[end].text[0].isupper():
                    end += 1
                yield Candidate(begin, end, "chunk")
                begin = None
            elif rare and begin is None:
                begin = index

    def _common(self, token: Token) -> bool:
        word = token.lower_
        return (
            word in self._cues.ordinary or word in self._cues.not_names or token.lemma_.lower() in self._cues.ordinary
        )

    def _opens(self, token: Token, sentence: Span, firm: frozenset[str]) -> bool:
        if not name_shaped(token) or token.lower_ in self._cues.dates:
            return False
        if token.lower_ in self._cues.not_names and not self._heads(token, sentence.end):
            return False
        if not self._at_start(token, sentence):
            return not (token.pos_ in {"DET", "PRON", "ADP", "SCONJ", "CCONJ", "INTJ"} and token.text.istitle())
        if token.pos_ == "PROPN" or token.ent_type_ in _LABELS or token.text in firm:
            return True
        return not self._common(token) and not token.is_stop

    def _heads(self, token: Token, limit: int) -> bool:
        """Return whether a word that names nothing alone begins a name: "University of Karsk", "AI Foundry"."""
        rest = token.doc[token.i + 1 : min(limit, token.i + 3)]
        if len(rest) and name_shaped(rest[0]):
            return True
        return len(rest) == 2 and rest[0].lower_ in self._cues.head_links and name_shaped(rest[1])

    @staticmethod
    def _at_start(token: Token, sentence: Span) -> bool:
        """Return whether a capital tells nothing here: first word of a sentence, quotation, or item."""
        before = token.i - 1
        while before >= sentence.start and (token.doc[before].is_quote or token.doc[before].is_bracket):
            before -= 1
        return before < sentence.start or token.doc[before].text in {":", "•", "-", "–", "—"}

    def _extend(self, doc: Doc, index: int, limit: int) -> int:
        end, cues = index + 1, self._cues
        while end < limit:
            token = doc[end]
            if name_shaped(token) and token.lower_ not in cues.dates and token.text not in cues.openers:
                end += 1
            elif token.like_num and token.text.isdigit() and len(token.text) <= 4 and doc[end - 1].whitespace_:
                if len(token.text) == 4 and token.text[:2] in {"19", "20"}:
                    break
                end += 1
            elif token.text == "-" and not doc[end - 1].whitespace_ and not token.whitespace_ and end + 1 < limit:
                if not name_shaped(doc[end + 1]) and not doc[end + 1].text.isdigit():
                    break
                end += 2
            elif self._links(doc, index, end) and self._linked(doc, end, limit):
                end += self._linked(doc, end, limit)
            elif token.text == "." and len(doc[end - 1].text) == 1 and end + 1 < limit and name_shaped(doc[end + 1]):
                end += 1
            else:
                break
        return end

    def _links(self, doc: Doc, start: int, index: int) -> bool:
        """Return whether a lower-case word may stand inside the name that began at `start`."""
        word = doc[index].lower_
        before = doc[index - 1]
        if before.ent_type_ == "PERSON" and word in self._cues.of_person:
            return False
        if word in self._cues.inner:
            return True
        if word in self._cues.word_inner and self._common(before):
            return True
        heads = (doc[at].lower_ for at in range(start, index))
        if word in self._cues.at:
            return doc[start].lower_ == "university"
        inside = doc[index].ent_iob_ == "I" and doc[index].ent_type_ == "ORG"
        if word in self._cues.body_inner:
            return before.lower_ in self._cues.body_words or inside
        return word in self._cues.conjunctions and inside and any(head in self._cues.body_words for head in heads)

    @staticmethod
    def _legal_form(doc: Doc, end: int, limit: int) -> int:
        """Return the end with ", Inc." and "Pvt. Ltd." taken in."""
        while end < limit:
            start = end + 1 if doc[end].text == "," else end
            if start >= limit or not _LEGAL.fullmatch(doc[start].text):
                break
            end = start + 1
        if end < limit and doc[end].text == "." and re.fullmatch(r"Ltd|Inc|Corp|Co|Pvt|Univ", doc[end - 1].text):
            end += end + 1 < limit  # the dot that ends a sentence belongs to the sentence
        return end

    def _linked(self, doc: Doc, end: int, limit: int) -> int:
        """Return how many link words lead to a further part of the name; 0 when none follows."""
        count = 1
        while end + count < limit and doc[end + count].lower_ in self._cues.links and count < 3:
            count += 1
        if end + count < limit and name_shaped(doc[end + count]) and doc[end + count].pos_ != "PRON":
            return count
        return 0

    def _pieces(self, doc: Doc, start: int, end: int) -> Iterator[Candidate]:
        """Yield the chunk cut at roles ("Huawei CEO Ren Zhengfei"), without articles and loose ends."""
        cues, begin = self._cues, start
        for index in range(start, end + 1):
            cut = index == end or (doc[index].lower_ in cues.roles and self._is_role(doc, index, start, end))
            if not cut:
                continue
            first, last = begin, index
            if first + 1 < last and self._stray(doc, first):
                first += 1
            while first < last and (doc[first].lower_ in cues.articles or doc[first].lower_ in cues.links):
                first += 1
            if doc[first:last].text.casefold() in cues.not_names:
                first = last
            while last > first and (doc[last - 1].lower_ in cues.links or doc[last - 1].text in {"-", "&"}):
                last -= 1
            if last > first:
                yield Candidate(first, last, "chunk")
            begin = index + 1

    def _stray(self, doc: Doc, index: int) -> bool:
        """Return whether an ordinary word only has its capital from standing first: "Rival Emerald PrintID"."""
        starts = doc[index].is_sent_start or (index and doc[index - 1].is_space)
        return bool(
            starts
            and doc[index].lower_ in self._cues.ordinary
            and not doc[index].ent_type_
            and doc[index + 1].ent_iob_ == "B"
        )

    def _is_role(self, doc: Doc, index: int, start: int, end: int) -> bool:
        """A role word parts names when a person follows it; as the last word of an agency's name it doesn't."""
        if doc[index].text.isupper() or doc[index].lower_ in {"ceo", "cto"}:
            return True
        following = index + 1
        while following < end and doc[following].lower_ in self._cues.roles:
            following += 1
        return following < end and (doc[following].ent_type_ == "PERSON" or index == start or following > index + 1)


def model_entities(doc: Doc, sentences: list[Span], cues: NamingCues) -> Iterator[Candidate]:
    """Yield what the statistical model found, without articles, possessive marks and quotes at its ends.

    In a headline in capitals it takes verbs for names: it is cut before them.
    """
    headline = {token.i for sentence in sentences if is_title_case(sentence) for token in sentence}
    for entity in doc.ents:
        if entity.label_ not in _LABELS:
            continue
        start, end = trim(doc, entity.start, _balanced(doc, entity.start, entity.end), cues.articles)
        if start in headline:
            end = next((index for index in range(start + 1, end) if _verb(doc[index], cues)), end)
            start, end = trim(doc, start, end, cues.articles)
        if start < end and doc[start:end].text.casefold() not in cues.not_names:
            yield Candidate(start, end, "model")


def _verb(token: Token, cues: NamingCues) -> bool:
    word = token.lower_
    stems = {word, word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("ed"), word.removesuffix("d")}
    return token.pos_ in {"VERB", "AUX", "ADP"} or (
        word.endswith(("s", "ed")) and any(stem in cues.verbs for stem in stems)
    )


def trim(doc: Doc, start: int, end: int, articles: frozenset[str] = _ARTICLES) -> tuple[int, int]:
    """Return the offsets without articles, possessive marks, quotes and spaces at the ends."""
    while start < end and (doc[start].lower_ in articles or doc[start].is_punct or doc[start].is_space):
        start += 1
    while end > start and (
        doc[end - 1].text in {"'s", "’s", "'", "’"} or doc[end - 1].is_space or _closes(doc[end - 1])
    ):
        end -= 1
    return start, end


def _balanced(doc: Doc, start: int, end: int) -> int:
    """Return the end before a bracket that is opened and not closed."""
    for index in range(start, end):
        if doc[index].text in {"(", "["} and not any(doc[at].text in {")", "]"} for at in range(index, end)):
            return index
    return end


def _closes(token: Token) -> bool:
    return token.is_punct and not (token.text.endswith(".") and len(token.text) > 1)
