"""Queries on contradicted statements: the questions to units that nobody has settled (decision 0048)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from inspection.model import Suspicion
from inspection.model.lifecycle import SuspicionState
from inspection.vocabulary import SuspicionKind

CORRECTED = "corrected"
"""The ground on which a question is closed whose answer the unit corrected: no officer found anything explained."""
WAITING = (SuspicionState.OPEN, SuspicionState.ASKED, SuspicionState.EXPLAINED)


def of_checklist(session: Session, checklist_id: str) -> list[Suspicion]:
    """Every contradiction drawn from a checklist, settled or not, by statement."""
    query = select(Suspicion).where(
        Suspicion.checklist_id == checklist_id, Suspicion.kind == SuspicionKind.DECLARED_OTHERWISE
    )
    return list(session.scalars(query.order_by(Suspicion.item_id, Suspicion.id)))


def asked_items(session: Session, checklist_id: str) -> set[str]:
    """Statements of a checklist that facts speak against and that nobody has settled."""
    return {str(one.item_id) for one in of_checklist(session, checklist_id) if one.state in WAITING}


def corrected(session: Session, campaign_id: str) -> list[Suspicion]:
    """The questions of a campaign that were closed because the unit corrected its answer."""
    query = select(Suspicion).where(
        Suspicion.campaign_id == campaign_id,
        Suspicion.kind == SuspicionKind.DECLARED_OTHERWISE,
        Suspicion.state == SuspicionState.DISMISSED,
        Suspicion.ground == CORRECTED,
    )
    return list(session.scalars(query.order_by(Suspicion.unit_id, Suspicion.id)))


def waiting(session: Session, campaign_id: str) -> list[Suspicion]:
    """The contradictions of a campaign that nobody has settled."""
    query = select(Suspicion).where(
        Suspicion.campaign_id == campaign_id,
        Suspicion.kind == SuspicionKind.DECLARED_OTHERWISE,
        Suspicion.state.in_(WAITING),
    )
    return list(session.scalars(query.order_by(Suspicion.unit_id, Suspicion.id)))
