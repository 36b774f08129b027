"""Recording is one idempotent transaction, removal is its exact reverse, and nothing vanishes silently."""

import dataclasses
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.enums import Verdict
from graph.errors import LedgerError, SourceError
from graph.ledger import (
    Ledger,
    add_review,
    note_failure,
    open_ledger,
    record,
    remove,
    verify,
    withdraw_review,
)
from graph.ledger import reading as read
from graph.ledger.opening import HEAD, MIGRATIONS
from graph.records import Failure, Review
from tests.graph.ledger.made import Fact, made

IBM = Fact("IBM", "USED", "MS-Celeb-1M")
NVIDIA = Fact("Nvidia", "USED", "MS-Celeb-1M")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(f"sqlite:///{tmp_path / 'deep' / 'folder' / 'ledger.sqlite'}") as opened:
        yield opened


def contents(ledger: Ledger, path: Path | None = None) -> dict[str, list[tuple[object, ...]]]:
    database = sqlite3.connect(ledger.url.removeprefix("sqlite:///"))
    tables = ("documents", "sentences", "mentions", "mention_surfaces", "surfaces", "claims", "evidence", "origins")
    found = {
        t: sorted((r for r in database.execute(f"SELECT * FROM {t}").fetchall()), key=repr)
        for t in (*tables, "copies", "bands", "document_surfaces")
    }
    columns = [name for _, name, *_ in database.execute("PRAGMA table_info(documents)")]
    moment = columns.index("recorded")
    found["documents"] = [(*row[:moment], *row[moment + 1 :]) for row in found["documents"]]
    database.close()
    return found


def test_what_is_recorded_reads_back_as_it_was(ledger: Ledger) -> None:
    x = made("https://example.org/a", IBM, NVIDIA, sources=("Financial Times",))
    done = record(ledger, x)
    assert (done.new, done.sentences, done.claims, done.evidence) == (True, 2, 2, 2)
    assert read.document(ledger, x.document.id) == x.document
    assert read.sentences(ledger, x.document.id) == x.sentences
    assert set(read.mentions_of(ledger, x.document.id)) == set(x.mentions)
    assert set(read.surfaces(ledger)) == set(x.surfaces)
    rows = read.evidence_for(ledger, [c.id for c in x.claims])
    assert {row.evidence for row in rows} == set(x.evidence)
    assert {row.text for row in rows} == {"IBM used MS-Celeb-1M.", "Nvidia used MS-Celeb-1M."}


def test_recording_the_same_document_twice_changes_nothing(ledger: Ledger) -> None:
    x = made("https://example.org/a", IBM)
    record(ledger, x)
    before = contents(ledger)
    again = dataclasses.replace(x, document=dataclasses.replace(x.document, retrieved="2027-01-01T00:00:00Z"))
    assert not record(ledger, again).new
    assert contents(ledger) == before


def test_an_unchanged_file_is_not_a_second_document_when_a_reader_reads_it_differently(ledger: Ledger) -> None:
    x = made("file:///a.txt", IBM)
    record(ledger, x)
    other = made("file:///a.txt", NVIDIA)
    same_bytes = dataclasses.replace(
        other, document=dataclasses.replace(other.document, raw=x.document.raw, raw_hash=x.document.raw_hash)
    )
    assert not record(ledger, same_bytes).new
    assert read.stats(ledger).documents == 1


def test_a_page_that_changed_is_a_new_document_beside_the_old_one(ledger: Ledger) -> None:
    record(ledger, made("https://example.org/a", IBM))
    assert record(ledger, made("https://example.org/a", NVIDIA)).new
    assert read.stats(ledger).documents == 2


def test_a_newer_extractor_updates_evidence_and_drops_what_it_no_longer_finds(ledger: Ledger) -> None:
    x = made("https://example.org/a", IBM, NVIDIA)
    record(ledger, x)
    newer = dataclasses.replace(x.evidence[0], version="2", probability=0.5)
    done = record(ledger, dataclasses.replace(x, evidence=(newer,)))
    assert not done.new
    assert done.evidence == 1
    assert [r.evidence for r in read.evidence_for(ledger, [c.id for c in x.claims])] == [newer]
    assert [c.id for c in read.claims_named(ledger, [c.id for c in x.claims])] == [newer.claim_id]


