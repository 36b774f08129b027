"""When it happened: the date that belongs to a claim, by the parse, by clause, or by where it stands."""

import re
from collections.abc import Sequence
from dataclasses import replace

from spacy.tokens import Span, Token

from ingest.components.clauses import VERBAL, Tie, clause_of, is_event, part_of
from ingest.components.paragraphs import text_of
from ingest.components.time import Dated, dates
from ingest.rules import CueTable

_TIMELESS = {"LOCATED_IN"}  # where a body sits is not dated by when it was founded there
# Claims that hold for a while: a verb of ending or removal dates their end.
LASTING = {
    "AFFILIATED_WITH", "DEPLOYED_IN", "HOSTED_ON", "INVESTED_IN", "OPERATES", "PARTICIPATED_IN", "PARTNERED_WITH",
    "SUBSIDIARY_OF", "TRAINED_ON", "USED",
}  # fmt: skip
_PLAIN_YEAR = re.compile(r"(?:19[5-9]|20[0-4])\d")
_LABEL_END = re.compile(r"\s*(?:[:|.–—]|-\s)")
_ENTERED = {"PUBLISHED"}  # what the entry of a list of references says
_NUMBER = re.compile(r"(?:^|\s)\[\d+\]")
_LAST_YEAR = re.compile(r"\b((?:19[5-9]|20[0-4])\d)\W*$")
_Found = Sequence[tuple[Dated, Token]]


class TimeReader:
    """Finds the time of a claim: a date in the clause of its trigger. One language."""

    def __init__(self, cues: CueTable) -> None:
        self._cues = cues

    def happened(self, tied: Tie, ends: Sequence[Span], predicate: str | None = None) -> Dated | None:
        """Return the one date that belongs to the trigger's clause; two different ones are none.

        A date belongs to the nearest verb above it; the date of a verb of saying is when it was said. Where the verb
        says that something ended ("left in 2019"), the claim held until then: "../2019".
        """
        sentence = tied.trigger.sent
        found = [
            (dated, span.root)
            for dated in self._dates(sentence)
            if (span := sentence.doc.char_span(dated.start, dated.end, alignment_mode="expand")) is not None
            and not any(end.start_char <= dated.start < end.end_char for end in ends)
        ]
        if predicate in _TIMELESS:
            return None
        if not found:
            return _of_entry(tied.trigger) if predicate in _ENTERED else None
        if tied.background:
            return _only(_between(found, ends))
        dated = self._of_clause(found, tied.trigger)
        if dated is None and predicate in _ENTERED:
            return _of_entry(tied.trigger)
        if dated is not None and "/" not in dated.edtf and self._ends(tied.trigger, predicate):
            return replace(dated, edtf=f"../{dated.edtf}")
        return dated

    def _dates(self, sentence: Span) -> list[Dated]:
        """Return the dates of a sentence, those in front of an event included: "its 2019 purchase"."""
        found = dates(sentence.text, sentence.start_char, sentence[0].lang_)
        known = {dated.start for dated in found}
        for token in sentence:
            before = token.i > sentence.start and _PLAIN_YEAR.fullmatch(token.text) is not None
            if before and token.idx not in known and token.head.i > token.i and is_event(token.head, self._cues):
                found.append(Dated(token.text, token.idx, token.idx + len(token)))
        return found

    def _of_clause(self, found: _Found, trigger: Token) -> Dated | None:
        """Return the date nearest to the trigger by the parse, then by clause, then by where it stands."""
        part = part_of(trigger)
        near = [(dated, root) for dated, root in found if part_of(root) == part]
        owners = self._owners(trigger)
        own = [(d, r) for d, r in near if r.i in owners or _verb_above(r).i in owners or _under(r, trigger)]
        if own:
            return _only(own) or _only([(d, r) for d, r in own if _under(r, trigger)])
        clause = clause_of(trigger)
        rest = [(d, r) for d, r in near if _verb_above(r).lemma_.lower() not in self._cues.speech]
        if same := [(d, r) for d, r in rest if clause_of(r) == clause and not _elsewhere(r, trigger)]:
            return _only(same)
        start = trigger.doc[part[0]].idx
        text = text_of(trigger.doc)
        if labels := [(d, r) for d, r in near if d.start - start <= 1 and _LABEL_END.match(text, d.end)]:
            return _only(labels)
        verbs = any(token.pos_ in VERBAL for token in trigger.doc[part[0] : part[1]])
        return None if verbs else _only(rest)

    def _owners(self, trigger: Token) -> set[int]:
        owners = {trigger.i}
        if trigger.pos_ not in VERBAL:
            verb = _verb_above(trigger)
            owners.update({verb.i} if verb.lemma_.lower() not in self._cues.speech else set())
        elif trigger.dep_ in {"xcomp", "pcomp"} and trigger.head.lemma_.lower() not in self._cues.speech:
            owners.add(trigger.head.i)
        return owners

    def _ends(self, trigger: Token, predicate: str | None) -> bool:
        """Return whether the date is when something ended that the claim says was so."""
        words = [trigger, trigger.head] if trigger.dep_ in {"xcomp", "dobj", "pcomp", "prep"} else [trigger]
        lemmas = {word.lemma_.lower() for word in words if word.pos_ in VERBAL}
        if predicate is None:
            return bool(lemmas & self._cues.endings)
        return predicate in LASTING and bool(lemmas & (self._cues.endings | self._cues.removals))


def _only(found: _Found) -> Dated | None:
    return found[0][0] if len({dated.edtf for dated, _ in found}) == 1 else None


def _of_entry(trigger: Token) -> Dated | None:
    """Return the year at the end of an entry in a list of references: "[3] Sato M. Shoppers and bags. 2017."."""
    text = text_of(trigger.doc)
    start = text.rfind("\n", 0, trigger.idx) + 1
    end = text.find("\n", trigger.idx)
    end = len(text) if end < 0 else end
    for number in _NUMBER.finditer(text, start, end):
        if number.start() <= trigger.idx:
            start = number.end()
        else:
            end = number.start()
            break
    found = _LAST_YEAR.search(text, start, end)
    return Dated(found[1], found.start(1), found.end(1)) if found is not None else None


def _between(found: _Found, ends: Sequence[Span]) -> list[tuple[Dated, Token]]:
    """Return the dates between two ends with no verb in between."""
    if len(ends) < 2:
        return []
    first, second = sorted(ends, key=lambda span: span.start)
    if any(token.pos_ == "VERB" for token in first.doc[first.end : second.start]):
        return []
    return [(dated, root) for dated, root in found if first.end <= root.i < second.start]


def _elsewhere(root: Token, trigger: Token) -> bool:
    """Return whether the date hangs on a verb of its own that does not lead to the trigger."""
    verb = _verb_above(root)
    return verb.dep_ in {"conj", "acl", "advcl", "pcomp"} and verb != trigger and trigger not in verb.subtree


def _under(token: Token, trigger: Token) -> bool:
    """Return whether the date hangs on the trigger itself without another verb between: "its purchase in 2019"."""
    while token.head != token:
        token = token.head
        if token == trigger:
            return True
        if token.pos_ in VERBAL:
            return False
    return False


def _verb_above(token: Token) -> Token:
    """Return the nearest verb above a word, or the root."""
    while token.head != token:
        token = token.head
        if token.pos_ in VERBAL and token.dep_ not in {"aux", "auxpass"}:
            return token
    return token
