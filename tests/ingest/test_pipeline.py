import pytest
from spacy.language import Language

from graph.errors import UnsupportedSource
from graph.settings import Settings
from ingest.components.paragraphs import sentence_spans
from ingest.pipeline import load_recipe, make_pipeline
from ingest.text import normalise

pytestmark = pytest.mark.model


def sentences(nlp: Language, text: str) -> list[str]:
    return [span.text for span in sentence_spans(nlp(normalise(text)))]


def test_a_language_without_a_recipe_is_refused_with_the_list_of_those_that_have_one() -> None:
    with pytest.raises(UnsupportedSource) as caught:
        make_pipeline(Settings(language="xx"))
    assert "en" in caught.value.hint


def test_every_component_of_the_recipe_is_in_the_pipeline(nlp: Language) -> None:
    names = [step.name for step in load_recipe("en").components]
    assert set(names) <= set(nlp.pipe_names)
    assert [name for name in nlp.pipe_names if name in names and name != names[0]] == names[1:]


def test_a_headline_is_a_sentence_of_its_own(nlp: Language) -> None:
    text = "Tessera buys rival Lumiq\n\nThe camera maker said on Monday that it had agreed to buy Lumiq."
    assert sentences(nlp, text)[0] == "Tessera buys rival Lumiq"


def test_abbreviations_end_no_sentence(nlp: Language) -> None:
    text = "Kestrel Systems Inc. sold the cameras to Dr. Mbeki's office. The office paid in May."
    assert sentences(nlp, text) == [
        "Kestrel Systems Inc. sold the cameras to Dr. Mbeki's office.",
        "The office paid in May.",
    ]


def test_names_with_digits_are_one_token_and_compounds_with_based_are_not(nlp: Language) -> None:
    tokens = [token.text for token in nlp("A Jena-based firm trained on MS-Celeb-1M, Plaza-2k and IJB-A.")]
    assert {"MS-Celeb-1M", "Plaza-2k", "IJB-A", "Jena"} <= set(tokens)


def test_an_advert_inside_an_article_is_no_body(nlp: Language) -> None:
    doc = nlp("Cameras at the quay\n\nSign up to our newsletter\n\nTessera sold the cameras.")
    assert [span._.body for span in sentence_spans(doc)] == [True, False, True]
