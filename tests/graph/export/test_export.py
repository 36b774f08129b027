"""What leaves the graph: every statement with its sentences, hostile text made harmless, nothing half-written."""

import csv
import io
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, Dataset, URIRef

from graph.errors import StoreError
from graph.export.graphml import graphml
from graph.export.picture import ClaimRow, DocumentRow, Entity, Link, Picture, Quote, check_picture
from graph.export.rdf import NANOPUB, PROV, TERMS, dataset, iri
from graph.export.rdf import write as write_rdf
from graph.export.tables import cell, tables
from graph.export.tables import write as write_tables

NASTY = '=HYPERLINK("http://evil.example","x")'


def _claim(ident: str, subject: str, predicate: str, obj: str, **values: object) -> ClaimRow:
    defaults = {"status": "proposed", "modality": "reported", "belief": 0.7, "support": 0.7, "denial": 0.0}
    return ClaimRow(
        id=ident,
        name=f"{subject} {predicate} {obj}",
        predicate=predicate,
        subject=subject,
        object=obj,
        **{**defaults, **values},  # type: ignore[arg-type]
    )


def _quote(ident: str, claim: str, sentence: str, polarity: str = "affirmed", modality: str = "reported") -> Quote:
    return Quote(
        id=ident,
        claim=claim,
        sentence=sentence,
        polarity=polarity,
        modality=modality,
        speaker="the Evening Courier",
        probability=0.9,
        extractor="frames",
        document="d_1",
        begins=0,
        ends=len(sentence),
    )


@pytest.fixture
def picture() -> Picture:
    """A reported use, an alleged sale, and a denied sale without a link; the document's address is no address."""
    entities = (
        Entity(id="orvanta", name="Orvanta", type="Organization", kind="company", aliases=("Orvanta Labs",)),
        Entity(id="avenue faces/1", name="AvenueFaces", type="Dataset"),
        Entity(id="e_3", name=NASTY, type="Organization"),
    )
    claims = (
        _claim("c_1", "orvanta", "USED", "avenue faces/1", link="k_1", qualifiers=("purpose=train",)),
        _claim("c_2", "orvanta", "SUPPLIED", "e_3", link="k_2", modality="alleged"),
        _claim("c_3", "e_3", "SUPPLIED", "orvanta", status="denied", modality=None, belief=0.0),
    )
    return Picture(
        entities=entities,
        claims=claims,
        links=(
            _link("k_1", claims[0]),
            _link("k_2", claims[1]),
        ),
        quotes=(
            _quote("v_1", "c_1", "Orvanta used AvenueFaces, the Evening Courier reported."),
            _quote("v_2", "c_2", "Orvanta is said to have sold it.\x00", modality="alleged"),
            _quote("v_3", "c_3", "It denied the sale.", polarity="denied"),
        ),
        documents=(DocumentRow(id="d_1", headline="@SUM(1+1)", address="javascript:alert(1) <x>"),),
        at="2024-05-01T12:00:00Z",
        sequence=7,
    )


def _link(k: str, claim: ClaimRow) -> Link:
    return Link(
        k=k,
        predicate=claim.predicate,
        source=claim.subject,
        target=claim.object,
        claim_ids=(claim.id,),
        belief=claim.belief,
        status=claim.status,
        modality=claim.modality,
    )


def _parsed(picture: Picture, folder: Path) -> Dataset:
    write_rdf(picture, folder / "graph.trig")
    rdf = Dataset()
    rdf.parse(folder / "graph.trig", format="trig")
    return rdf


def test_rdf_reads_back_as_it_was_written(picture: Picture, tmp_path: Path) -> None:
    written = {tuple(map(str, quad)) for quad in dataset(picture).quads()}
    assert {tuple(map(str, quad)) for quad in _parsed(picture, tmp_path).quads()} == written


def test_every_nanopublication_quotes_a_sentence_of_a_document(picture: Picture, tmp_path: Path) -> None:
    rdf = _parsed(picture, tmp_path)
    nanopubs = {s for s, _, _, _ in rdf.quads((None, RDF.type, NANOPUB.Nanopublication, None))}
    assert nanopubs == {iri("nanopub", claim.id) for claim in picture.claims}
    for nanopub in nanopubs:
        ((_, _, assertion, _),) = rdf.quads((nanopub, NANOPUB.hasAssertion, None, None))
        derived = [o for _, _, o, _ in rdf.quads((assertion, PROV.wasDerivedFrom, None, None))]
        assert derived
        for quote in derived:
            assert [o for _, _, o, _ in rdf.quads((quote, PROV.value, None, None))]
            assert [o for _, _, o, _ in rdf.quads((quote, PROV.wasQuotedFrom, None, None))] == [iri("document", "d_1")]


