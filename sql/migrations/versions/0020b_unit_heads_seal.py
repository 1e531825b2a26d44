"""A checklist's states tell whether it was opened, is filled or waits for the unit head's seal; who sealed is kept."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0020b"
down_revision = "0019"
branch_labels = None
depends_on = None

BEFORE = ("prepared", "issued", "returned", "sent_back", "accepted", "exempt")
AFTER = (
    "prepared", "issued", "opened", "filling", "awaiting_seal", "returned", "sent_back", "accepted", "exempt",
)  # fmt: skip
CHECK = "ck_checklist_checkliststate"


def _allow(words: tuple[str, ...]) -> None:
    """Lets a checklist's state be one of `words`. SQLite changes no constraint: the table is made anew in its place."""
    listed = ", ".join(f"'{word}'" for word in words)
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        op.drop_constraint(op.f(CHECK), "checklist", type_="check")
        op.create_check_constraint(op.f(CHECK), "checklist", f"state IN ({listed})")
        return
    made = connection.scalar(sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'checklist'"))
    indexes = connection.scalars(
        sa.text("SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'checklist' AND sql IS NOT NULL")
    ).all()
    anew = re.sub(r"(state IN \()[^)]*\)", lambda found: f"{found[1]}{listed})", str(made), count=1)
    anew = re.sub(r"(CREATE TABLE )\"?checklist\"?", r"\1checklist_anew", anew, count=1)
    for step in ("COMMIT", "PRAGMA foreign_keys=OFF", "BEGIN IMMEDIATE"):  # the pragma does nothing in a transaction
        op.execute(step)
    op.execute(anew)
    op.execute("INSERT INTO checklist_anew SELECT * FROM checklist")
    op.execute("DROP TABLE checklist")
    op.execute("ALTER TABLE checklist_anew RENAME TO checklist")
    for index in indexes:
        op.execute(str(index))
    broken = connection.execute(sa.text("PRAGMA foreign_key_check")).all()
    if broken:
        raise RuntimeError(f"{len(broken)} rows would refer to nothing; nothing was changed")
    for step in ("COMMIT", "PRAGMA foreign_keys=ON", "BEGIN IMMEDIATE"):
        op.execute(step)


def upgrade() -> None:
    """Adds the states, who asks for the seal, and who gave it."""
    _allow(AFTER)
    with op.batch_alter_table("checklist_draft") as draft:
        draft.add_column(sa.Column("seal_asked_by", sa.String(20), nullable=True))
        draft.add_column(sa.Column("seal_asked_at", sa.DateTime(timezone=True), nullable=True))
        draft.create_foreign_key(op.f("fk_checklist_draft_seal_asked_by"), "person", ["seal_asked_by"], ["id"])
    with op.batch_alter_table("checklist_return") as entered:
        entered.add_column(sa.Column("sealed_by", sa.String(20), nullable=True))
        entered.create_foreign_key(op.f("fk_checklist_return_sealed_by"), "person", ["sealed_by"], ["id"])


def downgrade() -> None:
    """What is opened, filled or waits for a seal is out again; who sealed is forgotten."""
    op.execute("UPDATE checklist SET state = 'issued' WHERE state IN ('opened', 'filling', 'awaiting_seal')")
    _allow(BEFORE)
    with op.batch_alter_table("checklist_return") as entered:
        entered.drop_constraint(op.f("fk_checklist_return_sealed_by"), type_="foreignkey")
        entered.drop_column("sealed_by")
    with op.batch_alter_table("checklist_draft") as draft:
        draft.drop_constraint(op.f("fk_checklist_draft_seal_asked_by"), type_="foreignkey")
        draft.drop_column("seal_asked_at")
        draft.drop_column("seal_asked_by")
