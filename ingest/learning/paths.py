"""What the parse says of two mentions, as a set of plain features: types, path, words on it, words around.

Lexical and syntactic features of relation extraction after Kambhatla (2004) and Zhou et al. (2005).
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise

from spacy.tokens import Doc, Span, Token

from ingest.rules import load_frames

_NEAR = 12  # words between two mentions that are looked at one by one
_LONGEST = 8  # words of a path that is taken as a whole
_CONTENT = {"VERB", "NOUN", "ADJ", "ADV", "PROPN", "AUX"}
_STEPS = (0, 1, 2, 3, 5, 8, 13, 21, 34, 55)


def pair_features(subject: Span, obj: Span, mentions: Sequence[Span]) -> set[str]:
    """Return the features of an ordered pair of mentions; `mentions` are all of the document, names and nominals."""
    ends = f"{subject.label_}>{obj.label_}"
    plain = set(_plain(subject, obj, mentions))
    return {ends, *(f"{ends} {each}" for each in plain), *plain}


def _plain(subject: Span, obj: Span, mentions: Sequence[Span]) -> Iterator[str]:
    doc = subject.doc
    first, second = (subject, obj) if subject.start <= obj.start else (obj, subject)
    order = "SO" if first is subject else "OS"
    inner = [m for m in mentions if first.end <= m.start and m.end <= second.start]
    gap = max(0, second.start - first.end)
    yield f"order={order}"
    yield f"gap={order}{max(n for n in _STEPS if n <= gap)}"
    yield f"names between={order}{min(len(inner), 4)}"
    taken = {token.i for mention in mentions for token in mention}
    yield from _around(doc, first, second, order, taken)
    if first.sent.start == second.sent.start:
        yield "same sentence"
        yield from _path(subject.root, obj.root, taken)
    else:
        steps = sum(1 for token in doc[first.end : second.start] if token.is_sent_start)
        yield f"sentences apart={order}{min(steps, 4)}"
        for name, span in (("S", subject), ("O", obj)):
            yield from _governor(name, span.root)
            yield f"{name} begins={span.start == span.sent.start}"
    for name, span in (("S", subject), ("O", obj)):
        yield f"{name} dep={span.root.dep_}"
        yield f"{name} head={_word(span.root.head)}"
        if span.root.dep_ == "pobj":
            yield f"{name} by={span.root.head.lower_} {_word(span.root.head.head)}"


def _around(doc: Doc, first: Span, second: Span, order: str, taken: set[int]) -> Iterator[str]:
    between = [t for t in doc[first.end : second.start] if not t.is_space]
    if len(between) <= _NEAR:
        words = [("#" if t.i in taken else t.lower_) for t in between]
        if len(words) <= 4:
            yield f"words={order} {' '.join(words)}"
        for token in between:
            if token.i not in taken:
                yield f"between={order} {token.lemma_.lower()}"
                for kind in _classes(token):
                    yield f"between {kind} {order}"
        for one, other in pairwise(words):
            yield f"between2={order} {one} {other}"
    if between:
        yield f"after first={order} {between[0].lower_}"
        yield f"before second={order} {between[-1].lower_}"
    for token in doc[max(first.sent.start, first.start - 2) : first.start]:
        yield f"before={order} {token.lower_}"
    for token in doc[second.end : min(second.sent.end, second.end + 3)]:
        yield f"after={order} {token.lower_}"


def _path(subject: Token, obj: Token, taken: set[int]) -> Iterator[str]:
    up, down, top = _branches(subject, obj)
    steps = [f"{t.dep_}^" for t in up] + [f"{t.dep_}v" for t in reversed(down)]
    if len(steps) <= _LONGEST:
        yield f"path={' '.join(steps)}"
        if top.i not in taken:
            yield f"path={' '.join(steps)} {_word(top)}"
    ends = f"{up[-1].dep_ if up else '-'} {down[-1].dep_ if down else '-'}"
    for name in _classes(top) if top.i not in taken else ():
        yield f"top is {name}"
        yield f"top is {name} {ends}"
    yield f"top={_word(top)}" if top.i not in taken else "top=#"
    yield f"top={_word(top)} {ends}"
    for name, branch in (("S", up), ("O", down)):
        for token in branch[1:]:
            if token.i not in taken and token.pos_ in _CONTENT | {"ADP", "PART"}:
                yield f"{name} on={_word(token)} {token.dep_}"
                for kind in _classes(token):
                    yield f"{name} on {kind} {token.dep_}"
        if branch and len(branch) > 1:
            yield f"{name} last={branch[-1].dep_} {_word(branch[-1])}"
    for child in top.children:
        if child.dep_ in {"neg", "prt", "aux", "auxpass", "prep", "dobj", "attr"} and child.i not in taken:
            yield f"top has={child.dep_} {_word(child)}"
            if child.dep_ in {"prt", "dobj", "attr"}:
                yield f"top={_word(top)}+{_word(child)} {ends}"


def _branches(subject: Token, obj: Token) -> tuple[list[Token], list[Token], Token]:
    """Return the words from each end up to below the word where they meet, and that word."""
    above = {subject.i: 0}
    chain = [subject, *subject.ancestors]
    above = {token.i: n for n, token in enumerate(chain)}
    branch: list[Token] = []
    for token in (obj, *obj.ancestors):
        if token.i in above:
            return chain[: above[token.i]], branch, token
        branch.append(token)
    return chain, branch, chain[-1]


def _governor(name: str, token: Token) -> Iterator[str]:
    for above in token.ancestors:
        if above.pos_ in {"VERB", "AUX"}:
            yield f"{name} verb={_word(above)}"
            return


def _word(token: Token) -> str:
    return token.lemma_.lower() if token.pos_ != "PROPN" else token.lower_


def _classes(token: Token) -> tuple[str, ...]:
    """Return the predicates whose frames the word may trigger: what one verb teaches holds for its like."""
    return _triggers(token.lang_).get(_word(token), ())


@cache
def _triggers(language: str) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for frame in load_frames(language):
        for trigger in frame.triggers:
            found.setdefault(trigger.split()[0], set()).add(frame.predicate)
    return {word: tuple(sorted(predicates)) for word, predicates in found.items()}
