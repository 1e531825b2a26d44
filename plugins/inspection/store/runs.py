"""Which stages ran, when and through which door."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from inspection.model import StageRun
from inspection.model.campaign import DOOR_LENGTH


def airflow_door(dag_id: str, run_id: str, task_id: str) -> str:
    """The door of a task of a run, as a row holds it."""
    return f"airflow:{dag_id}:{run_id}:{task_id}"[:DOOR_LENGTH]


def last_of(session: Session, stages: Collection[str]) -> dict[str, datetime]:
    """When each of some stages ran last; those that never did are left out."""
    query = select(StageRun.stage, func.max(StageRun.started_at)).where(StageRun.stage.in_(stages))
    return {stage: last for stage, last in session.execute(query.group_by(StageRun.stage)) if last is not None}


def began(session: Session, stages: Collection[str]) -> datetime | None:
    """When the first of some stages ran here; None where none did."""
    return session.scalars(
        select(StageRun.started_at).where(StageRun.stage.in_(stages)).order_by(StageRun.started_at).limit(1)
    ).first()


def ended_well(session: Session, dag_id: str, task_id: str, run_id: str, *, after: datetime) -> bool:
    """Whether a task ended well after an instant: in the same run, or in another run of work that the clock does."""
    same = StageRun.door == airflow_door(dag_id, run_id, task_id)
    clocked = StageRun.campaign_id.is_(None) & StageRun.door.startswith(f"airflow:{dag_id}:", autoescape=True)
    another = clocked & StageRun.door.endswith(f":{task_id}", autoescape=True)
    query = select(StageRun.id).where(StageRun.started_at > after, or_(same, another)).limit(1)
    return session.scalars(query).first() is not None


def note(
    session: Session, *, stage: str, campaign_id: str | None, door: str, counts: Mapping[str, int], at: datetime
) -> None:
    """Adds a row: which stage, for which campaign, through which door (a DAG run, `cli`, a machine), with its counts.
    Doing a thing twice leaves two rows in this table, and in no other."""
    session.add(StageRun(campaign_id=campaign_id, stage=stage, door=door, started_at=at, counts=dict(counts)))


def last_by_door(session: Session, stage: str, door: str) -> datetime | None:
    """When a stage ran last through one door; None where it never did."""
    return session.scalar(select(func.max(StageRun.started_at)).where(StageRun.stage == stage, StageRun.door == door))


def doors_since(session: Session, stage: str, *, after: datetime | None) -> dict[str, datetime]:
    """The doors a stage ran through after an instant (or ever), with the first time of each."""
    query = select(StageRun.door, func.min(StageRun.started_at)).where(StageRun.stage == stage)
    if after is not None:
        query = query.where(StageRun.started_at > after)
    return {door: first for door, first in session.execute(query.group_by(StageRun.door)) if first is not None}
