"""A decision waits for the reader: it may have passed to another in a handover."""

from __future__ import annotations

from sqlalchemy.orm import Session

from inspection.model import Approval
from inspection.notices.condition import Condition, Depends, Reader
from inspection.store import approvals, roster


def _holds(session: Session, depends: Depends, reader: Reader) -> bool:
    approval = session.get(Approval, depends.id)
    if approval is None or not approvals.waits(session, approval.id):
        return False
    deputies = {one.deputy_id for one in roster.deputies_of(session, approval.approver_id, on=reader.on)}
    return reader.person_id == approval.approver_id or reader.person_id in deputies


CONDITION = Condition("request", _holds)


def while_asked(approval_id: str) -> Depends:
    """While a decision waits and the reader is the one asked for it, or a deputy of theirs."""
    return CONDITION.on(approval_id)
