"""One day's follow-up: which day it stands for, and what is read once for all matters of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.calendar.typed import day_typed
from inspection.calendar.working_days import WorkingCalendar
from inspection.errors import NotFound
from inspection.language import speak
from inspection.model import Person, Unit
from inspection.rules.catalogue import Catalogue
from inspection.store import calendar_days, campaigns, holders, roster
from inspection.store.holders import Holders
from inspection.vocabulary import Role

ETHICS = (Role.ETHICS_HEAD, Role.ETHICS_STAFF)


@dataclass(frozen=True, slots=True)
class Day:
    """The open transaction and the rules, the day `on` that is followed up and the instant `at`; working days, who
    holds which role, all units by id, the name of the superior's ethics body ('' before a roster was imported), and
    the ids of campaigns that rest (paused or cancelled)."""

    session: Session
    catalogue: Catalogue
    calendar: WorkingCalendar
    holders: Holders
    units: dict[str, Unit]
    superior_ethics: str
    at_rest: frozenset[str]
    on: date
    at: datetime

    def unit(self, unit_id: str) -> Unit:
        """A unit by id; raises NotFound."""
        found = self.units.get(unit_id)
        if found is None:
            raise NotFound(speak(f"名冊查無單位 {unit_id}", f"unit {unit_id} is not in the roster"))
        return found

    def holding(self, roles: Sequence[Role], unit_id: str = "") -> list[Person]:
        """Everybody holding one of the roles, each once; contact and head are those of the unit."""
        return self.holders.holding_any(roles, unit_id=unit_id)

    def offset(self, due_on: date) -> int:
        """Working days past a due date, negative before it; raises BadSource for a year without a calendar."""
        return self.calendar.working_days_between(due_on, self.on)


def day_of(session: Session, *, on: date, catalogue: Catalogue, at: datetime) -> Day:
    """Reads what a day's follow-up needs; raises BadSource where the year of `on` has no calendar."""
    calendar = calendar_days.calendar(session)
    calendar.is_working(on)  # a year without a calendar is the day's fault, not that of a matter
    units = {one.id: one for one in roster.all_units(session)}
    names = roster.superior_ethics_name(session)
    held, rest = holders.on_day(session, on), campaigns.at_rest(session)
    return Day(session, catalogue, calendar, held, units, names, rest, on, at)


def day_to_follow(session: Session, asked: str, *, at: datetime) -> date | None:
    """The day asked for, else today; None on a day the office is closed (nobody is reminded on a holiday)."""
    chosen = day_typed({"on": asked}, "on")
    if chosen is not None:
        return chosen
    today = clock.local_date(at)
    return today if calendar_days.calendar(session).is_working(today) else None
