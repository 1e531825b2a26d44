"""Awareness work held, and who handles secrets."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds both tables."""
    op.create_table(
        "awareness_session",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("for_month", sa.Date(), nullable=False),
        sa.Column("tags", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("unit_ids", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("attendees", sa.Integer(), nullable=False),
        sa.Column("attendee_ids", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("quiz_takers", sa.Integer(), nullable=True),
        sa.Column("quiz_average", sa.Float(), nullable=True),
        sa.Column("channels", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("entered_by", sa.String(length=40), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("attendees >= 0", name=op.f("ck_awareness_session_attendees_not_negative")),
        sa.CheckConstraint(
            "quiz_average IS NULL OR quiz_takers > 0", name=op.f("ck_awareness_session_average_of_somebody")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_awareness_session")),
    )
    op.create_table(
        "secret_handler",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("unit_id", sa.String(length=20), nullable=False),
        sa.Column("duties", sa.String(length=200), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_secret_handler_ends_after_start")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_secret_handler_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_secret_handler_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_secret_handler")),
        sa.UniqueConstraint("person_id", "unit_id", "since", name=op.f("uq_secret_handler_person_id_unit_id_since")),
    )


def downgrade() -> None:
    """Takes them away, with what was recorded."""
    op.drop_table("secret_handler")
    op.drop_table("awareness_session")
