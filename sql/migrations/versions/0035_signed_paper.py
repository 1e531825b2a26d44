"""Checklists on signed paper: keyed in by the ethics office, held against the paper by a second person."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds what is keyed in, and what a return on paper rests on."""
    op.create_table(
        "paper_return",
        sa.Column("checklist_id", sa.String(60), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scan_id", sa.String(60)),
        sa.Column("content_hash", sa.String(64)),
        sa.Column("sent_by", sa.String(20)),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("state IN ('draft', 'sent', 'entered')", name=op.f("ck_paper_return_paperstate")),
        sa.ForeignKeyConstraint(["checklist_id"], ["checklist.id"], name=op.f("fk_paper_return_checklist_id")),
        sa.ForeignKeyConstraint(["scan_id"], ["document.id"], name=op.f("fk_paper_return_scan_id")),
        sa.ForeignKeyConstraint(["sent_by"], ["person.id"], name=op.f("fk_paper_return_sent_by")),
        sa.PrimaryKeyConstraint("checklist_id", name=op.f("pk_paper_return")),
    )
    op.create_table(
        "signed_paper",
        sa.Column("checklist_id", sa.String(60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("keyed_by", sa.String(20), nullable=False),
        sa.Column("confirmed_by", sa.String(20), nullable=False),
        sa.Column("scan_id", sa.String(60)),
        sa.ForeignKeyConstraint(
            ["checklist_id", "version"],
            ["checklist_return.checklist_id", "checklist_return.version"],
            name=op.f("fk_signed_paper_checklist_id_version"),
        ),
        sa.ForeignKeyConstraint(["keyed_by"], ["person.id"], name=op.f("fk_signed_paper_keyed_by")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["person.id"], name=op.f("fk_signed_paper_confirmed_by")),
        sa.ForeignKeyConstraint(["scan_id"], ["document.id"], name=op.f("fk_signed_paper_scan_id")),
        sa.PrimaryKeyConstraint("checklist_id", "version", name=op.f("pk_signed_paper")),
    )


def downgrade() -> None:
    """Takes them away."""
    op.drop_table("signed_paper")
    op.drop_table("paper_return")
