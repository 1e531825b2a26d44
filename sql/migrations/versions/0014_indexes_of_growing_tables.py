"""What pages count and what a deletion asks is found by an index: a row of a crawl took 1.5 s to delete."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013b"
branch_labels = None
depends_on = None

# where a reference is mostly empty, only what is there is indexed
REFERENCES = (
    ("crawled_file", "outer_id"),
    ("suspicion", "crawled_file_id"),
    ("clue", "suspicion_id"),
    ("rung_climbed", "document_id"),
)
WHOLE = (
    ("clue", ("crawled_file_id",)),
    ("clue", ("unit_id", "state")),
    ("suspicion", ("state", "unit_id", "suggested_severity", "campaign_id")),
    ("fix", ("campaign_id",)),
    ("fix", ("state", "due_on")),
)


def upgrade() -> None:
    """Adds the indexes."""
    for table, column in REFERENCES:
        there = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_{table}_{column}", table, [column], sqlite_where=there, postgresql_where=there)
    for table, columns in WHOLE:
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def downgrade() -> None:
    """Takes them away."""
    for table, columns in reversed(WHOLE):
        op.drop_index(f"ix_{table}_{'_'.join(columns)}", table)
    for table, column in reversed(REFERENCES):
        op.drop_index(f"ix_{table}_{column}", table)
