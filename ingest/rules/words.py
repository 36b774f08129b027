"""Function words of a language, as data: what readers of a parse compare words with."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from graph.errors import SchemaError
from ingest.rules.folders import rules_folder

WORDS = "words.yml"


class Words(BaseModel):
    """The groups of `words.yml`, which says what each is for. A language must give every one, if need be as []."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    relatives: frozenset[str]
    persons_relative: frozenset[str]
    object_control: frozenset[str]
    copulas: frozenset[str]
    being: frozenset[str]
    as_: frozenset[str]
    of: frozenset[str]
    prepositions: Mapping[str, str]
    employer: frozenset[str]
    including: frozenset[str]
    definite: frozenset[str]
    pronouns: frozenset[str]
    subject_pronouns: frozenset[str]
    personal: frozenset[str]
    authors: frozenset[str]
    own_determiners: frozenset[str]
    own_paper: frozenset[str]
    both: frozenset[str]
    latter: frozenset[str]
    former: frozenset[str]
    two: frozenset[str]
    joints: frozenset[str]
    no: frozenset[str]
    neither: frozenset[str]
    only: frozenset[str]
    without: frozenset[str]
    unlikely: frozenset[str]
    infinitive: frozenset[str]
    barred: frozenset[str]
    nor: frozenset[str]
    according: frozenset[str]
    according_to: frozenset[str]
    agent: frozenset[str]
    agent_document: frozenset[str]
    documents: frozenset[str]
    bare_passive: frozenset[str]
    whether: frozenset[str]
    purpose: frozenset[str]

    def preposition(self, word: str) -> str:
        """Return a preposition in lower case as frames write it: "du" → "de"."""
        return self.prepositions.get(word, word)


def read_words(path: Path) -> Words:
    """Read a file of function words. Raises SchemaError with the key that is missing, unknown or wrong."""
    try:
        return Words.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except OSError as exc:
        raise SchemaError(f"can't be read ({exc.strerror})", file=path.name) from exc
    except ValidationError as exc:
        first = exc.errors()[0]
        raise SchemaError(first["msg"], file=path.name, key=".".join(map(str, first["loc"]))) from exc


@cache
def load_words(language: str) -> Words:
    """Return the function words of a language (ISO 639-1), read once."""
    return read_words(rules_folder(language) / WORDS)
