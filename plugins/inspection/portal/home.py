"""The first page after sign-in: what waits for this person, soonest due first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from inspection import clock
from inspection.access import policy
from inspection.access.insiders import is_closed_to
from inspection.access.policy import Act
from inspection.access.roles import held_by, identities
from inspection.approvals import matters
from inspection.approvals.matters import campaign_of
from inspection.findings.questions import questions_for
from inspection.model import Approval, Campaign
from inspection.model.lifecycle import FixState, SuspicionState
from inspection.portal.answers import Answer, Page
from inspection.portal.duty import waiting_for
from inspection.portal.guard import Door, Visit
from inspection.rules import catalogue
from inspection.store import approvals as stored
from inspection.store import calendar_days, desk, handovers, opinions, pledges, roster
from inspection.store.unannounced import hidden_from
from inspection.vocabulary import Role

FAR = date.max
WITHOUT_PAGES = frozenset({Role.AUDITOR, Role.SUPERIOR_ETHICS})
TO_BE_MENDED = frozenset({FixState.OPEN, FixState.ACCEPTED, FixState.SENT_BACK, FixState.REOPENED})


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the desk. `kind` chooses its words in the template, where `title` does not say them; `days` are
    working days left, if it is due."""

    kind: str
    name: str
    link: str
    due_on: date | None = None
    days: int | None = None
    count: int = 0
    principal: str = ""
    title: str = ""
    note: str = ""


def home(visit: Visit, _subject: None) -> Answer:
    """Decisions, fixes, reports and cases to be judged."""
    tasks = [
        *_decisions(visit),
        *_opinions(visit),
        *_fixes(visit),
        *_reports(visit),
        *_suspicions(visit),
        *_questions(visit),
        *_handovers(visit),
        *_duty(visit),
        *_pledges(visit),
    ]
    tasks.sort(key=lambda task: (task.due_on or FAR, task.kind, task.name))
    late = sum(1 for task in tasks if task.days is not None and task.days < 0)
    values = {"tasks": tasks, "late": late, "here": "home", "held": _titles(visit), "on_paper": _on_paper(visit)}
    return Page("home.html.j2", values)


def working_days_left(visit: Visit, due_on: date) -> int:
    """Working days until a date, negative past it."""
    today = clock.local_date(visit.at)
    return calendar_days.calendar(visit.session).working_days_between(today, due_on)


def _titles(visit: Visit) -> list[str]:
    """For whom the person acts today, as 代理 lines."""
    names = identities(visit.session, visit.person_id, on=clock.local_date(visit.at))[1:]
    return [f"{person.title}{person.name}" for person in (roster.person(visit.session, name) for name in names)]


def _on_paper(visit: Visit) -> str:
    """The role of somebody for whom this portal keeps no page: what they are to see reaches them otherwise."""
    roles = {one.role for one in held_by(visit.session, visit.person_id, on=clock.local_date(visit.at))}
    return next(iter(roles)).value if len(roles) == 1 and roles <= WITHOUT_PAGES else ""


def _decisions(visit: Visit) -> list[Task]:
    names = identities(visit.session, visit.person_id, on=clock.local_date(visit.at))
    found = []
    for approval in desk.decisions_for(visit.session, names):
        kind, campaign = matters.of(approval.subject_kind), campaign_of(visit.session, approval)
        if approval.requested_by == visit.person_id or _is_kept_from(visit, campaign):
            continue
        principal = approval.approver_id if approval.approver_id != visit.person_id else ""
        found.append(
            Task(
                kind="decide",
                title=kind.heading,
                note="Airflow 作答未採計，請核閱現行版本"
                if stored.refused_in_airflow(visit.session, approval, visit.person_id)
                else "",
                name=_about(approval, campaign),
                link=kind.page(approval.subject_id),
                due_on=approval.due_on,
                days=working_days_left(visit, approval.due_on),
                principal=roster.person(visit.session, principal).name if principal else "",
            )
        )
    return found


def _opinions(visit: Visit) -> list[Task]:
    """Opinions asked of the visitor's units; for the ethics office those still without 採納情形."""
    found = []
    on = clock.local_date(visit.at)
    held = [one for one in held_by(visit.session, visit.person_id, on=on) if one.role is Role.UNIT_HEAD]
    principals = {one.unit_id: one.on_behalf_of for one in reversed(held)}  # a unit of one's own goes before
    for opinion, approval in opinions.awaited(visit.session, principals):
        kind, campaign = matters.of(approval.subject_kind), campaign_of(visit.session, approval)
        if approval.requested_by == visit.person_id or (
            campaign is not None and hidden_from(visit.session, campaign, visit.person_id, at=visit.at)
        ):
            continue
        principal = principals[opinion.unit_id]
        found.append(
            Task(
                kind="opine",
                title=f"{kind.short}會辦",
                name=_about(approval, campaign),
                link=kind.page(approval.subject_id),
                due_on=opinion.due_on,
                days=working_days_left(visit, opinion.due_on),
                principal=roster.person(visit.session, principal).name if principal else "",
            )
        )
    if policy.allows(visit.session, visit.person_id, Act.HANDLE_OPINION, None, at=visit.at):
        for opinion, approval in opinions.to_answer(visit.session):
            page = matters.of(approval.subject_kind).page(approval.subject_id)
            name = f"{_about(approval, campaign_of(visit.session, approval))}（{opinion.unit_name}）"
            days = working_days_left(visit, approval.due_on)
            found.append(Task("answer_opinion", name, f"{page}#opinions", approval.due_on, days))
    return found


