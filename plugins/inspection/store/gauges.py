"""Numbers of the whole installation, as an operator's own tools ask for them: counts and instants, no names."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from inspection.model import Approval, Campaign, CrawlRun, Fix, Notice
from inspection.model.lifecycle import ApprovalState, CrawlState, NoticeState
from inspection.store.checklists import ENDED
from inspection.store.findings import UNFINISHED, overdue


def time_there(session: Session) -> datetime | None:
    """The instant by the clock of the database's machine; None where that is this one (SQLite)."""
    if session.get_bind().dialect.name != "postgresql":
        return None
    found: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
    return found


def letters_waiting(session: Session) -> int:
    """Letters written and not sent yet."""
    return _count(session, select(func.count()).select_from(Notice).where(Notice.state == NoticeState.PENDING))


def decisions_waiting(session: Session) -> int:
    """What lies before somebody for a decision."""
    query = select(func.count()).select_from(Approval).where(Approval.state == ApprovalState.PENDING)
    return _count(session, query)


def campaigns_open(session: Session) -> int:
    """Campaigns that are neither concluded nor called off."""
    return _count(session, select(func.count()).select_from(Campaign).where(Campaign.state.not_in(ENDED)))


def fixes_open(session: Session) -> int:
    """Fixes that are neither mended nor excepted."""
    return _count(session, select(func.count()).select_from(Fix).where(Fix.state.in_(UNFINISHED)))


def fixes_overdue(session: Session, *, on: date) -> int:
    """Fixes overdue on a day, as pages and papers say it."""
    return _count(session, select(func.count()).select_from(Fix).where(overdue(on)))


def last_crawl(session: Session) -> datetime | None:
    """When a crawl last ended with every share read."""
    return session.scalar(select(func.max(CrawlRun.closed_at)).where(CrawlRun.state == CrawlState.COMPLETE))


def _count(session: Session, query: object) -> int:
    return int(session.scalar(query) or 0)  # type: ignore[call-overload]
