"""How a sentence says a claim: affirmed, denied or neither; how firmly; and who is speaking."""

import pytest
from spacy.language import Language

from graph.enums import Modality
from graph.ids import document_id
from graph.records import Document, Evidence, Extraction
from ingest.extraction import extract

pytestmark = pytest.mark.model


def read(nlp: Language, text: str) -> Extraction:
    document = Document(
        id=document_id("file:///notes.txt", text),
        address="file:///notes.txt",
        headline="",
        text=text,
        kind="text",
        language="en",
        retrieved="2024-01-01T00:00:00Z",
        reader="test",
        raw=text.encode(),
        raw_hash="",
    )
    (found,) = extract([document], nlp)
    assert isinstance(found, Extraction), found
    return found


def evidence(nlp: Language, text: str, predicate: str) -> list[Evidence]:
    found = read(nlp, text)
    wanted = {claim.id for claim in found.claims if claim.predicate == predicate}
    return [each for each in found.evidence if each.claim_id in wanted]


# --- polarity ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "Ormond Systems used the PierFaces dataset.",
        "The PierFaces dataset was used by Ormond Systems.",
        "Ormond Systems, not Calder Vision, used the PierFaces dataset.",
        "Ormond Systems used the PierFaces dataset but never said so.",
        "Ormond Systems not only used the PierFaces dataset but also sold cameras to Harlow Police.",
        "Ormond Systems did not only use the PierFaces dataset.",
    ],
)
def test_what_happened_is_affirmed(nlp: Language, words: str) -> None:
    (said,) = evidence(nlp, words, "USED")
    assert said.polarity == "affirmed"


@pytest.mark.parametrize(
    "words",
    [
        "Ormond Systems did not use the PierFaces dataset.",
        "Ormond Systems didn't use the PierFaces dataset.",
        "Ormond Systems has never used the PierFaces dataset.",
        "It is not true that Ormond Systems used the PierFaces dataset.",
        "The PierFaces dataset was never used by Ormond Systems.",
        "Ormond Systems trained its models without using the PierFaces dataset.",
    ],
)
def test_what_the_writer_denies_is_denied_and_asserted(nlp: Language, words: str) -> None:
    (said,) = evidence(nlp, words, "USED")
    assert (said.polarity, said.modality, said.speakers) == ("denied", "asserted", ())


@pytest.mark.parametrize(
    "words",
    [
        "Ormond Systems denied that it had used the PierFaces dataset.",
        "Ormond Systems denied using the PierFaces dataset.",
        "Ormond Systems rejected claims that it had used the PierFaces dataset.",
        "Ormond Systems said it did not use the PierFaces dataset.",
    ],
)
def test_what_the_accused_denies_is_denied_by_the_accused(nlp: Language, words: str) -> None:
    (said,) = evidence(nlp, words, "USED")
    assert (said.polarity, said.modality, said.speakers) == ("denied", "reported", ("Ormond Systems",))


@pytest.mark.parametrize(
    "words",
    [
        "Ormond Systems refused to comment on the PierFaces dataset.",
        "Ormond Systems refused to comment on whether it used the PierFaces dataset.",
        "Ormond Systems did not respond to questions about whether it used the PierFaces dataset.",
        "Ormond Systems declined to say if it used the PierFaces dataset.",
        "Ormond Systems declined to comment on reports that it used the PierFaces dataset.",
    ],
)
def test_a_refusal_to_comment_denies_nothing(nlp: Language, words: str) -> None:
    assert [each for each in evidence(nlp, words, "USED") if each.polarity == "denied"] == []


@pytest.mark.parametrize(
    "words",
    [
        "Neither Ormond Systems nor Calder Vision used the PierFaces dataset.",
        "No evidence shows that Ormond Systems used the PierFaces dataset.",
        "Lena Marsh did not say that Ormond Systems used the PierFaces dataset.",
        "Ormond Systems failed to deny that it used the PierFaces dataset.",
        "Ormond Systems never denied that it used the PierFaces dataset.",
        "Nobody at Ormond Systems used the PierFaces dataset.",
    ],
)
def test_what_nobody_says_is_not_affirmed(nlp: Language, words: str) -> None:
    assert [each for each in evidence(nlp, words, "USED") if each.polarity == "affirmed"] == []


