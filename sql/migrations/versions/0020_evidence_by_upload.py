"""Files of evidence that a unit lays beside its answers, by the versions of the return they belong to."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the files of evidence."""
    op.create_table(
        "checklist_proof",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("checklist_id", sa.String(60), nullable=False),
        sa.Column("item_id", sa.String(20), nullable=False),
        sa.Column("document_id", sa.String(60), nullable=True),
        sa.Column("name_shown", sa.String(200), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("is_read", sa.Boolean(), nullable=False),
        sa.Column("added_by", sa.String(20), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("from_version", sa.Integer(), nullable=True),
        sa.Column("until_version", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["checklist_id"], ["checklist.id"], name=op.f("fk_checklist_proof_checklist_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_checklist_proof_document_id")),
        sa.ForeignKeyConstraint(["added_by"], ["person.id"], name=op.f("fk_checklist_proof_added_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_proof")),
    )
    op.create_index(op.f("ix_checklist_proof_checklist_id"), "checklist_proof", ["checklist_id"])


def downgrade() -> None:
    """The rows go; the files stay in the documents folder."""
    op.drop_index(op.f("ix_checklist_proof_checklist_id"), "checklist_proof")
    op.drop_table("checklist_proof")
