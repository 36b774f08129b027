"""Which names a phrase that is no name stands for: "it", "the firm", "she", "the latter two", "both universities".

Candidates are the entities named before the phrase. Each is scored by how well its type fits the noun or the verb, by
how near it is, and by its role in its sentence (after Lappin and Leass 1994, "An Algorithm for Pronominal Anaphora").
The best one counts only if it leads clearly: where two would do, nobody is named.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from spacy.tokens import Doc, Span, Token

from ingest.components.names import GROUP
from ingest.components.paragraphs import paragraph_of
from ingest.rules import CueTable, load_words

LEAD = 0.75  # how far the best candidate must lead the next
_WINDOW = 4  # sentences back, of which the text's first is always in reach
_NEAR = (2.0, 1.5, 0.5, 0.0, -0.5)  # same sentence, one before, …
_SUBJECTS = {"nsubj", "nsubjpass"}
_OBJECTS = {"dobj", "attr"}
_BORROWING = {"conj", "xcomp", "advcl", "ccomp"}  # clauses that may go without a subject of their own
_VERBAL = {"VERB", "AUX"}
_THINGS = {"Dataset", "Model", "Product", "Programme", "Platform", "Paper"}
_GAP = 6  # tokens between two names of one list


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the phrase itself says of whom it stands for."""

    head: Token
    types: frozenset[str]
    liked: frozenset[str]  # types that the verb prefers
    barred: frozenset[int]  # tokens of other arguments of its verb: "A withdrew it" is not about A


