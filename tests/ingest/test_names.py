"""Mentions in sentences of our own: names are invented, so that nothing but the words around them can tell."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from graph.errors import SchemaError
from ingest.components.entities import abbreviates, entity_keys
from ingest.naming import load_naming
from ingest.naming.weights import load_weights
from ingest.text import normalise

pytestmark = pytest.mark.model


def mentions(doc: Doc) -> dict[str, str]:
    return {span.text: span.label_ for span in doc.spans["mentions"]}


@pytest.mark.parametrize(
    ("text", "name", "label"),
    [
        ("The model was trained on the Quillwalk dataset and on nothing else.", "Quillwalk", "Dataset"),
        ("All portraits were scraped from Flickr in May.", "Flickr", "Platform"),
        ("YouTube removed the videos and apologised to the families.", "YouTube", "Organization"),
        ("Brontide Systems GmbH sold the cameras to the ministry.", "Brontide Systems GmbH", "Organization"),
        ("The contract went to the University of Pellham in spring.", "University of Pellham", "Organization"),
        ("The firm is a Beijing-based maker of cameras.", "Beijing", "Place"),
        ("A Dutch company shipped the servers.", "Dutch", "Place"),
        ("Microsoft said that it had removed the files.", "Microsoft", "Organization"),
        ("The cameras were paid for by the Karsk police in June, and Karsk paid late.", "Karsk police", "Organization"),
        ("Their method builds on Ferrand et al. (2019) and on nothing else.", "Ferrand et al. (2019)", "Paper"),
        ("Maria Halvorsen, a lawyer in Oslo, sued the company.", "Maria Halvorsen", "Person"),
    ],
)
def test_the_words_around_a_name_tell_its_type(nlp: Language, text: str, name: str, label: str) -> None:
    assert mentions(nlp(text)).get(name) == label


@pytest.mark.parametrize(
    "text",
    [
        "On Monday the CEO spoke about AI and CCTV.",
        "In March, the experts discussed the Internet.",
        "Figure 3 shows the results in detail.",
    ],
)
def test_capitals_that_name_nothing_are_left_alone(nlp: Language, text: str) -> None:
    assert mentions(nlp(text)) == {}


def test_neither_article_nor_possessive_belongs_to_a_name(nlp: Language) -> None:
    found = mentions(nlp("The Microsoft's engineers met people from the Pentagon."))
    assert {"Microsoft", "Pentagon"} <= set(found)


def test_known_names_carry_the_id_of_their_entry_and_a_kind(nlp: Language) -> None:
    doc = nlp("Duke University released DukeMTMC, and Megvii used it.")
    found = {span.text: (span.kb_id_, span._.kind) for span in doc.spans["mentions"]}
    assert found["Megvii"] == ("megvii", "company")
    assert found["DukeMTMC"] == ("duke-mtmc", None)
    assert found["Duke University"] == ("duke-university", "university")


def test_a_short_form_is_the_entity_whose_name_it_shortens(nlp: Language) -> None:
    doc = nlp("Orvanta Labs GmbH deleted the files on Monday. Orvanta declined to comment.")
    keys = {span.text: span.id_ for span in doc.spans["mentions"]}
    assert keys["Orvanta"] == keys["Orvanta Labs GmbH"]


def test_a_defined_abbreviation_is_recorded_and_is_the_same_entity(nlp: Language) -> None:
    doc = nlp("The Harbour Identity Agency (HIA) bought the system. HIA paid in May.")
    assert doc._.abbreviations == {"HIA": "Harbour Identity Agency"}
    assert len({span.id_ for span in doc.spans["mentions"] if span.text in {"HIA", "Harbour Identity Agency"}}) == 1


def test_a_paper_names_its_title_and_its_institutions(nlp: Language) -> None:
    doc = nlp(
        "WalkLens: Gait recognition in the rain\n\nUniversity of Pellham; Brontide Research\n\n"
        "We present a method for gait recognition. We evaluate it on several sets."
    )
    found = mentions(doc)
    assert found["WalkLens: Gait recognition in the rain"] == "Paper"
    assert found["University of Pellham"] == found["Brontide Research"] == "Organization"


WORDS = [
    "Tessera",
    "Inc.",
    "the",
    "of",
    "University",
    "(",
    ")",
    "MS-Celeb-1M",
    "Chinese",
    "police",
    "’s",
    ",",
    "Dr.",
    "\n\n",
    "2019",
]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(WORDS), max_size=25))
def test_mentions_of_any_text_read_as_stored_and_never_overlap(nlp: Language, words: list[str]) -> None:
    doc = nlp(normalise(" ".join(words)))
    spans = list(doc.spans["mentions"])
    assert all(doc.text[span.start_char : span.end_char] == span.text == span.text.strip() != "" for span in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert all(span.id_ and span.label_ for span in spans)


@pytest.mark.parametrize(
    ("short", "long", "fits"),
    [
        ("IJOP", "Integrated Joint Operations Platform", True),
        ("NIST", "National Institute of Standards and Technology", True),
        ("DARPA", "Defense Advanced Research Projects Agency", True),
        ("HIA", "Harbour Identity Agency", True),
        ("FBI", "Harbour Identity Agency", False),
        ("A", "Agency", False),
    ],
)
def test_abbreviations_are_made_of_the_first_letters(short: str, long: str, fits: bool) -> None:
    assert abbreviates(short, long) is fits


def test_a_surname_that_two_people_share_stays_an_entity_of_its_own() -> None:
    keys = entity_keys({"Ada Holm": "Person", "Per Holm": "Person", "Holm": "Person"}, {})
    assert keys["holm"] == "holm"


def test_wrong_cue_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match=r"en\.yml"):
        load_naming("en", tmp_path)
    (tmp_path / "en.weights.yml").write_text("camel: 3\n", "utf-8")
    with pytest.raises(SchemaError, match="camel"):
        load_weights("en", folder=tmp_path)


def test_a_body_named_before_its_unit_stays_a_body_of_its_own() -> None:
    first = entity_keys({"Orvanta": "Organization", "Orvanta Research": "Organization"}, {})
    assert first["orvanta"] == "orvanta"
    later = entity_keys({"Orvanta Research": "Organization", "Orvanta": "Organization"}, {})
    assert later["orvanta"] == "orvanta research"
    legal_form = entity_keys({"Orvanta": "Organization", "Orvanta Inc": "Organization"}, {})
    assert legal_form["orvanta"] == "orvanta inc"
