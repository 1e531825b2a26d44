"""Spring-Festival windows, proposed and confirmed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ONE_CONFIRMED = sa.text("state = 'confirmed'")


def upgrade() -> None:
    """Adds the table; at most one window of a year is confirmed."""
    op.create_table(
        "spring_window",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("pattern", sa.String(length=20), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "confirmed",
                "set_aside",
                name="springwindowstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("estimated", sa.Boolean(), nullable=False),
        sa.Column("proposed_by", sa.String(length=40), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.String(length=20), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("circular_on", sa.Date(), nullable=True),
        sa.Column("circular_number", sa.String(length=100), nullable=True),
        sa.CheckConstraint("end_at > start_at", name=op.f("ck_spring_window_ends_after_start")),
        sa.CheckConstraint(
            "state <> 'confirmed' OR (confirmed_by IS NOT NULL AND circular_on IS NOT NULL"
            " AND circular_number IS NOT NULL)",
            name=op.f("ck_spring_window_confirmed_by_circular"),
        ),
        sa.ForeignKeyConstraint(["confirmed_by"], ["person.id"], name=op.f("fk_spring_window_confirmed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spring_window")),
        sa.UniqueConstraint("year", "pattern", name=op.f("uq_spring_window_year_pattern")),
    )
    op.create_index(
        "uq_spring_window_confirmed_year",
        "spring_window",
        ["year"],
        unique=True,
        sqlite_where=ONE_CONFIRMED,
        postgresql_where=ONE_CONFIRMED,
    )


def downgrade() -> None:
    """Takes it away, with the windows in it."""
    op.drop_table("spring_window")
