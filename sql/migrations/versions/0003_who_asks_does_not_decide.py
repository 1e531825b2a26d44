"""Who asks for a decision never decides it, and guarded tables cannot be emptied at once.

Both rules stand in the code; here they hold for whoever comes by another door.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

GUARDED = ("event", "event_seal", "finding", "suspicion")
CHECKS = {
    "asker_is_not_approver": "requested_by <> approver_id",
    "asker_is_not_decider": "decided_by IS NULL OR decided_by <> requested_by",
}


def upgrade() -> None:
    """Adds the checks, and on PostgreSQL the guards (SQLite knows no TRUNCATE)."""
    with op.batch_alter_table("approval") as approval:
        for name, rule in CHECKS.items():
            approval.create_check_constraint(op.f(f"ck_approval_{name}"), rule)
    if op.get_bind().dialect.name == "postgresql":
        for table in GUARDED:
            op.execute(
                f"CREATE TRIGGER guard_{table}_truncate BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION inspection_refuse()"
            )


def downgrade() -> None:
    """Takes them away."""
    if op.get_bind().dialect.name == "postgresql":
        for table in GUARDED:
            op.execute(f"DROP TRIGGER guard_{table}_truncate ON {table}")
    with op.batch_alter_table("approval") as approval:
        for name in CHECKS:
            approval.drop_constraint(op.f(f"ck_approval_{name}"), type_="check")
