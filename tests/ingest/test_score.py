"""What the figures of a report mean, on rows small enough to count by hand."""

import json
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from spacy.language import Language

from graph.errors import SourceError
from ingest.cli import main
from ingest.passages import predict
from ingest.score import score

TEXT = "Orvana used PierSet. The firm said Velm Labs had bought it in 2019."


def span(words: str, text: str = TEXT) -> list[int]:
    start = text.index(words)
    return [start, start + len(words)]


def mention(words: str, *entities: str, nominal: bool = False) -> dict[str, Any]:
    start, end = span(words)
    return {"start": start, "end": end, "entities": list(entities), "nominal": nominal}


def gold_claim(subject: str, predicate: str, obj: str, **values: Any) -> dict[str, Any]:
    base = {"subject": subject, "predicate": predicate, "object": obj, "polarity": "affirmed", "modality": "asserted"}
    return {**base, **values}


def claim(subject: str, predicate: str, obj: str, **values: Any) -> dict[str, Any]:
    base = {"predicate": predicate, "polarity": "affirmed", "modality": "asserted", "speaker": None, "happened": None}
    return {**base, "subject": span(subject), "object": span(obj), "probability": 1.0, **values}


GOLD = {
    "id": "one",
    "genre": "news",
    "text": TEXT,
    "entities": [
        {"id": "O1", "type": "Organization", "names": ["Orvana"]},
        {"id": "O2", "type": "Organization", "names": ["Velm Labs"]},
        {"id": "D1", "type": "Dataset", "names": ["PierSet"]},
    ],
    "mentions": [
        mention("Orvana", "O1"),
        mention("PierSet", "D1"),
        mention("The firm", "O1", nominal=True),
        mention("Velm Labs", "O2"),
    ],
    "claims": [
        gold_claim("O1", "USED", "D1"),
        gold_claim("O2", "ACQUIRED", "O1", modality="reported", by="The firm", when="2019"),
    ],
}
RIGHT = [
    claim("Orvana", "USED", "PierSet"),
    claim("Velm Labs", "ACQUIRED", "The firm", modality="reported", speaker="the firm", happened="2019"),
]


def figures(*claims: dict[str, Any], gold: dict[str, Any] = GOLD, **options: Any) -> dict[str, Any]:
    return dict(score([gold], [{"id": "one", "claims": list(claims)}], **options).figures)


def test_all_claims_right_score_one() -> None:
    found = figures(*RIGHT)
    assert (found["claim P"], found["claim R"], found["claim F1"]) == (1.0, 1.0, 1.0)
    assert (found["modality"], found["speaker F1"], found["happened F1"]) == (1.0, 1.0, 1.0)
    assert found["calibration error"] == 0.0


def test_one_right_one_wrong_one_missed_is_half_of_everything() -> None:
    found = figures(RIGHT[0], claim("Orvana", "ACQUIRED", "PierSet"))
    assert (found["claim P"], found["claim R"], found["claim F1"]) == (0.5, 0.5, 0.5)


def test_no_prediction_at_all_is_zero_and_no_division_error() -> None:
    found = figures()
    assert (found["claim P"], found["claim R"], found["claim F1"], found["modality"]) == (0.0, 0.0, 0.0, 0.0)


def test_no_passages_at_all_are_zero() -> None:
    assert set(score([], []).figures.values()) == {0}


@pytest.mark.parametrize("change", [{"polarity": "denied"}, {"predicate": "TRAINED_ON"}])
def test_a_claim_with_the_wrong_polarity_or_predicate_is_wrong(change: dict[str, str]) -> None:
    assert figures({**RIGHT[0], **change})["claim P"] == 0.0


def test_swapped_ends_are_wrong_unless_the_predicate_is_symmetric() -> None:
    assert figures(claim("PierSet", "USED", "Orvana"))["claim P"] == 0.0
    both_ways = deepcopy(GOLD)
    both_ways["claims"] = [gold_claim("O2", "PARTNERED_WITH", "O1")]
    for ends in (("Orvana", "Velm Labs"), ("Velm Labs", "Orvana")):
        assert figures(claim(ends[0], "PARTNERED_WITH", ends[1]), gold=both_ways)["claim F1"] == 1.0


def test_any_mention_of_the_right_entity_will_do_and_repeats_count_once() -> None:
    found = figures(*RIGHT, claim("The firm", "USED", "PierSet", probability=0.5))
    assert (found["claim P"], found["claim R"]) == (1.0, 1.0)


