"""A unit asked for its opinion (會辦) has not given it, and the decision still waits."""

from __future__ import annotations

from sqlalchemy.orm import Session

from inspection.model import Opinion
from inspection.model.lifecycle import OpinionState
from inspection.notices.condition import Condition, Depends, Reader
from inspection.store import approvals


def _holds(session: Session, depends: Depends, reader: Reader) -> bool:
    opinion = session.get(Opinion, depends.id)
    return opinion is not None and opinion.state == OpinionState.ASKED and approvals.waits(session, opinion.approval_id)


CONDITION = Condition("opinion", _holds)


def while_asked(opinion_id: str) -> Depends:
    """While an opinion is asked for and the decision it is for waits."""
    return CONDITION.on(opinion_id)
