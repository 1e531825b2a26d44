"""Counts working days: local closures over the official calendar over the library's estimate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from types import MappingProxyType

import holidays

from inspection.calendar.official_csv import OfficialYear
from inspection.errors import BadSource
from inspection.language import speak

_ONE_DAY = timedelta(days=1)

# Compared day by day with the office calendars of 2019, 2020 and 2022-2027 (no difference); the library's own notes
# name the calendars of 1998-2026. Before 2012 it knows no make-up workday; after 2027 nobody has decided yet.
FIRST_ESTIMATED_YEAR = 2012
LAST_ESTIMATED_YEAR = 2027


class DaySource(StrEnum):
    """What a day's standing rests on, strongest first."""

    LOCAL = "local"
    OFFICIAL = "official"
    ESTIMATED = "estimated"


@dataclass(frozen=True, slots=True)
class DayStanding:
    """One day: is the office open, what says so, and the holiday's or closure's name."""

    day: date
    is_working: bool
    source: DaySource
    name: str = ""


@cache
def library_year(year: int) -> holidays.HolidayBase:
    """The library's Taiwan holidays of one year, with make-up workdays; default category `public`."""
    return holidays.country_holidays("TW", years=year, language="zh_TW")


@lru_cache(
    maxsize=8_192
)  # a page counts some thousand days; the library takes 15 µs for each, and never says otherwise
def library_standing(day: date) -> DayStanding:
    """What the library holds a day to be, for any year it can compute (also ones not yet decided)."""
    year = library_year(day.year)
    return DayStanding(day, bool(year.is_working_day(day)), DaySource.ESTIMATED, str(year.get(day, "")))


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """The office's working days. Values only: build a new one after an import.

    `official` maps each day of the imported years to its standing, `closures` a closed day to its reason
    (typhoon, local holiday). Years outside `official` and the estimated years are refused, never guessed.
    """

    official: Mapping[date, DayStanding] = field(default_factory=dict)
    closures: Mapping[date, str] = field(default_factory=dict)
    first_estimated_year: int = FIRST_ESTIMATED_YEAR
    last_estimated_year: int = LAST_ESTIMATED_YEAR

    def knows(self, year: int) -> bool:
        """Whether deadlines may be counted in this year."""
        return self.first_estimated_year <= year <= self.last_estimated_year or date(year, 1, 1) in self.official

    def standing(self, day: date) -> DayStanding:
        """How one day stands; raises BadSource where the year has no data."""
        if day in self.closures:
            return DayStanding(day, False, DaySource.LOCAL, self.closures[day])
        if day in self.official:
            return self.official[day]
        if not self.knows(day.year):
            raise BadSource(
                speak(
                    f"沒有 {day.year - 1911} 年（{day.year}）之辦公日曆",
                    f"no working-day calendar for {day.year} (ROC {day.year - 1911})",
                ),
                remedy=speak(
                    "請匯入該年辦公日曆表：`inspection calendar import FILE --apply`",
                    "import the office calendar of that year: inspection calendar import FILE --apply",
                ),
            )
        return library_standing(day)

    def is_working(self, day: date) -> bool:
        """Whether the office is open on a day; raises BadSource where the year has no data."""
        return self.standing(day).is_working

    def is_estimated(self, day: date) -> bool:
        """Whether a day rests on the library alone, to be printed as 推估."""
        return self.standing(day).source is DaySource.ESTIMATED

    def rests_on_estimate(self, start: date, end: date) -> bool:
        """Whether any day from `start` to `end`, both included, rests on the library alone."""
        days = (end - start).days
        return any(self.is_estimated(start + timedelta(days=offset)) for offset in range(days + 1))

    def first_working_day(self, day: date) -> date:
        """The day itself if the office is open, else the next day it is."""
        while not self.is_working(day):
            day += _ONE_DAY
        return day

    def add_working_days(self, day: date, count: int) -> date:
        """The date `count` working days after `day`, counting from the next day (新北市文書處理要點 92).

        A negative count goes back, counting from the day before. Zero is the day itself, or the next open day.
        """
        if count == 0:
            return self.first_working_day(day)
        step = _ONE_DAY if count > 0 else -_ONE_DAY
        left = abs(count)
        while left:
            day += step
            left -= self.is_working(day)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative where `end` lies before `start`.

        The inverse of `add_working_days`: for every count but 0, between(d, add(d, n)) = n.
        """
        if end < start:
            days = (end + timedelta(days=offset) for offset in range((start - end).days))
            return -sum(map(self.is_working, days))
        return sum(self.is_working(start + timedelta(days=offset + 1)) for offset in range((end - start).days))

    def days_late(self, due: date, on: date) -> int:
        """Working days past the due date on a given day; 0 when in time."""
        return max(0, self.working_days_between(due, on)) if on > due else 0


def build(
    official: Mapping[int, OfficialYear] | None = None,
    closures: Mapping[date, str] | None = None,
    *,
    first_estimated_year: int = FIRST_ESTIMATED_YEAR,
    last_estimated_year: int = LAST_ESTIMATED_YEAR,
) -> WorkingCalendar:
    """A calendar from imported years (by year AD) and local closures (date to reason), the library filling in."""
    days = {
        entry.day: DayStanding(entry.day, entry.is_working, DaySource.OFFICIAL, entry.note)
        for year in (official or {}).values()
        for entry in year.days
    }
    return WorkingCalendar(
        MappingProxyType(days), MappingProxyType(dict(closures or {})), first_estimated_year, last_estimated_year
    )
