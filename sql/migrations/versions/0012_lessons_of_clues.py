"""Decisions on clues are kept as lessons, and a random part of the dismissals is looked at again by somebody else."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds what a clue leaves for lessons, the second look, and the lessons."""
    op.add_column("hit", sa.Column("traits", sa.String(256)))
    op.add_column("clue", sa.Column("look_again", sa.Boolean(), server_default=sa.false(), nullable=False))
    # with the reference in the column: a copied table would lose its guard on SQLite
    op.execute(
        "ALTER TABLE clue ADD COLUMN looked_again_by VARCHAR(20)"
        " CONSTRAINT fk_clue_looked_again_by_person REFERENCES person (id)"
    )
    op.add_column("clue", sa.Column("looked_again_at", sa.DateTime(timezone=True)))
    op.create_table(
        "lesson",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clue_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("likeness", sa.String(64), nullable=False),
        sa.Column("traits", sa.String(256), nullable=False),
        sa.Column("dismissed", sa.Boolean(), nullable=False),
        sa.Column("taught_by", sa.String(20), nullable=False),
        sa.Column("taught_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unlearned_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["clue_id"], ["clue.id"], name=op.f("fk_lesson_clue_id_clue")),
        sa.ForeignKeyConstraint(["taught_by"], ["person.id"], name=op.f("fk_lesson_taught_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson")),
        sa.UniqueConstraint("clue_id", "taught_at", name=op.f("uq_lesson_clue_id_taught_at")),
    )


def downgrade() -> None:
    """Takes all away; a second look that is due is forgotten."""
    op.drop_table("lesson")
    for name in ("looked_again_at", "looked_again_by", "look_again"):
        op.drop_column("clue", name)
    op.drop_column("hit", "traits")
