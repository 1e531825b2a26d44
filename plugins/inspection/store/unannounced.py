"""Unannounced means unannounced: who must not see a campaign before the hour set in its plan (officer review A10)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.model import Campaign
from inspection.rules.campaign_kinds import Told
from inspection.store import campaigns, people, pledges, roster
from inspection.store.kinds import kind_of
from inspection.vocabulary import Role

ETHICS = frozenset({Role.ETHICS_STAFF, Role.ETHICS_HEAD})


def hour_of(campaign: Campaign) -> datetime | None:
    """From when the inspected may know; None for a campaign announced beforehand.

    A campaign of a kind told at its hour, and without an hour of its own, is revealed when its window begins.
    """
    if campaign.reveal_at is None and kind_of(campaign).told is Told.AT_ITS_HOUR:
        return campaign.window_start
    return campaign.reveal_at


def hidden_from(session: Session, campaign: Campaign, person_id: str, *, at: datetime) -> bool:
    """Whether a person is of an inspected unit, acts for somebody who is, or is a 會辦 member of its groups, before the
    hour; never the ethics office, which holds the inspection."""
    hour = hour_of(campaign)
    if hour is None or at >= hour:
        return False
    on = clock.local_date(at)
    own = roster.roles_of(session, person_id, on=on)
    if any(role in ETHICS for role, _ in own):
        return False
    if pledges.is_member(session, campaign.id, person_id):
        return True
    inspected = {unit.id for unit in campaigns.units(session, campaign.id)}
    names = [person_id, *(deputy.principal_id for deputy in people.principals_of(session, person_id, on=on))]
    of_units = {roster.person(session, name).unit_id for name in names}
    of_units |= {unit_id for name in names for _, unit_id in roster.roles_of(session, name, on=on)}
    return bool(inspected & of_units)
