"""RDF as TriG: one nanopublication (nanopub.net/guidelines) a claim, its sentences in PROV-O.

The assertion graph holds the plain triple only where a sentence asserts or reports it and none denies it; what is
alleged, possible, planned, denied or disputed is a described `rdf:Statement`, so that no reader of the triples
takes it for a fact. Classes and properties come from `maps_to` in graph/schema/.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias
from urllib.parse import quote

from rdflib import RDF, RDFS, XSD, Literal, Namespace, URIRef
from rdflib.term import Node

from graph.errors import StoreError
from graph.export.picture import ClaimRow, DocumentRow, Entity, Picture, Quote
from graph.export.writing import replace_file
from graph.schema import Schema, load_schema

BASE = "https://sightlines.example/"
TERMS = Namespace(f"{BASE}terms/")
NANOPUB = Namespace("http://www.nanopub.org/nschema#")
PROV = Namespace("http://www.w3.org/ns/prov#")
DCT = Namespace("http://purl.org/dc/terms/")
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#")
VOCABULARIES = {
    "schema_org": Namespace("https://schema.org/"),
    "prov": PROV,
    "dcat": Namespace("http://www.w3.org/ns/dcat#"),
    "dct": DCT,
    "ftm": Namespace("https://schema.followthemoney.tech/#"),
}
# Mapped properties which are written as triples, and whether they point from our object to our subject
# (schema:creator leads from the work to its maker). Others would say more than the claim does (the domain of
# prov:used is an activity) and are only named as related terms in the vocabulary.
DIRECTIONS = {
    "schema_org:creator": True,
    "schema_org:publisher": True,
    "dct:publisher": True,
    "schema_org:funder": True,
    "schema_org:affiliation": False,
    "schema_org:citation": False,
    "schema_org:parentOrganization": False,
    "schema_org:location": False,
    "dcat:distribution": False,
    "dct:references": False,
    "dct:source": False,
    "prov:wasDerivedFrom": False,
    "prov:atLocation": False,
}
FIRM = frozenset({"asserted", "reported"})
PREFIXES = {
    "sl": str(TERMS),
    "np": str(NANOPUB),
    "prov": str(PROV),
    "dct": str(DCT),
    "skos": str(SKOS),
    "schema": str(VOCABULARIES["schema_org"]),
    "dcat": str(VOCABULARIES["dcat"]),
    "rdf": str(RDF),
    "rdfs": str(RDFS),
    "xsd": str(XSD),
}
Triple: TypeAlias = tuple[Node, Node, Node]
_LOCAL = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_IRI = re.compile(r"https?://[^\s<>\"{}|\\^`\x00-\x20]+")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


class Triples(list[Triple]):
    """The triples of one named graph, in the order in which they were added."""

    add = list.append


NamedGraph: TypeAlias = tuple[URIRef, Triples]


def iri(kind: str, ident: str, part: str = "") -> URIRef:
    """Return the IRI of one of our things; the id is percent-encoded, `part` is a fragment."""
    return URIRef(f"{BASE}{kind}/{quote(ident, safe='')}" + (f"#{part}" if part else ""))


def text(value: object) -> Literal:
    """Return a plain string literal without the characters that no RDF syntax can carry."""
    return Literal(_CONTROL.sub("\ufffd", str(value)))


def _add(rdf: Triples, subject: Node, **values: object) -> None:
    for name, value in values.items():
        if value is not None:
            plain = isinstance(value, (bool, int, float))
            rdf.add((subject, TERMS[name], Literal(value) if plain else text(value)))


def _mapped(maps_to: Mapping[str, str]) -> Iterator[tuple[str, URIRef]]:
    for vocabulary, term in maps_to.items():
        yield f"{vocabulary}:{term}", VOCABULARIES[vocabulary][term]


def _vocabulary(rdf: Triples, schema: Schema) -> None:
    for label, entity in schema.entities.items():
        rdf.add((TERMS[label], RDF.type, RDFS.Class))
        rdf.add((TERMS[label], RDFS.comment, text(entity.description)))
        for _, term in _mapped(entity.maps_to):
            rdf.add((TERMS[label], SKOS.closeMatch, term))
    for name, predicate in schema.predicates.items():
        rdf.add((TERMS[name], RDF.type, RDF.Property))
        rdf.add((TERMS[name], RDFS.label, text(predicate.label)))
        rdf.add((TERMS[name], RDFS.comment, text(predicate.meaning)))
        for _, term in _mapped(predicate.maps_to):
            rdf.add((TERMS[name], SKOS.relatedMatch, term))


def _entity(rdf: Triples, entity: Entity, schema: Schema) -> None:
    node = iri("entity", entity.id)
    rdf.add((node, RDF.type, TERMS[entity.type]))
    known = schema.entities.get(entity.type)
    for _, term in _mapped(known.maps_to if known else {}):
        rdf.add((node, RDF.type, term))
    rdf.add((node, RDFS.label, text(entity.name)))
    rdf.add((node, DCT.identifier, text(entity.id)))
    for alias in entity.aliases:
        rdf.add((node, SKOS.altLabel, text(alias)))
    _add(rdf, node, kind=entity.kind)


def _address(words: str) -> Node:
    # An address is written by strangers: an IRI only if it is one, else its words.
    return URIRef(words) if _IRI.fullmatch(words) else text(words)


def _document(rdf: Triples, document: DocumentRow) -> None:
    node, schema_org = iri("document", document.id), VOCABULARIES["schema_org"]
    rdf.add((node, RDF.type, schema_org.CreativeWork))
    rdf.add((node, RDF.type, PROV.Entity))
    rdf.add((node, schema_org.headline, text(document.headline)))
    rdf.add((node, schema_org.url, _address(document.address)))
    if document.publisher:
        rdf.add((node, DCT.publisher, text(document.publisher)))
    if document.published:
        rdf.add((node, DCT.issued, text(document.published)))
    if document.modified:
        rdf.add((node, DCT.modified, text(document.modified)))
    if document.language:
        rdf.add((node, DCT.language, text(document.language)))
    for source in document.sources:
        rdf.add((node, DCT.source, _address(source)))
    for origin in document.origins:
        _add(rdf, node, origin=origin)
    _add(rdf, node, retrieved=document.retrieved, kind=document.kind, sha256=document.raw_hash, copies=document.cluster)


def _assertion(rdf: Triples, claim: ClaimRow, schema: Schema) -> None:
    predicate = schema.predicates.get(claim.predicate)
    if predicate is None:
        raise StoreError(f"claim {claim.id} has the unknown predicate {claim.predicate}")
    subject, obj, statement = iri("entity", claim.subject), iri("entity", claim.object), iri("claim", claim.id)
    rdf.add((statement, RDF.type, RDF.Statement))
    rdf.add((statement, RDF.subject, subject))
    rdf.add((statement, RDF.predicate, TERMS[claim.predicate]))
    rdf.add((statement, RDF.object, obj))
    rdf.add((statement, RDFS.label, text(claim.name)))
    _add(rdf, statement, status=claim.status, modality=claim.modality, belief=claim.belief, support=claim.support)
    _add(rdf, statement, denial=claim.denial, sources=claim.sources, earliest=claim.earliest, latest=claim.latest)
    for qualifier in claim.qualifiers:
        _add(rdf, statement, qualifier=qualifier)
    if claim.link is None or claim.denial > 0 or claim.modality not in FIRM:
        return
    rdf.add((subject, TERMS[claim.predicate], obj))
    for key, term in _mapped(predicate.maps_to):
        if key in DIRECTIONS:
            rdf.add((obj, term, subject) if DIRECTIONS[key] else (subject, term, obj))


def _quote(rdf: Triples, quoted: Quote, claim: URIRef) -> URIRef:
    node, extractor = iri("evidence", quoted.id), iri("extractor", quoted.extractor)
    rdf.add((node, RDF.type, PROV.Entity))
    rdf.add((node, PROV.value, text(quoted.sentence)))
    rdf.add((node, PROV.wasQuotedFrom, iri("document", quoted.document)))
    rdf.add((node, PROV.wasAttributedTo, extractor))
    rdf.add((extractor, RDF.type, PROV.SoftwareAgent))
    rdf.add((node, TERMS.denies if quoted.polarity == "denied" else TERMS.supports, claim))
    _add(rdf, node, polarity=quoted.polarity, modality=quoted.modality, speaker=quoted.speaker, why=quoted.why)
    _add(rdf, node, happened=quoted.happened, probability=quoted.probability, begins=quoted.begins, ends=quoted.ends)
    return node


def _nanopublication(claim: ClaimRow, picture: Picture, schema: Schema) -> Iterator[NamedGraph]:
    nanopub = iri("nanopub", claim.id)
    parts = ("head", "assertion", "provenance", "publication")
    names = [iri("nanopub", claim.id, part) for part in parts]
    head, assertion, provenance, publication = Triples(), Triples(), Triples(), Triples()
    head.add((nanopub, RDF.type, NANOPUB.Nanopublication))
    for relation, name in zip(("hasAssertion", "hasProvenance", "hasPublicationInfo"), names[1:], strict=True):
        head.add((nanopub, NANOPUB[relation], name))
    _assertion(assertion, claim, schema)
    for quoted in picture.quotes_of[claim.id]:
        provenance.add((names[1], PROV.wasDerivedFrom, _quote(provenance, quoted, iri("claim", claim.id))))
    publication.add((nanopub, PROV.wasAttributedTo, URIRef(BASE)))
    publication.add((nanopub, DCT.identifier, text(claim.id)))
    if picture.at:
        publication.add((nanopub, DCT.created, Literal(picture.at, datatype=XSD.dateTime)))
    yield from zip(names, (head, assertion, provenance, publication), strict=True)


def named_graphs(picture: Picture, schema: Schema | None = None) -> Iterator[NamedGraph]:
    """Yield name and triples of each graph: vocabulary, entities, documents, then four a claim.

    Raises StoreError for a predicate that the schema does not know.
    """
    schema = schema or load_schema()
    vocabulary, entities, documents = Triples(), Triples(), Triples()
    _vocabulary(vocabulary, schema)
    for entity in picture.entities:
        _entity(entities, entity, schema)
    for document in picture.documents:
        _document(documents, document)
    yield URIRef(f"{BASE}graph/vocabulary"), vocabulary
    yield URIRef(f"{BASE}graph/entities"), entities
    yield URIRef(f"{BASE}graph/documents"), documents
    for claim in picture.claims:
        yield from _nanopublication(claim, picture, schema)


@lru_cache(maxsize=4_096)
def _term(term: Node) -> str:
    if isinstance(term, URIRef):
        for prefix, namespace in PREFIXES.items():
            if term.startswith(namespace) and _LOCAL.fullmatch(local := term[len(namespace) :]):
                return f"{prefix}:{local}"
    return term.n3()


def trig(picture: Picture) -> Iterator[bytes]:
    """Yield the picture as TriG (W3C, RDF 1.1), a graph at a time: rdflib's own writer takes 4 ms a claim, this 0.2."""
    yield "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items()).encode()
    for name, triples in named_graphs(picture):
        lines = (" ".join(map(_term, triple)) + " .\n" for triple in dict.fromkeys(triples))
        yield f"\n{name.n3()} {{\n{''.join('  ' + line for line in lines)}}}\n".encode()


def write(picture: Picture, out: Path) -> None:
    """Write the picture to the file `out` as TriG in UTF-8. Raises OSError."""
    replace_file(out, trig(picture))