def test_a_span_must_share_half_of_the_shorter_one() -> None:
    start, _ = span("Velm Labs")
    assert figures({**RIGHT[1], "subject": [start, start + 4]})["claim P"] == 1.0
    assert figures({**RIGHT[1], "subject": [start - 12, start + 2]})["claim P"] == 0.0


def test_claims_below_the_floor_count_as_not_predicted_but_still_calibrate() -> None:
    weak = {**RIGHT[1], "probability": 0.25}
    found = figures(RIGHT[0], weak, min_probability=0.5)
    assert (found["claim P"], found["claim R"]) == (1.0, 0.5)
    assert found["calibration error"] == pytest.approx(0.75 / 2)


def test_of_two_readings_of_one_claim_the_likelier_is_measured() -> None:
    sure, unsure = {**RIGHT[1], "probability": 0.9}, {**RIGHT[1], "modality": "planned", "probability": 0.3}
    assert figures(unsure, sure)["modality"] == 1.0
    assert figures({**unsure, "probability": 0.9}, {**sure, "probability": 0.3})["modality"] == 0.0


def test_modality_in_groups_forgives_reported_for_alleged_but_not_for_planned() -> None:
    alleged, planned = {**RIGHT[1], "modality": "alleged"}, {**RIGHT[1], "modality": "planned"}
    assert (figures(alleged)["modality"], figures(alleged)["modality group"]) == (0.0, 1.0)
    assert figures(planned)["modality group"] == 0.0


def test_a_speaker_may_be_worded_longer_but_a_date_must_be_equal() -> None:
    found = figures({**RIGHT[1], "speaker": "the firm itself", "happened": "2019-01"})
    assert (found["speaker F1"], found["happened F1"]) == (1.0, 0.0)


def test_mentions_need_the_exact_span_and_type_and_nominals_are_not_asked_for() -> None:
    mentions = [
        {"start": 0, "end": 6, "type": "Organization"},  # Orvana
        {"start": 12, "end": 19, "type": "Product"},  # PierSet, of the wrong type
    ]
    found = score([GOLD], [{"id": "one", "mentions": mentions}]).figures
    assert (found["mention P"], found["mention R"]) == (0.5, pytest.approx(1 / 3))
    assert found["span F1 (any type)"] == pytest.approx(0.8)


def test_the_interval_holds_the_figure_and_is_the_same_each_time() -> None:
    gold = [{**GOLD, "id": f"p{i}"} for i in range(12)]
    predicted = [{"id": f"p{i}", "claims": RIGHT[: i % 3]} for i in range(12)]
    first, second = score(gold, predicted).figures, score(gold, predicted).figures
    assert first == second
    assert first["claim F1 low"] < first["claim F1"] < first["claim F1 high"]


def test_a_table_by_predicate_counts_false_claims_too() -> None:
    rows = [{"id": "one", "claims": [RIGHT[0], claim("Velm Labs", "SUPPLIED", "Orvana")]}]
    assert score([GOLD], rows, by="predicate").table == (
        "USED                 P 1.00 R 1.00 F1 1.00 gold 1",
        "ACQUIRED             P 0.00 R 0.00 F1 0.00 gold 1",
        "SUPPLIED             P 0.00 R 0.00 F1 0.00 gold 0",
    )


def test_a_table_by_genre_has_a_row_for_each() -> None:
    gold = [GOLD, {**GOLD, "id": "two", "genre": "paper"}]
    table = score(gold, [{"id": "one", "claims": RIGHT}], by="genre").table
    assert [row.split()[0] for row in table] == ["news", "paper"]
    assert "F1 1.00" in table[0]
    assert "F1 0.00" in table[1]


def test_errors_name_what_was_missed_and_what_was_false() -> None:
    rows = [{"id": "one", "claims": [RIGHT[0], claim("Velm Labs", "SUPPLIED", "Orvana")]}]
    report = score([GOLD, {**GOLD, "id": "two"}], rows, errors=1)
    assert report.errors == (
        f"\none: {TEXT}",
        "  missed affirmed Velm Labs ACQUIRED Orvana",
        "  false  affirmed Velm Labs SUPPLIED Orvana",
    )


