"""How a sentence says a claim: affirmed or denied, how firmly, and by whom; each with the words that show it.

The reader climbs from the trigger to the root of the sentence and collects cues on the way; the weakest modality wins.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from spacy.tokens import Span, Token

from graph.enums import CueKind, Modality, Polarity
from ingest.components.arguments import is_passive
from ingest.components.frames import Found
from ingest.components.paragraphs import paragraph_of
from ingest.rules import CueTable, FrameKind, load_words

_FIRMNESS = {modality: rank for rank, modality in enumerate(Modality)}
_OPEN_QUOTES, _CLOSE_QUOTES = "“„«", "”»"
_BACKGROUND = {
    FrameKind.POSSESSIVE, FrameKind.COMPOUND, FrameKind.PREPOSITION, FrameKind.TITLE, FrameKind.LINE,
    FrameKind.ASIDE, FrameKind.DESCRIPTION, FrameKind.PAPER,
}  # fmt: skip
_NOUN_OBJECTS = {"dobj", "attr", "nsubjpass", "nsubj", "pobj", "oprd"}
_CUT = {"relcl", "appos", "punct", "advcl", "cc", "conj"}


@dataclass(slots=True)
class Assertion:
    """What the climb collected."""

    denied: bool = False
    modality: Modality = Modality.ASSERTED
    speakers: list[Span] = field(default_factory=list)  # nearest first
    cues: list[tuple[CueKind, int, int]] = field(default_factory=list)

    @property
    def polarity(self) -> Polarity:
        """Return the polarity."""
        return Polarity.DENIED if self.denied else Polarity.AFFIRMED

    def weaken(self, modality: Modality, token: Token) -> None:
        """Take the weaker of the two and keep the word as a cue."""
        if modality is Modality.ASSERTED:
            return
        if _FIRMNESS[modality] > _FIRMNESS[self.modality]:
            self.modality = modality
        self.cues.append((CueKind.MODALITY, token.idx, token.idx + len(token)))

    def negate(self, token: Token) -> None:
        """Turn the polarity and keep the word as a cue."""
        self.denied = not self.denied
        self.cues.append((CueKind.POLARITY, token.idx, token.idx + len(token)))

    def attribute(self, speaker: Span | None, modality: Modality, token: Token) -> None:
        """Add a speaker, if there is one, and the modality of the verb of saying."""
        self.weaken(modality, token)
        if speaker is not None and all(speaker.start != known.start for known in self.speakers):
            self.speakers.append(speaker)
            self.cues.append((CueKind.SPEAKER, speaker.start_char, speaker.end_char))


class AssertionReader:
    """Reads how claims are said, by the cue table of one language."""

    def __init__(self, cues: CueTable) -> None:
        self._cues = cues

    def read(self, found: Found) -> Assertion:
        """Return polarity, modality and speakers of what a frame found."""
        said = Assertion()
        if found.frame.modality is not None:
            said.weaken(found.frame.modality, found.trigger)
        if found.frame.kind in _BACKGROUND:
            self._background(found, said)
            return said
        self._governed(found.trigger, (found.subject.span, found.object.span), said)
        return said

    def of_trigger(self, trigger: Token, ends: Iterable[Span]) -> Assertion:
        """Return polarity, modality and speakers of what `trigger` says of the spans `ends`."""
        said = Assertion()
        self._governed(trigger, ends, said)
        return said

    def _governed(self, trigger: Token, ends: Iterable[Span], said: Assertion) -> None:
        for end in ends:
            self._negative_phrase(end.root, said)
        self._climb(trigger, said)
        self._sentence(trigger, said)

    # --- the climb -------------------------------------------------------------------------------------------------

    def _climb(self, trigger: Token, said: Assertion) -> None:
        token, negatable, steps = trigger, True, 0
        self._around(token, said, negatable=True)
        while token.head != token and steps < 12:
            steps += 1
            head = token.head
            if token.dep_ in {"relcl", "appos"}:
                return
            if token.pos_ == "NOUN" and token.dep_ in {"compound", "nmod"}:
                return
            negatable = self._step(token, head, said, negatable=negatable)
            token = head

    def _step(self, token: Token, head: Token, said: Assertion, *, negatable: bool) -> bool:
        lemma = head.lemma_.lower()
        if token.dep_ == "conj":
            own = any(child.dep_ in {"nsubj", "nsubjpass"} for child in token.children)
            if own or token.pos_ not in {"VERB", "AUX"} or head.pos_ not in {"VERB", "AUX"}:
                return False
            joint = any(child.dep_ == "cc" and child.lower_ in load_words(head.lang_).nor for child in head.children)
            self._around(head, said, negatable=joint)
            return joint
        if head.pos_ == "NOUN" and token.dep_ in {"acl", "ccomp"}:
            self._doubt(head, said)
        if token.dep_ == "acl":
            if head.pos_ == "NOUN" and token.tag_ == "VB" and lemma in self._cues.nouns:
                said.weaken(self._cues.nouns[lemma], head)
                self._around(head, said, negatable=True)
                return True
            return False
        if head.pos_ == "ADP":
            if head.lower_ in load_words(head.lang_).without:
                said.negate(head)
            return negatable
        if head.pos_ in {"VERB", "AUX"}:
            return self._under(token, head, lemma, said, negatable=negatable)
        if head.pos_ == "ADJ" and lemma in self._cues.adjectives:
            said.weaken(self._cues.adjectives[lemma], head)
            if head.lower_ in load_words(head.lang_).unlikely:
                said.negate(head)
        elif head.pos_ == "ADJ" and lemma in self._cues.falsities:
            said.negate(head)
        elif head.pos_ == "NOUN" and lemma in self._cues.nouns:
            said.weaken(self._cues.nouns[lemma], head)
        return negatable

    def _under(self, token: Token, head: Token, lemma: str, said: Assertion, *, negatable: bool) -> bool:
        """Read a verb that governs the claim: of saying, of planning, of failing, or one to look through."""
        words = load_words(head.lang_)
        if token.dep_ in {"nsubj", "nsubjpass"} and token.pos_ == "NOUN" and lemma not in self._cues.verbs:
            self._around(head, said, negatable=False)
            return False
        complement = token.dep_ in {"ccomp", "xcomp", "pcomp", "dobj", "parataxis", "prep"}
        if lemma in self._cues.denials and complement and token.dep_ != "prep":
            said.negate(head)
            said.attribute(self._speaker(head), Modality.REPORTED, head)
            self._around(head, said, negatable=True)
            return False
        finite = token.dep_ in {"ccomp", "parataxis"}
        if lemma in self._cues.speech and (finite or (token.dep_ == "xcomp" and is_passive(head))):
            modality = self._cues.speech[lemma]
            if is_passive(head):
                modality = Modality.ALLEGED if lemma in words.bare_passive else modality
                said.attribute(self._agent(head), modality, head)
                self._around(head, said, negatable=True)
                return negatable
            said.attribute(self._speaker(head), modality, head)
            self._around(head, said, negatable=False)
            self._doubt(head, said)
            return False
        wished = token.dep_ == "advcl" and any(
            child.lower_ in words.infinitive for child in token.children
        )  # "called for X to sell"
        barred = token.dep_ == "prep" and words.preposition(token.lower_) in words.barred
        if lemma in self._cues.negative_verbs and (token.dep_ in {"xcomp", "pcomp", "ccomp"} or barred):
            said.negate(head)
        elif lemma in self._cues.verbs and (wished or token.dep_ in {"xcomp", "ccomp", "dobj", "pcomp", "prep"}):
            said.weaken(self._cues.verbs[lemma], head)
            if self._cues.verbs[lemma] is Modality.ALLEGED:
                speaker = self._agent(head) if is_passive(head) else self._speaker(head)
                said.attribute(speaker, Modality.ALLEGED, head)
        near = negatable and token.dep_ in {"xcomp", "ccomp", "attr", "acomp", "oprd", "dobj", "pobj", "prep", "pcomp"}
        self._around(head, said, negatable=near)
        return near

    @staticmethod
    def _doubt(head: Token, said: Assertion) -> None:
        """Read "no evidence shows that", "no proof that", "did not say that": nobody says so."""
        near = [head, *(child for child in head.children if child.dep_ in {"nsubj", "nsubjpass"})]
        for word in near:
            for child in word.children:
                if child.dep_ == "neg" or (child.dep_ == "det" and child.lower_ in load_words(child.lang_).no):
                    said.weaken(Modality.HYPOTHETICAL, child)

    def _around(self, token: Token, said: Assertion, *, negatable: bool) -> None:
        """Read the auxiliaries, adverbs, negations and conjunctions which hang on the word."""
        words = load_words(token.lang_)
        for child in token.children:
            word = child.lower_
            if child.i + 1 < len(child.doc) and child.nbor().lower_ in words.only:
                continue  # "not only used": the use is affirmed
            if negatable and (
                child.dep_ == "neg" or (child.dep_ in {"advmod", "det", "preconj"} and word in self._cues.negations)
            ):
                said.negate(child)
            elif negatable and word == "longer" and any(inner.lower_ == "no" for inner in child.children):
                said.negate(child)  # "no longer uses"
            elif child.dep_ in {"advmod", "acomp"} and word in self._cues.falsities:
                said.negate(child)
            elif child.dep_ in {"aux", "auxpass"} and (mood := self._mood(child)) is not None:
                said.weaken(mood, child)
            elif child.dep_ == "aux" and word in self._cues.modals:
                said.weaken(self._cues.modals[word], child)
            elif child.dep_ == "mark" and word in self._cues.conditions:
                said.weaken(Modality.HYPOTHETICAL, child)
            elif child.dep_ == "advmod" and word in self._cues.adverbs:
                said.weaken(self._cues.adverbs[word], child)
            elif child.dep_ in {"nsubj", "nsubjpass"} and negatable:
                self._negative_phrase(child, said)
        mood = self._mood(token)
        if mood is not None:
            said.weaken(mood, token)
        going = next((c for c in token.children if c.lower_ == "to" and c.dep_ == "aux"), None)
        if going is not None and token.head.lemma_ in {"be", "go"} and token.dep_ == "xcomp" and token.pos_ == "VERB":
            said.weaken(Modality.PLANNED, going)

    def _mood(self, verb: Token) -> Modality | None:
        """Return how firmly a verb form speaks: "aurait vendu" is hearsay. Languages without such forms list none."""
        moods = self._cues.moods
        return next((moods[name] for name in verb.morph if name in moods), None) if moods else None

    def _negative_phrase(self, token: Token, said: Assertion) -> None:
        first, words = token, load_words(token.lang_)
        while first.dep_ == "conj" and first.head != first:
            first = first.head
        for child in (*first.children, *(token.children if first != token else ())):
            if (child.dep_ == "det" and child.lower_ in words.no) or child.lower_ in words.neither:
                key = (CueKind.POLARITY, child.idx, child.idx + len(child))
                if key not in said.cues:
                    said.negate(child)

    # --- speakers --------------------------------------------------------------------------------------------------

    def _sentence(self, trigger: Token, said: Assertion) -> None:
        sentence, words = trigger.sent, load_words(trigger.lang_)
        for token in sentence:
            if token.lower_ in words.according and token.dep_ in {"prep", "advmod", "advcl"}:
                objects = [t for t in token.subtree if t.dep_ == "pobj" and t.head.lower_ in words.according_to]
                if objects:
                    said.attribute(self._phrase(objects[0]), Modality.REPORTED, token)
            elif token.dep_ == "parataxis" and token.lemma_.lower() in self._cues.speech:
                said.attribute(self._speaker(token), self._cues.speech[token.lemma_.lower()], token)
        last = next((t for t in reversed(sentence) if not t.is_space and not t.is_quote), None)
        if last is not None and last.text == "?":
            said.weaken(Modality.HYPOTHETICAL, last)
        if not said.speakers:
            self._quoted(trigger, said)

    def _background(self, found: Found, said: Assertion) -> None:
        if _inside_quotes(found.trigger):
            self._quoted(found.trigger, said)

    def _quoted(self, trigger: Token, said: Assertion) -> None:
        """Find who is quoted: the verb of saying beside the quotation, in the sentence or its neighbours."""
        if not _inside_quotes(trigger):
            return
        paragraph = paragraph_of(trigger.doc, trigger.idx)
        sentences = [s for s in trigger.doc.sents if paragraph_of(trigger.doc, s.start_char) == paragraph]
        here = next((i for i, s in enumerate(sentences) if s.start <= trigger.i < s.end), 0)
        for number in sorted(range(len(sentences)), key=lambda i: (abs(i - here), i > here)):
            if abs(number - here) > 3:
                break
            for token in sentences[number]:
                if token.lemma_.lower() in self._cues.speech and token.pos_ == "VERB" and not _inside_quotes(token):
                    speaker = self._speaker(token)
                    if speaker is not None:
                        said.attribute(speaker, self._cues.speech[token.lemma_.lower()], token)
                        return

    def _speaker(self, verb: Token) -> Span | None:
        subjects = [child for child in verb.children if child.dep_ in {"nsubj", "csubj"}]
        if not subjects and verb.dep_ == "conj":
            return self._speaker(verb.head)
        if subjects and subjects[0].lower_ in load_words(verb.lang_).persons_relative and verb.dep_ == "relcl":
            return self._phrase(verb.head)
        return self._phrase(subjects[0]) if subjects else None

    def _agent(self, verb: Token) -> Span | None:
        words = load_words(verb.lang_)
        for child in verb.children:
            by, inside = child.lower_ in words.agent, child.lower_ in words.agent_document
            if child.dep_ in {"agent", "prep"} and (by or inside):
                objects = [inner for inner in child.children if inner.dep_ == "pobj"]
                if objects and (by or objects[0].lemma_ in words.documents):
                    return self._phrase(objects[0])
        return None

    @staticmethod
    def _phrase(head: Token) -> Span:
        """Return the noun phrase without what only describes it further."""
        words = sorted(_kept(head), key=lambda token: token.i)
        start = end = head.i
        kept = {token.i for token in words}
        while start - 1 in kept:
            start -= 1
        while end + 1 in kept:
            end += 1
        return head.doc[start : end + 1]


def _kept(head: Token) -> Iterator[Token]:
    yield head
    for child in head.children:
        if child.dep_ in _CUT and child.i > head.i:
            if child.dep_ not in {"cc", "conj"}:
                continue
        elif child.dep_ == "punct" and child.text in {",", "“", '"'}:
            continue
        yield from child.subtree


def _inside_quotes(token: Token) -> bool:
    """Return whether the word stands between quotation marks of its paragraph."""
    doc = token.doc
    paragraph = paragraph_of(doc, token.idx)
    start = doc._.paragraphs[paragraph].start if doc._.paragraphs else 0
    before = doc.text[start : token.idx]
    opened = sum(before.count(mark) for mark in _OPEN_QUOTES) - sum(before.count(mark) for mark in _CLOSE_QUOTES)
    return opened > 0 or before.count('"') % 2 == 1
