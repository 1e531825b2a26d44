"""Queries on what is parked in Airflow: gates that wait for a decision, and waits for anything else."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from inspection.model import AirflowGate, AirflowWait, Campaign
from inspection.store.campaigns import SETTLED
from inspection.store.once import insert_once

PLACE = ("dag_id", "run_id", "task_id")
Parked = TypeVar("Parked", AirflowGate, AirflowWait)


@dataclass(frozen=True, slots=True)
class ParkedGate:
    """Where a gate or another wait is parked in Airflow."""

    dag_id: str
    run_id: str
    task_id: str


@dataclass(frozen=True, slots=True)
class OpenWait:
    """A wait that has not passed, as its row has it."""

    place: ParkedGate
    awaits: str
    campaign_id: str


def place_of(row: AirflowGate | AirflowWait) -> ParkedGate:
    """The place a row is about."""
    return ParkedGate(row.dag_id, row.run_id, row.task_id)


def note(session: Session, kind: type[AirflowGate] | type[AirflowWait], place: ParkedGate, **told: str) -> None:
    """Notes that a task is about to park; what was told of it at its first park stays. It has not passed (any more)."""
    if not insert_once(session, kind, {**asdict(place), **told}, keys=PLACE):
        _set_passed(session, kind, place, None)


def passed(session: Session, kind: type[AirflowGate] | type[AirflowWait], place: ParkedGate, *, at: datetime) -> None:
    """Notes that a task goes on; one that never parked has no row, and needs none."""
    _set_passed(session, kind, place, at)


def _set_passed(
    session: Session, kind: type[AirflowGate] | type[AirflowWait], place: ParkedGate, at: datetime | None
) -> None:
    session.execute(update(kind).filter_by(**asdict(place)).values(passed_at=at))


def open_gates(session: Session) -> list[AirflowGate]:
    """Gates that have not let their run go on, in a stable order; those of campaigns that are over are left out."""
    return _open(session, AirflowGate)


def open_waits(session: Session) -> list[OpenWait]:
    """Waits that have not passed, in a stable order; those of campaigns that are over are left out."""
    return [OpenWait(place_of(row), row.awaits, row.campaign_id) for row in _open(session, AirflowWait)]


def _open(session: Session, kind: type[Parked]) -> list[Parked]:
    query = select(kind).join(Campaign, Campaign.id == kind.campaign_id)
    query = query.where(kind.passed_at.is_(None), Campaign.state.not_in(SETTLED))
    return list(session.scalars(query.order_by(kind.dag_id, kind.run_id, kind.task_id)))


def is_anything(session: Session) -> bool:
    """Whether anything is parked in Airflow."""
    return bool(open_gates(session) or open_waits(session))
