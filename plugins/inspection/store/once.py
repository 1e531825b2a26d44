"""Writing rows once, on both databases: INSERT that does nothing where the key is already there, and UPDATE or DELETE
that tells whether it was the one to win."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Delete, Update
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


def insert_or_take(
    session: Session, kind: type[Record], values: Mapping[str, Any], *, keys: Sequence[str], where: ColumnElement[bool]
) -> bool:
    """Inserts a row, or overwrites the one with the same `keys` where that one is as `where` says; True where either
    was done. One statement: of two who ask at once, the second sees what the first has written."""
    columns = kind.__mapper__.columns
    insert = _insert(session)(kind).values({columns[name]: value for name, value in values.items()})
    statement = insert.on_conflict_do_update(
        index_elements=[columns[name] for name in keys],
        set_={columns[name]: value for name, value in values.items() if name not in keys},
        where=where,
    ).returning(columns[keys[0]])
    return session.execute(statement).first() is not None


def insert_all_once(
    session: Session, kind: type[Record], rows: Sequence[Mapping[str, Any]], *, keys: Sequence[str]
) -> set[tuple[Any, ...]]:
    """Inserts the rows that do not exist yet, by one statement per thousand; the `keys` of those that were new.

    All rows give the same mapped attribute names.
    """
    if not rows:
        return set()
    columns = kind.__mapper__.columns
    statement = (
        _insert(session)(kind.__table__)
        .on_conflict_do_nothing(index_elements=[columns[name] for name in keys])
        .returning(*(columns[name] for name in keys))
    )
    given = [{columns[name].name: value for name, value in row.items()} for row in rows]
    return {tuple(row) for row in session.execute(statement, given)}


def put_all(session: Session, kind: type[Record], rows: Sequence[Mapping[str, Any]], *, keys: Sequence[str]) -> None:
    """Inserts the rows; one with the same `keys` that exists is overwritten. All rows give the same columns."""
    if not rows:
        return
    insert = _insert(session)(kind.__table__)
    others = {name: insert.excluded[name] for name in rows[0] if name not in keys}
    session.execute(insert.on_conflict_do_update(index_elements=list(keys), set_=others), list(rows))


def rows_touched(session: Session, statement: Update | Delete) -> int:
    """Carries out an UPDATE or DELETE; how many rows it met. Objects read before are not refreshed."""
    done = session.execute(statement.execution_options(synchronize_session=False))
    return cast("CursorResult[object]", done).rowcount


def _insert(session: Session) -> Callable[..., postgresql.Insert | sqlite.Insert]:
    return postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
