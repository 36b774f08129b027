"""Verbs of saying above a claim: who says it, how firmly, and whether it is said at all."""

from spacy.tokens import Span, Token

from graph.enums import Modality
from ingest.components.arguments import is_passive
from ingest.components.clauses import is_event
from ingest.components.negation import NegationReader
from ingest.components.reading import Assertion
from ingest.components.speakers import SpeakerReader, inside_quotes
from ingest.rules import CueTable, load_words


class SayingReader:
    """Reads what a verb of saying makes of a claim; one language."""

    def __init__(self, cues: CueTable, speakers: SpeakerReader, denials: NegationReader) -> None:
        self._cues = cues
        self._speakers = speakers
        self._denials = denials

    def says(self, token: Token, head: Token) -> bool:
        """Return whether the verb `head` says the claim that hangs on it by `token`."""
        lemma = head.lemma_.lower()
        if lemma not in self._cues.speech:
            return False
        own = any(child.dep_ == "nsubjpass" and child.pos_ != "PRON" for child in head.children)
        by_somebody = any(child.dep_ == "nsubj" for child in head.children)
        if token.dep_ == "ccomp" and token.i < head.i and head.tag_ == "VBN" and not by_somebody:
            return is_passive(head) and not own  # not "…, where the accuracy is reported"
        if token.dep_ in {"ccomp", "parataxis"}:
            return True
        if token.dep_ == "xcomp":
            having = any(child.dep_ == "aux" and child.tag_ == "VBG" for child in token.children)
            claims = self._cues.speech[lemma] is Modality.ALLEGED  # "claims to have used"
            return is_passive(head) or token.tag_ == "VBG" or having or claims
        return token.dep_ == "dobj" and lemma in self._cues.announcing and is_event(token, self._cues)

    def read(self, head: Token, said: Assertion) -> bool:
        """Take who speaks and how firmly into `said`; return whether the verb is passive, so that its "not" counts."""
        lemma = head.lemma_.lower()
        modality = self._cues.speech[lemma]
        if is_passive(head):
            modality = Modality.ALLEGED if lemma in load_words(head.lang_).bare_passive else modality
            said.attribute(self._speakers.of_agent(head), modality, head)
            return True
        speaker = self._speakers.of_verb(head)
        near = (head.head, *head.children)
        if any(word.lower_ in self._cues.solemn for word in near) or (speaker is None and head.tag_ == "VB"):
            return False  # "hereby announces", "is proud to announce", "note that": the writer's own act
        if self._unsaid(head, speaker, said):
            return False
        if self._speakers.is_own(speaker) and not inside_quotes(head):
            if modality is not Modality.REPORTED:
                said.weaken(Modality.POSSIBLE, head)  # "we believe that"
            return False
        if (false := next((c for c in head.children if c.lower_ in self._cues.falsities), None)) is not None:
            said.negate(false)  # "wrongly said that"
        if speaker is not None and speaker.root.lemma_.lower() in self._cues.accusers:
            modality = Modality.ALLEGED
        said.attribute(speaker, modality, head)
        return False

    def _unsaid(self, verb: Token, speaker: Span | None, said: Assertion) -> bool:
        """Read "nobody said", "did not say", "declined to say", "no evidence shows": nobody says so."""
        if speaker is not None and (none := self._denials.quantifier(speaker.root)) is not None:
            if speaker.root.lemma_.lower() in self._cues.traces:
                said.negate(none)
                said.weaken(Modality.POSSIBLE, none)
                return True
            said.unsaid = True
        held_back = verb.dep_ == "xcomp" and verb.head.lemma_.lower() in self._cues.negative_verbs
        if self._denials.negated(verb) or held_back:
            said.unsaid = True
        if said.unsaid:
            said.weaken(Modality.HYPOTHETICAL, verb)
        return said.unsaid
