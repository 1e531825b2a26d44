"""What lessons teach is kept as versions, released and taken back; a clue they lowered keeps the model's own grade."""

import sqlalchemy as sa
from alembic import op

revision = "0012b"
down_revision = "0012"
branch_labels = None
depends_on = None

STATES = "'learned', 'laid', 'released', 'returned', 'superseded', 'taken_back'"


def upgrade() -> None:
    """Adds the versions, which one a crawl goes by, and the grade a clue was read with."""
    op.create_table(
        "correction",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("lesson_ids", sa.JSON(), nullable=False),
        sa.Column("narrows", sa.Integer()),
        sa.Column("learned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_correction_correctionstate")),
        sa.ForeignKeyConstraint(["narrows"], ["correction.version"], name=op.f("fk_correction_narrows_correction")),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_correction")),
    )
    # with the reference in the column: a copied table would lose its guard on SQLite
    op.execute(
        "ALTER TABLE crawl_run ADD COLUMN correction_version INTEGER"
        " CONSTRAINT fk_crawl_run_correction_version_correction REFERENCES correction (version)"
    )
    op.add_column("clue", sa.Column("read_strength", sa.Integer()))


def downgrade() -> None:
    """Clues get back the grade they were read with; what was learned is forgotten."""
    op.execute("UPDATE clue SET strength = read_strength WHERE read_strength IS NOT NULL")
    op.drop_column("clue", "read_strength")
    op.drop_column("crawl_run", "correction_version")
    op.drop_table("correction")
