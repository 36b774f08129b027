"""The network beside published corpora: names (TDMSci, SciREX, WNUT17) and relations (CORE), exact spans, micro F1.

    python tests/bench/crosscheck.py CORPORA ENCODER [--epochs 3]

CORPORA is the folder that holds `relations/`, `datasets_in_papers/` and `ner/`; ENCODER one with `model.safetensors`
and `tokenizer.json`. Trains on four fifths (WNUT17: its training part) and measures on what is left (its development
part). Needs the extra `train`.
"""

import argparse
import gzip
import json
import random
import sys
import time
from collections import Counter
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch.nn import functional as F

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from ingest.learning.batches import Batch, batches, collate  # noqa: E402
from ingest.learning.corpora import READERS, Corpus, _example, helper_tags, load_corpora  # noqa: E402
from ingest.learning.encoding import LONGEST, Encoder  # noqa: E402
from ingest.learning.examples import UNKNOWN, Example, Pair  # noqa: E402
from ingest.learning.model import Network, Sizes  # noqa: E402

NAMES = ("wnut17", "tdmsci", "scirex")


def lines(path: Path) -> list[str]:
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8").split("\n")


def examples(name: str, corpus: Corpus, passages: list, encoder: Encoder) -> list[Example]:
    encoded = encoder.encode_all([" ".join(p.words) for p in passages])
    made = (_example(name, corpus, p, e, ours=False) for p, e in zip(passages, encoded, strict=True))
    return [e for e in made if 2 < len(e.encoded.pieces) <= LONGEST]


def spans(tags: list[int], names: tuple[str, ...]) -> set[tuple[int, int, str]]:
    found, start, label = set(), None, ""
    for n, tag in enumerate([*tags, 0]):
        name = names[tag]
        if start is not None and name != f"I-{label}":
            found.add((start, n, label))
            start = None
        if name.startswith("B-") or (name.startswith("I-") and start is None):
            start, label = n, name[2:]
    return found


def name_scores(network: Network, held: list[Example], corpus: str, names: tuple[str, ...]) -> dict[str, Counter]:
    tally: dict[str, Counter] = {}
    with torch.no_grad():
        for example in held:
            batch = collate([example])
            states = network.encoder.states(batch.pieces, batch.cases, batch.mask)
            scores = network.helpers[corpus](states)[0, [piece for piece, _, _ in example.encoded.words]]
            gold, told = spans(example.tags, names), spans(scores.argmax(-1).tolist(), names)
            for key in gold | told:
                count = tally.setdefault(key[2], Counter())
                count["right"] += key in gold and key in told
                count["told"] += key in told
                count["gold"] += key in gold
    return tally


def line(name: str, count: Counter) -> str:
    precision, recall = count["right"] / max(1, count["told"]), count["right"] / max(1, count["gold"])
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return f"| {name} | {count['gold']} | {precision:.3f} | {recall:.3f} | {f1:.3f} |"


def core(path: Path, corpus: Corpus, encoder: Encoder) -> tuple[list[Example], list[int], list[str]]:
    """Pairs in the order of the text, labelled by relation and direction."""
    rows = [json.loads(row) for row in lines(path) if row]
    labels = sorted({f"{row['relation']} {row['invert_relation']}" for row in rows})
    kept, told = [], []
    for row, passage in zip(rows, READERS["core"]([json.dumps(r) for r in rows], corpus), strict=True):
        passage.kinds = ["Organization", "Organization"]
        (example,) = examples("core", corpus, [passage], encoder) or (None,)
        if example is not None and len(example.mentions) == 2:
            example.pairs = [Pair(0, 1, [])]
            kept.append(example)
            told.append(labels.index(f"{row['relation']} {row['invert_relation']}"))
    return kept, told, labels


