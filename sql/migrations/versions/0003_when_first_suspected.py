"""When 疑似事項 of a campaign were first drawn: without it 「尚未列出」 and 「沒有疑似」 cannot be told apart."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the instant; campaigns that have 疑似事項 get the day of the first."""
    op.add_column("campaign", sa.Column("suspected_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE campaign SET suspected_at = (SELECT MIN(noted_at) FROM suspicion"
        " WHERE suspicion.campaign_id = campaign.id)"
    )


def downgrade() -> None:
    """Forgets it."""
    op.drop_column("campaign", "suspected_at")
