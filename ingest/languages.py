"""In which language a text is written, among those that are read. Codes are ISO 639-1."""

from collections.abc import Sequence

from graph.errors import UnsupportedSource

_ENOUGH_LETTERS = 200  # below this a guess among all languages is a coin toss
_SAMPLE = 20_000  # characters that the language is guessed from


def written_in(text: str, declared: str | None, wanted: Sequence[str], source: str) -> str:
    """Return the language of a document, one of `wanted`. Raises UnsupportedSource when it is another.

    A document that declares a language which is not read is refused without a guess. A text of a few words is taken to
    be in the declared language, else in the likeliest of `wanted`.
    """
    found = (declared or wanted[0]).lower().partition("-")[0]
    sample = text[:_SAMPLE]
    if found in wanted:
        if sum(map(str.isalpha, sample)) >= _ENOUGH_LETTERS:
            import py3langid

            found = str(py3langid.classify(sample)[0])
        elif declared is None:
            found = likeliest(sample, wanted)
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
    if len(wanted) == 1:
        return wanted[0]
    import py3langid

    ranks = dict(py3langid.rank(text[:_SAMPLE]))
    return max(wanted, key=lambda language: ranks.get(language, float("-inf")))
