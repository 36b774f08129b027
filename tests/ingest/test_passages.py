"""The interchange: passages in, predictions out, a bad line answered where it stands."""

import json
from typing import Any

import pytest
from spacy.language import Language

from ingest.passages import MOST_CHARACTERS, predict

pytestmark = pytest.mark.model

TEXT = "Calder Vision reportedly bought Ormond Systems in June 2019."


def line(ident: Any, text: Any = TEXT) -> str:
    return json.dumps({"id": ident, "text": text})


def test_a_prediction_has_every_field_of_the_format(nlp: Language) -> None:
    (row,) = predict([line("a")], nlp)
    assert set(row) == {"id", "mentions", "claims"}
    mention = next(mention for mention in row["mentions"] if mention["start"] == 0)
    assert 0.5 < mention.pop("probability") <= 1
    assert mention == {"start": 0, "end": 13, "type": "Organization"}
    (claim,) = row["claims"]
    assert 0 < claim.pop("probability") <= 1
    assert claim.pop("why")
    assert claim == {
        "predicate": "ACQUIRED",
        "subject": [0, 13],
        "object": [32, 46],
        "polarity": "affirmed",
        "modality": "alleged",
        "speaker": None,
        "happened": "2019-06",
    }


def test_offsets_are_those_of_the_text_as_given(nlp: Language) -> None:
    text = "  Ünïcode 相机 🎥 first.\r\n\r\n\tCalder Vision bought Ormond Systems.\n"
    (row,) = predict([line("a", text)], nlp)
    (claim,) = row["claims"]
    assert text[slice(*claim["subject"])] == "Calder Vision"
    assert text[slice(*claim["object"])] == "Ormond Systems"


def test_answers_come_in_the_order_of_the_lines_over_several_batches(nlp: Language) -> None:
    lines = [line(number, f"Calder Vision bought Ormond Systems in {1960 + number}.") for number in range(70)]
    rows = list(predict(lines, nlp))
    assert [row["id"] for row in rows] == list(range(70))
    assert [row["claims"][0]["happened"] for row in rows] == [str(1960 + number) for number in range(70)]


def test_the_same_passages_give_the_same_predictions(nlp: Language) -> None:
    lines = [line(1), line(2, "Ormond Systems denied that it used the PierFaces dataset.")]
    assert list(predict(lines, nlp)) == list(predict(lines, nlp))
    alone = [row for one in lines for row in predict([one], nlp)]
    assert alone == list(predict(lines, nlp))


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ("{", "no JSON"),
        ("[1, 2]", "object"),
        ("null", "object"),
        ('{"id": "x"}', '"text"'),
        ('{"text": "Calder Vision bought Ormond Systems."}', '"id"'),
        ('{"id": "x", "text": 7}', '"text"'),
        ('{"id": ["x"], "text": "y"}', '"id"'),
        (line("x", "a " * (MOST_CHARACTERS // 2 + 1)), "longer than"),
        ('{"id": "x", "text": "half a character: \\ud83d"}', "could not be read"),
        ("[" * 100_000, "no JSON"),
    ],
    ids=["broken", "list", "null", "no text", "no id", "number", "list as id", "too long", "surrogate", "deep"],
)
def test_a_line_that_cannot_be_read_is_answered_and_the_others_are_read(nlp: Language, bad: str, words: str) -> None:
    first, second, third = predict([line(1), bad, line(3)], nlp)
    assert words in second["error"]
    assert "claims" not in second
    assert (first["id"], third["id"]) == (1, 3)
    assert first["claims"] == third["claims"] != []


def test_a_line_that_is_no_json_is_named_by_its_number(nlp: Language) -> None:
    rows = list(predict(["", line("a"), "\n", "{"], nlp))
    assert [row["id"] for row in rows] == ["a", "line 4"]
    assert "line 4" in rows[1]["error"]


@pytest.mark.parametrize("text", ["", " \n ", ".", "🎥" * 50, "\u202e\u200b", "a" * 5000])
def test_a_text_that_says_nothing_yields_an_empty_prediction(nlp: Language, text: str) -> None:
    (row,) = predict([line("a", text)], nlp)
    assert row["claims"] == []


def test_markup_and_control_characters_are_only_text(nlp: Language) -> None:
    text = "<script>alert(1)</script> Calder Vision bought Ormond Systems.\x1b[31m"
    (row,) = predict([line("a", text)], nlp)
    assert json.loads(json.dumps(row)) == row
    assert all(0 <= each["start"] < each["end"] <= len(text) for each in row["mentions"])
