"""保密切結書: printed for each person in the know, sent to whom the roster knows, asked for again while unsigned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from sqlalchemy.orm import Session

from inspection import clock
from inspection.audit.steps import advance
from inspection.calendar import roc
from inspection.documents.kinds.pledge import KIND, Pledge
from inspection.documents.printing import Paper, print_paper
from inspection.errors import NotAllowed
from inspection.escalation.apart import Matter, apart
from inspection.escalation.day import Day, day_of
from inspection.escalation.rung import ACTOR
from inspection.language import speak
from inspection.model import Campaign, Document, PersonInTheKnow, Project
from inspection.model.lifecycle import CampaignState
from inspection.notices.conditions.pledge import while_unsigned
from inspection.notices.outbox import Letter, write
from inspection.planning.decision import plan_in_force
from inspection.rules.catalogue import Catalogue
from inspection.store import calendar_days, campaigns, projects

SENT_IN = frozenset({CampaignState.APPROVED, CampaignState.INSPECTING})


def send_pledges(session: Session, campaign_id: str, *, catalogue: Catalogue, actor: str, at: datetime) -> int:
    """Prints a 切結書 for everybody who has not signed and writes to whom the roster knows; returns how many are out.

    Refused before the plan is approved (NotAllowed). Outsiders get theirs from the officer in charge, who is told how
    many they are. Twice is once.
    """
    plan_in_force(session, campaign_id)
    project, campaign = projects.get(session, campaign_id), campaigns.get(session, campaign_id)
    today = clock.local_date(at)
    if campaign.state == CampaignState.APPROVED:
        advance(session, campaign, CampaignState.INSPECTING, actor=actor, at=at)
    gaps = projects.unsigned(session, campaign_id, on=today)
    for one in gaps:
        if one.pledge_document_id is None:
            one.pledge_document_id = print_pledge(session, project, one, catalogue=catalogue, at=at).id
            one.pledge_sent_on = today
        if one.person_id is not None:
            _ask(session, campaign, project, one, catalogue=catalogue, at=at)
    outside = [one for one in gaps if one.person_id is None]
    if outside:
        newest = max(one.id for one in outside)
        _tell_keeper(session, campaign, project, len(outside), f"outside:{newest}", at=at)
    session.flush()
    return len(gaps)


def due_on(session: Session, one: PersonInTheKnow, *, catalogue: Catalogue) -> date | None:
    """Until when a 切結書 is to be signed; None before it was handed out."""
    if one.pledge_sent_on is None:
        return None
    days = catalogue.project_kinds.pledge_due_working_days
    return calendar_days.calendar(session).add_working_days(one.pledge_sent_on, days)


def is_late(session: Session, one: PersonInTheKnow, *, catalogue: Catalogue) -> bool:
    """Whether a 切結書 was signed after its day."""
    due = due_on(session, one, catalogue=catalogue)
    return due is not None and one.pledge_signed_on is not None and one.pledge_signed_on > due


@dataclass(frozen=True, slots=True)
class PledgeCounts:
    """What one day's reminding did: notices that are new, matters that failed (each told to the officer in charge)."""

    reminded: int
    failed: int


def remind_of_pledges(session: Session, *, on: date, catalogue: Catalogue, at: datetime) -> PledgeCounts:
    """Reminds everybody unsigned after so many working days, each step once; one entry's failure stops no other.

    Raises BadSource where the year of `on` has no calendar.
    """
    day = day_of(session, on=on, catalogue=catalogue, at=at)
    new = failed = 0
    for project, campaign in projects.of_campaigns(session):
        if campaign.state not in SENT_IN:
            continue
        late = 0
        for one in projects.unsigned(session, campaign.id, on=on):
            matter = _matter(campaign, f"{campaign.id}:{one.id}", str(one.pledge_sent_on))
            done = apart(day, matter, partial(_remind_one, day, campaign, project, one), actor=ACTOR)
            late += done is not None and done[0]
            new += done is not None and done[1]
            failed += done is None
        if late:
            tell = partial(_tell_keeper, session, campaign, project, late, f"late:{on}", at=at)
            told = apart(day, _matter(campaign, campaign.id, str(on)), tell, actor=ACTOR)
            new += bool(told)
            failed += told is None
    return PledgeCounts(new, failed)


