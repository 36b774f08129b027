"""Watched feeds: how each answered last, until when it wants to be left alone, and which entries were read."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sqlalchemy import delete, select

from graph.ledger.opening import Ledger
from graph.ledger.selecting import now, select_in
from graph.ledger.tables import DOCUMENTS, FEED_ENTRIES, FEEDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed as it answered last. `etag` and `modified` are the validators of RFC 9110, 8.8; moments are ISO 8601, UTC.

    `errors` counts the polls in a row that failed.
    """

    address: str
    etag: str | None = None
    modified: str | None = None
    polled: str | None = None
    rests_until: str | None = None
    errors: int = 0


def feeds(ledger: Ledger) -> tuple[Feed, ...]:
    """All watched feeds, by address."""
    with ledger.reading() as connection:
        return tuple(Feed(**row._mapping) for row in connection.execute(select(FEEDS).order_by(FEEDS.c.address)))


def note_feed(ledger: Ledger, feed: Feed) -> None:
    """Keep how a feed answered; from the first time on it is watched."""
    row = asdict(feed)
    with ledger.writing() as connection:
        same = FEEDS.c.address == feed.address
        if not connection.execute(FEEDS.update().where(same).values(**row)).rowcount:
            connection.execute(FEEDS.insert().values(**row))


def forget_feed(ledger: Ledger, address: str) -> bool:
    """Stop to watch a feed and forget which entries were read; what was read stays. False when it wasn't watched."""
    with ledger.writing() as connection:
        connection.execute(delete(FEED_ENTRIES).where(FEED_ENTRIES.c.feed == address))
        return bool(connection.execute(delete(FEEDS).where(FEEDS.c.address == address)).rowcount)


def read_entries(ledger: Ledger, feed: str, links: Iterable[str]) -> set[str]:
    """Return those of the links that were read as entries of this feed."""
    query = select(FEED_ENTRIES.c.link).where(FEED_ENTRIES.c.feed == feed)
    with ledger.reading() as connection:
        return {row.link for row in select_in(connection, query, FEED_ENTRIES.c.link, links)}


def held_addresses(ledger: Ledger, addresses: Iterable[str]) -> set[str]:
    """Return those of the addresses at which the ledger holds a document that is more than an entry of a feed."""
    query = select(DOCUMENTS.c.address).where(~DOCUMENTS.c.reader.startswith("feed"))
    with ledger.reading() as connection:
        rows = select_in(connection, query, DOCUMENTS.c.address, addresses)
        return {row.address for row in rows}


def note_entries(ledger: Ledger, feed: str, links: Iterable[str]) -> None:
    """Keep that these entries of a feed were read, or failed and are kept as failures."""
    wanted = set(links)
    query = select(FEED_ENTRIES.c.link).where(FEED_ENTRIES.c.feed == feed)
    with ledger.writing() as connection:
        held = {row.link for row in select_in(connection, query, FEED_ENTRIES.c.link, wanted)}
        rows = [{"feed": feed, "link": link, "at": now()} for link in sorted(wanted - held)]
        if rows:
            connection.execute(FEED_ENTRIES.insert(), rows)
