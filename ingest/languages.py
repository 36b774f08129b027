"""In which language a text is written, among those that are read. Codes are ISO 639-1."""

import re
from collections.abc import Mapping, Sequence

from graph.errors import UnsupportedSource

_ENOUGH_LETTERS = 200  # below this a guess among all languages is a coin toss
_SAMPLE = 20_000  # characters that the language is guessed from
_PIECES = 4  # of a longer text: a paper may begin with an abstract in another language
# How far the likeliest language must lead, as a share of its own score, to be believed against what the document
# declares. In windows of 200 characters of English and French news the right one led the other by 0.08 at least; lists
# of names, references and texts that are half in one and half in the other stay below.
_CLEAR = 0.05
_CODE = re.compile(r"[a-z]{2,3}")
_NONE = {"und", "mul", "zxx", "mis"}  # undetermined, several, no language, none that has a code
_SAME = {"nb": "no", "iw": "he", "in": "id"}  # codes that the guesser calls otherwise


def written_in(text: str, declared: str | None, wanted: Sequence[str], source: str) -> str:
    """Return the language of a document, one of `wanted`. Raises UnsupportedSource when it is another.

    What the text itself tells clearly holds; where it is short or in doubt, what the document declares, else the
    likeliest of `wanted`.
    """
    found = _language(text, _code(declared), wanted)
    if found not in wanted:
        names = ", ".join(map(repr, wanted))
        raise UnsupportedSource(
            f"{source} is written in {found!r}, which is not read.",
            hint=f"Documents in {names} are read. SIGHTLINES_LANGUAGE lists the languages: {wanted[0]},{found}",
            source=source,
        )
    return found


def likeliest(text: str, wanted: Sequence[str]) -> str:
    """Return which of the languages `wanted` a text, however short, is most likely written in."""
    return wanted[0] if len(wanted) == 1 else _likeliest(_scores(sample(text)), wanted)


def sample(text: str) -> str:
    """Return what the language of a text is guessed from: all of it, or pieces from its beginning to its end."""
    if len(text) <= _SAMPLE:
        return text
    length = _SAMPLE // _PIECES
    starts = (number * (len(text) - length) // (_PIECES - 1) for number in range(_PIECES))
    return "\n".join(text[start : start + length] for start in starts)


def _language(text: str, declared: str | None, wanted: Sequence[str]) -> str:
    looked_at = sample(text)
    if sum(map(str.isalpha, looked_at)) < _ENOUGH_LETTERS:
        return declared or likeliest(looked_at, wanted)
    scores = _scores(looked_at)
    best = max(scores, key=lambda language: scores[language])
    own, other = _unless_clear(best, _likeliest(scores, wanted), scores), _SAME.get(declared or "", declared)
    return own if declared is None or other not in scores else _unless_clear(own, declared, scores)


def _unless_clear(likely: str, instead: str, scores: Mapping[str, float]) -> str:
    lead = _score(scores, likely) - _score(scores, instead)
    return likely if lead > _CLEAR * abs(max(scores.values())) else instead


def _code(declared: str | None) -> str | None:
    code = re.split("[-_]", (declared or "").strip().lower(), maxsplit=1)[0]
    return code if _CODE.fullmatch(code) and code not in _NONE else None


def _likeliest(scores: Mapping[str, float], wanted: Sequence[str]) -> str:
    return max(wanted, key=lambda language: _score(scores, language))


def _score(scores: Mapping[str, float], language: str) -> float:
    return scores.get(_SAME.get(language, language), float("-inf"))


def _scores(text: str) -> dict[str, float]:
    """The logarithm of how likely each language makes the text; they grow with its length."""
    import py3langid  # 0.5 s

    return {str(language): float(score) for language, score in py3langid.rank(text) if language not in _NONE}
