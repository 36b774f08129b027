"""Plain words for dates and closed lists."""

import pytest

from graph.enums import Modality, Status
from graph.reports.words import MODALITY, STATUS, count_words, date_words, modality_words, span_words, status_words


@pytest.mark.parametrize(
    ("edtf", "words"),
    [
        ("2019", "2019"),
        ("2019-06", "June 2019"),
        ("2019-06-11", "11 June 2019"),
        ("2019~", "about 2019"),
        ("2016/2018", "2016 – 2018"),
        ("2016/..", "since 2016"),
        ("../2018-02", "until February 2018"),
        ("2019-21", "2019-21"),
        ("some day", "some day"),
        (None, ""),
    ],
)
def test_a_date_reads_as_people_write_it(edtf: str | None, words: str) -> None:
    assert date_words(edtf) == words


def test_a_span_names_both_ends_only_when_they_differ() -> None:
    assert span_words("2016", "2018") == "2016 – 2018"
    assert span_words("2016", "2016") == "2016"
    assert span_words(None, None) == ""


def test_every_modality_and_status_has_words() -> None:
    assert set(MODALITY) == set(Modality)
    assert set(STATUS) == set(Status)
    assert modality_words("planned") == "planned or announced"
    assert status_words("disputed") == "disputed: affirmed and denied"
    assert modality_words("unheard of") == "unheard of"


def test_one_is_singular() -> None:
    assert count_words(1, "source") == "1 source"
    assert count_words(2, "source") == "2 sources"
    assert count_words(0, "entity", "entities") == "0 entities"
