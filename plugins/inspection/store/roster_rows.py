"""All rows of a roster table, for comparing with a file."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from inspection.model import Record


def everything(session: Session, kind: type[Record]) -> list[Record]:
    """Every row of a table, also inactive ones."""
    return list(session.scalars(select(kind)))
