"""A file of which a page or part was not read says so; without the column it would stand as clean."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the list of parts nobody could read; files read before have none."""
    op.add_column("crawled_file", sa.Column("unread", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Forgets it."""
    op.drop_column("crawled_file", "unread")
