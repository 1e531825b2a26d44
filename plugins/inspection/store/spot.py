"""Queries for what inspectors do at a unit on the spot."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from inspection.model import Campaign, Finding, Fix, Suspicion
from inspection.model.lifecycle import FindingState
from inspection.store.findings import UNFINISHED
from inspection.store.kinds import is_no_project


def faults_to_look_at(
    session: Session, unit_id: str, *, last: str, without: Collection[str]
) -> Sequence[tuple[Finding, Fix | None]]:
    """A unit's faults of the round `last` (an id, '' for none) and those of any earlier one not released yet, these
    first, then by number; none of the campaigns in `without`, of a project, or for a named person only."""
    query = (
        select(Finding, Fix)
        .join(Campaign, Campaign.id == Finding.campaign_id)
        .join(Suspicion, Suspicion.id == Finding.suspicion_id)
        .outerjoin(Fix, Fix.finding_id == Finding.id)
        .where(
            Finding.unit_id == unit_id,
            Finding.campaign_id.not_in(list(without)),
            Finding.state != FindingState.WITHDRAWN,
            Suspicion.confidant_id.is_(None),
            or_(Finding.campaign_id == last, and_(Fix.id.is_not(None), Fix.state.in_(UNFINISHED))),
            is_no_project(),
        )
        .order_by(Finding.id)
    )
    found = [(finding, fix) for finding, fix in session.execute(query)]
    return sorted(found, key=lambda one: one[1] is None or one[1].state not in UNFINISHED)
