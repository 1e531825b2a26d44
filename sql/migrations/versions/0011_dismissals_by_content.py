"""A 疑似事項 tells equal content wherever it lies, so that a dismissal holds for a file renamed or moved.

Rows there are get it from the crawl they were drawn from.
"""

import hashlib
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BATCH = 1000


def upgrade() -> None:
    """Adds column and index, and fills them for the rows there are."""
    op.add_column("suspicion", sa.Column("likeness", sa.String(64)))
    decided = sa.text("decided_at IS NOT NULL")
    op.create_index("ix_suspicion_likeness", "suspicion", ["likeness"], sqlite_where=decided, postgresql_where=decided)
    suspicion = sa.table(
        "suspicion",
        sa.column("id", sa.Integer),
        sa.column("kind", sa.String),
        sa.column("crawled_file_id", sa.Integer),
        sa.column("likeness", sa.String),
    )
    columns = ("id", "share_id", "path_key", "content_key", "size_bytes")
    file = sa.table(
        "crawled_file", *(sa.column(name) for name in columns), sa.column("modified_at", sa.DateTime(timezone=True))
    )
    connection = op.get_bind()
    seen = (
        sa.select(
            suspicion.c.id,
            suspicion.c.kind,
            file.c.content_key,
            file.c.share_id,
            file.c.path_key,
            file.c.size_bytes,
            file.c.modified_at,
        )
        .join(file, file.c.id == suspicion.c.crawled_file_id)
        .order_by(suspicion.c.id)
        .limit(BATCH)
    )
    fill = suspicion.update().where(suspicion.c.id == sa.bindparam("row")).values(likeness=sa.bindparam("value"))
    after = 0
    while rows := connection.execute(seen.where(suspicion.c.id > after)).all():
        connection.execute(fill, [{"row": row.id, "value": _likeness(row)} for row in rows])
        after = rows[-1].id


def downgrade() -> None:
    """Takes both away; a dismissal then holds at its place alone."""
    op.drop_index("ix_suspicion_likeness", "suspicion")
    op.drop_column("suspicion", "likeness")


def _likeness(row: sa.Row) -> str:
    """As `findings.suspected.likeness` gave it when this revision was written."""
    known = row.content_key or f"{row.share_id}/{row.path_key}/{row.size_bytes}/{_in_utc(row.modified_at).isoformat()}"
    return hashlib.sha256(f"{row.kind}\n{known}".encode()).hexdigest()


def _in_utc(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
