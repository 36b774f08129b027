"""Negation of a verb ("did not use") and of a noun phrase: "not by A", "no image from A", "all but A", "neither A"."""

from collections.abc import Iterator

from spacy.tokens import Span, Token

from ingest.components.clauses import VERBAL, content_of, denial_without_verb, first_of_list, has_subject
from ingest.rules import CueTable, load_words

_THROUGH = {"pobj", "prep", "compound", "poss", "nmod", "amod", "nummod", "appos", "acl", "agent", "dative", "quantmod"}
_FILLERS = {"DET", "ADP", "ADJ", "NUM", "PRON", "PART", "SCONJ"}
_LISTED = {"conj"}
_SUBJECTS = {"nsubj", "nsubjpass"}
_PARTS = {*_SUBJECTS, "dobj", "attr"}


class NegationReader:
    """Finds the words that deny a claim of a verb or of a noun phrase; one language."""

    def __init__(self, cues: CueTable) -> None:
        self._cues = cues

    def negated(self, verb: Token) -> bool:
        """Return whether "not" or "never" hangs on the verb."""
        return any(
            child.dep_ == "neg" or (child.dep_ == "advmod" and child.lower_ in self._cues.negations)
            for child in verb.children
        )

    def of_verb(self, verb: Token, via: Token | None = None) -> Iterator[Token]:
        """Yield the words that deny what the verb says: "not", "no longer", "falsely", "no" on subject or object.

        For a verb above the claim, `via` is the word through which the claim hangs on it: other objects do not count.
        """
        for child in verb.children:
            word = child.lower_
            if child.i + 1 < len(child.doc) and child.nbor().lower_ in load_words(child.lang_).only:
                continue  # "not only used": the use is affirmed
            if child.dep_ == "neg" or (child.dep_ in {"advmod", "det", "preconj"} and word in self._cues.negations):
                if not self.is_contrast(child):
                    yield child
            elif child.i == verb.sent.start and word in self._cues.nones and word in load_words(child.lang_).nor:
                yield child  # "Nor did it sell X."
            elif word == "longer" and any(inner.lower_ == "no" for inner in child.children):
                yield child  # "no longer uses"
            elif child.dep_ in {"advmod", "acomp", "attr"} and child.lemma_.lower() in self._cues.falsities:
                yield child
            elif child.dep_ == "prep" and via is None:
                yield from (t for t in child.children if t.dep_ == "pobj" and t.lower_ in self._cues.nothings)
            elif child.dep_ in (_PARTS if via is None else _SUBJECTS) or child == via:
                if child.pos_ not in VERBAL and (none := self.quantifier(child)) is not None:
                    yield none
            elif child.dep_ == "conj" and child.pos_ == "AUX" and not content_of(child) and not has_subject(child):
                yield from self.of_verb(child)  # "was expected to join but did not"

    def of_span(self, span: Span) -> Token | None:
        """Return the word that takes the span out of what its sentence says, or None."""
        return self.quantifier(span.root) or self.contrast(span)

    def quantifier(self, noun: Token) -> Token | None:
        """Return "no", "none", "neither" … on the phrase of a noun or on one that holds it."""
        for token in _upwards(first_of_list(noun)):
            if token.lower_ in self._cues.nothings:
                return token
            for child in token.children:
                if child.i < noun.i and self._none(child):
                    return child
        return None

    def _none(self, child: Token) -> bool:
        if child.lower_ in {"neither", "nor"} and child.dep_ in {"preconj", "cc", "det", "advmod", "neg"}:
            return True
        after = child.doc[child.i + 1].lower_ if child.i + 1 < len(child.doc) else ""
        if child.lower_ in self._cues.negations and after in self._cues.ones:
            return True  # "not one share"
        known = child.dep_ in {"det", "neg", "preconj", "advmod"} and child.lower_ in self._cues.nones
        return known and after not in self._cues.no_idioms

    def left_out(self, noun: Token, trigger: Token) -> Token | None:
        """Return the "not" where the noun's own clause has no verb but the trigger's: "A joined X; B will not"."""
        first = first_of_list(noun)
        return denial_without_verb(first.head) if first.dep_ == "nsubj" and first.head != trigger else None

    def contrast(self, span: Span) -> Token | None:
        """Return the "not", "instead of", "except" … before the phrase of the span or the list that holds it."""
        token, start = span.root, min(span.start, span.root.left_edge.i)
        while True:
            if (word := self._before(start, span)) is not None:
                return word
            joint = [child.lower_ for child in token.head.children if child.dep_ == "cc"]
            if token.dep_ not in _LISTED or token.head.pos_ in VERBAL or set(joint) & self._cues.turning:
                return None
            token = token.head
            start = min(token.left_edge.i, token.i)

    def _before(self, start: int, span: Span) -> Token | None:
        doc, index = span.doc, start - 1
        while index >= span.sent.start:
            token = doc[index]
            if token.text == "," and (open_ := _aside(token)) is not None:
                index = open_
                continue
            pair = doc[index - 1].lower_ + " " + token.lower_ if index > span.sent.start else ""
            if pair in self._cues.contrasts:
                return doc[index - 1]
            if token.lower_ in self._cues.contrasts and self.is_contrast(token):
                return token
            if (token.pos_ not in _FILLERS and not token.is_quote) or token.lower_ in self._cues.negations:
                return None
            index -= 1
        return None

    def is_contrast(self, word: Token) -> bool:
        """Return whether a "not" or "never" denies the phrase behind it and not a verb: "A, not B, used it"."""
        if word.lower_ not in self._cues.negations:
            return True
        if word.dep_ == "neg" and word.lower_ not in self._cues.contrasts:
            return False
        doc = word.doc
        if word.i > word.sent.start and (before := doc[word.i - 1]).pos_ in VERBAL and before.dep_ != "ROOT":
            return False
        if word.i > word.sent.start and doc[word.i - 1].pos_ == "AUX":
            return False
        after = next((t for t in doc[word.i + 1 : word.sent.end] if t.pos_ != "ADV"), None)
        return after is not None and after.pos_ not in VERBAL


def _upwards(token: Token) -> Iterator[Token]:
    """Yield the nouns and prepositions above a word up to the verb."""
    yield token
    steps = 0
    while token.dep_ in _THROUGH and token.head != token and steps < 8:
        token, steps = token.head, steps + 1
        if token.pos_ in VERBAL and token.dep_ not in {"acl"}:
            return
        yield token


def _aside(comma: Token) -> int | None:
    """Return where an aside before a comma begins: "not, as stated, by A"."""
    for index in range(comma.i - 1, max(comma.sent.start, comma.i - 12), -1):
        if comma.doc[index].text == ",":
            return index - 1
    return None
