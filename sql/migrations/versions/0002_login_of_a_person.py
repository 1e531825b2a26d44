"""A person may sign in to Airflow by another name than the roster's id."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the login; empty means the id."""
    op.add_column("person", sa.Column("login", sa.String(length=100), nullable=True))


def downgrade() -> None:
    """Takes it away again."""
    op.drop_column("person", "login")
