"""Scores of the extraction: rules alone, learned models alone, both; overall, by predicate, by genre.

    python tests/bench/bench_scores.py [GOLD.jsonl] [--by predicate|genre]

Without GOLD the passages that were held out from training are measured. Polarity is the share of right denials and
affirmations among the claims whose ends and predicate are right.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from graph.settings import load_settings  # noqa: E402
from ingest.components.claims import claim_reader  # noqa: E402
from ingest.gold import held_out, read_gold  # noqa: E402
from ingest.matching import claim_key, entities_at  # noqa: E402
from ingest.passages import prediction  # noqa: E402
from ingest.pipeline import READINGS, make_pipeline  # noqa: E402
from ingest.score import score  # noqa: E402

SHOWN = ("claim P", "claim R", "claim F1", "claim F1 low", "claim F1 high", "mention F1", "modality group",
         "speaker F1", "happened F1", "calibration error")  # fmt: skip


def polarity(gold: list[dict[str, Any]], told: list[dict[str, Any]]) -> tuple[int, int]:
    """Return how many polarities are right, of all claims whose ends and predicate are."""
    right = every = 0
    for row, prediction_ in zip(gold, told, strict=True):
        said = {claim_key(c["predicate"], c["subject"], c["object"], ""): set() for c in row["claims"]}
        for c in row["claims"]:
            said[claim_key(c["predicate"], c["subject"], c["object"], "")].add(c["polarity"])
        for claim in prediction_["claims"]:
            ends = entities_at(row, claim["subject"]), entities_at(row, claim["object"])
            keys = {claim_key(claim["predicate"], a, b, "") for a in ends[0] for b in ends[1]} & said.keys()
            every += bool(keys)
            right += any(claim["polarity"] in said[key] for key in keys)
    return right, every


@contextmanager
def without_frames() -> Iterator[None]:
    reader = claim_reader("en")
    frames, reader._frames = reader._frames, type("None", (), {"read": staticmethod(lambda doc: [])})()
    try:
        yield
    finally:
        reader._frames = frames


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("gold", nargs="?", type=Path)
    parser.add_argument("--by", choices=("predicate", "genre"))
    args = parser.parse_args()
    training = read_gold(*sorted((ROOT / "tests" / "gold" / "train").glob("*.txt")))
    gold = (
        [json.loads(line) for line in args.gold.read_text("utf-8").splitlines()] if args.gold else held_out(training)[1]
    )
    settings = load_settings()
    full, plain = make_pipeline(settings), make_pipeline(settings, exclude=(READINGS,))
    print("| | " + " | ".join(SHOWN) + " | P at ≥ 0.9 | R at ≥ 0.9 | polarity |")
    print("|---" * (len(SHOWN) + 4) + "|")
    for name, nlp in (("rules", plain), ("learned", full), ("both", full)):
        texts = [row["text"] for row in gold]
        if name == "learned":
            with without_frames():
                told = [{"id": r["id"], **prediction(d)} for r, d in zip(gold, nlp.pipe(texts), strict=True)]
        else:
            told = [{"id": r["id"], **prediction(d)} for r, d in zip(gold, nlp.pipe(texts), strict=True)]
        figures = json.loads(score(gold, told).json())
        sure = json.loads(score(gold, told, min_probability=0.9).json())
        right, every = polarity(gold, told)
        cells = [figures.get(key) for key in SHOWN] + [sure["claim P"], sure["claim R"], right / max(1, every)]
        print(f"| {name} | " + " | ".join("" if c is None else f"{c:.3f}" for c in cells) + " |", flush=True)
        if args.by and name == "both":
            print("\n".join(score(gold, told, by=args.by).table))


if __name__ == "__main__":
    main()
