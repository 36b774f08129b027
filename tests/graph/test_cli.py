"""Every command on the demonstration graph, as a user types it."""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from graph.ledger import open_ledger
from graph.ledger.reading import stats as count
from graph.paths import QUERIES
from graph.queries import load_queries
from graph.schema import load_schema
from graph.stores import open_store
from ingest.cli import main

pytestmark = pytest.mark.model
# No brief says that a withdrawn dataset is hosted somewhere, and no denial is read out of the briefs yet.
NO_ANSWER = {"withdrawn_but_hosted"}
SAVED = load_queries(QUERIES)
Run = Callable[..., Result]
OWN = ("LEDGER_URL", "STORE_URL", "STORE_USER", "STORE_PASSWORD", "LANGUAGE", "MAX_ROWS", "TIMEOUT")


@pytest.fixture(autouse=True)
def _no_settings_of_the_developer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in OWN:
        monkeypatch.delenv(f"SIGHTLINES_{name}", raising=False)


def runner(home: Path) -> Run:
    def run(*words: str | Path, exit_code: int = 0, input: str | None = None, **env: str) -> Result:
        given = {f"SIGHTLINES_{name.upper()}": value for name, value in env.items()}
        result = CliRunner().invoke(
            main, [str(word) for word in words], env={"SIGHTLINES_HOME": str(home), **given}, input=input
        )
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert result.exit_code == exit_code, result.output
        return result

    return run


