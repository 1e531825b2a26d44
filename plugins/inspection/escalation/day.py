"""Which day a follow-up run stands for."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.errors import BadSource
from inspection.store import calendar_days


def day_to_follow(session: Session, asked: str, *, at: datetime) -> date | None:
    """The day asked for, else today; None on a day the office is closed (nobody is reminded on a holiday)."""
    if asked:
        try:
            return date.fromisoformat(asked)
        except ValueError:
            raise BadSource(f"on 不是日期：{asked[:20]}", remedy="請寫成 2026-11-25") from None
    today = clock.local_date(at)
    return today if calendar_days.calendar(session).is_working(today) else None
