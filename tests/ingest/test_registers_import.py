"""Importing registers into a ledger: again, changed, shorter, broken off, reviewed, removed."""

import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from graph.enums import Verdict
from graph.ledger import add_review, remove, verify
from graph.ledger.reading import documents, evidence_for, failures, reviews, stats
from graph.records import Review
from graph.reports.claims import claims_view
from graph.settings import Settings, load_settings
from graph.workspace import Workspace, open_workspace
from ingest.cli import main
from ingest.registers import ImportReport, import_register, load_mapping, shipped

FLOCK = load_mapping("flock")
HEAD = "src_agency,external_agency\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({"SIGHTLINES_HOME": str(tmp_path / "home")})


def rows(count: int, first: int = 0) -> list[str]:
    return [f"Halmora PD,Veldt {number} SO" for number in range(first, first + count)]


def put(path: Path, lines: list[str]) -> Path:
    path.write_text(HEAD + "\n".join(lines) + "\n")
    return path


def flock(workspace: Workspace, path: Path) -> ImportReport:
    return import_register(workspace, FLOCK, path)


def links(workspace: Workspace) -> set[str]:
    query = "MATCH (:Entity)-[:SUPPLIED]->(e:Entity) RETURN e.name AS name"
    return {row[0] for row in workspace.store.read(query, limit=10_000).rows}


def claim_ids(workspace: Workspace) -> list[str]:
    return [row[0] for row in workspace.store.read("MATCH (c:Claim) RETURN c.id AS id", limit=10_000).rows]


def test_a_row_is_the_sentence_behind_its_claim(settings: Settings, tmp_path: Path) -> None:
    path = put(tmp_path / "list.csv", rows(3))
    with open_workspace(settings) as workspace:
        report = flock(workspace, path)
        assert (report.rows, report.claiming, report.claims, report.evidence, report.rejected) == (3, 3, 3, 3, 0)
        found = evidence_for(workspace.ledger, claim_ids(workspace))
        assert [row.text for row in found] == [
            f"row {n + 2}: src_agency: Halmora PD | external_agency: Veldt {n} SO" for n in range(3)
        ]
        first = found[0]
        assert first.evidence.extractor == "register/flock"
        assert first.document.publisher == "McClatchy"
        assert first.document.address.endswith("list.csv#row=2-201&mapping=flock")
        assert "list.csv, rows 2–201" in first.document.headline
        assert "licence-plate readers" in first.context[0][1]
        assert first.claim.qualifiers == (("what", "access to licence-plate readers"),)
        assert verify(workspace.ledger) == []


def test_the_page_of_a_claim_marks_both_names_and_the_heading(settings: Settings, tmp_path: Path) -> None:
    with open_workspace(settings) as workspace:
        flock(workspace, put(tmp_path / "list.csv", rows(1)))
        (view,) = claims_view(workspace.ledger, workspace.store, claim_ids(workspace)).affirmed
        marked = {text for text, mark in view.segments if mark}
        assert {"Halmora PD", "Veldt 0 SO", "external_agency"} <= marked


def test_importing_again_changes_nothing(settings: Settings, tmp_path: Path) -> None:
    path = put(tmp_path / "list.csv", rows(450))
    with open_workspace(settings) as workspace:
        assert flock(workspace, path).new == 3
        before, graph = stats(workspace.ledger), links(workspace)
        again = flock(workspace, path)
        assert (again.new, again.unchanged, again.removed, again.claims, again.evidence) == (0, 3, 0, 0, 0)
        assert (stats(workspace.ledger), links(workspace)) == (before, graph)


def test_a_changed_row_takes_the_place_of_what_it_was(settings: Settings, tmp_path: Path) -> None:
    lines = rows(450)
    with open_workspace(settings) as workspace:
        flock(workspace, put(tmp_path / "list.csv", lines))
        lines[300] = "Halmora PD,Brintell SO"
        again = flock(workspace, put(tmp_path / "list.csv", lines))
        assert (again.new, again.unchanged) == (1, 2)
        assert links(workspace) == {line.split(",")[1] for line in lines}
        assert stats(workspace.ledger).evidence == 450
        assert verify(workspace.ledger) == []


def test_a_register_that_got_shorter_loses_what_it_no_longer_says(settings: Settings, tmp_path: Path) -> None:
    with open_workspace(settings) as workspace:
        flock(workspace, put(tmp_path / "list.csv", rows(450)))
        again = flock(workspace, put(tmp_path / "list.csv", rows(150)))
        assert again.removed == 2
        assert len(links(workspace)) == stats(workspace.ledger).claims == 150
        assert len(documents(workspace.ledger)) == 1


