"""The installation's keys by generation: those of before lie wrapped under the newest."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the table; the next sealing of events writes the first generation."""
    op.create_table(
        "kept_key",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mark", sa.String(16), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("first_seal", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_kept_key")),
    )


def downgrade() -> None:
    """Only while the first key is in use does the version before read what is sealed."""
    op.drop_table("kept_key")
