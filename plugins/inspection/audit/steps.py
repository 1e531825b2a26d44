"""The one way a state changes: a conditional UPDATE that one caller wins, and the event row beside it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import cast

from sqlalchemy import CursorResult, inspect, update
from sqlalchemy.orm import Session

from inspection.audit.events import record
from inspection.errors import Conflict
from inspection.model import Record
from inspection.model.lifecycle import allows


def advance(
    session: Session,
    subject: Record,
    target: StrEnum,
    *,
    actor: str,
    at: datetime,
    reason: str | None = None,
    details: dict[str, object] | None = None,
) -> None:
    """Moves `subject` to `target`.

    Raises Conflict where the lifecycle knows no such step, or where another caller has moved it meanwhile.
    """
    kind = type(subject)
    current: StrEnum = subject.state  # type: ignore[attr-defined]
    identity = inspect(subject).identity
    name = f"{kind.__tablename__} {':'.join(str(part) for part in identity or ())}"
    if not allows(current, target):
        raise Conflict(f"{name} is {current.value}; it cannot become {target.value}")
    session.flush()
    keys = inspect(kind).primary_key
    statement = update(kind).where(kind.state == current)  # type: ignore[attr-defined]
    for column, value in zip(keys, identity or (), strict=True):
        statement = statement.where(column == value)
    done = cast(
        "CursorResult[object]",
        session.execute(statement.values(state=target).execution_options(synchronize_session=False)),
    )
    if done.rowcount != 1:
        raise Conflict(f"{name} is no longer {current.value}; look again before deciding")
    session.refresh(subject, ["state"])
    record(
        session,
        at=at,
        actor=actor,
        subject=(kind.__tablename__, ":".join(str(part) for part in identity or ())),
        action="step",
        states=(current.value, target.value),
        reason=reason,
        details=details,
    )
