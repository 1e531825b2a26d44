"""Who else than contact and head fills a unit's checklist, and people a unit named who are in no roster."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0022"
branch_labels = None
depends_on = None

STANDING = sa.text("revoked_at IS NULL")


def upgrade() -> None:
    """Adds the grants, and whether a person is of the roster."""
    op.add_column("person", sa.Column("of_roster", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.create_table(
        "checklist_filler",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("checklist_id", sa.String(60), nullable=False),
        sa.Column("person_id", sa.String(20), nullable=False),
        sa.Column("named_by", sa.String(20), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_by", sa.String(20), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["checklist_id"], ["checklist.id"], name=op.f("fk_checklist_filler_checklist_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_checklist_filler_person_id")),
        sa.ForeignKeyConstraint(["named_by"], ["person.id"], name=op.f("fk_checklist_filler_named_by")),
        sa.ForeignKeyConstraint(["revoked_by"], ["person.id"], name=op.f("fk_checklist_filler_revoked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_filler")),
    )
    op.create_index(
        "ix_checklist_filler_standing",
        "checklist_filler",
        ["checklist_id", "person_id"],
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )
    op.create_index(op.f("ix_checklist_filler_person_id"), "checklist_filler", ["person_id"])


def downgrade() -> None:
    """The grants go; whom a unit named stays as somebody who has left, for events and drafts bear their id."""
    op.drop_index(op.f("ix_checklist_filler_person_id"), "checklist_filler")
    op.drop_index("ix_checklist_filler_standing", "checklist_filler")
    op.drop_table("checklist_filler")
    op.execute(sa.text("UPDATE person SET active = :gone WHERE NOT of_roster").bindparams(gone=False))
    op.drop_column("person", "of_roster")
