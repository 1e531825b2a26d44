"""What a unit types on the page is kept as a draft until it is sent."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the drafts, one per checklist."""
    op.create_table(
        "checklist_draft",
        sa.Column("checklist_id", sa.String(60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["checklist_id"], ["checklist.id"], name=op.f("fk_checklist_draft_checklist_id")),
        sa.PrimaryKeyConstraint("checklist_id", name=op.f("pk_checklist_draft")),
    )


def downgrade() -> None:
    """What was typed and not sent goes."""
    op.drop_table("checklist_draft")
