"""When a document says that it was last changed."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column; what was read before says nothing."""
    op.add_column("documents", sa.Column("modified", sa.String(), nullable=True))
