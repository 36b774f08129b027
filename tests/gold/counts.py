"""Count what the training passages hold and say where they fall short of `quotas.yml`.

    python tests/gold/counts.py [FILE...]

Prints a line a count, `short` beside those below their quota, and every pair of passages that are nearly the same
(Jaccard similarity of word 5-grams above 0.5). Exits with 1 when anything is short or repeated.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import yaml

from graph.ledger.copies import word_grams
from ingest.gold import read_gold

HERE = Path(__file__).parent
NEAR = 0.5


def train_files() -> list[Path]:
    return sorted((HERE / "train").glob("*.txt"))


def counts(rows: Sequence[dict[str, Any]], quotas: dict[str, Any]) -> Iterator[tuple[str, float, float]]:
    """Yield (what, how much there is, how much is asked for)."""
    claims = [claim for row in rows for claim in row["claims"]]
    yield "passages", len(rows), quotas["passages"]
    yield "sentences", sum(len(row["sentences"]) for row in rows), quotas["sentences"]
    yield "claims", len(claims), quotas["claims"]
    for what, some in {
        "denied share": sum(claim["polarity"] == "denied" for claim in claims) / max(1, len(claims)),
        "not asserted share": sum(claim["modality"] != "asserted" for claim in claims) / max(1, len(claims)),
        "names and no claim share": sum(not row["claims"] and _names(row) > 1 for row in rows) / max(1, len(rows)),
        "resting on reference": sum(map(_rests_on_reference, rows)),
        "language of papers": sum(any(w in row["genre"].casefold() for w in quotas["paper genres"]) for row in rows),
        "genres": len({row["genre"].casefold() for row in rows}),
    }.items():
        yield what, some, quotas[what]
    for what, kind in ("organisations", "Organization"), ("datasets", "Dataset"), ("programmes", "Programme"):
        yield what, len(_distinct(rows, kind)), quotas[what]
    by_predicate = Counter(claim["predicate"] for claim in claims)
    for name in sorted({*by_predicate, *quotas["predicates"]}):
        yield name, by_predicate[name], quotas["predicates"].get(name, quotas["predicate"])
    traps = Counter(trap for row in rows for trap in set(row["traps"]))
    for name in quotas["traps"]:
        yield f"trap {name}", traps[name], quotas["trap"]


def _names(row: dict[str, Any]) -> int:
    return sum(bool(entity["names"]) for entity in row["entities"])


def _distinct(rows: Sequence[dict[str, Any]], kind: str) -> set[str]:
    """Return one name an entity, the longest: a short form is not another organisation."""
    return {
        max(e["names"], key=len).casefold() for row in rows for e in row["entities"] if e["type"] == kind and e["names"]
    }


def _rests_on_reference(row: dict[str, Any]) -> bool:
    """Say whether a claim needs a mention that is no name, or a list that goes on in another sentence."""
    for claim in row["claims"]:
        if len(claim["sentences"]) > 1:
            return True
        begin, end = row["sentences"][claim["sentences"][0]]
        inside = [m for m in row["mentions"] if begin <= m["start"] < end]
        for one in (claim["subject"], claim["object"]):
            if not any(one in m["entities"] and not m["nominal"] for m in inside):
                return True
    return False


def repeats(rows: Sequence[dict[str, Any]]) -> list[tuple[str, str, float]]:
    """Return pairs of passages whose sets of word 5-grams have a Jaccard similarity above `NEAR`."""
    grams = {row["id"]: word_grams(row["text"]) for row in rows}
    holders: dict[str, list[str]] = {}
    for name, some in grams.items():
        for gram in some:
            holders.setdefault(gram, []).append(name)
    pairs = {pair for names in holders.values() for pair in combinations(sorted(names), 2)}
    near = [(a, b, len(grams[a] & grams[b]) / len(grams[a] | grams[b])) for a, b in sorted(pairs)]
    return [pair for pair in near if pair[2] > NEAR]


def main(names: Sequence[str]) -> int:
    rows = read_gold(*(map(Path, names) if names else train_files()))
    quotas = yaml.safe_load((HERE / "quotas.yml").read_text("utf-8"))
    short = 0
    for what, some, asked in counts(rows, quotas):
        short += some < asked
        shown = f"{some:.2f} of {asked:.2f}" if isinstance(asked, float) else f"{some:g} of {asked:g}"
        print(f"{what:28} {shown:16} {'short' if some < asked else ''}".rstrip())
    near = repeats(rows)
    for first, second, how in near:
        print(f"{first} and {second} are nearly the same ({how:.2f})")
    return 1 if short or near else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
