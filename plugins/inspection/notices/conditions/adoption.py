"""Remarks of a unit (會辦意見) have no 採納情形 yet, and the decision still waits."""

from __future__ import annotations

from sqlalchemy.orm import Session

from inspection.model import Opinion
from inspection.model.lifecycle import OpinionState
from inspection.notices.condition import Condition, Depends, Reader
from inspection.store import approvals


def _holds(session: Session, depends: Depends, reader: Reader) -> bool:
    opinion = session.get(Opinion, depends.id)
    return opinion is not None and opinion.state == OpinionState.GIVEN and approvals.waits(session, opinion.approval_id)


CONDITION = Condition("adoption", _holds)


def while_unanswered(opinion_id: str) -> Depends:
    """While remarks given are not answered and the decision they are for waits."""
    return CONDITION.on(opinion_id)
