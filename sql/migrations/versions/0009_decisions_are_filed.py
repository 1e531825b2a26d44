"""A decision taken on paper is filed: 檔號 and 保存年限 beside number, day and scan."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the columns."""
    op.add_column("approval", sa.Column("file_number", sa.String(length=60), nullable=True))
    op.add_column("approval", sa.Column("retention", sa.String(length=10), nullable=True))


def downgrade() -> None:
    """Takes them away, in place: SQLite would not rebuild a table that others refer to."""
    for name in ("retention", "file_number"):
        op.execute(f"ALTER TABLE approval DROP COLUMN {name}")
