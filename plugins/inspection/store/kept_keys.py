"""Queries on the generations of the installation's key, and on what is sealed under one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from inspection.model import CrawledFile, KeptKey


def every(session: Session) -> list[KeptKey]:
    """All generations, oldest first."""
    return list(session.scalars(select(KeptKey).order_by(KeptKey.number)))


def sealed_paths(session: Session, *, after: int, size: int) -> list[tuple[int, bytes]]:
    """The next sealed paths by the id of their file, in order; of some the term of retention is over."""
    query = select(CrawledFile.id, CrawledFile.path_sealed).where(
        CrawledFile.id > after, CrawledFile.path_sealed != b""
    )
    return [(one, sealed) for one, sealed in session.execute(query.order_by(CrawledFile.id).limit(size))]


def seal_anew(session: Session, changed: Sequence[tuple[int, bytes, bytes]]) -> None:
    """Writes paths sealed anew, each (id of the file, as it was, as it is now), unless somebody wrote it meanwhile."""
    if not changed:
        return
    table: Any = CrawledFile.__table__  # a plain UPDATE: of many rows the mapper would look for their keys
    statement = (
        update(table)
        .where(table.c.id == bindparam("of"), table.c.path_sealed == bindparam("was"))
        .values(path_sealed=bindparam("now"))
    )
    session.connection().execute(statement, [{"of": one, "was": was, "now": now} for one, was, now in changed])
