"""When it happened, as EDTF: read from the words of the clause, never guessed."""

import pytest
from spacy.language import Language

from ingest.components.time import dates
from ingest.passages import prediction

FORMS = [
    ("in 2019", "2019"),
    ("in early 2018", "2018"),
    ("in June 2019", "2019-06"),
    ("in Sept. 2019", "2019-09"),
    ("in June, 2019", "2019-06"),
    ("on 6 June 2019", "2019-06-06"),
    ("on June 6, 2019", "2019-06-06"),
    ("on 31st of May 2019", "2019-05-31"),
    ("on 2019-06-06", "2019-06-06"),
    ("between 2016 and 2019", "2016/2019"),
    ("from March 2016 to June 2019", "2016-03/2019-06"),
    ("from 2016–2018", "2016/2018"),
    ("until June 2019", "../2019-06"),
    ("since 2016", "2016/.."),
    ("since the protests of 2018", "2018/.."),
    ("after 2014", "2014/.."),
    ("from 2016 onwards", "2016/.."),
    ("in 2018 and 2019", "2018/2019"),
    ("between March and May 2020", "2020-03/2020-05"),
    ("in the summer of 2019", "2019"),
    ("in 2017-03", "2017-03"),
    ("in 2016-2018", "2016/2018"),
]


@pytest.mark.parametrize(("words", "edtf"), FORMS, ids=[words for words, _ in FORMS])
def test_each_wording_of_a_time_has_its_edtf(words: str, edtf: str) -> None:
    assert [found.edtf for found in dates(words)] == [edtf]


@pytest.mark.parametrize(
    "words", ["last year", "on Monday", "a set of 2019 images", "in room 1701", "for 30 days", "route 2022-7", ""]
)
def test_what_names_no_calendar_time_is_no_date(words: str) -> None:
    assert dates(words) == []


def test_a_date_knows_where_it_stands() -> None:
    words = "It was sold on 6 June 2019 for scrap."
    (found,) = dates(words, offset=100)
    assert words[found.start - 100 : found.end - 100] == "6 June 2019"


def happened(nlp: Language, text: str, predicate: str) -> list[str | None]:
    return [claim["happened"] for claim in prediction(nlp(text))["claims"] if claim["predicate"] == predicate]


@pytest.mark.model
@pytest.mark.parametrize(("words", "edtf"), FORMS, ids=[words for words, _ in FORMS])
def test_a_time_in_the_clause_is_when_it_happened(nlp: Language, words: str, edtf: str) -> None:
    assert happened(nlp, f"Ormond Systems used the PierFaces dataset {words}.", "USED") == [edtf]


@pytest.mark.model
@pytest.mark.parametrize(
    "text",
    [
        "In 2017, Lena Marsh said that Ormond Systems had used the PierFaces dataset.",
        "Ormond Systems has used the PierFaces dataset for years, the Harlow Times reported on 3 March 2020.",
        "According to a letter, Ormond Systems used the PierFaces dataset, Lena Marsh wrote in 2018.",
    ],
)
def test_the_date_of_saying_is_not_the_date_of_doing(nlp: Language, text: str) -> None:
    assert happened(nlp, text, "USED") == [None]


@pytest.mark.model
def test_of_both_dates_the_deed_takes_its_own(nlp: Language) -> None:
    text = "Lena Marsh said in 2020 that Calder Vision had bought Ormond Systems in 2019."
    assert happened(nlp, text, "ACQUIRED") == ["2019"]


@pytest.mark.model
@pytest.mark.parametrize(
    "text",
    [
        "Calder Vision, which was founded in 2011, bought Ormond Systems.",
        "Calder Vision was founded in 2011. It bought Ormond Systems.",
        "The year 2011 was hard.\n\nCalder Vision bought Ormond Systems.",
        "Calder Vision bought Ormond Systems.\n\nRelated articles\n\nCameras in the park\n12 May 2021",
    ],
)
def test_a_date_of_something_else_is_not_taken(nlp: Language, text: str) -> None:
    assert happened(nlp, text, "ACQUIRED") == [None]


@pytest.mark.model
def test_of_two_deeds_in_one_clause_none_takes_the_date_of_the_other(nlp: Language) -> None:
    text = "Calder Vision bought Ormond Systems in 2019 and Tern Robotics in 2021."
    claims = prediction(nlp(text))["claims"]
    own = {"Ormond Systems": {None, "2019"}, "Tern Robotics": {None, "2021"}}
    assert claims
    assert all(claim["happened"] in own[text[slice(*claim["object"])]] for claim in claims)


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("Ormond Systems stopped using the PierFaces dataset in 2019.", "../2019"),
        ("Ormond Systems used the PierFaces dataset after 2019.", "2019/.."),
    ],
)
def test_the_end_or_the_beginning_of_a_use_is_an_open_time(nlp: Language, text: str, edtf: str) -> None:
    assert happened(nlp, text, "USED") == [edtf]
