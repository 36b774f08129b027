"""Read `LANGUAGE.yml` and `LANGUAGE.words.txt` into word → classes look-ups; an error names file, key and reason."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from graph.errors import SchemaError

FOLDER = Path(__file__).resolve().parent
Classes = dict[str, frozenset[str]]


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    after: Mapping[str, list[str]]
    suffix: Mapping[str, list[str]]
    prefix: Mapping[str, list[str]]
    verbs: Mapping[str, list[str]]
    address: list[str]
    roles: list[str]
    given_names: list[str]
    not_names: list[str]
    lower_bodies: list[str]
    lower_bodies_of: list[str]
    articles: list[str]
    inner: list[str]
    links: list[str]
    body_inner: list[str]
    word_inner: list[str]
    body_heads: list[str]
    and_: list[str] = Field(alias="and")
    of: list[str]
    of_person: list[str]
    head_links: list[str]
    at: list[str]
    openers: list[str]
    dates: list[str]
    of_country: list[str]
    of_place: list[str]
    glosses: Mapping[str, str]
    noun_first: bool


class NamingCues:
    """The look-ups of one language. Each maps a lower-case word to the classes that it speaks for."""

    def __init__(self, words: _Words, ordinary: frozenset[str]) -> None:
        self.ordinary = ordinary  # words that texts write in lower case
        self.after: Classes = _invert(words.after)
        self.suffix: Classes = _invert(words.suffix)
        self.prefix: Classes = _invert(words.prefix)
        self.verbs: Classes = _invert(words.verbs)
        # Words that head a long name: "Institute for the Study of ...", "Department of Innovation and Skills".
        self.body_words = frozenset(
            word
            for table in (words.prefix, words.suffix)
            for name in ("public", "university", "institute", "NGO")
            for word in table.get(name, ())
        ) - {"federal", "royal", "national", "friends", "united"}
        self.address = frozenset(words.address)
        self.roles = frozenset(words.roles)
        self.given_names = frozenset(words.given_names)
        self.not_names = frozenset(words.not_names)
        self.lower_bodies = frozenset(words.lower_bodies)
        self.lower_bodies_of = frozenset(words.lower_bodies_of)
        self.articles = frozenset(words.articles)
        self.inner = frozenset(words.inner)
        self.links = self.inner | frozenset(words.links)
        self.body_inner = frozenset(words.body_inner)
        self.word_inner = frozenset(words.word_inner)
        self.body_heads = frozenset(words.body_heads)
        self.conjunctions = frozenset(words.and_)
        self.of = frozenset(words.of)
        self.of_person = frozenset(words.of_person)
        self.head_links = frozenset(words.head_links)
        self.at = frozenset(words.at)
        self.openers = frozenset(words.openers)
        self.dates = frozenset(words.dates)
        self.of_country = frozenset(words.of_country)
        self.of_place = frozenset(words.of_place)
        self.glosses = words.glosses
        self.noun_first = words.noun_first

    def gloss(self, word: str) -> str:
        """Return the English function word that stands for a lower-case word in the names of cues."""
        return self.glosses.get(word, word)


def _invert(classes: Mapping[str, list[str]]) -> Classes:
    found: dict[str, set[str]] = {}
    for name, words in classes.items():
        for word in words:
            found.setdefault(word, set()).add(name)
    return {word: frozenset(names) for word, names in found.items()}


@cache
def load_naming(language: str, folder: Path = FOLDER) -> NamingCues:
    """Return the naming cues of a language. Raises SchemaError when the file is missing or wrong."""
    path = folder / f"{language}.yml"
    try:
        words = _Words.model_validate(yaml.safe_load(path.read_text("utf-8")))
        return NamingCues(words, frozenset((folder / f"{language}.words.txt").read_text("utf-8").split()))
    except OSError as exc:
        raise SchemaError(f"can't be read ({exc.strerror})", file=path.name) from exc
    except ValidationError as exc:
        first = exc.errors()[0]
        raise SchemaError(first["msg"], file=path.name, key=".".join(map(str, first["loc"]))) from exc
