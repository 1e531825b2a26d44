"""Rows that nothing rests on once their time is over: of the clock's own work, of sign-ins, of mails a day."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from inspection.model import DailyCount, PortalSession, SignInCode, StageRun
from inspection.store.once import rows_touched


def forget_runs(session: Session, *, before: datetime) -> int:
    """Takes away that work of the clock was done before an instant, but for each stage's last time; never a row of a
    campaign."""
    last = select(func.max(StageRun.id)).where(StageRun.campaign_id.is_(None)).group_by(StageRun.stage)
    of_clock = StageRun.campaign_id.is_(None), StageRun.started_at < before
    return rows_touched(session, delete(StageRun).where(*of_clock, StageRun.id.not_in(last)))


def forget_sign_ins(session: Session, *, before: datetime) -> int:
    """Takes away codes and sessions that ran out before an instant; who signed in stands in the events."""
    codes = rows_touched(session, delete(SignInCode).where(SignInCode.expires_at < before))
    return codes + rows_touched(session, delete(PortalSession).where(PortalSession.expires_at < before))


def forget_counts(session: Session, *, before: date) -> int:
    """Takes away how many mails went to a person on days before one."""
    return rows_touched(session, delete(DailyCount).where(DailyCount.on < before))
