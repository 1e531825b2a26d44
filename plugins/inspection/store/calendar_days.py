"""The working calendar as this office keeps it: local closures over official days over the library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from inspection.calendar.official_csv import OfficialDay
from inspection.calendar.working_days import DaySource, DayStanding, WorkingCalendar
from inspection.model import CalendarDay

OFFICIAL, LOCAL = DaySource.OFFICIAL.value, DaySource.LOCAL.value

CALENDAR_LOCK = 7_310_422


@dataclass(frozen=True, slots=True)
class Edition:
    """Where days came from: the number of the document that published them, and when they were entered."""

    document_number: str
    imported_at: datetime


def calendar(session: Session) -> WorkingCalendar:
    """The calendar to count deadlines with."""
    # columns and not records: some thousand days, asked for by most pages
    columns = (CalendarDay.day, CalendarDay.source, CalendarDay.working, CalendarDay.remark)
    rows = session.execute(select(*columns).order_by(CalendarDay.day)).all()
    return WorkingCalendar(
        official={
            day: DayStanding(day, working, DaySource.OFFICIAL, remark)
            for day, source, working, remark in rows
            if source == OFFICIAL
        },
        closures={day: remark for day, source, working, remark in rows if source == LOCAL and not working},
    )


def lock(session: Session) -> None:
    """Lets one change of the calendar happen at a time (SQLite: the write transaction already does)."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": CALENDAR_LOCK})


def edition(session: Session, year: int) -> Edition | None:
    """The edition of the official calendar last imported for a year (AD); None where none was."""
    query = select(CalendarDay).where(
        CalendarDay.source == OFFICIAL, CalendarDay.day >= date(year, 1, 1), CalendarDay.day <= date(year, 12, 31)
    )
    found = session.scalars(query.order_by(CalendarDay.imported_at.desc(), CalendarDay.day).limit(1)).first()
    return Edition(found.document_number, found.imported_at) if found else None


def local_days(session: Session, year: int) -> list[CalendarDay]:
    """Local closures of a year, withdrawn ones (`working`) included."""
    query = select(CalendarDay).where(
        CalendarDay.source == LOCAL, CalendarDay.day >= date(year, 1, 1), CalendarDay.day <= date(year, 12, 31)
    )
    return list(session.scalars(query.order_by(CalendarDay.day)))


def local_day(session: Session, day: date) -> CalendarDay | None:
    """What was entered locally for a day."""
    return session.get(CalendarDay, (day, LOCAL))


def keep(session: Session, source: str, days: Sequence[OfficialDay], edition: Edition) -> None:
    """Writes days, each over the one of the same date and source."""
    session.flush()
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(CalendarDay)
    replaced = ("working", "remark", "document_number", "imported_at")
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["day", "source"], set_={name: statement.excluded[name] for name in replaced}
        ),
        [
            {
                "day": one.day,
                "source": source,
                "working": one.is_working,
                "remark": one.note,
                "document_number": edition.document_number,
                "imported_at": edition.imported_at,
            }
            for one in days
        ],
    )
    for row in list(session.identity_map.values()):
        if isinstance(row, CalendarDay):
            session.expire(row)
