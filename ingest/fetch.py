"""Fetch a web page. The only file that goes to the network, and only to public addresses.

The name is resolved once and the connection goes to exactly the address that was checked, so that a name server
can't answer differently the second time (DNS rebinding); every redirect is checked in the same way. Certificates are
verified. Proxies of the environment are not used, cookies neither kept nor sent.
"""

import http.client
import ipaddress
import queue
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeAlias
from urllib.parse import quote, urljoin, urlsplit

from graph.errors import SourceError, UnsupportedSource

LARGEST = 20_000_000  # bytes, before and after unpacking
LONGEST = 10_000  # characters of an address
SECONDS = 30.0  # for everything: looking up the name, redirects, the page
REDIRECTS = 5
LONGEST_REST = 7 * 86_400.0  # seconds that a server's Retry-After is followed
AGENT = "Sightlines/0.1 (reads pages and feeds that a person asked for)"
_ADDRESSES = 4  # of one host, tried one after the other
_SAFE = "%/:=&?~#+!$,;'@()*[]"  # what stays as it is in a path or query that is made ASCII
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: an IPv4 address in its last 32 bits
# What older Pythons take for public, though the IANA registries of special-purpose addresses or a cloud say otherwise.
_INSIDE = tuple(
    ipaddress.ip_network(block)
    for block in (
        *("168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24"),  # Azure's services, Oracle's and IETF's, 6to4 relays
        *("64:ff9b:1::/48", "100::/64", "2001::/23", "3fff::/20", "5f00::/16"),
    )
)
_VALIDATOR = re.compile(r"[\x21-\x7e\x80-\xff](?:[\x20-\x7e\x80-\xff]{0,500})")

IPAddress: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer, with the address where it was found after redirects. `data` is empty unless `status` is 200.

    `etag` and `modified` are validators to ask with the next time (RFC 9110, 8.8), `retry_after` is in seconds.
    """

    address: str
    data: bytes
    content_type: str
    status: int = 200
    reason: str = ""
    etag: str | None = None
    modified: str | None = None
    retry_after: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How to ask: which hosts are `permitted` (public ones), within how many seconds, and with which validators.

    `before` is called with the address before each request, those of redirects included; it may wait, or raise.
    """

    permitted: Callable[[IPAddress], bool] | None = None
    seconds: float = SECONDS
    etag: str | None = None
    modified: str | None = None
    before: Callable[[str], None] | None = None


def fetch(url: str) -> Fetched:
    """Fetch an http or https URL. Raises UnsupportedSource for what may not be fetched, SourceError for what failed."""
    return page_of(ask(url))


def fetch_from(url: str, permitted: Callable[[IPAddress], bool], *, seconds: float = SECONDS) -> Fetched:
    """Fetch `url` from hosts whose address is `permitted`, within `seconds` in all. For errors see `fetch`."""
    return page_of(ask(url, Wish(permitted=permitted, seconds=seconds)))


def page_of(answer: Fetched) -> Fetched:
    """Return the answer if it is a page. Raises SourceError, with its `status`, for an answer without one."""
    if answer.status != 200:
        raise SourceError(
            f"{answer.address} answers {answer.status} {answer.reason}.",
            hint="Open it in a browser, save the page and add the file.",
            source=answer.address,
            status=answer.status,
        )
    return answer


