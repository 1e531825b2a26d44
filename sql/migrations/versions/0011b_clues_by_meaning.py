"""What the second reading points at: its hits say so, and a clue waits for a person apart from all 疑似事項."""

import sqlalchemy as sa
from alembic import op

revision = "0011b"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds what a hit rests on, and the table of clues."""
    op.add_column("hit", sa.Column("basis", sa.String(40)))
    op.add_column("hit", sa.Column("strength", sa.Integer()))
    op.create_table(
        "clue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.String(40), nullable=False),
        sa.Column("unit_id", sa.String(20), nullable=False),
        sa.Column("crawled_file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("strength", sa.Integer(), nullable=False),
        sa.Column("likeness", sa.String(64), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("category", sa.String(40)),
        sa.Column("suspicion_id", sa.Integer()),
        sa.Column("decided_by", sa.String(20)),
        sa.Column("decided_reason", sa.String(2000)),
        sa.Column("ground", sa.String(40)),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("state IN ('open', 'confirmed', 'dismissed')", name=op.f("ck_clue_cluestate")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_clue_campaign_id_campaign")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_clue_unit_id_unit")),
        sa.ForeignKeyConstraint(
            ["crawled_file_id"], ["crawled_file.id"], name=op.f("fk_clue_crawled_file_id_crawled_file")
        ),
        sa.ForeignKeyConstraint(["suspicion_id"], ["suspicion.id"], name=op.f("fk_clue_suspicion_id_suspicion")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_clue_decided_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clue")),
        sa.UniqueConstraint("campaign_id", "crawled_file_id", name=op.f("uq_clue_campaign_id_crawled_file_id")),
    )
    decided = sa.text("decided_at IS NOT NULL")
    op.create_index("ix_clue_likeness", "clue", ["likeness"], sqlite_where=decided, postgresql_where=decided)


def downgrade() -> None:
    """Takes both away; a hit by meaning would then pass for a rule's, so it goes first."""
    op.drop_index("ix_clue_likeness", "clue")
    op.drop_table("clue")
    op.execute("DELETE FROM hit WHERE basis IS NOT NULL")
    op.drop_column("hit", "strength")
    op.drop_column("hit", "basis")
