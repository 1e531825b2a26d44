"""Spring-Festival campaigns: their window, lists, duty roster and daily reports."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the tables."""
    op.create_table(
        "spring_campaign",
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("window_id", sa.String(length=40), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("figures", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint(
            "closed_at IS NULL OR figures IS NOT NULL", name=op.f("ck_spring_campaign_closed_with_figures")
        ),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_spring_campaign_campaign_id")),
        sa.ForeignKeyConstraint(["window_id"], ["spring_window.id"], name=op.f("fk_spring_campaign_window_id")),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_spring_campaign")),
    )
    op.create_index(op.f("ix_spring_campaign_window_id"), "spring_campaign", ["window_id"])
    op.create_table(
        "spring_list",
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "key_targets",
                "division",
                "contacts",
                name="springlistkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("entries", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("imported_by", sa.String(length=20), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_spring_list_campaign_id")),
        sa.PrimaryKeyConstraint("campaign_id", "kind", name=op.f("pk_spring_list")),
    )
    op.create_table(
        "duty_shift",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("post", sa.String(length=60), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("deputy_id", sa.String(length=20), nullable=True),
        sa.Column("telephone", sa.String(length=40), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_duty_shift_ends_after_start")),
        sa.CheckConstraint("deputy_id IS NULL OR deputy_id <> person_id", name=op.f("ck_duty_shift_deputy_is_another")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_duty_shift_campaign_id")),
        sa.ForeignKeyConstraint(["deputy_id"], ["person.id"], name=op.f("fk_duty_shift_deputy_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_duty_shift_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_shift")),
        sa.UniqueConstraint("campaign_id", "post", "starts_at", name=op.f("uq_duty_shift_campaign_id_post_starts_at")),
    )
    op.create_table(
        "duty_report",
        sa.Column("shift_id", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("has_situation", sa.Boolean(), nullable=False),
        sa.Column("summary", sa.String(length=1000), nullable=False),
        sa.Column("reported_by", sa.String(length=20), nullable=False),
        sa.Column("entered_by", sa.String(length=20), nullable=False),
        sa.Column("by_phone", sa.Boolean(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_duty_report_entered_by")),
        sa.ForeignKeyConstraint(["reported_by"], ["person.id"], name=op.f("fk_duty_report_reported_by")),
        sa.ForeignKeyConstraint(["shift_id"], ["duty_shift.id"], name=op.f("fk_duty_report_shift_id")),
        sa.PrimaryKeyConstraint("shift_id", "number", name=op.f("pk_duty_report")),
    )


def downgrade() -> None:
    """Takes them away, with what was reported."""
    for name in ("duty_report", "duty_shift", "spring_list", "spring_campaign"):
        op.drop_table(name)
