"""What is in the graph, and where a newcomer may begin: both read from the data, nothing is written down here."""

from collections.abc import Sequence
from dataclasses import dataclass

from graph.reports.entity import DocumentRef
from graph.reports.parts import EntityRef, LinkRef, entity_from, links_where, rows
from graph.stores import GraphStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question that the data answers at once: the entity that it is about and the links that answer it."""

    words: str
    entity: EntityRef
    answers: tuple[LinkRef, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The answering entities, the most believed first, each once."""
        return tuple(dict.fromkeys(link.other(self.entity.id).name for link in self.answers))


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Counts, the newest documents, entities to begin with and questions with their answers."""

    entities: int
    links: int
    claims: int
    evidence: int
    documents: int
    disputed: int
    denied: int
    types: tuple[tuple[str, int], ...]  # face or type in plural → entities
    newest: tuple[DocumentRef, ...]
    starts: tuple[EntityRef, ...]
    questions: tuple[Question, ...]
    updated: str | None  # ISO 8601, UTC: when the graph was published

    @property
    def empty(self) -> bool:
        """Whether nothing has been added yet."""
        return not (self.documents or self.entities)


# (question, type of the entity asked about, condition on the links that answer, entity is the subject)
_QUESTIONS: tuple[tuple[str, str, tuple[str, ...], bool], ...] = (
    ("Where did the pictures of {name} come from?", "Dataset", ("COLLECTED_FROM", "DERIVED_FROM"), True),
    ("Who used {name}?", "Dataset", ("USED", "TRAINED_ON"), False),
    ("Who is behind {name}?", "Programme", ("SUPPLIED", "PARTICIPATED_IN", "OPERATES", "FUNDED"), False),
    ("Whom does {name} supply?", "Organization", ("SUPPLIED", "PARTICIPATED_IN"), True),
    ("What did {name} make?", "Organization", ("CREATED", "PUBLISHED"), True),
)
_NEWEST = """
MATCH (d:Document)
RETURN d.id AS id, d.name AS headline, d.address AS address, d.publisher AS publisher, d.published AS published,
       d.retrieved AS retrieved
ORDER BY retrieved DESC, id LIMIT $n
"""
_BEST = """
MATCH (e:Entity)
RETURN e.id AS e_id, e.name AS e_name, labels(e) AS e_labels, e.kind AS e_kind, e.claims AS e_claims
ORDER BY e_claims DESC, e_name LIMIT $n
"""


def _count(store: GraphStore, pattern: str) -> int:
    found = rows(store, f"MATCH {pattern} RETURN count(*) AS n")
    return int(found[0]["n"]) if found else 0


def best_connected(store: GraphStore, *, limit: int = 2_000) -> list[EntityRef]:
    """The entities with the most claims first."""
    return [entity_from(row, "e") for row in rows(store, _BEST, limit, n=limit)]


def _pick(links: Sequence[LinkRef], kind: str, subject: bool) -> tuple[EntityRef, list[LinkRef]] | None:
    groups: dict[str, tuple[EntityRef, list[LinkRef]]] = {}
    for link in links:
        entity = link.subject if subject else link.object
        if entity.type == kind:
            groups.setdefault(entity.id, (entity, []))[1].append(link)
    if not groups:
        return None
    return max(groups.values(), key=lambda group: (len(group[1]), group[0].claims, group[0].name))


def questions(store: GraphStore, *, limit: int = 3) -> tuple[Question, ...]:
    """Questions about the entities with most answers; no question without an answer, none twice about one entity."""
    asked: list[Question] = []
    for words, kind, predicates, subject in _QUESTIONS:
        links = links_where(store, "type(r) IN $predicates AND NOT r.inferred", predicates=list(predicates))
        links = [link for link in links if (link.subject if subject else link.object).type == kind]
        fresh = [
            link
            for link in links
            if (link.subject if subject else link.object).id not in {question.entity.id for question in asked}
        ]
        picked = _pick(fresh or links, kind, subject)
        if picked:
            entity, answers = picked
            asked.append(Question(words=words.format(name=entity.name), entity=entity, answers=tuple(answers)))
        if len(asked) == limit:
            break
    return tuple(asked)


def overview(store: GraphStore) -> Overview:
    """Read what the first page shows."""
    best = best_connected(store)
    counts: dict[str, int] = {}
    for entity in best:
        counts[entity.face.plural] = counts.get(entity.face.plural, 0) + 1
    newest = rows(store, _NEWEST, n=5)
    snapshot = rows(store, "MATCH (s:Snapshot) RETURN s.at AS at")
    starts: list[EntityRef] = []
    for kind in ("Dataset", "Programme", "Organization", "Platform"):
        starts += [entity for entity in best if entity.type == kind][:2]
    return Overview(
        entities=_count(store, "(e:Entity)"),
        links=_count(store, "(:Entity)-[r]->(:Entity)"),
        claims=_count(store, "(c:Claim)"),
        evidence=_count(store, "(v:Evidence)"),
        documents=_count(store, "(d:Document)"),
        disputed=_count(store, "(c:Claim) WHERE c.status = 'disputed'"),
        denied=_count(store, "(c:Claim) WHERE c.status = 'denied'"),
        types=tuple(sorted(counts.items(), key=lambda item: -item[1])),
        newest=tuple(DocumentRef(**{k: v for k, v in row.items() if k != "retrieved"}) for row in newest),
        starts=tuple(starts),
        questions=questions(store),
        updated=snapshot[0]["at"] if snapshot else None,
    )
