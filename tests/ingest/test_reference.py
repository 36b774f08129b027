"""Whom phrases that are no names stand for: and nobody, where two would do."""

import re

import pytest
from spacy.language import Language
from spacy.tokens import Span

from ingest.components.antecedents import Antecedents
from ingest.components.names import GROUP
from ingest.rules import load_cues

pytestmark = pytest.mark.model
LETTERS = {"O": "Organization", "P": "Person", "D": "Dataset", "M": "Model", "R": "Product", "F": "Platform"}


def stands_for(nlp: Language, marked: str) -> list[str]:
    """Return the names that the phrase in double brackets stands for; `[name|O]` marks a mention with its type."""
    text, names, asked = "", [], (0, 0)
    for part in re.split(r"(\[\[[^\]]+\]\]|\[[^\]]+\])", marked):
        plain, _, letter = part.strip("[]").partition("|")
        place = (len(text), len(text) + len(plain))
        if part.startswith("[["):
            asked = place
        elif part.startswith("["):
            names.append((*place, LETTERS[letter]))
        text += plain
    doc = nlp(text)
    spans = [doc.char_span(start, end, label=label, alignment_mode="expand") for start, end, label in names]
    doc.spans[GROUP] = [span for span in spans if span is not None]
    phrase = doc.char_span(*asked, alignment_mode="expand")
    assert isinstance(phrase, Span)
    return [mention.text for mention in Antecedents(doc, load_cues()).of_span(phrase)]


ONE = [
    ("[Orvanta|O] made [PierFaces|D]. [[The database]] holds faces.", "PierFaces"),
    ("[Orvanta|O] made [PierFaces|D]. [[The firm]] sells cameras.", "Orvanta"),
    ("[Orvanta|O] said that [[it]] had never used [PierFaces|D].", "Orvanta"),
    ("[Orvanta|O] made [PierFaces|D]. Then [Calder|O] withdrew [[it]].", "PierFaces"),
    ("[Orvanta|O] made [PierFaces|D]. It put [[it]] on [Hostbay|F].", "PierFaces"),
    ("[Orvanta|O] bought [Calder|O] in May. [Lena Marsh|P] left. [[She]] sells boats.", "Lena Marsh"),
    (
        "The [Institute for Queue Research|O] and [Orvanta|O] met. A copy stayed with the [[institute]].",
        "Institute for Queue Research",
    ),
    ("The [Harlow Bank|O] hired [Orvanta|O]. [[The bank]] knew nothing.", "Harlow Bank"),
    ("[Orvanta|O] trained [TideNet|M] on [PierFaces|D]. [[The model]] is fast.", "TideNet"),
]


@pytest.mark.parametrize(("marked", "name"), ONE, ids=[marked for marked, _ in ONE])
def test_a_phrase_stands_for_the_entity_that_fits_and_leads(nlp: Language, marked: str, name: str) -> None:
    assert stands_for(nlp, marked) == [name]


SEVERAL = [
    ("[Orvanta|O], [Calder|O] and [Tern|O] met. [[The latter two]] used [PierFaces|D].", ["Calder", "Tern"]),
    ("[Orvanta|O] and [Calder|O] met. [[Both companies]] used [PierFaces|D].", ["Orvanta", "Calder"]),
    ("[Orvanta|O] and [Calder|O] met. [[The former]] used [PierFaces|D].", ["Orvanta"]),
    ("[Orvanta|O] and [Calder|O] met. [[The latter]] used [PierFaces|D].", ["Calder"]),
    ("[Orvanta|O], [Calder|O] and [Tern|O] met. [[The first]] used [PierFaces|D].", ["Orvanta"]),
    ("[Orvanta|O] and [Calder|O] met. Neither firm sold to [[either of them]].", ["Orvanta", "Calder"]),
]


@pytest.mark.parametrize(("marked", "names"), SEVERAL, ids=[marked for marked, _ in SEVERAL])
def test_a_phrase_picks_from_the_list_before_it(nlp: Language, marked: str, names: list[str]) -> None:
    assert stands_for(nlp, marked) == names


@pytest.mark.parametrize(
    "marked",
    [
        "Reports name [Orvanta|O] and [Calder|O]. [[The firm]] denied it.",
        "[[It]] was sold in May.",
        "[Orvanta|O], [Calder|O] and [Tern|O] met. [[Both companies]] used [PierFaces|D].",
        "[Orvanta|O] made it.\n\nThe sea was calm.\n\nMen fished.\n\n[[The firm]] denied it.",
        "[PierFaces|D] is large. [[She]] sells boats.",
    ],
)
def test_where_nobody_or_more_than_one_would_do_nobody_is_named(nlp: Language, marked: str) -> None:
    assert stands_for(nlp, marked) == []


def test_wanted_types_narrow_the_choice(nlp: Language) -> None:
    doc = nlp("Orvanta made PierFaces. It was praised.")
    names = [("Orvanta", "Organization"), ("PierFaces", "Dataset")]
    places = [(doc.text.index(name), name, label) for name, label in names]
    spans = [doc.char_span(at, at + len(name), label=label, alignment_mode="expand") for at, name, label in places]
    doc.spans[GROUP] = [span for span in spans if span is not None]
    it = next(token for token in doc if token.text == "It")
    found = Antecedents(doc, load_cues()).of_span(doc[it.i : it.i + 1], ["Dataset"])
    assert [mention.text for mention in found] == ["PierFaces"]
