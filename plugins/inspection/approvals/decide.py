"""Takes a decision, whichever door it came through: paper, Airflow or the portal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from inspection.access.roles import ACTS_FOR
from inspection.audit.steps import advance
from inspection.errors import BadSource, Conflict, NotAllowed
from inspection.language import speak
from inspection.model import Approval
from inspection.model.lifecycle import ApprovalState
from inspection.rules.messages import state_word
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
        raise Conflict(
            speak(
                "內容與陳核時不同；請先閱覽現行版本",
                "the content is not the one submitted for this decision; read the current version first",
            )
        )
    target = STATE_OF[decision.outcome]
    if approval.state == target and approval.decided_by == decision.person_id:
        return approval
    if approval.state != ApprovalState.PENDING:
        raise Conflict(
            speak(
                f"本案已決定（{state_word('approval', approval.state)}）",
                f"this request has already been answered: {approval.state.value}",
            )
        )
    if decision.outcome != ApprovalOutcome.RETURNED and (waiting := opinions.unanswered(session, approval)):
        units = "、".join(one.unit_name for one in waiting)
        raise Conflict(
            speak(
                f"會辦意見尚未載明採納情形：{units}；請先載明",
                f"what became of the opinions of {units} is not put down yet; put it down first",
            )
        )
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
        raise NotAllowed(speak("陳核人不得自行決定", "the one who asked may not decide"))
    if not roster.person(session, decision.person_id).active:
        raise NotAllowed(speak("此人已不在名冊", "this person is no longer in the roster"))
    if decision.person_id == approval.approver_id:
        return None
    deputies = roster.deputies_of(session, approval.approver_id, on=decision.decided_on)
    if any(deputy.deputy_id == decision.person_id for deputy in deputies):
        return approval.approver_id
    raise NotAllowed(
        speak(
            "僅得由陳核所指定之人，或代理期間內之代理人決定",
            "only the person named in the request, or a deputy within the recorded days, may decide",
        )
    )


def _complete(session: Session, decision: Decision) -> None:
    if decision.outcome != ApprovalOutcome.APPROVED and not (decision.remark or "").strip():
        raise BadSource(
            speak("批示意見未填", "the remark is missing"),
            remedy=speak(
                "修正後如擬須寫明修正處，退回須寫明理由",
                "an approval with changes names the changes, a return its reason",
            ),
        )
    if decision.route != ApprovalRoute.PAPER:
        return
    if not (decision.document_number or "").strip():
        raise BadSource(
            speak("紙本或公文系統核定須登錄文號", "a decision on paper or in the document system needs its number"),
            remedy=speak("填入核定簽的收發文號", "give the number of the signed memorandum"),
        )
    if not decision.entered_by:
        raise BadSource(
            speak("紙本核定須記明登錄人", "who entered a decision on paper must be named"),
            remedy=speak("以承辦人身分登錄", "enter it as the officer in charge"),
        )
    on = decision.decided_on
    ethics = (Role.ETHICS_STAFF, Role.ETHICS_HEAD)
    if not any(roster.holds_role(session, decision.entered_by, role, on=on) for role in ethics):
        raise NotAllowed(speak("紙本核定僅得由政風室登錄", "only the ethics office enters decisions taken on paper"))


def approved(session: Session, subject: tuple[str, str], *, content_hash: str) -> Approval | None:
    """The approval that holds for exactly this content, or None."""
    found = approvals.latest(session, subject)
    if found is None or found.state != ApprovalState.APPROVED or found.content_hash != content_hash:
        return None
    return found
