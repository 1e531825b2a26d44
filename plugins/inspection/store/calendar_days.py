"""The working calendar as this office keeps it: local closures over official days over the library."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from inspection.calendar.working_days import DaySource, DayStanding, WorkingCalendar
from inspection.model import CalendarDay


def calendar(session: Session) -> WorkingCalendar:
    """The calendar to count deadlines with."""
    rows = list(session.scalars(select(CalendarDay).order_by(CalendarDay.day)))
    return WorkingCalendar(
        official={
            row.day: DayStanding(row.day, row.working, DaySource.OFFICIAL, row.remark)
            for row in rows
            if row.source == "official"
        },
        closures={row.day: row.remark for row in rows if row.source == "local" and not row.working},
    )
