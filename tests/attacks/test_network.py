"""Web servers and name servers that mean harm: each trick is refused, or costs no more than the limits."""

import gzip
import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from graph.errors import SourceError, UnsupportedSource
from ingest.fetch import IPAddress, Wish, ask, fetch, fetch_from, is_public
from tests.ingest.sites import Site, loopback

CERTIFICATES = Path(__file__).parent / "certificates"


def public_or_loopback(address: IPAddress) -> bool:
    return loopback(address) or is_public(address)


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.close()


class Names:
    """A name server that a test writes; it counts who asks."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answers: dict[str, list[Callable[[], list[str]]]] = {}
        self.asked: list[str] = []
        real = socket.getaddrinfo

        def look_up(host: str, port: int, *args: Any, **how: Any) -> list[Any]:
            if host not in self.answers:
                return real(host, port, *args, **how)
            self.asked.append(host)
            answers = self.answers[host]
            found = (answers.pop(0) if len(answers) > 1 else answers[0])()
            return [row for address in found for row in real(address, port, type=socket.SOCK_STREAM)]

        monkeypatch.setattr(socket, "getaddrinfo", look_up)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    return Names(monkeypatch)


# --- names ---


def test_a_name_that_changes_its_address_after_the_check_changes_nothing(site: Site, names: Names) -> None:
    names.answers["rebind.test"] = [lambda: ["127.0.0.1"], lambda: ["127.0.0.2"]]
    site.page("/", b"words")
    got = fetch_from(f"http://rebind.test:{site.server.server_port}/", loopback)
    assert got.data == b"words"
    assert names.asked == ["rebind.test"], "a second look-up would be the attacker's chance"


def test_a_name_is_checked_again_at_every_redirect(site: Site, names: Names) -> None:
    names.answers["rebind.test"] = [lambda: ["127.0.0.1"], lambda: ["127.0.0.2"]]
    port = site.server.server_port
    site.redirect("/", f"http://rebind.test:{port}/secret")
    site.page("/secret", b"secret")
    with pytest.raises(UnsupportedSource, match="public internet"):
        fetch_from(f"http://rebind.test:{port}/", loopback)
    assert [path for path, _ in site.seen] == ["/"]


def test_one_private_address_among_public_ones_is_enough_to_refuse(site: Site, names: Names) -> None:
    names.answers["mixed.test"] = [lambda: ["127.0.0.1", "10.0.0.1"]]
    with pytest.raises(UnsupportedSource, match="public internet"):
        fetch_from(f"http://mixed.test:{site.server.server_port}/", loopback)
    assert site.seen == []


def test_an_address_that_does_not_answer_is_passed_over(site: Site, names: Names) -> None:
    names.answers["two.test"] = [lambda: ["127.0.0.2", "127.0.0.1"]]
    site.page("/", b"words")
    either = {ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("127.0.0.2")}
    assert fetch_from(f"http://two.test:{site.server.server_port}/", either.__contains__).data == b"words"


def test_a_name_server_that_does_not_answer_is_given_up(names: Names) -> None:
    def late() -> list[str]:
        time.sleep(3)
        return []

    names.answers["slow.test"] = [late]
    start = time.monotonic()
    with pytest.raises(SourceError, match="longer than"):
        fetch_from("http://slow.test/", loopback, seconds=0.3)
    assert time.monotonic() - start < 2


# --- redirects ---


@pytest.mark.parametrize(
    "target",
    [
        *("http://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/", "http://168.63.129.16/"),
        *("http://100.100.100.200/", "http://10.0.0.1/", "http://0.0.0.0:{port}/", "http://localhost6:{port}/"),
        *(
            "http://[::ffff:10.0.0.1]/",
            "http://[::ffff:169.254.169.254]/",
            "http://[::1]:{port}/",
            "http://[::]:{port}/",
        ),
        *(
            "http://2130706434:{port}/",
            "http://0x7f000002:{port}/",
            "http://127.2:{port}/",
            "http://0177.0.0.2:{port}/",
        ),
        *("//127.0.0.2:{port}/", "http://user@127.0.0.1:{port}/", "file:///etc/passwd"),
        *("gopher://127.0.0.1:{port}/_GET", "data:text/html,words", "http://127.0.0.1:{port}@127.0.0.2:{port}/"),
        *("http://①②⑦.⓪.⓪.②:{port}/", "http://127.0.0.2.:{port}/", "HTTP://127.0.0.2:{port}/"),
    ],
)
def test_no_redirect_leads_inside(site: Site, target: str) -> None:
    site.page("/secret", b"secret")
    url = site.redirect("/start", target.format(port=site.server.server_port))
    with pytest.raises(SourceError):
        ask(url, Wish(permitted=public_or_loopback, seconds=5))
    assert [path for path, _ in site.seen] == ["/start"]


def test_a_redirect_in_a_circle_ends(site: Site) -> None:
    site.redirect("/a", "/b")
    site.redirect("/b", "/a")
    with pytest.raises(SourceError, match="more than 5 redirects"):
        fetch_from(f"{site.url}/a", loopback)
    assert len(site.seen) == 6


def test_a_redirect_to_an_endless_address_is_refused(site: Site) -> None:
    with pytest.raises(UnsupportedSource, match="longer than 10000 characters") as refused:
        fetch_from(site.redirect("/", "/" + "a" * 20_000), loopback)
    assert len(str(refused.value)) < 300


def test_each_step_is_announced_and_may_be_forbidden(site: Site) -> None:
    site.redirect("/a", "/b")
    site.page("/b", b"words")
    told: list[str] = []

    def not_b(url: str) -> None:
        told.append(url)
        if url.endswith("/b"):
            raise UnsupportedSource("not there", source=url)

    with pytest.raises(UnsupportedSource, match="not there"):
        ask(f"{site.url}/a", Wish(permitted=loopback, before=not_b))
    assert told == [f"{site.url}/a", f"{site.url}/b"]
    assert [path for path, _ in site.seen] == ["/a"]


# --- headers and bodies ---


def raw(*parts: bytes, forever: bytes = b"") -> Callable[[BaseHTTPRequestHandler], None]:
    """Answer with these bytes, and then with `forever` as long as the client listens."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.close_connection = True
        for part in parts:
            request.wfile.write(part)
        end = time.monotonic() + 5
        while forever and time.monotonic() < end:
            request.wfile.write(forever)

    return answer


