"""One error tree; every error carries a `hint`: one sentence that says what to do next.

SightlinesError
|- ConfigError          a setting or a URL is wrong
|- SchemaError          .file .key       a schema, rule, gazetteer or query file is wrong
|- SourceError          .source          a document could not be read
|  |- Resting                            ... yet: its host is given a rest (ingest.manners)
|  '- UnsupportedSource                  ... and never will be: wrong type, language, size
|     |- Forbidden                       ... its host asks not to (ingest.manners)
|     '- Exhausted                       ... an archive holds more than is unpacked (ingest.sources.progress)
|- SpanError            .document .start .end
|- UnknownEntity        .name            nothing in the graph has this name or id
|- QueryError           .query .line
|  |- QueryRejected     .token           not a read
|  |- ParameterError    .name
|  '- QueryTimeout      .seconds
|- LedgerError                           the ledger can't be opened or written
'- StoreError
   |- StoreUnavailable  .url             the engine can't be reached (never with a password in the text)
   |- StoreLocked       .owner           another process is writing
   |- StoreCorrupt      .path            the graph file is damaged
   '- RecordRejected    .id              a node or link breaks the schema
"""

from typing import Any


class SightlinesError(Exception):
    """Base of all errors that a user may see. `str(error)` says what, `error.hint` what to do next."""

    default_hint = ""

    def __init__(self, message: str, *, hint: str | None = None, **fields: Any) -> None:
        super().__init__(message)
        self.hint: str = self.default_hint if hint is None else hint
        self.fields: dict[str, Any] = fields

    def __getattr__(self, name: str) -> Any:
        # Fields given at the raise are attributes of the error; only called when normal look-up fails.
        fields = self.__dict__.get("fields", {})
        if name in fields:
            return fields[name]
        raise AttributeError(name)


class ConfigError(SightlinesError):
    """A setting or a URL is wrong."""

    default_hint = "See the table of settings in the README."


class SchemaError(SightlinesError):
    """A schema, rule, gazetteer or query file is wrong; `.file` and `.key` name the place."""

    def __init__(self, message: str, *, file: object, key: str = "", hint: str = "") -> None:
        where = f"{file}: {key}: " if key else f"{file}: "
        super().__init__(where + message, hint=hint or "Mend the file and run the command again.", file=file, key=key)


class SourceError(SightlinesError):
    """A document could not be read; `.source` names it."""

    default_hint = "Check the file and add it again."


class UnsupportedSource(SourceError):
    """A document of a type, language or size that is not read."""

    default_hint = "Sightlines reads pages, papers, texts, feeds, mail, JSONL, web archives and ZIP: see the README."


class SpanError(SightlinesError):
    """A stored span no longer reads the words it was recorded with."""

    default_hint = "Remove the document and add it again."


class UnknownEntity(SightlinesError):
    """Nothing in the graph has this name or id; `.name` is what was asked for."""

    default_hint = "`sightlines query run find_entity --param name=...` searches by a part of a name."


class QueryError(SightlinesError):
    """A query could not be run."""

    default_hint = "Check the query against Neo4j's Cypher 5 and the list in the README."


class QueryRejected(QueryError):
    """A query that is not a plain read; `.token` is the word that was refused."""

    default_hint = "Only reading queries run here: MATCH ... RETURN ... LIMIT."


class ParameterError(QueryError):
    """A parameter is missing, unknown or of the wrong type; `.name` names it."""

    default_hint = "`sightlines query show NAME` lists the parameters."


class QueryTimeout(QueryError):
    """A query ran longer than it may; `.seconds` is the limit."""

    default_hint = "Narrow the pattern, add a bound to `*1..n`, or raise SIGHTLINES_TIMEOUT."


class LedgerError(SightlinesError):
    """The ledger can't be opened, migrated or written."""

    default_hint = "Check SIGHTLINES_LEDGER_URL and the folder's permissions."


class StoreError(SightlinesError):
    """The graph store refused or failed."""

    default_hint = "`sightlines rebuild` makes the graph anew from the ledger."


class StoreUnavailable(StoreError):
    """The engine can't be reached or refuses the login; `.url` carries no password."""

    default_hint = (
        "Start the server, or check SIGHTLINES_STORE_URL, SIGHTLINES_STORE_USER and SIGHTLINES_STORE_PASSWORD."
    )


class StoreLocked(StoreError):
    """Another process is writing; `.owner` names it."""

    default_hint = "Wait until the other command has ended, then run this one again."


class StoreCorrupt(StoreError):
    """The graph file is damaged. The ledger holds everything."""

    default_hint = "Run `sightlines rebuild`: the graph is made anew from the ledger, nothing is lost."


class RecordRejected(StoreError):
    """A node or link breaks the schema; `.id` names it."""