def test_a_verdict_stays_with_its_row_when_the_row_moves(settings: Settings, tmp_path: Path) -> None:
    with open_workspace(settings) as workspace:
        flock(workspace, put(tmp_path / "list.csv", rows(5)))
        row = next(r for r in evidence_for(workspace.ledger, claim_ids(workspace)) if "Veldt 3 SO" in r.text)
        target = row.evidence.id
        add_review(
            workspace.ledger, Review(target=target, verdict=Verdict.REJECTED, by="Ana", at="2026-01-01T00:00:00Z")
        )
        for _ in range(2):
            flock(workspace, put(tmp_path / "list.csv", [*rows(1, 90), *rows(5)]))
            assert "Veldt 3 SO" not in links(workspace)
            assert len(links(workspace)) == 5
        assert len(reviews(workspace.ledger)) == 2


def test_one_register_is_one_source_however_often_it_says_so(settings: Settings, tmp_path: Path) -> None:
    lines = [*rows(1), *rows(400, 1), *rows(1)]  # the same line in the first and in the last block
    with open_workspace(settings) as workspace:
        flock(workspace, put(tmp_path / "list.csv", lines))
        query = "MATCH (:Entity)-[r:SUPPLIED]->(e:Entity) WHERE e.name = 'Veldt 0 SO' RETURN r.sources, r.evidence"
        assert workspace.store.read(query).rows == ((1, 2),)


def test_removing_the_file_removes_the_whole_register_and_nothing_else(settings: Settings, tmp_path: Path) -> None:
    with open_workspace(settings) as workspace:
        flock(workspace, put(tmp_path / "list.csv", rows(450)))
        flock(workspace, put(tmp_path / "list.csv.old", rows(2, 900)))
        gone = remove(workspace.ledger, str(tmp_path / "list.csv"))
        workspace.refresh()
        assert gone.evidence == 450
        assert links(workspace) == {"Veldt 900 SO", "Veldt 901 SO"}
        assert verify(workspace.ledger) == []


