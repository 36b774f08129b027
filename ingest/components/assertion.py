"""How a sentence says a claim: affirmed or denied, how firmly, and by whom; each with the words that show it.

The reader climbs from the trigger to the root of the sentence and collects cues on the way; the weakest modality wins.
On the way it loses sight: above a verb of saying nothing denies any more, above "stopped using" or "after it used"
nothing weakens any more, and above a relative clause nothing counts.
"""

from collections.abc import Iterable
from dataclasses import replace

from spacy.tokens import Span, Token

from graph.enums import Modality
from ingest.components.arguments import is_passive
from ingest.components.clauses import (
    VERBAL,
    by_the_way,
    has_subject,
    is_cleft,
    is_event,
    is_predicated,
    mark_of,
    part_of,
    question_mark,
)
from ingest.components.corrections import corrected
from ingest.components.frames import Found
from ingest.components.negation import NegationReader
from ingest.components.reading import BLIND, LISTED, Assertion, Sight
from ingest.components.sayings import SayingReader
from ingest.components.speakers import Attribution, SpeakerReader, inside_quotes
from ingest.rules import CueTable, FrameKind, load_words

_BACKGROUND = {
    FrameKind.POSSESSIVE, FrameKind.COMPOUND, FrameKind.PREPOSITION, FrameKind.TITLE, FrameKind.LINE,
    FrameKind.ASIDE, FrameKind.DESCRIPTION, FrameKind.PAPER,
}  # fmt: skip
_SUBJECTS = {"nsubj", "nsubjpass"}
_COMPLEMENTS = {"ccomp", "xcomp", "pcomp", "dobj", "parataxis", "prep", "pobj"}
_NEAR = {"xcomp", "ccomp", "attr", "acomp", "oprd", "dobj", "pobj", "prep", "pcomp", "csubj", "dative", "agent"}
_LONGEST_CLIMB = 14


