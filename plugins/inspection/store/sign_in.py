"""Queries on one-time codes, sessions and how often somebody tried; each change is one conditional UPDATE."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import distinct, func, select, update
from sqlalchemy.orm import Session

from inspection.model import Event, Person, PortalSession, SignInCode
from inspection.store.once import rows_touched


def take_try(session: Session, code_id: str, *, at: datetime) -> bool:
    """Uses up one try of a live code; False where it is unknown, used, expired or has no try left."""
    statement = (
        update(SignInCode)
        .where(
            SignInCode.id == code_id,
            SignInCode.used_at.is_(None),
            SignInCode.expires_at > at,
            SignInCode.tries_left > 0,
        )
        .values(tries_left=SignInCode.tries_left - 1)
    )
    return rows_touched(session, statement) == 1


def use_once(session: Session, code_id: str, *, at: datetime) -> bool:
    """Marks a code as used; of two at the same moment one wins."""
    statement = update(SignInCode).where(SignInCode.id == code_id, SignInCode.used_at.is_(None)).values(used_at=at)
    return rows_touched(session, statement) == 1


def code(session: Session, code_id: str) -> SignInCode | None:
    """A code as it stands in the database, not as this session remembers it."""
    query = select(SignInCode).where(SignInCode.id == code_id).execution_options(populate_existing=True)
    return session.scalars(query).first()


def tries_since(session: Session, bucket: str, actions: Sequence[str], *, since: datetime) -> int:
    """How often something was noted against a bucket since an instant."""
    query = select(func.count()).where(
        Event.subject_kind == "sign_in", Event.subject_id == bucket, Event.action.in_(actions), Event.at > since
    )
    return session.scalar(query) or 0


def people_and_places(session: Session, *, since: datetime) -> tuple[int, int]:
    """How many people asked for a code since an instant, and from how many places."""
    people = select(func.count(distinct(SignInCode.person_id))).where(SignInCode.made_at > since)
    places = select(func.count(distinct(Event.subject_id))).where(
        Event.subject_kind == "sign_in", Event.action == "asked_from", Event.at > since
    )
    return session.scalar(people) or 0, session.scalar(places) or 0


def portal_session(session: Session, token_hash: str) -> PortalSession | None:
    """A session by the hash of its token."""
    return session.get(PortalSession, token_hash)


def session_and_person(session: Session, token_hash: str) -> tuple[PortalSession, Person] | None:
    """A session by the hash of its token with whom it belongs to, by one statement: each page asks for both."""
    query = select(PortalSession, Person).join(Person, Person.id == PortalSession.person_id)
    found = session.execute(query.where(PortalSession.token_hash == token_hash)).first()
    return (found[0], found[1]) if found else None


def extend(session: Session, token_hash: str, *, until: datetime) -> None:
    """Moves the idle end of a session that has not ended."""
    session.execute(
        update(PortalSession)
        .where(PortalSession.token_hash == token_hash, PortalSession.ended_at.is_(None))
        .values(expires_at=until)
        .execution_options(synchronize_session=False)
    )


def end_all(session: Session, person_id: str, *, at: datetime) -> int:
    """Ends all sessions of a person; how many."""
    statement = update(PortalSession).where(PortalSession.person_id == person_id, PortalSession.ended_at.is_(None))
    return rows_touched(session, statement.values(ended_at=at))


def end(session: Session, token_hash: str, *, at: datetime) -> bool:
    """Ends a session; False where it had ended."""
    statement = (
        update(PortalSession)
        .where(PortalSession.token_hash == token_hash, PortalSession.ended_at.is_(None))
        .values(ended_at=at)
    )
    return rows_touched(session, statement) == 1
