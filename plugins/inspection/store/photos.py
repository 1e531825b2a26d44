"""Queries on photographs taken on the spot."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from inspection.model import Checklist, SpotPhoto, SpotRecord
from inspection.model.lifecycle import SpotState


def standing(session: Session, checklist_id: str) -> list[SpotPhoto]:
    """What lies beside the statements of a record, oldest first."""
    query = select(SpotPhoto).where(SpotPhoto.checklist_id == checklist_id, SpotPhoto.removed_at.is_(None))
    return list(session.scalars(query.order_by(SpotPhoto.id)))


def unsent(session: Session, campaign_id: str) -> list[SpotPhoto]:
    """Photographs of a campaign's records that were never sent."""
    query = (
        select(SpotPhoto)
        .join(Checklist, Checklist.id == SpotPhoto.checklist_id)
        .outerjoin(SpotRecord, SpotRecord.checklist_id == SpotPhoto.checklist_id)
        .where(
            Checklist.campaign_id == campaign_id,
            SpotPhoto.removed_at.is_(None),
            (SpotRecord.checklist_id.is_(None)) | (SpotRecord.state == SpotState.DRAFT),
        )
    )
    return list(session.scalars(query.order_by(SpotPhoto.id)))
