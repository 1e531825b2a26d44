"""Queries on 保密切結 of 會辦 members."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from inspection import clock
from inspection.model import Campaign, Pledge
from inspection.store import groups


def get(session: Session, campaign_id: str, person_id: str) -> Pledge | None:
    """A person's 切結 for a campaign."""
    return session.get(Pledge, (campaign_id, person_id))


def of_campaign(session: Session, campaign_id: str) -> list[Pledge]:
    """All 切結 of a campaign."""
    return list(session.scalars(select(Pledge).where(Pledge.campaign_id == campaign_id).order_by(Pledge.person_id)))


def is_member(session: Session, campaign_id: str, person_id: str) -> bool:
    """Whether a person is a 會辦 member of a group of the campaign's plan in force."""
    return any(one.campaign_id == campaign_id and person_id in one.member_ids for one in groups.in_force(session))


def wanted_from(session: Session, person_id: str, *, on: date) -> list[Campaign]:
    """Campaigns whose 切結 a person has still to sign: a 會辦 member, the window not over."""
    ids = {one.campaign_id for one in groups.in_force(session) if person_id in one.member_ids}
    campaigns = [session.get_one(Campaign, one) for one in sorted(ids) if get(session, one, person_id) is None]
    return [one for one in campaigns if on < clock.local_date(one.window_end)]
