"""A row in every table there is: what the columns say they may hold, of a campaign beside the one that goes on."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Enum,
    Float,
    Integer,
    LargeBinary,
    String,
    Table,
    func,
    insert,
    inspect,
    select,
)
from sqlalchemy.orm import Session

from inspection.model import Record
from inspection.model.base import Instant
from inspection.store.session import engine_for, session_scope

BESIDE = "C-beside"
NUMBER = 900_000  # of rows planted here: far from those the story numbers itself
PLANTED = {
    "campaign": {"id": BESIDE, "kind": "semiannual", "state": "cancelled", "reveal_at": None, "paused_in": None},
    "airflow_gate": {"decides": "plan"},
}
"""What must be so for a row to do nothing: an ended campaign, and kinds that are known."""


def rows_of_all() -> dict[str, list[tuple[object, ...]]]:
    """Every table the database has but that of its revision, in the order of its key."""
    there = set(inspect(engine_for()).get_table_names()) - {"inspection_version"}
    assert there == set(Record.metadata.tables), "a table of the database is mapped, and the other way round"
    with session_scope() as session:
        return {
            name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key.columns))]
            for name, table in sorted(Record.metadata.tables.items())
        }


def fill_the_empty(session: Session, *, at: datetime) -> None:
    """Plants a row in each table that has none, after the campaign they are of and its checklist."""
    planted: dict[str, dict[str, Any]] = {}
    for table in Record.metadata.sorted_tables:
        empty = not session.scalar(select(func.count()).select_from(table))
        if empty or table.name in {"campaign", "checklist"}:
            planted[table.name] = _row(session, table, planted, at)
            session.execute(insert(table), planted[table.name])


def _row(session: Session, table: Table, planted: dict[str, dict[str, Any]], at: datetime) -> dict[str, Any]:
    known = PLANTED.get(table.name, {})
    return {
        column.name: known[column.name] if column.name in known else _value(session, column, planted, at, place)
        for place, column in enumerate(table.columns)
    }


def _value(
    session: Session, column: Column[Any], planted: dict[str, dict[str, Any]], at: datetime, place: int
) -> object:
    for key in column.foreign_keys:
        named = key.column
        if named.table is column.table:
            return None
        if named.table.name in planted:
            return planted[named.table.name][named.name]
        known = session.scalars(select(named).order_by(named)).all()
        return known[place % len(known)]  # of one row neither people nor hours are the same
    if isinstance(column.type, Enum):
        return column.type.enums[0]
    if isinstance(column.type, String):
        return secrets.token_hex(32)[: column.type.length]
    for kind, value in (
        (Boolean, True), (Float, 0.25), (Integer, NUMBER), (Instant, at + timedelta(hours=place)),
        (Date, date(2026, 11, 3)), (LargeBinary, b"\0\xff"),
    ):  # fmt: skip
        if isinstance(column.type, kind):
            return value
    return [{"planted": 1}]
