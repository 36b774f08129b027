"""Follow the documents of one `add` from reading to recording: how fast, how much is left, where to go on."""

import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ingest.checkpoints import Checkpoints, Survey, survey
from ingest.sources.progress import Place, Position

_AT_LEAST = 0.25  # seconds between two checkpoints that only pass over what needed no extraction
_KNOWN_AFTER = 2.0  # seconds after which a rate says something


@dataclass(slots=True)
class _Source:
    survey: Survey | None
    place: Place
    resumed: bool  # and nothing of it was read yet


@dataclass(slots=True)
class _Waiting:
    """A document that is read and not recorded yet, and what is over once it is."""

    source: _Source
    position: Position
    ended: list[_Source] = field(default_factory=list)


class Following:
    """Counts what is read and recorded, and keeps checkpoints that are never ahead of the ledger.

    Documents are recorded in the order in which they were read. `before` is called before a checkpoint is written or
    taken away: it writes down what was put off.
    """

    def __init__(
        self, sources: Sequence[str], checkpoints: Checkpoints, before: Callable[[], None] = lambda: None
    ) -> None:
        self._checkpoints = checkpoints
        self._before = before
        self._surveys = {source: survey(source) for source in sources}
        self._sizes = [found.size if found else None for found in map(self._surveys.get, sources)]
        self._waiting: deque[_Waiting] = deque()
        self._now: _Source | None = None
        self._over = self._skipped = 0.0  # bytes of sources that are over; bytes that a checkpoint passes over
        self._start = self._kept = time.monotonic()
        self.left_out: Counter[str] = Counter()

    def begin(self, source: str) -> tuple[Place, str]:
        """Return the place at which the reading of a source begins, and words about it when that is not its start."""
        found = self._surveys[source] if source in self._surveys else survey(source)
        place = Place(size=found.size if found else 0, left_out=self.left_out)
        position = self._checkpoints.find(found) if found else ()
        place.begin(position)
        self._now = _Source(found, place, bool(position))
        return place, f"Going on with {source} where it was stopped." if position else ""

    def waits(self) -> None:
        """A document was read: it is over once it is recorded."""
        assert self._now is not None
        self._skip()
        self._waiting.append(_Waiting(self._now, self._now.place.position()))

    def passed(self) -> None:
        """Something was read that needs no recording: a failure, a document that the ledger holds."""
        assert self._now is not None
        self._skip()
        if self._waiting:
            last = self._waiting[-1]
            last.source, last.position = self._now, self._now.place.position()
        elif time.monotonic() - self._kept > _AT_LEAST:
            self._keep(self._now, self._now.place.position())

    def end(self) -> None:
        """The source was read to its end: it is over once all its documents are recorded."""
        assert self._now is not None
        ended, self._now = self._now, None
        self._over += ended.survey.size if ended.survey else 0
        if self._waiting:
            self._waiting[-1].ended.append(ended)
        else:
            self._forget(ended)

    def recorded(self, count: int = 1) -> None:
        """The `count` documents that wait longest are recorded, or have failed for good."""
        done = [self._waiting.popleft() for _ in range(count)]
        ended = [source for each in done for source in each.ended]
        for source in ended:
            self._forget(source)
        if done and not any(done[-1].source is source for source in ended):
            self._keep(done[-1].source, done[-1].position)

    def words(self) -> str:
        """Return how much is read, how fast, and how long the rest takes; nothing while that isn't known."""
        if None in self._sizes or not self._sizes:
            return ""
        total = sum(size for size in self._sizes if size is not None)
        read = self._over + (self._now.place.read() if self._now else 0.0)
        seconds = time.monotonic() - self._start
        if not total or seconds < _KNOWN_AFTER:
            return ""
        rate = (read - self._skipped) / seconds
        words = f"{read / total:.0%} of {_bytes(total)} read, {_bytes(rate)}/s"
        return f"{words}, {_time((total - read) / rate)} left" if rate > 0 and read < total else words

    def _skip(self) -> None:
        """Take what a checkpoint passes over out of the rate. It is known when the first record was read."""
        if self._now and self._now.resumed:
            self._now.resumed = False
            self._skipped += self._now.place.read()

    def _keep(self, source: _Source, position: Position) -> None:
        if source.survey:
            self._before()
            self._checkpoints.keep(source.survey, position)
            self._kept = time.monotonic()

    def _forget(self, source: _Source) -> None:
        self._before()
        if source.survey:
            self._checkpoints.forget(source.survey)


def _bytes(count: float) -> str:
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count:.0f} B"


def _time(seconds: float) -> str:
    minutes = round(seconds / 60)
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