@pytest.fixture(scope="module")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("demo") / "home"
    environment = {k: v for k, v in os.environ.items() if k.removeprefix("SIGHTLINES_") not in OWN}
    command = [sys.executable, "-m", "ingest.cli", "demo"]
    done = subprocess.run(
        command, env={**environment, "SIGHTLINES_HOME": str(home)}, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert "documents/s" in done.stderr  # progress and result go separate ways
    assert "documents/s" not in done.stdout
    assert "0 failed" in done.stdout
    return home


@pytest.fixture
def run(demo_home: Path) -> Run:
    """Commands on the demonstration graph; for commands that read."""
    return runner(demo_home)


@pytest.fixture
def change(demo_home: Path, tmp_path: Path) -> Run:
    """Commands on a copy of the demonstration graph."""
    shutil.copytree(demo_home, tmp_path / "copy")
    return runner(tmp_path / "copy")


def rows(result: Result) -> list[dict[str, Any]]:
    return list(json.loads(result.stdout))


def table(result: Result) -> list[list[str]]:
    return list(csv.reader(io.StringIO(result.stdout)))


def graph_rows(home: Path) -> tuple[list[str], list[str]]:
    """All nodes and relationships, as sorted text; when they were read is left out."""
    store = open_store(f"kglite:{home / 'graph.kgl'}", load_schema())
    try:
        nodes = store.read("MATCH (n) WHERE NOT n:Snapshot RETURN n", limit=100_000).rows
        links = store.read("MATCH (a)-[r]->(b) RETURN a.id, type(r), r, b.id", limit=100_000).rows
    finally:
        store.close()
    for (node,) in nodes:
        node.pop("retrieved", None)
    return sorted(json.dumps(n, sort_keys=True) for n in nodes), sorted(json.dumps(r, sort_keys=True) for r in links)


# --- reading commands ---


def test_stats_count_ledger_and_graph_alike_in_every_form(run: Run) -> None:
    values = json.loads(run("stats", "--json").stdout)
    assert values["documents"] >= 40
    assert values["links"] > 50
    assert values["entities"] > 50
    assert values["failures"] == 0
    lines = table(run("stats", "--csv"))
    assert lines[0] == ["name", "value"]
    assert dict(lines[1:]) == {k: str(v) for k, v in values.items()}
    assert ["links", str(values["links"])] in [line.split() for line in run("stats").stdout.splitlines()]


def test_adding_reports_as_many_claims_as_the_ledger_holds(demo_home: Path, tmp_path: Path) -> None:
    from ingest.cli import BRIEFS

    report = json.loads(runner(tmp_path / "again")("add", BRIEFS, "--json").stdout)
    with open_ledger(f"sqlite:///{tmp_path / 'again' / 'ledger.sqlite'}") as ledger:
        held = count(ledger)
    assert (report["new"], report["claims"], report["evidence"]) == (held.documents, held.claims, held.evidence)


def test_the_demonstration_built_twice_changes_nothing(change: Run, tmp_path: Path) -> None:
    before = graph_rows(tmp_path / "copy")
    result = change("demo")
    assert "0 new documents, " in result.stdout
    assert "0 new claims, 0 pieces of evidence" in result.stdout
    assert graph_rows(tmp_path / "copy") == before


def test_documents_and_failures_are_listed(run: Run) -> None:
    listed = rows(run("documents", "--json"))
    assert len(listed) == json.loads(run("stats", "--json").stdout)["documents"]
    assert len(table(run("documents", "--csv"))) == len(listed) + 1
    assert listed[0]["headline"] in run("documents").stdout
    assert rows(run("failures", "--json")) == []
    quiet = run("failures")
    assert quiet.stdout == ""
    assert "No document failed" in quiet.stderr


def test_verify_re_reads_everything(run: Run) -> None:
    result = run("verify")
    assert result.stdout == ""
    assert "all right" in result.stderr
    assert rows(run("verify", "--json")) == []


def test_verify_finds_a_changed_text(change: Run, tmp_path: Path) -> None:
    import sqlite3

    with sqlite3.connect(tmp_path / "copy" / "ledger.sqlite") as ledger:
        ledger.execute("UPDATE documents SET text = 'X' || text WHERE id = (SELECT min(id) FROM documents)")
    result = change("verify", exit_code=1)
    assert "problem" in result.stdout
    assert "Traceback" not in result.output


def test_nothing_was_added_yet_is_said(tmp_path: Path) -> None:
    run = runner(tmp_path / "new")
    result = run("stats")
    assert "sightlines demo" in result.stderr
    assert json.loads(run("stats", "--json").stdout)["entities"] == 0
    assert "No document" in run("documents").stderr
    run("verify")
    run("rebuild")


# --- questions ---


def test_saved_questions_are_listed_and_shown(run: Run) -> None:
    listed = rows(run("query", "list", "--json"))
    assert {row["name"] for row in listed} == set(SAVED)
    for name in SAVED:
        assert run("query", "show", name).stdout.strip() == (QUERIES / f"{name}.cypher").read_text().strip()


@pytest.mark.parametrize("name", sorted(SAVED))
def test_the_example_of_every_question_has_an_answer_in_the_demonstration(run: Run, name: str) -> None:
    example = [word for key, value in SAVED[name].example.items() for word in ("-p", f"{key}={_word(value)}")]
    found = rows(run("query", "run", name, *example, "--json"))
    if not found:
        assert name in NO_ANSWER
        return
    lines = table(run("query", "run", name, *example, "--csv"))
    assert lines[0] == list(found[0])
    assert len(lines) == len(found) + 1
    assert len(run("query", "run", name, *example).stdout.splitlines()) == len(found) + 2


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_a_limit_is_kept_and_said(run: Run) -> None:
    result = run("query", "run", "claims_on_a_single_source", "--limit", "2", "--json")
    assert len(rows(result)) == 2
    assert "Only the first 2 rows" in result.stderr
    assert len(rows(run("query", "run", "claims_on_a_single_source", "--json", max_rows="3"))) == 3


def test_an_own_question_stands_beside_the_shipped_ones(change: Run, tmp_path: Path) -> None:
    folder = tmp_path / "copy" / "queries"
    folder.mkdir()
    (folder / "how_many.cypher").write_text(
        "// ---\n// title: How many\n// question: How many entities are there?\n// columns: {many: number}\n// ---\n"
        "MATCH (e:Entity) RETURN count(e) AS many\n"
    )
    assert rows(change("query", "run", "how_many", "--json"))[0]["many"] > 50
    (folder / "burn.cypher").write_text("MATCH (n) DETACH DELETE n\n")
    result = change("query", "list", exit_code=1)
    assert "burn.cypher" in result.stderr


@pytest.mark.parametrize(
    ("words", "exit_code", "told"),
    [
        (("query", "run", "no_such"), 2, "There are: "),
        (("query", "run", "who_uses_dataset"), 1, "dataset"),
        (("query", "run", "who_uses_dataset", "-p", "dataset"), 2, "KEY=VALUE"),
        (("query", "run", "who_uses_dataset", "-p", "dataset=ms-celeb-1m", "-p", "x=1"), 1, "x"),
        (("query", "run", "who_uses_dataset", "-p", "dataset=MS-Celeb-2M"), 1, "MS-Celeb"),
        (("query", "run", "claims_on_a_single_source", "-p", "min_belief=much"), 1, "min_belief"),
        (("trail", "Flickr", "Nobody at all"), 1, "Nobody at all"),
        (("trail", "Flickr"), 2, "Missing argument"),
        (("remove", "d_0"), 1, "d_0"),
        (("export", "docx", "out"), 2, "docx"),
        (("stats", "--xml"), 2, "--xml"),
        (("nonsense",), 2, "No such command"),
    ],
)
def test_wrong_use_is_told_on_standard_error(run: Run, words: tuple[str, ...], exit_code: int, told: str) -> None:
    result = run(*words, exit_code=exit_code)
    assert result.stdout == ""
    assert told in result.stderr


# --- trails ---


def test_a_trail_shows_the_sentence_of_every_hop_and_its_weakest(run: Run) -> None:
    found = json.loads(run("trail", "Flickr", "Amazon", "--json").stdout)
    best = found["trails"][0]
    assert best["hops"][0]["from"] == "Flickr"
    assert best["hops"][-1]["to"] == "Amazon"
    assert best["belief"] == min(hop["belief"] for hop in best["hops"])
    assert all(hop["sentence"] and hop["claim_ids"] and hop["address"] for hop in best["hops"])
    text = run("trail", "Flickr", "Amazon").stdout
    assert all(hop["sentence"] in text for hop in best["hops"])
    assert "<- weakest" in text
    lines = table(run("trail", "Flickr", "Amazon", "--csv"))
    assert len(lines) == 1 + sum(len(trail["hops"]) for trail in found["trails"])


def test_no_trail_is_said_and_is_a_failure(run: Run) -> None:
    result = run("trail", "Flickr", "Amazon", "--min-belief", "1", exit_code=1)
    assert result.stdout == ""
    assert "No trail from Flickr to Amazon" in result.stderr
    found = json.loads(run("trail", "Flickr", "Amazon", "--min-belief", "1", "--json", exit_code=1).stdout)
    assert found["trails"] == []


# --- changing commands ---


def test_a_document_removed_and_added_again_gives_the_same_graph(change: Run, tmp_path: Path) -> None:
    from ingest.cli import BRIEFS

    home = tmp_path / "copy"
    before = graph_rows(home)
    held = json.loads(change("stats", "--json").stdout)
    brief = sorted(BRIEFS.glob("*megaface*.md"))[0]
    address = next(d["address"] for d in rows(change("documents", "--json")) if "megaface" in d["address"].lower())
    assert "pieces of evidence" in change("remove", address).stdout
    without = json.loads(change("stats", "--json").stdout)
    assert without["documents"] == held["documents"] - 1
    assert graph_rows(home) != before
    change("verify")
    change("add", brief)
    assert graph_rows(home) == before


def test_rebuild_makes_the_same_graph(change: Run, tmp_path: Path) -> None:
    before = graph_rows(tmp_path / "copy")
    (tmp_path / "copy" / "graph.kgl").unlink()
    assert "Rebuilt: " in change("rebuild").stdout
    assert graph_rows(tmp_path / "copy") == before


def test_a_rejected_claim_leaves_the_trails_and_returns_when_the_review_is_withdrawn(change: Run) -> None:
    def users() -> set[str]:
        return {r["user"] for r in rows(change("query", "run", "who_uses_dataset", "-p", "dataset=megaface", "--json"))}

    found = rows(change("query", "run", "who_uses_dataset", "-p", "dataset=megaface", "--json"))
    amazon = next(row for row in found if row["user_name"] == "Amazon")
    for claim in amazon["claims"]:
        change("review", claim, "reject", "--by", "Ines", "--note", "another Amazon")
    assert amazon["user"] not in users()
    for claim in amazon["claims"]:
        change("review", claim, "withdraw", "--by", "Ines")
    assert amazon["user"] in users()
    assert "no review" in change("review", amazon["claims"][0], "withdraw", "--by", "Ines").stderr


@pytest.mark.parametrize("target", ["c_00000000000000000000", "nonsense"])
def test_a_review_of_nothing_is_refused(change: Run, target: str) -> None:
    assert "Hint: " in change("review", target, "accept", "--by", "Ines", exit_code=1).stderr


@pytest.mark.parametrize(("form", "out"), [("rdf", "graph.trig"), ("graphml", "graph.graphml"), ("tables", "tables")])
def test_the_graph_is_exported(run: Run, tmp_path: Path, form: str, out: str) -> None:
    assert "Written: " in run("export", form, tmp_path / out).stdout
    files = [tmp_path / out] if (tmp_path / out).is_file() else list((tmp_path / out).iterdir())
    assert any("MS-Celeb-1M" in file.read_text(encoding="utf-8") for file in files)


# --- extraction without recording ---


def test_explain_shows_mentions_and_claims_of_a_sentence(run: Run) -> None:
    sentence = "Megvii used MS-Celeb-1M."
    assert "Megvii USED MS-Celeb-1M" in run("explain", sentence).stdout
    found = json.loads(run("explain", sentence, "--json").stdout)
    assert [claim["predicate"] for claim in found["claims"]] == ["USED"]
    assert table(run("explain", sentence, "--csv"))[0] == ["what", "words", "kind", "probability", "why"]
    quiet = run("explain", "It rains.")
    assert quiet.stdout == ""
    assert "No mention" in quiet.stderr


def test_passages_give_predictions_that_score_against_gold(run: Run, tmp_path: Path) -> None:
    text = "Megvii used MS-Celeb-1M."
    passages, gold, out = (tmp_path / name for name in ("passages.jsonl", "gold.jsonl", "predictions.jsonl"))
    passages.write_text(json.dumps({"id": "p1", "text": text}) + "\n\n")
    result = run("extract", "--passages", passages)
    (row,) = [json.loads(line) for line in result.stdout.splitlines()]
    assert row["id"] == "p1"
    assert {(text[m["start"] : m["end"]], m["type"]) for m in row["mentions"]} == {
        ("Megvii", "Organization"),
        ("MS-Celeb-1M", "Dataset"),
    }
    out.write_text(result.stdout)
    claim = {"predicate": "USED", "subject": "a", "object": "b", "polarity": "affirmed", "modality": "asserted"}
    entities = [
        {"id": "a", "type": "Organization", "names": ["Megvii"]},
        {"id": "b", "type": "Dataset", "names": ["MS-Celeb-1M"]},
    ]
    mentions = [
        {
            "start": m["start"],
            "end": m["end"],
            "entities": ["a" if m["type"] == "Organization" else "b"],
            "nominal": False,
        }
        for m in row["mentions"]
    ]
    gold.write_text(
        json.dumps(
            {"id": "p1", "text": text, "genre": "news", "entities": entities, "mentions": mentions, "claims": [claim]}
        )
    )
    assert json.loads(run("score", gold, out, "--json").stdout)
    assert "1.000" in run("score", gold, out).stdout


def test_a_bad_passage_is_told_and_the_others_are_read(run: Run, tmp_path: Path) -> None:
    passages = tmp_path / "passages.jsonl"
    passages.write_text('{broken\n{"id": "p2", "text": "Megvii used MS-Celeb-1M."}\n{"id": "p3"}\n')
    result = run("extract", "--passages", passages, exit_code=1)
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["p2"]
    assert len(result.stderr.splitlines()) == 2


def test_a_file_is_extracted_without_being_recorded(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_text("Megvii used MS-Celeb-1M.")
    before = run("stats", "--json").stdout
    assert json.loads(run("extract", file).stdout)["claims"]
    assert "Give a source" in run("extract", exit_code=2).stderr
    missing = run("extract", tmp_path / "nowhere.txt", exit_code=1)
    assert "There is no file" in missing.stderr
    assert run("stats", "--json").stdout == before


def test_a_bad_line_of_gold_is_told(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "gold.jsonl"
    file.write_text("{broken\n")
    result = run("score", file, file, exit_code=1)
    assert "line 1" in result.stderr
    assert "Traceback" not in result.output


# --- terminals, spreadsheets, pipes ---

HOSTILE = '=HYPERLINK("http://x.example") \x1b[2J\x1b]0;owned\x07 \x9b31m\u202egpj'


@pytest.fixture
def hostile(tmp_path: Path) -> Run:
    file = tmp_path / "feed.jsonl"
    text = f"Megvii used MS-Celeb-1M \x1b[2J\x9b31m\u202e, {'it was said on the day. ' * 3}"
    row = {"text": text, "headline": HOSTILE, "publisher": HOSTILE, "author": HOSTILE, "url": "https://a.example/1"}
    file.write_text(json.dumps(row) + "\n")
    run = runner(tmp_path / "home")
    run("add", file)
    return run


@pytest.mark.parametrize("form", [(), ("--json",), ("--csv",)])
@pytest.mark.parametrize(
    "words",
    [
        ("documents",),
        ("query", "run", "sentences_of_a_link", "-p", "one=megvii", "-p", "other=ms-celeb-1m"),
        ("trail", "Megvii", "MS-Celeb-1M"),
    ],
)
def test_no_control_character_of_a_document_reaches_the_terminal(
    hostile: Run, words: tuple[str, ...], form: tuple[str, ...]
) -> None:
    result = hostile(*words, *form)
    assert result.stdout
    assert not set(result.output) & {"\x1b", "\x07", "\x9b", "\u202e"}


def test_a_cell_is_no_formula_for_a_spreadsheet(hostile: Run) -> None:
    lines = table(hostile("documents", "--csv"))
    assert all(not cell.startswith(("=", "+", "-", "@")) for line in lines for cell in line)
    assert any(cell.startswith("'=HYPERLINK") for cell in lines[1])


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_has_seen_enough_ends_the_command_quietly(demo_home: Path, unbuffered: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "ingest.cli", "documents", "--csv"],
            stdout=writer,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "SIGHTLINES_HOME": str(demo_home), "PYTHONUNBUFFERED": unbuffered},
            timeout=60,
        )
    finally:
        os.close(writer)
    assert done.stderr == ""
    assert done.returncode in (0, 1)


def test_help_costs_no_heavy_import() -> None:
    heavy = ("spacy", "pandas", "streamlit", "sqlalchemy", "neo4j", "trafilatura", "kglite", "pypdfium2", "rdflib")
    code = (
        "import sys\nfrom ingest.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit as end:\n    assert not end.code\n"
        f"print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stderr.strip() == "[]"
    for name in ("add", "demo", "stats", "query", "trail", "remove", "rebuild", "review", "export", "serve", "verify"):
        assert f"\n  {name}" in done.stdout


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_explains_itself(run: Run, name: str) -> None:
    assert len(run(name, "--help").stdout.splitlines()) > 4


# --- the other engine ---


@pytest.fixture(scope="module")
def on_neo4j(demo_home: Path, neo4j_url: str) -> Run:
    run = runner(demo_home)

    def there(*words: str | Path, **env: str) -> Result:
        return run(*words, store_url=neo4j_url, **env)

    assert "Rebuilt" in there("rebuild").stdout
    return there


@pytest.mark.neo4j
def test_neo4j_counts_what_the_file_counts(run: Run, on_neo4j: Run) -> None:
    here, there = (json.loads(each("stats", "--json").stdout) for each in (run, on_neo4j))
    assert {**here, "graph_of": 0} == {**there, "graph_of": 0}


@pytest.mark.neo4j
@pytest.mark.parametrize("name", sorted(SAVED))
def test_neo4j_answers_every_question_alike(run: Run, on_neo4j: Run, name: str) -> None:
    words = ["query", "run", name, "--json"]
    words += [word for key, value in SAVED[name].example.items() for word in ("-p", f"{key}={_word(value)}")]
    assert rows(on_neo4j(*words)) == rows(run(*words))


@pytest.mark.neo4j
def test_neo4j_finds_the_same_trails(run: Run, on_neo4j: Run) -> None:
    words = ("trail", "Flickr", "Amazon", "--json")
    assert json.loads(on_neo4j(*words).stdout) == json.loads(run(*words).stdout)
