"""Write the parts of a paper that comes as XML the way a printed one reads: raised marks tie authors to institutions.

Everything downstream reads one form of paper, whatever it was made from; see `ingest.papers.outline`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a file tells of a paper. `authors` are (name, numbers of their institutions, counted from 1)."""

    title: str
    authors: tuple[tuple[str, tuple[int, ...]], ...] = ()
    places: tuple[str, ...] = ()
    abstract: tuple[str, ...] = ()
    body: tuple[str, ...] = ()  # headings and paragraphs in order
    thanks: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    doi: str | None = None
    published: str | None = None
    publisher: str | None = None
    language: str | None = None


def written(told: Told) -> str:
    """Return the text: title, authors, institutions, abstract, body, thanks and references, parted by blank lines."""
    front = [told.title]
    if told.authors:
        front.append(", ".join(name + _marks(numbers) for name, numbers in told.authors))
    front.extend(f"{_marks((number,))} {place}" for number, place in enumerate(told.places, start=1))
    out = list(front)
    for heading, paragraphs in (("Abstract", told.abstract), ("", told.body), ("Acknowledgements", told.thanks)):
        if paragraphs:
            out.extend([heading, *paragraphs] if heading else paragraphs)
    if told.references:
        out.extend(["References", *told.references])
    return "\n\n".join(words for words in out if words.strip())


def _marks(numbers: Sequence[int]) -> str:
    return ",".join("".join(_RAISED[int(digit)] for digit in str(number)) for number in numbers)


def cited(authors: Sequence[str], title: str, venue: str, year: str, more: str = "") -> str:
    """Return an entry of the references: names, the title in quotes, where and when it appeared."""
    names = ", ".join(authors[:-1]) + " and " + authors[-1] if len(authors) > 1 else "".join(authors)
    ends = title[-1:] in "?!."
    parts = [f"{names}." if names else "", f"“{title}{'' if ends else '.'}”" if title else ""]
    parts += [f"{', '.join(filter(None, (venue, year)))}." if venue or year else "", more]
    return " ".join(filter(None, parts))
