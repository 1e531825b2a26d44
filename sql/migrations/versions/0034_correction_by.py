"""By when a checklist that was sent back is to be corrected."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the day; one sent back before keeps the day it had."""
    op.add_column("checklist", sa.Column("correct_by", sa.Date()))


def downgrade() -> None:
    """Takes it away."""
    op.drop_column("checklist", "correct_by")
