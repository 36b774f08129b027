"""Where a claim stands in its sentence: the word that ties two spans, its clause, the part between semicolons.

A parse goes astray over semicolons more often than elsewhere, so that readers also look at where words stand.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from spacy.tokens import Span, Token

from ingest.components.names import mention_at
from ingest.rules import CueTable, load_words

VERBAL = {"VERB", "AUX"}
_ADDED = {"aux", "auxpass", "cop"}
_CLAUSES = {"ROOT", "relcl", "acl", "advcl", "ccomp", "parataxis", "csubj"}
# What noun phrases say in passing.
_ATTRIBUTES = {"AFFILIATED_WITH", "CREATED", "LOCATED_IN", "SUBSIDIARY_OF"}
ACTS_OF_SPEAKERS = {"INVESTIGATED"}  # who reports on somebody has looked into it
# Auxiliaries (lemmas) that stand for a whole verb, their tags, and what they would have if they were one themselves.
_ALONE = {"do", "will", "have", "would", "can", "could", "may", "might", "must", "should", "shall"}
_AUXILIARY = {"MD", "VBD", "VBZ", "VBP"}
_CONTENT = {"attr", "acomp", "xcomp", "ccomp", "dobj", "prep"}
_BY_THE_WAY = {"relcl", "acl", "appos"}
_WITHIN = {*_BY_THE_WAY, "conj", "prep", "pobj", "dobj", "agent", "attr", "compound", "poss"}
_BESIDE = 8  # words between two names of one phrase
_SUBJECTS = {"nsubj", "nsubjpass", "csubj", "expl"}


@dataclass(frozen=True, slots=True)
class Tie:
    """What ties two spans of a sentence: a word of a clause, or only that they stand in one noun phrase."""

    trigger: Token
    background: bool  # "A's B", "A (B)", "B of A": said in passing, whatever the sentence does with it


def tie(subject: Span, obj: Span, sentence: Span, cues: CueTable, predicate: str | None = None) -> Tie:
    """Return the tie of two spans: the deepest verb above one of them up to where their branches meet.

    For a span outside of the sentence the other one is taken alone, and without both the root of the sentence. What is
    said by "A's B" or "A, a B firm" is known by the `predicate` also where the parse goes astray.
    """
    ends = [span for span in (obj, subject) if sentence.start <= span.start < sentence.end]
    if not ends:
        return Tie(sentence.root, background=False)
    first, second = ends[0].root, ends[-1].root
    if first.sent != second.sent or first == second:
        alone = _of_one(second, sentence, cues)
        return Tie(alone, background=False) if alone in sentence else Tie(second, background=True)
    if part_of(first) != part_of(second):  # "A merges B; none of it comes from C": the later part says it
        later = max(first, second, key=lambda token: token.i)
        above: Token | None = _of_one(later, sentence, cues)
        if above is None or part_of(above) != part_of(later):
            above = _near(later, later, part_of(later))
        return Tie(above or later, background=above is None)
    meeting = _meeting(first, second)
    if not sentence.start <= meeting.i < sentence.end:  # the parse runs over the end of a line
        return Tie(second, background=True)
    if predicate in _ATTRIBUTES and meeting.lemma_.lower() in cues.speech and _speaks(ends, meeting):
        return Tie(meeting, background=True)  # "the founder said that the firm …"
    if predicate in _ATTRIBUTES and (_beside(ends) or any(_owned(end.root) for end in ends)):
        return Tie(meeting, background=True)
    part = {part_of(first), part_of(second)}
    if len(part) == 1 and part_of(meeting) not in part:
        verb = _near(first, second, part.pop())
        return Tie(verb or meeting, background=verb is None)
    verbs = [verb for token in (first, second) for verb in _verbs(token, meeting) if verb != meeting][:1]
    if verbs:
        own = predicate in ACTS_OF_SPEAKERS and _acts(subject, meeting)
        return Tie(meeting if own else verbs[0], background=False)
    inside = any(span.start <= meeting.i < span.end for span in ends)
    if meeting.pos_ in VERBAL and not inside:
        return Tie(meeting, background=False)
    if inside or not is_event(meeting, cues):
        return Tie(meeting, background=inside or not is_predicated(meeting))
    return Tie(meeting, background=False)


def _speaks(ends: Iterable[Span], verb: Token) -> bool:
    return any(end.root.head == verb and end.root.dep_ in _SUBJECTS for end in ends)


def _acts(subject: Span, verb: Token) -> bool:
    """Return whether the subject reports on others with the verb: "A found that B used C", not "A said it used C"."""
    if verb.pos_ not in VERBAL or subject.root.head != verb or subject.root.dep_ not in _SUBJECTS:
        return False
    said = [child for child in verb.children if child.dep_ == "ccomp"]
    return not any(c.dep_ in _SUBJECTS and c.pos_ == "PRON" for each in said for c in each.children)


def _beside(ends: Iterable[Span]) -> bool:
    """Return whether no verb stands between two spans: "A's B", "A, a B firm", "A (B)"."""
    first, second = sorted(ends, key=lambda span: span.start)
    between = first.doc[first.end : second.start]
    return len(between) <= _BESIDE and not any(
        (t.pos_ in VERBAL and t.tag_ not in {"VBN", "VBG"}) or t.text in {";", ":"} for t in between
    )


def _owned(noun: Token) -> bool:
    """Return whether the phrase has "its" or "their": who owns it stands elsewhere."""
    near = (noun, noun.head) if noun.dep_ in {"appos", "compound", "nmod"} else (noun,)
    return any(child.dep_ == "poss" and child.pos_ == "PRON" for word in near for child in word.children)


def is_event(noun: Token, cues: CueTable) -> bool:
    """Return whether a noun names something that happens or not ("purchase", "deal"), rather than who or what it is."""
    return noun.lemma_.lower() in cues.events or noun.lemma_.lower() in cues.nouns


def is_predicated(noun: Token) -> bool:
    """Return whether the sentence says that something is the noun: "is a customer of", "has no customer in"."""
    return noun.dep_ in {"attr", "acomp", "dobj", "oprd", "ROOT"}


def _of_one(token: Token, sentence: Span, cues: CueTable) -> Token:
    """Return the verb above a span that stands alone; below a verb of saying whose subject it is, what is said."""
    verb = next(_verbs(token, None), None)
    if verb is None:
        return sentence.root
    if token.dep_ in _SUBJECTS and verb.lemma_.lower() in {*cues.speech, *cues.denials}:
        said = [child for child in verb.children if child.dep_ in {"ccomp", "xcomp"} and child.i > token.i]
        if said:
            return said[0]
    return verb


def _near(first: Token, second: Token, part: tuple[int, int]) -> Token | None:
    """Return a verb of the part that holds both words: between them, else the one nearest to them."""
    low, high = sorted((first.i, second.i))
    verbs = [t for t in first.sent if part_of(t) == part and t.pos_ in VERBAL and t.dep_ not in _ADDED]
    return min(verbs, key=lambda t: (max(low - t.i, t.i - high, 0), -t.i), default=None)


def _meeting(first: Token, second: Token) -> Token:
    """Return the lowest word above or equal to both."""
    above = {first.i, *(token.i for token in first.ancestors)}
    return next((token for token in (second, *second.ancestors) if token.i in above), first.sent.root)


def _verbs(token: Token, top: Token | None) -> Iterator[Token]:
    """Yield the verbs above a word from the nearest on, up to `top`."""
    if token == top:
        return
    for above in token.ancestors:
        if above.pos_ in VERBAL and above.dep_ not in _ADDED and above.lower_ not in load_words(above.lang_).according:
            yield above
        if above == top:
            return


def part_of(token: Token) -> tuple[int, int]:
    """Return begin and end, as token numbers, of the part of the sentence between semicolons that holds the word."""
    doc, sentence = token.doc, token.sent
    start, end = token.i, token.i + 1
    while start > sentence.start and doc[start - 1].text != ";":
        start -= 1
    while end < sentence.end and doc[end - 1].text != ";":
        end += 1
    return start, end


def clause_of(token: Token) -> Token:
    """Return the word at the head of the clause: a finite verb with a subject of its own, or the root."""
    while token.head != token:
        if token.dep_ in _CLAUSES and (token.pos_ in VERBAL or token.dep_ in {"relcl", "acl", "ccomp"}):
            return token
        if token.dep_ == "conj" and token.pos_ in VERBAL and has_subject(token):
            return token
        token = token.head
    return token


def has_subject(verb: Token) -> bool:
    """Return whether the verb has a subject of its own."""
    return any(child.dep_ in _SUBJECTS for child in verb.children)


def mark_of(verb: Token) -> str:
    """Return the conjunction or question word that opens a clause, in lower case, or nothing."""
    for child in verb.children:
        if child.i < verb.i and (child.dep_ == "mark" or child.tag_ in {"WRB", "WP", "WDT"}):
            return child.lower_
    return ""


def question_mark(trigger: Token, ends: Iterable[Span], cues: CueTable) -> Token | None:
    """Return the mark that makes a question of the trigger's sentence.

    "Who made it?" and "why did X use Y?" take the rest for granted, and a mark may be part of a name.
    """
    sentence = trigger.sent
    last = next((t for t in reversed(sentence) if not t.is_space and not t.is_quote), None)
    if last is None or last.text != "?" or any(end.start <= last.i < end.end for end in ends):
        return None
    if mention_at(last) is not None:
        return None
    start, end = part_of(trigger)
    if not start <= last.i < end:
        return None
    asked = next((t for t in sentence.doc[start : trigger.i + 1] if t.tag_ in {"WRB", "WP", "WP$"}), None)
    return last if asked is None or asked.lower_ not in cues.questions else None


def denied_alike(verb: Token) -> Iterator[Token]:
    """Yield subjects of clauses beside a verb that leave it out and deny it: "A joined X; B did not"."""
    beside = [child for child in verb.children if child.dep_ in {"conj", "advcl", "parataxis", "ccomp"}]
    if verb.dep_ in {"ccomp", "parataxis"} and verb.i < verb.head.i:
        beside.append(verb.head)
    for clause in beside:
        if (word := denial_without_verb(clause)) is not None and word.i > verb.i:
            yield from (child for child in clause.children if child.dep_ == "nsubj")


def first_of_list(token: Token) -> Token:
    """Return the first word of a list: what stands before a list goes for all of it."""
    while token.dep_ == "conj" and token.head != token and token.head.pos_ not in VERBAL:
        token = token.head
    return token


def content_of(verb: Token) -> list[Token]:
    """Return what a verb has that an auxiliary which stands alone has not."""
    return [child for child in verb.children if child.dep_ in _CONTENT]


def denial_without_verb(clause: Token) -> Token | None:
    """Return the "not" of a clause that is nothing but subject, auxiliary and negation, else None."""
    if clause.tag_ not in _AUXILIARY or clause.lemma_.lower() not in _ALONE:
        return None
    if any(child.i > clause.i for child in content_of(clause)):
        return None
    return next((child for child in clause.children if child.dep_ == "neg"), None)


def by_the_way(trigger: Token) -> Token | None:
    """Return the head of the clause by which a sentence tells of a noun in passing: "X, which owns Y, …", or None."""
    token = trigger
    while token.head != token:
        edge = token.left_edge.i
        if token.dep_ in _BY_THE_WAY and edge > token.sent.start and token.doc[edge - 1].text == ",":
            return token
        if token.dep_ not in _WITHIN:
            return None
        token = token.head
    return None


def is_cleft(clause: Token, head: Token) -> bool:
    """Return whether it is "it was X that used Y": a relative clause in form, the claim in sense."""
    verb = head.head
    if clause.dep_ != "relcl" or head.dep_ != "attr" or verb.lemma_ not in load_words(verb.lang_).being:
        return False
    return any(child.dep_ in _SUBJECTS and child.lower_ == "it" for child in verb.children)
