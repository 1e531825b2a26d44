"""Queries on opinions asked of units (會辦)."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from inspection.errors import NotFound
from inspection.language import speak
from inspection.model import Approval, Opinion
from inspection.model.lifecycle import ApprovalState, OpinionState
from inspection.vocabulary import Stance


def get(session: Session, opinion_id: str) -> Opinion:
    """An opinion by id."""
    found = session.get(Opinion, opinion_id)
    if found is None:
        raise NotFound(speak(f"查無會辦案 {opinion_id}", f"nobody was asked for the opinion {opinion_id}"))
    return found


def of_approval(session: Session, approval: Approval) -> list[Opinion]:
    """The opinions that stand for a request, in the order asked; void ones and those on other content are left out."""
    query = select(Opinion).where(
        Opinion.approval_id == approval.id,
        Opinion.content_hash == approval.content_hash,
        Opinion.state != OpinionState.VOIDED,
    )
    return list(session.scalars(query.order_by(Opinion.asked_at, Opinion.id)))


def awaited(session: Session, unit_ids: Collection[str] | None = None) -> list[tuple[Opinion, Approval]]:
    """Opinions asked and not given on requests that wait, soonest due first; of some units (None: all)."""
    query = (
        select(Opinion, Approval)
        .join(Approval, Approval.id == Opinion.approval_id)
        .where(Opinion.state == OpinionState.ASKED, Approval.state == ApprovalState.PENDING)
        .order_by(Opinion.due_on, Opinion.id)
    )
    if unit_ids is not None:
        query = query.where(Opinion.unit_id.in_(unit_ids))
    return [(opinion, approval) for opinion, approval in session.execute(query)]


def unanswered(session: Session, approval: Approval) -> list[Opinion]:
    """Opinions with remarks on which the drafter has not yet said what became of them (採納情形)."""
    return [
        one
        for one in of_approval(session, approval)
        if one.state is OpinionState.GIVEN and one.stance is Stance.REMARKS
    ]


def to_answer(session: Session) -> list[tuple[Opinion, Approval]]:
    """All opinions with remarks and without 採納情形, on requests that wait."""
    query = (
        select(Opinion, Approval)
        .join(Approval, Approval.id == Opinion.approval_id)
        .where(
            Opinion.state == OpinionState.GIVEN,
            Opinion.stance == Stance.REMARKS,
            Approval.state == ApprovalState.PENDING,
        )
        .order_by(Opinion.given_at, Opinion.id)
    )
    return [(opinion, approval) for opinion, approval in session.execute(query)]
