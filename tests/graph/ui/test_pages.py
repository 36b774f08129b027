"""What people see on each page: filled, empty, and with hostile strings."""

import re
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from graph.records import Table
from graph.reports.entity import entity_view
from graph.schema import load_schema
from graph.search import find_entity
from graph.settings import load_settings
from graph.stores import GraphStore, open_store
from graph.ui.adding import keep
from graph.ui.answers import to_csv, to_json
from tests.graph.ui.conftest import Run
from tests.graph.ui.sample import build

PAGES = ("start", "explore", "trace", "ask")


def store_of(home: Path) -> GraphStore:
    return open_store(load_settings({"SIGHTLINES_HOME": str(home)}).store_url, load_schema())


def id_of(home: Path, name: str) -> str:
    store = store_of(home)
    try:
        return find_entity(store, name).id
    finally:
        store.close()


def disputed_link(home: Path) -> str:
    store = store_of(home)
    try:
        view = entity_view(store, find_entity(store, "Lumen Faces").id)
        return next(link.k for link in view.links if link.status == "disputed")
    finally:
        store.close()


def html_of(test: AppTest) -> str:
    return "\n".join(str(block.proto.body) for block in test.get("html"))


def words_of(test: AppTest) -> str:
    """Everything that the page says, as text."""
    parts = [html_of(test)]
    for kind in ("markdown", "caption", "text", "title", "header", "subheader", "info", "warning", "error", "code"):
        parts += [str(element.value) for element in test.get(kind)]
    parts += [button.label for button in test.button]
    return "\n".join(parts)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_on_a_filled_graph(run: Run, filled: Path, page: str) -> None:
    assert not run(page, filled).error


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_on_an_empty_graph(run: Run, empty: Path, page: str) -> None:
    assert not run(page, empty).error


def test_an_empty_start_tells_the_two_ways_to_begin(run: Run, empty: Path) -> None:
    said = words_of(run("start", empty))
    assert "Begin with your own documents" in said
    assert "make demo" in said


def test_start_answers_questions_from_the_data(run: Run, filled: Path) -> None:
    said = words_of(run("start", filled))
    assert "Where did the pictures of Strata Gait come from?" in said
    assert "Pictora" in said
    assert "12" in said


def test_start_draws_a_trail_from_a_platform_to_a_programme(run: Run, filled: Path) -> None:
    said = words_of(run("start", filled)) + str([link.proto for link in run("start", filled).get("page_link")])
    assert "Read it step by step" in said


def test_a_pasted_text_is_added(run: Run, filled: Path, tmp_path: Path) -> None:
    test = run("start", filled)
    test.text_area(key="add-text").set_value("Pictora is a photo site.")
    test.button(key="add-send").click().run()
    assert not test.exception
    assert "1 new document" in words_of(test)


def test_an_address_that_is_none_gets_a_clear_message(run: Run, filled: Path) -> None:
    test = run("start", filled)
    test.text_input(key="add-address").set_value("javascript:alert(1)")
    test.button(key="add-send").click().run()
    assert "http://" in test.error[0].value


def test_a_document_that_can_t_be_read_is_shown_with_its_hint(run: Run, filled: Path) -> None:
    test = run("start", filled)
    test.text_input(key="add-address").set_value("https://bad.example/a")
    test.button(key="add-send").click().run()
    assert "Not read: the page ![x](https://leak.example) is empty" in html_of(test)
    assert "Check it." in html_of(test)


class Sent:
    def __init__(self, name: str, data: bytes = b"x") -> None:
        self.name, self.data = name, data

    def getvalue(self) -> bytes:
        return self.data


def test_what_describes_a_paper_is_kept_beside_it_and_is_no_document(tmp_path: Path) -> None:
    from ingest.load import beside

    sent = [Sent("a.bib", b"@a"), Sent("a.txt", b"t"), Sent("a.pdf", b"%PDF-"), Sent("b.json", b"{}")]
    kept = [Path(path) for path in keep(tmp_path, sent, "", beside)]
    assert [path.name.partition("-")[2] for path in kept] == ["a.txt", "a.pdf", "b.json"]
    assert kept[1].with_suffix(".bib").read_bytes() == b"@a"
    assert len(list(tmp_path.iterdir())) == 4


def test_a_long_name_keeps_its_ending(tmp_path: Path) -> None:
    (path,) = keep(tmp_path, [Sent("漢" * 300 + ".pdf")], "")
    assert path.endswith(".pdf")
    assert len(Path(path).name.encode()) < 256


def test_an_upload_can_t_leave_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "uploads"
    for path in keep(folder, [Sent("../../etc/passwd"), Sent("..\\a.txt"), Sent(".."), Sent("a/b\x00.pdf")], "text"):
        assert Path(path).resolve().parent == folder.resolve()


def test_explore_shows_the_links_of_an_entity(run: Run, filled: Path) -> None:
    said = words_of(run("explore", filled, entity=id_of(filled, "Lumen Faces")))
    for words in ("collected from", "used by", "withdrawn by", "Northgate Vision", "disputed"):
        assert words in said


