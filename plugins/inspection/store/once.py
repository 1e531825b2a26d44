"""Writing rows once: INSERT that does nothing where the key is already there, on both databases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from inspection.model import Record


def insert_once(session: Session, kind: type[Record], values: Mapping[str, Any], *, keys: Sequence[str]) -> bool:
    """Inserts a row unless one with the same `keys` (mapped attribute names) exists; True where it was new."""
    columns = kind.__mapper__.columns
    statement = (
        _insert(session)(kind)
        .values({columns[name]: value for name, value in values.items()})
        .on_conflict_do_nothing(index_elements=[columns[name] for name in keys])
        # the row count of such an INSERT is -1 on PostgreSQL: the returned key tells
        .returning(columns[keys[0]])
    )
    return session.execute(statement).first() is not None


def insert_all_once(
    session: Session, kind: type[Record], rows: Sequence[Mapping[str, Any]], *, keys: Sequence[str]
) -> int:
    """The same for many rows with the same attributes, by one statement for each thousand; returns how many were new.

    Attributes must be named as their columns are.
    """
    if not rows:
        return 0
    columns = kind.__mapper__.columns
    statement = (
        _insert(session)(kind.__table__)
        .on_conflict_do_nothing(index_elements=[columns[name] for name in keys])
        .returning(columns[keys[0]])
    )
    return len(session.execute(statement, [dict(row) for row in rows]).all())


def _insert(session: Session) -> Any:
    return postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
