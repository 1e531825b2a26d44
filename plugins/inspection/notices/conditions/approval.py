"""A decision has not been taken."""

from __future__ import annotations

from sqlalchemy.orm import Session

from inspection.notices.condition import Condition, Depends, Reader
from inspection.store import approvals


def _holds(session: Session, depends: Depends, reader: Reader) -> bool:
    return approvals.waits(session, depends.id)


CONDITION = Condition("approval", _holds)


def while_pending(approval_id: str) -> Depends:
    """While a decision waits, whoever is told of it."""
    return CONDITION.on(approval_id)