def _matter(campaign: Campaign, subject_id: str, deadline: str) -> Matter:
    """Of a project only the officer in charge hears (decision 0010)."""
    return Matter("pledge", subject_id, deadline, campaign_id=campaign.id, keeper=campaign.opened_by)


def _remind_one(day: Day, campaign: Campaign, project: Project, one: PersonInTheKnow) -> tuple[bool, bool]:
    """Whether an entry is late with its signature, and whether its person was written to anew."""
    if one.pledge_sent_on is None:
        return False, False
    waited = day.offset(one.pledge_sent_on)
    reached = [step for step in day.catalogue.project_kinds.pledge_reminders_after_working_days if waited >= step]
    if not reached:
        return False, False
    if one.person_id is None:
        return True, False
    new = _remind(day.session, campaign, project, one, reached[-1], waited, catalogue=day.catalogue, at=day.at)
    return True, new


def print_pledge(
    session: Session, project: Project, one: PersonInTheKnow, *, catalogue: Catalogue, at: datetime
) -> Document:
    """The 切結書 of one person, with the code name alone; the same entry is the same document."""
    context: Pledge = {
        "title": catalogue.wording.line("pledge_title", {"code": project.code_name}),
        "date": roc.plain(clock.local_date(at)),
        "code_name": project.code_name,
        "body": one.body,
        "name": one.name,
        "role": one.role,
        "since": roc.plain(one.from_on),
        "promises": catalogue.wording.say("pledge_promises"),
    }
    paper = Paper(KIND, f"{project.campaign_id}:{one.id}", context, created=at, named={"entry": one.id})
    return print_paper(session, paper, catalogue=catalogue, at=at)


def pledge_document(session: Session, one: PersonInTheKnow) -> Document:
    """The 切結書 as handed out; raises NotAllowed before the plan was approved."""
    if one.pledge_document_id is None:
        raise NotAllowed(speak("計畫核定前不發切結書", "no pledge (切結書) is handed out before the plan is approved"))
    return session.get_one(Document, one.pledge_document_id)


def _ask(
    session: Session,
    campaign: Campaign,
    project: Project,
    one: PersonInTheKnow,
    *,
    catalogue: Catalogue,
    at: datetime,
) -> None:
    due = due_on(session, one, catalogue=catalogue)
    assert one.person_id is not None
    assert due is not None
    letter = Letter(
        key=f"project-pledge:{one.id}",
        kind="project_pledge",
        person_id=one.person_id,
        values={"code_name": project.code_name, "due": roc.with_weekday(due)},
        campaign_id=campaign.id,
        attachments=(one.pledge_document_id,) if one.pledge_document_id else (),
        still_wanted=while_unsigned(one.id),
    )
    write(session, letter, at=at)


def _remind(
    session: Session,
    campaign: Campaign,
    project: Project,
    one: PersonInTheKnow,
    step: int,
    waited: int,
    *,
    catalogue: Catalogue,
    at: datetime,
) -> bool:
    due = due_on(session, one, catalogue=catalogue)
    assert one.person_id is not None
    assert due is not None
    letter = Letter(
        key=f"project-pledge-reminder:{one.id}:{step}",
        kind="project_pledge_reminder",
        person_id=one.person_id,
        values={"code_name": project.code_name, "due": roc.with_weekday(due), "waited_days": waited},
        campaign_id=campaign.id,
        still_wanted=while_unsigned(one.id),
    )
    return write(session, letter, at=at)


def _tell_keeper(
    session: Session, campaign: Campaign, project: Project, people: int, what: str, *, at: datetime
) -> bool:
    """The officer in charge hears how many have not signed: a count and the code name."""
    letter = Letter(
        key=f"project-pledge-gaps:{campaign.id}:{what}",
        kind="project_pledge_gaps",
        person_id=campaign.opened_by,
        values={"code_name": project.code_name, "unsigned": people},
        campaign_id=campaign.id,
    )
    return write(session, letter, at=at)
