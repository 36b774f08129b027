"""Open a ledger, make or migrate its tables, and hand out transactions."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, Engine, create_engine, event, inspect, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError
from sqlalchemy.pool import StaticPool

from graph.errors import LedgerError
from graph.ledger.tables import FACTS

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
HEAD = "0004"  # newest revision in migrations/versions; a test holds the two together
WAIT = 10.0  # seconds that a writer waits for another one


class Ledger:
    """An open ledger. Use it as a context manager, or call `close()`."""

    def __init__(self, engine: Engine, url: str, identity: str) -> None:
        self._engine = engine
        self.url = url  # without password
        self.id = identity  # random, made with the ledger: a graph knows which ledger it was made from

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give back all connections."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the ledger for as long as it is open."""
        with _translated(self.url), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in one transaction: all or nothing. Raises LedgerError when another writer holds on."""
        with _translated(self.url), _immediate(self._engine) as connection:
            yield connection


def open_ledger(url: str, *, create: bool = True, wait: float = WAIT) -> Ledger:
    """Open the ledger at an SQLAlchemy URL and bring its tables up to date.

    Makes the file and its folder when `create`. `wait` is how many seconds a writer waits for another one.
    Raises LedgerError when it is missing, no ledger, newer than this program, or not writable.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as exc:
        raise LedgerError(f"not a ledger URL: {url!r}", hint="It looks like sqlite:///folder/ledger.sqlite.") from exc
    shown = parsed.render_as_string(hide_password=True)
    _prepare_file(parsed, shown, create)
    with _translated(shown):
        engine = _engine(parsed, wait)
        try:
            identity = _migrate(engine, shown, create)
        except BaseException:
            engine.dispose()
            raise
    return Ledger(engine, shown, identity)


def _prepare_file(url: URL, shown: str, create: bool) -> None:
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return
    path = Path(url.database)
    if path.is_dir():
        raise LedgerError(f"the ledger is a folder: {path}", hint="Name a file in SIGHTLINES_LEDGER_URL.")
    if path.exists():
        return
    if not create:
        raise LedgerError(f"no ledger at {shown}", hint="`sightlines add FILE` makes one.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise LedgerError(f"can't make the ledger's folder {path.parent}: {exc.strerror}") from exc


def _engine(url: URL, wait: float) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    options: dict[str, Any] = {"connect_args": {"timeout": wait, "check_same_thread": False}}
    if not url.database or url.database == ":memory:":
        options["poolclass"] = StaticPool  # one connection, or every thread would see an empty ledger of its own
    engine = create_engine(url, **options)

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # the driver would begin late and deadlock two writers
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {int(wait * 1000)}")
        cursor.execute("PRAGMA foreign_keys = ON")
        if cursor.execute("PRAGMA journal_mode").fetchone() != ("wal",):
            cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")  # a recorded document outlives a power cut
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # IMMEDIATE takes the write lock at once: waiting works then, upgrading a read later would fail.
        immediate = connection.get_execution_options().get("immediate")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


@contextmanager
def _immediate(engine: Engine) -> Iterator[Connection]:
    with engine.connect().execution_options(immediate=True) as connection, connection.begin():
        yield connection


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _migrate(engine: Engine, shown: str, create: bool) -> str:
    with engine.connect() as connection, connection.begin():
        if _revision(connection) == HEAD:
            return str(connection.execute(select(FACTS.c.value).where(FACTS.c.key == "id")).scalar_one())
    with _immediate(engine) as connection:
        current = _revision(connection)  # again: another process may have been faster
        if current != HEAD:
            if current is None and inspect(connection).get_table_names():
                raise LedgerError(f"{shown} is a database, but no ledger", hint="Name another file.")
            if current is None and not create:
                raise LedgerError(f"no ledger at {shown}", hint="`sightlines add FILE` makes one.")
            _upgrade(connection, current, shown)
        known = connection.execute(select(FACTS.c.value).where(FACTS.c.key == "id")).scalar()
        if known is None:
            known = uuid.uuid4().hex
            connection.execute(FACTS.insert().values(key="id", value=known))
        return str(known)


def _upgrade(connection: Connection, current: str | None, shown: str) -> None:
    # Alembic costs 0.2 s to import: only who migrates pays.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if current is not None and current not in known:
        raise LedgerError(
            f"{shown} was written by a newer Sightlines (revision {current})",
            hint="Update Sightlines, or name another ledger in SIGHTLINES_LEDGER_URL.",
        )
    command.upgrade(config, "head")


@contextmanager
def _translated(shown: str) -> Iterator[None]:
    try:
        yield
    except IntegrityError as exc:
        raise LedgerError(f"{shown}: a record refers to something that is not there: {exc.orig}") from exc
    except DBAPIError as exc:
        raise _as_ledger_error(shown, str(exc.orig)) from exc
    except (NoSuchModuleError, ModuleNotFoundError) as exc:
        raise LedgerError(f"no driver for {shown}", hint="Use sqlite:///… or install the database's driver.") from exc


def _as_ledger_error(shown: str, reason: str) -> LedgerError:
    if "locked" in reason or "busy" in reason:
        return LedgerError(
            f"another process is writing to {shown}", hint="Wait until it has ended, then run this command again."
        )
    if "not a database" in reason or "malformed" in reason:
        return LedgerError(
            f"{shown} is damaged or no SQLite file: {reason}", hint="Restore it from a copy, or name another file."
        )
    return LedgerError(f"{shown}: {reason}")
