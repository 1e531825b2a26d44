"""How a project stands, for who may see it: days, people and gaps, the review, and hits in counts."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from inspection import clock
from inspection.access.insiders import project_for_reader
from inspection.access.who import asking
from inspection.model import PersonInTheKnow
from inspection.projects.pledges import due_on
from inspection.projects.review import hits
from inspection.rules.catalogue import Catalogue
from inspection.store import campaigns, findings, projects

Lines = list[dict[str, object]]


def standing(session: Session, name: str, *, person_id: str, catalogue: Catalogue, at: datetime) -> dict[str, object]:
    """Where a project stands; raises NotFound for who may not know of it. The real name is in the plan alone."""
    project = project_for_reader(session, name, person_id, at=at)
    campaign = campaigns.get(session, project.campaign_id)
    plan = campaigns.latest_plan(session, campaign.id)
    review = findings.latest_report(session, campaign.id)
    today = clock.local_date(at)
    return {
        "project": campaign.id,
        "code_name": project.code_name,
        "kind": project.kind.value,
        "unit": project.unit_id,
        "state": campaign.state.value,
        "first_day": clock.local_date(campaign.window_start),
        "last_day": clock.local_date(campaign.window_end - timedelta(seconds=1)),
        "public_on": project.public_on,
        "plan": plan.state.value if plan else None,
        "plan_version": plan.version if plan else None,
        "in_the_know": len(projects.in_the_know(session, campaign.id, on=today)),
        "unsigned": [one.id for one in projects.unsigned(session, campaign.id, on=today)],
        "hits": hits(session, campaign.id, catalogue),
        "review": review.state.value if review else None,
        "review_due": project.review_due_on,
        "reported": project.reported_number,
    }


def listed(session: Session, name: str, *, person_id: str, catalogue: Catalogue, at: datetime) -> Lines:
    """知悉人員名冊 with its history, as lines; for who may see the project."""
    project = project_for_reader(session, name, person_id, at=at)
    entries = projects.entries(session, project.campaign_id)
    return [_line(session, one, catalogue=catalogue, at=at) for one in entries]


def overview(session: Session, *, person_id: str, at: datetime) -> Lines:
    """The projects a person may know of, newest first."""
    return [
        {
            "project": campaign.id,
            "code_name": project.code_name,
            "kind": project.kind.value,
            "state": campaign.state.value,
        }
        for project, campaign in projects.of_campaigns(session, only=sorted(asking(session, person_id, at=at).projects))
    ]


def _line(session: Session, one: PersonInTheKnow, *, catalogue: Catalogue, at: datetime) -> dict[str, object]:
    today = clock.local_date(at)
    if one.until_on is not None and one.until_on < today:
        standing_word = "released"
    elif one.pledge_signed_on is None:
        due = due_on(session, one, catalogue=catalogue)
        standing_word = "overdue" if due is not None and due < today else "unsigned"
    else:
        standing_word = "signed"
    return {
        "entry": one.id,
        "person": one.person_id,
        "name": one.name,
        "body": one.body,
        "role": one.role,
        "from": one.from_on,
        "until": one.until_on,
        "signed_on": one.pledge_signed_on,
        "number": one.pledge_number,
        "standing": standing_word,
    }
