"""Rows nobody may change: events and seals are only added to, findings are never deleted.

The rule stands in the database too, for whoever comes by another door (seed 001 reason 06: findings
must not be dropped 礙於人情).
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

GUARDS = (
    ("event", "UPDATE"),
    ("event", "DELETE"),
    ("event_seal", "UPDATE"),
    ("event_seal", "DELETE"),
    ("finding", "DELETE"),
    ("suspicion", "DELETE"),
)


def upgrade() -> None:
    """Adds the guards."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    if not sqlite:
        op.execute(
            "CREATE FUNCTION inspection_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% of % is not allowed', TG_OP, TG_TABLE_NAME; END $$"
        )
    for table, deed in GUARDS:
        name = f"guard_{table}_{deed.lower()}"
        if sqlite:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {deed} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{deed} of {table} is not allowed'); END"
            )
        else:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {deed} ON {table} FOR EACH ROW EXECUTE FUNCTION inspection_refuse()"
            )


def downgrade() -> None:
    """Takes the guards away."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table, deed in GUARDS:
        name = f"guard_{table}_{deed.lower()}"
        op.execute(f"DROP TRIGGER {name}" if sqlite else f"DROP TRIGGER {name} ON {table}")
    if not sqlite:
        op.execute("DROP FUNCTION inspection_refuse()")
