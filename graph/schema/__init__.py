"""The ontology as data: `entities.yml` and `predicates.yml`, and their typed loader."""

from graph.schema.loader import EntityType, Face, Predicate, Schema, load_schema

__all__ = ["EntityType", "Face", "Predicate", "Schema", "load_schema"]