class Antecedents:
    """Resolves phrases of one document."""

    def __init__(self, doc: Doc, cues: CueTable, lead: float = LEAD) -> None:
        """Make a resolver of `doc`; `lead` is how far the best candidate must lead the next one."""
        self._lead = lead
        self._doc = doc
        self._cues = cues
        self._words = load_words(doc.lang_)
        self.mentions: list[Span] = sorted(doc.spans.get(GROUP, ()), key=lambda span: span.start)
        self._sentence = {t.i: number for number, sent in enumerate(doc.sents) for t in sent}

    def of_span(self, span: Span, types: Sequence[str] | None = None) -> list[Span]:
        """Return a mention of each entity that the words stand for, the nearest one; nothing where it is unclear.

        `types` narrows what is looked for (names of entity types); by default every type that the words allow.
        """
        head = span.root
        lowered = {token.lower_ for token in span}
        allowed = frozenset(types) if types is not None else frozenset(self._cues.reach)
        if lowered & self._cues.sets:
            found = self._of_set(span, lowered, allowed)
            if found or lowered & (self._words.both | self._cues.eithers):
                return found
        plural = head.tag_ in {"NNS", "NNPS"} or head.lower_ in self._cues.plurals
        if plural and (found := self._last_list(span, self._types(head) & allowed, 0)):
            return found
        best = self._best(self._asked(span, allowed), span)
        return [best] if best is not None else []

    # --- one entity ------------------------------------------------------------------------------------------------

    def _asked(self, span: Span, allowed: frozenset[str]) -> _Asked:
        head = span.root
        verb = head.head if head.dep_ in {*_SUBJECTS, *_OBJECTS} else _verb_above(head)
        others = [] if head.dep_ == "poss" else [c for c in _arguments(verb) if c != head]
        # A possessive may well take up the subject of its own clause; an object may not.
        barred = {t.i for other in others if not other.is_ancestor(head) for t in _core(other)}
        return _Asked(head, self._types(head) & allowed, self._liked(head, verb), frozenset(barred))

    def _types(self, head: Token) -> frozenset[str]:
        word = head.lower_
        if word in self._cues.pronouns:
            return frozenset(self._cues.pronouns[word])
        return frozenset(self._cues.nominals.get(head.lemma_.lower(), self._cues.reach))

    def _liked(self, head: Token, verb: Token) -> frozenset[str]:
        """Return the types that the verb prefers in the place of the phrase."""
        lemma = verb.lemma_.lower()
        lemma = self._cues.lemma_fixes.get(lemma, lemma)
        if head.dep_ == "nsubj":
            return frozenset(_THINGS if lemma in self._cues.describing else {"Organization", "Person"})
        if lemma in self._cues.handling:
            return frozenset(_THINGS)
        return frozenset({"Organization"} if lemma in self._cues.dealing else set())

    def _best(self, asked: _Asked, span: Span) -> Span | None:
        scores: dict[tuple[str, str], float] = defaultdict(float)
        nearest: dict[tuple[str, str], Span] = {}
        here = self._sentence[span.start]
        paragraph = paragraph_of(self._doc, span.start_char)
        for mention in self.mentions:
            back = here - self._sentence[mention.start]
            if mention.end > span.start or back < 0 or mention.label_ not in asked.types:
                continue
            if back > _WINDOW and self._sentence[mention.start] > 0:
                continue
            key = (mention.id_ or mention.text, mention.label_)
            if set(range(mention.start, mention.end)) & asked.barred:
                scores[key] -= 5.0
                continue
            value = _NEAR[min(back, len(_NEAR) - 1)] + _role(mention)
            value -= 0.5 * max(0, paragraph - paragraph_of(self._doc, mention.start_char) - 1)
            value += 1.5 * (mention.label_ in asked.liked) + self._named(mention, asked.head)
            value -= self._unlike(mention, asked.head)
            value += 1.5 * self._says(mention, asked.head)
            scores[key] = max(scores[key], value) + (0.25 if key in nearest else 0.0)
            nearest[key] = mention
        ranked = sorted(nearest, key=lambda key: -scores[key])
        if not ranked or (len(ranked) > 1 and scores[ranked[0]] - scores[ranked[1]] < self._lead):
            return None
        best = nearest[ranked[0]]
        far = paragraph - paragraph_of(self._doc, best.start_char) > 1  # the text has turned to other things since
        return best if scores[ranked[0]] > 0 and not far else None

    def _named(self, mention: Span, head: Token) -> float:
        """Return how far the noun is part of the name: "the institute" of "the Institute for Queue Research"."""
        if head.pos_ == "PRON":
            return 0.0
        words = {token.lower_ for token in mention} | set(mention.id_.casefold().split())
        return 3.0 if {head.lower_, head.lemma_.lower()} & words else 0.0

    def _unlike(self, mention: Span, head: Token) -> float:
        """Return how far the noun speaks against the kind of body: a ministry is no "company"."""
        kinds = self._cues.kinds.get(head.lemma_.lower(), ())
        kind = mention._.kind if Span.has_extension("kind") else None
        return 2.0 if kinds and kind is not None and kind not in kinds else 0.0

    def _says(self, mention: Span, head: Token) -> bool:
        """Return whether the mention says what the pronoun is the subject of: "A denied that it had used B"."""
        verb = head.head
        if head.dep_ not in _SUBJECTS or verb.dep_ != "ccomp" or mention.root.head != verb.head:
            return False
        lemma = verb.head.lemma_.lower()
        return mention.root.dep_ in _SUBJECTS and (lemma in self._cues.speech or lemma in self._cues.denials)

    # --- several ---------------------------------------------------------------------------------------------------

    def _of_set(self, span: Span, lowered: set[str], allowed: frozenset[str]) -> list[Span]:
        """Return whom "both", "the latter two", "the first", "either of them" stand for."""
        words = self._words
        nouns = [t for t in span if t.pos_ in {"NOUN", "PROPN"} and t.lower_ not in self._cues.sets]
        types = (self._types(nouns[-1]) if nouns else frozenset(self._cues.reach)) & allowed
        two = bool(lowered & words.two)
        picked = lowered & (words.latter | words.former | self._cues.ordinals.keys())
        pair = bool(lowered & (words.both | self._cues.eithers)) or (two and not picked)
        group = self._last_list(span, types, 2 if pair else 0) or self._last_two(span, types)
        if not group:
            return []
        if pair:
            return group if len(group) == 2 else []
        count = 2 if two else 1
        if lowered & words.latter:
            return group[-count:]
        if lowered & words.former:
            return group[:count]
        place = next((self._cues.ordinals[word] for word in sorted(lowered) if word in self._cues.ordinals), None)
        if place is None:
            return []
        if place < 0:
            return group[-count:]
        return group[place : place + count] if place + count <= len(group) else []

    def _last_list(self, span: Span, types: frozenset[str], size: int) -> list[Span]:
        """Return the nearest list of names of one type before the words, of `size` names if that is given."""
        here = self._sentence[span.start]
        groups: list[list[Span]] = []
        for mention in self.mentions:
            near = here - 2 <= self._sentence[mention.start] <= here
            if mention.end > span.start or mention.label_ not in types or not near:
                continue
            if groups and groups[-1][-1].label_ == mention.label_ and self._joined(groups[-1][-1], mention):
                groups[-1].append(mention)
            else:
                groups.append([mention])
        fits = [group for group in groups if (len(group) == size if size else len(group) > 1)]
        return _distinct(fits[-1]) if fits else []

    def _joined(self, first: Span, second: Span) -> bool:
        between = self._doc[first.end : second.start]
        if not between or len(between) > _GAP or any(token.pos_ in _VERBAL for token in between):
            return False
        return any(token.lower_ in self._words.joints or token.text == ";" for token in between) and all(
            token.lower_ in self._words.joints or token.pos_ in {"DET", "NOUN", "ADJ", "PUNCT", "NUM", "PROPN", "ADP"}
            for token in between
        )

    def _last_two(self, span: Span, types: frozenset[str]) -> list[Span]:
        """Return the only two entities of one type before the words, within two sentences."""
        here = self._sentence[span.start]
        for reach in (0, 1, 2):
            by_type: dict[str, list[Span]] = defaultdict(list)
            for mention in self.mentions:
                if mention.end <= span.start and here - reach <= self._sentence[mention.start] <= here:
                    by_type[mention.label_].append(mention)
            pairs = [found for label, all_ in by_type.items() if label in types and len(found := _distinct(all_)) == 2]
            if len(pairs) == 1:
                return pairs[0]
        return []


