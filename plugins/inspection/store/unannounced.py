"""Unannounced means unannounced: who must not see a campaign before the hour set in its plan (officer review A10)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.model import Campaign
from inspection.store import campaigns, people, roster
from inspection.vocabulary import CampaignKind, Role

ETHICS = frozenset({Role.ETHICS_STAFF, Role.ETHICS_HEAD})


def hour_of(campaign: Campaign) -> datetime | None:
    """From when the inspected may know; None for a campaign announced beforehand.

    An ad-hoc inspection without an hour of its own is revealed when its window begins.
    """
    if campaign.reveal_at is None and campaign.kind == CampaignKind.AD_HOC:
        return campaign.window_start
    return campaign.reveal_at


def hidden_from(session: Session, campaign: Campaign, person_id: str, *, at: datetime) -> bool:
    """Whether a person is of an inspected unit, or acts for somebody who is, before the hour; never the ethics office,
    which holds the inspection."""
    hour = hour_of(campaign)
    if hour is None or at >= hour:
        return False
    on = clock.local_date(at)
    own = roster.roles_of(session, person_id, on=on)
    if any(role in ETHICS for role, _ in own):
        return False
    inspected = {unit.id for unit in campaigns.units(session, campaign.id)}
    names = [person_id, *(deputy.principal_id for deputy in people.principals_of(session, person_id, on=on))]
    of_units = {roster.person(session, name).unit_id for name in names}
    of_units |= {unit_id for name in names for _, unit_id in roster.roles_of(session, name, on=on)}
    return bool(inspected & of_units)
