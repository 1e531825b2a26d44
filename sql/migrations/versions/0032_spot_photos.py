"""Photographs taken on the spot, beside the statements of a record."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds them."""
    op.create_table(
        "spot_photo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("checklist_id", sa.String(60), nullable=False),
        sa.Column("item_id", sa.String(20), nullable=False),
        sa.Column("document_id", sa.String(60)),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("added_by", sa.String(20), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["checklist_id"], ["checklist.id"], name=op.f("fk_spot_photo_checklist_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_spot_photo_document_id")),
        sa.ForeignKeyConstraint(["added_by"], ["person.id"], name=op.f("fk_spot_photo_added_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spot_photo")),
    )
    op.create_index(op.f("ix_spot_photo_checklist_id"), "spot_photo", ["checklist_id"])


def downgrade() -> None:
    """Takes them away; their files stay where files are kept."""
    op.drop_index(op.f("ix_spot_photo_checklist_id"), table_name="spot_photo")
    op.drop_table("spot_photo")