def test_a_link_opens_the_sentence_with_its_words_marked_and_the_denial_beside_it(run: Run, filled: Path) -> None:
    test = run("explore", filled, entity=id_of(filled, "Lumen Faces"), link=disputed_link(filled))
    page = html_of(test)
    assert re.search(r'<mark class="subject"[^>]*>Northgate Vision</mark>', page)
    assert re.search(r'<mark class="object"[^>]*>Lumen Faces</mark>', page)
    assert re.search(r'<mark class="speaker"[^>]*>two former engineers</mark>', page)
    assert re.search(r'<mark class="polarity"[^>]*>denies</mark>', page)
    assert page.index("Says so") < page.index("Denies it")
    for words in ("two former engineers", "reported from another source", "The Harbour Review"):
        assert words in page
    for words in ("<dt>Published</dt><dd>11 June 2019", "<dt>Changed</dt><dd>3 February 2020"):
        assert words in page
    assert any(line.value.startswith("belief = ") for line in test.text)


def test_a_claim_that_is_only_denied_is_shown_apart_and_opens(run: Run, filled: Path) -> None:
    test = run("explore", filled, entity=id_of(filled, "Argent Labs"))
    assert "Only denied, never affirmed" in html_of(test)
    button = next(button for button in test.button if "*used*" in button.label)
    button.click().run()
    assert not test.exception
    assert "Denies it" in html_of(test)
    assert "Says so" not in html_of(test)


def test_a_link_of_the_card_opens_by_its_button(run: Run, filled: Path) -> None:
    test = run("explore", filled, entity=id_of(filled, "Calm Streets"))
    next(button for button in test.button if "Interior Office" in button.label).click().run()
    assert not test.exception
    assert "operates" in html_of(test)
    assert test.query_params["link"]


def test_the_table_holds_every_link_of_the_drawing(run: Run, filled: Path) -> None:
    test = run("explore", filled, entity=id_of(filled, "Lumen Faces"), view="table", reach="1")
    frame = test.dataframe[0].value
    assert set(frame["Relation"]) == {"collected from", "created", "derived from", "used", "withdrew"}


def test_an_unknown_entity_or_link_in_the_address_is_named(run: Run, filled: Path) -> None:
    assert "e_gone" in run("explore", filled, entity="e_gone").warning[0].value.replace("\\", "")
    test = run("explore", filled, entity=id_of(filled, "Lumen Faces"), link="k_gone")
    assert "k_gone" in test.warning[0].value.replace("\\", "")


def test_trace_reads_a_trail_hop_by_hop_and_names_the_weakest(run: Run, filled: Path) -> None:
    query = {"from": id_of(filled, "Vidwell"), "to": id_of(filled, "Calm Streets")}
    page = html_of(run("trace", filled, **query))
    assert "The weakest hop is" in page
    assert "weakest hop</span>" in page
    assert re.search(r"<blockquote>“<mark[^>]*>Strata Gait</mark> was", page)


def test_a_hop_shows_the_sentence_that_its_reading_rests_on(run: Run, filled: Path) -> None:
    query = {"from": id_of(filled, "Vidwell"), "to": id_of(filled, "DoorSight")}
    page = html_of(run("trace", filled, **query))
    assert "Read together with:" in page
    assert "created the DoorSight camera." in page


def test_trace_without_a_trail_tells_the_nearest_miss(run: Run, filled: Path) -> None:
    query = {"from": id_of(filled, "Vidwell"), "to": id_of(filled, "Harbour Watch")}
    test = run("trace", filled, **query)
    assert "No trail" in test.warning[0].value
    assert "planned" in html_of(test)
    next(button for button in test.button if button.label == "Allow it").click().run()
    assert not test.exception
    assert "The weakest hop is" in html_of(test)


def test_trace_swaps_its_ends(run: Run, filled: Path) -> None:
    start, goal = id_of(filled, "Vidwell"), id_of(filled, "Calm Streets")
    test = run("trace", filled, **{"from": start, "to": goal})
    test.button(key="trace-swap").click().run()
    assert (test.query_params["from"], test.query_params["to"]) == (goal, start)


@pytest.mark.parametrize("name", ["from", "to", "steps", "weakest", "planned"])
def test_nonsense_in_the_address_breaks_no_page(run: Run, filled: Path, name: str) -> None:
    run("trace", filled, **{name: "![x](https://leak.example/p.png)"})


def test_a_saved_question_runs_with_its_form_and_names_its_entities(run: Run, filled: Path) -> None:
    test = run("ask", filled, query="aa_used")
    test.selectbox(key="ask-aa_used-dataset").set_value(id_of(filled, "Lumen Faces"))
    test.button(key="ask-aa_used-run").click().run()
    assert not test.exception
    assert list(test.dataframe[0].value["user"]) == ["Northgate Vision"]
    assert list(test.dataframe[0].value["claims"]) == ["1 claim"]
    assert test.query_params["p.dataset"] == id_of(filled, "Lumen Faces")


