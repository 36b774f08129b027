"""How each register was imported last: with which mapping, from which file, with what the user said of it."""

from dataclasses import asdict, dataclass

from sqlalchemy import select

from graph.ledger.opening import Ledger
from graph.ledger.tables import IMPORTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """One import. `publisher` and `published` are what the user gave, None where the mapping says it."""

    address: str  # of the register, without the part of a block
    mapping: str  # a name that ships, or the path of a file
    file: str
    publisher: str | None = None
    published: str | None = None
    at: str  # ISO 8601, UTC


def note_import(ledger: Ledger, imported: Imported) -> None:
    """Keep how a register is imported; the latest import of an address stands."""
    row = asdict(imported)
    with ledger.writing() as connection:
        if not connection.execute(IMPORTS.update().where(IMPORTS.c.address == imported.address).values(**row)).rowcount:
            connection.execute(IMPORTS.insert().values(**row))


def imports(ledger: Ledger) -> dict[str, Imported]:
    """The latest import of every register, by its address."""
    with ledger.reading() as connection:
        return {row.address: Imported(**row._mapping) for row in connection.execute(select(IMPORTS))}
