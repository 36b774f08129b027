"""Where the graph lives: `open_store` picks the engine by URL. Only this package imports a database driver."""

from graph.errors import ConfigError
from graph.schema import Schema
from graph.stores.base import NO_PARAMS, GraphStore
from graph.stores.model import graph_model

__all__ = ["NO_PARAMS", "GraphStore", "open_store"]

_BOLT = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")


def open_store(
    url: str, schema: Schema, *, write: bool = False, fresh: bool = False, user: str = "neo4j", password: str = ""
) -> GraphStore:
    """Open `kglite:PATH`, `kglite::memory:`, `bolt://host:port` or `neo4j://host:port`.

    `write` takes the writer's lease (StoreLocked when another process has it) and creates constraints; `fresh` lets a
    rebuild start over from a damaged file (otherwise StoreCorrupt). An unknown scheme raises ConfigError, a server that
    is down or refuses the login StoreUnavailable.
    """
    scheme = url.partition(":")[0].lower()
    if scheme == "kglite":
        from graph.stores.kglite import KgliteStore

        return KgliteStore(url, graph_model(schema), write=write, fresh=fresh)
    if scheme in _BOLT and "://" in url:
        # Imported here: the driver costs most of a second, and most users never need it.
        from graph.stores.neo4j import Neo4jStore

        return Neo4jStore(url, graph_model(schema), write=write, user=user, password=password)
    raise ConfigError(
        f"Unknown store URL: {url!r}",
        hint="SIGHTLINES_STORE_URL is kglite:PATH, kglite::memory:, bolt://host:port or neo4j://host:port.",
    )
