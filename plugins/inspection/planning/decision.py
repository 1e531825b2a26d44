"""The decision on a plan, and the gate behind it: nothing happens unless the approved hash is the current one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection.approvals.decide import Decision, approved, decide
from inspection.audit.steps import advance
from inspection.documents.render import fingerprint
from inspection.errors import BadSource, CalledOff, NotAllowed, NotFound
from inspection.language import speak
from inspection.model import Approval, Plan
from inspection.model.lifecycle import ApprovalState, CampaignState, PlanState
from inspection.planning.in_force import bring_into_force
from inspection.planning.versions import AMENDS, SUBJECT
from inspection.rules.messages import state_word
from inspection.store import approvals, campaigns
from inspection.vocabulary import ApprovalOutcome


def decide_plan(session: Session, plan_id: str, decision: Decision, *, at: datetime) -> Approval:
    """Takes the decision on a plan from any door; the same decision again changes nothing.

    核定 opens the inspection; 修正後如擬 and 退回 send the plan back to the drafter, who makes the next version.
    The check of a version that carries out a 修正後如擬 knows 核定 and 退回 only.
    """
    plan = campaigns.plan(session, plan_id)
    request = approvals.latest(session, (SUBJECT, plan_id))
    if request is None:
        raise NotFound(speak(f"計畫 {plan_id} 尚未陳核", f"plan {plan_id} has not been submitted"))
    if request.follows_id is not None and decision.outcome == ApprovalOutcome.APPROVED_WITH_CHANGES:
        raise BadSource(
            speak("修正後如擬之確認只有核定或退回", "corrections as decided are confirmed or returned, nothing else"),
            remedy=speak("仍須修正者請退回並寫明理由", "return them with a reason where they must be changed again"),
        )
    approval = decide(session, request.id, decision, current_hash=fingerprint(plan.content), at=at)
    if approval.follows_id is not None and approval.document_number is None:
        approval.document_number = approvals.get(session, approval.follows_id).document_number
    campaign = campaigns.get(session, plan.campaign_id)
    actor = decision.entered_by or decision.person_id
    if decision.outcome == ApprovalOutcome.APPROVED:
        if plan.state == PlanState.SUBMITTED:
            advance(session, plan, PlanState.APPROVED, actor=actor, at=at)
        if campaign.state == CampaignState.SUBMITTED:
            advance(session, campaign, CampaignState.APPROVED, actor=actor, at=at)
        if AMENDS in plan.content and plan.state == PlanState.APPROVED:
            bring_into_force(session, plan, approval, actor=actor, at=at)
    else:
        if plan.state == PlanState.SUBMITTED:
            advance(session, plan, PlanState.RETURNED, actor=actor, at=at, reason=decision.remark)
        if campaign.state == CampaignState.SUBMITTED:
            advance(session, campaign, CampaignState.PLANNED, actor=actor, at=at, reason=decision.remark)
    return approval


def plan_in_force(session: Session, campaign_id: str) -> Plan:
    """The plan one may act on; raises NotAllowed unless its very content was approved, or while the campaign rests.

    Raises CalledOff, which is one, where it was cancelled.
    """
    state = campaigns.get(session, campaign_id).state
    if state in {CampaignState.PAUSED, CampaignState.CANCELLED}:
        refusal = CalledOff if state is CampaignState.CANCELLED else NotAllowed
        raise refusal(
            speak(
                f"檢查專案 {campaign_id} 現為「{state_word('campaign', state)}」，不得分送或清查",
                f"campaign {campaign_id} is {state.value}; nothing may be sent or crawled",
            )
        )
    plan = campaigns.latest_plan(session, campaign_id)
    if plan is None or plan.state != PlanState.APPROVED:
        raise NotAllowed(
            speak(
                f"檢查專案 {campaign_id} 尚無核定之計畫，不得分送或清查",
                f"campaign {campaign_id} has no approved plan; nothing may be sent or crawled",
            )
        )
    held = approved(session, (SUBJECT, plan.id), content_hash=fingerprint(plan.content))
    if held is None:
        raise NotAllowed(
            speak(
                f"計畫 {plan.id} 與核定內容不符；請重新陳核",
                f"plan {plan.id} is not the content that was approved; have it approved again",
            )
        )
    if held.follows_id is not None:
        first = approvals.get(session, held.follows_id)
        if first.state != ApprovalState.APPROVED_WITH_CHANGES:
            raise NotAllowed(
                speak(
                    f"計畫 {plan.id} 所依之核定已失效；請重新陳核",
                    f"the decision plan {plan.id} carries out does not stand any more; submit it again",
                )
            )
    return plan
