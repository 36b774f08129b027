"""A hostile web server on loopback: what `fetch` refuses, and how it gives up."""

import gzip
import ipaddress
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from graph.errors import SourceError, UnsupportedSource
from graph.records import Failure
from ingest.fetch import LARGEST, fetch, fetch_from, is_public
from ingest.load import load
from tests.ingest.sites import Site, loopback


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.close()


# --- what may not be fetched ---


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "127.1", "2130706433", "0x7f000001"])
def test_this_machine_is_never_fetched_from(site: Site, host: str) -> None:
    site.page("/", b"secret")
    with pytest.raises(SourceError):
        fetch(f"http://{host}:{site.server.server_port}/")
    assert site.seen == []


@pytest.mark.parametrize(
    "address",
    [
        *("10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "0.0.0.0", "224.0.0.1"),
        *("255.255.255.255", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "fec0::1"),
        *(
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "168.63.129.16",
            "192.0.0.192",
            "100.100.100.200",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:db8::1",
            "ff02::1",
        ),
        *("168.63.129.16", "192.0.0.192", "100.100.100.200", "192.88.99.1", "3fff::1", "5f00::1"),
        *("::127.0.0.1", "64:ff9b:1::7f00:1", "2001:0:4136:e378:8000:63bf:80ff:fffe"),
    ],
)
def test_private_metadata_and_wrapped_addresses_are_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        *("http://169.254.169.254/latest/meta-data/", "http://[::ffff:127.0.0.1]/", "http://[fd00:ec2::254]/"),
        *("file:///etc/passwd", "ftp://ftp.example.org/a", "gopher://example.org/", "http:///nohost", "http://[::1"),
        *("http://user:secret@example.org/", "http://example.org:99999/", "http://a..b/"),
    ],
)
def test_an_address_that_may_not_be_fetched_is_refused_before_any_connection(url: str) -> None:
    with pytest.raises(UnsupportedSource) as refused:
        fetch(url)
    assert refused.value.hint
    assert "secret" not in str(refused.value)


def test_an_address_that_can_not_be_fetched_is_a_failure_of_the_batch() -> None:
    (found,) = load("ftp://ftp.example.org/a")
    assert isinstance(found, Failure)
    assert "http" in found.hint


def test_a_redirect_to_a_private_address_is_refused(site: Site) -> None:
    other = Site()
    other.page("/secret", b"secret")
    target = f"http://127.0.0.2:{other.server.server_port}/secret"
    try:
        with pytest.raises(UnsupportedSource, match="public internet"):
            fetch_from(site.redirect("/", target), loopback)
        assert other.seen == []
    finally:
        other.close()


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://127.0.0.1/", "javascript:alert(1)", "//user:x@127.0.0.1/"]
)
def test_a_redirect_can_not_leave_http(site: Site, target: str) -> None:
    with pytest.raises(UnsupportedSource):
        fetch_from(site.redirect("/", target), loopback)


def test_a_header_can_not_be_smuggled_in_with_the_address(site: Site) -> None:
    site.page("/%0D%0AX-Evil:%201", b"words")
    for url in (f"{site.url}/\r\nX-Evil: 1", f"{site.url}/%0D%0AX-Evil:%201"):
        try:
            fetch_from(url, loopback)
        except (SourceError, KeyError):
            continue
    assert all("x-evil" not in headers for _, headers in site.seen)


# --- redirects and cookies ---


def test_five_redirects_are_followed_and_the_final_address_is_kept(site: Site) -> None:
    for n in range(5):
        site.redirect(f"/{n}", f"/{n + 1}")
    site.page("/5", b"words")
    got = fetch_from(f"{site.url}/0#part", loopback)
    assert got.data == b"words"
    assert got.address == f"{site.url}/5"


def test_the_sixth_redirect_is_refused(site: Site) -> None:
    for n in range(6):
        site.redirect(f"/{n}", f"/{n + 1}")
    site.page("/6", b"words")
    with pytest.raises(SourceError, match="more than 5 redirects"):
        fetch_from(f"{site.url}/0", loopback)
    assert "/6" not in [path for path, _ in site.seen]


def test_no_cookie_is_sent_back_and_the_agent_says_what_it_is(site: Site) -> None:
    site.redirect("/", "/next", ("Set-Cookie", "id=1; Path=/"))
    site.page("/next", b"words", headers=(("Set-Cookie", "id=2"),))
    fetch_from(f"{site.url}/", loopback)
    fetch_from(f"{site.url}/", loopback)
    assert len(site.seen) == 4
    assert all("cookie" not in headers and "referer" not in headers for _, headers in site.seen)
    assert all(headers["user-agent"].startswith("Sightlines/") for _, headers in site.seen)


