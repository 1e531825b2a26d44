"""Queries on checklists that come on signed paper: what is keyed in, and what a return on paper rests on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from inspection.model import Campaign, Checklist, PaperReturn, SignedPaper, Unit
from inspection.model.lifecycle import PaperState
from inspection.store.checklists import ENDED
from inspection.store.once import insert_once, rows_touched
from inspection.store.scope import Scope


def get(session: Session, checklist_id: str) -> PaperReturn | None:
    """What is keyed in of a checklist as it stands now, whatever this transaction has read before."""
    return session.get(PaperReturn, checklist_id, populate_existing=True)


def put(session: Session, checklist_id: str, version: int, content: Mapping[str, Any], *, at: datetime) -> bool:
    """Writes the next version over the one given, or the first over 0; False where another was first or it was sent."""
    if version == 0:
        values = {
            "checklist_id": checklist_id, "state": PaperState.DRAFT, "version": 1, "content": dict(content),
            "saved_at": at,
        }  # fmt: skip
        return insert_once(session, PaperReturn, values, keys=["checklist_id"])
    own = update(PaperReturn).where(
        PaperReturn.checklist_id == checklist_id,
        PaperReturn.version == version,
        PaperReturn.state == PaperState.DRAFT,
    )
    return rows_touched(session, own.values(version=version + 1, content=dict(content), saved_at=at)) == 1


def signed(session: Session, checklist_id: str, version: int) -> SignedPaper | None:
    """What a return rests on that came on paper."""
    return session.get(SignedPaper, (checklist_id, version))


def under_way(session: Session, whose: Scope) -> list[tuple[PaperReturn, Checklist, str, str]]:
    """What is keyed in and no return yet, of inspections that take returns, with the names of inspection and unit."""
    query = (
        select(PaperReturn, Checklist, Campaign.name, Unit.name)
        .join(Checklist, Checklist.id == PaperReturn.checklist_id)
        .join(Campaign, Campaign.id == Checklist.campaign_id)
        .join(Unit, Unit.id == Checklist.unit_id)
        .where(
            whose.where(Checklist.unit_id, Checklist.campaign_id),
            PaperReturn.state != PaperState.ENTERED,
            Campaign.state.not_in(ENDED),
        )
        .order_by(Checklist.due_on, Checklist.id)
    )
    return [(row, checklist, campaign, unit) for row, checklist, campaign, unit in session.execute(query)]


def not_entered(session: Session, campaign_id: str) -> list[PaperReturn]:
    """What is keyed in of a campaign and no return yet."""
    query = (
        select(PaperReturn)
        .join(Checklist, Checklist.id == PaperReturn.checklist_id)
        .where(Checklist.campaign_id == campaign_id, PaperReturn.state != PaperState.ENTERED)
    )
    return list(session.scalars(query))
