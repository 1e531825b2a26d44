"""Says which open deadlines a new calendar would move, before anybody applies it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from inspection.calendar.working_days import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Deadline:
    """An open deadline as it was set: `working_days` after `start`, due on `due_on`; `key` is the caller's own name."""

    key: str
    start: date
    working_days: int
    due_on: date


@dataclass(frozen=True, slots=True)
class MovedDeadline:
    """A deadline and the day it would fall on; the old day is kept on record."""

    deadline: Deadline
    becomes: date


def moved(deadlines: Iterable[Deadline], calendar: WorkingCalendar) -> tuple[MovedDeadline, ...]:
    """The deadlines that fall on another day by this calendar, in the order given.

    Raises BadSource where one reaches into a year the calendar does not know.
    """
    counted = ((one, calendar.add_working_days(one.start, one.working_days)) for one in deadlines)
    return tuple(MovedDeadline(one, becomes) for one, becomes in counted if becomes != one.due_on)
