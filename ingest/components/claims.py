"""Put frames, assertion and time together: what a parsed document claims, before it becomes records."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from spacy.tokens import Doc, Span

from graph.enums import CueKind
from graph.schema import load_schema
from ingest.components.assertion import AssertionReader
from ingest.components.clauses import Tie, tie
from ingest.components.combining import Combiner, Scores, load_combiner
from ingest.components.frames import Found, FrameReader
from ingest.components.moment import TimeReader
from ingest.components.pairs import PairReader
from ingest.components.proposals import Proposal, propose
from ingest.components.reading import Assertion
from ingest.components.readings import readings_of, type_scores
from ingest.components.reference import Argument
from ingest.components.time import Dated
from ingest.learning.loglinear import log_linear
from ingest.rules import Frame, FrameKind, load_cues, load_frames, load_words
from ingest.rules.loader import Example

_Key = tuple[str, str, str]
_ATTRIBUTES = {"AFFILIATED_WITH", "LOCATED_IN", "SUBSIDIARY_OF"}  # what somebody is, rather than did

FAMILY = "frames"
LEARNED = "learned"
# Reading "it" or "the firm" may go wrong; measured on hand-written passages.
NOMINAL_FACTOR = 0.95
# What is more likely wrong than right is no evidence: a wrong edge accuses somebody.
FLOOR = 0.5
# Where no frame vouches for a claim it takes more: on real text the learned models were right less often than on the
# passages that calibrate them.
LEARNED_FLOOR = 0.6
# File names, paths, variables and markup: words of a listing, never the name of an entity.
_NO_NAME = re.compile(r"[\\%<>{}=|]|\.(?:exe|dll|bin|dat|sys|tmp|ini|log|zip|bat|lnk)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """One claim as one sentence says it; `cues` and `dated` in characters of the parsed document."""

    found: Found
    sentence: Span
    assertion: Assertion
    dated: Dated | None
    qualifiers: Mapping[str, str]
    probability: float
    cues: tuple[tuple[CueKind, int, int], ...]
    why: str  # the frame with its words, and what the network gives
    extractor: str
    frame: float | None  # probability by the frame alone, None where none fires
    scores: Scores | None  # of the learned models, None where they were not asked


class ClaimReader:
    """Reads all claims of a document; made once, used for every document."""

    def __init__(self, language: str = "en") -> None:
        self._cues = load_cues(language)
        self._schema = load_schema()
        self._frames = FrameReader(load_frames(language), self._schema, self._cues)
        self._assertion = AssertionReader(self._cues)
        self._time = TimeReader(self._cues)
        self._pairs = PairReader(self._cues)
        self._symmetric = frozenset(name for name, each in self._schema.predicates.items() if each.symmetric)

    def read(self, doc: Doc, floor: float = FLOOR) -> list[Said]:
        """Return the claims of the body of `doc`; adverts and page furniture give none, nor what is below `floor`."""
        proposed = self._proposed(doc)
        said, told = [], set()
        for found in self._frames.read(doc):
            key = _key(found.subject, found.frame.predicate, found.object, self._symmetric)
            at = proposed.get(key, {})
            sentence = found.trigger.sent.start
            told.add((key, sentence))
            best = at.get(sentence, max(at.values(), key=lambda each: each.probability, default=None))
            scores = _scores(best, found) if best else _nothing(found)
            if _body(found) and _stated(found) and _named(found):
                said.append(self._said(found, scores, floor))
        for key, by_sentence in proposed.items():
            for sentence, proposal in by_sentence.items():
                found = self._learned(proposal)
                if (key, sentence) not in told and _body(found) and _stated(found) and _named(found):
                    scores = _scores(proposal, found)
                    said.append(self._said(found, scores, floor))
        return self._once(_without_speakers([each for each in said if each is not None and not each.assertion.unsaid]))

    def _proposed(self, doc: Doc) -> dict[_Key, dict[int, Proposal]]:
        """Return what the network proposes by claim and first word of the sentence: the likeliest of each."""
        best: dict[_Key, dict[int, Proposal]] = {}
        for proposal in propose(doc):
            key = _key(proposal.subject, proposal.predicate, proposal.object, self._symmetric)
            sentence = proposal.sentence.start
            known = best.setdefault(key, {}).get(sentence)
            if known is None or known.probability < proposal.probability:
                best[key][sentence] = proposal
        return best

    def _learned(self, proposal: Proposal) -> Found:
        ends = proposal.subject.span, proposal.object.span
        trigger = tie(*ends, proposal.sentence, self._cues, proposal.predicate).trigger
        return Found(_frame(proposal.predicate), proposal.subject, proposal.object, trigger, (trigger,))

    def _said(self, found: Found, scores: Scores | None, floor: float) -> Said | None:
        """Return the claim with how it is said, None when it is too unlikely to be worth the reading."""
        sentence = found.trigger.sent
        learned = found.frame.kind is FrameKind.LEARNED
        firm = found.frame.probability
        for argument in (found.subject, found.object):
            if argument.nominal is not None:
                firm *= NOMINAL_FACTOR
        probability = _combiner(found.trigger.doc).probability(None if learned else firm, scores)
        if round(probability, 4) < (max(floor, LEARNED_FLOOR) if learned and floor else floor):
            return None
        if learned:
            ends = found.subject.span, found.object.span
            assertion, dated = self._pairs.of_pair(*ends, sentence, predicate=found.frame.predicate)
        else:
            assertion = self._assertion.read(found)
            tied = Tie(found.trigger, background=False)
            dated = self._time.happened(tied, (found.subject.span, found.object.span), found.frame.predicate)
        cues = [(CueKind.TRIGGER, token.idx, token.idx + len(token)) for token in found.words]
        cues.extend(assertion.cues)
        if dated is not None:
            cues.append((CueKind.TIME, dated.start, dated.end))
        words = f"{found.frame.name}: {' … '.join(token.text for token in found.words)}" if not learned else ""
        models = _reasons(found, scores) if scores is not None else ""
        return Said(
            found,
            sentence,
            assertion,
            dated,
            self._qualifiers(found),
            round(probability, 4),
            tuple(dict.fromkeys(cues)),
            "; ".join(filter(None, (words, models))),
            LEARNED if learned else FAMILY,
            None if learned else firm,
            scores,
        )

    def _once(self, said: list[Said]) -> list[Said]:
        """Leave out what two frames say alike in one sentence: "its headquarters, which it has in" is one statement."""
        best: dict[tuple[object, ...], Said] = {}
        for each in said:
            found, how = each.found, each.assertion
            key = _key(found.subject, found.frame.predicate, found.object, self._symmetric)
            way = (key, each.sentence.start, how.denied, how.modality, tuple(speaker.start for speaker in how.speakers))
            if way not in best or best[way].probability < each.probability:
                best[way] = each
        return list(best.values())

    def _qualifiers(self, found: Found) -> dict[str, str]:
        qualifiers = dict(found.frame.qualifiers)
        known = self._schema.predicates[found.frame.predicate].qualifiers
        if "role" in known and found.frame.kind in {FrameKind.TITLE, FrameKind.NOUN}:
            qualifiers.setdefault("role", _role(found))
        if "purpose" in known and "purpose" not in qualifiers:
            purpose = next(filter(None, (self._cues.purposes.get(w) for w in self._purposes(found))), None)
            if purpose:
                qualifiers["purpose"] = purpose
        return qualifiers

    def _purposes(self, found: Found) -> list[str]:
        words = []
        for child in found.trigger.children:
            if child.dep_ in {"xcomp", "advcl"}:
                words.append(child.lemma_.lower())
            elif child.dep_ == "prep" and child.lower_ in load_words(child.lang_).purpose:
                words.extend(word for inner in child.children for word in (inner.lemma_.lower(), inner.lower_))
        return words


def _key(subject: Argument, predicate: str, obj: Argument, symmetric: frozenset[str]) -> _Key:
    ends = [argument.mention.id_ or argument.mention.text for argument in (subject, obj)]
    if predicate in symmetric:
        ends.sort()
    return ends[0], predicate, ends[1]


def _combiner(doc: Doc) -> Combiner:
    """Return the calibration that belongs to the weights which read the document."""
    readings = readings_of(doc)
    return load_combiner(readings[0].model.folder) if readings else load_combiner()


def _without_speakers(said: list[Said]) -> list[Said]:
    """Leave out what the models claim of who only says it: "the FT reported that X withdrew Y", "…, the FT reported".

    "X said it had withdrawn Y" is another thing: there the end is "it". What somebody is holds of speakers too.
    """
    speakers = [speaker for each in said for speaker in each.assertion.speakers]

    def speaks(each: Said) -> bool:
        ends = (each.found.subject.span, each.found.object.span)
        return any(end.start < speaker.end and speaker.start < end.end for end in ends for speaker in speakers)

    return [
        each
        for each in said
        if each.extractor != LEARNED or each.found.frame.predicate in _ATTRIBUTES or not speaks(each)
    ]


def _scores(proposal: Proposal, found: Found) -> Scores:
    return Scores(proposal.probability, _certainty(found), proposal.features)


def _reasons(found: Found, scores: Scores) -> str:
    """Return the score of the learned model and the features that speak most for the claim."""
    model = log_linear(readings_of(found.trigger.doc)[0].model.folder)
    told = ", ".join(model.reasons(scores.features, found.frame.predicate))
    return f"learned {scores.parse:.2f}" + (f" ({told})" if told else "")


def _nothing(found: Found) -> Scores | None:
    """Return the scores of a claim that the models have seen and not proposed, None where they were not asked.

    They are asked about two names of one sentence; about "it" only where the network sees a mention in it.
    """
    doc, ends = found.trigger.doc, (found.subject, found.object)
    if any(end.nominal is not None for end in ends) or ends[0].mention.sent.start != ends[1].mention.sent.start:
        return None
    places = [end.mention.start_char for end in ends]
    asked = any(all(each.start <= place < each.end for place in places) for each in readings_of(doc))
    return Scores(0.0, _certainty(found)) if asked else None


def _certainty(found: Found) -> float:
    """Return the logarithm of the probability that both ends are names of their type: that of the less sure one."""
    least = 0.0
    for argument in (found.subject, found.object):
        mention = argument.mention
        if not mention.kb_id_:
            read = type_scores(mention)
            least = min(least, read[mention.label_] if read is not None else 0.0)
    return least


@cache
def _frame(predicate: str) -> Frame:
    """Return what stands for a frame where only the learned models make the claim."""
    example = (Example(say="No sentence: the models read all of them."),)
    return Frame(
        name="learned", predicate=predicate, kind=FrameKind.LEARNED, subject=("any",), object=("any",),
        probability=1.0, examples=example,
    )  # fmt: skip


def _role(found: Found) -> str:
    """Return the words of the office: "vice president", "chief scientist"."""
    last = first = found.trigger
    taken = {token.i for mention in (found.subject.mention, found.object.mention) for token in mention}
    while (
        first.i > first.sent.start
        and first.i - 1 not in taken
        and (before := first.nbor(-1)).dep_ in {"compound", "amod"}
        and before.head.i in range(first.i, last.i + 1)
        and before.ent_type_ == ""
    ):
        first = before
    return first.doc[first.i : last.i + 1].text.lower()


def _named(found: Found) -> bool:
    """Whether both ends are names, and not one a part of the other ("De Decker, Kris")."""
    subject, obj = found.subject.mention, found.object.mention
    if _NO_NAME.search(subject.text) or _NO_NAME.search(obj.text):
        return False
    words = [set((span.id_ or span.text).casefold().split()) for span in (subject, obj)]
    return not (subject.label_ == "Person" and words[1] <= words[0])


def _body(found: Found) -> bool:
    return bool(found.subject.span._.body and found.trigger.doc[found.trigger.i : found.trigger.i + 1]._.body)


def _stated(found: Found) -> bool:
    """Return whether the clause says anything: "refused to comment on whether it used X" does not."""
    clauses = (found.trigger, *found.trigger.ancestors)
    whether = load_words(found.trigger.lang_).whether
    return not any(child.dep_ == "mark" and child.lower_ in whether for token in clauses for child in token.children)


@cache
def claim_reader(language: str = "en") -> ClaimReader:
    """Return the reader with the shipped frames and cues of a language (ISO 639-1), made once."""
    return ClaimReader(language)
