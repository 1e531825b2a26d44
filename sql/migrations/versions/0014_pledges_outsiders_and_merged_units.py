"""保密切結 of 會辦 members; who inspects the ethics office itself; which unit went on as which."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the table and the columns."""
    op.create_table(
        "pledge",
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("pledged_on", sa.Date(), nullable=False),
        sa.Column(
            "route",
            sa.Enum(
                "paper", "airflow", "portal", name="approvalroute", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("entered_by", sa.String(length=20), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_pledge_campaign_id")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_pledge_entered_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_pledge_person_id")),
        sa.PrimaryKeyConstraint("campaign_id", "person_id", name=op.f("pk_pledge")),
    )
    # a column without a constraint of its own: SQLite would have to rebuild a table that others refer to
    op.add_column("campaign", sa.Column("outsider_id", sa.String(length=20), nullable=True))
    op.add_column("unit", sa.Column("merged_into", sa.String(length=20), nullable=True))


def downgrade() -> None:
    """Takes them away. SQLite would not rebuild a table that others refer to: it drops the columns in place."""
    op.execute("ALTER TABLE unit DROP COLUMN merged_into")
    op.execute("ALTER TABLE campaign DROP COLUMN outsider_id")
    op.drop_table("pledge")