def is_public(address: IPAddress) -> bool:
    """Whether an address is one of the public internet, also when it wraps an IPv4 address (mapped, 6to4, NAT64)."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address.teredo or address.is_site_local:
            return False
    if any(address in block for block in _INSIDE):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def ask(url: str, wish: Wish | None = None) -> Fetched:
    """Ask for `url` and return the answer whatever its status; redirects are followed. For errors see `fetch`."""
    wish = wish or Wish()
    first, end = url, time.monotonic() + wish.seconds
    for _ in range(REDIRECTS + 1):
        if wish.before:
            _parts(url)  # what is refused anyway doesn't wait for its turn
            start = time.monotonic()
            wish.before(url)
            end += time.monotonic() - start  # a wait of ours is not the server's
        try:
            answer = _one(url, wish, end)
        except TimeoutError as exc:
            raise SourceError(
                f"{url} took longer than {wish.seconds:g} seconds.", hint="Save the page, add the file.", source=url
            ) from exc
        if isinstance(answer, Fetched):
            return answer
        url = urljoin(url, answer)
    raise SourceError(f"{first}: more than {REDIRECTS} redirects.", hint="Add the final address.", source=first)


def _one(url: str, wish: Wish, end: float) -> Fetched | str:
    """The answer, or the address that it redirects to. Raises TimeoutError when the time is over."""
    host, port, secure, target = _parts(url)
    permitted = wish.permitted or is_public
    addresses = _resolve(url, host, port, permitted, end)
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    connection = _Pinned(host, port, addresses, secure, left)
    watch = threading.Timer(left, connection.abort)  # a server that drips bytes outlives every socket timeout
    watch.daemon = True
    watch.start()
    try:
        connection.request("GET", target, headers=_headers(wish))
        answer = _answer(url, connection.getresponse(), end)
        if connection.aborted:  # a connection that was cut reads like one that ended
            raise TimeoutError
        return answer
    except (OSError, http.client.HTTPException, ValueError) as exc:
        if connection.aborted or isinstance(exc, TimeoutError):
            raise TimeoutError from exc
        raise _unreached(url, exc) from exc
    finally:
        watch.cancel()
        connection.close()


def _headers(wish: Wish) -> dict[str, str]:
    headers = {"User-Agent": AGENT, "Accept": "text/html,application/pdf,text/*;q=0.9,*/*;q=0.5"}
    headers["Accept-Encoding"] = "gzip, identity"
    for name, value in (("If-None-Match", wish.etag), ("If-Modified-Since", wish.modified)):
        if value and _VALIDATOR.fullmatch(value):
            headers[name] = value
    return headers


def _unreached(url: str, exc: Exception) -> SourceError:
    if isinstance(exc, ssl.SSLCertVerificationError):
        return SourceError(
            f"{url} can't be fetched: its certificate is not valid ({exc.verify_message}).",
            hint="Whoever answers there may not be who it says. If you trust the page, save it and add the file.",
            source=url,
        )
    reason = (getattr(exc, "strerror", None) or str(exc) or type(exc).__name__)[:200]
    return SourceError(f"{url} can't be fetched: {reason}.", hint="Check the address.", source=url)


def _parts(url: str) -> tuple[str, int, bool, str]:
    if len(url) > LONGEST:
        shown = url[:100]
        raise UnsupportedSource(
            f"{shown}… is longer than {LONGEST} characters.", hint="Check the address.", source=shown
        )
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = parts.port
    except ValueError as exc:  # UnicodeError is one
        raise UnsupportedSource(f"{url!r} is no web address.", hint="Check the address.", source=url) from exc
    if parts.scheme.lower() not in {"http", "https"} or not host:
        raise UnsupportedSource(f"{url!r} is not fetched.", hint="Only http:// and https:// addresses are.", source=url)
    if parts.username is not None or parts.password is not None:
        raise UnsupportedSource(f"The address of {host} holds a login.", hint="Give it without one.", source=host)
    secure = parts.scheme.lower() == "https"
    target = quote(parts.path or "/", _SAFE) + (f"?{quote(parts.query, _SAFE)}" if parts.query else "")
    return host, port or (443 if secure else 80), secure, target


def _resolve(url: str, host: str, port: int, permitted: Callable[[IPAddress], bool], end: float) -> tuple[str, ...]:
    """The addresses of a host, all of them permitted. Raises TimeoutError when the name server doesn't answer."""
    answer: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def look_up() -> None:  # getaddrinfo knows no timeout
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answer.put([str(row[4][0]).partition("%")[0] for row in found])
        except (OSError, UnicodeError) as exc:
            answer.put(exc)

    threading.Thread(target=look_up, daemon=True).start()
    try:
        addresses = answer.get(timeout=max(0.0, end - time.monotonic()))
    except queue.Empty as exc:
        raise TimeoutError from exc
    if isinstance(addresses, Exception):
        hint = "Check the address and your network."
        raise SourceError(f"{url}: no host {host}.", hint=hint, source=url) from addresses
    # One private address among public ones is a trap, not a spare.
    if not addresses or not all(permitted(ipaddress.ip_address(address)) for address in addresses):
        raise UnsupportedSource(
            f"{url}: {host} is not on the public internet.",
            hint="Save the page to a file and add that.",
            source=url,
        )
    return tuple(dict.fromkeys(addresses))[:_ADDRESSES]


