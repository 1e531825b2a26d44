"""年度行事曆: what the paper is filled with, and how it is kept."""

from __future__ import annotations

from typing import Literal, TypedDict

from inspection.documents.kind import DocumentKind
from inspection.vocabulary import MarkedAs

DayLook = Literal["none", "plain", "closed", "makeup", "period", "period_closed", "due"]


class YearDay(TypedDict):
    """One of 31 cells of a month; `number` and `weekday` are empty and `look` none for a day the month has not."""

    number: str
    weekday: str
    look: DayLook


class YearEntry(TypedDict):
    """One thing due: `when` 11/2 or 1/28–2/11."""

    when: str
    what: str


class YearMonth(TypedDict):
    """One row of the year; `name` 十一月. An entry stands in the month in which it begins."""

    name: str
    days: list[YearDay]
    entries: list[YearEntry]


class YearCalendar(TypedDict):
    """templates/calendar/year_calendar.docx: the year on one A3 page. `basis` says what its working days rest on."""

    title: str
    date: str
    basis: str
    months: list[YearMonth]
    notes: list[str]


KIND = DocumentKind(
    id="year_calendar",
    name="年度行事曆",
    template="calendar/year_calendar.docx",
    context=YearCalendar,
    mark=MarkedAs.YEAR_CALENDAR,
    title="{agency}{title}",
)
