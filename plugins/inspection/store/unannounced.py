"""Unannounced means unannounced: who may not know of an inspection before its hour (officer review A10), asked here."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection.model import Campaign
from inspection.rules.campaign_kinds import Told
from inspection.store import who
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


def is_untold(campaign: Campaign, *, at: datetime) -> bool:
    """Whether its hour is still to come: it is there for named people who may know, and in no list without a name."""
    hour = hour_of(campaign)
    return hour is not None and at < hour


def hidden_from(session: Session, campaign: Campaign, person_id: str, *, at: datetime) -> bool:
    """Whether a person may not know of it yet: for letters what `unrevealed` is for pages. No statement once told."""
    if not is_untold(campaign, at=at):
        return False
    session.flush()  # a change not yet written decides too
    known = who.known(session, person_id, at=at)
    return known is None or campaign.id in unrevealed(known, person_id)


def unrevealed(known: who.Known, person_id: str) -> frozenset[str]:
    """Unannounced inspections, before their hour, of a unit the person or a principal belongs to or has a role for, or
    with which the person goes along (A8: told that morning), unless asked to decide on it. None for the ethics office,
    which holds the inspection; each for somebody who has left."""
    if not known.active:
        return known.ids("unrevealed")
    merges = {str(old): str(new) for old, new, *_ in known.lists["merged"]}
    grants = known.lists["grant"]
    if any(role in ETHICS for role, _ in who.roles_of(grants, person_id, merges)):
        return frozenset()
    units = {known.unit_id, *(unit for _, unit, *_ in known.lists["principal"])}
    for name in (person_id, *known.ids("principal")):
        units |= {unit for _, unit in who.roles_of(grants, name, merges)}
    decides = {campaign for _, _, _, campaign, *_ in known.lists["approver"]}
    goes = {group.campaign_id for group, _ in known.groups if person_id in group.going_along} - decides
    hidden = ((str(campaign), unit) for campaign, unit, *_ in known.lists["unrevealed"])
    return frozenset(campaign for campaign, unit in hidden if unit in units or campaign in goes)
