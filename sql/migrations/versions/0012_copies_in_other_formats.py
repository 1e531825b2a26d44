"""A plan or report has its copies in ODT and PDF, each made once."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "document_copy",
        sa.Column("document_id", sa.String(length=60), nullable=False),
        sa.Column("target", sa.String(length=10), nullable=False),
        sa.Column("copy_id", sa.String(length=60), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_document_copy_document_id")),
        sa.ForeignKeyConstraint(["copy_id"], ["document.id"], name=op.f("fk_document_copy_copy_id")),
        sa.PrimaryKeyConstraint("document_id", "target", name=op.f("pk_document_copy")),
    )


def downgrade() -> None:
    """Takes the table away; the copies stay on the shelf as documents of their own."""
    op.drop_table("document_copy")
