"""Watch feeds: ask politely what is new, fetch the pages of new entries, and add them.

What a feed answered and which entries were read is in the ledger, so a stopped watch goes on where it was. A feed's
validators are kept only when all its entries were read: until then it is asked for the whole list again.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import chain, zip_longest
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from graph.errors import SourceError, StoreLocked, UnsupportedSource
from graph.records import Failure
from graph.workspace import Workspace
from ingest.feeding import Entries, entries_of, missing_end
from ingest.fetch import Fetched, page_of
from ingest.manners import BUSY, Manners, Resting

if TYPE_CHECKING:
    from graph.ledger.feeds import Feed
    from ingest.pipeline import Pipelines

EVERY = 3_600.0  # seconds between two polls of a feed
MOST = 100  # new entries of one feed that are read in one round
_BATCH, _BATCH_BYTES = 20, 50_000_000  # pages that are fetched before they are added together
_TRIES = 3  # how often a page is tried that failed for a reason that may pass
_LONGEST_REST = 86_400.0  # seconds between two polls of a feed that fails again and again


@dataclass(slots=True, kw_only=True)
class Round:
    """What one look at the feeds brought. `entries` are new ones, `waiting` those left for later; see `AddReport`."""

    polled: int = 0
    entries: int = 0
    waiting: int = 0
    new: int = 0
    unchanged: int = 0
    claims: int = 0
    evidence: int = 0
    failures: list[Failure] = field(default_factory=list)
    interrupted: bool = False


@dataclass(slots=True)
class _Polled:
    """A feed that answered, as the ledger is to know it once all its entries are read."""

    feed: "Feed"
    links: list[str]
    left: int = 0


def watch(
    workspace: Workspace,
    addresses: Sequence[str] = (),
    *,
    every: float = EVERY,
    once: bool = False,
    manners: Manners | None = None,
    progress: Callable[[str], None] = lambda _: None,
    wait: Callable[[float], object] = time.sleep,
) -> Iterator[Round]:
    """Yield a round each time that feeds were polled; without `addresses`, all feeds of the ledger are.

    Every feed is asked once in `every` seconds, later when its server says so or when it fails. `once` asks each that
    may be asked now and ends. Ends with the interrupt of a person: what was added is kept. Raises errors of the ledger.
    """
    watcher = _Watcher(workspace, every, manners or Manners(), progress)
    try:
        while True:
            feeds = watcher.feeds(addresses)
            due = [feed for feed in feeds if watcher.due(feed, once) <= _now()]
            if due or once:
                yield (done := watcher.round(due))
                if done.interrupted:
                    return
            if once:
                return
            soonest = min((watcher.due(feed, once) for feed in watcher.feeds(addresses)), default=_now())
            wait(max((soonest - _now()).total_seconds(), 1.0))
    except KeyboardInterrupt:
        return


class _Watcher:
    def __init__(self, workspace: Workspace, every: float, manners: Manners, progress: Callable[[str], None]) -> None:
        self._workspace = workspace
        self._every = every
        self._manners = manners
        self._progress = progress
        self._nlp: Pipelines | None = None
        self._tries: Counter[str] = Counter()
        self._strangers: dict[str, Feed] = {}  # feeds that never answered as one: the ledger doesn't know them

    def feeds(self, addresses: Sequence[str]) -> list["Feed"]:
        """Return the feeds to watch as the ledger knows them."""
        from graph.ledger.feeds import Feed, feeds

        known = {feed.address: feed for feed in feeds(self._workspace.ledger)}
        wanted = dict.fromkeys(addresses or known)
        return [known.get(each) or self._strangers.get(each) or Feed(address=each) for each in wanted]

    def due(self, feed: "Feed", once: bool) -> datetime:
        """Return the moment from which on a feed may be asked."""
        moments = [_now()]
        if feed.rests_until:
            moments.append(datetime.fromisoformat(feed.rests_until))
            if once and moments[-1] > _now():
                self._progress(f"{feed.address} is left alone until {feed.rests_until}.")
        if feed.polled and not once:
            moments.append(datetime.fromisoformat(feed.polled) + timedelta(seconds=self._every))
        return max(moments)

    def round(self, feeds: Iterable["Feed"]) -> Round:
        """Poll these feeds and add what is new."""
        done = Round()
        polled: list[_Polled] = []
        try:
            for feed in feeds:
                if (answered := self._poll(feed, done)) is not None:
                    polled.append(answered)
            # Feeds in turn: while one host rests, another is asked.
            queue = chain.from_iterable(zip_longest(*([(p, link) for link in p.links[:MOST]] for p in polled)))
            self._add_all([pair for pair in queue if pair], done)
        except KeyboardInterrupt:
            done.interrupted = True
        for each in polled:
            each.left += max(len(each.links) - MOST, 0)
            done.waiting += each.left
            self._settle(each, done.interrupted)
        return done

    # --- feeds ---

    def _poll(self, feed: "Feed", done: Round) -> _Polled | None:
        """Ask a feed; None when it could not be asked or read, which is told and kept."""
        answer = None
        try:
            done.polled += 1
            answer = self._manners.ask(feed.address, etag=feed.etag, modified=feed.modified)
            entries = Entries() if answer.status == 304 else entries_of(page_of(answer))
        except Resting as exc:
            done.polled -= 1
            self._progress(str(exc))
            return None
        except SourceError as exc:
            self._fail(feed, exc, answer, done)
            return None
        fresh = replace(feed, polled=_words(_now()), rests_until=None, errors=0)
        if answer.status != 304:
            fresh = replace(fresh, etag=answer.etag, modified=answer.modified)
        new = self._unread(fresh, list(entries.links))
        done.entries += len(new)
        self._progress(f"{feed.address}: {len(new) or 'no'} new entr{'y' if len(new) == 1 else 'ies'}")
        if entries.without:
            self._progress(
                f"{entries.without} without a page: `sightlines add {feed.address}` reads what the feed says."
            )
        if answer.status == 200 and (missing := missing_end(answer.data)):
            # What is missing may be new, and a server that is asked with validators would not send it again.
            self._note(
                SourceError(
                    f"{feed.address} is a feed that breaks off: {missing}.",
                    hint="The entries before that are read; it is asked again as a whole.",
                    source=feed.address,
                ),
                feed.address,
                done,
            )
            fresh = replace(fresh, etag=None, modified=None)
        else:
            self._over(feed.address)
        return _Polled(fresh, new)

    def _unread(self, feed: "Feed", links: list[str]) -> list[str]:
        """The links that were not read for this feed; a page that the ledger holds already counts as read."""
        from graph.ledger.feeds import held_addresses, note_entries, note_feed, read_entries

        ledger = self._workspace.ledger
        # Without validators until its entries are read: whoever stops now, asks for all of them again.
        note_feed(ledger, replace(feed, etag=None, modified=None) if links else feed)
        self._strangers.pop(feed.address, None)
        known = read_entries(ledger, feed.address, links)
        held = held_addresses(ledger, [link for link in links if link not in known])
        note_entries(ledger, feed.address, held)
        return [link for link in links if link not in known | held]

    def _settle(self, polled: _Polled, interrupted: bool) -> None:
        from graph.ledger.feeds import note_feed

        if not polled.left and not interrupted:
            note_feed(self._workspace.ledger, polled.feed)

    def _fail(self, feed: "Feed", exc: SourceError, answer: Fetched | None, done: Round) -> None:
        """Keep why a feed failed, and ask it later and later."""
        from graph.ledger.feeds import note_feed

        errors = feed.errors + 1
        rest = min(self._every * 2 ** min(errors - 1, 20), _LONGEST_REST)
        asked = answer.retry_after if answer and answer.status in BUSY else None
        rest = max(rest, asked or 0.0)
        resting = errors > 1 or asked is not None
        until = _words(_now() + timedelta(seconds=rest)) if resting else None
        later = replace(feed, polled=_words(_now()), errors=errors, rests_until=until)
        never = isinstance(exc, UnsupportedSource) and feed.polled is None
        if never or feed.address in self._strangers:
            self._strangers[feed.address] = later  # an address that never was a feed isn't watched the next time
        else:
            note_feed(self._workspace.ledger, later)
        if exc.fields.get("status"):
            exc.hint = f"Check it in a browser; `sightlines watch --forget {feed.address}` ends watching it."
        self._note(exc, feed.address, done)

    def _note(self, exc: SourceError, source: str, done: Round) -> None:
        from graph.ledger import note_failure

        failure = Failure(source=source, stage="watch", reason=str(exc)[:1000], hint=exc.hint, at=_words(_now()))
        note_failure(self._workspace.ledger, failure)
        done.failures.append(failure)
        self._progress(f"Failed: {failure.reason}")
        self._progress(f"Hint: {failure.hint}")

    def _over(self, source: str) -> None:
        from graph.ledger import forget_failures

        forget_failures(self._workspace.ledger, [source])

    # --- entries ---

    def _add_all(self, queue: list[tuple[_Polled, str]], done: Round) -> None:
        owners: dict[str, list[_Polled]] = {}
        for polled, link in queue:
            owners.setdefault(link, []).append(polled)
        links, told = list(owners), set[str]()
        while links and not done.interrupted:
            ready: dict[str, Fetched | SourceError] = {}
            size = 0
            while links and len(ready) < _BATCH and size < _BATCH_BYTES:
                link = links.pop(0)
                try:
                    page = page_of(self._manners.ask(link))
                    ready[link] = page
                    size += len(page.data)
                except Resting as exc:
                    self._leave(owners[link])
                    if (host := urlsplit(link).netloc) not in told:
                        told.add(host)
                        self._progress(str(exc))
                except SourceError as exc:
                    ready[link] = exc
            if ready:
                self._add(ready, owners, done)

    def _add(self, ready: dict[str, Fetched | SourceError], owners: dict[str, list[_Polled]], done: Round) -> None:
        from graph.ledger.feeds import note_entries
        from ingest.adding import add
        from ingest.pipeline import Pipelines

        def fetched(link: str) -> Fetched:
            got = ready[link]
            if isinstance(got, SourceError):
                raise got
            return got

        if self._nlp is None and any(isinstance(got, Fetched) for got in ready.values()):
            self._nlp = Pipelines(self._workspace.settings)
        try:
            report = add(self._workspace, list(ready), progress=self._progress, nlp=self._nlp, fetch=fetched)
        except StoreLocked as exc:
            self._progress(f"{exc} {len(ready)} pages are left for the next time.")
            self._leave([owner for link in ready for owner in owners[link]])
            return
        for name in ("new", "unchanged", "claims", "evidence"):
            setattr(done, name, getattr(done, name) + getattr(report, name))
        done.failures += report.failures
        done.interrupted = report.interrupted
        if report.interrupted:
            return
        for link, got in ready.items():
            if isinstance(got, SourceError) and self._may_pass(link, got):
                self._leave(owners[link])
                continue
            for owner in owners[link]:
                note_entries(self._workspace.ledger, owner.feed.address, [link])

    def _may_pass(self, link: str, exc: SourceError) -> bool:
        """Whether a page is tried again: its host was busy or not to be reached, and it wasn't tried too often."""
        status = exc.fields.get("status")
        if isinstance(exc, UnsupportedSource) or (status is not None and status not in BUSY):
            return False
        self._tries[link] += 1
        return self._tries[link] < _TRIES

    def _leave(self, owners: Iterable[_Polled]) -> None:
        for owner in owners:
            owner.left += 1


def _now() -> datetime:
    return datetime.now(UTC)


def _words(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