NOT_SAID = [
    "There is no proof that Ormond Systems used the PierFaces dataset.",
    "The report wrongly said that Ormond Systems used the PierFaces dataset.",
    "It is false that Ormond Systems used the PierFaces dataset.",
    "The claim that Ormond Systems used the PierFaces dataset is false.",
    "Contrary to reports that Ormond Systems used PierFaces, the firm had its own images.",
    "Unlike Ormond Systems, Calder Vision used the PierFaces dataset.",
    "Unlike Ormond Systems, Lena Marsh used the PierFaces dataset.",
    "The PierFaces dataset was used by everyone but Ormond Systems.",
    "All firms except Ormond Systems used the PierFaces dataset.",
    "Nobody, not even Ormond Systems, used the PierFaces dataset.",
    "Few of the firms used the PierFaces dataset, and Ormond Systems had none.",
    "It is unclear whether Ormond Systems used the PierFaces dataset.",
    "Lena Marsh asked whether Ormond Systems had used the PierFaces dataset.",
    "Ormond Systems has its own images, not those of PierFaces.",
]


@pytest.mark.parametrize("words", NOT_SAID)
def test_what_a_sentence_takes_back_accuses_nobody(nlp: Language, words: str) -> None:
    found = read(nlp, words)
    names = {surface.id: surface.name for surface in found.surfaces}
    accused = {claim.id for claim in found.claims if names[claim.subject] == "Ormond Systems"}
    assert [each for each in found.evidence if each.claim_id in accused and each.polarity == "affirmed"] == []


NOT_DONE = [
    "Lena Marsh called for Calder Vision to buy Ormond Systems.",
    "Calder Vision almost bought Ormond Systems.",
    "Calder Vision was barred from buying Ormond Systems.",
    "Suppose that Calder Vision bought Ormond Systems.",
    "Calder Vision considered buying Ormond Systems but bought Tern Robotics.",
    "Calder Vision tried to buy Ormond Systems.",
    "Calder Vision failed to buy Ormond Systems.",
    "Instead of buying Ormond Systems, Calder Vision bought Tern Robotics.",
    "Lena Marsh urged Calder Vision to buy Ormond Systems.",
    "Had Calder Vision bought Ormond Systems, the price would have been higher.",
]


@pytest.mark.parametrize("words", NOT_DONE)
def test_what_did_not_come_about_is_no_fact(nlp: Language, words: str) -> None:
    found = read(nlp, words)
    names = {surface.id: surface.name for surface in found.surfaces}
    bought = {claim.id for claim in found.claims if names[claim.object] == "Ormond Systems"}
    facts = [each for each in found.evidence if each.claim_id in bought and each.modality == "asserted"]
    assert [each for each in facts if each.polarity == "affirmed"] == []


def test_what_is_no_longer_so_is_not_asserted_of_today(nlp: Language) -> None:
    (said,) = evidence(nlp, "Ormond Systems is no longer a customer of Calder Vision.", "SUPPLIED")
    assert said.polarity == "denied" or said.happened is not None


@pytest.mark.parametrize(
    ("words", "modality"),
    [
        ("Ormond Systems used the PierFaces dataset; Calder Vision did not.", "asserted"),
        ("Ormond Systems used the PierFaces dataset, but Calder Vision will not.", "planned"),
        ("Ormond Systems used the PierFaces dataset, but Calder Vision and Kestrel Labs have not.", "asserted"),
    ],
)
def test_a_denial_that_leaves_out_its_verb_is_one(nlp: Language, words: str, modality: str) -> None:
    said = evidence(nlp, words, "USED")
    affirmed, denied = [each for each in said if each.polarity == "affirmed"], said[1:]
    assert len(affirmed) == 1
    assert denied
    assert all(each.polarity == "denied" and each.modality == modality for each in denied)
    assert len(denied) == words.count(" and ") + 1


def test_a_denial_keeps_the_word_that_makes_it_one(nlp: Language) -> None:
    words = "Ormond Systems has never used the PierFaces dataset."
    (said,) = evidence(nlp, words, "USED")
    assert "never" in {words[cue.start : cue.end] for cue in said.cues if cue.kind == "polarity"}


def test_a_denial_and_an_affirmation_of_one_claim_stay_two_pieces_of_evidence(nlp: Language) -> None:
    text = "Lena Marsh said that Ormond Systems had used PierFaces. Ormond Systems denied that it had used PierFaces."
    found = read(nlp, text)
    assert [claim.predicate for claim in found.claims] == ["USED"]
    assert {(each.polarity, each.speakers) for each in found.evidence} == {
        ("affirmed", ("Lena Marsh",)),
        ("denied", ("Ormond Systems",)),
    }


