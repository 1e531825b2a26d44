"""How each shift stands: coming, on duty, reported in time or late, or missing. Nothing is held reported by itself."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from inspection import clock
from inspection.model import DutyReport, DutyShift
from inspection.rules.spring import ReportRule
from inspection.store import spring


class ShiftState(StrEnum):
    """Derived from the clock and the reports, never kept."""

    COMING = "coming"
    WAITING = "waiting"
    REPORTED = "reported"
    LATE = "late"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class ShiftStanding:
    """One shift with its reports; `due_at` is when the first of them was due."""

    shift: DutyShift
    reports: tuple[DutyReport, ...]
    due_at: datetime
    state: ShiftState

    @property
    def day(self) -> date:
        """The day it is counted to: the one it begins on."""
        return clock.local_date(self.shift.starts_at)

    @property
    def has_situation(self) -> bool:
        """Whether any of its reports tells of something."""
        return any(report.has_situation for report in self.reports)

    @property
    def is_reported(self) -> bool:
        """Whether a person reported, in time or late."""
        return bool(self.reports)


def due_at(shift: DutyShift, rule: ReportRule) -> datetime:
    """When the report of a shift is due, counted by the clock on holidays too."""
    return shift.ends_at + timedelta(minutes=rule.due_minutes_after_shift)


def standing_of(shift: DutyShift, reports: Sequence[DutyReport], rule: ReportRule, *, at: datetime) -> ShiftStanding:
    """How one shift stands at an instant."""
    due = due_at(shift, rule)
    if reports:
        state = ShiftState.LATE if reports[0].reported_at > due else ShiftState.REPORTED
    elif at < shift.starts_at:
        state = ShiftState.COMING
    else:
        state = ShiftState.MISSING if at > due else ShiftState.WAITING
    return ShiftStanding(shift, tuple(reports), due, state)


def standings(
    session: Session, campaign_id: str, rule: ReportRule, *, at: datetime, people: Collection[str] | None = None
) -> list[ShiftStanding]:
    """The shifts of a campaign in order of time, of some people or (None) of all.

    One taken out of the roster stands there only where it was reported.
    """
    by_shift: dict[str, list[DutyReport]] = {}
    for report in spring.reports(session, campaign_id, people=people):
        by_shift.setdefault(report.shift_id, []).append(report)
    return [
        standing_of(shift, by_shift.get(shift.id, []), rule, at=at)
        for shift in spring.shifts(session, campaign_id, with_inactive=True, people=people)
        if shift.active or shift.id in by_shift
    ]
