"""Fetch a web page. The only file that goes to the network, and only to public addresses.

The name is resolved once and the connection goes to exactly the address that was checked, so that a name server
can't answer differently the second time (DNS rebinding); every redirect is checked in the same way. Proxies of the
environment are not used, cookies not kept.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import quote, urljoin, urlsplit

from graph.errors import SourceError, UnsupportedSource

LARGEST = 20_000_000  # bytes, before and after unpacking
SECONDS = 30.0  # for everything, redirects included
REDIRECTS = 5
AGENT = "Sightlines/0.1 (reads single pages that a person asked for)"
_SAFE = "%/:=&?~#+!$,;'@()*[]"  # what stays as it is in a path or query that is made ASCII
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: an IPv4 address in its last 32 bits

IPAddress: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A page as it came, with the address where it was found after redirects."""

    address: str
    data: bytes
    content_type: str


def fetch(url: str) -> Fetched:
    """Fetch an http or https URL. Raises UnsupportedSource for what may not be fetched, SourceError for what failed."""
    return fetch_from(url, is_public)


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
    return address.is_global and not address.is_multicast and not address.is_reserved


def fetch_from(url: str, permitted: Callable[[IPAddress], bool], *, seconds: float = SECONDS) -> Fetched:
    """Fetch `url` from hosts whose address is `permitted`, within `seconds` in all. For errors see `fetch`."""
    end = time.monotonic() + seconds
    for _ in range(REDIRECTS + 1):
        try:
            answer = _one(url, permitted, end)
        except TimeoutError as exc:
            raise SourceError(
                f"{url} took longer than {seconds:g} seconds.", hint="Save the page, add the file.", source=url
            ) from exc
        if isinstance(answer, Fetched):
            return answer
        url = urljoin(url, answer)
    raise SourceError(f"{url}: more than {REDIRECTS} redirects.", hint="Add the final address.", source=url)


def _one(url: str, permitted: Callable[[IPAddress], bool], end: float) -> Fetched | str:
    """The page, or the address that it redirects to. Raises TimeoutError when the time is over."""
    host, port, secure, target = _parts(url)
    ip = _resolve(url, host, port, permitted)
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    connection = _Pinned(host, port, ip, secure, left)
    watch = threading.Timer(left, connection.abort)  # a server that drips bytes outlives every socket timeout
    watch.daemon = True
    watch.start()
    try:
        headers = {"User-Agent": AGENT, "Accept": "text/html,application/pdf,text/*;q=0.9,*/*;q=0.5"}
        connection.request("GET", target, headers={**headers, "Accept-Encoding": "gzip, deflate, identity"})
        answer = _answer(url, connection.getresponse(), end)
        if connection.aborted:  # a connection that was cut reads like one that ended
            raise TimeoutError
        return answer
    except (OSError, http.client.HTTPException, ValueError) as exc:
        if connection.aborted or isinstance(exc, TimeoutError):
            raise TimeoutError from exc
        reason = getattr(exc, "strerror", None) or str(exc) or type(exc).__name__
        raise SourceError(f"{url} can't be fetched: {reason}.", hint="Check the address.", source=url) from exc
    finally:
        watch.cancel()
        connection.close()


def _parts(url: str) -> tuple[str, int, bool, str]:
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


def _resolve(url: str, host: str, port: int, permitted: Callable[[IPAddress], bool]) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as exc:
        raise SourceError(f"{url}: no host {host}.", hint="Check the address and your network.", source=url) from exc
    addresses = [str(row[4][0]).partition("%")[0] for row in found]
    # One private address among public ones is a trap, not a spare.
    if not addresses or not all(permitted(ipaddress.ip_address(address)) for address in addresses):
        raise UnsupportedSource(
            f"{url}: {host} is not on the public internet.",
            hint="Save the page to a file and add that.",
            source=url,
        )
    return addresses[0]


class _Pinned(http.client.HTTPConnection):
    """A connection to one checked address; the certificate is checked against the host's name."""

    def __init__(self, host: str, port: int, ip: str, secure: bool, timeout: float) -> None:
        super().__init__(host, port, timeout=timeout)
        self.default_port = 443 if secure else 80
        self._ip = ip
        self._secure = secure
        self._plain: socket.socket | None = None
        self.aborted = False

    def connect(self) -> None:
        """Open the socket to the checked address."""
        self._plain = socket.create_connection((self._ip, self.port), self.timeout)
        self.sock = self._plain
        if self._secure:
            self.sock = ssl.create_default_context().wrap_socket(self._plain, server_hostname=self.host)

    def abort(self) -> None:
        """End the connection from another thread."""
        self.aborted = True
        for opened in (self.sock, self._plain):
            if opened is not None:
                try:
                    opened.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # closed already


def _answer(url: str, response: http.client.HTTPResponse, end: float) -> Fetched | str:
    if response.status in {301, 302, 303, 307, 308} and (location := response.getheader("Location")):
        return location
    if response.status != 200:
        raise SourceError(
            f"{url} answers {response.status} {response.reason[:100]}.",
            hint="Open it in a browser, save the page and add the file.",
            source=url,
        )
    encoding = (response.getheader("Content-Encoding") or "identity").strip().lower()
    if encoding not in {"identity", "gzip", "x-gzip", "deflate"}:
        raise UnsupportedSource(f"{url} is packed as {encoding[:40]!r}.", source=url)
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 32) if encoding != "identity" else None
    data, taken = bytearray(), 0
    while chunk := response.read1(65_536):
        taken += len(chunk)
        try:
            data += unpack.decompress(chunk, LARGEST + 1 - len(data)) if unpack else chunk
        except zlib.error as exc:
            raise SourceError(f"{url} sent damaged data: {exc}.", source=url) from exc
        if max(taken, len(data)) > LARGEST or (unpack and unpack.unconsumed_tail):
            raise UnsupportedSource(
                f"{url} is larger than {LARGEST // 1_000_000} MB.", hint="Save it and add the file.", source=url
            )
        if time.monotonic() > end:
            raise TimeoutError
    if response.length or (
        unpack and not unpack.eof
    ):  # fewer bytes than promised: half an article reads like a whole one
        raise SourceError(f"{url} broke off in the middle.", hint="Try again.", source=url)
    return Fetched(
        address=url.partition("#")[0], data=bytes(data), content_type=response.getheader("Content-Type") or ""
    )
