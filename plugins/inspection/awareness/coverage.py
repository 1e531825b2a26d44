"""How far the awareness work of some months reached: contents, months, units, people trained, quiz (seed 000 art. 4).

Nothing recorded is not nothing done: `is_recorded` and a unit's count of handlers tell the two apart.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from inspection.calendar.half_year import Half, HalfYear, month_moved
from inspection.calendar.roc import roc_year
from inspection.errors import BadSource
from inspection.language import speak
from inspection.model import AwarenessSession, Unit
from inspection.rules.awareness import AwarenessRules
from inspection.store import awareness, roster

MONTHS_OF_HALF_A_YEAR = 6
HALF_CODE = re.compile(r"(\d{2,3})[Hh]([12])")


@dataclass(frozen=True, slots=True)
class Months:
    """Whole months: from the first day of one up to the first day of another, which is no longer part of it."""

    start: date
    end: date

    @property
    def each(self) -> tuple[date, ...]:
        """The first day of each month."""
        found, month = [], self.start
        while month < self.end:
            found.append(month)
            month = month_moved(month, 1)
        return tuple(found)

    @property
    def name(self) -> str:
        """115年7月至12月."""
        last = self.end - timedelta(days=1)
        year = "" if last.year == self.start.year else f"{roc_year(last)}年"
        return f"{roc_year(self.start)}年{self.start.month}月至{year}{last.month}月"

    def before(self) -> Months:
        """As many months just before."""
        return Months(month_moved(self.start, -len(self.each)), self.start)


def of_half(code: str) -> Months:
    """The months of 115H2; raises BadSource for anything else."""
    match = HALF_CODE.fullmatch(code.strip())
    if match is None:
        raise BadSource(
            speak(f"{code!r} 不是半年度", f"{code!r} is no half-year"),
            remedy=speak("請寫成 115H1 或 115H2", "write 115H1 or 115H2"),
        )
    half = HalfYear(int(match[1]) + 1911, Half(int(match[2])))
    return Months(half.start, half.end)


def half_a_year_before(day: date) -> Months:
    """The six whole months before the month a day lies in: what an assessment made for that day looks back on."""
    end = day.replace(day=1)
    return Months(month_moved(end, -MONTHS_OF_HALF_A_YEAR), end)


@dataclass(frozen=True, slots=True)
class UnitCoverage:
    """One unit: sessions that reached it, who handles secrets there, and the ids of those not trained."""

    unit: Unit
    sessions: int
    handlers: int
    untrained: tuple[str, ...]

    @property
    def trained(self) -> int:
        """How many of those who handle secrets were trained."""
        return self.handlers - len(self.untrained)


@dataclass(frozen=True, slots=True)
class Coverage:
    """All of it. `sessions_by_tag` holds every tag required; `months_without` only months that are over.

    `wants_every_unit`: the rules ask that each unit be reached at least once.
    """

    months: Months
    is_recorded: bool
    sessions: int
    attendees: int
    sessions_by_tag: dict[str, int]
    months_without: tuple[date, ...]
    months_over: int
    units: tuple[UnitCoverage, ...]
    quiz_takers: int
    quiz_average: float | None
    wants_every_unit: bool

    @property
    def tags_missing(self) -> tuple[str, ...]:
        """Contents required that no session had."""
        return tuple(tag for tag, count in self.sessions_by_tag.items() if not count)

    @property
    def units_without(self) -> tuple[Unit, ...]:
        """Units no session reached, where the rules ask for each."""
        return tuple(one.unit for one in self.units if self.wants_every_unit and not one.sessions)

    @property
    def handlers(self) -> int:
        """People who handle secrets, counted once each."""
        return sum(one.handlers for one in self.units)

    @property
    def untrained(self) -> int:
        """Those of them without training."""
        return sum(len(one.untrained) for one in self.units)


def coverage(session: Session, months: Months, *, rules: AwarenessRules, on: date) -> Coverage:
    """What is on record of some months as seen on a day: handlers are those of that day or of the last of the months,
    whichever comes first."""
    held = awareness.held_between(session, months.start, months.end)
    over = [month for month in months.each if month_moved(month, 1) <= on]
    filled = {one.for_month for one in held}
    tags = Counter(tag for one in held for tag in one.tags)
    takers = sum(one.quiz_takers or 0 for one in held if one.quiz_average is not None)
    points = sum((one.quiz_average or 0.0) * (one.quiz_takers or 0) for one in held)
    as_of = min(on, months.end - timedelta(days=1))
    return Coverage(
        months=months,
        is_recorded=awareness.any_held_before(session, months.end),
        sessions=len(held),
        attendees=sum(one.attendees for one in held),
        sessions_by_tag={tag.id: tags[tag.id] for tag in rules.tags if tag.id in rules.required.tags},
        months_without=tuple(month for month in over if month not in filled) if rules.required.each_month else (),
        months_over=len(over),
        units=_units(session, held, rules, as_of),
        quiz_takers=takers,
        quiz_average=round(points / takers, 1) if takers else None,
        wants_every_unit=rules.required.every_unit,
    )


def _units(
    session: Session, held: Sequence[AwarenessSession], rules: AwarenessRules, as_of: date
) -> tuple[UnitCoverage, ...]:
    trained = {person for one in held if one.kind in rules.training_kinds for person in one.attendee_ids}
    reached = Counter(unit for one in held for unit in set(one.unit_ids))
    handling: dict[str, set[str]] = {}
    for one in awareness.handlers_on(session, as_of):
        handling.setdefault(one.unit_id, set()).add(one.person_id)
    return tuple(
        UnitCoverage(
            unit,
            reached[unit.id],
            len(handling.get(unit.id, ())),
            tuple(sorted(handling.get(unit.id, set()) - trained)),
        )
        for unit in roster.units(session)
    )
