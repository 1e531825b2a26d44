"""More open fixes than a story makes: copies of one that the verbs made, each with 疑似 and finding of its own."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import inspect

from inspection.model import Finding, Record, Suspicion
from inspection.store import findings
from inspection.store.session import session_scope


def _like(row: Record, **other: Any) -> Record:
    columns = [column.key for column in inspect(type(row)).column_attrs]
    return type(row)(**{**{name: getattr(row, name) for name in columns}, **other})


def copies(fix_id: str, number: int, *, due_on: date | None = None) -> list[str]:
    """`number` further fixes like one there is, due on the same day or another; their ids in order."""
    with session_scope() as session:
        fix = findings.fix(session, fix_id)
        finding = session.get_one(Finding, fix.finding_id)
        suspicion = session.get_one(Suspicion, finding.suspicion_id)
        ids = [f"{fix.id}-{one:04}" for one in range(number)]
        seen = [_like(suspicion, id=None, fingerprint=f"{one:064x}") for one in range(number)]
        session.add_all(seen)
        session.flush()
        session.add_all(
            _like(finding, id=f"{own}F", number=1000 + place, suspicion_id=seen[place].id)  # type: ignore[attr-defined]
            for place, own in enumerate(ids)
        )
        session.flush()
        session.add_all(_like(fix, id=own, finding_id=f"{own}F", due_on=due_on or fix.due_on) for own in ids)
    return ids
