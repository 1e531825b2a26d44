"""A campaign may rest and may stay hidden until an hour; a corrected version carries the first decision."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the columns."""
    with op.batch_alter_table("campaign") as campaign:
        campaign.add_column(sa.Column("reveal_at", sa.DateTime(timezone=True), nullable=True))
        campaign.add_column(sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
        campaign.add_column(sa.Column("paused_in", sa.String(length=40), nullable=True))
    with op.batch_alter_table("approval") as approval:
        approval.add_column(sa.Column("follows_id", sa.String(length=80), nullable=True))
        approval.create_foreign_key(op.f("fk_approval_follows_id"), "approval", ["follows_id"], ["id"])


def downgrade() -> None:
    """Takes them away. SQLite would not rebuild a table that others refer to: it drops the columns in place."""
    op.execute("UPDATE approval SET follows_id = NULL")
    with op.batch_alter_table("approval") as approval:
        approval.drop_constraint(op.f("fk_approval_follows_id"), type_="foreignkey")
        approval.drop_column("follows_id")
    for name in ("paused_in", "paused_at", "reveal_at"):
        op.execute(f"ALTER TABLE campaign DROP COLUMN {name}")
