"""The first page after sign-in: what waits for this person, soonest due first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from inspection import clock
from inspection.access import policy
from inspection.access.policy import Act
from inspection.approvals import matters
from inspection.approvals.matters import campaign_of
from inspection.checklists import on_paper as papers
from inspection.checklists import refusals
from inspection.checklists.entering import TAKES_RETURNS, kept_out
from inspection.checklists.spot import typed_by
from inspection.documents.kinds.inspection_record import KIND
from inspection.findings.questions import questions_for
from inspection.model import Approval, Campaign, Checklist
from inspection.model.lifecycle import ChecklistState, PaperState, SuspicionState
from inspection.operations.letters import MANY_TRIES
from inspection.portal.duty import waiting_for
from inspection.portal.guard import Door, Visit
from inspection.portal.responses import Page, Reply
from inspection.rules import catalogue
from inspection.store import approvals as stored
from inspection.store import (
    checklists,
    desk,
    drafts,
    fix_list,
    handovers,
    notices,
    on_paper,
    opinions,
    people,
    pledges,
    roster,
    spot,
)
from inspection.store.fix_list import Bounds, Show
from inspection.vocabulary import Role

FAR = date.max
SEALABLE = frozenset({ChecklistState.AWAITING_SEAL, ChecklistState.SENT_BACK, ChecklistState.RETURNED})
FIXES = "/fixes"
SOON_DAYS = 5
OF_LATE = timedelta(days=14)  # for so long a file that says of nobody whose it is stands on the desk
MOST_LISTED = 10
"""Fixes of a kind that stand one by one; the others are one line with their number and a link to the list."""
FIX_WORK = (
    ("mend", Act.CLAIM_FIX, Show.TO_MEND),
    ("verify", Act.VERIFY_FIX, Show.CLAIMED),
    ("release", Act.RELEASE_FIX, Show.VERIFIED),
)
WITHOUT_PAGES = frozenset({Role.AUDITOR, Role.SUPERIOR_ETHICS})


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the desk. `kind` chooses its words in the template, where `title` does not say them; `days` are
    working days left, if it is due. `more` stands for so many matters in one line, `late` of them late."""

    kind: str
    name: str
    link: str
    due_on: date | None = None
    days: int | None = None
    count: int = 0
    principal: str = ""
    title: str = ""
    note: str = ""
    more: int = 0
    late: int = 0


def home(visit: Visit, _subject: None) -> Reply:
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
        *_checklists(visit),
        *_records(visit),
        *_papers(visit),
        *_notices(visit),
    ]
    tasks.sort(key=lambda task: (task.due_on or FAR, task.kind, task.name))
    late = sum(task.late if task.more else task.days is not None and task.days < 0 for task in tasks)
    values = {"tasks": tasks, "late": late, "here": "home", "held": _titles(visit), "on_paper": _on_paper(visit)}
    return Page("home.html.j2", values | {"total": sum(task.more or 1 for task in tasks)})


def working_days_left(visit: Visit, due_on: date) -> int:
    """Working days until a date, negative past it."""
    return visit.calendar.working_days_between(visit.work.today, due_on)


def fix_bounds(visit: Visit) -> Bounds:
    """The days between which a fix is neither late nor far off, as `working_days_left` counts."""
    calendar, today = visit.calendar, visit.work.today
    return Bounds(calendar.add_working_days(today, -1), calendar.add_working_days(today, SOON_DAYS + 1))


def _titles(visit: Visit) -> list[str]:
    """For whom the person acts today, as 代理 lines."""
    principals = people.named(visit.session, set(visit.who.names[1:]))
    return [f"{principals[one].title}{principals[one].name}" for one in visit.who.names[1:]]


def _on_paper(visit: Visit) -> str:
    """The role of somebody for whom this portal keeps no page: what they are to see reaches them otherwise."""
    roles = {one.role for one in visit.who.held}
    return next(iter(roles)).value if len(roles) == 1 and roles <= WITHOUT_PAGES else ""


