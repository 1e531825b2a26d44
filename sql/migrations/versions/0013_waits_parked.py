"""What waits in Airflow stands in rows, so that a program of ours can release it; what has gone on is asked no more."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the table of waits, and when a gate let its run go on."""
    op.create_table(
        "airflow_wait",
        sa.Column("dag_id", sa.String(80), nullable=False),
        sa.Column("run_id", sa.String(200), nullable=False),
        sa.Column("task_id", sa.String(120), nullable=False),
        sa.Column("awaits", sa.String(20), nullable=False),
        sa.Column("campaign_id", sa.String(40), nullable=False),
        sa.Column("passed_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_airflow_wait_campaign_id_campaign")),
        sa.PrimaryKeyConstraint("dag_id", "run_id", "task_id", name=op.f("pk_airflow_wait")),
    )
    op.add_column("airflow_gate", sa.Column("passed_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Sensors of the version before look by themselves."""
    op.drop_column("airflow_gate", "passed_at")
    op.drop_table("airflow_wait")
