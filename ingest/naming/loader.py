"""Read `LANGUAGE.yml` and `LANGUAGE.words.txt` into word → classes look-ups; an error names file, key and reason."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

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