def _distinct(mentions: Sequence[Span]) -> list[Span]:
    """Return one mention of each entity, in the order of the text."""
    found: dict[str, Span] = {}
    for mention in mentions:
        found.setdefault(mention.id_ or mention.text, mention)
    return list(found.values())


def _role(mention: Span) -> float:
    """Return how much its place in the sentence makes an entity what the text is about."""
    root = mention.root
    while root.dep_ in {"compound", "appos"} and root.head != root and root.head.pos_ in {"NOUN", "PROPN"}:
        root = root.head
    if root.dep_ in _SUBJECTS:
        return 1.5 if root.head.dep_ in {"ROOT", "conj", "ccomp"} else 1.0
    if root.dep_ in _OBJECTS or root.dep_ == "ROOT":
        return 0.75
    return 0.25 if root.dep_ in {"pobj", "conj"} else 0.0


def _core(noun: Token) -> list[Token]:
    """Return the tokens of a noun's own name: neither what belongs to it nor what describes it."""
    return [noun, *(child for child in noun.children if child.dep_ in {"compound", "nmod", "flat", "conj"})]


def _arguments(verb: Token) -> list[Token]:
    """Return subject and objects of a verb, its subject taken from the verb above where it has none of its own."""
    found = [child for child in verb.children if child.dep_ in {*_SUBJECTS, *_OBJECTS}]
    above = verb
    while not any(t.dep_ in _SUBJECTS for t in found) and above.dep_ in _BORROWING and above.head.pos_ in _VERBAL:
        above = above.head
        found.extend(child for child in above.children if child.dep_ in _SUBJECTS)
    return found


def _verb_above(token: Token) -> Token:
    while token.head != token:
        token = token.head
        if token.pos_ in _VERBAL:
            return token
    return token
