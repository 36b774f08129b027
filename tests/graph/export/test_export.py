"""What leaves the graph: every statement with its sentences, hostile text made harmless, nothing half-written."""

import csv
import io
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, Dataset, URIRef

from graph.errors import ConfigError, StoreError
from graph.export.formats import EXPORTERS, export
from graph.export.graphml import graphml
from graph.export.picture import (
    ClaimRow,
    DocumentRow,
    Entity,
    Link,
    Picture,
    Quote,
    check_picture,
    read_picture,
    with_origins,
)
from graph.export.rdf import DCT, NANOPUB, PROV, TERMS, iri, named_graphs
from graph.export.rdf import write as write_rdf
from graph.export.tables import cell, tables
from graph.export.tables import write as write_tables
from graph.ids import DocumentId, document_id
from graph.ledger import Ledger, open_ledger, record
from graph.ledger.reading import documents
from graph.records import Batch, Document, Edge, Extraction, Node, SourceRef
from graph.schema import Schema

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
def ledger() -> Iterator[Ledger]:
    with open_ledger("sqlite://") as opened:
        yield opened


@pytest.fixture
def picture(ledger: Ledger) -> Picture:
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
        documents=(DocumentRow(id="d_1", headline="@SUM(1+1)", address="javascript:alert(1) <x>", modified="2021-06"),),
        at="2024-05-01T12:00:00Z",
        sequence=7,
        ledger=ledger.id,
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
    written = {(*triple, name) for name, triples in named_graphs(picture) for triple in triples}
    assert set(_parsed(picture, tmp_path).quads()) == written


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


def test_a_disputed_claim_is_no_plain_triple(picture: Picture, tmp_path: Path) -> None:
    disputed = replace(picture.claims[0], status="disputed", denial=0.6)
    rdf = _parsed(replace(picture, claims=(disputed, *picture.claims[1:])), tmp_path)
    assert not list(rdf.quads((None, TERMS.USED, None, None)))
    assert list(rdf.quads((iri("claim", "c_1"), RDF.predicate, TERMS.USED, None)))


def test_the_dates_of_a_document_leave_with_it(store: Any, picture: Picture, tmp_path: Path) -> None:
    assert [document.modified for document in read_picture(store).documents] == ["2021-06"]
    assert "2021-06" in tables(picture)["documents.csv"].decode()
    rdf = _parsed(picture, tmp_path)
    assert [str(o) for _, _, o, _ in rdf.quads((iri("document", "d_1"), DCT.modified, None, None))] == ["2021-06"]


def test_a_denied_claim_is_exported_as_denied(picture: Picture, tmp_path: Path) -> None:
    rdf = _parsed(picture, tmp_path)
    assert list(rdf.quads((iri("evidence", "v_3"), TERMS.denies, iri("claim", "c_3"), None)))
    assert not list(rdf.quads((iri("evidence", "v_3"), TERMS.supports, None, None)))


def test_a_made_dataset_points_to_its_maker(picture: Picture, tmp_path: Path) -> None:
    created = _claim("c_1", "orvanta", "CREATED", "avenue faces/1", link="k_1", modality="asserted")
    rdf = _parsed(replace(picture, claims=(created, *picture.claims[1:])), tmp_path)
    creator = URIRef("https://schema.org/creator")
    assert [
        (s, o) for s, _, o, _ in rdf.quads((None, creator, None, None)) if s == iri("entity", "avenue faces/1")
    ] == [(iri("entity", "avenue faces/1"), iri("entity", "orvanta"))]


def test_the_address_of_a_document_never_becomes_a_script_link(picture: Picture, tmp_path: Path) -> None:
    rdf = _parsed(picture, tmp_path)
    addresses = [o for _, _, o, _ in rdf.quads((None, URIRef("https://schema.org/url"), None, None))]
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
    with pytest.raises(StoreError, match="ADORED"):
        write_rdf(replace(picture, claims=(wrong, *picture.claims[1:])), out)
    assert [path.name for path in tmp_path.iterdir()] == ["graph.trig"]
    assert out.read_text() == "former"


