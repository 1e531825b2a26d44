"""請單位說明 keeps question and answer with the 疑似事項, a dismissal its ground, a reserved case its one person.

Until now a question stood where decisions stand; what is only asked is moved to its own columns.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

PEOPLE = ("confidant_id", "asked_by", "explained_by", "explanation_entered_by")
INSTANTS = ("asked_at", "explained_at")


def upgrade() -> None:
    """Adds the columns, and moves the questions asked so far."""
    # by ALTER TABLE alone, with the reference in the column: a copied table would lose its guard on SQLite
    for name in PEOPLE:
        op.execute(
            f"ALTER TABLE suspicion ADD COLUMN {name} VARCHAR(20) CONSTRAINT fk_suspicion_{name} REFERENCES person (id)"
        )
    for name in INSTANTS:
        op.add_column("suspicion", sa.Column(name, sa.DateTime(timezone=True)))
    op.add_column("suspicion", sa.Column("question", sa.String(2000)))
    op.add_column("suspicion", sa.Column("answer_due_on", sa.Date()))
    op.add_column("suspicion", sa.Column("ground", sa.String(40)))
    op.execute(
        "UPDATE suspicion SET asked_by = decided_by, asked_at = decided_at, question = decided_reason,"
        " decided_by = NULL, decided_at = NULL, decided_reason = NULL WHERE state IN ('asked', 'explained')"
    )
    op.execute("UPDATE suspicion SET ground = 'other' WHERE state = 'dismissed'")


def downgrade() -> None:
    """Puts questions back where they stood."""
    op.execute(
        "UPDATE suspicion SET decided_by = asked_by, decided_at = asked_at, decided_reason = question"
        " WHERE state IN ('asked', 'explained')"
    )
    for name in (*PEOPLE, *INSTANTS, "question", "answer_due_on", "ground"):
        op.drop_column("suspicion", name)
