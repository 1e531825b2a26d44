"""Queries on what is declared of shares (分享區清冊)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from inspection.model import ShareDeclaration, ShareRecord


def of_units(session: Session, unit_ids: Iterable[str]) -> list[tuple[ShareRecord, ShareDeclaration | None]]:
    """The active shares of some units, each with what is declared of it, by share."""
    query = (
        select(ShareRecord, ShareDeclaration)
        .outerjoin(ShareDeclaration, ShareDeclaration.share_id == ShareRecord.id)
        .where(ShareRecord.active, ShareRecord.unit_id.in_(list(unit_ids)))
        .order_by(ShareRecord.unit_id, ShareRecord.id)
    )
    return [(share, declared) for share, declared in session.execute(query)]
