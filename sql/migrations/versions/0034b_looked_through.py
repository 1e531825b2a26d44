"""When the drop folder was last looked through whole."""

import sqlalchemy as sa
from alembic import op

revision = "0034b"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the instant; before the first look what is found there counts as come now."""
    op.add_column("agency", sa.Column("folder_looked_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Takes it away."""
    op.drop_column("agency", "folder_looked_at")