def test_removing_a_document_leaves_exactly_what_others_say(ledger: Ledger) -> None:
    record(ledger, made("https://example.org/a", IBM))
    before = contents(ledger)
    second = made("https://example.org/b", IBM, NVIDIA)
    record(ledger, second)
    gone = remove(ledger, second.document.address)
    assert (gone.sentences, gone.evidence, gone.mentions, gone.claims, gone.surfaces) == (2, 2, 4, 1, 1)
    assert contents(ledger) == before


def test_a_removed_document_comes_back_identical_and_its_review_holds_again(ledger: Ledger) -> None:
    x = made("https://example.org/a", IBM)
    record(ledger, x)
    add_review(ledger, Review(target=x.evidence[0].id, verdict=Verdict.REJECTED, by="me", at="2026-01-01T00:00:00Z"))
    before = contents(ledger)
    remove(ledger, x.document.id)
    assert not read.evidence_for(ledger, [x.claims[0].id])
    record(ledger, x)
    assert contents(ledger) == before
    (row,) = read.evidence_for(ledger, [x.claims[0].id])
    assert row.review is not None
    assert row.review.verdict is Verdict.REJECTED


def test_withdrawing_a_review_lets_the_one_before_hold(ledger: Ledger) -> None:
    x = made("https://example.org/a", IBM)
    record(ledger, x)
    for verdict in (Verdict.ACCEPTED, Verdict.REJECTED):
        add_review(ledger, Review(target=x.claims[0].id, verdict=verdict, by="me", at="2026-01-01T00:00:00Z"))
    assert withdraw_review(ledger, x.claims[0].id)
    (row,) = read.evidence_for(ledger, [x.claims[0].id])
    assert row.claim_review is not None
    assert row.claim_review.verdict is Verdict.ACCEPTED


