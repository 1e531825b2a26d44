"""What a campaign's kind demands, and queries by it: a room asks for what it must know, never which kind it is."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from inspection.model import Campaign
from inspection.rules import campaign_kinds
from inspection.rules.campaign_kinds import CampaignKind, Told


def kind_of(campaign: Campaign) -> CampaignKind:
    """The rule of a campaign's kind; raises BadSource where its entry was taken out of the rules."""
    return campaign_kinds.current().rule(campaign.kind)


def is_no_project() -> ColumnElement[bool]:
    """The condition that others than those in the know may hear of a campaign; one of an unknown kind is withheld."""
    return Campaign.kind.in_(campaign_kinds.current().ids(lambda kind: not kind.is_project))


def is_told_at_its_hour() -> ColumnElement[bool]:
    """The condition that the inspected hear of a campaign not before its hour, of its own or its first."""
    return Campaign.kind.in_(campaign_kinds.current().ids(lambda kind: kind.told is Told.AT_ITS_HOUR))


def unknown(session: Session) -> list[str]:
    """Kinds that campaigns bear and the rules do not know, in order."""
    known = campaign_kinds.current().ids(lambda _: True)
    query = select(Campaign.kind).where(Campaign.kind.not_in(known)).distinct()
    return sorted(session.scalars(query))


def require_known(session: Session) -> None:
    """Refuses to start where a campaign is of a kind the rules do not know; raises BadSource naming it."""
    for kind in unknown(session):
        campaign_kinds.current().rule(kind)
