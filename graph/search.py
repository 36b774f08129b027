"""Find entities by what people type: an id, a name, an alias, or a part of one."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graph.errors import UnknownEntity

if TYPE_CHECKING:
    from graph.stores import GraphStore

CANDIDATES = 2_000  # entities read before they are ranked
LONGEST = 200  # characters of a search text that count
_COLUMNS = """e.id AS id, e.name AS name, labels(e) AS kinds, e.kind AS kind, e.aliases AS aliases, e.claims AS claims
ORDER BY claims DESC, id"""
_CONTAINING = f"MATCH (e:Entity) WHERE e.search CONTAINS $text RETURN {_COLUMNS}"
_NAMED = f"MATCH (e:Entity) WHERE e.id = $given OR e.search CONTAINS $text RETURN {_COLUMNS}"
_ALL_NAMES = f"MATCH (e:Entity) RETURN {_COLUMNS}"


@dataclass(frozen=True, slots=True)
class Hit:
    """An entity that was found. `matched` is the name or alias that the text was found in."""

    id: str
    name: str
    type: str
    kind: str | None = None
    aliases: tuple[str, ...] = ()
    claims: int = 0
    matched: str = ""


def search(store: "GraphStore", text: str, *, type: str | None = None, limit: int = 20) -> tuple[Hit, ...]:
    """Return the entities with `text` in a name, best first: the whole name, its start, a word's start, anywhere.

    Case does not matter. Equal matches stand in the order of their claims. `type` is a key of entities.yml.
    """
    wanted = _folded(text)
    if not wanted or limit < 1:
        return ()
    ranked = []
    for hit in _read(store, _CONTAINING, text=wanted):
        if type is None or hit.type == type:
            rank, matched = min((_rank(name, wanted), name) for name in (hit.name, *hit.aliases))
            ranked.append((rank, -hit.claims, hit.name.casefold(), hit.id, _matched(hit, matched)))
    return tuple(row[-1] for row in sorted(ranked, key=lambda row: row[:-1])[:limit])


def find_entity(store: "GraphStore", name_or_id: str, *, type: str | None = None) -> Hit:
    """Return the entity with this id, else with this name, else with this alias.

    Raises UnknownEntity: with the candidates and their types when several have the name, with near names when none has.
    """
    given, wanted = name_or_id.strip(), _folded(name_or_id)
    found = _read(store, _NAMED, given=given, text=wanted or given) if given else []
    for hit in found:
        if hit.id == given:
            return _matched(hit, hit.name)
    fitting = [hit for hit in found if type is None or hit.type == type]
    for named in (
        [hit for hit in fitting if _folded(hit.name) == wanted],
        [hit for hit in fitting if wanted in {_folded(alias) for alias in hit.aliases}],
    ):
        if len(named) == 1:
            return _matched(named[0], given)
        if named:
            raise _ambiguous(given, named)
    raise _unknown(store, given, fitting, type)


def _read(store: "GraphStore", cypher: str, **params: str) -> list[Hit]:
    return [_hit(row) for row in store.read(cypher, dict(params), limit=CANDIDATES).dicts()]


def _hit(row: dict[str, Any]) -> Hit:
    kinds = [label for label in row["kinds"] if label != "Entity"]
    return Hit(
        id=row["id"],
        name=row["name"],
        type=kinds[0] if kinds else "Entity",
        kind=row["kind"],
        aliases=tuple(row["aliases"] or ()),
        claims=int(row["claims"] or 0),
    )


def _matched(hit: Hit, name: str) -> Hit:
    return Hit(hit.id, hit.name, hit.type, hit.kind, hit.aliases, hit.claims, name)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())[:LONGEST]


def _rank(name: str, wanted: str) -> int:
    """0 the whole name, 1 its start, 2 the start of a word, 3 anywhere in it, 4 only across names."""
    folded = _folded(name)
    if folded == wanted:
        return 0
    if folded.startswith(wanted):
        return 1
    if re.search(rf"(?<!\w){re.escape(wanted)}", folded):
        return 2
    return 3 if wanted in folded else 4


def _ambiguous(given: str, named: Sequence[Hit]) -> UnknownEntity:
    shown = "; ".join(f"{hit.name} ({hit.type}, {hit.id})" for hit in named[:8])
    return UnknownEntity(
        f"{given!r} is the name of {len(named)} entities: {shown}.",
        hint="Give the id of the one that you mean.",
        name=given,
        near=tuple(hit.name for hit in named[:8]),
    )


def _unknown(store: "GraphStore", given: str, containing: Sequence[Hit], type: str | None) -> UnknownEntity:
    near = [hit.name for hit in containing[:5]]
    if not near and given:
        names: dict[str, str] = {}
        for hit in _read(store, _ALL_NAMES):
            if type is None or hit.type == type:
                names |= {_folded(name): name for name in (*hit.aliases, hit.name)}
        near = [names[key] for key in difflib.get_close_matches(_folded(given), names, n=5, cutoff=0.6)]
    of = f" of type {type}" if type else ""
    return UnknownEntity(
        f"Nothing in the graph{of} is called {given[:120]!r}.",
        hint=f"Near names: {', '.join(near)}." if near else "Try a part of the name, or another spelling.",
        name=given,
        near=tuple(near),
    )
