"""What the heads tell apart, in a fixed order: tags of words, predicates, modalities, regions around a pair."""

from functools import cache

from graph.enums import Modality
from graph.schema import load_schema

MODALITIES = tuple(m.value for m in Modality if m is not Modality.INFERRED)
REGIONS = 5  # of a word towards a pair: left, subject, between, object, right
DISTANCES = (0, 1, 2, 3, 5, 8, 13, 21, 34, 55)  # words between two mentions, the lower ends of the classes


@cache
def types() -> tuple[str, ...]:
    """Return the entity types in the order of the schema."""
    return tuple(load_schema().entities)


@cache
def tags() -> tuple[str, ...]:
    """Return the tags of words: `O`, and B and I of each type, named and (`~`) nominal."""
    return ("O", *(f"{prefix}-{kind}{mark}" for kind in types() for mark in ("", "~") for prefix in "BI"))


@cache
def predicates() -> tuple[str, ...]:
    """Return the predicates in the order of the schema."""
    return tuple(load_schema().predicates)


@cache
def allowed() -> frozenset[tuple[str, str, str]]:
    """Return (predicate, subject type, object type) of all that the schema joins."""
    schema = load_schema()
    kinds = types()
    return frozenset((p, s, o) for p in predicates() for s in kinds for o in kinds if schema.allows(p, s, o))


@cache
def joining(subject: int, obj: int) -> tuple[int, ...]:
    """Return the numbers of the predicates that join two types, by their numbers."""
    kinds, fits = types(), allowed()
    return tuple(n for n, name in enumerate(predicates()) if (name, kinds[subject], kinds[obj]) in fits)


def distance_class(words: int) -> int:
    """Return the class of a signed distance in words: 0–9 forwards, 10–19 backwards."""
    size = abs(words)
    number = max(n for n, low in enumerate(DISTANCES) if size >= low)
    return number if words >= 0 else number + len(DISTANCES)
