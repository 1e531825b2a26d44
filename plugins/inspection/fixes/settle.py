"""列管結清: the release of its last case closes a campaign whose inspection is concluded (officer review A18).

Nobody settles by hand and no program decides: the state follows from what people released, in the same transaction.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection.audit.steps import advance
from inspection.model import Fix
from inspection.model.lifecycle import CampaignState
from inspection.store import campaigns, findings


def unreleased(session: Session, campaign_id: str) -> list[Fix]:
    """The cases that keep a campaign from 列管結清, soonest due first."""
    return findings.unreleased_of(session, campaign_id)


def settle(session: Session, campaign_id: str, *, actor: str, at: datetime) -> bool:
    """Closes a concluded campaign without a case left; whether it did. Twice is once.

    Two who release the last two cases at one moment are let in one after the other, so that the second sees both.
    """
    campaigns.lock(session, campaign_id)
    campaign = campaigns.get(session, campaign_id)
    session.refresh(campaign, ["state"])
    if campaign.state is not CampaignState.CONCLUDED or unreleased(session, campaign_id):
        return False
    count = len(findings.fixes_of_campaign(session, campaign_id))
    advance(session, campaign, CampaignState.CLOSED, actor=actor, at=at, details={"count": count})
    return True