# --- modality ------------------------------------------------------------------------------------------------------

FIRMNESS = [
    ("Calder Vision bought Ormond Systems.", "asserted"),
    ("The Harlow Times reported that Calder Vision bought Ormond Systems.", "reported"),
    ("Calder Vision bought Ormond Systems, according to the Harlow Times.", "reported"),
    ("Lena Marsh told the Harlow Times that Calder Vision had bought Ormond Systems.", "reported"),
    ("Calder Vision reportedly bought Ormond Systems.", "alleged"),
    ("Calder Vision allegedly bought Ormond Systems.", "alleged"),
    ("Calder Vision is said to have bought Ormond Systems.", "alleged"),
    ("Lena Marsh claimed that Calder Vision had bought Ormond Systems.", "alleged"),
    ("Calder Vision may have bought Ormond Systems.", "possible"),
    ("Calder Vision could buy Ormond Systems.", "possible"),
    ("Calder Vision appears to have bought Ormond Systems.", "possible"),
    ("Calder Vision plans to buy Ormond Systems.", "planned"),
    ("Calder Vision will buy Ormond Systems.", "planned"),
    ("Calder Vision agreed to buy Ormond Systems.", "planned"),
    ("Calder Vision is in talks to buy Ormond Systems.", "planned"),
    ("Calder Vision would buy Ormond Systems if the price fell.", "hypothetical"),
    ("If Calder Vision buys Ormond Systems, the price will rise.", "hypothetical"),
    ("Did Calder Vision buy Ormond Systems?", "hypothetical"),
]


@pytest.mark.parametrize(("words", "modality"), FIRMNESS, ids=[words for words, _ in FIRMNESS])
def test_a_sentence_is_read_as_firmly_as_it_speaks(nlp: Language, words: str, modality: str) -> None:
    (said,) = evidence(nlp, words, "ACQUIRED")
    assert (said.polarity, said.modality) == ("affirmed", modality)


def test_every_value_that_a_text_can_express_has_its_sentence_above() -> None:
    # "inferred" is for what follows from other claims: no sentence says it.
    assert {modality for _, modality in FIRMNESS} == {str(each) for each in Modality} - {"inferred"}


def test_the_weakest_word_wins_and_the_speaker_stays(nlp: Language) -> None:
    (said,) = evidence(nlp, "Lena Marsh said that Calder Vision may have bought Ormond Systems.", "ACQUIRED")
    assert (said.modality, said.speakers) == ("possible", ("Lena Marsh",))
    (said,) = evidence(nlp, "Calder Vision reportedly plans to buy Ormond Systems.", "ACQUIRED")
    assert said.modality == "planned"


def test_a_hedge_keeps_its_word_as_a_cue(nlp: Language) -> None:
    words = "Calder Vision reportedly bought Ormond Systems."
    (said,) = evidence(nlp, words, "ACQUIRED")
    assert "reportedly" in {words[cue.start : cue.end] for cue in said.cues if cue.kind == "modality"}


def test_a_hedge_on_one_claim_leaves_its_neighbour_alone(nlp: Language) -> None:
    text = "Calder Vision bought Ormond Systems. It may have used the PierFaces dataset."
    (bought,) = evidence(nlp, text, "ACQUIRED")
    (used,) = evidence(nlp, text, "USED")
    assert (bought.modality, used.modality) == ("asserted", "possible")


@pytest.mark.parametrize(
    "words",
    [
        "Lena Marsh accused Ormond Systems of using the PierFaces dataset.",
        "Ormond Systems was accused of using the PierFaces dataset.",
        "A lawsuit says that Ormond Systems used the PierFaces dataset.",
    ],
)
def test_an_accusation_is_alleged(nlp: Language, words: str) -> None:
    (said,) = evidence(nlp, words, "USED")
    assert (said.polarity, said.modality) == ("affirmed", "alleged")


def test_a_plan_that_was_dropped_is_no_plan(nlp: Language) -> None:
    found = evidence(nlp, "Calder Vision dropped its plan to buy Ormond Systems.", "ACQUIRED")
    assert [each for each in found if each.polarity == "affirmed"] == []


# --- speakers ------------------------------------------------------------------------------------------------------