def _batch(picture: Picture) -> Batch:
    """Return the picture as the nodes and relationships of the graph model."""
    nodes = [
        Node(
            id="snapshot",
            label="Snapshot",
            properties={"name": "snapshot", "ledger": picture.ledger, "sequence": 7, "at": picture.at},
        )
    ]
    edges = []
    for entity in picture.entities:
        lists = {"aliases": list(entity.aliases), "members": [entity.id]}
        values = {"name": entity.name, "kind": entity.kind, **lists}
        nodes.append(Node(id=entity.id, label="Entity", extra=entity.type, properties=values))
    for document in picture.documents:
        values = {"name": document.headline, "address": document.address, "language": "en", "kind": "web"}
        values["modified"] = document.modified
        nodes.append(Node(id=document.id, label="Document", properties=values))
    for claim in picture.claims:
        values = {"name": claim.name, "predicate": claim.predicate, "status": claim.status, "modality": claim.modality}
        weights = {"belief": claim.belief, "support": claim.support, "denial": claim.denial, "link": claim.link}
        counts = {"sources": 0, "evidence": 0, "qualifiers": list(claim.qualifiers)}
        nodes.append(Node(id=claim.id, label="Claim", properties={**values, **weights, **counts}))
        for kind, end in (("SUBJECT", claim.subject), ("OBJECT", claim.object)):
            edges.append(Edge(k=f"{kind}{claim.id}", type=kind, source=("Claim", claim.id), target=("Entity", end)))
    for quote in picture.quotes:
        values = {"name": quote.sentence, "polarity": quote.polarity, "modality": quote.modality}
        others = {"speaker": quote.speaker, "probability": quote.probability, "extractor": quote.extractor}
        span = {"begins": quote.begins, "ends": quote.ends}
        nodes.append(Node(id=quote.id, label="Evidence", properties={**values, **others, **span}))
        kind = "DENIES" if quote.polarity == "denied" else "SUPPORTS"
        source, target = ("Evidence", quote.id), ("Claim", quote.claim)
        edges.append(Edge(k=f"a{quote.id}", type=kind, source=source, target=target))
        edges.append(Edge(k=f"f{quote.id}", type="FROM", source=source, target=("Document", quote.document)))
    for link in picture.links:
        values = {"claim_ids": list(link.claim_ids), "belief": link.belief, "status": link.status}
        counts = {"modality": link.modality, "sources": 0, "evidence": 0, "denials": 0, "inferred": False}
        source, target = ("Entity", link.source), ("Entity", link.target)
        properties = {**values, **counts}
        edges.append(Edge(k=link.k, type=link.predicate, source=source, target=target, properties=properties))
    return Batch(nodes=tuple(nodes), edges=tuple(edges))


@pytest.fixture
def store(picture: Picture, schema: Schema, tmp_path: Path) -> Iterator[Any]:
    stores = pytest.importorskip("graph.stores", reason="the stores are not part of this build")
    if not hasattr(stores, "open_store"):
        pytest.skip("the stores are not part of this build")
    with closing(stores.open_store(f"kglite:{tmp_path / 'graph.kgl'}", schema, write=True)) as opened:
        opened.apply(_batch(picture))
        yield opened


def test_the_graph_is_read_from_a_store_as_it_was_written(store: Any, picture: Picture) -> None:
    found = read_picture(store)
    assert {(e.id, e.name, e.type, e.aliases) for e in found.entities} == {
        (e.id, e.name, e.type, e.aliases) for e in picture.entities
    }
    assert found.links == picture.links
    assert found.claims == picture.claims
    assert [(q.id, q.claim, q.polarity, q.document) for q in found.quotes] == [
        (q.id, q.claim, q.polarity, q.document) for q in picture.quotes
    ]
    assert (found.at, found.sequence) == (picture.at, 7)


@pytest.mark.parametrize("format", sorted(EXPORTERS))
def test_every_known_format_writes_something(store: Any, ledger: Ledger, format: str, tmp_path: Path) -> None:
    out = tmp_path / f"out{EXPORTERS[format].suffix}"
    export(ledger, store, format, out)
    assert [path for path in [out, *out.rglob("*")] if path.is_file() and path.stat().st_size > 0]


def test_an_unknown_format_is_answered_with_the_known_ones(store: Any, ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        export(ledger, store, "word", tmp_path / "out.doc")
    assert all(name in caught.value.hint for name in EXPORTERS)
    assert not (tmp_path / "out.doc").exists()


def test_a_place_that_cannot_be_written_is_named(store: Any, ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="file"):
        export(ledger, store, "rdf", tmp_path / "file" / "graph.trig")


def test_a_graph_of_another_ledger_is_not_exported(store: Any, tmp_path: Path) -> None:
    with open_ledger("sqlite://") as other, pytest.raises(StoreError, match="another ledger"):
        export(other, store, "rdf", tmp_path / "graph.trig")
    assert not (tmp_path / "graph.trig").exists()


def test_a_document_is_exported_with_the_sources_it_names(picture: Picture, ledger: Ledger, tmp_path: Path) -> None:
    address = "https://www.example.org/faces"
    source = SourceRef(headline="Faces", publisher="Evening Courier", address=address)
    ident = document_id("brief:faces", "Orvanta used AvenueFaces.")
    record(ledger, Extraction(document=_brief(ident, source)))
    rows = (DocumentRow(id=ident, headline="Faces", address="brief:faces"), *picture.documents)
    (document, other) = with_origins(rows, documents(ledger))
    assert (document.sources, document.origins, document.raw_hash) == ((address,), ("Evening Courier",), "00")
    assert other == picture.documents[0]
    rdf = _parsed(replace(picture, documents=(document, other)), tmp_path)
    source_of = URIRef("http://purl.org/dc/terms/source")
    assert (iri("document", ident), source_of, URIRef(address)) in {quad[:3] for quad in rdf.quads()}


def _brief(ident: DocumentId, source: SourceRef) -> Document:
    return Document(
        id=ident,
        address="brief:faces",
        headline="Faces",
        text="Orvanta used AvenueFaces.",
        kind="brief",
        language="en",
        retrieved="2024-05-01T12:00:00Z",
        reader="test",
        raw=b"",
        raw_hash="00",
        sources=(source,),
    )
