"""資訊稽核 becomes a kind of campaign of its own (seed 000 art. 8)."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

FORMER = ("semiannual", "spring_festival", "ad_hoc", "project", "remote_work")
CONSTRAINT = "ck_campaign_campaignkind"


def upgrade() -> None:
    """Allows the kind."""
    _allow((*FORMER, "it_audit"), instead_of=FORMER)


def downgrade() -> None:
    """Forbids it again; an audit already opened is kept as an ad-hoc inspection."""
    op.execute("UPDATE campaign SET kind = 'ad_hoc' WHERE kind = 'it_audit'")
    _allow(FORMER, instead_of=(*FORMER, "it_audit"))


def _allow(kinds: tuple[str, ...], *, instead_of: tuple[str, ...]) -> None:
    """Changes the CHECK in place. SQLite could only rebuild the table, which others refer to: there the text of the
    constraint is changed in the schema itself (https://www.sqlite.org/lang_altertable.html, section 7)."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        op.drop_constraint(op.f(CONSTRAINT), "campaign", type_="check")
        op.create_check_constraint(op.f(CONSTRAINT), "campaign", f"kind IN ({_listed(kinds)})")
        return
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    changed = connection.execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, :old, :new)"
            " WHERE type = 'table' AND name = 'campaign' AND instr(sql, :old) > 0"
        ),
        {"old": f"kind IN ({_listed(instead_of)})", "new": f"kind IN ({_listed(kinds)})"},
    )
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")
    if changed.rowcount != 1:
        raise RuntimeError(f"{CONSTRAINT} does not read as expected; nothing was changed")
    faults = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
    if faults != ["ok"]:
        raise RuntimeError(f"the database is damaged: {faults[0]}")


def _listed(kinds: tuple[str, ...]) -> str:
    return ", ".join(f"'{kind}'" for kind in kinds)
