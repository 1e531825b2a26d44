"""Whether what a notice is about still holds, asked inside the transaction that sends it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.model import Campaign, Notice, Person
from inspection.model.lifecycle import CampaignState
from inspection.notices import conditions
from inspection.notices.condition import Depends, Reader


def depends_of(notice: Notice) -> Depends | None:
    """What a notice depends on, as it was written; None for one that tells a fact."""
    if notice.depends_kind is None:
        return None
    return Depends(notice.depends_kind, notice.depends_id or "", notice.depends_version)


def still_wanted(session: Session, notice: Notice, *, at: datetime) -> bool:
    """Whether a notice may leave at an instant: its reader is here, its campaign not cancelled, its condition holds.

    Raises BadSource for a condition that is not in the register.
    """
    depends = depends_of(notice)
    condition = conditions.of(depends.kind) if depends else None
    person = session.get(Person, notice.person_id)
    if person is None or not person.active:
        return False
    if not (condition and condition.outlives_campaign) and _is(session, notice, CampaignState.CANCELLED):
        return False
    if condition is None or depends is None:
        return True
    return condition.holds(session, depends, Reader(person.id, notice.campaign_id, clock.local_date(at), at))


def known(notice: Notice) -> bool:
    """Whether the condition of a notice, if it has one, is in the register."""
    return notice.depends_kind is None or notice.depends_kind in conditions.register()


def require_known(notice: Notice) -> None:
    """Raises BadSource for a notice whose condition this version does not have: it is neither sent nor forgotten."""
    if notice.depends_kind is not None:
        conditions.of(notice.depends_kind)


def held_back(session: Session, notice: Notice) -> bool:
    """Whether a notice waits because its campaign is paused."""
    return _is(session, notice, CampaignState.PAUSED)


def _is(session: Session, notice: Notice, state: CampaignState) -> bool:
    campaign = session.get(Campaign, notice.campaign_id) if notice.campaign_id else None
    return campaign is not None and campaign.state == state
