"""The server store: Neo4j 5 over Bolt.

Reading sessions are opened in READ mode, which the server enforces; every query has a transaction time-out. A batch is
one transaction, so that readers see all or nothing of it; a rebuild of more than `ONE_TRANSACTION` records is split,
because the server keeps a transaction in memory. The snapshot node is written last, so that a broken rebuild is redone.
"""

from collections.abc import Mapping
from typing import Any

import neo4j
from neo4j.exceptions import (
    AuthError,
    ClientError,
    ConfigurationError,
    DriverError,
    Neo4jError,
    ServiceUnavailable,
    TransientError,
)
from neo4j.graph import Node, Path, Relationship

from graph.errors import ConfigError, QueryError, QueryRejected, QueryTimeout, StoreError, StoreUnavailable
from graph.records import Applied, Batch, Table, Value
from graph.stores.base import NO_PARAMS
from graph.stores.guard import check_read_only
from graph.stores.model import Model
from graph.stores.upserts import ROWS, Statement, clearing, statements

ONE_TRANSACTION = 200_000
_CONNECT_SECONDS = 5.0


class Neo4jStore:
    """A graph in a Neo4j database."""

    def __init__(self, url: str, model: Model, *, write: bool, user: str, password: str) -> None:
        if "@" in url:
            raise ConfigError(
                "A store URL carries no login.",
                hint="Give SIGHTLINES_STORE_USER and SIGHTLINES_STORE_PASSWORD instead.",
            )
        self._url = url
        self._model = model
        try:
            self._driver = neo4j.GraphDatabase.driver(
                url,
                auth=(user, password) if password else None,
                connection_timeout=_CONNECT_SECONDS,
                connection_acquisition_timeout=2 * _CONNECT_SECONDS,
                max_transaction_retry_time=_CONNECT_SECONDS,
                notifications_min_severity="OFF",
            )
        except (ConfigurationError, ValueError) as exc:
            raise ConfigError(f"{url!r} is no Neo4j URL: {exc}") from exc
        try:
            self._driver.verify_connectivity()
            if write:
                self._prepare()
        except Exception as exc:
            self._driver.close()
            raise self._translated(exc) from exc

    @property
    def url(self) -> str:
        """The URL that opened the store."""
        return self._url

    def _prepare(self) -> None:
        texts = [
            f"CREATE CONSTRAINT {label.lower()}_id IF NOT EXISTS FOR (n:{label}) REQUIRE n.id IS UNIQUE"
            for label in self._model.labels
        ]
        texts += [
            f"CREATE CONSTRAINT {kind.lower()}_k IF NOT EXISTS FOR ()-[r:{kind}]-() REQUIRE r.k IS UNIQUE"
            for kind in self._model.types
        ]
        texts.append("CREATE TEXT INDEX entity_search IF NOT EXISTS FOR (n:Entity) ON (n.search)")
        with self._driver.session() as session:
            for text in texts:
                session.run(text).consume()

    def apply(self, batch: Batch) -> Applied:
        """Write the batch in one transaction (a very large one in several, the snapshot last)."""
        todo = statements(batch, self._model)
        size = len(batch.nodes) + len(batch.edges)
        try:
            with self._driver.session(default_access_mode=neo4j.WRITE_ACCESS) as session:
                if size <= ONE_TRANSACTION and not batch.replace:
                    session.execute_write(_write, todo)
                else:
                    self._apply_in_parts(session, batch.replace, todo, size)
        except (Neo4jError, DriverError) as exc:
            raise self._translated(exc) from exc
        forgotten = len(batch.forget_nodes) + len(batch.forget_edges)
        return Applied(nodes=len(batch.nodes), edges=len(batch.edges), forgotten=forgotten)

    def _apply_in_parts(self, session: neo4j.Session, replace: bool, todo: list[Statement], size: int) -> None:
        ours = clearing(self._model)
        if replace and size <= ONE_TRANSACTION:
            count = session.run(f"MATCH (n) WHERE {ours} RETURN count(n) AS n").single(strict=True)["n"]
            if count <= ONE_TRANSACTION:
                session.execute_write(_write, [(f"MATCH (n) WHERE {ours} DETACH DELETE n", {}), *todo])
                return
        if replace:
            text = f"MATCH (n) WHERE {ours} CALL (n) {{ DETACH DELETE n }} IN TRANSACTIONS OF {ROWS} ROWS"
            session.run(text).consume()
        for statement in todo:
            session.execute_write(_write, [statement])

    def read(
        self, cypher: str, params: Mapping[str, Value] = NO_PARAMS, *, limit: int = 1_000, timeout: float = 10.0
    ) -> Table:
        """Run a reading query in READ mode."""
        check_read_only(cypher)

        @neo4j.unit_of_work(timeout=timeout)
        def work(transaction: neo4j.ManagedTransaction) -> tuple[tuple[str, ...], list[neo4j.Record]]:
            # checked above, and the server runs it in READ mode
            result = transaction.run(cypher, dict(params))
            return tuple(result.keys()), result.fetch(limit + 1)

        try:
            with self._driver.session(default_access_mode=neo4j.READ_ACCESS) as session:
                columns, records = session.execute_read(work)
        except (Neo4jError, DriverError) as exc:
            raise self._translated(exc, cypher, timeout) from exc
        rows = tuple(tuple(_plain(value) for value in record.values()) for record in records[:limit])
        return Table(columns, rows, truncated=len(records) > limit)

    def close(self) -> None:
        """Close all connections."""
        self._driver.close()

    def _translated(self, error: BaseException, cypher: str = "", timeout: float = 0.0) -> Exception:
        """Return our error for one of the driver's; no text of ours carries a password."""
        code = getattr(error, "code", None) or ""
        if isinstance(error, AuthError) or "Security" in code:
            return StoreUnavailable(
                f"Neo4j at {self._url} refuses the login.",
                hint="Check SIGHTLINES_STORE_USER and SIGHTLINES_STORE_PASSWORD.",
                url=self._url,
            )
        if isinstance(error, ServiceUnavailable):
            return StoreUnavailable(f"Neo4j at {self._url} can't be reached.", url=self._url)
        if "TransactionTimedOut" in code or "LockClient" in code:
            return QueryTimeout(f"The query ran longer than {timeout:g} seconds.", seconds=timeout)
        if "AccessMode" in code:
            return QueryRejected("The query would change the graph.", token="")
        if isinstance(error, ClientError) and cypher:
            return QueryError(_brief(error), query=cypher, line=_line(error))
        if isinstance(error, TransientError | Neo4jError | DriverError | OSError | ValueError):
            return StoreError(f"Neo4j at {self._url}: {_brief(error)}", hint="Try again; see the server's log.")
        return StoreError(f"Neo4j at {self._url}: {type(error).__name__}")


def _write(transaction: neo4j.ManagedTransaction, todo: list[Statement]) -> None:
    for text, params in todo:
        transaction.run(text, params).consume()


def _brief(error: BaseException) -> str:
    message = getattr(error, "message", None) or str(error)
    return next((line.strip() for line in message.splitlines() if line.strip()), type(error).__name__)[:300]


def _line(error: Neo4jError) -> int | None:
    message = error.message or ""
    _, found, rest = message.partition("(line ")
    number = rest.split(",")[0] if found else ""
    return int(number) if number.isdigit() else None


def _plain(value: Any) -> Any:
    if isinstance(value, Node):
        return {"labels": _labels(value), **{k: _plain(v) for k, v in sorted(value.items())}}
    if isinstance(value, Relationship):
        return {"type": value.type, **{k: _plain(v) for k, v in sorted(value.items())}}
    if isinstance(value, Path):
        return {"nodes": [_plain(n) for n in value.nodes], "relationships": [_plain(r) for r in value.relationships]}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if hasattr(value, "to_native"):
        return value.to_native()
    return value


def _labels(node: Node) -> list[str]:
    """First label first, as the other engine has it."""
    return sorted(node.labels, key=lambda label: (label not in ("Entity", "Claim", "Evidence", "Document"), label))