OK = b"HTTP/1.1 200 OK\r\n"
HOSTILE = {
    "ten thousand headers": raw(OK, b"X: 1\r\n" * 10_000, b"\r\nwords"),
    "a header of a megabyte": raw(OK, b"X: " + b"x" * 1_000_000, b"\r\n\r\nwords"),
    "a header without end": raw(OK, b"X: ", forever=b"x" * 10_000),
    "headers without end": raw(OK, forever=b"X: 1\r\n"),
    "a status line without end": raw(b"HTTP/1.1 200 ", forever=b"x" * 10_000),
    "to be continued for ever": raw(forever=b"HTTP/1.1 100 Continue\r\n\r\n"),
    "no HTTP at all": raw(b"SSH-2.0-OpenSSH_9.2\r\n" * 5),
    "an empty answer": raw(b""),
    "a length that is too large": raw(OK, b"Content-Length: 999999999999\r\n\r\nwords"),
    "a length that is never reached": raw(OK, b"Content-Length: 1000\r\n\r\nwords"),
    "chunks that are no chunks": raw(OK, b"Transfer-Encoding: chunked\r\n\r\n", b"zz\r\nwords\r\n0\r\n\r\n"),
    "a chunk that breaks off": raw(OK, b"Transfer-Encoding: chunked\r\n\r\n", b"ffff\r\nwords"),
    "a chunk of a terabyte": raw(OK, b"Transfer-Encoding: chunked\r\n\r\n", b"ffffffffff\r\n", forever=b"x" * 65_536),
    "chunks without an end": raw(OK, b"Transfer-Encoding: chunked\r\n\r\n", b"5\r\nwords\r\n"),
    "trailers without end": raw(OK, b"Transfer-Encoding: chunked\r\n\r\n", b"0\r\n", forever=b"X: 1\r\n"),
    "bytes without end": raw(OK, b"\r\n", forever=b"x" * 65_536),
    "gzip in gzip": raw(OK, b"Content-Encoding: gzip, gzip\r\n\r\n", gzip.compress(gzip.compress(b"words"))),
    "many small bombs": raw(OK, b"Content-Encoding: gzip\r\n\r\n", gzip.compress(b"\0" * 3_000_000) * 20),
    "a bomb without end": raw(OK, b"Content-Encoding: gzip\r\n\r\n", forever=gzip.compress(b"\0" * 1_000_000)),
}


@pytest.mark.parametrize("trick", HOSTILE)
def test_a_hostile_answer_is_one_error_in_time_and_small(site: Site, trick: str) -> None:
    site.answers["/"] = HOSTILE[trick]
    start = time.monotonic()
    with pytest.raises(SourceError) as told:
        fetch_from(f"{site.url}/", loopback, seconds=1.5)
    assert time.monotonic() - start < 4
    assert len(str(told.value)) < 500
    assert told.value.hint


