"""What a name in a cell names: an entry of the gazetteer, a body, or perhaps a private person."""

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from graph.identity.names import normal_form
from graph.ids import name_key
from ingest.gazetteer import load_gazetteer
from ingest.gazetteer.loader import Entry
from ingest.naming.loader import NamingCues, load_naming

_BODIES = ("company", "public", "university", "institute", "NGO", "media")
_SMALL = frozenset(
    {"of", "for", "and", "the", "de", "la", "du", "des", "del", "do", "da", "di", "in", "on", "at", "to", "&"}
)
_CAMEL = re.compile(r"[a-z][A-Z]|[A-Z]{2,}|\d|&|\.[a-z]{2,}")


_SCOTTISH = re.compile(r"\b(?:Mc|Mac|O['’])(?=[A-Z])")
_GENERATIONS = frozenset({"jr", "sr", "ii", "iii", "iv"})


@cache
def _entries() -> dict[tuple[str, str], Entry | None]:
    """(type, normal form) → the one entry of that name; None where two share it."""
    found: dict[tuple[str, str], Entry | None] = {}
    for entry in load_gazetteer():
        for key in {(entry.type, normal_form(entry.type, name)) for name in entry.names}:
            found[key] = entry if key not in found or found[key] is entry else None
    return found


def known_entry(entity_type: str, name: str) -> Entry | None:
    """Return the gazetteer's entry for a name of this type.

    An ambiguous short name ("ICE") counts only when it is written as the entry's full name.
    """
    entry = _entries().get((entity_type, normal_form(entity_type, name)))
    if entry is None or (entry.ambiguous and len(name.split()) < 2 and name_key(name) != name_key(entry.name)):
        return None
    return entry


def entry_named(key: str) -> Entry | None:
    """Return the gazetteer's entry of this id."""
    return _by_id().get(key)


@cache
def _by_id() -> dict[str, Entry]:
    return {entry.id: entry for entry in load_gazetteer()}


@cache
def country_names() -> dict[str, str]:
    """ISO 3166-1 alpha-2 in lower case → the gazetteer's name of the country."""
    found: dict[str, str] = {}
    for entry in load_gazetteer():
        if entry.type == "Place" and entry.kind == "country" and entry.country:
            found.setdefault(entry.country.lower(), entry.name)  # parts of a country come after it
    return found


def first_known(types: Iterable[str], name: str) -> tuple[str, Entry] | None:
    """Return the first of these types under which the gazetteer knows the name, and the entry."""
    for entity_type in types:
        if entry := known_entry(entity_type, name):
            return entity_type, entry
    return None


@lru_cache(maxsize=50_000)
def is_body(name: str, language: str = "en") -> bool:
    """Whether a name is that of an organisation beyond doubt: what may be a private person is not.

    Words of bodies ("police", "Inc"), acronyms, digits, one single word that is no given name, and names all of whose
    words are ordinary ones count; a name in lower case ("users of the app") and a list of names do not.
    """
    if known_entry("Organization", name):
        return True
    cues = load_naming(language)
    words = [word.strip("\"'“”‘’()[]:!?") for word in name.split()]
    words = [word for word in words if word]
    if not words:
        return False
    named = _body_words(cues)
    last = words[-1].casefold().rstrip(".")
    if words[-1][0].islower() and len(words) > 1:
        return last in named or last in cues.lower_bodies
    if any(_plain(word) in named for word in words if word.casefold() not in _SMALL):
        return True
    plain = [_plain(word) for word in words]
    if "," in name or plain[0] in cues.given_names or (len(words) > 1 and plain[-1] in _GENERATIONS):
        return False
    # In a name that is all capitals they tell nothing.
    shouted = name.isupper() and len(words) > 1
    if any(_CAMEL.search(_SCOTTISH.sub("", word.title() if shouted else word)) for word in words):
        return True
    return len(words) == 1 or all(word in cues.ordinary for word in plain)


def _plain(word: str) -> str:
    return word.casefold().rstrip(".").removesuffix("'s").removesuffix("’s")


@cache
def _body_words(cues: NamingCues) -> frozenset[str]:
    both = {**cues.suffix}
    words = {word.rstrip(".") for word, classes in both.items() if classes & set(_BODIES)}
    words |= {word for word, classes in cues.prefix.items() if classes & set(_BODIES)}
    return frozenset(words | set(cues.lower_bodies)) - {"max", "san", "post", "watch"}
