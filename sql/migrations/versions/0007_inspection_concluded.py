"""檢查結案 is a state of its own, apart from 列管結清, and the letters by which a result went up are on record.

Campaigns closed until now are projects whose review was reported: they were closed with that letter, and stay so.
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0011c"
branch_labels = None
depends_on = None

BEFORE = (
    "draft", "assessed", "planned", "submitted", "approved", "inspecting", "reporting", "following_up", "closed",
    "paused", "cancelled",
)  # fmt: skip
AFTER = (*BEFORE[:8], "concluded", *BEFORE[8:])
CHECK = "ck_campaign_campaignstate"


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
    anew = re.sub(r"(state IN \()[^)]*\)", lambda found: f"{found[1]}{_listed(words)})", str(made), count=1)
    anew = re.sub(r"(CREATE TABLE )\"?campaign\"?", r"\1campaign_anew", anew, count=1)
    for step in ("COMMIT", "PRAGMA foreign_keys=OFF", "BEGIN IMMEDIATE"):  # the pragma does nothing in a transaction
        op.execute(step)
    op.execute(anew)
    op.execute("INSERT INTO campaign_anew SELECT * FROM campaign")
    op.execute("DROP TABLE campaign")
    op.execute("ALTER TABLE campaign_anew RENAME TO campaign")
    broken = connection.execute(sa.text("PRAGMA foreign_key_check")).all()
    if broken:
        raise RuntimeError(f"{len(broken)} rows would refer to nothing; nothing was changed")
    for step in ("COMMIT", "PRAGMA foreign_keys=ON", "BEGIN IMMEDIATE"):
        op.execute(step)


def upgrade() -> None:
    """Adds state and letters."""
    _allow(AFTER)
    op.create_table(
        "sent_up",
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("letter", sa.String(length=40), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("entered_by", sa.String(length=20), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_sent_up_campaign_id")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_sent_up_entered_by")),
        sa.PrimaryKeyConstraint("campaign_id", "letter", name=op.f("pk_sent_up")),
    )


def downgrade() -> None:
    """A concluded campaign is in follow-up again; the letters are forgotten."""
    op.execute("UPDATE campaign SET state = 'following_up' WHERE state = 'concluded'")
    op.execute("UPDATE campaign SET paused_in = 'following_up' WHERE paused_in = 'concluded'")
    _allow(BEFORE)
    op.drop_table("sent_up")
