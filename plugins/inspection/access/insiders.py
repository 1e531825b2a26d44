"""A project is for few: who is in the know and has signed, who is asked to decide, who keeps it in the ethics office.

An ethics officer with no part in a project is a stranger to it, like any other (限制分發, seed 000 art. 5 (1) 3).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection.access.roles import on_behalf
from inspection.access.who import asking
from inspection.errors import NotAllowed
from inspection.language import speak
from inspection.model import Campaign, Project
from inspection.store import projects
from inspection.store.kinds import kind_of


def project_for_reader(session: Session, name: str, person_id: str, *, at: datetime) -> Project:
    """A project by code name or id, for who may see it; raises NotFound in the same words as for one there is not."""
    project = projects.find(session, name)
    if project.campaign_id not in asking(session, person_id, at=at).projects:
        raise projects.unknown(name)
    return project


def project_for_keeper(session: Session, name: str, person_id: str, *, at: datetime) -> Project:
    """A project for who may change it; raises NotAllowed for a mere reader, NotFound for everybody else."""
    project = project_for_reader(session, name, person_id, at=at)
    if asking(session, person_id, at=at).projects.get(project.campaign_id) is None:
        raise NotAllowed(
            speak("專案內容僅得由承辦本專案之政風人員異動", "only the ethics officers who keep this project change it")
        )
    return project


def require_keeper(session: Session, campaign: Campaign, person_id: str, *, at: datetime) -> dict[str, object]:
    """For verbs that treat every campaign: refuses for a project whoever does not keep it, in words that tell nothing.

    Returns what an event says of a deputy; empty where the campaign is no project.
    """
    if not kind_of(campaign).is_project:
        return {}
    held = asking(session, person_id, at=at).projects.get(campaign.id)
    if held is None:
        raise projects.unknown(campaign.id)
    return on_behalf(person_id, held)
