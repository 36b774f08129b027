"""Refuse every query that is not a plain read, before an engine sees it.

An allow-list: a word that stands where only a keyword can must be one of a reading query, a function must be one of
Cypher's own. Where a name stands – a property, a label, an alias, a variable – any word may, so that `n.set`,
`:Create`, `AS remove` and 'DELETE' pass. What can't be told apart is refused.
"""

import difflib

from graph.errors import QueryRejected
from graph.stores.tokens import Token, rejected, tokens

MAX_DEPTH = 60  # nested brackets; deeper ones serve only to exhaust a parser
_STARTS = frozenset({"MATCH", "OPTIONAL", "WITH", "UNWIND", "RETURN", "CALL"})
# After an operand: what goes on with an expression, ends one (no operand must follow), or begins the next clause.
_GO_ON = frozenset({"AND", "OR", "XOR", "IN", "CONTAINS", "WHEN", "THEN", "ELSE"})
_ENDS = frozenset({"END", "ASC", "ASCENDING", "DESC", "DESCENDING"})
_PAIRS = {"STARTS": "WITH", "ENDS": "WITH", "ORDER": "BY", "OPTIONAL": "MATCH"}
_CLAUSES = frozenset({"MATCH", "WHERE", "WITH", "RETURN", "UNWIND", "SKIP", "OFFSET", "LIMIT"})
_KEYWORDS = _STARTS | _GO_ON | _ENDS | _CLAUSES | _PAIRS.keys() | {"AS", "IS", "UNION", "BY"}
# These begin a clause that writes, calls or steers the server. As a name they are taken only where no operand follows.
_WRITING = """
CREATE MERGE SET DELETE DETACH NODETACH REMOVE FOREACH LOAD INSERT DROP ALTER GRANT DENY REVOKE USE USING SHOW START
STOP TERMINATE PROFILE EXPLAIN CYPHER BEGIN COMMIT ROLLBACK RENAME FINISH ENABLE DRYRUN PERIODIC REALLOCATE DEALLOCATE
"""
_WRITES = frozenset(_WRITING.split())
_PREFIXES = frozenset({"NOT", "CASE", "DISTINCT"})
_SUBQUERIES = frozenset({"EXISTS", "COUNT", "COLLECT"})
# Functions of Cypher 5 that depend on nothing but their arguments and the graph.
_CALLABLE = """
abs acos all allshortestpaths any asin atan atan2 avg btrim ceil char_length character_length coalesce collect cos cot
count date date.realtime date.statement date.transaction date.truncate datetime datetime.fromepoch
datetime.fromepochmillis datetime.realtime datetime.statement datetime.transaction datetime.truncate degrees duration
duration.between duration.indays duration.inmonths duration.inseconds e elementid endnode exists exp floor haversin
head id isempty isnan keys labels last left length localdatetime localdatetime.truncate localtime localtime.truncate
log log10 lower ltrim max min nodes none normalize nullif percentilecont percentiledisc pi point point.distance
point.withinbbox properties radians rand range reduce relationships replace reverse right round rtrim shortestpath sign
sin single size split sqrt startnode stdev stdevp substring sum tail tan time time.truncate timestamp toboolean
tobooleanlist tobooleanornull tofloat tofloatlist tofloatornull tointeger tointegerlist tointegerornull tolower
tostring tostringlist tostringornull toupper trim type upper valuetype
"""
FUNCTIONS = frozenset(_CALLABLE.split())


def check_read_only(cypher: str) -> None:
    """Return when the query only reads. Raises QueryRejected with `.token` and `.line` otherwise."""
    found = list(tokens(cypher))
    if found[-1].is_mark(";"):
        found.pop()
    _Reader(found, cypher).read()


