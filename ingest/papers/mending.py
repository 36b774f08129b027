"""Mend what typesetting did to words: ligatures, and words cut at a line end."""

import re
from collections.abc import Sequence

_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_LIGATURE = re.compile("|".join(_LIGATURES))
# PDFium writes U+0002 or U+FFFE for a hyphen at a line end, whether the word has one or was only cut there. A
# word is looked at once, from its first letter: one of a million letters would take for ever otherwise.
_CUT = re.compile(r"(?<![^\W\d_])([^\W\d_]+)(?:[\ufffe\x02]\n?|[-\u00ad]\r?\n)[ \t]*([^\W\d_]+)(-?)")
_RANGE = re.compile(r"(?<=\d)[-–]\r?\n(?=\d)")
_ADDRESS = re.compile(r"((?:https?://|www\.|10\.\d{4,}/)\S*?[/.\-_=?&])\n(?=[\w%?#&=./-])")
_STRAY = re.compile("[\ufffe\x02\uffff]\n?")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def mend(pages: Sequence[str]) -> list[str]:
    """Write ligatures as letters, and join words that were cut at a line end as the paper itself spells them.

    A cut word keeps its hyphen when the paper has it elsewhere with one, when it is part of a longer compound, when
    the second half begins with a capital, or when both halves are words of the paper and the joined one is not. An
    address that was cut at a line end is one again.
    """
    pages = [_LIGATURE.sub(lambda found: _LIGATURES[found[0]], page) for page in pages]
    compounds = {word.casefold() for page in pages for word in _WORD.findall(_CUT.sub(" ", page))}
    words = {part for word in compounds for part in word.split("-")}

    def join(cut: re.Match[str]) -> str:
        left, right, more = cut.groups()
        a, b = left.casefold(), right.casefold()
        whole = min(len(a), len(b)) > 2 and {a, b} <= words
        hyphen = bool(more) or not right[0].islower() or f"{a}-{b}" in compounds or (whole and a + b not in words)
        return f"{left}{'-' if hyphen else ''}{right}{more}"

    joined = [_RANGE.sub("-", _CUT.sub(join, page)) for page in pages]
    return [_STRAY.sub("-", _ADDRESS.sub(r"\1", page)) for page in joined]
