"""The graph's own commands, mounted by the root command in `ingest/cli.py`."""

from graph.commands.answers import documents, query, stats, trail, verify
from graph.commands.changes import export, rebuild, remove, review, serve

COMMANDS = (stats, query, trail, documents, review, remove, verify, rebuild, export, serve)