def test_a_passage_without_prediction_counts_and_is_noted() -> None:
    report = score([GOLD, {**GOLD, "id": "two"}], [{"id": "one", "claims": RIGHT}, {"id": "three"}])
    assert report.figures["claim R"] == 0.5
    assert report.notes == (
        "1 of 2 gold passages have no prediction: counted as empty",
        "1 predictions belong to no gold passage: left out",
    )


@pytest.mark.parametrize(
    "bad",
    [
        {"predicate": "USED"},
        {**RIGHT[0], "subject": [0]},
        {**RIGHT[0], "subject": ["a", "b"]},
        {**RIGHT[0], "probability": float("nan")},
        {**RIGHT[0], "probability": "high"},
        {**RIGHT[0], "predicate": None},
        "USED",
    ],
    ids=str,
)
def test_a_prediction_that_cannot_be_read_is_noted_and_the_others_are_measured(bad: Any) -> None:
    gold = [GOLD, {**GOLD, "id": "two"}]
    report = score(gold, [{"id": "one", "claims": [bad]}, {"id": "two", "claims": RIGHT}], by="predicate", errors=2)
    assert (report.figures["claim P"], report.figures["claim R"]) == (1.0, 0.5)
    assert "'one' can't be read" in report.notes[0]


@pytest.mark.parametrize("lack", ["text", "genre", "claims", "mentions", "entities"])
def test_a_gold_row_that_lacks_something_is_an_error_that_names_it(lack: str) -> None:
    with pytest.raises(SourceError, match="'one'"):
        score([{key: value for key, value in GOLD.items() if key != lack}], [])


# --- beside the tool by which the extractor is measured from outside --------------------------------------------------


def _perturbed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Real predictions, some spoilt in ways that each figure must notice, some left out."""
    rows = deepcopy(rows)
    for number, row in enumerate(rows):
        for place, each in enumerate(row["claims"]):
            each["probability"] = round(0.05 + (number * 7 + place * 13) % 95 / 100, 2)
            if number % 5 == 1:
                each["polarity"] = "denied"
            if number % 5 == 2:
                each["subject"], each["object"] = each["object"], each["subject"]
            if number % 5 == 3:
                each["modality"], each["speaker"], each["happened"] = "planned", "the company", "2019"
            if number % 7 == 4:
                del each["probability"], each["polarity"]
        if number % 5 == 4:
            row["claims"] += row["claims"]
            row["mentions"] = [{**each, "end": each["end"] + 1} for each in row["mentions"]]
    return [row for number, row in enumerate(rows) if number % 11]


@pytest.fixture(scope="module")
def measured(shared: Path, nlp: Language, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Files of gold, of real predictions, and of spoilt ones, from the first passages of each training file."""
    folder = tmp_path_factory.mktemp("score")
    tools = shared / "tools"
    if not (tools / "score_claims.py").is_file() or not (tools / "claimtext.py").is_file():
        pytest.skip("needs the measuring tools in the test data")
    files = sorted((shared / "data" / "claims" / "train").glob("*.txt"))[:5]
    printed = subprocess.run(
        [sys.executable, tools / "claimtext.py", "json", *files], capture_output=True, text=True, check=True
    )
    gold = [json.loads(line) for line in printed.stdout.splitlines()][:150]
    real = list(predict([json.dumps({"id": row["id"], "text": row["text"]}) for row in gold], nlp))
    assert sum(len(row["claims"]) for row in real) > 30, "too few claims to compare anything"
    paths = {}
    for name, rows in (("gold", gold), ("real", real), ("spoilt", _perturbed(real)), ("none", [])):
        paths[name] = folder / f"{name}.jsonl"
        paths[name].write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    paths["tool"] = tools / "score_claims.py"
    return paths


@pytest.mark.model
@pytest.mark.parametrize("predicted", ["real", "spoilt", "none"])
@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--json"],
        ["--by", "predicate", "--errors", "9"],
        ["--by", "genre", "--errors", "1000", "--min-probability", "0.4"],
    ],
    ids=" ".join,
)
def test_the_command_prints_what_the_outside_tool_prints(
    measured: dict[str, Path], predicted: str, options: list[str]
) -> None:
    files = [str(measured["gold"]), str(measured[predicted])]
    theirs = subprocess.run(
        [sys.executable, str(measured["tool"]), *files, *options], capture_output=True, text=True, check=True
    )
    ours = CliRunner().invoke(main, ["score", *files, *options])
    assert ours.exit_code == 0, ours.output
    assert ours.stdout == theirs.stdout
