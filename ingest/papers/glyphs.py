"""Glyphs of a PDF page, put together to runs: stretches of one line that no wide gap parts (pypdfium2).

Lengths are PDF points (1/72 inch), y grows upwards. PDFium tells words apart and maps glyphs to Unicode; what is kept
from it here is where each one stands and how large it is.
"""

import ctypes
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_SPACES = frozenset(" \r\n\t\xa0\u2002\u2003\u2009\u200a\u202f\u3000")
# Fonts of old TeX without a table of Unicode: PDFium hands on the code in the font. OT1 (Knuth) or T1 (Cork) encoding.
_OT1 = {"\x0b": "ff", "\x0c": "fi", "\r": "fl", "\x0e": "ffi", "\x0f": "ffl", "{": "–", "|": "—"}
_T1 = {
    "\x10": "“", "\x11": "”", "\x12": "„", "\x15": "–", "\x16": "—",
    "\x1b": "ff", "\x1c": "fi", "\x1d": "fl", "\x1e": "ffi", "\x1f": "ffl",
}  # fmt: skip
MOST_GLYPHS = 60_000  # of one page: a dense page of small print has ten thousand
_WIDE = 1.1  # a gap of so many letter heights parts runs: a column gutter, a tab, a table cell
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_RAISED = str.maketrans("0123456789+-()abcdefghijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ")
CUTS = "\x02\ufffe"  # what PDFium writes for a hyphen at a line end, whether the word has one or was only cut there
RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ"
# Accents that old TeX fonts draw as glyphs of their own, over the letter that follows.
_ACCENTS = {"´": "\u0301", "`": "\u0300", "¨": "\u0308", "ˆ": "\u0302", "˜": "\u0303", "ˇ": "\u030c", "˚": "\u030a"}


@dataclass(slots=True)
class Glyph:
    """One letter: where it begins and ends, its baseline, its size, and whether a space stands before it."""

    char: str
    left: float
    right: float
    base: float
    size: float
    bold: bool
    spaced: bool = False


@dataclass(slots=True)
class Run:
    """Glyphs of one line. `size` is that of most of its letters, `base` their baseline."""

    glyphs: list[Glyph] = field(default_factory=list)
    size: float = 0.0
    base: float = 0.0
    bold: bool = False

    @property
    def left(self) -> float:
        """Where the first letter begins."""
        return self.glyphs[0].left

    @property
    def right(self) -> float:
        """Where the last letter ends."""
        return max(glyph.right for glyph in self.glyphs)

    def text(self, *, raised: bool) -> str:
        """The letters. With `raised`, small raised digits are written as such; else marks behind a word go."""
        return _written(self, raised)


@dataclass(frozen=True, slots=True)
class PageRuns:
    """The runs of a page in the order of its content, what runs up its margins, and its size."""

    runs: tuple[Run, ...]
    turned: str  # text that is not horizontal, such as the stamp of a preprint server
    width: float
    height: float


def page_runs(page: Any) -> PageRuns:
    """Return the runs of a pypdfium2 page. Raises pypdfium2.PdfiumError when it can't be read."""
    words = page.get_textpage()
    try:
        level: list[Glyph] = []
        turned: list[Glyph] = []
        for glyph, upright in _glyphs(words):
            (level if upright else turned).append(glyph)
        _decode_old(level)
        runs = [_measured(run) for run in _parted(level)]
        width, height = page.get_size()
        stamp = "".join((" " if g.spaced else "") + g.char for g in turned)[:2_000]
        return PageRuns(tuple(run for run in runs if run.glyphs), stamp, width, height)
    finally:
        words.close()


def _glyphs(words: Any) -> Iterator[tuple[Glyph, bool]]:
    import pypdfium2.raw as pdfium

    x, y, low, box = ctypes.c_double(), ctypes.c_double(), ctypes.c_double(), pdfium.FS_RECTF()
    matrix, font = pdfium.FS_MATRIX(), (0, 0.0, False, True)
    spaced, high = False, 0
    for number in range(min(words.count_chars(), MOST_GLYPHS)):
        code = pdfium.FPDFText_GetUnicode(words, number)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000 and high:
            code = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00
        high = 0
        char = chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
        if char in _SPACES and not (char == "\r" and not pdfium.FPDFText_IsGenerated(words, number)):
            spaced = True
            continue
        if char in "\0\xad":
            continue
        if char in CUTS:  # stands at the end of the line before, wherever PDFium puts it
            yield Glyph(CUTS[0], 0.0, 0.0, 0.0, 0.0, False), font[3]
            continue
        pdfium.FPDFText_GetCharOrigin(words, number, x, y)
        pdfium.FPDFText_GetLooseCharBox(words, number, box)
        drawn = pdfium.FPDFText_GetTextObject(words, number)
        key = ctypes.cast(drawn, ctypes.c_void_p).value or 0
        if key != font[0] or not key:
            pdfium.FPDFText_GetMatrix(words, number, matrix)
            scale = (matrix.c**2 + matrix.d**2) ** 0.5
            upright = abs(matrix.b) < 0.2 * scale and matrix.d > 0
            size = pdfium.FPDFText_GetFontSize(words, number) * scale
            font = (key, size, _is_bold(pdfium, words, number), upright)
        left, right = sorted((box.left, box.right))
        size, base = font[1] or 1.0, y.value
        if char.isdigit() and font[3]:  # fonts that draw small raised digits of their own, at full size
            pdfium.FPDFText_GetCharBox(words, number, x, x, low, x)
            if low.value - base > 0.22 * size:
                size, base = size * 0.7, base + 0.3 * size
        yield Glyph(char, left, right, base, size, font[2], spaced), font[3]
        spaced = False


