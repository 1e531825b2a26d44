"""Notes that a stage ran: the one table in which doing a thing twice leaves two rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from inspection.model import StageRun


def note(
    session: Session, *, stage: str, campaign_id: str | None, door: str, counts: Mapping[str, int], at: datetime
) -> None:
    """Adds a row: which stage, for which campaign, through which door (a DAG run or `cli`), with its counts."""
    session.add(StageRun(campaign_id=campaign_id, stage=stage, door=door, started_at=at, counts=dict(counts)))
