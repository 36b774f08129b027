"""Refuse every query that is not a plain read, before an engine sees it.

A tokenizer takes strings, back-quoted names, comments and parameters apart; only words in the place of a clause or a
call are judged, so that `n.set`, `:Create` and 'DELETE' pass. What it can't read, it refuses.
"""

import re
import unicodedata
from dataclasses import dataclass

from graph.errors import QueryRejected

MAX_LENGTH = 20_000  # characters
PROCEDURES = frozenset({"db.labels", "db.relationshiptypes", "db.propertykeys"})
_STARTS = frozenset({"MATCH", "OPTIONAL", "WITH", "UNWIND", "RETURN", "CALL"})
# A word of this list is refused wherever it may begin a clause.
_FORBIDDEN = frozenset(
    """CREATE MERGE SET DELETE DETACH REMOVE FOREACH LOAD INSERT DROP ALTER GRANT DENY REVOKE START STOP USE USING SHOW
    TERMINATE PROFILE EXPLAIN CYPHER BEGIN COMMIT ROLLBACK RENAME FINISH FILTER LET NODETACH ENABLE DRYRUN PERIODIC
    REALLOCATE DEALLOCATE""".split()
)
_NAMESPACES = frozenset({"apoc", "dbms", "db", "gds", "tx", "sys", "kglite", "genai", "graph", "cdc", "vector"})
_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)
    |(?P<comment>//[^\r\n]*|/\*.*?\*/)
    |(?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    |(?P<quoted>`(?:[^`]|``)*`)
    |(?P<param>\$(?:\w+|`[^`]*`))
    |(?P<number>\d[\w]*(?:\.\d\w*)?(?:(?<=[eE])[+-]\d+)?)
    |(?P<word>[^\W\d]\w*)
    |(?P<mark>\.\.|->|<-|<=|>=|<>|=~|\+=|[()\[\]{}.,:;|=<>+\-*/%^!&?])""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a query; `line` counts from 1."""

    kind: str
    text: str
    line: int


def tokens(cypher: str) -> tuple[Token, ...]:
    """Cut a query into tokens without spaces and comments. Raises QueryRejected for what is no plain Cypher."""
    if not isinstance(cypher, str) or not cypher.strip():
        raise _rejected("the query is empty", "", 1, str(cypher))
    if len(cypher) > MAX_LENGTH:
        raise _rejected(f"the query is longer than {MAX_LENGTH:,} characters", "", 1, cypher[:200])
    found: list[Token] = []
    place, line = 0, 1
    while place < len(cypher):
        match = _TOKEN.match(cypher, place)
        if match is None:
            char = cypher[place]
            if char in "'\"`" or cypher.startswith("/*", place):
                raise _rejected("a string, name or comment does not end", char, line, cypher)
            raise _rejected(f"a character that is not allowed here: U+{ord(char):04X}", char, line, cypher)
        text, kind = match.group(), str(match.lastgroup)
        if text.startswith("/*"):
            kind = "comment"
        elif kind == "mark" and cypher.startswith("/*", place):
            raise _rejected("a comment does not end", "/*", line, cypher)
        _check_characters(text, kind, line, cypher)
        if kind not in ("space", "comment"):
            found.append(Token(kind, text, line))
        line += text.count("\n")
        place = match.end()
    if not found:
        raise _rejected("the query is empty", "", 1, cypher)
    return tuple(found)


def _check_characters(text: str, kind: str, line: int, cypher: str) -> None:
    # Neo4j turns \uXXXX into characters before it parses, in strings and comments too: a string could end early.
    if re.search(r"\\u+[0-9A-Fa-f]", text, re.IGNORECASE):
        raise _rejected("unicode escapes are not allowed; write the character itself", "\\u", line, cypher)
    if kind in ("word", "param", "number") and not text.isascii():
        # Letters of other alphabets are fine, but none that folds to an ASCII look-alike of a keyword.
        if unicodedata.normalize("NFKC", text) != text or any(c in "ıſK" for c in text):
            raise _rejected("a character that looks like another one", text, line, cypher)
    for char in text:
        if kind != "string" and unicodedata.category(char) in ("Cf", "Zl", "Zp", "Cs", "Cc") and char not in "\t\r\n":
            raise _rejected(f"an invisible character: U+{ord(char):04X}", char, line, cypher)


def _rejected(why: str, token: str, line: int, cypher: str) -> QueryRejected:
    return QueryRejected(f"line {line}: {why}", token=token, line=line, query=cypher)


def check_read_only(cypher: str) -> None:
    """Return when the query only reads. Raises QueryRejected with `.token` and `.line` otherwise."""
    found = list(tokens(cypher))
    while found and found[-1].text == ";":
        found.pop()
    if not found or found[0].kind != "word" or found[0].text.upper() not in _STARTS:
        first = found[0].text if found else ";"
        raise _rejected(
            f"a query must begin with MATCH, not {first[:40]}", first, found[0].line if found else 1, cypher
        )
    for i, token in enumerate(found):
        before = found[i - 1] if i else None
        after = found[i + 1] if i + 1 < len(found) else None
        if token.text == ";":
            raise _rejected("one query at a time", ";", token.line, cypher)
        if token.kind == "word":
            _check_word(i, found, before, after, cypher)
        elif token.kind == "quoted" and after is not None and after.text in (".", "("):
            if _is_call(i, found, before):
                raise _rejected("a call by a quoted name", token.text, token.line, cypher)


def _check_word(i: int, found: list[Token], before: Token | None, after: Token | None, cypher: str) -> None:
    token = found[i]
    word = token.text.upper()
    if before is not None and before.text == "." and before.kind == "mark":
        return
    if word == "CALL" and not _is_name(before, after):
        _check_call(found[i + 1 :], token, cypher)
    elif word in _FORBIDDEN and not _is_name(before, after):
        raise _rejected(f"{word} is not allowed: only reading queries run here", word, token.line, cypher)
    elif token.text.lower() in _NAMESPACES and _is_call(i, found, before):
        called = _dotted(found[i:])
        if before is None or before.text.upper() != "CALL" or called not in PROCEDURES:
            raise _rejected(f"{called} is not allowed", called, token.line, cypher)


def _is_name(before: Token | None, after: Token | None) -> bool:
    """Whether a word stands where only a name can: a property, a label, an alias, a map key, a variable in use."""
    if before is None:
        return False
    if before.text in (":", "|", "&", "!") or before.text.upper() == "AS":
        return True
    if after is not None and after.text == ":" and before.text in ("{", ","):
        return True  # map key
    return (
        before.kind == "mark"
        and before.text in (",", "(", "[", "{")
        and after is not None
        and (after.text in (")", ",", "]", ":", ".") and before.text != "{")
    )


def _is_call(i: int, found: list[Token], before: Token | None) -> bool:
    """Whether a dotted name from here on is followed by a bracket or stands after CALL."""
    if before is not None and before.text == ".":
        return False
    if before is not None and before.text.upper() == "CALL":
        return True
    j = i
    while j + 2 < len(found) and found[j + 1].text == "." and found[j + 2].kind in ("word", "quoted"):
        j += 2
    return j > i and j + 1 < len(found) and found[j + 1].text == "("


def _dotted(rest: list[Token]) -> str:
    name = rest[0].text
    for dot, part in zip(rest[1::2], rest[2::2], strict=False):
        if dot.text != "." or part.kind not in ("word", "quoted"):
            break
        name += "." + part.text
    return name.lower()


def _check_call(rest: list[Token], call: Token, cypher: str) -> None:
    """CALL { subquery }, CALL (x, y) { subquery } or one of the few procedures."""
    if rest and rest[0].text == "(":
        depth = 0
        for j, token in enumerate(rest):
            depth += (token.text == "(") - (token.text == ")")
            if depth == 0:
                rest = rest[j + 1 :]
                break
    if rest and rest[0].text == "{":
        closed = 0
        for j, token in enumerate(rest):
            closed += (token.text == "{") - (token.text == "}")
            if closed == 0:
                if len(rest) > j + 1 and rest[j + 1].text.upper() == "IN":
                    raise _rejected("CALL IN TRANSACTIONS writes", "IN TRANSACTIONS", call.line, cypher)
                return
        raise _rejected("a bracket does not close", "{", call.line, cypher)
    if rest and rest[0].kind == "word" and _dotted(rest) in PROCEDURES:
        return
    name = _dotted(rest) if rest else ""
    raise _rejected(f"the procedure {name[:60]} is not allowed", name, call.line, cypher)


_BANNED = (
    (r"\* *(?:\.\. *)?[\]{|]|\* *\d+ *\.\. *[\]{]", "a path needs an upper bound, such as *1..4"),
    (r"/ \*", "write comments with //"),
    (r"\bCOLLECT \{", "COLLECT { } does not run on every engine"),
    (r"\) \{ \d|> \{|\] - > \{|\) \+(?: |$)|- \[.*?\] ->? \{", "quantified paths do not run on every engine"),
    (r"\bPERCENTILE(?:CONT|DISC)\b", "percentiles do not run on every engine"),
    (r"\bAPOC \.", "APOC does not run on every engine"),
    (r": ! |: \w+ &", "! and & in labels do not run on every engine"),
    (r"\b(?:KEYS|PROPERTIES) \(", "keys() and properties() differ between engines"),
    (r"\bCALL [A-Z]", "procedures differ between engines"),
    (r"(?:<|>|<=|>=) [\w.$]+(?: \. \w+)? (?:<|>|<=|>=) ", "chained comparisons do not run on every engine"),
)


def check_portable(cypher: str) -> None:
    """Raise QueryRejected when a saved query uses what not every engine understands (or is no read)."""
    check_read_only(cypher)
    found = tokens(cypher)
    if re.search(r"/\*", re.sub(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|//[^\n]*""", "", cypher)):
        raise _rejected("write comments with //", "/*", 1, cypher)
    # Quoted text is blanked, everything else stands apart by one space.
    line = " ".join("x" if t.kind in ("string", "quoted") else t.text.upper() for t in found)
    for pattern, why in _BANNED:
        hit = re.search(pattern, line)
        if hit:
            raise _rejected(why, hit.group().strip(), 1, cypher)
    depth: list[str] = []
    for i, token in enumerate(found):
        if token.text in "([{":
            depth.append(token.text)
        elif token.text in ")]}" and depth:
            depth.pop()
        # WHERE inside a node or link pattern; a list comprehension has IN before it.
        elif token.kind == "word" and token.text.upper() == "WHERE" and depth and depth[-1] in "([":
            inside, j = 0, i
            while j and inside >= 0:
                j -= 1
                inside += (found[j].text in ")]}") - (found[j].text in "([{")
            span = [t.text.upper() for t in found[j:i]]
            if "IN" not in span and "-" not in span and "->" not in span:
                raise _rejected("WHERE inside a pattern does not run on every engine", "WHERE", token.line, cypher)
