"""Build the pipeline: a spaCy model and our components, as `ingest/pipelines/LANGUAGE.yml` lists them."""

import gc
import re
from collections.abc import Collection, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import spacy
import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from spacy.language import Language
from spacy.util import compile_suffix_regex

from graph.errors import ConfigError, SchemaError, UnsupportedSource
from graph.settings import Settings

FOLDER = Path(__file__).resolve().parent / "pipelines"
READINGS = "sightlines_readings"  # what the learned encoder sees
LEARNED = (READINGS, "sightlines_names")  # the components that have fitted weights

# spaCy keeps every word that it has read, 0.8 kB each with all that it notes of it. A pipeline that keeps this many is
# made anew, in half a second; real text has so many different words in about ten thousand articles.
MOST_WORDS = 100_000

# A name with a digit and a capital ("MS-Celeb-1M", "IJB-A", "Glint360K") is one token: cut at its hyphens, or before
# its unit, it is parsed as several nouns. "Beijing-based" and "Huawei-backed" (`Recipe.cut`) are still cut.
NAME_TOKEN = r"(?:(?=.*[A-Z])(?=.*\d)[A-Za-z][\w+]*(?:[-.][\w+]+)*|[A-Z]{2,}(?:-[A-Z][A-Za-z0-9]*)+)"
# The full stop after "MS-Celeb-1M" or "IJB-A" ends the sentence; spaCy keeps it as after an initial.
NAME_STOPS = (r"(?<=[0-9][A-Z])\.", r"(?<=-[A-Z])\.")


class Step(BaseModel):
    """One of our components and the module that registers its factory."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    module: str
    first: bool = False
    config: Mapping[str, Any] = {}  # settings of the factory


class Recipe(BaseModel):
    """What a pipeline of one language is made of."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str  # name of the package of the spaCy model
    install: str  # what to type when it is missing
    cut: tuple[str, ...] = ()  # words which a hyphen ties to a name without making them a part of it
    whole: tuple[str, ...] = ()  # words that are not cut at their hyphens
    lookalikes: Mapping[str, str] = {}  # mark → the mark for which the model is to take it: it knows “”, but not «»
    components: tuple[Step, ...]


def languages(folder: Path = FOLDER) -> tuple[str, ...]:
    """Return the languages (ISO 639-1) for which there is a recipe, sorted."""
    return tuple(sorted(path.stem for path in folder.glob("*.yml")))


def load_recipe(language: str, folder: Path = FOLDER) -> Recipe:
    """Return the recipe of a language (ISO 639-1). Raises UnsupportedSource when there is none."""
    known = languages(folder)
    if language not in known:
        raise UnsupportedSource(
            f"documents in language {language!r} are not read",
            hint=f"There is a pipeline for: {', '.join(known)}.",
            source=language,
        )
    path = folder / f"{language}.yml"
    try:
        return Recipe.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except ValidationError as exc:
        first = exc.errors()[0]
        raise SchemaError(first["msg"], file=path.name, key=".".join(map(str, first["loc"]))) from exc


class Pipelines:
    """The pipelines of all languages of the settings, each made when the first text in it comes.

    Ask for a pipeline anew for each batch of texts: one that has taken in `most_words` is made again, so that memory
    does not grow with the number of texts.
    """

    def __init__(self, settings: Settings, *, most_words: int = MOST_WORDS) -> None:
        self._settings = settings
        self._most = most_words
        self._made: dict[str, Language] = {}
        self._born: dict[str, int] = {}  # words that a pipeline has before it reads
        for language in settings.languages:
            load_recipe(language)  # an unknown language is told before anything is read
        self.of(settings.languages[0])

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the languages that are read, the usual one first."""
        return self._settings.languages

    def of(self, language: str) -> Language:
        """Return the pipeline of a language. Raises as `make_pipeline`."""
        if language in self._made and len(self._made[language].vocab) - self._born[language] > self._most:
            del self._made[language]
            gc.collect()  # a pipeline refers to itself: else two of them are in memory
        if language not in self._made:
            self._made[language] = made = make_pipeline(self._settings, language)
            self._born[language] = len(made.vocab)
        return self._made[language]


def make_pipeline(
    settings: Settings, language: str = "", *, exclude: Collection[str] = (), weights: Path | None = None
) -> Language:
    """Return the pipeline of `language`, or of the first language of the settings, without the components in `exclude`.

    `weights` is a folder of weights to take in place of those of the settings, or the shipped ones.
    Raises UnsupportedSource for a language without a recipe and ConfigError when its model is not installed.
    """
    recipe = load_recipe(language or settings.languages[0])
    try:
        nlp = spacy.load(recipe.model, exclude=[name for name in exclude if not name.startswith("sightlines_")])
    except OSError as exc:
        raise ConfigError(
            f"the language model {recipe.model} is not installed",
            hint=recipe.install,
        ) from exc
    for mark, known in recipe.lookalikes.items():
        seen, model = nlp.vocab[mark], nlp.vocab[known]
        seen.norm_, seen.prefix_, seen.suffix_, seen.shape_ = model.norm_, model.prefix_, model.suffix_, model.shape_
    tokenizer: Any = nlp.tokenizer  # spaCy types it as a plain callable
    tokenizer.token_match = _token_match(recipe.cut, tokenizer.token_match)
    for word in recipe.whole:
        tokenizer.add_special_case(word, [{"ORTH": word}])
    tokenizer.suffix_search = compile_suffix_regex([*(nlp.Defaults.suffixes or ()), *NAME_STOPS]).search
    for step in recipe.components:
        if step.name in exclude:
            continue
        import_module(step.module)  # registers the factory
        config = dict(step.config)
        if step.name in LEARNED:
            config["weights"] = str(weights or settings.weights)
        nlp.add_pipe(step.name, first=step.first or None, config=config)
    return nlp


def _token_match(cut: Collection[str], own: Any) -> Any:
    """Return what keeps a string one token: a name, or what the language's own rule (a bound `match`) keeps."""
    endings = "|".join(map(re.escape, cut))
    pattern = rf"(?:(?!.*-(?:{endings})$){NAME_TOKEN})\Z" if cut else rf"(?:{NAME_TOKEN})\Z"
    if own is not None:
        flag = "i" if own.__self__.flags & re.IGNORECASE else ""
        plain = re.sub(r"^\(\?[a-z]+\)", "", own.__self__.pattern)  # global flags may only stand at the very start
        pattern += rf"|(?{flag}:{plain})"
    return re.compile(pattern).match