SPEAKERS: list[tuple[str, tuple[str, ...]]] = [
    ("Calder Vision bought Ormond Systems.", ()),
    ("Lena Marsh said that Calder Vision had bought Ormond Systems.", ("Lena Marsh",)),
    ("Lena Marsh, a lawyer, said that Calder Vision had bought Ormond Systems.", ("Lena Marsh",)),
    ("Lena Marsh told the Harlow Times that Calder Vision had bought Ormond Systems.", ("Lena Marsh",)),
    ("According to the Harlow Times, Calder Vision bought Ormond Systems.", ("the Harlow Times",)),
    ("Calder Vision bought Ormond Systems, according to the Harlow Times.", ("the Harlow Times",)),
    ("Two former engineers said that Calder Vision had bought Ormond Systems.", ("Two former engineers",)),
    (
        "A spokesman for Calder Vision said that the company had bought Ormond Systems.",
        ("A spokesman for Calder Vision",),
    ),
    ('"Calder Vision bought Ormond Systems," said Lena Marsh.', ("Lena Marsh",)),
    ("“Calder Vision bought Ormond Systems,” said Lena Marsh, a lawyer.", ("Lena Marsh",)),
    ("“Calder Vision bought Ormond Systems. It was cheap,” Lena Marsh said.", ("Lena Marsh",)),
    (
        "The Harlow Times reported that Lena Marsh said that Calder Vision had bought Ormond Systems.",
        ("Lena Marsh", "The Harlow Times"),
    ),
    (
        "Lena Marsh said that Calder Vision had bought Ormond Systems, according to the Harlow Times.",
        ("Lena Marsh", "the Harlow Times"),
    ),
    (
        "According to the Harlow Times, Lena Marsh said that Calder Vision had bought Ormond Systems.",
        ("Lena Marsh", "the Harlow Times"),
    ),
    ("Calder Vision has bought Ormond Systems, it said on Monday.", ("Calder Vision",)),
    (
        "Minister Clara Voss praised the audit; Calder Vision, she said, had bought Ormond Systems.",
        ("Minister Clara Voss",),
    ),
    ("Calder Vision had bought Ormond Systems, said Clara Voss-Lindqvist.", ("Clara Voss-Lindqvist",)),
    ("The petition went in today. She said that Calder Vision bought Ormond Systems.", ("She",)),
]


@pytest.mark.parametrize(("words", "speakers"), SPEAKERS, ids=[words for words, _ in SPEAKERS])
def test_speakers_are_named_in_the_words_of_the_text_nearest_first(
    nlp: Language, words: str, speakers: tuple[str, ...]
) -> None:
    (said,) = evidence(nlp, words, "ACQUIRED")
    assert said.speakers == speakers
    assert said.modality == ("reported" if speakers else "asserted")


@pytest.mark.parametrize(
    "words",
    [
        "Ormond Systems used the PierFaces dataset, Lena Marsh said.",
        "Ormond Systems used the PierFaces dataset, said Lena Marsh.",
        "Ormond Systems used the PierFaces dataset, Lena Marsh told the Harlow Times.",
        "Ormond Systems used the PierFaces dataset, Lena Marsh reported on Monday.",
    ],
)
def test_a_speaker_after_a_statement_without_quotes_is_named(nlp: Language, words: str) -> None:
    (said,) = evidence(nlp, words, "USED")
    assert (said.modality, said.speakers) == ("reported", ("Lena Marsh",))


def test_a_newspaper_that_reported_it_on_some_day_is_named(nlp: Language) -> None:
    text = "Ormond Systems supplied Harlow Police with cameras, the Harlow Times reported on Monday."
    (said,) = evidence(nlp, text, "SUPPLIED")
    assert (said.modality, said.speakers) == ("reported", ("the Harlow Times",))


def test_the_outermost_speaker_is_linked_to_the_entity_that_the_words_name(nlp: Language) -> None:
    found = read(nlp, "Lena Marsh said that Calder Vision had bought Ormond Systems, according to the Harlow Times.")
    names = {surface.id: surface.name for surface in found.surfaces}
    (said,) = found.evidence
    assert said.speaker_surface is not None
    assert names[said.speaker_surface] == "Harlow Times"


def test_what_the_writer_adds_by_the_way_is_said_by_nobody_else(nlp: Language) -> None:
    words = (
        "Body cameras from Kestrel Labs, which Ormond Systems acquired in 2019, have failed twice, an inspector said."
    )
    (said,) = evidence(nlp, words, "ACQUIRED")
    assert said.speakers == ()
    assert said.modality == "asserted"


