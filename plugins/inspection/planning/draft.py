"""Writes the next version of a plan in the form its campaign asks for. Drafting again changes nothing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection.audit.steps import advance
from inspection.errors import NotAllowed
from inspection.language import speak
from inspection.model import Assessment, Campaign, Plan
from inspection.model.lifecycle import CampaignState, PlanState
from inspection.planning import forms
from inspection.planning.ground import Content, Ground
from inspection.planning.spot_seed import keep_seed
from inspection.planning.versions import AMENDS, lay_over, next_version, says_the_same
from inspection.rules.catalogue import Catalogue
from inspection.store import campaigns


def draft_plan(session: Session, campaign_id: str, *, catalogue: Catalogue, drafted_by: str, at: datetime) -> Plan:
    """Drafts the next version; equal content is the version already there. Texts that people wrote are kept.

    Raises NotAllowed without an assessment, or where a plan in force may not be redrafted.
    """
    campaign = campaigns.get(session, campaign_id)
    assessment = campaigns.latest_assessment(session, campaign_id)
    if assessment is None:
        raise NotAllowed(
            speak(
                f"檢查專案 {campaign_id} 尚無狀況研判；計畫須依研判擬訂",
                f"campaign {campaign_id} has no situation assessment; a plan is drafted from one",
            )
        )
    latest = campaigns.latest_plan(session, campaign_id)
    if latest is not None and latest.state == PlanState.APPROVED:
        return latest
    keep_seed(session, campaign_id, campaign.kind, catalogue=catalogue, by=drafted_by, at=at)
    content = lay_over(_compose(session, campaign, assessment, catalogue), latest.content if latest else None)
    if latest is not None and latest.state != PlanState.RETURNED and says_the_same(content, latest):
        return latest
    plan = next_version(
        session, campaign, content, assessment_id=assessment.id, latest=latest, drafted_by=drafted_by, at=at
    )
    if campaign.state == CampaignState.ASSESSED:
        advance(session, campaign, CampaignState.PLANNED, actor=drafted_by, at=at)
    return plan


def redraft(
    session: Session, campaign_id: str, *, catalogue: Catalogue, drafted_by: str, amends: tuple[str, str], at: datetime
) -> Plan:
    """The next version of a plan already approved; `amends` names that plan's id and says why. Texts are kept."""
    campaign = campaigns.get(session, campaign_id)
    assessment = campaigns.latest_assessment(session, campaign_id)
    latest = campaigns.latest_plan(session, campaign_id)
    if assessment is None or latest is None:
        raise NotAllowed(
            speak(f"檢查專案 {campaign_id} 尚無計畫可供變更", f"campaign {campaign_id} has no plan to amend")
        )
    content = lay_over(_compose(session, campaign, assessment, catalogue), latest.content)
    content[AMENDS] = {"plan": amends[0], "reason": amends[1]}
    return next_version(
        session, campaign, content, assessment_id=assessment.id, latest=latest, drafted_by=drafted_by, at=at
    )


def _compose(session: Session, campaign: Campaign, assessment: Assessment, catalogue: Catalogue) -> Content:
    ground = Ground(session, campaign, assessment, catalogue, campaigns.units(session, campaign.id))
    return forms.of(campaign.kind, catalogue).compose(ground)
