"""Assertion and time of two marked spans, without a frame: what a learned reader asks for."""

import re
from dataclasses import dataclass

import pytest
from spacy.language import Language

from ingest.components.pairs import PairReader
from ingest.rules import load_cues

pytestmark = pytest.mark.model


@dataclass(frozen=True)
class Reading:
    polarity: str
    modality: str
    speaker: str | None
    when: str | None


def read(nlp: Language, marked: str, predicate: str | None = None) -> Reading:
    """Read the pair that is marked by brackets: "[Orvanta] used [PierFaces]"; the sentence is that of the second."""
    text, begins = "", []
    for part in re.split(r"(\[[^\]]+\])", marked):
        begins += [(len(text), len(text) + len(part) - 2)] if part.startswith("[") else []
        text += part.strip("[]")
    doc = nlp(text)
    first, second = (span for offsets in begins if (span := doc.char_span(*offsets, alignment_mode="expand")))
    said, dated = PairReader(load_cues()).of_pair(first, second, second.sent, predicate=predicate)
    speaker = said.speakers[0].text if said.speakers else None
    return Reading(str(said.polarity), str(said.modality), speaker, dated.edtf if dated else None)


PAIRS = [
    ("[Orvanta] used [PierFaces] in 2019.", Reading("affirmed", "asserted", None, "2019")),
    ("[Orvanta] did not use [PierFaces].", Reading("denied", "asserted", None, None)),
    ("[PierFaces] was never used by [Orvanta].", Reading("denied", "asserted", None, None)),
    ("Lena Marsh said that [Orvanta] may have used [PierFaces].", Reading("affirmed", "possible", "Lena Marsh", None)),
    ("Lena Marsh accused [Orvanta] of using [PierFaces].", Reading("affirmed", "alleged", "Lena Marsh", None)),
    ("[Orvanta] denied that it had used [PierFaces].", Reading("denied", "reported", "Orvanta", None)),
    (
        "[PierFaces], two newspapers say, was used by [Orvanta].",
        Reading("affirmed", "reported", "two newspapers", None),
    ),
    ("[PierFaces] was used by Calder, not by [Orvanta].", Reading("denied", "asserted", None, None)),
    ("[Orvanta] used nothing from [PierFaces].", Reading("denied", "asserted", None, None)),
    ("The [Orvanta] bid for [Calder Vision] was blocked.", Reading("denied", "asserted", None, None)),
    ("Calder sold cameras in 2016; [Orvanta] used [PierFaces].", Reading("affirmed", "asserted", None, None)),
    ("The firm does not use cameras; [Orvanta] used [PierFaces].", Reading("affirmed", "asserted", None, None)),
    ("Lena Marsh said that [Orvanta]'s [PierFaces] dataset was not used.", Reading("affirmed", "asserted", None, None)),
    ("[Orvanta] plans to use [PierFaces].", Reading("affirmed", "planned", None, None)),
]


@pytest.mark.parametrize(("marked", "reading"), PAIRS, ids=[marked for marked, _ in PAIRS])
def test_a_pair_is_read_by_the_words_that_tie_it(nlp: Language, marked: str, reading: Reading) -> None:
    assert read(nlp, marked) == reading


ENDED = [
    ("[Orvanta] will stop using [PierFaces].", "USED", Reading("affirmed", "asserted", None, None)),
    ("[Lena Marsh] left [Orvanta] in 2019.", "AFFILIATED_WITH", Reading("affirmed", "asserted", None, "../2019")),
    ("[Orvanta] withdrew [PierFaces] in 2019.", "WITHDREW", Reading("affirmed", "asserted", None, "2019")),
    (
        "[Orvanta], which was founded in [Turku] in 2011, grew.",
        "LOCATED_IN",
        Reading("affirmed", "asserted", None, None),
    ),
]


@pytest.mark.parametrize(("marked", "predicate", "reading"), ENDED, ids=[marked for marked, _, _ in ENDED])
def test_what_ends_was_so_until_then(nlp: Language, marked: str, predicate: str, reading: Reading) -> None:
    assert read(nlp, marked, predicate) == reading


def test_an_end_outside_of_the_sentence_leaves_the_reading_to_the_other(nlp: Language) -> None:
    marked = "[Orvanta] is a firm. It has never used [PierFaces]."
    assert read(nlp, marked) == Reading("denied", "asserted", None, None)
