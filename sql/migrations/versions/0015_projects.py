"""Projects safeguarded by a plan of their own: the people in the know, days that move, folders."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def _words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    """Adds the tables."""
    op.create_table(
        "project",
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("code_name", sa.String(length=40), nullable=False),
        sa.Column("kind", _words("projectkind", "recruitment", "meeting", "tender", "other"), nullable=False),
        sa.Column("real_name", sa.String(length=200), nullable=False),
        sa.Column("unit_id", sa.String(length=20), nullable=False),
        sa.Column("public_on", sa.Date(), nullable=True),
        sa.Column("stages", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("opinion", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("review_due_on", sa.Date(), nullable=True),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column("reported_number", sa.String(length=100), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_project_campaign_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_project_unit_id")),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_project")),
        sa.UniqueConstraint("code_name", name=op.f("uq_project_code_name")),
    )
    op.create_table(
        "project_date",
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("what", _words("projectday", "end", "public"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("document_number", sa.String(length=100), nullable=True),
        sa.Column("entered_by", sa.String(length=20), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["project.campaign_id"], name=op.f("fk_project_date_campaign_id")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_project_date_entered_by")),
        sa.PrimaryKeyConstraint("campaign_id", "what", "version", name=op.f("pk_project_date")),
    )
    op.create_table(
        "project_share",
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("share_id", sa.String(length=40), nullable=False),
        sa.Column("folder", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["project.campaign_id"], name=op.f("fk_project_share_campaign_id")),
        sa.ForeignKeyConstraint(["share_id"], ["share.id"], name=op.f("fk_project_share_share_id")),
        sa.PrimaryKeyConstraint("campaign_id", "share_id", "folder", name=op.f("pk_project_share")),
    )
    op.create_table(
        "person_in_the_know",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("who", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("body", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("release_reason", sa.String(length=500), nullable=True),
        sa.Column("pledge_document_id", sa.String(length=60), nullable=True),
        sa.Column("pledge_sent_on", sa.Date(), nullable=True),
        sa.Column("pledge_signed_on", sa.Date(), nullable=True),
        sa.Column("pledge_number", sa.String(length=100), nullable=True),
        sa.Column("pledge_scan_id", sa.String(length=60), nullable=True),
        sa.Column("added_by", sa.String(length=20), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "until_on IS NULL OR until_on >= from_on", name=op.f("ck_person_in_the_know_ends_after_start")
        ),
        sa.CheckConstraint(
            "pledge_signed_on IS NULL OR pledge_number IS NOT NULL OR pledge_scan_id IS NOT NULL",
            name=op.f("ck_person_in_the_know_pledge_on_record"),
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["project.campaign_id"], name=op.f("fk_person_in_the_know_campaign_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_in_the_know_person_id")),
        sa.ForeignKeyConstraint(
            ["pledge_document_id"], ["document.id"], name=op.f("fk_person_in_the_know_pledge_document_id")
        ),
        sa.ForeignKeyConstraint(["pledge_scan_id"], ["document.id"], name=op.f("fk_person_in_the_know_pledge_scan_id")),
        sa.ForeignKeyConstraint(["added_by"], ["person.id"], name=op.f("fk_person_in_the_know_added_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_in_the_know")),
        sa.UniqueConstraint(
            "campaign_id", "who", "from_on", name=op.f("uq_person_in_the_know_campaign_id_who_from_on")
        ),
    )


def downgrade() -> None:
    """Takes them away, with all that was kept on projects."""
    for table in ("person_in_the_know", "project_share", "project_date", "project"):
        op.drop_table(table)
