"""Takes a decision, whichever door it came through: paper, Airflow or the portal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from inspection.access.roles import ACTS_FOR
from inspection.audit.steps import advance
from inspection.errors import BadSource, Conflict, NotAllowed
from inspection.model import Approval
from inspection.model.lifecycle import ApprovalState
from inspection.store import approvals, opinions, roster
from inspection.vocabulary import ApprovalOutcome, ApprovalRoute, Role

STATE_OF = {
    ApprovalOutcome.APPROVED: ApprovalState.APPROVED,
    ApprovalOutcome.APPROVED_WITH_CHANGES: ApprovalState.APPROVED_WITH_CHANGES,
    ApprovalOutcome.RETURNED: ApprovalState.RETURNED,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, by whom, on which content, by which route.

    `seen_hash` is the hash of what the person had before the eyes. The paper route needs `decided_on`,
    `document_number` and `entered_by`, the one who typed it in (officer review A3).
    """

    outcome: ApprovalOutcome
    person_id: str
    seen_hash: str
    route: ApprovalRoute
    decided_on: date
    document_number: str | None = None
    remark: str | None = None
    entered_by: str | None = None


def decide(session: Session, approval_id: str, decision: Decision, *, current_hash: str, at: datetime) -> Approval:
    """Records a decision; the same decision again changes nothing.

    `current_hash` is the subject's hash now. Raises NotAllowed for the wrong person, Conflict for changed content
    or another decision already taken, BadSource for what is missing.
    """
    approval = approvals.get(session, approval_id)
    principal = _acting_for(session, approval, decision)
    _complete(session, decision)
    if decision.seen_hash != approval.content_hash or current_hash != approval.content_hash:
        raise Conflict("the content is not the one submitted for this decision; read the current version first")
    target = STATE_OF[decision.outcome]
    if approval.state == target and approval.decided_by == decision.person_id:
        return approval
    if approval.state != ApprovalState.PENDING:
        raise Conflict(f"this request has already been answered: {approval.state.value}")
    if decision.outcome != ApprovalOutcome.RETURNED and (waiting := opinions.unanswered(session, approval)):
        units = "、".join(one.unit_name for one in waiting)
        raise Conflict(f"會辦意見尚未載明採納情形：{units}; put it down first (A5)")
    advance(
        session,
        approval,
        target,
        actor=decision.entered_by or decision.person_id,
        at=at,
        reason=decision.remark,
        details={
            "route": decision.route.value,
            "decided_on": str(decision.decided_on),
            "document_number": decision.document_number,
            "on_behalf_of": principal,
            **({"acting": f"{decision.person_id}{ACTS_FOR}{principal}"} if principal else {}),
            "content_hash": approval.content_hash,
        },
    )
    approval.decided_by = decision.person_id
    approval.on_behalf_of = principal
    approval.entered_by = decision.entered_by
    approval.route = decision.route
    approval.decided_on = decision.decided_on
    approval.document_number = decision.document_number
    approval.remark = decision.remark
    approval.decided_at = at
    session.flush()
    return approval


def _acting_for(session: Session, approval: Approval, decision: Decision) -> str | None:
    """None for the named person, the principal's id for a deputy; everybody else is refused."""
    if decision.person_id == approval.requested_by:
        raise NotAllowed("the one who asked may not decide")
    if not roster.person(session, decision.person_id).active:
        raise NotAllowed("this person is no longer in the roster")
    if decision.person_id == approval.approver_id:
        return None
    deputies = roster.deputies_of(session, approval.approver_id, on=decision.decided_on)
    if any(deputy.deputy_id == decision.person_id for deputy in deputies):
        return approval.approver_id
    raise NotAllowed("only the person named in the request, or a deputy within the recorded days, may decide")


def _complete(session: Session, decision: Decision) -> None:
    if decision.outcome != ApprovalOutcome.APPROVED and not (decision.remark or "").strip():
        raise BadSource("批示意見未填", remedy="修正後如擬須寫明修正處，退回須寫明理由")
    if decision.route != ApprovalRoute.PAPER:
        return
    if not (decision.document_number or "").strip():
        raise BadSource("紙本或公文系統核定須登錄文號", remedy="填入核定簽的收發文號")
    if not decision.entered_by:
        raise BadSource("紙本核定須記明登錄人", remedy="以承辦人身分登錄")
    on = decision.decided_on
    ethics = (Role.ETHICS_STAFF, Role.ETHICS_HEAD)
    if not any(roster.holds_role(session, decision.entered_by, role, on=on) for role in ethics):
        raise NotAllowed("only the ethics office enters decisions taken on paper")


def approved(session: Session, subject: tuple[str, str], *, content_hash: str) -> Approval | None:
    """The approval that holds for exactly this content, or None."""
    found = approvals.latest(session, subject)
    if found is None or found.state != ApprovalState.APPROVED or found.content_hash != content_hash:
        return None
    return found
