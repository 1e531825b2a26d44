"""The one way a state changes: a conditional UPDATE that one caller wins, and the event row beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import inspect, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from inspection.audit.events import Happening, record, record_all
from inspection.errors import Conflict
from inspection.language import speak
from inspection.model import Record
from inspection.model.lifecycle import allows
from inspection.rules.messages import label, state_word
from inspection.store.once import rows_touched


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
    known = ":".join(str(part) for part in identity or ())
    if not allows(current, target):
        raise _no_step(kind, [known], current, target)
    session.flush()
    keys = inspect(kind).primary_key
    statement = update(kind).where(kind.state == current)  # type: ignore[attr-defined]
    for column, value in zip(keys, identity or (), strict=True):
        statement = statement.where(column == value)
    if rows_touched(session, statement.values(state=target)) != 1:
        raise _lost(kind, [known], current)
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


def advance_all(
    session: Session,
    subjects: Sequence[Record],
    target: StrEnum,
    *,
    actor: str,
    at: datetime,
    reason: str | None = None,
    details: dict[str, object] | None = None,
    values: Mapping[str, object] | None = None,
) -> None:
    """Moves many records of one kind to `target` as `advance` does one, by one UPDATE per state they stand in.

    `values` are set in the same statement (attribute names). Raises Conflict naming those that another caller has
    moved meanwhile: then the transaction must be given up, none is moved.
    """
    if not subjects:
        return
    kind, given = type(subjects[0]), dict(values or {})
    key = inspect(kind).primary_key[0]
    session.flush()
    happened = []
    for current, members in _by_state(subjects).items():
        if not allows(current, target):
            raise _no_step(kind, [str(inspect(one).identity[0]) for one in members], current, target)  # type: ignore[index]
        ids = {inspect(one).identity[0]: one for one in members}  # type: ignore[index]
        statement = update(kind).where(kind.state == current, key.in_(ids))  # type: ignore[attr-defined]
        moved = session.scalars(
            statement.values(state=target, **given).returning(key).execution_options(synchronize_session=False)
        )
        lost = sorted(str(one) for one in set(ids) - set(moved))
        if lost:
            raise _lost(kind, lost, current)
        for one in members:
            for name, value in {"state": target, **given}.items():
                set_committed_value(one, name, value)
        happened += [
            Happening((kind.__tablename__, str(one)), "step", (current.value, target.value), reason, details or {})
            for one in ids
        ]
    record_all(session, happened, at=at, actor=actor)


def _no_step(kind: type[Record], ids: Sequence[str], current: StrEnum, target: StrEnum) -> Conflict:
    table = kind.__tablename__
    now, then = state_word(table, current), state_word(table, target)
    return Conflict(
        speak(
            f"{label(table)} {'、'.join(ids)} 現為「{now}」，不得改為「{then}」",
            f"{table} {', '.join(ids)} is {now}; it cannot become {then}",
        )
    )


def _lost(kind: type[Record], ids: Sequence[str], current: StrEnum) -> Conflict:
    table = kind.__tablename__
    before = state_word(table, current)
    return Conflict(
        speak(
            f"{label(table)} {'、'.join(ids)} 已非「{before}」，他人已先處理；請重新檢視後再辦理",
            f"{table} {', '.join(ids)}: no longer {before}; look again before deciding",
        )
    )


def _by_state(subjects: Sequence[Record]) -> dict[StrEnum, list[Record]]:
    found: dict[StrEnum, list[Record]] = {}
    for one in subjects:
        found.setdefault(one.state, []).append(one)  # type: ignore[attr-defined]
    return found
