"""Queries on event rows and their chain."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, Select, func, insert, select, text
from sqlalchemy.orm import Session

from inspection.keyed_hash import keyed_hash_by
from inspection.model import Event, EventSeal

GENESIS = "0" * 64
PURPOSE = "seal"
SEALER_LOCK = 7_310_421


def lock_sealer(session: Session) -> None:
    """Lets one sealer work at a time (SQLite: the write transaction already does)."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": SEALER_LOCK})


def last_seal(session: Session) -> EventSeal | None:
    """The newest link of the chain."""
    return session.scalars(select(EventSeal).order_by(EventSeal.ordinal.desc()).limit(1)).first()


def has_seal(session: Session, digest: str, *, ordinal: int | None = None) -> bool:
    """Whether a link of the chain has a digest that begins so; one of this ordinal, where it is given."""
    query = select(EventSeal.ordinal).where(EventSeal.digest.startswith(digest, autoescape=True))
    if ordinal is not None:
        query = query.where(EventSeal.ordinal == ordinal)
    return session.scalars(query.limit(1)).first() is not None


def unsealed(session: Session, *, size: int, after: int = 0) -> list[Event]:
    """The next events not yet chained, oldest first, at most `size`; of those with a greater id than `after`."""
    return list(session.scalars(_unsealed().where(Event.id > after).limit(size)))


def oldest_unsealed(session: Session) -> Event | None:
    """The oldest event not yet chained."""
    return session.scalars(_unsealed().limit(1)).first()


def _unsealed() -> Select[Event]:
    sealed = select(EventSeal.event_id).where(EventSeal.event_id == Event.id)
    return select(Event).where(~sealed.exists()).order_by(Event.id)


def add_seals(session: Session, seals: Sequence[Mapping[str, object]]) -> None:
    """Writes links of the chain."""
    if seals:
        session.execute(insert(EventSeal), list(seals))


def links(session: Session, first: int, last: int) -> list[tuple[Row[Any], Row[Any] | None]]:
    """The links from one ordinal to another, both included, each with its event (None where the row is gone), in
    order; as plain rows, for the whole record may be walked."""
    seal, event = EventSeal.__table__, Event.__table__
    head = select(seal).where(seal.c.ordinal.between(first, last)).order_by(seal.c.ordinal)
    found = list(session.connection().execute(head))
    ids = [row.event_id for row in found]
    rows = select(event).join(seal, seal.c.event_id == event.c.id).where(seal.c.ordinal.between(first, last))
    of = {row.id: row for row in session.connection().execute(rows)} if ids else {}
    return [(row, of.get(row.event_id)) for row in found]


def digest(event: Event | Row[Any], previous: str, key: bytes) -> str:
    """HMAC-SHA-256 by a key of the installation over the previous digest and every field of the event, in one canonical
    JSON form."""
    body = {
        "id": event.id,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": event.actor,
        "subject": [event.subject_kind, event.subject_id],
        "action": event.action,
        "states": [event.from_state, event.to_state],
        "reason": event.reason,
        "details": event.details,
    }
    canonical = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return keyed_hash_by(key, PURPOSE, f"{previous}\n{canonical}")


def is_made_by(session: Session, ordinal: int, key: bytes) -> bool:
    """Whether the link of this number is there, with its event, and this key makes it."""
    return any(
        event is not None and link.digest == digest(event, link.previous, key)
        for link, event in links(session, ordinal, ordinal)
    )


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