def test_only_what_is_stated_or_reported_becomes_a_plain_triple(picture: Picture, tmp_path: Path) -> None:
    rdf = _parsed(picture, tmp_path)
    plain = {(s, p, o) for p in (TERMS.USED, TERMS.SUPPLIED) for s, _, o, _ in rdf.quads((None, p, None, None))}
    assert plain == {(iri("entity", "orvanta"), TERMS.USED, iri("entity", "avenue faces/1"))}


def test_a_denied_claim_is_exported_as_denied(picture: Picture, tmp_path: Path) -> None:
    rdf = _parsed(picture, tmp_path)
    assert list(rdf.quads((iri("evidence", "v_3"), TERMS.denies, iri("claim", "c_3"), None)))
    assert not list(rdf.quads((iri("evidence", "v_3"), TERMS.supports, None, None)))


def test_a_made_dataset_points_to_its_maker(picture: Picture) -> None:
    created = _claim("c_1", "orvanta", "CREATED", "avenue faces/1", link="k_1", modality="asserted")
    rdf = dataset(replace(picture, claims=(created, *picture.claims[1:])))
    creator = URIRef("https://schema.org/creator")
    assert [
        (s, o) for s, _, o, _ in rdf.quads((None, creator, None, None)) if s == iri("entity", "avenue faces/1")
    ] == [(iri("entity", "avenue faces/1"), iri("entity", "orvanta"))]


def test_the_address_of_a_document_never_becomes_a_script_link(picture: Picture, tmp_path: Path) -> None:
    addresses = [
        o for _, _, o, _ in _parsed(picture, tmp_path).quads((None, URIRef("https://schema.org/url"), None, None))
    ]
    assert [str(address) for address in addresses] == ["javascript:alert(1) <x>"]
    assert not isinstance(addresses[0], URIRef)


def test_every_link_in_the_tables_carries_its_sentences(picture: Picture) -> None:
    rows = list(csv.DictReader(io.StringIO(tables(picture)["links.csv"].decode("utf-8"), newline="")))
    assert [row["subject_name"] for row in rows] == ["Orvanta", "Orvanta"]
    assert rows[0]["sentences"] == "Orvanta used AvenueFaces, the Evening Courier reported."
    assert all(row["claim_ids"] and row["sentences"] for row in rows)


def test_the_tables_of_a_folder_and_of_an_archive_are_the_same(picture: Picture, tmp_path: Path) -> None:
    write_tables(picture, tmp_path / "folder")
    write_tables(picture, tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        packed = {name: archive.read(name) for name in archive.namelist()}
    assert packed == {path.name: path.read_bytes() for path in (tmp_path / "folder").iterdir()}
    assert set(packed) == {"entities.csv", "links.csv", "claims.csv", "evidence.csv", "documents.csv"}


def test_no_cell_of_any_table_is_a_formula(picture: Picture) -> None:
    for data in tables(picture).values():
        for row in csv.reader(io.StringIO(data.decode("utf-8"), newline="")):
            assert not [value for value in row if value.startswith(("=", "+", "-", "@"))]


@given(st.sampled_from("=+-@\t\r"), st.text(), st.sampled_from(["", " ", "   "]))
def test_text_that_a_spreadsheet_would_run_is_made_inert(first: str, rest: str, space: str) -> None:
    assert cell(space + first + rest) == "'" + space + first + rest


def test_graphml_is_well_formed_and_keeps_the_sentences(picture: Picture) -> None:
    root = ElementTree.fromstring(graphml(picture))
    space = {"g": "http://graphml.graphdrawing.org/xmlns"}
    edges = root.findall(".//g:edge", space)
    assert [(edge.get("source"), edge.get("target")) for edge in edges] == [
        ("orvanta", "avenue faces/1"),
        ("orvanta", "e_3"),
    ]
    for edge in edges:
        found = {data.get("key"): data.text for data in edge}
        assert found["e_claims"]
        assert found["e_sentences"]


def test_a_link_without_a_sentence_stops_the_export(picture: Picture) -> None:
    with pytest.raises(StoreError, match="c_1"):
        check_picture(replace(picture, quotes=picture.quotes[1:]))


def test_a_link_that_is_only_denied_stops_the_export(picture: Picture) -> None:
    denied = replace(picture.quotes[0], polarity="denied")
    with pytest.raises(StoreError, match="k_1"):
        check_picture(replace(picture, quotes=(denied, *picture.quotes[1:])))


def test_a_failed_export_keeps_the_former_file(picture: Picture, tmp_path: Path) -> None:
    out = tmp_path / "graph.trig"
    out.write_text("former")
    wrong = _claim("c_1", "orvanta", "ADORED", "avenue faces/1", link="k_1")
    with pytest.raises(KeyError):
        write_rdf(replace(picture, claims=(wrong, *picture.claims[1:])), out)
    assert [path.name for path in tmp_path.iterdir()] == ["graph.trig"]
    assert out.read_text() == "former"