def relation_scores(network: Network, batch: Batch) -> torch.Tensor:
    states = network.encoder.states(batch.pieces, batch.cases, batch.mask)
    return network.heads(states, *batch.of_pairs())[0].float()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("corpora", type=Path)
    parser.add_argument("encoder", type=Path)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    rng = random.Random(args.seed)
    encoder, table = Encoder(args.encoder / "tokenizer.json"), load_corpora()
    train: list[Example] = []
    held: dict[str, list[Example]] = {}
    for name in NAMES:
        corpus = table[name]
        passages = list(READERS[corpus.reader](lines(args.corpora / corpus.file), corpus))
        # Whole stretches are held out, so that sentences of one paper do not stand on both sides.
        cut = len(passages) if name == "wnut17" else len(passages) * 4 // 5
        kept = rng.sample(passages[:cut], round(cut * corpus.share))
        train += examples(name, corpus, kept, encoder)
        rest = passages[cut:] or list(READERS[corpus.reader](lines(args.corpora / "ner" / "wnut17_dev.conll"), corpus))
        held[name] = examples(name, corpus, rest if len(rest) < 2000 else rng.sample(rest, 2000), encoder)
    pairs, labels, relations = core(args.corpora / table["core"].file, table["core"], encoder)
    label_of = {id(e): n for e, n in zip(pairs, labels, strict=True)}
    order = rng.sample(range(len(pairs)), len(pairs))
    cut = len(order) * 4 // 5
    train += [pairs[n] for n in order[:cut]]
    network = Network(Sizes(), {name: len(helper_tags(table[name])) for name in NAMES})
    network.load_encoder(load_file(args.encoder / "model.safetensors"))
    network.heads.predicates = torch.nn.Linear(2 * network.sizes.pair, len(relations))
    slow = [p for n, p in network.named_parameters() if n.startswith("encoder.") and "cases" not in n]
    fast = [p for n, p in network.named_parameters() if not (n.startswith("encoder.") and "cases" not in n)]
    optimizer = torch.optim.AdamW([{"params": slow, "lr": 1e-4}, {"params": fast, "lr": 1e-3}], weight_decay=0.01)

    def epoch() -> list[Batch]:
        groups = {name: [e for e in train if e.corpus == name] for name in (*NAMES, "core")}
        made = [batch for each in groups.values() for batch in batches(each, 800, rng)]
        rng.shuffle(made)
        return made

    steps = args.epochs * len(epoch())
    plan = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda s: min(1.0, s / 100) * max(0.0, 1 - s / (steps + 50)))
    begun = time.time()
    network.train()
    for number in range(args.epochs):
        for batch in epoch():
            corpus = batch.examples[0].corpus
            with torch.autocast("cpu", dtype=torch.bfloat16):
                if corpus == "core":
                    target = torch.tensor([label_of[id(e)] for e in batch.examples])
                    loss = F.cross_entropy(relation_scores(network, batch), target)
                else:
                    states = network.encoder.states(batch.pieces, batch.cases, batch.mask)
                    scores = network.helpers[corpus](network.encoder.drop(states)).flatten(0, 1).float()
                    loss = F.cross_entropy(scores, batch.tags.flatten(), ignore_index=UNKNOWN)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            plan.step()
        print(f"epoch {number + 1}: {time.time() - begun:.0f} s", file=sys.stderr, flush=True)
    network.eval()
    print("| what | gold | precision | recall | F1 |\n|---|---|---|---|---|")
    for name in NAMES:
        tally = name_scores(network, held[name], name, helper_tags(table[name]))
        for label, count in sorted(tally.items()):
            print(line(f"{name} {label}", count))
        print(line(f"{name}, all", sum(tally.values(), Counter())))
    tally = Counter()
    undefined = {n for n, label in enumerate(relations) if label.startswith("undefined")}
    with torch.no_grad():
        for n in order[cut:]:
            told = int(relation_scores(network, collate([pairs[n]])).argmax())
            tally["right"] += told == labels[n] and told not in undefined
            tally["told"] += told not in undefined
            tally["gold"] += labels[n] not in undefined
    print(line("core, relation and direction (undefined left out)", tally))


if __name__ == "__main__":
    main()
