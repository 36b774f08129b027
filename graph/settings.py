"""Settings: one frozen object, read once at the edge (`main`, `app.py`) and passed down."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from graph.errors import ConfigError

PREFIX = "SIGHTLINES_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting with its default. The environment variable is the upper-case name after `SIGHTLINES_`."""

    home: Path = field(
        default=Path(),
        metadata={"help": "folder of ledger and graph (`./.sightlines` if that exists, else `~/.sightlines`)"},
    )
    ledger_url: str = field(
        default="", metadata={"help": "SQLAlchemy URL of the ledger (`sqlite:///HOME/ledger.sqlite`)"}
    )
    store_url: str = field(
        default="",
        metadata={
            "help": "the graph: `kglite:PATH`, `bolt://host:port` or `neo4j://host:port` (`kglite:HOME/graph.kgl`)"
        },
    )
    store_user: str = field(default="neo4j", metadata={"help": "user name for Neo4j"})
    store_password: str = field(default="", repr=False, metadata={"help": "password for Neo4j (empty: no login)"})
    language: str = field(
        default="en",
        metadata={
            "help": "languages of the documents (ISO 639-1), the usual one first: `en,fr`; a document in another one "
            "is reported, not read"
        },
    )
    weights: str = field(
        default="", metadata={"help": "folder of weights that `sightlines train` made (the shipped ones)"}
    )
    max_rows: int = field(default=1_000, metadata={"help": "rows that a query may return"})
    timeout: float = field(default=10.0, metadata={"help": "seconds that a query may run"})
    port: int = field(default=8501, metadata={"help": "port of the app"})

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the languages of the documents in order, each once."""
        return languages_of(self.language)


def languages_of(words: str) -> tuple[str, ...]:
    """Return the languages in a list such as "en, fr", in lower case, in order, each once; "en" where there is none."""
    return tuple(dict.fromkeys(word.strip().lower() for word in words.split(",") if word.strip())) or ("en",)


def load_settings(environment: Mapping[str, str] | None = None, *, cwd: Path | None = None) -> Settings:
    """Read the settings from `environment` (the process's own by default). Raises ConfigError on a bad value."""
    env = os.environ if environment is None else environment
    given = {f.name: env[PREFIX + f.name.upper()] for f in fields(Settings) if env.get(PREFIX + f.name.upper())}
    local = (cwd or Path.cwd()) / ".sightlines"
    home = Path(given.get("home") or (local if local.is_dir() else Path("~/.sightlines"))).expanduser().resolve()
    values: dict[str, Any] = {
        "ledger_url": f"sqlite:///{home / 'ledger.sqlite'}",
        "store_url": f"kglite:{home / 'graph.kgl'}",
        **given,
        "home": home,
    }
    for name, kind in (("max_rows", int), ("timeout", float), ("port", int)):
        if name in values:
            values[name] = _number(name, values[name], kind)
    return Settings(**values)


def _number(name: str, text: str, kind: type[int] | type[float]) -> float:
    try:
        number = kind(text)
    except ValueError as exc:
        raise ConfigError(f"{PREFIX}{name.upper()} is no number: {text!r}") from exc
    if not 0 < number < 10**9:
        raise ConfigError(f"{PREFIX}{name.upper()} must be greater than 0: {text!r}")
    return number