def _is_kept_from(visit: Visit, campaign: Campaign | None) -> bool:
    """Whether the visitor may not know of a campaign yet, or at all."""
    if campaign is None:
        return False
    return hidden_from(visit.session, campaign, visit.person_id, at=visit.at) or is_closed_to(
        visit.session, campaign, visit.person_id, at=visit.at
    )


def _about(approval: Approval, campaign: Campaign | None) -> str:
    return campaign.name if campaign else approval.subject_id


def _fixes(visit: Visit) -> list[Task]:
    units = policy.units_for(visit.session, visit.person_id, Act.CLAIM_FIX, at=visit.at)
    mine = [
        fix
        for fix, _, _ in desk.fixes(visit.session, units or frozenset())
        if fix.state in TO_BE_MENDED and policy.allows(visit.session, visit.person_id, Act.CLAIM_FIX, fix, at=visit.at)
    ]
    tasks = [Task("mend", fix.id, f"/fixes/{fix.id}", fix.due_on, working_days_left(visit, fix.due_on)) for fix in mine]
    units = policy.units_for(visit.session, visit.person_id, Act.VERIFY_FIX, at=visit.at)
    for fix, _, _ in desk.fixes(visit.session, units):
        if fix.state is FixState.CLAIMED and policy.allows(
            visit.session, visit.person_id, Act.VERIFY_FIX, fix, at=visit.at
        ):
            tasks.append(Task("verify", fix.id, f"/fixes/{fix.id}"))
        if fix.state is FixState.VERIFIED and policy.allows(
            visit.session, visit.person_id, Act.RELEASE_FIX, fix, at=visit.at
        ):
            tasks.append(Task("release", fix.id, f"/fixes/{fix.id}"))
    return tasks


def _reports(visit: Visit) -> list[Task]:
    return [
        Task("read_report", visit.session.get_one(Campaign, report.campaign_id).name, f"/reports/{report.id}")
        for report, reader in desk.reports_for(visit.session, visit.person_id)
        if policy.allows(visit.session, visit.person_id, Act.READ_REPORT, report, at=visit.at)
        and (reader.opened_at is None or visit.at - reader.opened_at < timedelta(days=30))
    ]


def _suspicions(visit: Visit) -> list[Task]:
    if not policy.allows(visit.session, visit.person_id, Act.READ_SUSPICION, None, at=visit.at):
        return []
    sees = policy.sees(visit.session, visit.person_id, Act.READ_SUSPICION, at=visit.at)
    counts = desk.undecided_by_unit(visit.session)
    waiting = sum(count for (unit_id, campaign_id), count in counts.items() if sees(unit_id, campaign_id))
    judges = policy.allows(visit.session, visit.person_id, Act.TRIAGE, None, at=visit.at)
    return [Task("triage" if judges else "see_suspicions", "", "/suspicions", count=waiting)] if waiting else []


def _questions(visit: Visit) -> list[Task]:
    """What the visitor's units are asked to explain (請單位說明)."""
    mine = questions_for(visit.session, visit.person_id, catalogue=catalogue.current(), at=visit.at)
    waiting = [one for one in mine if one.state is SuspicionState.ASKED]
    if not waiting:
        return []
    due_on = min(one.answer_due_on or FAR for one in waiting)
    return [Task("explain", "", "/questions", due_on, working_days_left(visit, due_on), count=len(waiting))]


def _pledges(visit: Visit) -> list[Task]:
    """切結 to be signed before anything of a campaign is shown."""
    return [
        Task("pledge", one.name, f"/campaigns/{one.id}/pledge")
        for one in pledges.wanted_from(visit.session, visit.person_id, on=clock.local_date(visit.at))
        if not hidden_from(visit.session, one, visit.person_id, at=visit.at)
    ]


def _handovers(visit: Visit) -> list[Task]:
    """Lists to be checked and signed, for thirty days from the day they take effect."""
    since = clock.local_date(visit.at) - timedelta(days=30)
    return [
        Task("handover", one.id, f"/handovers/{one.id}")
        for one in handovers.concerning(visit.session, visit.person_id, since=since)
    ]


def _duty(visit: Visit) -> list[Task]:
    """Shifts of the visitor that wait for a report."""
    return [
        Task("duty", f"{row.one.day.month}/{row.one.day.day} {row.hours}", f"/duty/{row.one.shift.id}")
        for row in waiting_for(visit)
    ]


DOORS = (Door("GET", "/", Act.SEE_HOME, home),)
