"""The days of a project move: its end by a decision (流標、二次公告), the public day as it is announced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from inspection import clock
from inspection.access.insiders import project_for_keeper
from inspection.audit.events import record
from inspection.audit.steps import advance
from inspection.errors import BadSource, Conflict
from inspection.language import speak
from inspection.model import Project, ProjectDate
from inspection.model.lifecycle import CampaignState, ReportState
from inspection.planning.draft import draft_plan
from inspection.projects.content import BEFORE_APPROVAL, RUNNING
from inspection.rules.catalogue import Catalogue
from inspection.rules.messages import state_word
from inspection.store import campaigns, findings, projects
from inspection.vocabulary import ProjectDay

UNDECIDED_REVIEW = frozenset({ReportState.DRAFT, ReportState.RETURNED})


@dataclass(frozen=True, slots=True)
class Moved:
    """Why a day is set or moved, and (for an approved project) the decision: its day and number."""

    reason: str
    decided_on: date | None = None
    document_number: str = ""


def move_end(
    session: Session, name: str, to: date, moved: Moved, *, by: str, catalogue: Catalogue, at: datetime
) -> Project:
    """Moves the last day; whoever waits for it waits for the new one. Twice is once.

    Before the plan's approval the next version carries the new day. Afterwards the plan itself allows the move by a
    decision of its own (附則), which must be named. A review opened meanwhile is withdrawn, unless it was submitted.
    """
    project = project_for_keeper(session, name, by, at=at)
    campaign = campaigns.get(session, project.campaign_id)
    last = clock.local_date(campaign.window_end - timedelta(seconds=1))
    if to == last:
        return project
    if to < clock.local_date(campaign.window_start):
        raise BadSource(
            speak("專案迄日早於起日", "the project would end before it begins"),
            remedy=speak("迄日須在起日當日或之後", "give a day on or after the first"),
        )
    if not moved.reason.strip():
        raise BadSource(
            speak("調整期間之理由未填", "the reason is missing"),
            remedy=speak(
                "請寫明理由，例：流標，辦理第二次公告", "say why the days move, for example a second announcement"
            ),
        )
    if campaign.state not in BEFORE_APPROVAL:
        _complete(moved, at=at)
    if campaign.state not in BEFORE_APPROVAL | RUNNING:
        _withdraw_review(session, project, by=by, reason=moved.reason, at=at)
    campaign.window_end = datetime.combine(to + timedelta(days=1), time(), clock.zone())
    campaign.checklist_due_on = to
    _note(session, project, ProjectDay.END, to, moved, by=by, at=at)
    if campaign.state in BEFORE_APPROVAL and campaigns.latest_plan(session, campaign.id) is not None:
        draft_plan(session, campaign.id, catalogue=catalogue, drafted_by=by, at=at)
    return project


def set_public_day(session: Session, name: str, day: date | None, moved: Moved, *, by: str, at: datetime) -> Project:
    """Enters 決標日／公告日, corrects or (no day) withdraws it; each entry is kept. Twice is once."""
    project = project_for_keeper(session, name, by, at=at)
    if project.public_on == day:
        return project
    first = clock.local_date(campaigns.get(session, project.campaign_id).window_start)
    if day is not None and day < first:
        raise BadSource(
            speak("公告日早於專案起日", "the day it becomes public lies before the first day"),
            remedy=speak(f"請填 {first} 以後之日期", f"give a day after {first}"),
        )
    if project.public_on is not None and not moved.reason.strip():
        raise BadSource(
            speak("更正或撤回公告日之理由未填", "the reason is missing"),
            remedy=speak("請寫明理由，例：撤銷決標", "say why the day is corrected or withdrawn"),
        )
    project.public_on = day
    _note(session, project, ProjectDay.PUBLIC, day, moved, by=by, at=at)
    return project


def _note(
    session: Session, project: Project, what: ProjectDay, day: date | None, moved: Moved, *, by: str, at: datetime
) -> None:
    entered = projects.dates(session, project.campaign_id, what)
    session.add(
        ProjectDate(
            campaign_id=project.campaign_id,
            what=what,
            version=len(entered) + 1,
            day=day,
            reason=moved.reason.strip(),
            decided_on=moved.decided_on,
            document_number=moved.document_number.strip() or None,
            entered_by=by,
            entered_at=at,
        )
    )
    session.flush()
    record(
        session,
        at=at,
        actor=by,
        subject=("project", project.campaign_id),
        action=f"{what.value}_moved",
        reason=moved.reason.strip(),
        details={
            "due_on": str(day or ""),
            "version": len(entered) + 1,
            "decided_on": str(moved.decided_on or ""),
            "document_number": moved.document_number.strip(),
        },
    )


def _complete(moved: Moved, *, at: datetime) -> None:
    if not moved.document_number.strip() or moved.decided_on is None:
        raise BadSource(
            speak("計畫已核定，調整期間須經核可", "the plan is approved: the head must agree to move its days"),
            remedy=speak("請填核可之文號及日期", "give number and day of the decision"),
        )
    if moved.decided_on > clock.local_date(at):
        raise BadSource(
            speak("核可日在今日之後", "the day of the decision lies in the future"),
            remedy=speak("請填實際核可日期", "give the day it was decided"),
        )


def _withdraw_review(session: Session, project: Project, *, by: str, reason: str, at: datetime) -> None:
    """A review that opened by itself gives way to the decision; one before the head does not."""
    campaign = campaigns.get(session, project.campaign_id)
    review = findings.latest_report(session, campaign.id)
    if campaign.state != CampaignState.REPORTING or (review is not None and review.state not in UNDECIDED_REVIEW):
        raise Conflict(
            speak(
                f"專案 {project.code_name} 現為「{state_word('campaign', campaign.state)}」，迄日不得變更",
                f"project {project.code_name} is {campaign.state.value}; its end does not move any more",
            )
        )
    if review is not None:
        advance(session, review, ReportState.SUPERSEDED, actor=by, at=at, reason=reason)
    advance(session, campaign, CampaignState.INSPECTING, actor=by, at=at, reason=reason)
    project.review_due_on = None