class AssertionReader:
    """Reads how claims are said, by the cue table of one language."""

    def __init__(self, cues: CueTable) -> None:
        self._cues = cues
        self._speakers = SpeakerReader(cues)
        self._denials = NegationReader(cues)
        self._sayings = SayingReader(cues, self._speakers, self._denials)

    def read(self, found: Found) -> Assertion:
        """Return polarity, modality and speakers of what a frame found."""
        said = Assertion()
        if found.frame.modality is not None:
            said.weaken(found.frame.modality, found.trigger)
        noun = found.frame.kind is FrameKind.NOUN and not is_event(found.trigger, self._cues)
        if found.frame.kind in _BACKGROUND or (noun and not is_predicated(found.trigger)):
            return self.in_passing(found.trigger, said)
        self._governed(found.trigger, (found.subject.span, found.object.span), said)
        return said

    def of_trigger(self, trigger: Token, ends: Iterable[Span], *, presupposed: bool = False) -> Assertion:
        """Return polarity, modality and speakers of what `trigger` says of the spans `ends`.

        What is `presupposed` holds whether or not the trigger does: "will stop using A" says that A is used.
        """
        said = Assertion()
        if presupposed:
            self._climb(trigger, list(ends), said, BLIND)
            self._sentence(trigger, list(ends), said)
        else:
            self._governed(trigger, ends, said)
        return said

    def in_passing(self, word: Token, said: Assertion | None = None) -> Assertion:
        """Return the reading of what a noun phrase says in passing: a fact, or the word of who is quoted."""
        said = said if said is not None else Assertion()
        self._take(self._speakers.quoted(word), said)
        return said

    def _governed(self, trigger: Token, ends: Iterable[Span], said: Assertion) -> None:
        for end in (ends := list(ends)):
            if (word := self._denials.left_out(end.root, trigger)) is not None:
                said.negate(word)
                said.weaken(self._cues.modals.get(word.head.lower_, Modality.ASSERTED), word.head)
            if end.root.is_ancestor(trigger) or part_of(end.root) != part_of(trigger):
                continue
            if (word := self._denials.of_span(end)) is not None:
                said.negate(word)
        self._climb(trigger, ends, said)
        self._sentence(trigger, ends, said)

    # --- the climb -------------------------------------------------------------------------------------------------

    def _climb(self, trigger: Token, ends: list[Span], said: Assertion, sight: Sight | None = None) -> None:
        token, steps = trigger, 0
        if sight is None:
            sight = Sight()
            self._around(token, said, sight)
            self._own_verb(token, ends, said)
        while token.head != token and steps < _LONGEST_CLIMB:
            steps += 1
            if part_of(token.head) != part_of(trigger):
                if token.head.i > token.i:
                    return
                sight = BLIND
            above = self._step(token, token.head, said, sight)
            if above is None:
                return
            token, sight = token.head, above

    def _own_verb(self, trigger: Token, ends: list[Span], said: Assertion) -> None:
        """Read a trigger that itself denies or says it: "denies the allegation", "the website lists A as a partner"."""
        if trigger.pos_ != "VERB":
            return
        lemma = trigger.lemma_.lower()
        speaker = self._speakers.of_verb(trigger)
        known = {end.root.i for end in ends}
        about = [c for c in trigger.children if c.dep_ in {*_SUBJECTS, "dobj"} and is_event(c, self._cues)]
        if about and self._is_void(trigger):
            said.negate(trigger)
            self._around(about[0], said, Sight(negates=False))
        elif lemma in self._cues.tending and not self._speakers.is_own(speaker):
            said.weaken(self._cues.verbs[lemma], trigger)
        elif lemma in self._cues.denials and not any(child.dep_ in {"ccomp", "xcomp"} for child in trigger.children):
            said.negate(trigger)
            said.attribute(speaker, Modality.REPORTED, trigger)
        elif lemma in self._cues.showing and speaker is not None and not is_passive(trigger):
            paper = "Paper" in self._cues.nominals.get(speaker.root.lemma_.lower(), ())
            if paper or any(word.i in known for word in speaker) or self._speakers.is_own(speaker):
                return
            said.attribute(speaker, self._cues.speech.get(lemma, Modality.REPORTED), trigger)

    def _step(self, token: Token, head: Token, said: Assertion, sight: Sight) -> Sight | None:
        """Read the word above and return what can be seen from there; None where the climb ends."""
        lemma = head.lemma_.lower()
        if token.dep_ in {"relcl", "appos"}:
            return sight if is_cleft(token, head) else None
        if token.dep_ == "acl":
            return self._clause_of_noun(token, head, lemma, said, sight)
        if token.pos_ in {"NOUN", "PROPN"} and token.dep_ in {"compound", "nmod", "poss"}:
            return sight if is_event(head, self._cues) else None
        if token.dep_ == "conj":
            return self._conjunct(token, head, said, sight)
        if head.pos_ == "NOUN" and token.dep_ == "ccomp":
            self._doubt(head, said)
        if head.pos_ == "ADP":
            if token.dep_ == "pcomp" and mark_of(token) in self._cues.presupposing:
                return None  # "looked into how A had used B"
            return self._preposition(head, said, sight)
        if head.pos_ in VERBAL:
            return self._under(token, head, lemma, said, sight)
        if head.pos_ == "ADJ" and lemma in self._cues.adjectives and sight.weakens:
            said.weaken(self._cues.adjectives[lemma], head)
            if head.lower_ in load_words(head.lang_).unlikely:
                said.negate(head)
        elif head.pos_ in {"ADJ", "NOUN", "ADV"} and lemma in self._cues.falsities:
            said.negate(head)
        elif head.pos_ == "NOUN" and lemma in self._cues.nouns and sight.weakens:
            said.weaken(self._cues.nouns[lemma], head)
            self._empty(head, said)
        return sight

    def _clause_of_noun(self, token: Token, head: Token, lemma: str, said: Assertion, sight: Sight) -> Sight | None:
        """Read a clause behind a noun: "a plan to use" goes on, "software used by" ends the climb."""
        if head.pos_ not in {"NOUN", "ADJ"} or (token.tag_ in {"VBN", "VBG"} and lemma not in self._cues.nouns):
            return None
        self._doubt(head, said)
        self._empty(head, said)
        if lemma in self._cues.nouns:
            if sight.weakens:
                said.weaken(self._cues.nouns[lemma], head)
            self._around(head, said, sight)
            return sight
        return sight if is_event(head, self._cues) else BLIND

    def _conjunct(self, token: Token, head: Token, said: Assertion, sight: Sight) -> Sight:
        if token.pos_ not in VERBAL or head.pos_ not in VERBAL:
            return sight
        if token.i < head.i:
            return BLIND
        words = load_words(head.lang_)
        joint = next((c for c in head.children if c.dep_ == "cc" and c.lower_ in words.nor and c.i < token.i), None)
        listed = replace(LISTED, governs=sight.governs)
        if has_subject(token):
            if joint is not None and joint.lower_ in self._cues.nones:  # "nor has it ever funded it"
                said.negate(joint)
            return listed
        if any(child.dep_ in {"aux", "auxpass"} for child in token.children) or token.tag_ != head.tag_:
            return listed
        above = replace(sight, negates=joint is not None and sight.negates)
        self._around(head, said, above)
        return above

    def _preposition(self, prep: Token, said: Assertion, sight: Sight) -> Sight | None:
        word = prep.lower_
        if word in self._cues.contrasts or f"{word} {prep.nbor().lower_ if prep.i + 1 < len(prep.doc) else ''}" in (
            self._cues.contrasts
        ):
            said.negate(prep)
        elif prep.dep_ == "prep" and f"{prep.head.lower_} {word}" in self._cues.contrasts:
            said.negate(prep.head)  # "contrary to reports that"
        elif word in self._cues.presupposing:
            return BLIND
        return sight

    def _under(self, token: Token, head: Token, lemma: str, said: Assertion, sight: Sight) -> Sight | None:
        """Read a verb that governs the claim: of saying, of planning, of failing, or one to look through."""
        if token.dep_ in _SUBJECTS:
            return self._subject(token, head, lemma, said, sight)
        if token.dep_ == "advcl":
            return self._adverbial(token, head, said, sight)
        if token.dep_ in {"ccomp", "csubj"} and token.pos_ in VERBAL and mark_of(token) in self._cues.presupposing:
            return None  # "explained how X had used Y": that it did is taken for granted
        complement = token.dep_ in _COMPLEMENTS
        if lemma in self._cues.silences and complement:
            said.unsaid = True
        if lemma in self._cues.denials and complement and token.dep_ != "prep":
            if sight.governs:
                said.negate(head)
            if said.modality is Modality.ALLEGED:  # "rejected claims that": the claims are others'
                said.modality = Modality.ASSERTED
            said.attribute(self._speakers.of_verb(head), Modality.REPORTED, head)
            held_back = head.dep_ == "xcomp" and head.head.lemma_.lower() in self._cues.negative_verbs
            said.unsaid = said.unsaid or self._denials.negated(head) or held_back
            return BLIND
        if self._sayings.says(token, head):
            passive = self._sayings.read(head, said)
            self._around(head, said, sight if passive else BLIND)
            return sight if passive else BLIND
        if lemma in self._cues.endings and token.dep_ in {"xcomp", "dobj", "pcomp", "prep", "ccomp"}:
            if any(child.lower_ == "short" for child in head.children):
                said.negate(head)
                return sight
            return BLIND
        self._colour(token, head, lemma, said, sight)
        near = replace(sight, negates=sight.negates and token.dep_ in _NEAR)
        self._around(head, said, near, via=token)
        return near

    def _colour(self, token: Token, head: Token, lemma: str, said: Assertion, sight: Sight) -> None:
        """Read verbs of failing, planning, accusing."""
        words = load_words(head.lang_)
        barred = token.dep_ == "prep" and words.preposition(token.lower_) in words.barred
        void = is_event(token, self._cues) and self._is_void(head)
        failing = lemma in self._cues.negative_verbs and (token.dep_ in {"xcomp", "pcomp", "ccomp"} or barred)
        if failing or (void and token.dep_ in {"dobj", "prep"}):
            if sight.negates:
                said.negate(head)
        elif lemma in self._cues.verbs and sight.weakens and token.dep_ in _COMPLEMENTS:
            asked = self._cues.verbs[lemma] is Modality.HYPOTHETICAL
            if asked and is_passive(head) and token.dep_ == "ccomp" and token.tag_ in {"VBD", "VBZ", "VBP"}:
                return  # "are advised that A sells B"
            if lemma in self._cues.naming and token.dep_ in {"ccomp", "dobj"}:
                return  # "we call the set X", "calls itself X"
            modality = self._cues.verbs[lemma]
            said.weaken(modality, head)
            if modality is Modality.ALLEGED:
                speaker = self._speakers.of_agent(head) if is_passive(head) else self._speakers.of_verb(head)
                said.attribute(speaker, Modality.ALLEGED, head)

    def _subject(self, token: Token, head: Token, lemma: str, said: Assertion, sight: Sight) -> Sight | None:
        """Read the verb of which the claim is the subject: "the bid was blocked", "the claim that … is false"."""
        if token.pos_ in VERBAL:  # a clause
            self._around(head, said, sight)
            return sight
        if not is_event(token, self._cues):
            return None
        if self._is_void(head) or lemma in self._cues.negative_verbs:
            said.negate(head)
        if lemma in self._cues.verbs and is_passive(head) and sight.weakens:
            said.weaken(self._cues.verbs[lemma], head)
        self._around(head, said, sight)
        for child in head.children:
            if child.dep_ == "conj" and child.pos_ in VERBAL and not has_subject(child):
                if self._is_void(child):
                    said.negate(child)
                else:
                    self._negations(child, said)
            if child.dep_ in {"attr", "acomp"} and child.lemma_.lower() in self._cues.falsities:
                said.negate(child)
        return BLIND

    def _is_void(self, verb: Token) -> bool:
        """Return whether the verb calls something off: "cancelled", "turned down", "fell through"."""
        lemma = verb.lemma_.lower()
        more = (f"{lemma} {child.lower_}" for child in verb.children if child.dep_ in {"prt", "advmod", "prep"})
        return lemma in self._cues.voids or any(words in self._cues.voids for words in more)

    def _adverbial(self, token: Token, head: Token, said: Assertion, sight: Sight) -> Sight:
        """Read the clause above "to use", "using", "if it used", "after it used"."""
        mark = mark_of(token)
        first = token.left_edge
        if first.lower_ in self._cues.inverted and first.dep_ == "aux" and first.head == token and not mark:
            said.weaken(Modality.HYPOTHETICAL, first)  # "Had X bought Y, …"
        if mark in self._cues.conditions:
            return BLIND
        goal = any(child.lower_ in load_words(token.lang_).infinitive for child in token.children)
        if goal and head.lemma_.lower() in self._cues.verbs and sight.weakens:
            said.weaken(self._cues.verbs[head.lemma_.lower()], head)  # "called for X to sell"
        for noun in (child for child in head.children if goal and sight.weakens and child.dep_ == "dobj"):
            if noun.lemma_.lower() in self._cues.nouns:  # "signed an agreement to build"
                said.weaken(self._cues.nouns[noun.lemma_.lower()], noun)
        if goal or (not mark and token.tag_ == "VBG" and not has_subject(token)):
            self._around(head, said, sight)
            return sight
        return BLIND

    def _doubt(self, head: Token, said: Assertion) -> None:
        """Read "no evidence shows that", "no record of", "did not say that"."""
        near = [head, *(child for child in head.children if child.dep_ in _SUBJECTS)]
        for word in near:
            for child in word.children:
                if child.dep_ == "neg" or (child.dep_ == "det" and child.lower_ in self._cues.nones):
                    said.weaken(Modality.HYPOTHETICAL, child)

    def _empty(self, noun: Token, said: Assertion) -> None:
        """Read "no evidence that", "no record of": nobody has seen it."""
        if noun.lemma_.lower() not in self._cues.traces:
            return
        for child in noun.children:
            if child.dep_ == "det" and child.lower_ in self._cues.nones:
                said.negate(child)

    def _around(self, token: Token, said: Assertion, sight: Sight, via: Token | None = None) -> None:
        """Read the auxiliaries, adverbs, negations and conjunctions which hang on the word."""
        if sight.negates:
            self._negations(token, said, via)
        for child in token.children:
            word = child.lower_
            if child.dep_ == "mark" and word in self._cues.conditions:
                said.weaken(Modality.HYPOTHETICAL, child)
            if not sight.weakens:
                continue
            if child.dep_ == "amod" and token.pos_ == "NOUN" and word in self._cues.adjectives:
                said.weaken(self._cues.adjectives[word], child)
            elif child.dep_ in {"aux", "auxpass"} and (mood := self._mood(child)) is not None:
                said.weaken(mood, child)
            elif child.dep_ == "aux" and word in self._cues.modals and not self._accessible(token, child):
                said.weaken(self._cues.modals[word], child)
            elif child.dep_ == "advmod" and word in self._cues.adverbs:
                said.weaken(self._cues.adverbs[word], child)
        if not sight.weakens:
            return
        if (mood := self._mood(token)) is not None:
            said.weaken(mood, token)
        going = next((c for c in token.children if c.lower_ == "to" and c.dep_ == "aux"), None)
        if going is not None and token.head.lemma_ in {"be", "go"} and token.dep_ == "xcomp" and token.pos_ == "VERB":
            said.weaken(Modality.PLANNED, going)

    def _accessible(self, verb: Token, modal: Token) -> bool:
        """Return whether "could be downloaded" tells of what was to be had, not of what might be."""
        possible = self._cues.modals[modal.lower_] is Modality.POSSIBLE and modal.tag_ == "MD" and is_passive(verb)
        return possible and verb.lemma_.lower() in self._cues.accessible and modal.lower_ in self._cues.abilities

    def _mood(self, verb: Token) -> Modality | None:
        """Return how firmly a verb form speaks: "aurait vendu" is hearsay. Languages without such forms list none."""
        moods = self._cues.moods
        return next((moods[name] for name in verb.morph if name in moods), None) if moods else None

    def _negations(self, token: Token, said: Assertion, via: Token | None = None) -> None:
        for word in self._denials.of_verb(token, via):
            said.negate(word)

    # --- the sentence ----------------------------------------------------------------------------------------------

    def _sentence(self, trigger: Token, ends: list[Span], said: Assertion) -> None:
        text = trigger.sent.text.lower()
        for words, modality in self._cues.phrases.items():
            if (at := text.find(words)) >= 0:
                start = trigger.sent.start_char + at
                span = trigger.doc.char_span(start, start + len(words), alignment_mode="expand")
                if span is not None and part_of(span[0]) == part_of(trigger) and span.start < trigger.i:
                    said.weaken(modality, span.root)
        aside = by_the_way(trigger)  # what the writer adds on his own, whoever says the rest
        for each in self._speakers.beside(trigger, ends):
            if aside is None or aside == each.word or aside.is_ancestor(each.word):
                self._take(each, said)
        if (mark := question_mark(trigger, ends, self._cues)) is not None:
            said.weaken(Modality.HYPOTHETICAL, mark)
        if not said.speakers:
            listed = self._speakers.listed(trigger)
            self._take(listed or self._speakers.quoted(trigger) or self._speakers.dialogue(trigger), said)
            if not said.speakers and said.modality is Modality.ASSERTED and inside_quotes(trigger):
                said.weaken(Modality.REPORTED, trigger)  # somebody says it, if nobody is named
        if said.speakers and not said.denied and (word := corrected(trigger, said.speakers[-1], self._cues)):
            said.negate(word)
            said.speakers.clear()
            said.modality = Modality.ASSERTED

    def _take(self, attribution: Attribution | None, said: Assertion) -> None:
        if attribution is None:
            return
        if self._speakers.is_own(attribution.speaker):
            if attribution.modality is Modality.ALLEGED:  # "we believe"
                said.weaken(Modality.POSSIBLE, attribution.word)
        else:
            said.attribute(attribution.speaker, attribution.modality, attribution.word)