def test_no_proxy_of_the_environment_sees_the_address(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert fetch_from(site.page("/", b"words"), loopback).data == b"words"


# --- size and time ---


def test_a_packed_page_is_unpacked(site: Site) -> None:
    url = site.page("/", gzip.compress(b"words"), headers=(("Content-Encoding", "gzip"), ("Content-Type", "text/html")))
    got = fetch_from(url, loopback)
    assert (got.data, got.content_type) == (b"words", "text/html")


def test_more_than_20_mb_are_refused(site: Site) -> None:
    with pytest.raises(UnsupportedSource, match="larger than 20 MB"):
        fetch_from(site.page("/", b"x" * (LARGEST + 1)), loopback)
    assert len(fetch_from(site.page("/fits", b"x" * LARGEST), loopback).data) == LARGEST


def test_a_gzip_bomb_is_refused_without_unpacking_it(site: Site) -> None:
    import tracemalloc

    bomb = gzip.compress(b"\0" * 400_000_000, 1)
    url = site.page("/", bomb, headers=(("Content-Encoding", "gzip"),))
    tracemalloc.start()
    with pytest.raises(UnsupportedSource, match="larger than 20 MB"):
        fetch_from(url, loopback)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * LARGEST


def test_a_server_that_drips_is_cut_off(site: Site) -> None:
    def drip(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        for _ in range(100):
            request.wfile.write(b"x")
            time.sleep(0.1)

    site.answers["/"] = drip
    start = time.monotonic()
    with pytest.raises(SourceError, match=r"longer than 0\.5 seconds"):
        fetch_from(f"{site.url}/", loopback, seconds=0.5)
    assert time.monotonic() - start < 3


def test_a_server_that_drips_headers_is_cut_off(site: Site) -> None:
    def drip(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for n in range(100):
            request.wfile.write(b"X-%d: 1\r\n" % n)
            time.sleep(0.1)

    site.answers["/"] = drip
    start = time.monotonic()
    with pytest.raises(SourceError, match="longer than"):
        fetch_from(f"{site.url}/", loopback, seconds=0.5)
    assert time.monotonic() - start < 3


def test_the_time_runs_over_all_redirects_together(site: Site) -> None:
    def late(request: BaseHTTPRequestHandler) -> None:
        time.sleep(0.3)
        request.send_response(302)
        request.send_header("Location", "/")
        request.end_headers()

    site.answers["/"] = late
    start = time.monotonic()
    with pytest.raises(SourceError, match="longer than"):
        fetch_from(f"{site.url}/", loopback, seconds=0.7)
    assert time.monotonic() - start < 3


# --- answers that are no page ---


@pytest.mark.parametrize("status", [204, 403, 404, 500])
def test_an_answer_without_a_page_is_told_with_its_status(site: Site, status: int) -> None:
    with pytest.raises(SourceError, match=str(status)):
        fetch_from(site.page("/", b"", status=status), loopback)


def test_half_a_page_is_not_a_page(site: Site) -> None:
    with pytest.raises(SourceError):
        fetch_from(site.page("/", b"half", headers=(("Content-Length", "8"),)), loopback)


def test_a_packed_page_that_breaks_off_is_not_a_page(site: Site) -> None:
    packed = gzip.compress(bytes(range(256)) * 200)
    with pytest.raises(SourceError):
        fetch_from(site.page("/", packed[: len(packed) // 2], headers=(("Content-Encoding", "gzip"),)), loopback)


def test_damaged_packing_and_unknown_packing_are_told(site: Site) -> None:
    with pytest.raises(SourceError, match="damaged"):
        fetch_from(site.page("/a", b"no gzip", headers=(("Content-Encoding", "gzip"),)), loopback)
    with pytest.raises(UnsupportedSource, match="packed"):
        fetch_from(site.page("/b", b"words", headers=(("Content-Encoding", "br"),)), loopback)


def test_a_server_that_is_down_is_told(site: Site) -> None:
    port = site.server.server_port
    site.close()
    with pytest.raises(SourceError, match="can't be fetched"):
        fetch_from(f"http://127.0.0.1:{port}/", loopback)
    site.__init__()  # type: ignore[misc] # for the fixture to end
