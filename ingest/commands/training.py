"""`sightlines train`: make the weights of the learned extractor anew."""

from pathlib import Path

import click

from graph.commands.output import emit, say, settings, tell, workspace
from graph.errors import ConfigError

_PATH = click.Path(exists=True, path_type=Path)


@click.command()
@click.argument("passages", nargs=-1, required=True, type=_PATH)
@click.option("--output", required=True, type=click.Path(path_type=Path), help="Folder for the weights.")
@click.option("--corpora", type=_PATH, help="Folder of public corpora (ingest/learning/corpora.yml).")
@click.option("--encoder", type=_PATH, help="Base encoder: model.safetensors and tokenizer.json. Default: installed.")
@click.option("--epochs", type=click.IntRange(1, 100), default=12, show_default=True)
@click.option("--share", type=click.FloatRange(0.01, 1), default=1.0, help="Use this share of the passages.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--with-reviews", is_flag=True, help="Learn from the accepted and rejected evidence of the ledger too.")
def train(
    passages: tuple[Path, ...],
    output: Path,
    corpora: Path | None,
    encoder: Path | None,
    epochs: int,
    share: float,
    seed: int,
    with_reviews: bool,
) -> None:
    """Train the learned extractor on annotated PASSAGES (files or folders of .txt). Needs the extra `train`.

    Every tenth passage is held out, to measure and to calibrate. Takes about an hour on one core, less on a GPU.

    \b
    sightlines train tests/gold/train --corpora corpora/ --output weights/
    SIGHTLINES_WEIGHTS=weights/ sightlines extract article.html
    """
    try:
        import torch

        from ingest.learning.encoding import Encoder
        from ingest.learning.making import Recipe, base_encoder, make_weights
        from ingest.learning.training import Plan
    except ModuleNotFoundError as exc:
        raise ConfigError(f"{exc.name} is not installed", hint='pip install "sightlines[train]"') from exc
    files = [each for path in passages for each in (sorted(path.glob("*.txt")) if path.is_dir() else [path])]
    recipe = Recipe(
        passages=tuple(files),
        output=output,
        corpora=corpora,
        encoder=encoder,
        teach=Plan(epochs=epochs, size=600),
        share=share,
        seed=seed,
        device="cuda" if torch.cuda.is_available() else "cpu",
    )
    reviewed = []
    if with_reviews:
        from ingest.learning.reviewed import reviewed_examples

        reviewed = reviewed_examples(workspace().ledger, Encoder((encoder or base_encoder()) / "tokenizer.json"))
    figures = make_weights(recipe, settings(), reviewed=reviewed, progress=say)
    emit(("figure", "value"), [(name, round(value, 3)) for name, value in figures.items()], None)
    tell(f"Weights and model card are in {output}. To use them: SIGHTLINES_WEIGHTS={output}")
