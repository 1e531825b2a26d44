"""Which units are visited, drawn by a seed that was fixed before the plan was approved; and whom people added."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the seed of a campaign with what was drawn by it, and the units added by hand."""
    op.create_table(
        "spot_sample",
        sa.Column("campaign_id", sa.String(40), nullable=False),
        sa.Column("seed_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("commitment", sa.String(64), nullable=False),
        sa.Column("per_hundred", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.String(20)),
        sa.Column("opened_at", sa.DateTime(timezone=True)),
        sa.Column("seed", sa.String(64)),
        sa.Column("listed", sa.JSON(none_as_null=True)),
        sa.Column("drawn", sa.JSON(none_as_null=True)),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_spot_sample_campaign_id")),
        sa.ForeignKeyConstraint(["opened_by"], ["person.id"], name=op.f("fk_spot_sample_opened_by")),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_spot_sample")),
    )
    op.create_table(
        "spot_addition",
        sa.Column("campaign_id", sa.String(40), nullable=False),
        sa.Column("unit_id", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("added_by", sa.String(20), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["spot_sample.campaign_id"], name=op.f("fk_spot_addition_campaign_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_spot_addition_unit_id")),
        sa.ForeignKeyConstraint(["added_by"], ["person.id"], name=op.f("fk_spot_addition_added_by")),
        sa.PrimaryKeyConstraint("campaign_id", "unit_id", name=op.f("pk_spot_addition")),
    )


def downgrade() -> None:
    """Takes them away."""
    op.drop_table("spot_addition")
    op.drop_table("spot_sample")
