"""Queries on awareness work and on who handles secrets."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from inspection.errors import NotFound
from inspection.language import speak
from inspection.model import AwarenessSession, Finding, SecretHandler, Suspicion
from inspection.model.lifecycle import FindingState


def session_held(session: Session, session_id: str) -> AwarenessSession:
    """One session by its number; raises NotFound."""
    found = session.get(AwarenessSession, session_id)
    if found is None:
        raise NotFound(
            speak(
                f"查無宣導場次 {session_id}；請以 `inspection awareness list` 查詢",
                f"no awareness session {session_id}; see `inspection awareness list`",
            )
        )
    return found


def held_between(session: Session, start: date, end: date) -> list[AwarenessSession]:
    """Sessions whose month lies in [start, end), in order of their day; withdrawn ones left out."""
    query = select(AwarenessSession).where(
        AwarenessSession.active, AwarenessSession.for_month >= start, AwarenessSession.for_month < end
    )
    return list(session.scalars(query.order_by(AwarenessSession.held_on, AwarenessSession.id)))


def everything_held(session: Session) -> list[AwarenessSession]:
    """Every session ever entered, withdrawn ones too."""
    return list(session.scalars(select(AwarenessSession).order_by(AwarenessSession.id)))


def any_held_before(session: Session, day: date) -> bool:
    """Whether anything at all was on record for a month before `day`: nothing recorded is not nothing done."""
    query = select(func.count()).where(AwarenessSession.active, AwarenessSession.for_month < day)
    return bool(session.scalar(query))


def all_handlers(session: Session) -> list[SecretHandler]:
    """The whole register, those who left the task too."""
    query = select(SecretHandler)
    return list(session.scalars(query.order_by(SecretHandler.unit_id, SecretHandler.person_id, SecretHandler.since)))


def handlers_on(session: Session, day: date) -> list[SecretHandler]:
    """Who handled secrets on a day, by unit."""
    query = select(SecretHandler).where(
        SecretHandler.since <= day, or_(SecretHandler.until.is_(None), SecretHandler.until >= day)
    )
    return list(session.scalars(query.order_by(SecretHandler.unit_id, SecretHandler.person_id)))


def issued_findings(session: Session, start: datetime, end: datetime) -> list[tuple[Finding, Suspicion]]:
    """Faults confirmed in [start, end) whose report was issued, with what they were drawn from, in a stable order."""
    told = (FindingState.NOTIFIED, FindingState.RELEASED)
    query = (
        select(Finding, Suspicion)
        .join(Suspicion, Suspicion.id == Finding.suspicion_id)
        .where(Finding.state.in_(told), Finding.confirmed_at >= start, Finding.confirmed_at < end)
        .order_by(Finding.campaign_id, Finding.number)
    )
    return [(finding, suspicion) for finding, suspicion in session.execute(query)]
