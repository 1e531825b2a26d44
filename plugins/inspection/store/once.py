"""Writing a row once: INSERT that does nothing where the key is already there, on both databases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from inspection.model import Record


def insert_once(session: Session, kind: type[Record], values: Mapping[str, Any], *, keys: Sequence[str]) -> bool:
    """Inserts a row unless one with the same `keys` (mapped attribute names) exists; True where it was new."""
    dialect = session.get_bind().dialect.name
    columns = kind.__mapper__.columns
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = (
        insert(kind)
        .values({columns[name]: value for name, value in values.items()})
        .on_conflict_do_nothing(index_elements=[columns[name] for name in keys])
        # the row count of such an INSERT is -1 on PostgreSQL: the returned key tells
        .returning(columns[keys[0]])
    )
    return session.execute(statement).first() is not None
