"""The list of fixes under control, said in SQL: what a page shows is read, the rest is only counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, case, func, select, true
from sqlalchemy.orm import Session

from inspection.model import Campaign, Finding, Fix
from inspection.model.lifecycle import FixState
from inspection.store.findings import AWAITS_UNIT, overdue
from inspection.store.scope import Scope


class Show(StrEnum):
    """Which fixes a list holds: all under control, or those of one standing."""

    ALL = "all"
    LATE = "late"
    SOON = "soon"
    TO_MEND = "to_mend"
    CLAIMED = "claimed"
    VERIFIED = "verified"


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is late and what is soon, as days: due until `late_until`, and after it until before `soon_before`."""

    late_until: date
    soon_before: date


@dataclass(frozen=True, slots=True)
class UnitCounts:
    """How many fixes of a unit a list of each standing holds; `oldest` is the earliest due date of those that run."""

    unit_id: str
    shown: dict[Show, int]
    oldest: date | None


def counts(session: Session, whose: Scope, bounds: Bounds) -> list[UnitCounts]:
    """The counts of every unit somebody may treat, by unit; one statement."""
    columns = [func.sum(case((_holds(show, bounds), 1), else_=0)) for show in Show]
    oldest = func.min(case((_runs(), Fix.due_on)))
    query = (
        select(Fix.unit_id, oldest, *columns).where(_under_control(whose)).group_by(Fix.unit_id).order_by(Fix.unit_id)
    )
    return [
        UnitCounts(unit, {show: int(count or 0) for show, count in zip(Show, found, strict=True)}, first)
        for unit, first, *found in session.execute(query)
    ]


def page(
    session: Session, whose: Scope, bounds: Bounds, *, show: Show, unit_id: str, first: int, size: int
) -> Sequence[tuple[Fix, Finding, Campaign]]:
    """Fixes from the one at `first` (0: the first), at most `size`: those that run before those that stand still, the
    soonest due first. `unit_id`: of one unit, or ('') of all somebody may treat."""
    query = (
        select(Fix, Finding, Campaign)
        .join(Finding, Finding.id == Fix.finding_id)
        .join(Campaign, Campaign.id == Fix.campaign_id)
        .where(_under_control(whose), _holds(show, bounds), Fix.unit_id == unit_id if unit_id else true())
        .order_by(case((_runs(), 0), else_=1), Fix.due_on, Fix.id)
        .offset(first)
        .limit(size)
    )
    return [(fix, finding, campaign) for fix, finding, campaign in session.execute(query)]


@dataclass(frozen=True, slots=True)
class Foremost:
    """The fixes due first, as (id, due date); how many there are in all, and how many of all are late."""

    rows: list[tuple[str, date]]
    total: int
    late: int


def foremost(session: Session, whose: Scope, bounds: Bounds, show: Show, *, size: int) -> Foremost:
    """The first of what somebody has to do with fixes, and how much it is; one statement."""
    late = func.sum(case((_holds(Show.LATE, bounds), 1), else_=0)).over()
    query = (
        select(Fix.id, Fix.due_on, func.count().over(), late)
        .where(_under_control(whose), _holds(show, bounds))
        .order_by(Fix.due_on, Fix.id)
        .limit(size)
    )
    found = [tuple(row) for row in session.execute(query)]
    total, behind = (found[0][2], found[0][3]) if found else (0, 0)
    return Foremost([(row[0], row[1]) for row in found], int(total), int(behind))


@dataclass(frozen=True, slots=True)
class OpenOfUnit:
    """How many fixes of a unit are under control in a campaign, and how many of them late."""

    total: int
    late: int


def open_of_units(session: Session, campaign_id: str, *, today: date) -> dict[str, OpenOfUnit]:
    """Of the units with a fix under control in a campaign, how many; late is what runs and was due before today."""
    late = func.sum(case((overdue(today), 1), else_=0))
    query = (
        select(Fix.unit_id, func.count(), late)
        .where(Fix.campaign_id == campaign_id, Fix.state != FixState.RELEASED)
        .group_by(Fix.unit_id)
    )
    return {unit: OpenOfUnit(int(total), int(behind)) for unit, total, behind in session.execute(query)}


def _under_control(whose: Scope) -> ColumnElement[bool]:
    return and_(Fix.state != FixState.RELEASED, whose.where(Fix.unit_id, Fix.campaign_id))


def _runs() -> ColumnElement[bool]:
    return Fix.state.in_(AWAITS_UNIT)  # in all others no working day is counted


def _holds(show: Show, bounds: Bounds) -> ColumnElement[bool]:
    match show:
        case Show.ALL:
            return true()
        case Show.LATE:
            return and_(_runs(), Fix.due_on <= bounds.late_until)
        case Show.SOON:
            return and_(_runs(), Fix.due_on > bounds.late_until, Fix.due_on < bounds.soon_before)
        case Show.TO_MEND:
            return Fix.state.in_(AWAITS_UNIT)
        case Show.CLAIMED:
            return Fix.state == FixState.CLAIMED
        case Show.VERIFIED:
            return Fix.state == FixState.VERIFIED