def test_a_long_register_is_shown_in_stages_and_comes_to_the_same(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.registers.importing.REFRESH", 100)
    monkeypatch.setattr("ingest.registers.importing._BLOCKS", 1)
    said: list[str] = []
    with open_workspace(settings) as workspace:
        import_register(workspace, FLOCK, put(tmp_path / "list.csv", rows(450)), progress=said.append)
        assert said.count("Updating the graph") == 3
        assert len(links(workspace)) == 450
        in_stages = workspace.store.read("MATCH (c:Claim) RETURN c.id, c.belief ORDER BY c.id", limit=1_000).rows
        workspace.refresh(full=True)
        assert (
            workspace.store.read("MATCH (c:Claim) RETURN c.id, c.belief ORDER BY c.id", limit=1_000).rows == in_stages
        )


def test_two_mappings_of_one_file_stand_side_by_side(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    path.write_text(
        "subject,predicate,object,src_agency,external_agency\nMegvii,USED,MS-Celeb-1M,Halmora PD,Veldt SO\n"
    )
    with open_workspace(settings) as workspace:
        flock(workspace, path)
        import_register(workspace, load_mapping("plain"), path)
        flock(workspace, path)
        assert stats(workspace.ledger).claims == 2


def test_a_file_that_breaks_off_keeps_what_came_before(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "list.csv.gz"
    whole = gzip.compress((HEAD + "\n".join(rows(900))).encode(), mtime=0)
    path.write_bytes(whole)
    monkeypatch.setattr("ingest.registers.tables._SAMPLE", 100)
    with open_workspace(settings) as workspace:
        flock(workspace, path)
        path.write_bytes(whole[: len(whole) // 2])
        report = flock(workspace, path)
        assert report.rejected == 1
        assert "damaged" in report.failures[0].reason
        assert len(links(workspace)) == stats(workspace.ledger).claims == 900
        path.rename(tmp_path / "other.csv.gz")
        assert flock(workspace, tmp_path / "other.csv.gz").evidence > 0


def run(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), env={"SIGHTLINES_HOME": str(home)})


def test_rows_that_do_not_fit_are_listed_kept_and_forgotten_when_mended(tmp_path: Path) -> None:
    home, path = tmp_path / "home", put(tmp_path / "list.csv", ["Halmora PD,", *rows(2), "A PD,B SO,C SO"])
    first = run(home, "import", "flock", str(path))
    assert first.exit_code == 1
    assert "row 2: nothing in external_agency" in first.output
    assert "row 5: has 3 cells under 2 headings" in first.output
    with open_workspace(load_settings({"SIGHTLINES_HOME": str(home)})) as workspace:
        kept = failures(workspace.ledger)
        assert sorted(f.reason for f in kept) == sorted(
            ["row 2: nothing in external_agency", "row 5: has 3 cells under 2 headings"]
        )
        assert {f.stage for f in kept} == {"import"}
        assert stats(workspace.ledger).claims == 2
    mended = run(home, "import", "flock", str(put(path, rows(2))))
    assert mended.exit_code == 0, mended.output
    with open_workspace(load_settings({"SIGHTLINES_HOME": str(home)})) as workspace:
        assert failures(workspace.ledger) == ()


def left(home: Path) -> list[str]:
    with open_workspace(load_settings({"SIGHTLINES_HOME": str(home)})) as workspace:
        return [failure.source for failure in failures(workspace.ledger)]


def test_rows_that_did_not_fit_are_tried_again_with_their_mapping_and_what_was_said_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, path = tmp_path / "home", put(tmp_path / "list.csv", ["Halmora PD,", *rows(2)])
    own = tmp_path / "own.yml"
    own.write_text(shipped()["flock"].read_text().replace("external_agency", "other_agency"))
    given = ("--address", "https://portal.example/list", "--publisher", "The Portal", "--published", "2021-06")
    monkeypatch.chdir(tmp_path)
    first = run(home, "import", "own.yml", "list.csv", *given)
    assert first.exit_code == 1
    assert "other_agency" in first.output
    path.write_text(path.read_text().replace("external_agency", "other_agency"))
    run(home, "import", "own.yml", "list.csv", *given)
    assert left(home) == ["https://portal.example/list#row=2"]
    path.write_text(path.read_text().replace("Halmora PD,\n", "Halmora PD,Late SO\n"))
    monkeypatch.chdir("/")
    again = run(home, "failures", "--retry")
    assert again.exit_code == 0, again.output
    assert "Tried again: 1 failures, 1 are over." in again.output
    with open_workspace(load_settings({"SIGHTLINES_HOME": str(home)})) as workspace:
        assert stats(workspace.ledger).claims == 3
        assert {(d.publisher, d.published) for d in documents(workspace.ledger)} == {("The Portal", "2021-06")}


def test_what_can_t_be_imported_again_says_what_to_run(tmp_path: Path) -> None:
    home, path = tmp_path / "home", put(tmp_path / "list.csv", ["Halmora PD,", *rows(2)])
    run(home, "import", "flock", str(path))
    source = left(home)
    path.rename(tmp_path / "moved.csv")
    again = run(home, "failures", "--retry")
    assert again.exit_code == 1
    assert f"Not tried again: the rows of {path.as_uri()}" in again.output
    assert "list.csv" in again.output
    with open_workspace(load_settings({"SIGHTLINES_HOME": str(home)})) as workspace, workspace.ledger.writing() as done:
        done.exec_driver_sql("DELETE FROM imports")  # a ledger of before imports were kept
    assert "`sightlines import MAPPING FILE`" in run(home, "failures", "--retry").output
    assert left(home) == source


def test_a_dry_run_shows_claims_and_writes_nothing(tmp_path: Path) -> None:
    home, path = tmp_path / "home", put(tmp_path / "list.csv", rows(30))
    shown = run(home, "import", "flock", str(path), "--dry-run", "--rows", "2", "--json")
    assert shown.exit_code == 0
    found = json.loads(shown.stdout)
    assert [row["number"] for row in found] == [2, 3]
    assert found[0]["claims"][0].startswith("Organization Halmora PD SUPPLIED Organization Veldt 0 SO")
    assert not home.exists()


def test_the_report_counts_as_json_and_wrong_use_is_told(tmp_path: Path) -> None:
    home, path = tmp_path / "home", put(tmp_path / "list.csv", [*rows(2), "Halmora PD,Halmora PD"])
    report = json.loads(run(home, "import", "flock", str(path), "--json").stdout)
    assert (report["rows"], report["claims"], report["rejected"], report["failures"]) == (3, 2, 0, [])
    assert report["left_out"]["both ends are the same"]["rows"] == 1
    assert run(home, "import", "flok", str(path)).exit_code == 2
    assert run(home, "import", "flock", str(tmp_path / "gone.csv")).exit_code == 1
    assert run(home, "import", "flock", str(path), "--address", "javascript:alert(1)").exit_code == 2
    assert run(home, "import", "flock", str(path), "--published", "soon").exit_code == 2
    assert "flock" in run(home, "import", "--list").output


def test_a_name_that_may_be_private_is_nowhere_in_the_ledger(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "incidents.csv"
    head = '"AIAAIC ID#",Headline,Occurred,"Deployer(s)","Developer(s)","System name(s)"'
    path.write_text(f"Incidents\n{head}\n,,,,,\nAIAAIC1,Chatbot misleads,2024,Darina Volkovska,Orvanta Inc,TalkStile\n")
    with open_workspace(settings) as workspace:
        report = import_register(workspace, load_mapping("aiaaic"), path)
        assert report.claims == 1
        (row,) = evidence_for(workspace.ledger, claim_ids(workspace))
        assert "Volkovska" not in row.text
        assert "Orvanta Inc" in row.text


@pytest.mark.slow
def test_the_sharing_list_of_licence_plate_readers_is_imported_whole(
    settings: Settings, shared: Path, tmp_path: Path
) -> None:
    path = shared / "data" / "registries" / "flock_agency_access.csv.gz"
    if not path.exists():
        pytest.skip(f"needs {path.name}")
    with open_workspace(settings) as workspace:
        report = flock(workspace, path)
        assert (report.rows, report.claims, report.rejected) == (37_099, 37_099, 0)
        count = workspace.store.read("MATCH (:Entity)-[r:SUPPLIED]->(:Entity) RETURN count(r) AS n").rows[0][0]
        assert count == 37_099
