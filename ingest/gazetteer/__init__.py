"""Names that are known beforehand: YAML files, one per group of types, and their strict loader."""

from ingest.gazetteer.loader import Entry, gazetteer_languages, load_gazetteer, official_name

__all__ = ["Entry", "gazetteer_languages", "load_gazetteer", "official_name"]
