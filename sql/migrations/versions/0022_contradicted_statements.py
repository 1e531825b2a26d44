"""A statement facts speak against is a question to the unit first; what it rests on, and when it became a 疑似事項."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

THERE = sa.text("beside_id IS NOT NULL")


def upgrade() -> None:
    """Adds what such a question rests on, when a person raised it, and beside which 疑似事項."""
    op.add_column("suspicion", sa.Column("rests_on", sa.JSON(none_as_null=True)))
    op.add_column("suspicion", sa.Column("raised_at", sa.DateTime(timezone=True)))
    # SQLite adds a reference only in the words of the column itself
    op.execute(
        "ALTER TABLE suspicion ADD COLUMN beside_id INTEGER CONSTRAINT fk_suspicion_beside_id REFERENCES suspicion (id)"
    )
    op.create_index("ix_suspicion_beside_id", "suspicion", ["beside_id"], sqlite_where=THERE, postgresql_where=THERE)


def downgrade() -> None:
    """Takes it away. The questions cannot go, no 疑似事項 can: they stand as what a unit said of a statement."""
    op.execute("UPDATE suspicion SET kind = 'self_reported' WHERE kind = 'declared_otherwise'")
    op.drop_index("ix_suspicion_beside_id", "suspicion")
    for name in ("beside_id", "raised_at", "rests_on"):
        op.drop_column("suspicion", name)
