"""Refuse a saved query that would not run, or not mean the same, on every engine that Sightlines knows."""

from collections.abc import Iterator

from graph.stores.guard import check_read_only
from graph.stores.tokens import Token, rejected, tokens

_FUNCTIONS = {
    "percentilecont": "percentiles do not run on every engine",
    "percentiledisc": "percentiles do not run on every engine",
    "keys": "keys() of a node differs between engines; name the properties",
    "properties": "properties() differs between engines; name the properties",
    "elementid": "an element id lives in one engine only; use the property id",
    "id": "id() lives in one engine only; use the property id",
}
_COMPARISONS = ("<", ">", "<=", ">=", "=", "<>")
_BOUNDARIES = frozenset(
    {"AND", "OR", "XOR", "NOT", "WHERE", "WITH", "RETURN", "WHEN", "THEN", "ELSE", "END", "AS", "MATCH", "IN", "ORDER"}
)


def check_portable(cypher: str) -> None:
    """Return when the query reads only and uses only what every engine understands.

    Raises QueryRejected, with `.token` and `.line`, for a comment in /* */, a path without upper bound, quantified
    paths, COLLECT { }, WHERE inside a pattern, percentiles, chained comparisons, `!` and `&` in labels, `n {.*}`, a
    semicolon, functions whose answer depends on the engine.
    """
    check_read_only(cypher)
    for token in tokens(cypher, comments=True):
        if token.kind == "comment" and token.text.startswith("/*"):
            raise rejected("write comments with //", "/*", token.line, cypher)
    found = tokens(cypher)
    for token, why in (*_banned(found), *_bracketed(found), *_chained(found)):
        raise rejected(why, token.text, token.line, cypher)


def _banned(found: tuple[Token, ...]) -> Iterator[tuple[Token, str]]:
    end = Token("mark", "", 0)
    for i, token in enumerate(found):
        before = found[i - 1] if i else end
        after, later = (*found[i + 1 : i + 3], end, end)[:2]
        if token.is_mark(";"):
            yield token, "leave the semicolon out"
        elif token.is_mark("!", "&"):
            yield token, "! and & in labels do not run on every engine"
        elif token.word == "COLLECT" and after.is_mark("{"):
            yield token, "COLLECT { } does not run on every engine"
        elif token.kind == "word" and after.is_mark("(") and not before.is_mark(".", ":", "|"):
            if token.text.lower() in _FUNCTIONS:
                yield token, _FUNCTIONS[token.text.lower()]
        elif token.is_mark("*") and before.is_mark("."):
            yield token, "n {.*} differs between engines; name the properties"
        elif _is_quantified(token, after, later):
            yield after, "quantified paths do not run on every engine"
        elif token.is_mark("<-") and after.is_mark("->"):
            yield token, "<--> does not run on every engine; write --"


def _is_quantified(token: Token, after: Token, later: Token) -> bool:
    if token.is_mark("->", "-"):
        return after.is_mark("{", "+", "*")
    return token.is_mark(")") and after.is_mark("{") and (later.kind == "number" or later.is_mark(","))


def _bracketed(found: tuple[Token, ...]) -> Iterator[tuple[Token, str]]:
    """What depends on the bracket around it: unbounded paths, WHERE in a pattern, quantified groups."""
    opened: list[int] = []
    for i, token in enumerate(found):
        if token.is_mark("(", "[", "{"):
            opened.append(i)
        elif token.is_mark(")", "]", "}"):
            start = opened.pop()
            inside = found[start + 1 : i]
            if token.text == "]" and _is_unbounded(inside, found[start - 1] if start else None):
                yield token, "a path needs an upper bound, such as [*1..4]"
            if token.text == ")" and i + 1 < len(found) and found[i + 1].is_mark("+", "*") and _is_path(inside):
                yield found[i + 1], "quantified paths do not run on every engine"
        elif token.word == "WHERE" and opened and _is_element(found[opened[-1] : i]):
            yield token, "WHERE inside a pattern does not run on every engine"


def _is_unbounded(inside: tuple[Token, ...], before: Token | None) -> bool:
    if before is None or not before.is_mark("-", "<-"):
        return False
    stars = [i for i, token in enumerate(inside) if token.is_mark("*")]
    if not stars:
        return False
    rest = [token.text for token in inside[stars[0] + 1 :]]
    return not rest or rest[-1] == ".." or rest[0] == "{"


def _is_path(inside: tuple[Token, ...]) -> bool:
    return bool(inside) and inside[0].is_mark("(") and any(token.is_mark("-", "->", "<-") for token in inside)


def _is_element(inside: tuple[Token, ...]) -> bool:
    """Whether a bracket and the words since are those of one node or link: a name, labels, a map."""
    if inside[0].is_mark("{"):
        return False
    return not any(token.word == "IN" or token.is_mark("-", "->", "<-", "(", "[", "=") for token in inside[1:])


def _chained(found: tuple[Token, ...]) -> Iterator[tuple[Token, str]]:
    compared = [False]
    for token in found:
        if token.is_mark("(", "[", "{"):
            compared.append(False)
        elif token.is_mark(")", "]", "}"):
            compared.pop()
        elif token.is_mark(",", "|", ":") or token.word in _BOUNDARIES:
            compared[-1] = False
        elif token.is_mark(*_COMPARISONS):
            if compared[-1]:
                yield token, "chained comparisons do not run on every engine; join two with AND"
            compared[-1] = True
