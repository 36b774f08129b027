"""The feeds that are watched, and which of their entries were read."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables of feeds and of their entries."""
    op.create_table(
        "feeds",
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("modified", sa.String(), nullable=True),
        sa.Column("polled", sa.String(), nullable=True),
        sa.Column("rests_until", sa.String(), nullable=True),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_feeds")),
    )
    op.create_table(
        "feed_entries",
        sa.Column("feed", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["feed"], ["feeds.address"], name=op.f("fk_feed_entries_feed"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("feed", "link", name=op.f("pk_feed_entries")),
    )
