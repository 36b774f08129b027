"""robots.txt as RFC 9309 says: which paths a program may fetch, and how long it waits between two.

The parser of the standard library knows neither `*` nor `$` in a path nor that the longest rule wins.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

LARGEST = 512_000  # bytes that are read (RFC 9309, 2.5 asks for 500 KiB at least)
PRODUCT = "sightlines"  # the name that a robots.txt calls us by, lower case
_MOST = 10_000  # rules
_SLOWEST = 86_400.0  # seconds that a Crawl-delay may ask for
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules for us: (path pattern, whether it is allowed), and the seconds between two requests, if it says."""

    rules: tuple[tuple[str, bool], ...] = ()
    delay: float | None = None

    def allows(self, url: str) -> bool:
        """Whether we may fetch `url`: the longest pattern that matches decides, and allowing wins a tie (2.2.2)."""
        parts = urlsplit(url)
        path = _normal((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        found = [(len(pattern), allowed) for pattern, allowed in self.rules if _matches(pattern, path)]
        return path == "/robots.txt" or max(found, default=(0, True))[1]


EVERYTHING = Robots()
NOTHING = Robots(rules=(("/", False),))


def parse_robots(text: str, product: str = PRODUCT) -> Robots:
    """Return the rules of all groups that name `product`, or else of those for everyone (`*`)."""
    rules: dict[str, list[tuple[str, bool]]] = {}
    delays: dict[str, float] = {}
    agents: list[str] = []
    in_rules = False
    for key, value in _lines(text):
        if key == "user-agent":
            agents = [] if in_rules else agents
            in_rules = False
            agents.append(_product(value))
            rules.setdefault(agents[-1], [])
        elif key in {"allow", "disallow", "crawl-delay"}:
            in_rules = True
            for agent in agents:
                if key == "crawl-delay":
                    delays[agent] = max(_seconds(value), delays.get(agent, 0.0))
                elif value and len(rules[agent]) < _MOST:
                    rules[agent].append((_normal(value), key == "allow"))
    agent = product if product in rules else "*"
    return Robots(tuple(rules.get(agent, ())), delays.get(agent))


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text[:LARGEST].lstrip("\ufeff").splitlines():
        key, colon, value = line.partition("#")[0].partition(":")
        if colon:
            yield key.strip().lower(), value.strip()


def _product(value: str) -> str:
    # "Sightlines/1.0" names Sightlines; a product is letters, "-" and "_" (2.2.1).
    found = re.match(r"\*|[A-Za-z_-]+", value)
    return found[0].lower() if found else ""


def _seconds(value: str) -> float:
    return min(float(value), _SLOWEST) if re.fullmatch(r"\d{1,9}(?:\.\d{0,9})?", value) else 0.0


def _normal(path: str) -> str:
    """Percent-escapes in one spelling: none for what needs none, capitals for the others, bytes of UTF-8 escaped."""

    def spelled(found: re.Match[str]) -> str:
        char = chr(int(found[1], 16))
        return char if char in _UNRESERVED else found[0].upper()

    return quote(_ESCAPE.sub(spelled, path), safe="%/:=&?~#+!$,;'@()*[]", errors="replace")


def _matches(pattern: str, path: str) -> bool:
    """Whether a path begins with a pattern in which `*` is any run of characters and a last `$` the end. Linear."""
    whole = pattern.endswith("$")
    first, *others = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    place = len(first)
    last = others.pop() if whole and others else None
    for part in others:
        found = path.find(part, place)
        if found < 0:
            return False
        place = found + len(part)
    if not whole:
        return True
    return path.endswith(last) and len(path) - len(last) >= place if last is not None else place == len(path)
