"""Asks a named person for a decision on content as it stands now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from inspection.approvals.consult import void
from inspection.audit.events import record
from inspection.errors import NotAllowed
from inspection.language import speak
from inspection.model import Approval
from inspection.model.lifecycle import ApprovalState
from inspection.store import approvals


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: the subject (kind, id), its campaign (None outside one), its content hash, who
    asks, who is to decide, until when.

    `follows_id` names the 修正後如擬 whose carrying out is only to be checked.
    """

    subject: tuple[str, str]
    campaign_id: str | None
    content_hash: str
    requested_by: str
    approver_id: str
    due_on: date
    follows_id: str | None = None


def request(session: Session, asked: Asked, *, at: datetime) -> Approval:
    """Opens a round of approval; the same content asked again is the same round.

    A pending round on other content is voided. Raises NotAllowed where asker and decider are one person.
    """
    if asked.requested_by == asked.approver_id:
        raise NotAllowed(
            speak(
                "陳核人不得自行決定；請指定職務代理人或上一級主管",
                "the one who asks may not be the one who decides; name another person (職務代理或上一級)",
            )
        )
    earlier = approvals.rounds(session, asked.subject)
    if earlier and earlier[-1].state == ApprovalState.APPROVED and earlier[-1].content_hash == asked.content_hash:
        return earlier[-1]  # a second asking must not put a decision in doubt
    for one in earlier:
        if one.state == ApprovalState.PENDING and one.content_hash == asked.content_hash:
            return one
        if one.state == ApprovalState.PENDING:
            void(session, one, actor=asked.requested_by, at=at, reason=speak("內容已變更", "content changed"))
    number = len(earlier) + 1
    approval = Approval(
        id=f"{asked.subject[0]}:{asked.subject[1]}:{number}",
        subject_kind=asked.subject[0],
        subject_id=asked.subject[1],
        campaign_id=asked.campaign_id,
        content_hash=asked.content_hash,
        round=number,
        state=ApprovalState.PENDING,
        requested_by=asked.requested_by,
        requested_at=at,
        approver_id=asked.approver_id,
        due_on=asked.due_on,
        follows_id=asked.follows_id,
    )
    session.add(approval)
    session.flush()
    record(
        session,
        at=at,
        actor=asked.requested_by,
        subject=("approval", approval.id),
        action="requested",
        states=(None, ApprovalState.PENDING.value),
        details={
            "approver": asked.approver_id,
            "content_hash": asked.content_hash,
            "due_on": str(asked.due_on),
            **({"follows": asked.follows_id} if asked.follows_id else {}),
        },
    )
    return approval
