"""Files that leave the graph, each statement with the sentences which carry it."""

from graph.export.formats import EXPORTERS, export

__all__ = ["EXPORTERS", "export"]
