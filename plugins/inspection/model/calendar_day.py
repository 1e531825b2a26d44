"""Days the office decided on: official calendars imported, and local closures."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from inspection.model.base import Record


class CalendarDay(Record):
    """One day as imported (`source` official) or closed locally (`source` local); local wins."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(10), primary_key=True)
    working: Mapped[bool]
    remark: Mapped[str] = mapped_column(String(200))
    document_number: Mapped[str] = mapped_column(String(100))
    imported_at: Mapped[datetime]