def test_a_speaker_inside_of_the_aside_counts_for_it(nlp: Language) -> None:
    words = "Cameras from Kestrel Labs, which Ormond Systems acquired according to an inspector, have failed twice."
    (said,) = evidence(nlp, words, "ACQUIRED")
    assert said.speakers == ("an inspector",)


@pytest.mark.parametrize(
    "words",
    [
        "Lena Marsh testified that nobody had come, that Calder Vision had bought Ormond Systems, and that it rained.",
        "Lena Marsh said that the pier was closed; that it was late; and that Calder Vision had bought Ormond Systems.",
    ],
)
def test_a_list_under_one_verb_of_saying_is_all_said_by_its_subject(nlp: Language, words: str) -> None:
    (said,) = evidence(nlp, words, "ACQUIRED")
    assert said.speakers == ("Lena Marsh",)
    assert said.modality == "reported"


def test_a_quotation_speaks_for_its_own_paragraph_only(nlp: Language) -> None:
    text = "Calder Vision bought Ormond Systems.\n\n“Ormond Systems used the PierFaces dataset,” Lena Marsh said."
    (bought,) = evidence(nlp, text, "ACQUIRED")
    (used,) = evidence(nlp, text, "USED")
    assert (bought.speakers, used.speakers) == ((), ("Lena Marsh",))


def test_who_is_quoted_on_one_thing_does_not_say_the_next(nlp: Language) -> None:
    text = "“The price was fair,” Lena Marsh said. Calder Vision bought Ormond Systems."
    (said,) = evidence(nlp, text, "ACQUIRED")
    assert (said.modality, said.speakers) == ("asserted", ())


@pytest.mark.parametrize(
    "words",
    [
        "Orvanta Labs used TEMP%Faces in 2019.",
        "Orvanta Labs created System32.dat.",
        "Marsh, Lena. Cameras of the coast. Lena Marsh, Marsh.",
    ],
)
def test_files_and_parts_of_a_name_are_no_ends_of_a_claim(nlp: Language, words: str) -> None:
    assert read(nlp, words).claims == ()


@pytest.mark.parametrize(
    "text",
    [
        "“The price was fair,” Lena Marsh said. “We were glad.\n\n“Ormond Systems used the PierFaces dataset.”",
        "Lena Marsh wrote:\n\n“Ormond Systems used the PierFaces dataset.”",
    ],
)
def test_a_quotation_over_paragraphs_keeps_its_speaker(nlp: Language, text: str) -> None:
    (said,) = evidence(nlp, text, "USED")
    assert (said.modality, said.speakers) == ("reported", ("Lena Marsh",))


def test_a_quotation_of_nobody_is_reported(nlp: Language) -> None:
    (said,) = evidence(nlp, "“Ormond Systems used the PierFaces dataset.”", "USED")
    assert (said.modality, said.speakers) == ("reported", ())


@pytest.mark.parametrize(
    ("words", "speakers"),
    [
        ("As the Harlow Times has found out, Ormond Systems used the PierFaces dataset.", ("the Harlow Times",)),
        ("Lena Marsh runs a paper. She said that Ormond Systems used the PierFaces dataset.", ("She",)),
        ("The regulator opened a file. It said that Ormond Systems used the PierFaces dataset.", ("The regulator",)),
        ("Q: Who used it?\nA: Ormond Systems used the PierFaces dataset.", ("A",)),
        ("HOST: Who used it?\n\nGUEST: Ormond Systems used the PierFaces dataset.", ("GUEST",)),
        ("We show that Ormond Systems used the PierFaces dataset.", ()),
        ("The firm hereby announces that Ormond Systems used the PierFaces dataset.", ()),
    ],
)
def test_who_speaks_beside_a_statement_is_named_and_nobody_else(
    nlp: Language, words: str, speakers: tuple[str, ...]
) -> None:
    (said,) = evidence(nlp, words, "USED")
    assert said.speakers == speakers


def test_what_is_said_in_passing_of_a_speaker_is_the_writers_word(nlp: Language) -> None:
    (said,) = evidence(
        nlp, "Lena Marsh, a director of Ormond Systems, said that the price was fair.", "AFFILIATED_WITH"
    )
    assert (said.modality, said.speakers) == ("asserted", ())
