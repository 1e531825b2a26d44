"""Ends the window: what its days came to is frozen into the campaign's data and told to the ethics office, once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from inspection import clock
from inspection.audit.events import record
from inspection.calendar import roc
from inspection.errors import Conflict
from inspection.language import speak
from inspection.model import Campaign, SpringCampaign
from inspection.model.lifecycle import CampaignState
from inspection.notices.outbox import Letter, write
from inspection.rules.catalogue import Catalogue
from inspection.spring.standing import ShiftStanding, ShiftState, standings
from inspection.store import campaigns, roster, spring
from inspection.store.once import rows_touched
from inspection.vocabulary import Role


def close_window(
    session: Session, campaign_id: str, *, catalogue: Catalogue, actor: str, at: datetime
) -> dict[str, Any]:
    """The figures of a window that is over; the first closing stands, whatever is reported later.

    Raises Conflict before the window's end, or for a campaign that was called off.
    """
    kept = spring.spring_campaign(session, campaign_id)
    campaign = campaigns.get(session, campaign_id)
    if kept.closed_at is not None and kept.figures is not None:
        return kept.figures
    if campaign.state is CampaignState.CANCELLED:
        raise Conflict(speak(f"檢查專案 {campaign_id} 已取消", f"campaign {campaign_id} was called off"))
    if at < campaign.window_end:
        raise Conflict(
            speak(
                f"期間至{roc.end_moment(campaign.window_end)}為止",
                f"the window ends at {roc.end_moment(campaign.window_end)}",
            )
        )
    told = figures(standings(session, campaign_id, catalogue.spring.report, at=at))
    mine = update(SpringCampaign).where(SpringCampaign.campaign_id == campaign_id, SpringCampaign.closed_at.is_(None))
    won = rows_touched(session, mine.values(closed_at=at, figures=told)) == 1
    session.refresh(kept)
    if not won and kept.figures is not None:
        return kept.figures  # somebody else closed it a moment ago
    subject = ("campaign", campaign_id)
    record(session, at=at, actor=actor, subject=subject, action="window_closed", details={"count": told["shifts"]})
    _tell(session, campaign, told, at=at)
    return told


def figures(stood: list[ShiftStanding]) -> dict[str, Any]:
    """Counts and days only: what was reported stays in the reports."""
    missing = [one for one in stood if not one.is_reported]
    days = {one.day for one in stood}
    days_missing = {one.day for one in missing}
    return {
        "shifts": len(stood),
        "reported": len(stood) - len(missing),
        "late": sum(one.state is ShiftState.LATE for one in stood),
        "missing": len(missing),
        "situations": sum(one.has_situation for one in stood),
        "days": len(days),
        "days_reported": len(days - days_missing),
        "days_missing": [day.isoformat() for day in sorted(days_missing)],
        "days_with_situation": [day.isoformat() for day in sorted({one.day for one in stood if one.has_situation})],
    }


def _tell(session: Session, campaign: Campaign, told: dict[str, Any], *, at: datetime) -> None:
    on = clock.local_date(at)
    people = roster.holders(session, Role.ETHICS_STAFF, on=on) + roster.holders(session, Role.ETHICS_HEAD, on=on)
    names = ("shifts", "reported", "late", "missing", "situations")
    for person_id in sorted({one.id for one in people}):
        letter = Letter(
            key=f"spring-closed:{campaign.id}:{person_id}",
            kind="spring_window_closed",
            person_id=person_id,
            values={"campaign_name": campaign.name, **{f"{name}_count": told[name] for name in names}},
            campaign_id=campaign.id,
        )
        write(session, letter, at=at)
