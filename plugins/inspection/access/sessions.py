"""Signed-in sessions: a random token in a cookie, its hash in the database, an idle end and an absolute one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from inspection.access.tokens import token
from inspection.access.who import asking
from inspection.audit.events import record
from inspection.model import Person, PortalSession
from inspection.store import sign_in

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=8)  # one working day
EXTEND_EVERY = timedelta(minutes=5)  # spares a write per page


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is at the door. `stale`: the idle end should be moved."""

    session: PortalSession
    person: Person
    stale: bool


def token_hash(secret: str) -> str:
    """256 random bits need no key and no salt (ASVS 6.5.2)."""
    return hashlib.sha256(secret.encode()).hexdigest()


def start(session: Session, person_id: str, *, at: datetime) -> str:
    """Opens a session and returns its token, which is kept nowhere here."""
    secret = token()
    session.add(
        PortalSession(
            token_hash=token_hash(secret),
            person_id=person_id,
            started_at=at,
            expires_at=at + IDLE,
            proven_at=at,
            ended_at=None,
        )
    )
    session.flush()
    record(session, at=at, actor=person_id, subject=("person", person_id), action="signed_in")
    return secret


def recognise(session: Session, secret: str, *, at: datetime) -> SignedIn | None:
    """Who holds a token, or None: unknown, ended, idle too long, too old, person left, no role or duty. Only reads."""
    found = sign_in.session_and_person(session, token_hash(secret))
    if found is None:
        return None
    row, person = found
    if row.ended_at is not None or at >= min(row.expires_at, row.started_at + ABSOLUTE):
        return None
    if not asking(session, person.id, at=at).has_business:
        return None
    return SignedIn(row, person, stale=row.expires_at - at < IDLE - EXTEND_EVERY)


def stands(session: Session, secret: str) -> bool:
    """Whether there is such a session and nobody has ended it, be it good or not. Only reads."""
    row = sign_in.portal_session(session, token_hash(secret))
    return row is not None and row.ended_at is None


def renew(session: Session, secret: str, *, at: datetime) -> None:
    """Moves the idle end of a good session, ends one that is good no more: a role given back does not revive it."""
    signed = recognise(session, secret, at=at)
    if signed is None:
        finish(session, secret, at=at, action="session_ended")
    elif signed.stale:
        sign_in.extend(session, signed.session.token_hash, until=min(at + IDLE, signed.session.started_at + ABSOLUTE))


def finish_all(session: Session, person_id: str, *, by: str, at: datetime) -> None:
    """Ends every session of somebody whose right another took back; whoever has other business signs in again."""
    if sign_in.end_all(session, person_id, at=at):
        record(session, at=at, actor=by, subject=("person", person_id), action="session_ended")


def finish(session: Session, secret: str, *, at: datetime, action: str = "signed_out") -> None:
    """Ends a session; harmless where there is none."""
    row = sign_in.portal_session(session, token_hash(secret))
    if row is not None and sign_in.end(session, row.token_hash, at=at):
        record(session, at=at, actor=row.person_id, subject=("person", row.person_id), action=action)
