"""The card of an entity: its links by relation and direction, what is only denied of it, and its documents."""

from dataclasses import dataclass

from graph.errors import UnknownEntity
from graph.reports.parts import EntityRef, LinkRef, entity_from, links_where, rows, words_of
from graph.stores import GraphStore


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRef:
    """A document as lists show it."""

    id: str
    headline: str
    address: str
    publisher: str | None
    published: str | None
    evidence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeniedClaim:
    """A claim for which there are denials only: it is no link of the graph."""

    id: str
    words: str
    subject: EntityRef
    object: EntityRef
    evidence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """The links of one entity under one predicate and direction. `words` read from the entity outwards."""

    words: str
    outwards: bool
    links: tuple[LinkRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityView:
    """Everything that the page of one entity shows."""

    entity: EntityRef
    aliases: tuple[str, ...]
    known: str | None
    relations: tuple[Relation, ...]
    denied: tuple[DeniedClaim, ...]
    documents: tuple[DocumentRef, ...]

    @property
    def links(self) -> tuple[LinkRef, ...]:
        """All links, relation by relation."""
        return tuple(link for relation in self.relations for link in relation.links)


_ENTITY = """
MATCH (e:Entity) WHERE e.id = $id
RETURN e.id AS e_id, e.name AS e_name, labels(e) AS e_labels, e.kind AS e_kind, e.claims AS e_claims,
       e.aliases AS aliases, e.known AS known
"""
_DENIED = """
MATCH (c:Claim)-[:SUBJECT]->(s:Entity), (c)-[:OBJECT]->(o:Entity)
WHERE c.status = 'denied' AND (s.id = $id OR o.id = $id)
RETURN c.id AS id, c.predicate AS predicate, c.evidence AS evidence,
       s.id AS s_id, s.name AS s_name, labels(s) AS s_labels, s.kind AS s_kind, s.claims AS s_claims,
       o.id AS o_id, o.name AS o_name, labels(o) AS o_labels, o.kind AS o_kind, o.claims AS o_claims
ORDER BY id
"""
_DOCUMENTS = """
MATCH (e:Entity)<-[:SUBJECT|OBJECT]-(c:Claim)<-[:SUPPORTS|DENIES]-(v:Evidence)-[:FROM]->(d:Document)
WHERE e.id = $id
RETURN d.id AS id, d.name AS headline, d.address AS address, d.publisher AS publisher, d.published AS published,
       count(DISTINCT v.id) AS evidence
ORDER BY evidence DESC, headline LIMIT 50
"""


def entity_ref(store: GraphStore, entity_id: str) -> EntityRef:
    """The entity with this id. Raises UnknownEntity."""
    found = rows(store, _ENTITY, id=entity_id)
    if not found:
        raise UnknownEntity(f"Nothing in the graph has the id {entity_id!r}.", name=entity_id)
    return entity_from(found[0], "e")


def entity_view(store: GraphStore, entity_id: str) -> EntityView:
    """Read the card of one entity. Raises UnknownEntity."""
    found = rows(store, _ENTITY, id=entity_id)
    if not found:
        raise UnknownEntity(f"Nothing in the graph has the id {entity_id!r}.", name=entity_id)
    entity = entity_from(found[0], "e")
    groups: dict[tuple[str, bool], list[LinkRef]] = {}
    for link in links_where(store, "s.id = $id OR o.id = $id", id=entity_id):
        groups.setdefault((link.predicate, link.subject.id == entity_id), []).append(link)
    relations = (
        Relation(words=words_of(predicate, inverse=not outwards), outwards=outwards, links=tuple(links))
        for (predicate, outwards), links in groups.items()
    )
    denied = (
        DeniedClaim(
            id=row["id"],
            words=words_of(row["predicate"]),
            subject=entity_from(row, "s"),
            object=entity_from(row, "o"),
            evidence=row["evidence"] or 0,
        )
        for row in rows(store, _DENIED, id=entity_id)
    )
    return EntityView(
        entity=entity,
        aliases=tuple(a for a in found[0]["aliases"] or () if a != entity.name),
        known=found[0]["known"],
        relations=tuple(sorted(relations, key=lambda r: (not r.outwards, -len(r.links), r.words))),
        denied=tuple(denied),
        documents=tuple(DocumentRef(**row) for row in rows(store, _DOCUMENTS, id=entity_id)),
    )
