"""The review rules on single statements of a return: accepted, or returned with a reason."""

import json
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the rulings, and those that follow from what was accepted or sent back as a whole so far."""
    ruling = op.create_table(
        "item_ruling",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("checklist_id", sa.String(60), nullable=False),
        sa.Column("item_id", sa.String(20), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(2000), nullable=False),
        sa.Column("ruled_by", sa.String(20), nullable=True),
        sa.Column("ruled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lapsed_version", sa.Integer(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'accepted', 'returned')", name=op.f("ck_item_ruling_rulingstate")),
        sa.ForeignKeyConstraint(["checklist_id"], ["checklist.id"], name=op.f("fk_item_ruling_checklist_id")),
        sa.ForeignKeyConstraint(["ruled_by"], ["person.id"], name=op.f("fk_item_ruling_ruled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_ruling")),
        sa.UniqueConstraint("checklist_id", "item_id", name=op.f("uq_item_ruling_checklist_id_item_id")),
    )
    rows = list(_known())
    if rows:
        op.bulk_insert(ruling, rows)


def downgrade() -> None:
    """Takes them away; the checklists keep their states."""
    op.drop_table("item_ruling")


def _known() -> Iterator[dict[str, object]]:
    """By the last step of each checklist that is accepted or sent back: who took it, and of the latter the items named
    there and the reason."""
    connection = op.get_bind()
    query = sa.text(
        "SELECT checklist.id, checklist.state, event.actor, event.at, event.reason, event.details FROM checklist "
        "JOIN event ON event.subject_kind = 'checklist' AND event.subject_id = checklist.id "
        "AND event.to_state = checklist.state WHERE checklist.state IN ('accepted', 'sent_back') ORDER BY event.id"
    ).columns(at=sa.DateTime(timezone=True))
    last = {row.id: row for row in connection.execute(query)}
    people = set(connection.scalars(sa.text("SELECT id FROM person")))
    answers = sa.text(
        "SELECT item_id, version FROM answer WHERE checklist_id = :id AND version = "
        "(SELECT max(version) FROM answer WHERE checklist_id = :id)"
    )
    for one, row in last.items():
        details = json.loads(row.details) if isinstance(row.details, str) else row.details
        named = None if row.state == "accepted" else set(details.get("items", ()))
        for item_id, version in connection.execute(answers, {"id": one}):
            if named is None or item_id in named:
                yield {
                    "id": f"{one}:{item_id}",
                    "checklist_id": one,
                    "item_id": item_id,
                    "state": "accepted" if named is None else "returned",
                    "version": version,
                    "reason": "" if named is None else row.reason or "",
                    "ruled_by": row.actor if row.actor in people else None,
                    "ruled_at": row.at,
                }
