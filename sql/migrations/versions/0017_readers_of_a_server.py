"""How many read a file server at once is bounded over all campaigns: its places, and who waits for one."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the places and the queue before them."""
    op.create_table(
        "server_lease",
        sa.Column("host", sa.String(255), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(40), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("host", "slot", name=op.f("pk_server_lease")),
    )
    op.create_table(
        "server_turn",
        sa.Column("asker", sa.String(120), nullable=False),
        sa.Column("host", sa.String(255), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("comes_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("asker", name=op.f("pk_server_turn")),
    )
    op.create_index(op.f("ix_server_turn_host"), "server_turn", ["host"])


def downgrade() -> None:
    """Readers of the version before ask nobody."""
    op.drop_table("server_turn")
    op.drop_table("server_lease")
