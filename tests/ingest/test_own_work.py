"""What a paper says of its own experiments: which data it used, and on what its own model was tried."""

import pytest
from spacy.language import Language

from ingest.passages import prediction

pytestmark = pytest.mark.model

TITLE = "Gait recognition without silhouettes in crowded streets\n\n"


def said(nlp: Language, text: str) -> set[tuple[str, str, str]]:
    """Return (predicate, words of the subject, words of the object) of what is claimed."""
    return {
        (claim["predicate"], text[slice(*claim["subject"])], text[slice(*claim["object"])])
        for claim in prediction(nlp(text))["claims"]
    }


def used(nlp: Language, body: str) -> set[str]:
    return {obj for predicate, _, obj in said(nlp, TITLE + body) if predicate == "USED"}


@pytest.mark.parametrize(
    "body",
    [
        "We propose a new loss. Our method achieves better results than earlier losses on the StrideBank dataset.",
        "We propose a new loss. Our approach, evaluated on StrideBank, is accurate without bells and whistles.",
        "We propose a new loss. Extensive experiments on the StrideBank dataset show that our method wins.",
    ],
)
def test_a_comparison_in_the_sentence_hides_no_dataset_that_was_tried(nlp: Language, body: str) -> None:
    assert "StrideBank" in used(nlp, body)


def test_a_dataset_that_the_paper_is_set_against_is_not_used(nlp: Language) -> None:
    body = (
        "We collect new films. Unlike the StrideBank dataset, our experiments cover rain. We test our method at night."
    )
    assert not used(nlp, body)


def test_what_our_method_is_tried_on_is_what_the_one_named_model_is(nlp: Language) -> None:
    text = (
        TITLE + "We propose a network called WalkNet. Experiments on the StrideBank dataset show that our method wins."
    )
    assert ("TRAINED_ON", "WalkNet", "StrideBank") in said(nlp, text)


def test_two_proposed_models_are_not_confused(nlp: Language) -> None:
    text = TITLE + (
        "We propose a network called WalkNet and a detector called FootNet. "
        "Experiments on the StrideBank dataset show that our method wins."
    )
    assert not [claim for claim in said(nlp, text) if claim[0] == "TRAINED_ON"]


def test_a_model_that_is_only_compared_with_is_not_the_papers_own(nlp: Language) -> None:
    text = TITLE + "We compare with OldNet. Experiments on the StrideBank dataset show that our method wins."
    assert not [claim for claim in said(nlp, text) if claim[0] == "TRAINED_ON"]
