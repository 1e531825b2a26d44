"""Queries on event rows and their chain."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from inspection.model import Event, EventSeal

SEALER_LOCK = 7_310_421


def lock_sealer(session: Session) -> None:
    """Lets one sealer work at a time (SQLite: the write transaction already does)."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": SEALER_LOCK})


def last_seal(session: Session) -> EventSeal | None:
    """The newest link of the chain."""
    return session.scalars(select(EventSeal).order_by(EventSeal.ordinal.desc()).limit(1)).first()


def has_seal(session: Session, digest: str) -> bool:
    """Whether a link of the chain has this digest."""
    return session.scalars(select(EventSeal.ordinal).where(EventSeal.digest == digest)).first() is not None


def unsealed(session: Session) -> list[Event]:
    """Events not yet chained, oldest first."""
    sealed = select(EventSeal.event_id)
    return list(session.scalars(select(Event).where(Event.id.not_in(sealed)).order_by(Event.id)))


def oldest_unsealed(session: Session) -> Event | None:
    """The oldest event not yet chained."""
    sealed = select(EventSeal.event_id)
    return session.scalars(select(Event).where(Event.id.not_in(sealed)).order_by(Event.id).limit(1)).first()


def chain(session: Session) -> Iterator[tuple[EventSeal, Event | None]]:
    """Every link with its event (None where the row is gone), in order."""
    query = select(EventSeal, Event).outerjoin(Event, Event.id == EventSeal.event_id).order_by(EventSeal.ordinal)
    yield from session.execute(query.execution_options(yield_per=1000))


def of_subject(session: Session, kind: str, subject_id: str) -> list[Event]:
    """The history of one record, oldest first."""
    query = select(Event).where(Event.subject_kind == kind, Event.subject_id == subject_id).order_by(Event.id)
    return list(session.scalars(query))


def happened_since(session: Session, kind: str, subject_id: str, action: str, *, since: datetime) -> bool:
    """Whether something happened to a record after an instant."""
    query = select(Event.id).where(
        Event.subject_kind == kind, Event.subject_id == subject_id, Event.action == action, Event.at > since
    )
    return session.scalars(query.limit(1)).first() is not None


def last_of(session: Session, kind: str, actions: Collection[str]) -> Event | None:
    """What happened last of some actions to any record of a kind."""
    query = select(Event).where(Event.subject_kind == kind, Event.action.in_(actions))
    return session.scalars(query.order_by(Event.id.desc()).limit(1)).first()


def first_at(session: Session) -> datetime | None:
    """When the office's record begins; None before anything happened."""
    return session.scalar(select(func.min(Event.at)))
