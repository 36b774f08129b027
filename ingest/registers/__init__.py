"""Registers: tables and JSON records become claims by a mapping that is data; a row is the evidence."""

from ingest.registers.again import ImportedAgain, import_again
from ingest.registers.importing import ImportReport, import_register, preview
from ingest.registers.mapping import Mapping, load_mapping, shipped

__all__ = [
    "ImportReport",
    "ImportedAgain",
    "Mapping",
    "import_again",
    "import_register",
    "load_mapping",
    "preview",
    "shipped",
]
