"""A request for a decision names its campaign; a gate in Airflow the content it shows, and an answer it refused.

Nobody guesses any more what kind of record a request is about. A gate parked before shows no identifier: the answer
to it must give one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the column, filled from the plan or from what was kept under the campaign's own id."""
    # by ALTER TABLE alone, with the reference in the column: a copied table would lose its constraints on SQLite
    op.execute(
        "ALTER TABLE approval ADD COLUMN campaign_id VARCHAR(40)"
        " CONSTRAINT fk_approval_campaign_id REFERENCES campaign (id)"
    )
    op.execute("UPDATE approval SET campaign_id = (SELECT plan.campaign_id FROM plan WHERE plan.id = subject_id)")
    op.execute(
        "UPDATE approval SET campaign_id = subject_id"
        " WHERE campaign_id IS NULL AND subject_id IN (SELECT campaign.id FROM campaign)"
    )
    op.create_index("ix_approval_campaign_id", "approval", ["campaign_id"])
    op.add_column("airflow_gate", sa.Column("shown_hash", sa.String(64), nullable=False, server_default=""))
    op.execute(
        "ALTER TABLE airflow_gate ADD COLUMN refused_by VARCHAR(20)"
        " CONSTRAINT fk_airflow_gate_refused_by REFERENCES person (id)"
    )
    op.add_column("airflow_gate", sa.Column("refused_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Takes the column away: the subject's kind and id still say it."""
    for name in ("refused_at", "refused_by", "shown_hash"):
        op.drop_column("airflow_gate", name)
    op.drop_index("ix_approval_campaign_id", "approval")
    op.drop_column("approval", "campaign_id")