class _Pinned(http.client.HTTPConnection):
    """A connection to one of the checked addresses; the certificate is checked against the host's name."""

    def __init__(self, host: str, port: int, addresses: Sequence[str], secure: bool, timeout: float) -> None:
        super().__init__(host, port, timeout=timeout)
        self.default_port = 443 if secure else 80
        self._addresses = addresses
        self._secure = secure
        self._plain: socket.socket | None = None
        self.aborted = False

    def connect(self) -> None:
        """Open the socket to the first checked address that answers."""
        self._plain = self._first()
        self.sock = self._plain
        if self.aborted:
            raise TimeoutError
        if self._secure:
            self.sock = ssl.create_default_context().wrap_socket(self._plain, server_hostname=self.host)

    def _first(self) -> socket.socket:
        for address in self._addresses[:-1]:
            with suppress(OSError):
                return socket.create_connection((address, self.port), (self.timeout or SECONDS) / 4)
        return socket.create_connection((self._addresses[-1], self.port), self.timeout)

    def abort(self) -> None:
        """End the connection from another thread."""
        self.aborted = True
        for opened in (self.sock, self._plain):
            if opened is not None:
                with suppress(OSError):  # closed already
                    opened.shutdown(socket.SHUT_RDWR)


def _answer(url: str, response: http.client.HTTPResponse, end: float) -> Fetched | str:
    if response.status in {301, 302, 303, 307, 308} and (location := response.getheader("Location")):
        return location.encode("latin-1", "replace").decode("utf-8", "replace")  # bytes that browsers read as UTF-8
    return Fetched(
        address=url.partition("#")[0],
        data=_body(url, response, end) if response.status == 200 else b"",
        content_type=(response.getheader("Content-Type") or "")[:200],
        status=response.status,
        reason=response.reason[:100],
        etag=_validator(response.getheader("ETag")),
        modified=_validator(response.getheader("Last-Modified")),
        retry_after=_rest(response.getheader("Retry-After")),
    )


def _validator(value: str | None) -> str | None:
    return value if value and _VALIDATOR.fullmatch(value) else None


def _rest(value: str | None) -> float | None:
    """Seconds of a Retry-After header: a number, or a moment (RFC 9110, 10.2.3)."""
    if value is None:
        return None
    try:
        seconds = (
            float(value) if value.isdigit() else (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds()
        )
    except (ValueError, TypeError, OverflowError):  # no moment, or one without a time zone
        return None
    return min(max(seconds, 0.0), LONGEST_REST)


def _body(url: str, response: http.client.HTTPResponse, end: float) -> bytes:
    encoding = (response.getheader("Content-Encoding") or "identity").strip().lower()
    if encoding not in {"identity", "gzip", "x-gzip", "deflate"}:
        raise UnsupportedSource(f"{url} is packed as {encoding[:40]!r}.", source=url)
    unpacked = _Unpacked(encoding != "identity")
    taken = 0
    if (response.length or 0) > LARGEST:
        raise _too_large(url)
    while chunk := response.read1(65_536):
        taken += len(chunk)
        try:
            unpacked.add(chunk)
        except zlib.error as exc:
            raise SourceError(f"{url} sent damaged data: {exc}.", source=url) from exc
        if taken > LARGEST or len(unpacked.data) > LARGEST:
            raise _too_large(url)
        if time.monotonic() > end:
            raise TimeoutError
    if response.length or not unpacked.whole:  # fewer bytes than promised: half an article reads like a whole one
        raise SourceError(f"{url} broke off in the middle.", hint="Try again.", source=url)
    return bytes(unpacked.data)


def _too_large(url: str) -> UnsupportedSource:
    return UnsupportedSource(
        f"{url} is larger than {LARGEST // 1_000_000} MB.", hint="Save it and add the file.", source=url
    )


class _Unpacked:
    """Bytes as they come, unpacked up to one more than `LARGEST`; gzip may have several members (RFC 1952, 2.2)."""

    def __init__(self, packed: bool) -> None:
        self.data = bytearray()
        self._zip = zlib.decompressobj(zlib.MAX_WBITS | 32) if packed else None

    @property
    def whole(self) -> bool:
        """Whether nothing is missing at the end."""
        return self._zip is None or self._zip.eof

    def add(self, chunk: bytes) -> None:
        """Take the next bytes. Raises zlib.error for damaged ones."""
        if self._zip is None:
            self.data += chunk
            return
        while chunk and len(self.data) <= LARGEST:
            if self._zip.eof:
                if not chunk.startswith(b"\x1f"):
                    return  # padding after the last member
                self._zip = zlib.decompressobj(zlib.MAX_WBITS | 16)
            self.data += self._zip.decompress(chunk, LARGEST + 1 - len(self.data))
            chunk = self._zip.unused_data if self._zip.eof else self._zip.unconsumed_tail