def _decisions(visit: Visit) -> list[Task]:
    refused = stored.refusals(visit.session, visit.person_id)
    found = []
    for approval in desk.decisions_for(visit.session, visit.who.names):
        if approval.requested_by == visit.person_id or approval.campaign_id in visit.who.barred:
            continue
        kind, campaign = matters.of(approval.subject_kind), campaign_of(visit.session, approval)
        principal = approval.approver_id if approval.approver_id != visit.person_id else ""
        found.append(
            Task(
                kind="decide",
                title=kind.heading,
                note="Airflow 作答未採計，請核閱現行版本" if stored.is_refused(approval, refused) else "",
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
    held = [one for one in visit.who.held if one.role is Role.UNIT_HEAD]
    principals = {one.unit_id: one.on_behalf_of for one in reversed(held)}  # a unit of one's own goes before
    for opinion, approval in opinions.awaited(visit.session, principals):
        if approval.requested_by == visit.person_id or approval.campaign_id in visit.who.barred:
            continue
        kind, campaign = matters.of(approval.subject_kind), campaign_of(visit.session, approval)
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
    if visit.may(Act.HANDLE_OPINION):
        for opinion, approval in opinions.to_answer(visit.session):
            if approval.campaign_id in visit.who.barred:
                continue
            page = matters.of(approval.subject_kind).page(approval.subject_id)
            name = f"{_about(approval, campaign_of(visit.session, approval))}（{opinion.unit_name}）"
            days = working_days_left(visit, approval.due_on)
            found.append(Task("answer_opinion", name, f"{page}#opinions", approval.due_on, days))
    return found


def _about(approval: Approval, campaign: Campaign | None) -> str:
    return campaign.name if campaign else approval.subject_id


def _fixes(visit: Visit) -> list[Task]:
    bounds, tasks = fix_bounds(visit), []
    for kind, act, show in FIX_WORK:
        whose = policy.scope(visit.who, act)
        if whose.is_empty:
            continue
        found = fix_list.foremost(visit.session, whose, bounds, show, size=MOST_LISTED + 1)
        listed = found.rows if found.total <= MOST_LISTED + 1 else found.rows[:MOST_LISTED]
        own = [_fix_task(visit, kind, *one) for one in listed]
        tasks += own
        if rest := found.total - len(own):
            late = max(0, found.late - sum(one.days is not None and one.days < 0 for one in own))
            due_on = found.rows[-1][1] if kind == "mend" else None  # they stand behind those that are listed
            tasks.append(Task(f"{kind}_more", "", f"{FIXES}?show={show.value}", due_on, more=rest, late=late))
    return tasks


def _fix_task(visit: Visit, kind: str, fix_id: str, due_on: date) -> Task:
    """A fix on the desk; only who mends it is bound by its day."""
    if kind != "mend":
        return Task(kind, fix_id, f"{FIXES}/{fix_id}")
    return Task(kind, fix_id, f"{FIXES}/{fix_id}", due_on, working_days_left(visit, due_on))


def _reports(visit: Visit) -> list[Task]:
    return [
        Task("read_report", campaign.name, f"/reports/{report.id}")
        for report, reader, campaign in desk.reports_for(visit.session, visit.person_id)
        if visit.may(Act.READ_REPORT, report)
        and (reader.opened_at is None or visit.at - reader.opened_at < timedelta(days=30))
    ]


def _suspicions(visit: Visit) -> list[Task]:
    whose = policy.scope(visit.who, Act.READ_SUSPICION)
    waiting = 0 if whose.is_empty else sum(count for _, _, count in desk.undecided(visit.session, whose))
    judges = visit.may(Act.TRIAGE)
    return [Task("triage" if judges else "see_suspicions", "", "/suspicions", count=waiting)] if waiting else []


def _questions(visit: Visit) -> list[Task]:
    """What the visitor's units are asked to explain (請單位說明)."""
    mine = questions_for(visit.session, visit.person_id, catalogue=catalogue.current(), at=visit.at)
    waiting = [one for one in mine if one.state is SuspicionState.ASKED]
    if not waiting:
        return []
    due_on = min(one.answer_due_on or FAR for one in waiting)
    return [Task("explain", "", "/questions", due_on, working_days_left(visit, due_on), count=len(waiting))]


def _checklists(visit: Visit) -> list[Task]:
    """Forms the visitor's units hold, each by its day; for who reviews, how many of a campaign came back."""
    found, returned = _refused(visit), Counter[str]()
    answers = policy.scope(visit.who, Act.ANSWER_CHECKLIST)
    reviews = policy.scope(visit.who, Act.REVIEW_CHECKLIST)
    shown = checklists.shown(visit.session, policy.scope(visit.who, Act.READ_CHECKLIST))
    own = [one for one, campaign, _ in shown if answers.holds(one.unit_id, campaign.id)]
    waiting = [one.id for one in own if one.state in SEALABLE]
    asked = drafts.seal_asked(visit.session, waiting) if waiting else {}
    for one, campaign, unit_name in shown:
        mine = checklists.is_wanted(one, campaign) and answers.holds(one.unit_id, campaign.id)
        waits = one.state is ChecklistState.RETURNED and reviews.holds(one.unit_id, campaign.id)
        if one.id in asked and answers.holds(one.unit_id, campaign.id):
            found.append(_seal_task(visit, one, f"{campaign.name}（{unit_name}）", asked[one.id]))
            continue
        if not (mine or waits):
            continue
        if mine:
            days = working_days_left(visit, one.wanted_by)
            name = f"{campaign.name}（{unit_name}）"
            kind = "correct_checklist" if one.state is ChecklistState.SENT_BACK else "fill_checklist"
            found.append(Task(kind, name, f"/checklists/{one.id}/answers", one.wanted_by, days))
        else:
            returned[campaign.name] += 1
    return [*found, *(Task("review_checklists", name, "/checklists", count=n) for name, n in returned.items())]


def _refused(visit: Visit) -> list[Task]:
    """Files of the visitor's units that could not be taken, each with what to do, while nothing came after; for the
    ethics office how many there are, with those of late that do not say whose they are."""
    answers, reads = (policy.scope(visit.who, act) for act in (Act.ANSWER_CHECKLIST, Act.READ_CHECKLIST))
    shown = [row for row in checklists.shown(visit.session, reads) if not kept_out(row[0], row[1])]
    standing = checklists.standing_refusals(visit.session, [one.id for one, _, _ in shown]) if shown else {}
    found = []
    for one, campaign, unit_name in shown:
        if one.id in standing and answers.holds(one.unit_id, campaign.id):
            why = "".join(refusals.said(visit.session, one, standing.pop(one.id).problems, catalogue.current()))
            name = f"{campaign.name}（{unit_name}）"  # its day stands on the line of the form itself
            found.append(Task("refused_form", name, f"/checklists/{one.id}#refused", one.due_on, note=why))
    if reads.units is None and visit.may(Act.REVIEW_CHECKLIST):
        count = len(standing) + checklists.refused_of_nobody(visit.session, since=visit.at - OF_LATE)
        found += [Task("refused_forms", "", "/checklists#refused", count=count)] if count else []
    return found


def _seal_task(visit: Visit, checklist: Checklist, name: str, asked_by: str) -> Task:
    """A form that waits for the unit head's seal, for who gives it and for who asked."""
    gives = asked_by != visit.person_id and visit.may(Act.SEAL_CHECKLIST, checklist)
    kind = "seal_checklist" if gives else "seal_asked"
    path = f"/checklists/{checklist.id}/answers/check"
    return Task(kind, name, path, checklist.wanted_by, working_days_left(visit, checklist.wanted_by))


def _records(visit: Visit) -> list[Task]:
    """現場檢查紀錄 the visitor's group has to key in or mend, and those of others that wait for a second person."""
    keys, confirms = policy.scope(visit.who, Act.KEY_SPOT_RECORD), policy.scope(visit.who, Act.CONFIRM_SPOT_RECORD)
    mine = [] if keys.is_empty else spot.to_key_in(visit.session, keys, sheet=KIND.id, at=visit.at)
    sent = [] if confirms.is_empty else spot.to_confirm(visit.session, confirms)
    others = [one for one, row in sent if visit.person_id not in typed_by(row)]
    back, fresh = [one for one in mine if one.is_back], [one for one in mine if not one.is_back]
    found = []
    for kind, waiting in (("mend_record", back), ("key_record", fresh), ("confirm_record", others)):
        listed = waiting if len(waiting) <= MOST_LISTED + 1 else waiting[:MOST_LISTED]
        found += [
            Task(kind, f"{one.campaign_name}（{one.unit_name}）", f"/checklists/{one.checklist_id}/on-the-spot")
            for one in listed
        ]
        if rest := len(waiting) - len(listed):
            found.append(Task(f"{kind}_more", "", "/checklists", more=rest))
    return found


def _papers(visit: Visit) -> list[Task]:
    """Checklists on signed paper: to be confirmed by another, and those the visitor has begun to key in."""
    whose = policy.scope(visit.who, Act.KEY_PAPER_RETURN)
    found = []
    for row, checklist, campaign_name, unit_name in [] if whose.is_empty else on_paper.under_way(visit.session, whose):
        is_mine, waits = visit.person_id in papers.typed_by(row), row.state is PaperState.SENT
        if checklist.state in TAKES_RETURNS and (waits or is_mine):
            kind = "key_paper" if not waits else "paper_sent" if is_mine else "confirm_paper"
            found.append(Task(kind, f"{campaign_name}（{unit_name}）", f"/checklists/{checklist.id}/on-paper"))
    return found


def _pledges(visit: Visit) -> list[Task]:
    """切結 to be signed before anything of a campaign is shown."""
    return [
        Task("pledge", one.name, f"/campaigns/{one.id}/pledge")
        for one in pledges.wanted_from(visit.session, visit.person_id, on=clock.local_date(visit.at))
        if one.id not in visit.who.unrevealed
    ]


def _handovers(visit: Visit) -> list[Task]:
    """Lists to be checked and signed, for thirty days from the day they take effect."""
    since = clock.local_date(visit.at) - timedelta(days=30)
    return [
        Task("handover", one.id, f"/handovers/{one.id}")
        for one in handovers.concerning(visit.session, visit.person_id, since=since)
    ]


def _notices(visit: Visit) -> list[Task]:
    """Letters given up, for whoever keeps the outbox."""
    if not visit.may(Act.KEEP_NOTICES):
        return []
    given_up, _ = notices.unreached_count(visit.session, tries=MANY_TRIES)
    return [Task("undelivered", "", "/notices", count=given_up)] if given_up else []


def _duty(visit: Visit) -> list[Task]:
    """Shifts of the visitor that wait for a report."""
    return [
        Task("duty", f"{row.one.day.month}/{row.one.day.day} {row.hours}", f"/duty/{row.one.shift.id}")
        for row in waiting_for(visit)
    ]


DOORS = (Door("GET", "/", Act.SEE_HOME, home),)
