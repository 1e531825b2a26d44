"""Another ethics officer takes a project over: the ethics head says who, the history stays (officer review A20)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.access.insiders import project_for_keeper
from inspection.access.policy import ETHICS
from inspection.access.roles import on_behalf, on_day
from inspection.audit.events import record
from inspection.errors import BadSource, NotAllowed
from inspection.language import speak
from inspection.model import Project
from inspection.store import campaigns, projects, roster
from inspection.vocabulary import Role


def put_in_charge(session: Session, name: str, officer: str, *, by: str, at: datetime) -> Project:
    """Puts an ethics officer in charge; whoever was before sees the project no more, unless on its list. Twice is once.

    Raises NotAllowed for anybody but the ethics head, BadSource for somebody outside the ethics office.
    """
    project = project_for_keeper(session, name, by, at=at)
    on = clock.local_date(at)
    held = on_day(session, by, on).holding({Role.ETHICS_HEAD})
    if held is None:
        raise NotAllowed(
            speak("專案承辦人僅得由政風室主任指定", "only the ethics head says who is in charge of a project")
        )
    person = roster.person(session, officer)
    if not person.active or not any(role in ETHICS for role, _ in roster.roles_of(session, officer, on=on)):
        raise BadSource(
            speak(f"{officer} 不是政風人員", f"{officer} is nobody of the ethics office"),
            remedy=speak("請指定名冊中在職之政風承辦人員", "name an ethics officer of the roster"),
        )
    campaign = campaigns.get(session, project.campaign_id)
    if campaign.opened_by == officer:
        return project
    before = campaign.opened_by
    campaign.opened_by = officer
    session.flush()
    details: dict[str, object] = {"entered_by": officer, "follows": before, **on_behalf(by, held)}
    record(session, at=at, actor=by, subject=("project", campaign.id), action="put_in_charge", details=details)
    return projects.get(session, campaign.id)
