"""Words of a language that tell what a name names: data, and the typed loader."""

from ingest.naming.loader import NamingCues, load_naming

__all__ = ["NamingCues", "load_naming"]
