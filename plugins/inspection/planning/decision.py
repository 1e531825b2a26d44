"""The decision on a plan, and the gate behind it: nothing happens unless the approved hash is the current one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection.approvals.decide import Decision, approved, decide
from inspection.audit.steps import advance
from inspection.documents.render import fingerprint
from inspection.errors import NotAllowed, NotFound
from inspection.model import Approval, Plan
from inspection.model.lifecycle import CampaignState, PlanState
from inspection.store import approvals, campaigns
from inspection.vocabulary import ApprovalOutcome

SUBJECT = "plan"


def decide_plan(session: Session, plan_id: str, decision: Decision, *, at: datetime) -> Approval:
    """Takes the decision on a plan from any door; the same decision again changes nothing.

    核定 opens the inspection; 修正後如擬 and 退回 send the plan back to the drafter, who makes the next version.
    """
    plan = campaigns.plan(session, plan_id)
    request = approvals.latest(session, (SUBJECT, plan_id))
    if request is None:
        raise NotFound(f"plan {plan_id} has not been submitted")
    approval = decide(session, request.id, decision, current_hash=fingerprint(plan.content), at=at)
    campaign = campaigns.get(session, plan.campaign_id)
    actor = decision.entered_by or decision.person_id
    if decision.outcome == ApprovalOutcome.APPROVED:
        if plan.state == PlanState.SUBMITTED:
            advance(session, plan, PlanState.APPROVED, actor=actor, at=at)
        if campaign.state == CampaignState.SUBMITTED:
            advance(session, campaign, CampaignState.APPROVED, actor=actor, at=at)
    else:
        if plan.state == PlanState.SUBMITTED:
            advance(session, plan, PlanState.RETURNED, actor=actor, at=at, reason=decision.remark)
        if campaign.state == CampaignState.SUBMITTED:
            advance(session, campaign, CampaignState.PLANNED, actor=actor, at=at, reason=decision.remark)
    return approval


def plan_in_force(session: Session, campaign_id: str) -> Plan:
    """The plan one may act on; raises NotAllowed unless its very content was approved."""
    plan = campaigns.latest_plan(session, campaign_id)
    if plan is None or plan.state != PlanState.APPROVED:
        raise NotAllowed(f"campaign {campaign_id} has no approved plan; nothing may be sent or crawled")
    if approved(session, (SUBJECT, plan.id), content_hash=fingerprint(plan.content)) is None:
        raise NotAllowed(f"plan {plan.id} is not the content that was approved; have it approved again")
    return plan