def test_a_length_that_is_wrong_leads_to_no_wrong_page(site: Site) -> None:
    site.answers["/negative"] = raw(OK, b"Content-Length: -5\r\n\r\nwords")
    site.answers["/letters"] = raw(OK, b"Content-Length: many\r\n\r\nwords")
    for path in ("/negative", "/letters"):
        assert fetch_from(site.url + path, loopback, seconds=2).data == b"words"


def test_a_page_packed_in_several_members_is_read_whole(site: Site) -> None:
    packed = gzip.compress(b"first, ") + gzip.compress(b"second") + b"\0" * 8
    url = site.page("/", packed, headers=(("Content-Encoding", "gzip"),))
    assert fetch_from(url, loopback).data == b"first, second"


def test_a_member_that_is_cut_is_not_a_page(site: Site) -> None:
    packed = gzip.compress(b"first, ") + gzip.compress(bytes(range(256)) * 9)[:-9]
    with pytest.raises(SourceError, match="broke off"):
        fetch_from(site.page("/", packed, headers=(("Content-Encoding", "gzip"),)), loopback)


def test_what_a_server_sends_as_validator_can_smuggle_nothing(site: Site) -> None:
    site.page("/", b"words")
    for value in ('"1"\r\nX-Evil: 1', "\u2028", "x" * 100_000, " "):
        ask(f"{site.url}/", Wish(permitted=loopback, etag=value, modified=value))
    assert all("if-none-match" not in headers and "x-evil" not in headers for _, headers in site.seen)
    site.page("/", b"words", headers=(("ETag", "x" * 10_000),))
    assert ask(f"{site.url}/", Wish(permitted=loopback)).etag is None


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120", 120), ("99999999999", 604_800), ("Wed, 21 Oct 2015 07:28:00 GMT", 0), ("-5", None), ("soon", None)],
)
def test_how_long_to_rest_is_read_within_bounds(site: Site, value: str, seconds: float | None) -> None:
    url = site.page("/", b"", status=429, headers=(("Retry-After", value),))
    answer = ask(url, Wish(permitted=loopback))
    assert (answer.status, answer.retry_after) == (429, seconds)


# --- certificates ---


@pytest.fixture
def secure() -> Iterator[Site]:
    made = Site(CERTIFICATES / "loopback.pem")
    made.page("/", b"words")
    yield made
    made.close()


def test_a_server_that_signed_its_certificate_itself_is_refused(secure: Site) -> None:
    with pytest.raises(SourceError, match="certificate is not valid") as told:
        fetch_from(f"{secure.url}/", loopback, seconds=5)
    assert "may not be who it says" in told.value.hint
    assert secure.seen == []


def test_a_certificate_that_is_trusted_is_accepted_for_its_own_name_only(
    secure: Site, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATES / "loopback.pem"))
    assert fetch_from(f"{secure.url}/", loopback, seconds=5).data == b"words"
    names.answers["bank.test"] = [lambda: ["127.0.0.1"]]
    with pytest.raises(SourceError, match="certificate is not valid"):
        fetch_from(f"https://bank.test:{secure.server.server_port}/", loopback, seconds=5)
    assert len(secure.seen) == 1


def test_a_certificate_that_has_expired_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATES / "expired.pem"))
    expired = Site(CERTIFICATES / "expired.pem")
    try:
        with pytest.raises(SourceError, match="certificate has expired"):
            fetch_from(f"{expired.url}/", loopback, seconds=5)
        assert expired.seen == []
    finally:
        expired.close()


def test_a_server_without_encryption_is_no_secure_server(site: Site) -> None:
    site.page("/", b"words")
    with pytest.raises(SourceError, match="can't be fetched"):
        fetch_from(site.url.replace("http:", "https:") + "/", loopback, seconds=5)
    assert site.seen == []


def test_a_server_that_never_shakes_hands_is_given_up() -> None:
    silent = socket.create_server(("127.0.0.1", 0))
    held: list[Any] = []
    threading.Thread(target=lambda: held.append(silent.accept()), daemon=True).start()
    start = time.monotonic()
    with pytest.raises(SourceError, match="longer than"):
        fetch_from(f"https://127.0.0.1:{silent.getsockname()[1]}/", loopback, seconds=0.5)
    assert time.monotonic() - start < 2
    held[0][0].close()
    silent.close()


def test_an_address_inside_is_refused_by_the_door_itself() -> None:
    with pytest.raises(UnsupportedSource):
        fetch("http://169.254.169.254/latest/meta-data/")
