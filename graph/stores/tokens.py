"""Cut a Cypher query into tokens, as strictly as the strictest engine; what can't be read is refused.

Two engines may read one text differently: a comment that ends at a lone carriage return, an escape that closes a
string. Such text is refused rather than guessed at.
"""

import re
import unicodedata
from dataclasses import dataclass

from graph.errors import QueryRejected

MAX_LENGTH = 20_000  # characters
_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)
    |(?P<comment>//[^\r\n]*|/\*.*?\*/)
    |(?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    |(?P<quoted>`(?:[^`]|``)*`)
    |(?P<param>\$(?:\w+|`(?:[^`]|``)*`))
    |(?P<number>0[xX]\w*|0[oO]\w*|\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?\w*)
    |(?P<word>[^\W\d]\w*)
    |(?P<mark>\.\.|->|<-|<=|>=|<>|=~|[()\[\]{}.,:;|=<>+\-*/%^!&])""",
    re.VERBOSE | re.DOTALL,
)
_NUMBER = re.compile(r"\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?|0[xX][0-9A-Fa-f]+|0[oO][0-7]+")
# Neo4j turns \uXXXX into the character before it parses, inside strings and comments too: a string could end early.
_ESCAPE = re.compile(r"\\[uU]")
_LONE_RETURN = re.compile(r"\r(?!\n)")
_INVISIBLE = frozenset({"Cf", "Zl", "Zp", "Cs", "Cc", "Co", "Cn"})


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a query. `kind` is comment, string, quoted, param, number, word or mark; lines count from 1."""

    kind: str
    text: str
    line: int

    @property
    def word(self) -> str:
        """The word in capitals, or '' when this is no bare word."""
        return self.text.upper() if self.kind == "word" else ""

    def is_mark(self, *marks: str) -> bool:
        """Whether this is one of the marks."""
        return self.kind == "mark" and self.text in marks


def rejected(why: str, token: str, line: int, cypher: str) -> QueryRejected:
    """Return the error of a query that may not run, with `.token`, `.line` and `.query`."""
    return QueryRejected(f"line {line}: {why}", token=token, line=line, query=cypher)


def tokens(cypher: str, *, comments: bool = False) -> tuple[Token, ...]:
    """Cut a query into tokens; spaces are left out, comments too unless asked for.

    Raises QueryRejected for an empty or very long query, a string, name or comment that does not end, an invisible or
    look-alike character, a unicode escape.
    """
    if not cypher.strip():
        raise rejected("the query is empty", "", 1, cypher)
    if len(cypher) > MAX_LENGTH:
        raise rejected(f"the query is longer than {MAX_LENGTH:,} characters", "", 1, cypher[:200])
    found: list[Token] = []
    place, line = 0, 1
    while place < len(cypher):
        match = _TOKEN.match(cypher, place)
        if match is None or (cypher.startswith("/*", match.start()) and not match.group().startswith("/*")):
            raise _unreadable(cypher, place, line)
        text, kind = match.group(), str(match.lastgroup)
        _check(text, kind, line, cypher)
        if kind != "space" and (comments or kind != "comment"):
            found.append(Token(kind, text, line))
        line += text.count("\n")
        place = match.end()
    if not any(token.kind != "comment" for token in found):
        raise rejected("the query is empty", "", 1, cypher)
    return tuple(found)


def _unreadable(cypher: str, place: int, line: int) -> QueryRejected:
    char = cypher[place]
    if char in "'\"`" or cypher.startswith("/*", place):
        return rejected("a string, name or comment does not end", char, line, cypher)
    return rejected(f"a character that can't stand here: {_named(char)}", char, line, cypher)


def _named(char: str) -> str:
    shown = f" {char}" if char.isprintable() else ""
    return f"U+{ord(char):04X}{shown}"


def _check(text: str, kind: str, line: int, cypher: str) -> None:
    if _ESCAPE.search(text):
        raise rejected("unicode escapes are not allowed; write the character itself", "\\u", line, cypher)
    if kind == "number" and not (text.isascii() and _NUMBER.fullmatch(text)):
        raise rejected("a number runs into a word; put a space between them", text, line, cypher)
    if kind in ("space", "comment") and _LONE_RETURN.search(text):
        raise rejected("a carriage return without a line feed", "\r", line, cypher)
    # Letters of other alphabets are fine, but none that an engine may fold to an ASCII letter of a keyword.
    if (
        kind in ("word", "param")
        and not text.isascii()
        and (unicodedata.normalize("NFKC", text) != text or "ı" in text)
    ):
        raise rejected("a character that looks like another one", text, line, cypher)
    if kind != "string":
        for char in text:
            if unicodedata.category(char) in _INVISIBLE and char not in "\t\r\n":
                raise rejected(f"an invisible character: {_named(char)}", char, line, cypher)
