"""Read `entities.yml` and `predicates.yml` into frozen objects; an error names file, key and reason."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from graph.errors import SchemaError
from graph.paths import SCHEMA

# Names that one of the engines keeps for itself (stores.md, rule 3) or that a Cypher parser reads as a keyword.
RESERVED = frozenset({"title", "type", "label", "labels", "when", "end", "id", "name", "k"})
QUALIFIERS = frozenset(
    {"purpose", "basis", "kind", "role", "amount", "stake", "what", "reason", "method", "consent", "list", "on"}
)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Face(_Strict):
    """How entities of a type, or of some of its kinds, are drawn: column from left to right, colours, shape."""

    key: str
    name: str
    plural: str
    kinds: tuple[str, ...] = ()
    column: int = Field(ge=0)
    light: str = Field(pattern=r"^#[0-9A-F]{6}$")
    dark: str = Field(pattern=r"^#[0-9A-F]{6}$")
    shape: str


class EntityType(_Strict):
    """One entity type: the second label of its nodes."""

    label: str
    letter: str = Field(pattern=r"^[A-Z]$")
    plural: str
    description: str
    kinds: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()
    maps_to: Mapping[str, str] = {}
    faces: tuple[Face, ...] = Field(min_length=1)

    def face(self, kind: str | None) -> Face:
        """Return the face of an entity of this type and kind; the face without kinds is the fallback."""
        for face in self.faces:
            if kind in face.kinds:
                return face
        return next((f for f in self.faces if not f.kinds), self.faces[-1])


class Predicate(_Strict):
    """One predicate: the type of its links."""

    name: str
    label: str
    inverse: str
    subject: tuple[str, ...] = Field(min_length=1)
    object: tuple[str, ...] = Field(min_length=1)
    qualifiers: tuple[str, ...] = ()
    symmetric: bool = False
    never_from: tuple[str, ...] = ()
    meaning: str
    maps_to: Mapping[str, str] = {}


class Schema(_Strict):
    """The closed lists of what may enter the graph."""

    entities: Mapping[str, EntityType]
    predicates: Mapping[str, Predicate]

    def allows(self, predicate: str, subject_type: str, object_type: str) -> bool:
        """Return whether the predicate may stand between these types, in this direction."""
        known = self.predicates.get(predicate)
        return known is not None and subject_type in known.subject and object_type in known.object

    @property
    def faces(self) -> tuple[Face, ...]:
        """All faces in the order of their columns."""
        every = (face for entity in self.entities.values() for face in entity.faces)
        return tuple(sorted(every, key=lambda face: face.column))

    @property
    def letters(self) -> Mapping[str, str]:
        """Annotation letter → entity type."""
        return {entity.letter: entity.label for entity in self.entities.values()}


def _read(path: Path) -> dict[str, Any]:
    try:
        data = yaml.safe_load(path.read_text("utf-8"))
    except OSError as exc:
        raise SchemaError(f"can't be read ({exc.strerror})", file=path.name) from exc
    except yaml.YAMLError as exc:
        mark = getattr(exc, "problem_mark", None)
        raise SchemaError(f"no valid YAML: {exc}", file=path.name, key=f"line {mark.line + 1}" if mark else "") from exc
    if not isinstance(data, dict):
        raise SchemaError("must be a mapping of names to entries", file=path.name)
    return data


def _entry(path: Path, key: str, model: type[Any], values: Any, name_field: str) -> Any:
    if not isinstance(values, dict):
        raise SchemaError("must be a mapping", file=path.name, key=str(key))
    try:
        return model(**{name_field: key, **values})
    except ValidationError as exc:
        # A misspelt key also leaves the right one missing: name the misspelling.
        first = min(exc.errors(), key=lambda error: error["type"] != "extra_forbidden")
        where = ".".join(str(part) for part in (key, *first["loc"]))
        raise SchemaError(first["msg"], file=path.name, key=where) from exc


def _check_predicate(path: Path, predicate: Predicate, entities: Mapping[str, EntityType], names: set[str]) -> None:
    if not re.fullmatch(r"[A-Z][A-Z_]*", predicate.name):
        raise SchemaError("a predicate is upper-case letters and underscores", file=path.name, key=predicate.name)
    for end in ("subject", "object"):
        for label in getattr(predicate, end):
            if label not in entities:
                raise SchemaError(
                    f"unknown entity type {label}",
                    file=path.name,
                    key=f"{predicate.name}.{end}",
                    hint=f"Add {label} to entities.yml or use one of {', '.join(entities)}.",
                )
    if unknown := set(predicate.never_from) - names:
        raise SchemaError(f"unknown predicate {min(unknown)}", file=path.name, key=f"{predicate.name}.never_from")
    if unknown := set(predicate.qualifiers) - QUALIFIERS:
        raise SchemaError(f"unknown qualifier {min(unknown)}", file=path.name, key=f"{predicate.name}.qualifiers")


def _check_entities(path: Path, entities: Mapping[str, EntityType]) -> None:
    letters: dict[str, str] = {}
    for label, entity in entities.items():
        if entity.letter in letters:
            raise SchemaError(f"letter {entity.letter} is taken by {letters[entity.letter]}", file=path.name, key=label)
        letters[entity.letter] = label
        if taken := RESERVED & set(entity.properties):
            raise SchemaError(f"the property name {min(taken)} is reserved", file=path.name, key=f"{label}.properties")
        for face in entity.faces:
            if unknown := set(face.kinds) - set(entity.kinds):
                raise SchemaError(f"unknown kind {min(unknown)}", file=path.name, key=f"{label}.faces.{face.key}")


def read_schema(folder: Path) -> Schema:
    """Read the two files of `folder`. Raises SchemaError with file, key and reason."""
    entity_path, predicate_path = folder / "entities.yml", folder / "predicates.yml"
    entities = {k: _entry(entity_path, k, EntityType, v, "label") for k, v in _read(entity_path).items()}
    _check_entities(entity_path, entities)
    rows = _read(predicate_path)
    predicates = {k: _entry(predicate_path, k, Predicate, v, "name") for k, v in rows.items()}
    for predicate in predicates.values():
        _check_predicate(predicate_path, predicate, entities, set(predicates))
    return Schema(entities=entities, predicates=predicates)


@cache
def load_schema() -> Schema:
    """Return the project's own schema, read once."""
    return read_schema(SCHEMA)
