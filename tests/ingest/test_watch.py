"""Watching feeds on a server of our own: what is asked, how often, what is read, and what is left for later."""

import json
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from click.testing import CliRunner
from spacy.language import Language

from graph.ledger import verify
from graph.ledger.feeds import feeds
from graph.ledger.reading import documents, failures
from graph.settings import load_settings
from graph.workspace import Workspace, open_workspace
from ingest import watching
from ingest.cli import main
from ingest.feeding import feeds_of_page
from ingest.manners import Manners
from ingest.watching import Round, watch
from tests.ingest.sites import Site, loopback

pytestmark = pytest.mark.model
STORY = "The company {name} used MS-Celeb-1M, according to the Financial Times. " + "It said so in a long report. " * 20


class Publisher(Site):
    """A site with a feed; its clock is ours, so that waiting takes no time."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.waits: list[float] = []
        self.entries: list[str] = []
        self.page("/robots.txt", b"User-agent: *\nDisallow: /private\n")

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    def clock(self) -> float:
        return self.now

    def manners(self) -> Manners:
        return Manners(permitted=loopback, wait=self.wait, clock=self.clock)

    def publish(self, *names: str, folder: str = "") -> None:
        for name in names:
            words = STORY.format(name=name)
            html = f"<html><head><title>{name}</title></head><body><article><p>{words}</p></article></body></html>"
            self.page(f"{folder}/{name}", html.encode(), headers=(("Content-Type", "text/html"),))
            self.entries.insert(0, f"{self.url}{folder}/{name}")
        self.feed()

    def feed(self, path: str = "/feed", cut: int | None = None, more: str = "") -> str:
        items = "".join(f"<item><title>About</title><link>{link}</link></item>" for link in self.entries)
        text = f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{items}{more}</channel></rss>'
        data, tag = text.encode()[:cut], f'"{len(self.entries)}-{cut}"'

        def answer(request: BaseHTTPRequestHandler) -> None:
            same = request.headers.get("If-None-Match") == tag
            request.send_response(304 if same else 200)
            request.send_header("ETag", tag)
            request.send_header("Last-Modified", "Tue, 24 Nov 2026 10:00:00 GMT")
            request.send_header("Content-Type", "application/rss+xml")
            request.send_header("Content-Length", "0" if same else str(len(data)))
            request.end_headers()
            request.wfile.write(b"" if same else data)

        self.answers[path] = answer
        return self.url + path

    def asked(self) -> list[str]:
        """The paths that were asked for since the last time, without robots.txt."""
        paths = [path for path, _ in self.seen if path != "/robots.txt"]
        self.seen.clear()
        return paths


@pytest.fixture
def site() -> Iterator[Publisher]:
    made = Publisher()
    yield made
    made.close()


@pytest.fixture
def workspace(tmp_path: Path, nlp: Language, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setattr("ingest.pipeline.make_pipeline", lambda *_, **__: nlp)  # the same one, made once for all tests
    with open_workspace(load_settings({"SIGHTLINES_HOME": str(tmp_path / "home")})) as opened:
        yield opened


@pytest.fixture
def look(site: Publisher, workspace: Workspace) -> Callable[..., Round]:
    """Look once at the feeds, and return what that brought."""

    def once(*addresses: str, manners: Manners | None = None) -> Round:
        found = watch(workspace, addresses, once=True, manners=manners or site.manners(), progress=said.append)
        (done,) = found
        return done

    said: list[str] = []
    once.said = said  # type: ignore[attr-defined]
    return once


def addresses(workspace: Workspace) -> set[str]:
    return {each.address.rpartition("/")[2] for each in documents(workspace.ledger)}


# --- what is new is read, once ---


def test_pages_of_new_entries_are_read_and_later_only_newer_ones(
    site: Publisher, workspace: Workspace, look: Callable[..., Round]
) -> None:
    site.publish("Megvii", "SenseTime")
    done = look(site.feed())
    assert (done.entries, done.new, done.failures) == (2, 2, [])
    assert done.claims >= 1
    assert addresses(workspace) == {"Megvii", "SenseTime"}
    assert sorted(site.asked()) == ["/Megvii", "/SenseTime", "/feed"]
    site.publish("IBM")
    assert look(site.url + "/feed").new == 1
    assert sorted(site.asked()) == ["/IBM", "/feed"]
    assert verify(workspace.ledger) == []


def test_a_feed_without_news_is_asked_with_its_validators_and_read_no_further(
    site: Publisher, look: Callable[..., Round]
) -> None:
    site.publish("Megvii")
    look(site.feed())
    site.seen.clear()
    done = look()  # all watched feeds
    assert (done.polled, done.entries, done.new) == (1, 0, 0)
    ((path, headers),) = [each for each in site.seen if each[0] != "/robots.txt"]
    assert path == "/feed"
    assert headers["if-none-match"] == '"1-None"'
    assert headers["if-modified-since"] == "Tue, 24 Nov 2026 10:00:00 GMT"
    assert "cookie" not in headers


def test_what_the_ledger_holds_already_is_not_fetched_again(
    site: Publisher, workspace: Workspace, look: Callable[..., Round]
) -> None:
    site.publish("Megvii")
    look(site.feed())
    look(site.feed("/other"))
    assert site.asked().count("/Megvii") == 1


def test_an_entry_of_two_feeds_is_fetched_once(site: Publisher, look: Callable[..., Round]) -> None:
    site.publish("Megvii")
    done = look(site.feed("/a"), site.feed("/b"))
    assert done.new == 1
    assert site.asked().count("/Megvii") == 1
    assert look().entries == 0


def test_a_thousand_entries_are_read_in_parts(
    site: Publisher, workspace: Workspace, look: Callable[..., Round], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "MOST", 3)
    monkeypatch.setattr(watching, "_BATCH", 2)
    site.publish(*(f"Firm{number}" for number in range(5)))
    done = look(site.feed())
    assert (done.new, done.waiting) == (3, 2)
    assert feeds(workspace.ledger)[0].etag is None, "the next time the whole feed is wanted"
    done = look()
    assert (done.new, done.waiting) == (2, 0)
    assert feeds(workspace.ledger)[0].etag
    assert look().entries == 0


# --- manners ---


def test_a_site_is_asked_with_a_pause_and_as_often_as_it_allows(site: Publisher, look: Callable[..., Round]) -> None:
    site.publish("Megvii", "SenseTime")
    look(site.feed())
    assert [path for path, _ in site.seen].count("/robots.txt") == 1
    assert len(site.waits) == len(site.seen) - 1
    assert all(1.9 < seconds <= 2 for seconds in site.waits)


def test_the_delay_of_robots_is_kept(site: Publisher, look: Callable[..., Round]) -> None:
    site.page("/robots.txt", b"User-agent: *\nCrawl-delay: 20\n")
    site.publish("Megvii")
    look(site.feed())
    assert [round(seconds) for seconds in site.waits] == [20, 20]


def test_what_robots_forbids_is_not_fetched_and_told(
    site: Publisher, workspace: Workspace, look: Callable[..., Round]
) -> None:
    site.publish("Megvii")
    site.publish("Secret", folder="/private")
    site.redirect("/Detour", "/private/Secret")
    site.entries.append(site.url + "/Detour")
    done = look(site.feed())
    assert done.new == 1
    assert {failure.source for failure in failures(workspace.ledger)} == {
        site.url + "/private/Secret",
        site.url + "/Detour",
    }
    assert all("robots.txt" in f.reason and "save the page" in f.hint for f in failures(workspace.ledger))
    assert "/private/Secret" not in site.asked()
    look()
    assert "/Detour" not in site.asked(), "it was told once, and stays in the list of failures"


def test_a_site_whose_robots_can_not_be_read_is_left_alone(
    site: Publisher, workspace: Workspace, look: Callable[..., Round]
) -> None:
    site.publish("Megvii")
    site.page("/robots.txt", b"", status=503)
    done = look(site.feed())
    assert "robots.txt answers 503" in done.failures[0].reason
    assert [path for path, _ in site.seen] == ["/robots.txt"]
    site.page("/robots.txt", b"", status=404)
    assert look(site.feed()).new == 1
    assert failures(workspace.ledger) == ()


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_site_is_left_alone_as_long_as_it_wishes(
    site: Publisher, workspace: Workspace, look: Callable[..., Round], status: int
) -> None:
    site.page("/feed", b"", status=status, headers=(("Retry-After", "7200"),))
    done = look(site.url + "/feed")
    assert str(status) in done.failures[0].reason
    (known,) = feeds(workspace.ledger)
    assert known.rests_until is not None
    assert known.polled is not None
    assert 7_100 < seconds_between(known.polled, known.rests_until) <= 7_201
    site.seen.clear()
    assert look().polled == 0
    assert site.seen == []


def seconds_between(earlier: str, later: str) -> float:
    from datetime import datetime

    return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds()


def test_a_feed_that_fails_again_and_again_is_asked_later_and_later(
    site: Publisher, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.publish("Megvii")
    list(watch(workspace, [site.feed()], once=True, manners=site.manners()))
    site.page("/feed", b"", status=500)
    rests = []
    for _ in range(8):
        list(watch(workspace, once=True, manners=site.manners(), every=3_600))
        (known,) = feeds(workspace.ledger)
        assert known.polled is not None
        rests.append(seconds_between(known.polled, known.rests_until or known.polled))
        from graph.ledger.feeds import note_feed

        note_feed(workspace.ledger, type(known)(address=known.address, polled=known.polled, errors=known.errors))
    assert rests == [0, 7_200, 14_400, 28_800, 57_600, 86_400, 86_400, 86_400]
    site.feed()
    list(watch(workspace, once=True, manners=site.manners()))
    assert feeds(workspace.ledger)[0].errors == 0
    assert failures(workspace.ledger) == ()


def test_pages_of_a_host_that_has_enough_are_left_for_the_next_time(
    site: Publisher, workspace: Workspace, look: Callable[..., Round]
) -> None:
    site.publish("Megvii", "SenseTime", "IBM")
    good = site.answers["/SenseTime"]
    site.page("/SenseTime", b"", status=429, headers=(("Retry-After", "600"),))
    done = look(site.feed())
    assert (done.new, done.waiting) == (1, 2)
    assert site.asked() == ["/feed", "/IBM", "/SenseTime"], "after the third answer nothing more"
    site.answers["/SenseTime"] = good
    done = look()
    assert (done.new, done.waiting) == (2, 0)
    assert failures(workspace.ledger) == ()


# --- what fails ---


def test_a_page_that_is_gone_is_a_failure_and_not_asked_for_again(
    site: Publisher, workspace: Workspace, look: Callable[..., Round]
) -> None:
    site.publish("Megvii")
    site.entries.append(site.url + "/gone")
    done = look(site.feed())
    assert (done.new, len(done.failures)) == (1, 1)
    (failure,) = failures(workspace.ledger)
    assert failure.source == site.url + "/gone"
    assert "404" in failure.reason
    site.asked()
    look()
    assert site.asked() == ["/feed"]


def test_a_page_that_may_come_back_is_tried_three_times(site: Publisher, workspace: Workspace) -> None:
    site.publish("Megvii")
    site.page("/Megvii", b"", status=500)
    turns = iter(range(4))

    def wait(seconds: float) -> None:
        if next(turns) == 3:
            raise KeyboardInterrupt
        from graph.ledger.feeds import note_feed

        (known,) = feeds(workspace.ledger)
        note_feed(workspace.ledger, type(known)(address=known.address, etag=known.etag))
        site.now += 10_000

    rounds = list(watch(workspace, [site.feed()], manners=site.manners(), wait=wait))
    assert [done.waiting for done in rounds] == [1, 1, 0, 0]
    assert site.asked().count("/Megvii") == 3
    assert len(failures(workspace.ledger)) == 1


BROKEN = {
    "a web page": (b"<!doctype html><html><head><link rel=alternate type='application/rss+xml' href='/feed'></head>",
                   "web page, not a feed", "/feed"),
    "broken XML": (b"<?xml version='1.0'?><rss><channel><item><title>A</ti", "broken feed", "anew the next time"),
    "other XML": (b"<?xml version='1.0'?><book/>", "no feed", "<rss>"),
    "no XML": (b"Nothing to see here", "no feed", "RSS, Atom"),
    "nothing": (b"", "no feed", "browser"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_feed_is_a_failure_with_a_hint_and_not_watched(
    site: Publisher, workspace: Workspace, look: Callable[..., Round], name: str
) -> None:
    data, reason, hint = BROKEN[name]
    done = look(site.page("/x", data))
    (failure,) = done.failures
    assert reason in failure.reason
    assert hint in failure.hint
    assert failure.stage == "watch"
    assert [f.source for f in failures(workspace.ledger)] == [site.url + "/x"]


def test_a_feed_that_breaks_off_is_told_and_read_as_far_as_it_goes(
    site: Publisher, workspace: Workspace, look: Callable[..., Round]
) -> None:
    site.publish("Megvii", "SenseTime")
    done = look(site.feed(cut=-60))
    assert done.new >= 1
    assert "breaks off" in failures(workspace.ledger)[0].reason
    done = look(site.feed())
    assert addresses(workspace) == {"Megvii", "SenseTime"}
    assert failures(workspace.ledger) == ()


def test_an_address_inside_and_an_address_that_is_none_are_refused(workspace: Workspace, tmp_path: Path) -> None:
    for address in ("http://169.254.169.254/feed", "file:///etc/passwd", str(tmp_path)):
        (done,) = watch(workspace, [address], once=True, manners=Manners(pause=0.0))
        assert done.failures
    assert feeds(workspace.ledger) == ()


def test_entries_that_lead_elsewhere_than_to_the_web_are_passed_over(
    site: Publisher, look: Callable[..., Round], workspace: Workspace
) -> None:
    site.entries += ["file:///etc/passwd", "javascript:alert(1)", "http://10.0.0.1/inside", "ftp://example.org/"]
    done = look(site.feed(more="<item><title>Only a title</title></item>"))
    assert done.new == 0
    assert any("4 without a page" in words for words in look.said)  # type: ignore[attr-defined]
    assert {f.source for f in failures(workspace.ledger)} == {"http://10.0.0.1/inside"}


# --- time, interrupts, other programs ---


def test_a_feed_is_asked_once_in_the_time_that_was_given(site: Publisher, workspace: Workspace) -> None:
    site.publish("Megvii")
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        raise KeyboardInterrupt

    assert len(list(watch(workspace, [site.feed()], every=1_800, manners=site.manners(), wait=wait))) == 1
    assert list(watch(workspace, every=1_800, manners=site.manners(), wait=wait)) == [], "a new start is no reason"
    assert all(1_700 < seconds <= 1_800 for seconds in waited)
    assert site.asked().count("/feed") == 1


def test_ctrl_c_in_the_middle_loses_nothing(
    site: Publisher, workspace: Workspace, look: Callable[..., Round], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "_BATCH", 1)
    site.publish("Megvii", "SenseTime", "IBM")

    class Impatient(Manners):
        def ask(self, url: str, **how: str | None) -> object:  # type: ignore[override]
            if url.endswith("/SenseTime"):
                raise KeyboardInterrupt
            return super().ask(url, **how)

    done = look(site.feed(), manners=Impatient(permitted=loopback, wait=site.wait, clock=site.clock))
    assert done.interrupted
    assert addresses(workspace) == {"IBM"}
    assert feeds(workspace.ledger)[0].etag is None
    assert look().new == 2
    assert addresses(workspace) == {"Megvii", "SenseTime", "IBM"}
    assert verify(workspace.ledger) == []


def test_while_another_program_writes_pages_are_left_for_later(
    site: Publisher, workspace: Workspace, look: Callable[..., Round], tmp_path: Path
) -> None:
    site.publish("Megvii")
    with open_workspace(load_settings({"SIGHTLINES_HOME": str(tmp_path / "home")})) as other, other.writing():
        done = look(site.feed())
        assert (done.new, done.waiting) == (0, 1)
    assert look().new == 1


def test_the_command_reports_forgets_and_counts_failures(
    site: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.fetch.is_public", loopback)
    monkeypatch.setattr("ingest.manners.PAUSE", 0.0)
    monkeypatch.setattr("ingest.watching.Manners", lambda: Manners(pause=0.0))
    site.publish("Megvii")
    env = {"SIGHTLINES_HOME": str(tmp_path / "home")}

    def run(*words: str) -> tuple[int, str, str]:
        done = CliRunner().invoke(main, words, env=env)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.stdout, done.stderr

    assert run("watch", "--once")[0] == 2
    code, out, _ = run("watch", "--once", "--json", site.feed())
    assert code == 0
    assert (json.loads(out)["polled"], json.loads(out)["new"]) == (1, 1)
    code, out, errors = run("watch", "--once", site.url + "/nowhere")
    assert code == 1
    assert "1 failed" in out
    assert errors.count("404") == 1
    code, out, _ = run("failures", "--json")
    assert code == 1
    assert [(f["source"], f["stage"]) for f in json.loads(out)] == [(site.url + "/nowhere", "watch")]
    site.feed("/nowhere")
    code, out, errors = run("failures", "--retry", "--json")
    assert (code, json.loads(out)) == (0, [])
    assert "1 are over" in errors
    assert run("watch", "--forget", site.url + "/feed", site.url + "/nowhere")[0] == 0
    assert run("watch", "--once")[0] == 2
    assert run("watch", "--forget", site.url + "/feed")[0] == 1


# --- what a page says of its feed ---


def test_a_page_names_its_feeds_however_it_is_written() -> None:
    html = """<LINK href=/a.xml TYPE="application/rss+xml" rel='alternate home'><link rel=stylesheet href=x>
    <link rel="alternate" type="application/atom+xml" href="https://feeds.example.org/b?x=1&amp;y=2">
    <link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">"""
    assert feeds_of_page(html, "https://example.org/page") == [
        "https://example.org/a.xml",
        "https://feeds.example.org/b?x=1&y=2",
    ]
    start = time.perf_counter()
    assert feeds_of_page("<link " * 50_000 + "rel=" * 50_000, "https://example.org/") == []
    assert time.perf_counter() - start < 1
