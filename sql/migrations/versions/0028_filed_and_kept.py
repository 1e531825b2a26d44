"""A campaign can be 已歸檔 under its 檔號 and held (保全); a crawl tells that rows of it were taken away."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0024"
branch_labels = None
depends_on = None

BEFORE = (
    "draft", "assessed", "planned", "submitted", "approved", "inspecting", "reporting", "following_up", "concluded",
    "closed", "paused", "cancelled",
)  # fmt: skip
AFTER = (*BEFORE[:10], "archived", *BEFORE[10:])
CHECK = "ck_campaign_campaignstate"
THERE = sa.text("source_id IS NOT NULL")
STANDING = sa.text("lifted_at IS NULL")


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _allow(words: tuple[str, ...]) -> None:
    """Lets a campaign's state be one of `words`. SQLite changes no constraint: the table is made anew in its place."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        op.drop_constraint(op.f(CHECK), "campaign", type_="check")
        op.create_check_constraint(op.f(CHECK), "campaign", f"state IN ({_listed(words)})")
        return
    made = connection.scalar(sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'campaign'"))
    indexes = connection.scalars(
        sa.text("SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'campaign' AND sql IS NOT NULL")
    ).all()
    anew = re.sub(r"(state IN \()[^)]*\)", lambda found: f"{found[1]}{_listed(words)})", str(made), count=1)
    anew = re.sub(r"(CREATE TABLE )\"?campaign\"?", r"\1campaign_anew", anew, count=1)
    for step in ("COMMIT", "PRAGMA foreign_keys=OFF", "BEGIN IMMEDIATE"):  # the pragma does nothing in a transaction
        op.execute(step)
    op.execute(anew)
    op.execute("INSERT INTO campaign_anew SELECT * FROM campaign")
    op.execute("DROP TABLE campaign")
    op.execute("ALTER TABLE campaign_anew RENAME TO campaign")
    for index in indexes:
        op.execute(str(index))
    broken = connection.execute(sa.text("PRAGMA foreign_key_check")).all()
    if broken:
        raise RuntimeError(f"{len(broken)} rows would refer to nothing; nothing was changed")
    for step in ("COMMIT", "PRAGMA foreign_keys=ON", "BEGIN IMMEDIATE"):
        op.execute(step)


def upgrade() -> None:
    """Adds the state with 檔號 and instant, the holds, and since when a crawl lacks rows."""
    _allow(AFTER)
    op.add_column("campaign", sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("campaign", sa.Column("file_number", sa.String(60), nullable=True))
    op.add_column("crawl_run", sa.Column("rows_gone_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        op.f("ix_crawl_folder_source_id"), "crawl_folder", ["source_id"], sqlite_where=THERE, postgresql_where=THERE
    )
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(2000), nullable=False),
        sa.Column("set_by", sa.String(20), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_reason", sa.String(2000), nullable=True),
        sa.Column("lifted_by", sa.String(20), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("lifted_by IS NULL OR lifted_by <> set_by", name=op.f("ck_legal_hold_lifted_by_another")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_legal_hold_campaign_id")),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_legal_hold_set_by")),
        sa.ForeignKeyConstraint(["lifted_by"], ["person.id"], name=op.f("fk_legal_hold_lifted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    op.create_index(
        "ix_legal_hold_standing", "legal_hold", ["campaign_id"], unique=True, sqlite_where=STANDING,
        postgresql_where=STANDING,
    )  # fmt: skip


def downgrade() -> None:
    """A filed campaign is settled again; holds and 檔號 are forgotten."""
    op.drop_table("legal_hold")
    op.drop_index(op.f("ix_crawl_folder_source_id"), "crawl_folder")
    op.drop_column("crawl_run", "rows_gone_at")
    op.execute("UPDATE campaign SET state = 'closed' WHERE state = 'archived'")
    op.drop_column("campaign", "file_number")
    op.drop_column("campaign", "archived_at")
    _allow(BEFORE)
