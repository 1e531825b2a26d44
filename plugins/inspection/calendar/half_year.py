"""Half-years: which one a day lies in, its bounds and names, and the slot at which its inspection opens."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum

from inspection import clock
from inspection.calendar.roc import roc_year
from inspection.calendar.working_days import WorkingCalendar


class Half(IntEnum):
    """First or second half of a year."""

    FIRST = 1
    SECOND = 2


_FIRST_MONTH = {Half.FIRST: 1, Half.SECOND: 7}
_NAMES = {Half.FIRST: "上半年", Half.SECOND: "下半年"}
# May and November leave two months for correction before the half-year closes
OPENING_MONTH = {Half.FIRST: 5, Half.SECOND: 11}


def month_moved(day: date, by: int) -> date:
    """The first day of the month some months later or earlier."""
    index = day.year * 12 + day.month - 1 + by
    return date(index // 12, index % 12 + 1, 1)


@dataclass(frozen=True, slots=True, order=True)
class HalfYear:
    """One half of one year (AD). Ordered in time."""

    year: int
    half: Half

    @property
    def start(self) -> date:
        """Its first day."""
        return date(self.year, _FIRST_MONTH[self.half], 1)

    @property
    def end(self) -> date:
        """The day after its last one."""
        return self.next().start

    @property
    def name(self) -> str:
        """115年下半年."""
        return f"{roc_year(self.start)}年{_NAMES[self.half]}"

    @property
    def code(self) -> str:
        """115H2, for ids and file names."""
        return f"{roc_year(self.start)}H{int(self.half)}"

    def next(self) -> HalfYear:
        """The half-year after this one."""
        return HalfYear(self.year, Half.SECOND) if self.half is Half.FIRST else HalfYear(self.year + 1, Half.FIRST)

    def previous(self) -> HalfYear:
        """The half-year before this one."""
        return HalfYear(self.year - 1, Half.SECOND) if self.half is Half.FIRST else HalfYear(self.year, Half.FIRST)

    def slot(self, calendar: WorkingCalendar) -> date:
        """The first working day of its opening month: when its regular inspection is due to open."""
        return calendar.first_working_day(date(self.year, OPENING_MONTH[self.half], 1))


def of_day(day: date) -> HalfYear:
    """The half-year a day lies in."""
    return HalfYear(day.year, Half.FIRST if day.month <= 6 else Half.SECOND)


def of_instant(instant: datetime) -> HalfYear:
    """The half-year an instant lies in, by the office's date."""
    return of_day(clock.local_date(instant))


def without_inspection(done: Set[HalfYear], *, since: date, on: date) -> tuple[HalfYear, ...]:
    """Half-years ended before `on`, from the first whole one after `since` (go-live), that had no inspection.

    At least one regular inspection each half-year is a rule (政風機構維護公務機密作業要點 16; seed 000 art. 7).
    """
    current = of_day(since)
    if current.start < since:
        current = current.next()
    missing = []
    while current.end <= on:
        if current not in done:
            missing.append(current)
        current = current.next()
    return tuple(missing)
