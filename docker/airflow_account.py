"""Makes the account by which `inspection sender` lets parked tasks go on, and gives it the password of now.

It answers required actions of the DAGs of campaigns. FAB asks for the right to edit a DAG of whoever edits a part of
it: Airflow has no narrower one. Run again it gives the account these rights and the password of now.
"""

from __future__ import annotations

from inspection import settings

ROLE = "inspection-sender"
DAGS = ("ad_hoc_inspection", "project_safeguard", "semiannual_inspection", "spring_festival_security")
PARTS = ("HITL Detail", *(f"DAG:{dag}" for dag in DAGS))
MAY = [(action, part) for part in PARTS for action in ("can_read", "can_edit")]


def main() -> None:
    """Role, account, password."""
    from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder

    here = settings.get()
    with get_application_builder() as builder:
        manager = builder.sm
        manager.bulk_sync_roles([{"role": ROLE, "perms": MAY}])
        role = manager.find_role(ROLE)
        found = manager.find_user(username=here.airflow_user)
        if found is None:
            mail = f"{here.airflow_user}@localhost"
            found = manager.add_user(here.airflow_user, "Inspection", "Sender", mail, role, here.airflow_password)
        else:
            manager.reset_password(found.id, here.airflow_password)
            found.roles = [role]
            manager.update_user(found)
        if not found:
            raise SystemExit("the account was not made")


if __name__ == "__main__":
    main()
