"""Proposes the Spring-Festival window of a year; a person confirms it with the circular's date and number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from inspection.calendar.working_days import DaySource, DayStanding, WorkingCalendar, library_standing, library_year
from inspection.errors import BadSource
from inspection.language import speak

FIRST_YEAR = 2011
LAST_YEAR = 2099
# the circulars name Taiwan time, wherever the office's clock may be set
_TAIPEI = ZoneInfo("Asia/Taipei")
_OPENS_AT = time(22)
_NEW_YEAR = "春節"


class SpringPattern(StrEnum):
    """How the window is reckoned; from the announcements of 2011-2026 (rules/spring_windows.csv)."""

    NPA15 = "npa15"
    CLASSIC25 = "classic25"


@dataclass(frozen=True, slots=True)
class SpringProposal:
    """A window proposed for a year. `end` is exclusive: the midnight printed as 24時 of the day before.

    `is_estimated`: the holiday rests on the library, not on an imported office calendar.
    """

    year: int
    pattern: SpringPattern
    start: datetime
    end: datetime
    lunar_new_year: date
    holiday_start: date
    holiday_end: date
    is_estimated: bool


def lunar_new_year(year: int) -> date:
    """The first day of the lunar year that begins in `year` (AD); raises BadSource outside 2011-2099."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadSource(
            speak(f"沒有 {year} 年之農曆資料", f"no lunar calendar for {year}"),
            remedy=speak(f"可用年份為 {FIRST_YEAR} 至 {LAST_YEAR}", f"years {FIRST_YEAR} to {LAST_YEAR} are known"),
        )
    return min(day for day, name in library_year(year).items() if day.year == year and name == _NEW_YEAR)


def holiday_block(new_year: date, calendar: WorkingCalendar) -> tuple[date, date, bool]:
    """First and last closed day around New Year's Day without a gap, and whether any rests on the library."""
    first = last = new_year
    while not standing(first - timedelta(days=1), calendar).is_working:
        first -= timedelta(days=1)
    while not standing(last + timedelta(days=1), calendar).is_working:
        last += timedelta(days=1)
    days = (last - first).days + 1
    looks = (standing(first + timedelta(days=offset), calendar) for offset in range(days))
    return first, last, any(look.source is DaySource.ESTIMATED for look in looks)


def proposals(year: int, calendar: WorkingCalendar) -> tuple[SpringProposal, SpringProposal]:
    """Both windows for a year: npa15 first (the default since 2022), then classic25.

    npa15: 15 days, ending with the first day after the holiday. classic25: ten days before New Year to 14 after.
    Both open at 22時 and end at 24時. Years the calendar does not know are taken from the library.
    """
    new_year = lunar_new_year(year)
    first, last, estimated = holiday_block(new_year, calendar)
    after_holiday = last + timedelta(days=1)
    bounds = {
        SpringPattern.NPA15: (after_holiday - timedelta(days=14), after_holiday),
        SpringPattern.CLASSIC25: (new_year - timedelta(days=10), new_year + timedelta(days=14)),
    }
    npa15, classic25 = (
        SpringProposal(
            year,
            pattern,
            datetime.combine(opening, _OPENS_AT, _TAIPEI),
            datetime.combine(closing + timedelta(days=1), time.min, _TAIPEI),
            new_year,
            first,
            last,
            estimated,
        )
        for pattern, (opening, closing) in bounds.items()
    )
    return npa15, classic25


def standing(day: date, calendar: WorkingCalendar) -> DayStanding:
    """How a day stands; by the library for a year the calendar does not know."""
    return calendar.standing(day) if calendar.knows(day.year) else library_standing(day)
