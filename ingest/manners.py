"""How a program that fetches by itself behaves: robots.txt, one request per host at a time with a pause, and rest.

`Manners` keeps what each host asked for while the program runs. It fetches in one thread, so no host ever gets two
requests at once.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from graph.errors import SourceError, UnsupportedSource
from ingest.fetch import Fetched, IPAddress, Wish, ask
from ingest.robots import EVERYTHING, LARGEST, Robots, parse_robots

PAUSE = 2.0  # seconds between two requests to one host
_LONGEST_PAUSE = 60.0  # seconds; a host that wants a longer one is left for the next round
_FRESH = 86_400.0  # seconds that a robots.txt is used (RFC 9309, 2.4)
_REST = 300.0  # seconds that a host is left alone when it says that it has enough, but not for how long
BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})  # statuses that may be others the next time


class Forbidden(UnsupportedSource):
    """The site's robots.txt asks programs not to fetch this."""

    default_hint = "Open it in a browser, save the page and add the file."


class Resting(SourceError):
    """The host wants to be left alone for `.seconds`; nothing was asked."""

    default_hint = "It is asked again later."


@dataclass(slots=True, kw_only=True)
class Manners:
    """Fetches politely. `permitted` are the addresses of hosts (public ones), `pause` seconds between two requests."""

    permitted: Callable[[IPAddress], bool] | None = None
    pause: float = PAUSE
    wait: Callable[[float], object] = time.sleep
    clock: Callable[[], float] = time.monotonic
    _free: dict[str, float] = field(default_factory=dict)  # host → from when on it may be asked
    _rules: dict[str, tuple[Robots, float]] = field(default_factory=dict)  # origin → robots.txt and when it was read

    def ask(self, url: str, *, etag: str | None = None, modified: str | None = None) -> Fetched:
        """Ask for `url` when its host may be asked again, and return the answer whatever its status.

        Raises Forbidden and Resting without a request, and SourceError as `ingest.fetch.fetch` does.
        """
        try:
            answer = ask(url, Wish(permitted=self.permitted, etag=etag, modified=modified, before=self._before))
        finally:
            self._asked(url)
        self._asked(answer.address, answer)
        return answer

    def _before(self, url: str) -> None:
        """Called before every request, those of redirects included: may it be sent, and is it time?"""
        rules, read = self._rules.get(_origin(url), (None, 0.0))
        if rules is None or self.clock() - read > _FRESH:
            self._turn(url)
            rules = self._robots(url)
            self._rules[_origin(url)] = rules, self.clock()
            self._asked(url)  # again: they may ask for a longer pause
        if not rules.allows(url):
            raise Forbidden(f"{url}: the site asks programs not to fetch this (robots.txt).", source=url)
        self._turn(url)

    def _turn(self, url: str) -> None:
        """Wait until the host may be asked. Raises Resting when that is too long."""
        left = self._free.get(_host(url), 0.0) - self.clock()
        if left > _LONGEST_PAUSE:
            raise Resting(
                f"{url}: the site wants to be left alone for {left / 60:.0f} minutes.", source=url, seconds=left
            )
        if left > 0:
            self.wait(left)
        self._asked(url)

    def _asked(self, url: str, answer: Fetched | None = None) -> None:
        """Count the pause of a host from now on; longer when it said so."""
        rules = self._rules.get(_origin(url))
        pause = max(self.pause, rules[0].delay or 0.0) if rules else self.pause
        if answer and answer.status in BUSY:
            pause = max(pause, _REST if answer.retry_after is None else answer.retry_after)
        free = self._free.get(_host(url), 0.0)
        self._free[_host(url)] = max(free, self.clock() + pause)

    def _robots(self, url: str) -> Robots:
        """The rules of a site; all is allowed where it has none. Raises SourceError when they can't be had (2.3.1)."""
        address = f"{_origin(url)}/robots.txt"
        try:
            answer = ask(address, Wish(permitted=self.permitted))
        except UnsupportedSource:
            return EVERYTHING  # it leads astray: there is none. The page itself is checked as always
        finally:
            self._asked(address)
        self._asked(address, answer)
        if answer.status in BUSY or answer.status >= 500:
            raise SourceError(
                f"{address} answers {answer.status}: until it can be read, nothing is fetched there.",
                hint="The site has a problem: it is asked again later.",
                source=url,
                status=answer.status,
            )
        if answer.status != 200:
            return EVERYTHING
        return parse_robots(answer.data[:LARGEST].decode("utf-8", "replace"))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower()
