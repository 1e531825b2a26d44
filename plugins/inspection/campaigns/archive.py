"""已歸檔 and 保全: a person says that a settled campaign is filed under a 檔號, and what is kept all the same.

Only what is filed may ever lose working rows (`campaigns.retention`); while a hold stands, nothing of it does.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection.access.policy import Act, require_role
from inspection.access.roles import on_behalf
from inspection.approvals.filing import Filing, checked
from inspection.audit.events import record
from inspection.audit.steps import advance
from inspection.errors import BadSource, Conflict
from inspection.fixes.settle import unreleased
from inspection.language import speak
from inspection.model import Campaign, LegalHold
from inspection.model.lifecycle import CampaignState
from inspection.store import campaigns, retention

HELD, LIFTED = "hold_set", "hold_lifted"
LONGEST_REASON = 2000


def archive(session: Session, campaign_id: str, *, file_number: str, person_id: str, at: datetime) -> Campaign:
    """Says that a campaign is filed (已歸檔) under a 檔號. The same again is once.

    Raises NotAllowed for people outside the ethics office, BadSource for a 檔號 that is missing or not well formed,
    Conflict before 列管結清, with a case under control again, or where it is filed under another number.
    """
    campaign = campaigns.get(session, campaign_id)
    held = require_role(session, person_id, Act.KEEP_CAMPAIGN, campaign, at=at, refusal=_refusal())
    number = checked(Filing(file_number)).file_number
    if not number:
        raise BadSource(
            speak("檔號未填", "the file number is missing"),
            remedy=speak("請填檔案管理單位給予之檔號", "give the number the archive gave it"),
        )
    campaigns.lock(session, campaign_id)
    session.refresh(campaign)
    if campaign.state is CampaignState.ARCHIVED:
        if campaign.file_number != number:
            raise Conflict(
                speak(f"專案已歸檔，檔號為 {campaign.file_number}", f"it is filed already: {campaign.file_number}")
            )
        return campaign
    if campaign.state is not CampaignState.CLOSED or unreleased(session, campaign_id):
        raise Conflict(
            speak("專案列管結清後始得登錄歸檔", "a campaign is filed once its last case is released and it is settled")
        )
    details: dict[str, object] = {"file_number": number, **on_behalf(person_id, held)}
    advance(session, campaign, CampaignState.ARCHIVED, actor=person_id, at=at, details=details)
    campaign.archived_at, campaign.file_number = at, number
    session.flush()
    return campaign


def hold(session: Session, campaign_id: str, *, reason: str, person_id: str, at: datetime) -> LegalHold:
    """保全: nothing of a campaign is taken away until another person lifts it; a campaign may be held in any state.
    Where one stands already, that one stays.

    Raises NotAllowed for people outside the ethics office, BadSource without a reason.
    """
    campaign = campaigns.get(session, campaign_id)
    held = require_role(session, person_id, Act.KEEP_CAMPAIGN, campaign, at=at, refusal=_refusal())
    why = _reason(reason)
    campaigns.lock(session, campaign_id)
    standing = retention.standing_hold(session, campaign_id)
    if standing is not None:
        return standing
    row = LegalHold(
        campaign_id=campaign_id, reason=why, set_by=person_id, set_at=at, lifted_reason=None, lifted_by=None,
        lifted_at=None,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _note(session, campaign_id, HELD, why, person_id, at, on_behalf(person_id, held))
    return row


def lift(session: Session, campaign_id: str, *, reason: str, person_id: str, at: datetime) -> LegalHold:
    """Lifts the hold that stands, by somebody else than who set it.

    Raises NotAllowed for people outside the ethics office, BadSource without a reason, Conflict where none stands or by
    whoever set it.
    """
    campaign = campaigns.get(session, campaign_id)
    held = require_role(session, person_id, Act.KEEP_CAMPAIGN, campaign, at=at, refusal=_refusal())
    why = _reason(reason)
    campaigns.lock(session, campaign_id)
    standing = retention.standing_hold(session, campaign_id)
    if standing is None:
        raise Conflict(speak("本專案現無保全", "no hold stands on this campaign"))
    if standing.set_by == person_id:
        raise Conflict(speak("保全應由設定者以外之人解除", "a hold is lifted by somebody else than who set it"))
    standing.lifted_reason, standing.lifted_by, standing.lifted_at = why, person_id, at
    session.flush()
    _note(session, campaign_id, LIFTED, why, person_id, at, on_behalf(person_id, held))
    return standing


def _reason(text: str) -> str:
    if not text.strip():
        raise BadSource(
            speak("保全之理由未填", "the reason is missing"),
            remedy=speak("請敘明所涉案件或程序", "name the case or proceeding it is for"),
        )
    return text.strip()[:LONGEST_REASON]


def _refusal() -> str:
    return speak(
        "專案之歸檔及保全僅得由政風室辦理", "only the ethics office files a campaign, or sets and lifts a hold on it"
    )


def _note(
    session: Session,
    campaign_id: str,
    action: str,
    reason: str,
    person_id: str,
    at: datetime,
    details: dict[str, object],
) -> None:
    subject = ("campaign", campaign_id)
    record(session, at=at, actor=person_id, subject=subject, action=action, reason=reason, details=details)
