"""The door: `export` writes the published graph in one of the formats of `EXPORTERS`.

A new format is one module with a function `write(picture, out)` and one line in `EXPORTERS`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from graph.errors import ConfigError, StoreError
from graph.export.picture import Picture, read_picture, with_origins
from graph.stores import GraphStore

if TYPE_CHECKING:
    from graph.ledger import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Exporter:
    """One format: what it is, the suffix of its file ("" = a folder) and the function that writes it."""

    description: str
    suffix: str
    write: Callable[[Picture, Path], None]


def _rdf(picture: Picture, out: Path) -> None:
    from graph.export.rdf import write  # rdflib takes 0.3 s to import: only who exports RDF waits for it

    write(picture, out)


def _tables(picture: Picture, out: Path) -> None:
    from graph.export.tables import write

    write(picture, out)


def _graphml(picture: Picture, out: Path) -> None:
    from graph.export.graphml import write

    write(picture, out)


EXPORTERS: Mapping[str, Exporter] = {
    "rdf": Exporter(description="RDF as TriG, a nanopublication per claim (PROV-O)", suffix=".trig", write=_rdf),
    "tables": Exporter(description="CSV tables in a folder, or in one .zip", suffix="", write=_tables),
    "graphml": Exporter(description="GraphML for Gephi, yEd or networkx", suffix=".graphml", write=_graphml),
}


def export(ledger: "Ledger", store: GraphStore, format: str, out: Path) -> None:
    """Write the published graph of `store`, which was made from `ledger`, to `out` in `format`.

    Raises ConfigError for an unknown format or a place that can't be written, StoreError for a graph that was made
    from another ledger or breaks the promise of a sentence behind every link. An interrupted export leaves no
    half-written file.
    """
    from graph.ledger.reading import documents  # SQLAlchemy: not before something is exported

    exporter = EXPORTERS.get(format)
    if exporter is None:
        raise ConfigError(f"unknown export format {format!r}", hint=f"Known formats: {', '.join(sorted(EXPORTERS))}.")
    picture = read_picture(store)
    if picture.ledger is not None and picture.ledger != ledger.id:
        raise StoreError("the graph was made from another ledger", hint="Run `sightlines rebuild`, then export again.")
    picture = replace(picture, documents=tuple(with_origins(picture.documents, documents(ledger))))
    try:
        exporter.write(picture, out)
    except OSError as exc:
        raise ConfigError(
            f"can't write {out}: {exc.strerror or exc}", hint="Name a file or folder in a place where you may write."
        ) from exc