def test_a_file_is_removed_by_its_path(ledger: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "a b.txt"
    x = made(path.as_uri(), IBM)
    record(ledger, x)
    assert remove(ledger, str(path)).document_id == x.document.id


def test_removing_what_is_not_there_or_not_clear_says_so(ledger: Ledger) -> None:
    with pytest.raises(SourceError, match="no document 'nowhere'"):
        remove(ledger, "nowhere")
    record(ledger, made("https://example.org/a", IBM))
    other = made("https://example.org/a", NVIDIA)
    record(ledger, other)
    with pytest.raises(SourceError, match="2 documents") as caught:
        remove(ledger, "https://example.org/a")
    assert other.document.id in caught.value.hint


def test_a_failure_stands_until_its_source_is_recorded(ledger: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    for reason in ("empty", "broken"):
        note_failure(
            ledger, Failure(source=str(path), stage="load", reason=reason, hint="h", at="2026-01-01T00:00:00Z")
        )
    assert [f.reason for f in read.failures(ledger)] == ["broken"]
    record(ledger, made(path.as_uri(), IBM))
    assert not read.failures(ledger)


def test_a_record_that_points_nowhere_is_refused_whole(ledger: Ledger) -> None:
    x = made("https://example.org/a", IBM, NVIDIA)
    with pytest.raises(LedgerError, match="not there"):
        record(ledger, dataclasses.replace(x, mentions=x.mentions[:2]))
    assert read.stats(ledger).documents == 0


def test_near_copies_share_a_cluster_until_one_is_removed(ledger: Ledger) -> None:
    story = " ".join(f"word{i}" for i in range(300)) + "."
    a = made("https://a.example/1", IBM, opening=story)
    b = made("https://b.example/1", IBM, opening=story + " Reuters.")
    c = made("https://c.example/1", NVIDIA, opening="Something else altogether is told in this text.")
    for x in (a, b, c):
        record(ledger, x)
    clusters = {d.id: d.cluster for d in read.documents(ledger)}
    assert clusters[a.document.id] == clusters[b.document.id] != clusters[c.document.id]
    assert read.stats(ledger).copies == 2
    remove(ledger, min(a.document.id, b.document.id))
    assert all(d.cluster == d.id for d in read.documents(ledger))


def test_the_newest_migration_is_the_one_that_the_program_expects() -> None:
    assert [p.name.partition("_")[0] for p in sorted((MIGRATIONS / "versions").glob("*.py"))][-1] == HEAD


def test_a_ledger_of_an_earlier_version_keeps_what_it_holds(tmp_path: Path) -> None:
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import create_engine

    x = made("https://example.org/a", IBM)
    url = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    with open_ledger(url) as ledger:
        record(ledger, x)
    with create_engine(url).connect() as connection, connection.begin():
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        connection.exec_driver_sql("DROP TABLE imports")
        connection.exec_driver_sql("ALTER TABLE documents DROP COLUMN modified")
        command.stamp(config, "0002")
    with open_ledger(url) as ledger:
        assert read.document(ledger, x.document.id) == x.document
        changed = made("https://example.org/a", IBM, modified="2020-01-02")
        record(ledger, changed)
        assert read.document(ledger, x.document.id) == changed.document
        assert [d.modified for d in read.documents(ledger)] == ["2020-01-02"]
        assert verify(ledger) == []


def test_migrations_make_the_tables_that_the_program_declares(ledger: Ledger) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from graph.ledger.tables import METADATA

    with ledger.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_a_ledger_keeps_its_identity(ledger: Ledger) -> None:
    with open_ledger(ledger.url) as again:
        assert again.id == ledger.id


def test_opening_what_is_no_ledger_says_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="no ledger at"):
        open_ledger(f"sqlite:///{tmp_path / 'none.sqlite'}", create=False)
    text = tmp_path / "text.sqlite"
    text.write_text("this is no database, only words " * 50)
    with pytest.raises(LedgerError, match="no SQLite file"):
        open_ledger(f"sqlite:///{text}")
    other = tmp_path / "other.sqlite"
    database = sqlite3.connect(other)
    database.execute("CREATE TABLE t (x)")
    database.close()
    with pytest.raises(LedgerError, match="but no ledger"):
        open_ledger(f"sqlite:///{other}")
    with pytest.raises(LedgerError, match="folder"):
        open_ledger(f"sqlite:///{tmp_path}")
    (tmp_path / "file").write_text("")
    with pytest.raises(LedgerError, match="can't make"):
        open_ledger(f"sqlite:///{tmp_path / 'file' / 'ledger.sqlite'}")
    with pytest.raises(LedgerError, match="not a ledger URL"):
        open_ledger("nonsense")


def test_a_ledger_of_a_newer_version_is_left_alone(ledger: Ledger) -> None:
    database = sqlite3.connect(ledger.url.removeprefix("sqlite:///"))
    database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.commit()
    database.close()
    with pytest.raises(LedgerError, match="newer Sightlines") as caught:
        open_ledger(ledger.url)
    assert "Update" in caught.value.hint


def test_a_second_writer_waits_and_then_says_so(ledger: Ledger) -> None:
    with open_ledger(ledger.url, wait=0.1) as other, ledger.writing():
        assert read.stats(other).documents == 0  # readers don't wait
        with pytest.raises(LedgerError, match="another process is writing") as caught:
            record(other, made("https://example.org/a", IBM))
        assert "Wait" in caught.value.hint


def test_a_url_never_shows_its_password(tmp_path: Path) -> None:
    with pytest.raises(LedgerError) as caught:
        open_ledger("postgresql+nodriver://me:secret@localhost/x")
    assert "secret" not in str(caught.value)


def test_a_ledger_as_recorded_verifies(ledger: Ledger) -> None:
    record(ledger, made("https://example.org/a", IBM, NVIDIA))
    assert verify(ledger) == []


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        ("UPDATE documents SET text = text || '!'", "not the id of its address and text"),
        ("UPDATE documents SET raw = x'00'", "not those that were read"),
        ("UPDATE mentions SET ends = 9999", "reads nothing"),
        ("UPDATE sentences SET begins = begins + 1", "not the id of its span"),
        ("UPDATE surfaces SET name = 'Other'", "not the id of 'Other'"),
        ("UPDATE claims SET predicate = 'CREATED'", "not the id of its predicate"),
        ("UPDATE evidence SET cues = '[[\"trigger\", 5, 5]]'", "a cue of evidence"),
        ("UPDATE evidence SET context = '[\"s_gone\"]'", "rests on s_gone"),
        ("DELETE FROM claims", "is not in claims"),
        ("DELETE FROM evidence", "has no evidence"),
    ],
)
def test_damage_is_found(ledger: Ledger, damage: str, complaint: str) -> None:
    record(ledger, made("https://example.org/a", IBM, NVIDIA))
    database = sqlite3.connect(ledger.url.removeprefix("sqlite:///"))
    database.execute(damage)
    database.commit()
    database.close()
    assert any(complaint in problem for problem in verify(ledger))
