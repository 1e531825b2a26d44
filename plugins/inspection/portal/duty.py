"""值勤回報: who is on duty reports on the shift; the ethics office sees all shifts and enters telephone reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from inspection.access import policy
from inspection.access.policy import Act
from inspection.errors import BadSource
from inspection.model import Campaign, DutyShift, Person
from inspection.planning.forms.spring import hours
from inspection.portal.guard import Door, Visit
from inspection.portal.responses import GoTo, Page, Reply
from inspection.rules import catalogue
from inspection.spring.report import LONGEST_SUMMARY, Report, take_report
from inspection.spring.standing import ShiftStanding, ShiftState, standing_of, standings
from inspection.store import campaigns, people, spring

STATES = {
    ShiftState.COMING: ("open", "未到時段"),
    ShiftState.WAITING: ("half", "待回報"),
    ShiftState.REPORTED: ("done", "已回報"),
    ShiftState.LATE: ("wait", "逾時回報"),
    ShiftState.MISSING: ("late", "逾時未回報"),
}
AFTER_WINDOW = timedelta(days=8)
SITUATIONS = {"nothing": False, "situation": True}


@dataclass(frozen=True, slots=True)
class Row:
    """A shift as it is listed: state as (icon, words), names, and how it was reported."""

    one: ShiftStanding
    hours: str
    person: str
    deputy: str
    look: tuple[str, str]
    may_report: bool


def list_page(visit: Visit, _subject: None) -> Reply:
    """The visitor's own shifts; for the ethics office every shift of the windows at hand, those not reported first."""
    rule = catalogue.current().spring.report
    sees_all = _is_ethics(visit)
    whose = None if sees_all else visit.who.names
    groups: list[tuple[Campaign, list[Row], dict[str, int]]] = []
    for campaign in spring.running(visit.session, since=visit.at - AFTER_WINDOW, at=visit.at):
        seen = standings(visit.session, campaign.id, rule, at=visit.at, people=whose)
        if seen:
            groups.append((campaign, _rows(visit, seen), _counts(seen)))
    return Page("duty.html.j2", {"groups": groups, "sees_all": sees_all, "here": "duty"})


def shift_page(visit: Visit, shift: DutyShift, problem: str = "") -> Reply:
    """One shift: what was reported, and the form to report."""
    rule = catalogue.current().spring.report
    one = standing_of(shift, spring.reports_of(visit.session, shift.id), rule, at=visit.at)
    (row,) = _rows(visit, [one])
    named = people.named(visit.session, {report.reported_by for report in one.reports})
    return Page(
        "duty_report.html.j2",
        {
            "row": row,
            "campaign": campaigns.get(visit.session, shift.campaign_id),
            "reports": [(report, named[report.reported_by].name) for report in one.reports],
            "by_phone": not _on_duty(visit, shift),
            "reporters": _reporters(visit, shift),
            "no_secrets": rule.no_secrets,
            "longest": LONGEST_SUMMARY,
            "problem": problem,
            "typed": visit.text("summary"),
            "chosen": visit.text("situation"),
            "here": "duty",
        },
        status=422 if problem else 200,
    )


def report(visit: Visit, shift: DutyShift) -> Reply:
    """Takes what the person on duty says, or what the ethics office heard by telephone."""
    has_situation = SITUATIONS.get(visit.text("situation"))
    if has_situation is None:
        return shift_page(visit, shift, "situation")
    by_phone = not _on_duty(visit, shift)
    reporter = visit.text("reporter") if by_phone else visit.person_id
    if by_phone and reporter not in {person.id for person in _reporters(visit, shift)}:
        return shift_page(visit, shift, "reporter")
    told = Report(has_situation, visit.text("summary"), reporter, visit.person_id, by_phone)
    try:
        take_report(visit.session, shift.id, told, at=visit.at)
    except BadSource:
        return shift_page(visit, shift, "summary")
    return GoTo(f"/duty/{shift.id}")


def waiting_for(visit: Visit) -> list[Row]:
    """The visitor's shifts that wait for a report, for the desk."""
    rule = catalogue.current().spring.report
    found = []
    for campaign in spring.running(visit.session, since=visit.at - AFTER_WINDOW, at=visit.at):
        stood = standings(visit.session, campaign.id, rule, at=visit.at, people=visit.who.names)
        found += [one for one in stood if not one.is_reported and one.shift.active]
    return [row for row in _rows(visit, found) if row.may_report]


def _rows(visit: Visit, stood: list[ShiftStanding]) -> list[Row]:
    ids = {one for stand in stood for one in (stand.shift.person_id, stand.shift.deputy_id) if one}
    named = people.named(visit.session, ids)
    return [
        Row(
            one,
            hours(one.shift),
            named[one.shift.person_id].name,
            named[one.shift.deputy_id].name if one.shift.deputy_id else "",
            STATES[one.state],
            one.shift.active and visit.at >= one.shift.starts_at,
        )
        for one in stood
    ]


def _counts(stood: list[ShiftStanding]) -> dict[str, int]:
    return {
        "reported": sum(one.is_reported for one in stood),
        "late": sum(one.state is ShiftState.LATE for one in stood),
        "missing": sum(one.state is ShiftState.MISSING for one in stood),
        "situations": sum(one.has_situation for one in stood),
    }


def _is_ethics(visit: Visit) -> bool:
    return policy.scope(visit.who, Act.READ_DUTY).units is None


def _on_duty(visit: Visit, shift: DutyShift) -> bool:
    mine = set(visit.who.names)
    return bool(mine & {shift.person_id, shift.deputy_id})


def _reporters(visit: Visit, shift: DutyShift) -> list[Person]:
    """Whom the ethics office may have spoken to: the person on duty, then the deputy."""
    ids = [one for one in (shift.person_id, shift.deputy_id) if one]
    named = people.named(visit.session, set(ids))
    return [named[one] for one in ids]


DOORS = (
    Door("GET", "/duty", Act.READ_DUTY, list_page),
    Door("GET", "/duty/{subject_id}", Act.REPORT_DUTY, shift_page, DutyShift),
    Door("POST", "/duty/{subject_id}/report", Act.REPORT_DUTY, report, DutyShift),
)
