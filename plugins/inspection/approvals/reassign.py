"""A request that waits passes to another decider; never to the one who asked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from inspection.audit.events import record
from inspection.errors import NotAllowed
from inspection.language import speak
from inspection.model import Approval
from inspection.model.lifecycle import ApprovalState
from inspection.store import approvals
from inspection.store.once import rows_touched


def reassign(
    session: Session, approval_id: str, *, giver: str, taker: str, follows: str, actor: str, at: datetime
) -> bool:
    """Names another decider while the request waits for `giver`; False where it was decided or passed on meanwhile.

    `follows` is the handover it rests on. Raises NotAllowed where the other one asked for the decision.
    """
    approval = approvals.get(session, approval_id)
    if approval.requested_by == taker:
        raise NotAllowed(
            speak(
                "陳核人不得自行決定；請指定職務代理人或上一級主管",
                "the one who asked may not decide; name another person (職務代理或上一級)",
            )
        )
    session.flush()
    waits = update(Approval).where(
        Approval.id == approval_id, Approval.approver_id == giver, Approval.state == ApprovalState.PENDING
    )
    touched = rows_touched(session, waits.values(approver_id=taker))
    session.refresh(approval, ["approver_id", "state"])
    if touched != 1:
        return False
    record(session, at=at, actor=actor, subject=("approval", approval_id), action="reassigned",
           details={"approver": taker, "follows": follows})  # fmt: skip
    return True
