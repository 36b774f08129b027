"""From documents to records: the same each time, every span readable, nothing lost, one failure alone."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

import ingest
from graph.ids import document_id
from graph.records import Document, Evidence, Extraction, Failure
from graph.settings import Settings
from ingest.extraction import BATCH, WINDOW, extract, windows
from ingest.load import load
from ingest.pipeline import Pipelines
from ingest.text import normalise, split_paragraphs

BRIEFS = Path(ingest.__file__).parent / "briefs"
ARTICLE = """Harlow Police drops camera supplier

Calder Vision bought Ormond Systems in June 2019. The company also used the PierFaces dataset, according to the \
Harlow Times.

“Ormond Systems sold cameras to Harlow Police,” Lena Marsh said. Ormond Systems denied that it had used PierFaces.

The QuayWalk model was trained on PierFaces and may have been deployed in Portmere. Calder Vision is based in Arbon."""


def document(text: str, name: str = "article.txt") -> Document:
    address = f"file:///{name}"
    return Document(
        id=document_id(address, text),
        address=address,
        headline="",
        text=text,
        kind="text",
        language="en",
        retrieved="2024-01-01T00:00:00Z",
        reader="test",
        raw=text.encode("utf-8", "replace"),
        raw_hash="",
    )


def read(nlp: Language, text: str) -> Extraction:
    (found,) = extract([document(text)], nlp)
    assert isinstance(found, Extraction), found
    return found


def triples(found: Extraction) -> Iterator[tuple[str, str, str, Evidence]]:
    """Claims by the words of their evidence: subject, predicate, object as they stand in the text."""
    text = found.document.text
    claims = {claim.id: claim for claim in found.claims}
    words = {mention.id: text[mention.start : mention.end] for mention in found.mentions}
    for each in found.evidence:
        yield words[each.subject], claims[each.claim_id].predicate, words[each.object], each


# --- the same each time --------------------------------------------------------------------------------------------


@pytest.mark.model
def test_reading_a_document_twice_gives_equal_records(nlp: Language) -> None:
    first, second = read(nlp, ARTICLE), read(nlp, ARTICLE)
    assert first.evidence
    assert first == second


@pytest.mark.model
def test_what_a_document_says_does_not_depend_on_its_neighbours(nlp: Language) -> None:
    others = [document(f"Tern Robotics sold {n} drones to Portmere.", f"{n}.txt") for n in range(40)]
    together = list(extract([*others[:20], document(ARTICLE), *others[20:]], nlp))
    assert len(together) == 41
    assert together[20] == read(nlp, ARTICLE)


@pytest.mark.model
def test_the_same_text_under_another_address_is_other_evidence_of_the_same_claims(nlp: Language) -> None:
    here, there = extract([document(ARTICLE, "a.txt"), document(ARTICLE, "b.txt")], nlp)
    assert isinstance(here, Extraction)
    assert isinstance(there, Extraction)
    assert {claim.id for claim in here.claims} == {claim.id for claim in there.claims}
    assert not {each.id for each in here.evidence} & {each.id for each in there.evidence}


# --- every record refers to what is there --------------------------------------------------------------------------


@pytest.mark.model
def test_every_sentence_and_mention_reads_its_words(nlp: Language) -> None:
    found = read(nlp, ARTICLE)
    sentences = {sentence.id: sentence for sentence in found.sentences}
    assert [sentence.index for sentence in found.sentences] == list(range(len(found.sentences)))
    for sentence in found.sentences:
        words = ARTICLE[sentence.start : sentence.end]
        assert words == words.strip() != ""
        assert "\n\n" not in words
    for mention in found.mentions:
        words = ARTICLE[mention.start : mention.end]
        sentence = sentences[mention.sentence_id]
        assert words == words.strip() != ""
        assert sentence.start <= mention.start < mention.end <= sentence.end
        if not mention.nominal:
            assert any(surface.name in words or words in surface.name for surface in found.surfaces)


@pytest.mark.model
def test_every_id_that_a_record_refers_to_is_in_the_same_extraction(nlp: Language) -> None:
    found = read(nlp, ARTICLE)
    surfaces = {surface.id for surface in found.surfaces}
    mentions = {mention.id: mention for mention in found.mentions}
    claims = {claim.id: claim for claim in found.claims}
    sentences = {sentence.id for sentence in found.sentences}
    assert len(found.evidence) >= 5
    for mention in found.mentions:
        assert set(mention.surfaces) <= surfaces
    for each in found.evidence:
        claim = claims[each.claim_id]
        assert claim.subject in mentions[each.subject].surfaces
        assert claim.object in mentions[each.object].surfaces
        assert {each.sentence_id, *each.context} <= sentences
        assert each.sentence_id not in each.context
        assert each.speaker_surface is None or each.speaker_surface in surfaces
        assert 0 < each.probability <= 1
    assert set(claims) == {each.claim_id for each in found.evidence}


@pytest.mark.model
def test_every_evidence_keeps_the_words_that_made_it(nlp: Language) -> None:
    found = read(nlp, ARTICLE)
    for _, _, _, each in triples(found):
        kinds = {cue.kind for cue in each.cues}
        words = [ARTICLE[cue.start : cue.end] for cue in each.cues]
        assert "trigger" in kinds
        assert all(words)
        assert ("time" in kinds) == (each.happened is not None)
        assert {ARTICLE[c.start : c.end] for c in each.cues if c.kind == "speaker"} == set(each.speakers)
        if each.polarity == "denied":
            assert "polarity" in kinds


@pytest.mark.model
def test_a_claim_that_rests_on_another_sentence_names_it(nlp: Language) -> None:
    text = "Ormond Systems used the PierFaces dataset. It also used the QuayWalk dataset."
    found = read(nlp, text)
    sentences = {sentence.id: text[sentence.start : sentence.end] for sentence in found.sentences}
    said = {obj: each for _, predicate, obj, each in triples(found) if predicate == "USED"}
    assert said["PierFaces"].context == ()
    assert [sentences[key] for key in said["QuayWalk"].context] == ["Ormond Systems used the PierFaces dataset."]
    assert said["QuayWalk"].probability < said["PierFaces"].probability


@pytest.mark.model
def test_two_sentences_that_say_the_same_are_one_claim_with_two_pieces_of_evidence(nlp: Language) -> None:
    text = "Ormond Systems used PierFaces. It was cheap. In 2019, Ormond Systems used PierFaces again."
    found = read(nlp, text)
    assert len(found.claims) == 1
    assert [each.happened for each in found.evidence] == [None, "2019"]


# --- what is no claim ----------------------------------------------------------------------------------------------


@pytest.mark.model
@pytest.mark.parametrize(
    "advert",
    [
        "Sign up to our newsletter: Ormond Systems used the PierFaces dataset in 2020.",
        "Register now for the day on which Ormond Systems used the PierFaces dataset. Early bird tickets end soon.",
        "Related articles\n\nOrmond Systems used the PierFaces dataset\n\n12 May 2021",
    ],
)
def test_an_advert_gives_no_claim_and_no_date(nlp: Language, advert: str) -> None:
    found = read(nlp, f"Calder Vision bought Ormond Systems.\n\n{advert}")
    ((subject, predicate, obj, each),) = triples(found)
    assert (subject, predicate, obj) == ("Calder Vision", "ACQUIRED", "Ormond Systems")
    assert each.happened is None


@pytest.mark.model
@pytest.mark.parametrize(
    "text",
    [
        "Calder Vision and Ormond Systems were at the fair. The PierFaces dataset was also on show.",
        "Calder Vision, Ormond Systems and Tern Robotics.",
        "Ormond Systems cited the PierFaces dataset.",
        "Lena Marsh met Ormond Systems near Harlow Police.",
        "",
    ],
)
def test_names_side_by_side_claim_no_use_and_no_deal(nlp: Language, text: str) -> None:
    assert {claim.predicate for claim in read(nlp, text).claims} <= {"CITED"}


# --- one failure alone ---------------------------------------------------------------------------------------------


@pytest.mark.model
@pytest.mark.parametrize("long", [False, True], ids=["short", "long"])
def test_a_document_that_cannot_be_read_fails_alone_and_in_its_place(nlp: Language, long: bool) -> None:
    # Half of a surrogate pair can't be encoded: the parser refuses it.
    broken = document("half a character: \ud83d " + "x\n\n" * (WINDOW if long else 1), "broken.txt")
    first, second, third = extract([document(ARTICLE, "a.txt"), broken, document(ARTICLE, "c.txt")], nlp)
    assert isinstance(second, Failure)
    assert (second.source, second.stage) == ("file:///broken.txt", "extract")
    assert second.reason
    assert second.hint
    for each in (first, third):
        assert isinstance(each, Extraction)
        assert each.evidence


@pytest.mark.model
def test_documents_are_read_as_they_come_not_all_at_once(nlp: Language) -> None:
    taken = []

    def source() -> Iterator[Document]:
        for number in range(1000):
            taken.append(number)
            yield document("Calder Vision bought Ormond Systems.", f"{number}.txt")

    next(extract(source(), nlp))
    assert len(taken) < 100


# --- long texts ----------------------------------------------------------------------------------------------------

TEXTS = st.text(alphabet=st.sampled_from("ab .\n\u00e9"), max_size=400).map(normalise)


@given(TEXTS, st.integers(min_value=4, max_value=80))
def test_windows_hold_every_paragraph_once_and_in_order(text: str, size: int) -> None:
    found = list(windows(text, size))
    assert all(a < b for a, b in found)
    assert all(before[1] <= after[0] for before, after in pairwise(found))
    inside = "".join(text[a:b] for a, b in found)
    assert re.sub(r"\s", "", inside) == re.sub(
        r"\s", "", "".join(text[p.start : p.end] for p in split_paragraphs(text))
    )
    assert all(b - a <= size for a, b in found)


@given(TEXTS, st.integers(min_value=40, max_value=200))
def test_a_paragraph_that_fits_is_never_cut(text: str, size: int) -> None:
    found = list(windows(text, size))
    for paragraph in split_paragraphs(text):
        if paragraph.end - paragraph.start <= size:
            assert any(a <= paragraph.start and paragraph.end <= b for a, b in found)


@pytest.mark.model
@pytest.mark.slow
def test_a_claim_near_the_end_of_a_long_text_is_found_where_it_stands(nlp: Language) -> None:
    filler = "The weather on the quay was mild, and the boats came home before the evening.\n\n"
    claim = "Calder Vision bought Ormond Systems in June 2019."
    text = normalise(filler * (300_000 // len(filler)) + claim + "\n\n" + filler)
    assert len(text) > 4 * WINDOW
    found = read(nlp, text)
    ((subject, predicate, obj, each),) = triples(found)
    assert (subject, predicate, obj, each.happened) == ("Calder Vision", "ACQUIRED", "Ormond Systems", "2019-06")
    (sentence,) = [one for one in found.sentences if one.id == each.sentence_id]
    assert text[sentence.start : sentence.end] == claim
    assert "2019" in {text[cue.start : cue.end][-4:] for cue in each.cues if cue.kind == "time"}
    # Nothing between is lost, and sentences and paragraphs are numbered through.
    assert "".join(text[one.start : one.end] for one in found.sentences) == text.replace("\n\n", "")
    assert [one.index for one in found.sentences] == list(range(len(found.sentences)))
    assert [one.paragraph for one in found.sentences] == list(range(len(found.sentences)))


@pytest.mark.model
@pytest.mark.slow
def test_we_are_the_authors_to_the_end_of_a_long_paper(nlp: Language) -> None:
    filler = "The gait of a walker changes with the ground, and with the shoes, and with the load that is carried.\n\n"
    head = "Gait recognition without silhouettes\n\nAbstract\n\nWe propose a loss. We test it in this paper.\n\n"
    said = "We used the StrideBank dataset in all of our experiments."
    text = normalise(head + filler * (2 * WINDOW // len(filler)) + said + "\n\n" + filler)
    found = read(nlp, text)
    used = [(s, o, each) for s, predicate, o, each in triples(found) if predicate == "USED"]
    assert used
    names = {surface.id: surface.name for surface in found.surfaces}
    assert {names[claim.subject] for claim in found.claims} == {"Gait recognition without silhouettes"}
    sentences = {one.id: text[one.start : one.end] for one in found.sentences}
    mentions = {one.id: text[one.start : one.end] for one in found.mentions}
    for _, _, each in used:
        assert sentences[each.sentence_id] == said
        assert mentions[each.subject] in {"We", "Gait recognition without silhouettes"}
        assert mentions[each.object] == "StrideBank"
    assert [one.index for one in found.sentences] == list(range(len(found.sentences)))
    assert [one.paragraph for one in found.sentences] == sorted(one.paragraph for one in found.sentences)


# --- large input ---------------------------------------------------------------------------------------------------


class Watched(Pipelines):
    """Pipelines that remember which ones they gave, and so what these keep in the end."""

    def __init__(self) -> None:
        self.given: list[Language] = []
        super().__init__(Settings(), most_words=100)
        self._fresh = len(self.given[0].vocab.strings)

    def of(self, language: str) -> Language:
        """Return the pipeline of a language."""
        self.given.append(super().of(language))
        return self.given[-1]

    def most(self) -> int:
        """The most strings that one of them has taken in."""
        return max(len(each.vocab.strings) for each in self.given) - self._fresh


def invented(count: int, words: int = 10) -> list[Document]:
    """Documents of words that stand nowhere else."""
    endings = ("s", "ed", "ing", "ness", "-based", "'s")
    lists = (", ".join(f"kr{n}ave{k}l{endings[k % 6]}" for k in range(words)) for n in range(count))
    return [document(f"They sold {words}.".translate({48: "o", 49: "i"}), f"{n}.txt") for n, words in enumerate(lists)]


@pytest.mark.model
def test_the_words_of_documents_that_are_read_are_not_kept_for_ever() -> None:
    pipelines = Watched()
    documents = invented(4 * BATCH)
    assert all(isinstance(found, Extraction) for found in extract(documents, pipelines))
    assert len({word for each in documents for word in each.text.split()}) > 1_000
    assert 0 < pipelines.most() < 1_000


@pytest.mark.model
def test_the_words_of_a_long_document_are_not_kept_either() -> None:
    pipelines = Watched()
    text = "\n\n".join(each.text for each in invented(90, words=30))
    assert 1.1 * WINDOW < len(text) < 1.5 * WINDOW
    (found,) = extract([document(text)], pipelines)
    assert isinstance(found, Extraction)
    assert len(found.sentences) >= 90
    assert 0 < pipelines.most() < len(set(text.split()))


@pytest.mark.model
def test_a_pipeline_that_is_made_anew_reads_the_same(nlp: Language) -> None:
    briefs = [each for each in load(str(BRIEFS)) if isinstance(each, Document)]
    assert len(briefs) > BATCH
    fresh = list(extract(briefs, Pipelines(Settings(), most_words=0)))
    assert sum(len(each.evidence) for each in fresh if isinstance(each, Extraction)) > 100
    assert fresh == list(extract(briefs, nlp))