class _Reader:
    """Walks over the tokens and knows at each whether a clause, an operand, a name or an operator is due."""

    def __init__(self, found: list[Token], cypher: str) -> None:
        self.found = found
        self.cypher = cypher
        self.at = 0
        self.due = "clause"  # clause | operand | name | alias | operator | aliased
        self.open: list[str] = []  # ( [ map query call

    def read(self) -> None:
        """Walk to the end. Raises QueryRejected at the first token that does not belong into a reading query."""
        while self.at < len(self.found):
            token = self.found[self.at]
            self.at += 1
            if token.kind == "mark":
                self._mark(token)
            elif self.due == "clause":
                self._clause(token)
            elif self.due in ("name", "alias"):
                self._name(token)
            elif token.kind == "word":
                self._word(token)
            elif self.due in ("operator", "aliased"):
                raise self._no(f"{token.text[:40]} can't stand here", token)
            else:
                self._operand(token)
        if self.open:
            raise self._no("a bracket does not close", self.found[-1])
        if self.due not in ("operator", "aliased"):
            raise self._no("the query ends too early", self.found[-1] if self.found else None)

    # --- what may come ---

    def _clause(self, token: Token) -> None:
        if token.word not in _STARTS:
            why = f"a query begins with MATCH or RETURN, not with {token.text[:40]}"
            raise self._no(_written(token) or why, token)
        self._keyword(token)

    def _name(self, token: Token) -> None:
        """A property, label or alias: any word."""
        if token.kind not in ("word", "quoted"):
            raise self._no(f"{token.text[:40]} is no name", token)
        if self.due == "name" and self._next().is_mark("("):
            self._called(token)
        self.due = "aliased" if self.due == "alias" else "operator"

    def _operand(self, token: Token) -> None:
        if token.kind == "quoted" and self._next().is_mark("("):
            raise self._no("a call by a quoted name", token)
        self.due = "operator"

    def _word(self, token: Token) -> None:
        if self.due == "operand" and not self._after_quantifier(token):
            self._in_expression(token)
        elif token.word in _KEYWORDS:
            self._keyword(token)
        else:
            near = difflib.get_close_matches(token.word, _KEYWORDS, 1, 0.75)
            more = f" (is it {near[0]}?)" if near else ""
            raise self._no(_written(token) or f"{token.text[:40]} can't stand here{more}", token)

    def _after_quantifier(self, token: Token) -> bool:
        """Whether `+` or `*` may have ended a path pattern, so that a clause may begin here."""
        before, first = self.found[self.at - 2], self.found[self.at - 3] if self.at > 2 else token
        after_path = before.is_mark("+", "*") and first.is_mark(")", "-", "->", "]")
        return after_path and (token.word in _WRITES or token.word in _CLAUSES | _PAIRS.keys())

    def _in_expression(self, token: Token) -> None:
        after, word = self._next(), token.word
        if word in _SUBQUERIES and after.is_mark("{"):
            self.at += 1
            self._enter("query", token)
            self.due = "clause"
            if word != "COLLECT" and self._next().is_mark("("):
                self.due = "operand"  # a bare pattern
            return
        if after.is_mark("(") and word not in _PREFIXES:
            self._called(token)
        if word == "CASE" and after.word == "WHEN":
            self.at += 1
            return
        if word in _PREFIXES and not after.is_mark(",", ")", "]", "}", ".", "=", ""):
            return
        prefixed = self.at > 1 and self.found[self.at - 2].word in _PREFIXES
        follows = after.kind in ("string", "quoted", "param", "number") or after.is_mark("(", "[", "{")
        if word in _WRITES and (prefixed or follows or (after.word and after.word not in _KEYWORDS)):
            raise self._no(_written(token), token)
        self.due = "operator"

    def _keyword(self, token: Token) -> None:
        """A keyword in its place: after an operand, or at the start of a query."""
        word, after = token.word, self._next()
        if self.due == "aliased" and word in _GO_ON | {"AS", "IS", "STARTS", "ENDS"}:
            raise self._no(f"{word} can't follow an alias", token)
        self.due = "operand"
        if word == "CALL" or (word == "OPTIONAL" and after.word == "CALL"):
            self.at += word == "OPTIONAL"
            self._call(token)
        elif word in _PAIRS:
            if after.word != _PAIRS[word]:
                raise self._no(f"{word} must be followed by {_PAIRS[word]}", token)
            self.at += 1
        elif word == "AS":
            self.due = "alias"
        elif word in _ENDS:
            self.due = "operator"
        elif word == "UNION":
            self.at += after.word in ("ALL", "DISTINCT")
            self.due = "clause"
        elif word == "IS":
            self.at += after.word == "NOT"
            if self._next().word != "NULL":
                raise self._no("IS must be followed by NULL or NOT NULL", token)
            self.at += 1
            self.due = "operator"
        elif word == "BY":
            raise self._no("BY can't stand here", token)

    def _call(self, token: Token) -> None:
        """CALL { subquery } or CALL (x, y) { subquery }; no procedure."""
        if self._next().is_mark("("):
            while not self._next().is_mark(")"):
                self.at += 1
                inside = self._next()
                if not (inside.kind in ("word", "quoted") or inside.is_mark(",", "*", ")")):
                    raise self._no("CALL (…) takes names only", token)
            self.at += 1
        after = self._next()
        if not after.is_mark("{"):
            raise self._no(f"the procedure {after.text[:60]} can't be called: only reading queries run here", token)
        self.at += 1
        self._enter("call", token)
        self.due = "clause"

    def _called(self, token: Token) -> None:
        """A function, perhaps with its namespace before it, must be one of Cypher's own."""
        parts, at = [token.text], self.at - 2
        while at > 0 and self.found[at].is_mark(".") and self.found[at - 1].kind in ("word", "quoted"):
            parts.insert(0, self.found[at - 1].text)
            at -= 2
        name = ".".join(parts)
        if name.lower() not in FUNCTIONS or token.kind == "quoted":
            near = difflib.get_close_matches(name.lower(), FUNCTIONS, 1, 0.75)
            more = f" (is it {near[0]}?)" if near else ""
            raise self._no(_written(token) or f"the function {name[:60]} is not known{more}", token, name)

    def _mark(self, token: Token) -> None:
        text = token.text
        if text == ";":
            raise self._no("one query at a time", token)
        if self.due == "clause":
            raise self._no(_begins(text), token)
        if self.due == "alias" or (self.due == "aliased" and text not in (",", ")", "}")):
            raise self._no(f"{text} can't stand beside an alias", token)
        if text in "([{":
            self._enter({"{": "map"}.get(text, text), token)
            self.due = "operand"
            if text == "{":
                self._key()
        elif text in ")]}":
            self._leave(token)
        elif text == ".":
            if self.found[self.at - 2].kind == "number":
                raise self._no("a number can't end with a point", token)
            self.due = "name"
        elif text == ":":
            self.due = "name"
        elif text == "*" and self._is_star():
            self.due = "operator"
        else:
            self.due = "operand"
            if text == "," and self.open[-1:] == ["map"]:
                self._key()

    def _is_star(self) -> bool:
        """RETURN *, WITH *, count(*), n {.*}: the star stands for everything, no operand follows."""
        before = self.found[self.at - 2]
        return before.word in ("RETURN", "WITH", "DISTINCT") or before.is_mark("(", ".")

    def _key(self) -> None:
        """Step over `key:` in a map, so that what follows is read as an expression."""
        if self._next().kind in ("word", "quoted") and self._next(1).is_mark(":"):
            self.at += 2

    # --- brackets ---

    def _enter(self, kind: str, token: Token) -> None:
        self.open.append(kind)
        if len(self.open) > MAX_DEPTH:
            raise self._no(f"brackets are nested deeper than {MAX_DEPTH}", token)

    def _leave(self, token: Token) -> None:
        kind = self.open.pop() if self.open else ""
        if {"(": ")", "[": "]"}.get(kind, "}" if kind else "") != token.text:
            raise self._no(f"{token.text} closes no bracket", token)
        if kind == "call" and self._next().word in ("IN", "ON"):
            raise self._no("CALL … IN TRANSACTIONS writes", token, "IN TRANSACTIONS")
        self.due = "operator"

    def _next(self, skip: int = 0) -> Token:
        at = self.at + skip
        return self.found[at] if at < len(self.found) else Token("mark", "", self.found[-1].line if self.found else 1)

    def _no(self, why: str, token: Token | None, text: str | None = None) -> QueryRejected:
        line = token.line if token else 1
        shown = text if text is not None else (token.text if token else "")
        return rejected(why, shown, line, self.cypher)


def _written(token: Token) -> str:
    return f"{token.word} is not allowed: only reading queries run here" if token.word in _WRITES else ""


def _begins(text: str) -> str:
    return f"a query begins with MATCH or RETURN, not with {text}"
