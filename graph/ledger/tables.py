"""The tables of the ledger: L0 sources, L1 assertions, L2 judgements, L3 reviews, and the log of changes.

Judgements and reviews point by content hash and have no foreign key: they outlive the removal of what they are about.
A claim without evidence has no row: it lapses by disappearing, and comes back with the same id when a sentence says it
again. `document_surfaces` keeps how each document spells an entity; `surfaces` is derived from it.
"""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _owner() -> Column[str]:
    return Column("document_id", String, ForeignKey("documents.id", ondelete="CASCADE"), nullable=False, index=True)


FACTS = Table("ledger", METADATA, Column("key", String, primary_key=True), Column("value", String, nullable=False))

DOCUMENTS = Table(
    "documents",
    METADATA,
    Column("id", String, primary_key=True),
    Column("address", String, nullable=False, index=True),
    Column("headline", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("kind", String, nullable=False),
    Column("language", String, nullable=False),
    Column("publisher", String, index=True),
    Column("author", String),
    Column("published", String),
    Column("modified", String),
    Column("retrieved", String, nullable=False),
    Column("reader", String, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("raw_hash", String, nullable=False),
    Column("sources", JSON, nullable=False),
    Column("pages", JSON, nullable=False),
    Column("cluster", String, nullable=False, index=True),
    Column("signature", LargeBinary),
    Column("recorded", String, nullable=False),
)
# Bands of the MinHash signature: two documents that share one are compared; near copies are kept as pairs.
BANDS = Table("bands", METADATA, _owner(), Column("band", String, nullable=False, index=True))
COPIES = Table(
    "copies",
    METADATA,
    Column("left_id", String, ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("right_id", String, ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True, index=True),
)
# Publishers that a document itself names as its sources; kept beside `documents.sources` so that they can be searched.
ORIGINS = Table("origins", METADATA, _owner(), Column("publisher", String, nullable=False, index=True))
SENTENCES = Table(
    "sentences",
    METADATA,
    Column("id", String, primary_key=True),
    _owner(),
    Column("begins", Integer, nullable=False),
    Column("ends", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("paragraph", Integer, nullable=False),
)
SURFACES = Table(
    "surfaces",
    METADATA,
    Column("id", String, primary_key=True),
    Column("type", String, nullable=False),
    Column("name", String, nullable=False),
    Column("known", String, index=True),
    Column("official", String),
    Column("kind", String),
)
DOCUMENT_SURFACES = Table(
    "document_surfaces",
    METADATA,
    Column("document_id", String, ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("surface_id", String, ForeignKey("surfaces.id"), primary_key=True, index=True),
    Column("name", String, nullable=False),
    Column("kind", String),
)
MENTIONS = Table(
    "mentions",
    METADATA,
    Column("id", String, primary_key=True),
    _owner(),
    Column("sentence_id", String, ForeignKey("sentences.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("begins", Integer, nullable=False),
    Column("ends", Integer, nullable=False),
    Column("type", String, nullable=False),
    Column("nominal", Boolean, nullable=False),
    Column("probability", Float, nullable=False),
)
MENTION_SURFACES = Table(
    "mention_surfaces",
    METADATA,
    Column("mention_id", String, ForeignKey("mentions.id", ondelete="CASCADE"), primary_key=True),
    Column("surface_id", String, ForeignKey("surfaces.id"), primary_key=True, index=True),
    Column("position", Integer, nullable=False),
)
CLAIMS = Table(
    "claims",
    METADATA,
    Column("id", String, primary_key=True),
    Column("predicate", String, nullable=False),
    Column("subject_id", String, ForeignKey("surfaces.id"), nullable=False, index=True),
    Column("object_id", String, ForeignKey("surfaces.id"), nullable=False, index=True),
    Column("qualifiers", JSON, nullable=False),
)
EVIDENCE = Table(
    "evidence",
    METADATA,
    Column("id", String, primary_key=True),
    Column("claim_id", String, ForeignKey("claims.id"), nullable=False, index=True),
    _owner(),
    Column("sentence_id", String, ForeignKey("sentences.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("subject_id", String, ForeignKey("mentions.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("object_id", String, ForeignKey("mentions.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("context", JSON, nullable=False),
    Column("polarity", String, nullable=False),
    Column("modality", String, nullable=False),
    Column("speakers", JSON, nullable=False),
    Column("speaker_surface", String),
    Column("happened", String),
    Column("cues", JSON, nullable=False),
    Column("extractor", String, nullable=False),
    Column("version", String, nullable=False),
    Column("probability", Float, nullable=False),
    Column("why", Text, nullable=False),
)
JUDGEMENTS = Table(
    "judgements",
    METADATA,
    Column("left_id", String, primary_key=True),
    Column("right_id", String, primary_key=True, index=True),
    Column("sameness", String, nullable=False),
    Column("by", String, nullable=False),
    Column("at", String, nullable=False),
    Column("why", Text, nullable=False),
)
REVIEWS = Table(
    "reviews",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("target", String, nullable=False, index=True),
    Column("verdict", String, nullable=False),
    Column("by", String, nullable=False),
    Column("at", String, nullable=False),
    Column("note", Text, nullable=False),
)
RUNS = Table(
    "runs",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("command", Text, nullable=False),
    Column("began", String, nullable=False),
    Column("ended", String, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
)
FAILURES = Table(
    "failures",
    METADATA,
    Column("source", String, primary_key=True),
    Column("stage", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("hint", Text, nullable=False),
    Column("at", String, nullable=False),
)
FEEDS = Table(
    "feeds",
    METADATA,
    Column("address", String, primary_key=True),
    Column("etag", String),
    Column("modified", String),
    Column("polled", String),
    Column("rests_until", String),
    Column("errors", Integer, nullable=False),
)
FEED_ENTRIES = Table(
    "feed_entries",
    METADATA,
    Column("feed", String, ForeignKey("feeds.address", ondelete="CASCADE"), primary_key=True),
    Column("link", String, primary_key=True),
    Column("at", String, nullable=False),
)
IMPORTS = Table(
    "imports",
    METADATA,
    Column("address", String, primary_key=True),
    Column("mapping", String, nullable=False),
    Column("file", String, nullable=False),
    Column("publisher", String),
    Column("published", String),
    Column("at", String, nullable=False),
)
PUBLISHERS = Table(
    "publishers", METADATA, Column("name", String, primary_key=True), Column("reliability", Float, nullable=False)
)
# `detail` keeps what identity needs to know of a surface that is gone: its type, name and gazetteer id.
CHANGES = Table(
    "changes",
    METADATA,
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("kind", String, nullable=False),
    Column("id", String, nullable=False),
    Column("detail", JSON, nullable=False),
    Column("at", String, nullable=False),
    sqlite_autoincrement=True,
)
Index("ix_claims_ends", CLAIMS.c.predicate, CLAIMS.c.subject_id, CLAIMS.c.object_id)
