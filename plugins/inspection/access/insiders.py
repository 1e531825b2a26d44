"""A project is for few: who is in the know and has signed, who is asked to decide, who keeps it in the ethics office.

An ethics officer with no part in a project is a stranger to it, like any other (限制分發, seed 000 art. 5 (1) 3).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.access.roles import Held, held_by, identities, may_enter, on_behalf
from inspection.errors import NotAllowed
from inspection.model import Campaign, Project
from inspection.store import approvals, campaigns, projects, roster
from inspection.vocabulary import CampaignKind, Role

ETHICS = frozenset({Role.ETHICS_STAFF, Role.ETHICS_HEAD})


def keeps(session: Session, campaign: Campaign, person_id: str, *, at: datetime) -> Held | None:
    """The role by which a person keeps a project: the ethics head, the officer in charge (who opened it), or another
    of the ethics office who is in the know and has signed; deputies within their days. None for everybody else."""
    on = clock.local_date(at)
    names = identities(session, person_id, on=on)
    for held in held_by(session, person_id, on=on):
        if held.role not in ETHICS or held.unit_id:
            continue
        in_charge = campaign.opened_by in names
        if held.role is Role.ETHICS_HEAD or in_charge or projects.has_signed(session, campaign.id, person_id, on=on):
            return held
    return None


def reads(session: Session, campaign: Campaign, person_id: str, *, at: datetime) -> bool:
    """Whether a person may see plan, progress and hits of a project."""
    on = clock.local_date(at)
    if not roster.person(session, person_id).active:
        return False
    if keeps(session, campaign, person_id, at=at) is not None:
        return True
    return projects.has_signed(session, campaign.id, person_id, on=on) or decides(session, campaign, person_id, at=at)


def has_business(session: Session, person_id: str, *, at: datetime) -> bool:
    """Whether there is anything in the portal for a person: a role, a duty, or a project they signed for."""
    on = clock.local_date(at)
    return may_enter(session, person_id, on=on) or projects.signs_anywhere(session, person_id, on=on)


def decides(session: Session, campaign: Campaign, person_id: str, *, at: datetime) -> bool:
    """Whether a person was asked to decide on the plan or the closing review, or acts for who was."""
    names = identities(session, person_id, on=clock.local_date(at))
    asked = approvals.of_campaign(session, campaign.id)
    return any(one.approver_id in names and one.requested_by != person_id for one in asked)


def is_closed_to(session: Session, campaign: Campaign, person_id: str, *, at: datetime) -> bool:
    """Whether a campaign is a project of which this person may not know anything."""
    return campaign.kind is CampaignKind.PROJECT and not reads(session, campaign, person_id, at=at)


def closed_to(session: Session, person_id: str, *, at: datetime) -> frozenset[str]:
    """Ids of all campaigns of which a person (without an id: anybody at all) may not know anything: for lists."""
    return frozenset(
        campaign.id
        for _, campaign in projects.of_campaigns(session)
        if not person_id or is_closed_to(session, campaign, person_id, at=at)
    )


def project_for_reader(session: Session, name: str, person_id: str, *, at: datetime) -> Project:
    """A project by code name or id, for who may see it; raises NotFound in the same words as for one there is not."""
    project = projects.find(session, name)
    if not reads(session, campaigns.get(session, project.campaign_id), person_id, at=at):
        raise projects.unknown(name)
    return project


def project_for_keeper(session: Session, name: str, person_id: str, *, at: datetime) -> Project:
    """A project for who may change it; raises NotAllowed for a mere reader, NotFound for everybody else."""
    project = project_for_reader(session, name, person_id, at=at)
    if keeps(session, campaigns.get(session, project.campaign_id), person_id, at=at) is None:
        raise NotAllowed("only the ethics officers who keep this project change it")
    return project


def require_keeper(session: Session, campaign: Campaign, person_id: str, *, at: datetime) -> dict[str, object]:
    """For verbs that treat every campaign: refuses for a project whoever does not keep it, in words that tell nothing.

    Returns what an event says of a deputy; empty where the campaign is no project.
    """
    if campaign.kind is not CampaignKind.PROJECT:
        return {}
    held = keeps(session, campaign, person_id, at=at)
    if held is None:
        raise projects.unknown(campaign.id)
    return on_behalf(person_id, held)
