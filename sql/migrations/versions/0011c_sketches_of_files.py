"""A suspected file is sketched, so that copies and versions of one paper are known as one family."""

import sqlalchemy as sa
from alembic import op

revision = "0011c"
down_revision = "0011b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the column; files there are get theirs when they are read again."""
    op.add_column("crawled_file", sa.Column("sketch", sa.String(128)))


def downgrade() -> None:
    """Takes it away."""
    op.drop_column("crawled_file", "sketch")
