"""What the parts of a paper say becomes claims whose evidence is their own words."""

from pathlib import Path

import pytest
from spacy.language import Language

from graph.ledger import open_ledger, record, verify
from graph.records import Document, Extraction
from ingest.extraction import extract
from ingest.load import load

FOLDER = Path(__file__).parent / "papers"
pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def said(nlp: Language) -> Extraction:
    (document,) = load(str(FOLDER / "lncs.pdf"))
    assert isinstance(document, Document)
    (extraction,) = extract([document], nlp)
    assert isinstance(extraction, Extraction), extraction
    return extraction


def triples(said: Extraction) -> set[tuple[str, str, str]]:
    names = {surface.id: surface.name for surface in said.surfaces}
    return {(names[c.subject], c.predicate, names[c.object]) for c in said.claims}


def test_authors_are_claimed_with_the_institutions_that_their_marks_show(said: Extraction) -> None:
    found = {(s, o) for s, p, o in triples(said) if p == "AFFILIATED_WITH" and not s.startswith("On the")}
    whole = {(s, o) for s, o in found if not o.startswith("Centre")}
    assert whole == {
        ("Dana M. Whitlock", "University of Eastmoor"),
        ("Ömer Kayahan", "University of Eastmoor"),
        ("Inés de la Fuente", "Universidad de Almería Norte"),
        ("Wei-Ling Hsu", "National Taihu University"),
        ("Bjarne Toft", "Universidad de Almería Norte"),
    }
    title = "On the Afterlife of Withdrawn Face Datasets"
    assert {s for s, p, o in triples(said) if p == "PUBLISHED" and o == title} == {s for s, _ in whole}


def test_the_paper_cites_its_references_and_the_data_sets_they_name_and_uses_none(said: Extraction) -> None:
    cited = {o for _, p, o in triples(said) if p == "CITED"}
    assert len(cited) == 10  # eight entries, two of which name a data set
    assert {"MS-Celeb-1M", "Labeled Faces in the Wild", "Datasets That Would Not Die"} <= cited
    assert not any(p in {"USED", "TRAINED_ON", "CREATED", "DERIVED_FROM"} for _, p, _ in triples(said))


def test_the_evidence_of_a_citation_is_its_whole_entry(said: Extraction) -> None:
    text = said.document.text
    sentences = {sentence.id: text[sentence.start : sentence.end] for sentence in said.sentences}
    claims = {claim.id: claim for claim in said.claims}
    entries = [sentences[e.sentence_id] for e in said.evidence if claims[e.claim_id].predicate == "CITED"]
    assert any(entry.startswith("1. Guo, Y.") and entry.endswith("(2016)") for entry in entries)
    assert all(entry[0].isdigit() for entry in entries)


def test_places_and_units_come_from_the_address(said: Extraction) -> None:
    assert ("University of Eastmoor", "LOCATED_IN", "Ireland") in triples(said)
    assert ("Centre for Data Ethics", "SUBSIDIARY_OF", "Universidad de Almería Norte") in triples(said)


def test_the_ledger_takes_a_paper_and_verifies_it(said: Extraction, tmp_path: Path) -> None:
    ledger = open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    assert record(ledger, said).new
    assert verify(ledger) == []


def test_nothing_is_claimed_of_a_page_that_is_no_paper(nlp: Language, tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_text("Faces at scale\n\nAnneke Vos¹\n\n¹ University of Hordaland\n\nAbstract\n\nA text.\n")
    (document,) = load(str(file))
    assert isinstance(document, Document)
    (extraction,) = extract([document], nlp)
    assert isinstance(extraction, Extraction)
    assert all(evidence.extractor != "papers" for evidence in extraction.evidence)