def test_an_address_with_parameters_shows_the_answer_at_once(run: Run, filled: Path) -> None:
    test = run("ask", filled, query="aa_used", p__dataset=id_of(filled, "Strata Gait"))
    assert list(test.dataframe[0].value["user"]) == ["Walking Under Lamps"]


def test_a_parameter_that_names_nothing_gets_a_clear_message(run: Run, filled: Path) -> None:
    test = run("ask", filled, query="aa_used", p__dataset="Nobody's Faces")
    assert any("Nobody" in error.value for error in test.error)


def test_the_cypher_of_a_question_is_shown_without_its_header(run: Run, filled: Path) -> None:
    code = run("ask", filled, query="aa_used").code[0].value
    assert code.startswith("MATCH")


def test_an_unknown_question_in_the_address_is_named(run: Run, filled: Path) -> None:
    assert "no_such" in run("ask", filled, query="no_such").warning[0].value.replace("\\", "")


def test_a_wrong_file_of_one_s_own_hides_no_other_question(run: Run, tmp_path: Path) -> None:
    build(tmp_path, ())
    (tmp_path / "queries" / "broken.cypher").write_text("MATCH (n) RETURN n", "utf-8")
    test = run("ask", tmp_path)
    assert any("broken.cypher" in error.value.replace("\\", "") for error in test.error)
    assert any("Aa who used it" in button.label for button in test.button)


def test_cypher_typed_by_hand_runs_and_a_writing_one_is_refused(run: Run, filled: Path) -> None:
    from graph.ui.pages.ask import run_typed

    store = store_of(filled)
    try:
        table, error = run_typed(store, "MATCH (d:Dataset) RETURN d.name AS name ORDER BY name", 10, 5)
        assert (table and table.rows, error) == ((("Lumen Faces",), ("Strata Gait",)), None)
        for writing in ("MATCH (d:Dataset) DETACH DELETE d", "CREATE (x:Entity {id: 'x'})", "MATCH (n RETURN n"):
            table, error = run_typed(store, writing, 10, 5)
            assert table is None
            assert error is not None
            assert error.hint
        assert store.read("MATCH (d:Dataset) RETURN count(*) AS n").rows == ((2,),)
    finally:
        store.close()


# --- hostile strings ---


def unescaped(test: AppTest) -> list[str]:
    """Markup that came through: in HTML a tag of a payload, in Markdown a live image, link or directive."""
    found = list(re.findall(r"<(?:img|script|svg)[^>]*>", html_of(test)))
    found += re.findall(r'href="(?!https?://)[^"]*"', html_of(test))
    labels = [button.label for button in test.button]
    for kind in ("markdown", "caption", "title", "header", "subheader", "info", "warning", "error"):
        labels += [str(element.value) for element in test.get(kind)]
    labels += [str(link.proto.label) for link in test.get("page_link")]
    labels += [str(box.label) for box in test.expander]
    for label in labels:
        found += re.findall(r"(?<!\\)!\[[^\]]*\]\(|(?<!\\)\[[^\]]*\]\(|(?<!\\)<\w+", label)
        found += re.findall(r"(?<!\\):(?:red|material)\b", label)
    return found


@pytest.mark.parametrize("page", PAGES)
def test_hostile_strings_stay_text(run: Run, payloads: Path, page: str) -> None:
    assert not unescaped(run(page, payloads))


def test_hostile_strings_stay_text_in_cards_evidence_and_trails(run: Run, payloads: Path) -> None:
    store = store_of(payloads)
    found = store.read("MATCH (s:Entity)-[r]->(o:Entity) RETURN s.id AS s, r.k AS k, o.id AS o").rows
    store.close()
    assert len(found) == 2
    for subject, k, obj in found:
        for query in ({"link": k}, {"node": obj}, {"view": "table"}):
            test = run("explore", payloads, entity=subject, **query)
            assert not unescaped(test)
            assert "leak.example" in words_of(test) or "node" in query or "view" in query
    start, goal = found[0][2], next(s for s, _, o in found if o == found[0][0] or s != found[0][0])
    assert not unescaped(run("trace", payloads, **{"from": start, "to": goal}))


def test_hostile_strings_in_the_address_stay_text(run: Run, filled: Path) -> None:
    bad = "![x](https://leak.example/p.png)<img src=x>"
    for page, names in {"explore": ("entity", "link", "node", "claim"), "ask": ("query", "cypher")}.items():
        for name in names:
            query: dict[str, Any] = {"entity": id_of(filled, "Lumen Faces")} if page == "explore" else {}
            assert not unescaped(run(page, filled, **{**query, name: bad}))


def test_a_csv_cell_never_becomes_a_formula() -> None:
    table = Table(columns=("name", "claims"), rows=(("=HYPERLINK(1)", ["c_1"]), ("plain", None)))
    assert to_csv(table).splitlines() == ["name,claims", '\'=HYPERLINK(1),"[""c_1""]"', "plain,"]
    assert '"name": "=HYPERLINK(1)"' in to_json(table)
