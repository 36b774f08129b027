"""The learned extractor: what it reads, how it is weighed, and what it must never do."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

from graph.enums import Verdict
from graph.errors import ConfigError
from graph.ids import document_id
from graph.ledger import add_review, open_ledger, record
from graph.records import Document, Extraction, Review
from graph.settings import Settings
from ingest.cli import main
from ingest.components.claims import claim_reader
from ingest.components.combining import Scores, load_combiner
from ingest.components.readings import LONGEST, windows
from ingest.extraction import extract
from ingest.gold import parse_gold
from ingest.learning.calibrating import calibrate
from ingest.learning.decoding import mentions_of
from ingest.learning.encoding import Encoder, case_of
from ingest.learning.examples import make_example
from ingest.learning.labels import distance_class, predicates, tags
from ingest.learning.loglinear import LogLinear
from ingest.learning.reviewed import reviewed_examples
from ingest.learning.runtime import FOLDER, PARTS, POSITIONS, LearnedModel
from ingest.pipeline import make_pipeline

TORCH = {"batches.py", "export.py", "fitting.py", "making.py", "model.py", "naming.py", "training.py", "tying.py"}


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder(FOLDER / "tokenizer.json")


# --- what is read --------------------------------------------------------------------------------------------------


@given(st.text(max_size=300))
def test_words_lie_in_the_text_in_order_and_every_piece_has_a_case(text: str) -> None:
    encoded = Encoder(FOLDER / "tokenizer.json").encode(text)
    ends = [0]
    for _, start, end in encoded.words:
        assert ends[-1] <= start < end <= len(text)
        ends.append(end)
    assert len(encoded.cases) == len(encoded.pieces)


def test_letter_case_is_kept_beside_the_lower_case_vocabulary(encoder: Encoder) -> None:
    assert encoder.encode("IBM").pieces == encoder.encode("ibm").pieces
    assert len({case_of(word) for word in ("ibm", "Ibm", "IBM", "iBM", "1", "MS1M", "I", "-")}) == 8


def test_an_annotated_passage_becomes_words_pairs_and_references(encoder: Encoder) -> None:
    lines = [
        "== x | news",
        "1. [Orvanta Labs|O1] deleted [StrideBank|D1]. [Halvor AS|O2] never used [it|D1~].",
        "> O1 WITHDREW D1 @1 asserted",
        '> not O2 USED D1 @1 reported by="Orvanta Labs"',
    ]
    (row,) = parse_gold(lines, "x")
    example = make_example(row, encoder.encode(row["text"]))
    said = {
        (pair.subject, predicates()[n], pair.object): pair.denied
        for pair in example.pairs
        for n, label in enumerate(pair.predicates)
        if label == 1.0
    }
    assert said[0, "WITHDREW", 1] == 0.0
    assert said[2, "USED", 3] == 1.0
    assert (3, 1, 1.0) in example.references
    assert example.tags[0] == tags().index("B-Organization")


@given(st.lists(st.lists(st.floats(-5, 5), min_size=37, max_size=37), max_size=12))
def test_any_scores_give_mentions_that_do_not_overlap(scores: list[list[float]]) -> None:
    assert len(tags()) == 37
    found = mentions_of(np.array(scores).reshape(-1, 37))
    ends = [-1]
    for tagged in found:
        assert ends[-1] < tagged.mention.first <= tagged.mention.last < len(scores)
        assert 0 < tagged.probability <= 1
        ends.append(tagged.mention.last)


@given(st.integers(-500, 500))
def test_distances_fall_into_classes_that_tell_the_direction(words: int) -> None:
    assert (distance_class(words) < 10) == (words >= 0)


@pytest.mark.model
@pytest.mark.parametrize(
    "text",
    [
        "Ormond Systems bought PierFaces. " * 400,
        "A" * 20_000,
        "Ä" * 1_000 + " Ormond Systems and Calder Vision " + "中" * 3_000,
        "— " * 9_000 + "Ormond Systems used PierFaces.",
        "[Link](x) " * 3_000,
    ],
    ids=["long", "one-word", "signs", "dashes", "links"],
)
def test_texts_of_any_length_and_script_are_read_in_windows_that_fit(nlp: Language, text: str) -> None:
    doc = nlp(text)
    assert all(len(each.reading.encoded.pieces) <= POSITIONS for each in doc._.readings)
    assert all(end - start <= LONGEST or len(text[start:end].split()) == 1 for start, end in windows(doc))


def test_a_window_is_read_the_same_alone_and_beside_others() -> None:
    model = LearnedModel()
    texts = [
        "Ormond Systems used PierFaces.",
        "Calder Vision, a Dutch firm, bought it in 2019 for £3m, say two people.",
    ]
    alone = [model.read(model.encode([text]))[0] for text in texts]
    for one, other in zip(alone, model.read(model.encode(texts)), strict=True):
        assert np.array_equal(one.tags, other.tags)


@pytest.mark.model
def test_no_name_of_a_long_text_is_left_out_silently(nlp: Language) -> None:
    names = [f"Orvanta{n} Systems" for n in range(60)]
    text = " ".join(f"{name} used PierFaces in its northern branch office." for name in names)
    read = [text[start:end] for start, end in windows(nlp(text))]
    assert all(any(name in part for part in read) for name in names)


# --- what is claimed -----------------------------------------------------------------------------------------------


@pytest.mark.model
def test_a_verb_of_one_sentence_claims_nothing_of_names_in_another(nlp: Language) -> None:
    found = claim_reader().read(nlp("Megvii used MS-Celeb-1M. SenseTime used MegaFace."))
    said = {(each.found.subject.mention.text, each.found.object.mention.text) for each in found}
    assert said == {("Megvii", "MS-Celeb-1M"), ("SenseTime", "MegaFace")}


@pytest.mark.model
@pytest.mark.parametrize(
    "text",
    [
        "Ormond Systems supplied Harlow Police with cameras, the Harlow Times reported on Monday.",
        "The Harlow Times reported that Ormond Systems had supplied cameras to Harlow Police.",
    ],
)
def test_who_reports_a_sale_has_not_sold_or_bought(nlp: Language, text: str) -> None:
    for each in claim_reader().read(nlp(text)):
        ends = {each.found.subject.mention.text, each.found.object.mention.text}
        assert "Harlow Times" not in ends, each.why


@pytest.mark.model
def test_a_claim_without_a_frame_says_what_it_was_read_off(nlp: Language) -> None:
    text = "Ada Holm, late of Tessera Optics, has written a book."
    learned = [each for each in claim_reader().read(nlp(text), floor=0.3) if each.extractor == "learned"]
    assert [each.found.frame.predicate for each in learned] == ["AFFILIATED_WITH"]
    assert re.match(r"learned 0\.\d\d \(.+\)", learned[0].why)


probability = st.floats(0, 1)


@given(probability, probability, probability, st.floats(-8, 0))
def test_more_evidence_never_makes_a_claim_less_likely(frame: float, one: float, other: float, names: float) -> None:
    combiner = load_combiner()
    low, high = sorted((one, other))
    for each in (None, frame):
        less, more = (combiner.probability(each, Scores(parse, names)) for parse in (low, high))
        assert 0 < less <= more < 1
    assert combiner.probability(frame, None) == frame


# --- the weights ---------------------------------------------------------------------------------------------------


def test_a_file_that_is_not_the_one_of_the_card_is_refused_by_name(tmp_path: Path) -> None:
    for name in (*PARTS, "SHA256SUMS"):
        shutil.copy(FOLDER / name, tmp_path / name)
    assert LearnedModel(tmp_path).folder == tmp_path
    broken = bytearray((tmp_path / "heads.onnx").read_bytes())
    broken[1000] ^= 1
    (tmp_path / "heads.onnx").write_bytes(broken)
    with pytest.raises(ConfigError, match=r"heads\.onnx") as caught:
        LearnedModel(tmp_path)
    assert "sightlines train" in caught.value.hint


def test_the_card_names_the_data_and_its_licences_and_the_hash_of_every_file() -> None:
    card = (FOLDER / "MODEL_CARD.md").read_text("utf-8")
    for line in (FOLDER / "SHA256SUMS").read_text("utf-8").splitlines():
        value, name = line.split()
        assert f"`{name}` {value}" in card
    for word in ("CC0", "MIT", "Apache-2.0", "CC BY 4.0", "Limits"):
        assert word in card
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 30_000_000


def test_reading_needs_no_torch() -> None:
    folder = FOLDER.parent
    users = {
        path.name for path in folder.glob("*.py") if re.search(r"^\s*(?:import|from) torch", path.read_text(), re.M)
    }
    assert users == TORCH
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "from graph.settings import Settings\nfrom ingest.pipeline import make_pipeline\n"
        "print(len(make_pipeline(Settings())('Megvii used MS-Celeb-1M.')._.readings))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert ran.stdout.strip() == "1", ran.stderr


def test_reasons_of_equal_weight_stand_in_one_order_in_every_run() -> None:
    names = [f"feature {letter}" for letter in "hgfedcba"]
    model = LogLinear(names, np.ones((8, len(predicates()))), np.zeros(len(predicates())))
    assert model.reasons(frozenset(names), predicates()[0], most=8) == sorted(names)


def test_training_without_its_extra_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    passages = tmp_path / "a.txt"
    passages.write_text("")
    ran = CliRunner().invoke(main, ["train", str(passages), "--output", str(tmp_path / "out")])
    assert ran.exit_code != 0
    assert "sightlines[train]" in ran.output


def test_a_log_linear_model_survives_being_saved(tmp_path: Path) -> None:
    weights = np.zeros((2, len(predicates())))
    weights[0, 3], weights[1, 3] = 2.0, -1.0
    model = LogLinear(["a b", "c\nd"], weights, np.zeros(len(predicates())))
    model.save(tmp_path / "pairs.npz")
    again = LogLinear.load(tmp_path / "pairs.npz")
    assert np.allclose(again.probabilities({"a b", "c\nd", "unknown"}), model.probabilities({"a b", "c\nd"}), atol=1e-3)
    assert again.reasons({"a b", "c\nd"}, predicates()[3]) == ["a b"]


@pytest.mark.model
def test_new_weights_are_calibrated_before_they_have_a_calibration(tmp_path: Path) -> None:
    for name in (*PARTS, "pairs.npz", "en.weights.yml", "SHA256SUMS"):
        shutil.copy(FOLDER / name, tmp_path / name)
    lines = [
        "== x | news",
        "1. [Orvanta Labs|O1] used [StrideBank|D1].",
        "> O1 USED D1 @1 asserted",
    ]
    calibrate(list(parse_gold(lines, "x")), make_pipeline(Settings(), weights=tmp_path), tmp_path)
    combiner = load_combiner(tmp_path)
    assert combiner.probability(0.8, Scores(0.99, 0.0)) > combiner.probability(0.8, Scores(0.01, 0.0))


# --- verdicts ------------------------------------------------------------------------------------------------------


@pytest.mark.model
@pytest.mark.parametrize(
    ("verdict", "label"), [(Verdict.ACCEPTED, 1.0), (Verdict.REJECTED, 0.0), (Verdict.UNSURE, None)]
)
def test_a_verdict_becomes_an_example(
    tmp_path: Path, nlp: Language, encoder: Encoder, verdict: Verdict, label: float | None
) -> None:
    text = "Some words first. Megvii used MS-Celeb-1M."
    document = Document(
        id=document_id("x", text), address="x", headline="", text=text, kind="text", language="en",
        retrieved="2026-01-01T00:00:00Z", reader="t", raw=b"", raw_hash="",
    )  # fmt: skip
    (extraction,) = extract([document], nlp)
    assert isinstance(extraction, Extraction)
    (evidence,) = extraction.evidence
    with open_ledger(f"sqlite:///{tmp_path / 'l.sqlite'}") as ledger:
        record(ledger, extraction)
        add_review(ledger, Review(target=evidence.id, verdict=verdict, by="me", at="2026-01-01T00:00:00Z"))
        examples = reviewed_examples(ledger, encoder)
    told = [pair.predicates[predicates().index("USED")] for each in examples for pair in each.pairs]
    assert told == ([] if label is None else [label])
