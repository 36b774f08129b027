"""What the ledger keeps of watched feeds, and how failures end."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.ledger import Ledger, forget_failures, note_failure, open_ledger
from graph.ledger.feeds import Feed, feeds, forget_feed, note_entries, note_feed, read_entries
from graph.ledger.reading import failures
from graph.records import Failure

ADDRESS = "https://example.org/feed.xml"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}") as opened:
        yield opened


def test_a_feed_is_kept_as_it_answered_last(ledger: Ledger) -> None:
    note_feed(ledger, Feed(address=ADDRESS))
    last = Feed(address=ADDRESS, etag='"2"', modified="yesterday", polled="2026-01-01T00:00:00Z", errors=1)
    note_feed(ledger, last)
    assert feeds(ledger) == (last,)


def test_entries_are_read_once_for_each_feed(ledger: Ledger) -> None:
    for address in (ADDRESS, "https://example.org/other"):
        note_feed(ledger, Feed(address=address))
    for _ in range(2):
        note_entries(ledger, ADDRESS, ["a", "b"])
    assert read_entries(ledger, ADDRESS, ["a", "b", "c"]) == {"a", "b"}
    assert read_entries(ledger, "https://example.org/other", ["a"]) == set()


def test_a_feed_that_is_forgotten_begins_anew(ledger: Ledger) -> None:
    note_feed(ledger, Feed(address=ADDRESS))
    note_entries(ledger, ADDRESS, ["a"])
    assert forget_feed(ledger, ADDRESS)
    assert not forget_feed(ledger, ADDRESS)
    assert feeds(ledger) == ()
    note_feed(ledger, Feed(address=ADDRESS))
    assert read_entries(ledger, ADDRESS, ["a"]) == set()


def test_failures_end_by_path_and_by_address(ledger: Ledger, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    for source in (str(file), file.with_name("b.txt").as_uri(), "https://example.org/c", "https://example.org/d"):
        note_failure(ledger, Failure(source=source, stage="load", reason="r", hint="h", at="2026-01-01T00:00:00Z"))
    assert forget_failures(ledger, [file.as_uri(), str(file.with_name("b.txt")), "https://example.org/c", "none"]) == 3
    assert [f.source for f in failures(ledger)] == ["https://example.org/d"]
    assert forget_failures(ledger, []) == 0
