"""What the office's mail server said of the contacts' addresses."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the answers, one for each person asked about."""
    op.create_table(
        "probed_address",
        sa.Column("person_id", sa.String(20), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("reach", sa.String(40), nullable=False),
        sa.Column("code", sa.Integer()),
        sa.Column("probed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_probed_address_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_probed_address")),
    )


def downgrade() -> None:
    """Takes them away."""
    op.drop_table("probed_address")
