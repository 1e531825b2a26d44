"""The places at a file server, and who waits for one: each place has one holder, whoever else asks at the same time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from inspection.model import ServerLease, ServerTurn
from inspection.store.once import insert_once, insert_or_take, rows_touched


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody who waits: since when, and when they come again."""

    asker: str
    since: datetime
    comes_at: datetime


def held(session: Session, host: str, *, at: datetime) -> set[int]:
    """The places at a server that are held at an instant."""
    query = select(ServerLease.slot).where(ServerLease.host == host, ServerLease.until > at)
    return set(session.scalars(query))


def take(session: Session, host: str, holder: str, *, among: Iterable[int], at: datetime, until: datetime) -> bool:
    """Takes the first of some places that nobody holds at `at`; False where others hold them all.

    Whoever holds one is asked by the row itself, in the statement that takes it.
    """
    for slot in among:
        values = {"host": host, "slot": slot, "holder": holder, "until": until}
        if insert_or_take(session, ServerLease, values, keys=("host", "slot"), where=ServerLease.until <= at):
            return True
    return False


def renew(session: Session, host: str, holder: str, *, at: datetime, until: datetime) -> bool:
    """Keeps a place that is still held; False where it is not: somebody else may be reading there."""
    mine = (ServerLease.host == host, ServerLease.holder == holder, ServerLease.until > at)
    return rows_touched(session, update(ServerLease).where(*mine).values(until=until)) == 1


def give_back(session: Session, host: str, holder: str, *, at: datetime) -> None:
    """Frees a place; nothing where it is not held any more."""
    renew(session, host, holder, at=at, until=at)


def turns(session: Session, host: str, *, came_after: datetime) -> list[Turn]:
    """Who waits for a server, first come first; without those who should have come long ago and did not."""
    query = select(ServerTurn.asker, ServerTurn.since, ServerTurn.comes_at).where(
        ServerTurn.host == host, ServerTurn.comes_at >= came_after
    )
    return [Turn(*row) for row in session.execute(query.order_by(ServerTurn.since, ServerTurn.asker))]


def wait(session: Session, host: str, asker: str, *, at: datetime, comes_at: datetime) -> None:
    """Keeps a place in the queue, or says when its holder comes again."""
    values = {"asker": asker, "host": host, "since": at, "comes_at": comes_at}
    if not insert_once(session, ServerTurn, values, keys=("asker",)):
        session.execute(update(ServerTurn).where(ServerTurn.asker == asker).values(comes_at=comes_at))


def leave_all(session: Session, askers: str) -> None:
    """Takes out of all queues everybody whose name begins so: what they waited for will not be done."""
    session.execute(delete(ServerTurn).where(ServerTurn.asker.startswith(askers, autoescape=True)))


def leave(session: Session, host: str, asker: str, *, gone_before: datetime) -> None:
    """Takes whoever has a place out of the queue, and with them those who never came again."""
    mine = (ServerTurn.asker == asker) | ((ServerTurn.host == host) & (ServerTurn.comes_at < gone_before))
    session.execute(delete(ServerTurn).where(mine))
