"""Pairs of names that are tied by where they stand: "A (B)", "A, B.", "the B charity A", a body and its address.

These readers look at neighbouring words, not at the parse, which goes astray in lists, headings and addresses.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from spacy.tokens import Doc, Span, Token

from ingest.components.affiliations import affiliation_line
from ingest.components.paragraphs import text_of

_DESCRIPTION_REACH = 5  # words between "Norwegian" and the name in "the Norwegian seafarers' union NAME"
_DESCRIPTION_TAGS = {"NOUN", "ADJ", "PROPN"}
_SEGMENT = re.compile(r"[;\n]")
_UNIT = re.compile(r"\b(?:Institute|Lab|Laborator\w+|Department|School|Cent(?:re|er)|Cluster|Faculty)\b|^[A-Z]{2,6}$")
_WHOLE = re.compile(r"\b(?:Universi\w+|Academy|Corporation|College|Institutes? of (?:Advanced )?Technology)\b")
_ENDS = {".", ";", ":", ")", "\n"}
_NEGATIVE = {"not", "n't", "never", "no", "neither", "nor", "cannot"}
_AGAINST = {"unlike", "without", "than", "instead"}
_TESTED = {"on", "across", "using", "over", "including"}
_PROPOSAL_REACH = 12  # words between "we propose" and the name
_PROPOSING = {"propose", "present", "introduce", "develop", "design", "build", "describe", "devise"}
_NAMED = {"name", "namely", "call", "dub", "term", "denote"}
_COMPARED = {"like", "as", "than", "unlike", "outperform", "beat", "surpass", "exceed"}
_METHODS = {"method", "approach", "model", "framework", "network", "detector", "system", "architecture", "algorithm"}
_OWN = {"we", "our", "us", "this", "experiment", "result", "evaluation", "extensive", "propose", "proposed"}


def asides(mentions: Sequence[Span]) -> Iterator[tuple[Span, Span]]:
    """Yield (A, B) for "A (B)", and for "A, B" where the phrase ends behind B."""
    for first, second in pairwise(mentions):
        if second.start != first.end + 1 or first.sent.start != second.sent.start:
            continue
        doc = first.doc
        sign = doc[first.end].text
        after = doc[second.end].text if second.end < len(doc) else "\n"
        if (sign == "(" and after == ")") or (sign == "," and after[:1] in _ENDS):
            yield first, second


def descriptions(mentions: Sequence[Span]) -> Iterator[tuple[Span, Span]]:
    """Yield (A, B) for "the B charity A": a describing name, common nouns, and the name that they describe."""
    for modifier, head in pairwise(mentions):
        between = head.doc[modifier.end : head.start]
        if not 1 <= len(between) <= _DESCRIPTION_REACH or modifier.sent.start != head.sent.start:
            continue
        words = [t for t in between if t.text not in {"-", "'", "’", "'s"}]
        if words and words[0].lower_ in {"based", "registered"} and between[0].text == "-":
            words = words[1:] or words
        if words and all(t.pos_ in _DESCRIPTION_TAGS for t in words) and words[-1].pos_ == "NOUN":
            yield modifier, head


def addresses(doc: Doc, mentions: Sequence[Span]) -> Iterator[tuple[Span, Span]]:
    """Yield (body, place) for the institutions under a paper's title and the last place of their address."""
    line = affiliation_line(text_of(doc), doc._.paragraphs)
    if line is None:
        return
    cuts = [
        line.start,
        *(line.start + m.start() for m in _SEGMENT.finditer(text_of(doc)[line.start : line.end])),
        line.end,
    ]
    for start, end in pairwise(cuts):
        here = [span for span in mentions if start <= span.start_char < end]
        places = [span for span in here if span.label_ == "Place"]
        bodies = [span for span in here if span.label_ == "Organization"]
        for place in places:
            if bodies and place.start >= bodies[-1].end:
                yield from ((body, place) for body in bodies)


def units(doc: Doc, mentions: Sequence[Span]) -> Iterator[tuple[Span, Span]]:
    """Yield (unit, whole) for "Robotics Institute, Norvale University" under a paper's title."""
    line = affiliation_line(text_of(doc), doc._.paragraphs)
    if line is None:
        return
    bodies = [s for s in mentions if s.label_ == "Organization" and line.start <= s.start_char < line.end]
    for unit, whole in pairwise(bodies):
        if text_of(doc)[unit.end_char : whole.start_char].strip() not in {",", "at", "of"}:
            continue
        if _UNIT.search(unit.text) and not _WHOLE.search(unit.text) and _WHOLE.search(whole.text):
            yield unit, whole


def own_work(sentence: Span, paper: Span, words: frozenset[str]) -> Token | None:
    """Return the word by which a sentence of a paper tells of its authors' own experiments, or None."""
    trigger, own = None, False
    for token in sentence:
        if paper.start <= token.i < paper.end:
            continue
        if token.lower_ in _NEGATIVE:
            return None
        lemma = token.lemma_.lower()
        own = own or token.lower_ in _OWN or lemma in _OWN
        if trigger is None and (lemma in words or token.lower_ in words):
            trigger = token
    return trigger if own else None


def set_apart(name: Span) -> bool:
    """Return whether a name of a sentence on experiments is what they are set against: "unlike A", "than A and B"."""
    for token in reversed(name.doc[name.sent.start : name.start]):
        if token.lower_ in _AGAINST:
            return True
        if token.lower_ in _TESTED or token.text in ",:;" or token.pos_ == "VERB":
            return False
    return False


def own_model(doc: Doc, mentions: Sequence[Span], paper: Span) -> Span | None:
    """Return the model that a paper proposes: the one that its title begins with, or the one that it says is its own.

    None where it says so of none, or of two.
    """
    models = [mention for mention in mentions if mention.label_ == "Model"]
    named = [m for m in models if paper.text.startswith(f"{m.text}:")]
    found = named or [m for m in models if _proposed(doc[max(m.sent.start, m.start - _PROPOSAL_REACH) : m.start])]
    return found[0] if len({m.id_ or m.text for m in found}) == 1 else None


def _proposed(before: Span) -> bool:
    words = [token.lemma_.lower() for token in before if token.text not in "()"]
    for number, word in reversed(list(enumerate(words))):
        if word in _COMPARED or word in {",", ";", ".", "with", "on", "to", "over", "by", "from"}:
            # "namely GateNet", "a network, called GateNet": the comma stands before the word.
            return False
        if word in _NAMED or (word in _PROPOSING and "we" in words[:number]) or word in {"our", "proposed"}:
            return True
    return False


def tells_of_model(sentence: Span, mentions: Sequence[Span], model: Span) -> bool:
    """Return whether a sentence of a paper tells how its own model did: by one of its mentions, or as "our method"."""
    words = [token.lower_ for token in sentence]
    return any(mention.text == model.text for mention in mentions) or any(
        word in {"our", "proposed"} and not _METHODS.isdisjoint(words[number + 1 : number + 4])
        for number, word in enumerate(words)
    )
