"""Which entities of an annotated passage a span means, and which claims of two annotations are the same."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, TypeAlias

from graph.enums import Polarity
from graph.schema import load_schema

Row: TypeAlias = Mapping[str, Any]


class Key(NamedTuple):
    """What makes two claims of a passage the same: entity ids for the ends."""

    predicate: str
    subject: str
    object: str
    polarity: str


def entities_at(row: Row, span: Sequence[int]) -> set[str]:
    """Return the entities whose mention shares half of the shorter span with `span`, or whose name it reads."""
    start, end = span
    found: set[str] = set()
    for mention in row["mentions"]:
        shared = min(end, mention["end"]) - max(start, mention["start"])
        if shared > 0 and 2 * shared >= min(end - start, mention["end"] - mention["start"]):
            found.update(mention["entities"])
    words = row["text"][start:end].strip().casefold()
    if words:
        found.update(e["id"] for e in row["entities"] if words in {name.casefold() for name in e["names"]})
    return found


def claim_key(predicate: str, subject: str, obj: str, polarity: str) -> Key:
    """Return the key of a claim; the ends of a symmetric predicate stand in one order."""
    if predicate in _symmetric() and subject > obj:
        subject, obj = obj, subject
    return Key(predicate, subject, obj, polarity)


@cache
def _symmetric() -> frozenset[str]:
    return frozenset(name for name, predicate in load_schema().predicates.items() if predicate.symmetric)


# --- figures -------------------------------------------------------------------------------------------------------


def holds(row: Row, claim: Row) -> bool:
    """Return whether a predicted claim (as in `ingest.passages`) is one of the claims of an annotated passage."""
    gold = {claim_key(c["predicate"], c["subject"], c["object"], c["polarity"]) for c in row["claims"]}
    polarity = claim.get("polarity", Polarity.AFFIRMED)
    ends = entities_at(row, claim["subject"]), entities_at(row, claim["object"])
    return any(claim_key(claim["predicate"], one, other, polarity) in gold for one in ends[0] for other in ends[1])
