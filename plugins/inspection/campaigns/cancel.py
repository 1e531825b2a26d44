"""A campaign is called off: what waits becomes void, the units are told, what was confirmed is never dropped."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection.access.roles import on_behalf
from inspection.approvals.consult import void
from inspection.audit.steps import advance
from inspection.campaigns.pause import require_ethics_head
from inspection.checklists import on_paper, photos, proofs
from inspection.crawling.campaign import run_id_of
from inspection.errors import BadSource, Conflict
from inspection.language import speak
from inspection.model import Campaign
from inspection.model.lifecycle import ApprovalState, CampaignState, ChecklistState, allows
from inspection.planning.in_force import tell_called_off
from inspection.store import approvals, campaigns, checklists, drafts, findings, server_leases, spot

BEFORE_APPROVAL = frozenset(
    {CampaignState.DRAFT, CampaignState.ASSESSED, CampaignState.PLANNED, CampaignState.SUBMITTED}
)


def cancel(
    session: Session, campaign_id: str, *, person_id: str, reason: str, document_number: str, at: datetime
) -> Campaign:
    """Calls a campaign off; twice is once.

    What the head approved only the head undoes: once the plan was approved the number of that decision
    (`document_number`) is needed. Raises Conflict where faults are confirmed (礙於人情 nothing is dropped, seed 001
    reason 06) or the campaign is beyond its reports.
    """
    held = require_ethics_head(session, person_id, at=at)
    campaign = campaigns.get(session, campaign_id)
    if campaign.state == CampaignState.CANCELLED:
        return campaign
    if not reason.strip():
        raise BadSource(
            speak("取消理由未填", "the reason is missing"), remedy=speak("請寫明取消之理由", "say why it is cancelled")
        )
    if campaign.state not in BEFORE_APPROVAL and not document_number.strip():
        raise BadSource(
            speak("計畫已核定，取消須經首長核可", "the plan is approved: the head must agree to cancel"),
            remedy=speak("填入核可取消之文號", "give the number of the decision"),
        )
    if findings.of_campaign(session, campaign_id):
        raise Conflict(
            speak(
                f"檢查專案 {campaign_id} 已有確認缺失，須報告並改善，不得取消",
                f"campaign {campaign_id} has confirmed findings; they are reported and mended, not dropped",
            )
        )
    told = _units_told(session, campaign_id)
    advance(
        session,
        campaign,
        CampaignState.CANCELLED,
        actor=person_id,
        at=at,
        reason=reason,
        details={"document_number": document_number, **on_behalf(person_id, held)},
    )
    campaign.paused_at = campaign.paused_in = None
    for asked in approvals.of_campaign(session, campaign_id):
        if asked.state == ApprovalState.PENDING:
            void(session, asked, actor=person_id, at=at, reason=reason)
    for checklist in checklists.of_campaign(session, campaign_id):
        if allows(checklist.state, ChecklistState.EXEMPT):
            advance(session, checklist, ChecklistState.EXEMPT, actor=person_id, at=at, reason=reason)
    server_leases.leave_all(session, run_id_of(campaign_id))
    drafts.forget(session, campaign_id, at=at)
    proofs.forget(session, campaign_id, at=at)
    photos.forget(session, campaign_id, at=at)
    spot.forget(session, campaign_id, at=at)
    on_paper.forget(session, campaign_id, actor=person_id, at=at)
    tell_called_off(session, campaign, told, at=at)
    session.flush()
    return campaign


def _units_told(session: Session, campaign_id: str) -> list[str]:
    """Units that know of the inspection because their checklist went out."""
    return [one.unit_id for one in checklists.of_campaign(session, campaign_id) if one.issued_at is not None]