def _decode_old(glyphs: list[Glyph]) -> None:
    """Write the letters that old TeX fonts give as control codes."""
    odd = [glyph for glyph in glyphs if glyph.char < " " and glyph.char not in CUTS]
    if not odd:
        return
    old = sum("\x0b" <= glyph.char <= "\x0f" for glyph in odd) * 2 > len(odd)
    for glyph in odd:
        glyph.char = (_OT1 if old else _T1).get(glyph.char, "")


def _is_bold(pdfium: Any, words: Any, number: int) -> bool:
    name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(words, number, name, 128, flags)
    return bool(re.search(rb"[Bb]old|[Bb]lack|[Hh]eavy|Medi\b|-B$|CMBX|SFBX|SFSX", name.value)) or (
        pdfium.FPDFText_GetFontWeight(words, number) >= 600
    )


def _parted(glyphs: list[Glyph]) -> Iterator[Run]:
    """Cut where the line changes, where the pen goes back, and at a wide gap. Raised letters stay with their line."""
    run = Run()
    for glyph in glyphs:
        if glyph.char == CUTS[0]:
            if run.glyphs:
                last = run.glyphs[-1]
                run.glyphs.append(Glyph(CUTS[0], last.right, last.right, last.base, last.size, last.bold))
            continue
        if run.glyphs and not _follows(run, glyph):
            yield run
            run = Run()
        if not run.glyphs:
            glyph.spaced = False
        run.glyphs.append(glyph)
    if run.glyphs:
        yield run


def _follows(run: Run, glyph: Glyph) -> bool:
    last = run.glyphs[-1]
    size = max(last.size, glyph.size)
    if last.char == CUTS[0] or abs(glyph.base - last.base) > 0.55 * size:
        return False
    # A line break of little height still goes back to the left; the letters of a ligature share one box.
    return glyph.left >= last.left - 0.3 * size and glyph.left - last.right < _WIDE * size


def _measured(run: Run) -> Run:
    """Set size, baseline and weight: those of the largest group of letters of one size."""
    weights: dict[float, int] = {}
    for glyph in run.glyphs:
        weights[round(glyph.size, 1)] = weights.get(round(glyph.size, 1), 0) + 1
    most = max(weights, key=lambda size: (weights[size], size))
    # Few letters of normal size with many raised marks: the larger ones set the line.
    large = [size for size, count in weights.items() if size > most * 1.2 and count * 3 >= weights[most]]
    run.size = max(large, default=most)
    main = [glyph for glyph in run.glyphs if abs(glyph.size - run.size) < 0.15 * run.size] or run.glyphs
    bases = sorted(glyph.base for glyph in main)
    run.base = bases[len(bases) // 2]
    run.bold = sum(glyph.bold for glyph in main) * 2 > len(main)
    return run


def _written(run: Run, raised: bool) -> str:
    out: list[str] = []
    accent = ""
    for number, glyph in enumerate(run.glyphs):
        gap = glyph.left - run.glyphs[number - 1].right if number else 0.0
        if number and (glyph.spaced or gap > 0.3 * run.size) and not accent:
            out.append(" ")
        char = _LIGATURES.get(glyph.char, glyph.char)
        if char in _ACCENTS and number + 1 < len(run.glyphs) and _over(glyph, run.glyphs[number + 1]):
            accent = _ACCENTS[char]
            continue
        if _is_raised(run, glyph):
            if not raised and number and _drops(run, number):
                continue
            char = char.translate(_RAISED)
        out.append(char + accent)
        accent = ""
    return "".join(out)


def _over(accent: Glyph, letter: Glyph) -> bool:
    return letter.char.isalpha() and accent.left < letter.right - 0.2 * letter.size and accent.right > letter.left


def _is_raised(run: Run, glyph: Glyph) -> bool:
    return glyph.size < 0.86 * run.size and glyph.base - run.base > 0.12 * run.size


def _drops(run: Run, number: int) -> bool:
    """Whether a raised glyph is a note mark behind a word, and no exponent of a number or of a single letter."""
    glyph = run.glyphs[number]
    if not (glyph.char.isdigit() or glyph.char in "*†‡§¶,∗"):
        return False
    if glyph.char == "," and not _is_raised(run, run.glyphs[number - 1]):
        return False
    first = number
    while first and _is_raised(run, run.glyphs[first]):
        first -= 1
    before = run.glyphs[first]
    if before.char.isdigit() or before.char in ")]}":
        return False
    alone = not first or run.glyphs[first].spaced or not run.glyphs[first - 1].char.isalnum()
    return not (before.char.isalpha() and alone) or glyph.char in "*†‡§¶∗"
