"""移交: what is handed over, to whom, from which day; a numbered copy may pass to another reader."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KINDS = (
    "role", "deputyship", "decision", "signature", "asked", "opinion", "group", "suspicions", "checklist", "fix",
    "verification", "release", "share", "crawl_account", "copy",
)  # fmt: skip


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    """Adds both tables and the column."""
    op.create_table(
        "handover",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("from_id", sa.String(length=20), nullable=False),
        sa.Column("to_id", sa.String(length=20), nullable=False),
        sa.Column("unit_id", sa.String(length=20), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("witness_id", sa.String(length=20), nullable=True),
        sa.Column("by_roster", sa.Boolean(), nullable=False),
        sa.Column("state", _one_of("handoverstate", "open", "carried_out", "withdrawn"), nullable=False),
        sa.Column("opened_by", sa.String(length=40), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("carried_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck_handover_two_people")),
        sa.ForeignKeyConstraint(["from_id"], ["person.id"], name=op.f("fk_handover_from_id")),
        sa.ForeignKeyConstraint(["to_id"], ["person.id"], name=op.f("fk_handover_to_id")),
        sa.ForeignKeyConstraint(["witness_id"], ["person.id"], name=op.f("fk_handover_witness_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
        sa.UniqueConstraint(
            "from_id", "to_id", "unit_id", "effective_on", name=op.f("uq_handover_from_id_to_id_unit_id_effective_on")
        ),
    )
    op.create_table(
        "handover_line",
        sa.Column("handover_id", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", _one_of("handedkind", *KINDS), nullable=False),
        sa.Column("subject_id", sa.String(length=160), nullable=False),
        sa.Column("campaign_id", sa.String(length=40), nullable=True),
        sa.Column("unit_id", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("taker_id", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["handover_id"], ["handover.id"], name=op.f("fk_handover_line_handover_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_handover_line_campaign_id")),
        sa.ForeignKeyConstraint(["taker_id"], ["person.id"], name=op.f("fk_handover_line_taker_id")),
        sa.PrimaryKeyConstraint("handover_id", "number", name=op.f("pk_handover_line")),
        sa.UniqueConstraint(
            "handover_id", "kind", "subject_id", name=op.f("uq_handover_line_handover_id_kind_subject_id")
        ),
    )
    with op.batch_alter_table("report_reader") as reader:
        reader.add_column(sa.Column("handed_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """Takes them away."""
    with op.batch_alter_table("report_reader") as reader:
        reader.drop_column("handed_on")
    op.drop_table("handover_line")
    op.drop_table("handover")
