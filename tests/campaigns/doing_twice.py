"""Twice is once: a step is done again, and no table but those of running itself may have changed."""

from __future__ import annotations

from sqlalchemy import select

from inspection.model import Record
from inspection.store.session import session_scope

RUNNING = {"stage_run", "server_lease"}  # which stages ran, and who reads a file server for how long


def dump() -> dict[str, list[tuple[object, ...]]]:
    """Every domain table in the order of its key, but for those of running itself."""
    with session_scope() as session:
        return {
            name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key.columns))]
            for name, table in sorted(Record.metadata.tables.items())
            if name not in RUNNING
        }


def twice(step: object) -> None:
    """Does a step, then does it again: nothing may change."""
    assert callable(step)
    step()
    once = dump()
    step()
    again = dump()
    assert {name: rows for name, rows in again.items() if rows != once[name]} == {}
