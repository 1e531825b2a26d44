"""Units are asked for their opinion (會辦) beside the decision, and the drafter says what became of it."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

STATES = ("asked", "not_asked", "given", "answered", "voided")


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "opinion",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("approval_id", sa.String(length=80), nullable=False),
        sa.Column("unit_id", sa.String(length=20), nullable=False),
        sa.Column("unit_name", sa.String(length=100), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("state", _one_of("opinionstate", *STATES), nullable=False),
        sa.Column("because", _one_of("whynotasked", "unannounced", "no_head", "requester"), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("stance", _one_of("stance", "no_remarks", "remarks"), nullable=True),
        sa.Column("text", sa.String(length=2000), nullable=True),
        sa.Column("given_by", sa.String(length=20), nullable=True),
        sa.Column("on_behalf_of", sa.String(length=20), nullable=True),
        sa.Column("entered_by", sa.String(length=20), nullable=True),
        sa.Column("given_on", sa.Date(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("adoption", _one_of("adoption", "adopted", "partly", "not_adopted"), nullable=True),
        sa.Column("adoption_reason", sa.String(length=1000), nullable=True),
        sa.Column("answered_by", sa.String(length=20), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["approval_id"], ["approval.id"], name=op.f("fk_opinion_approval_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_opinion_unit_id")),
        *(
            sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_opinion_{name}"))
            for name in ("given_by", "on_behalf_of", "entered_by", "answered_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion")),
        sa.UniqueConstraint("approval_id", "unit_id", name=op.f("uq_opinion_approval_id_unit_id")),
    )


def downgrade() -> None:
    """Takes the table away."""
    op.drop_table("opinion")


def _one_of(name: str, *values: str) -> sa.Enum:
    """An enum as VARCHAR with a CHECK, as the mapping keeps it."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)
