"""What its sender calls a form that came back, as it was looked at."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the name; of what came before none is known."""
    op.add_column("returned_file", sa.Column("name_shown", sa.String(200), nullable=False, server_default=""))


def downgrade() -> None:
    """Takes it away."""
    op.drop_column("returned_file", "name_shown")
