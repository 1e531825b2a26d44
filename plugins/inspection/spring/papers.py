"""Prints the papers of the Spring-Festival work: 春安檢查表, outside forms, 每日狀況回報表, notice, press text."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.calendar import roc
from inspection.documents.kinds import spring_announcement, spring_checklist, spring_form, spring_reports
from inspection.documents.kinds.spring_announcement import Announcement
from inspection.documents.kinds.spring_checklist import SafetyChecklist
from inspection.documents.kinds.spring_form import OutsideForm
from inspection.documents.kinds.spring_plan import SafetyLine
from inspection.documents.kinds.spring_reports import DutyReportLine, DutyReports
from inspection.documents.printing import Paper, print_paper
from inspection.documents.render import fingerprint
from inspection.errors import NotFound
from inspection.language import speak
from inspection.model import Campaign, Document, Unit
from inspection.planning.forms.spring import hours
from inspection.rules.catalogue import Catalogue
from inspection.spring.close import figures
from inspection.spring.standing import ShiftStanding, ShiftState, standings
from inspection.store import campaigns, people, roster, spring

SITUATION = {True: "有", False: "無"}


def print_safety_checklist(
    session: Session, campaign_id: str, unit_id: str, *, catalogue: Catalogue, at: datetime
) -> Document:
    """春安檢查表 of one unit: what applies to it, to be filled in on the spot."""
    campaign, unit = campaigns.get(session, campaign_id), roster.unit(session, unit_id)
    shifts = spring.shifts(session, campaign_id)
    named = people.named(session, {one.deputy_id for one in shifts if one.deputy_id})
    context: SafetyChecklist = {
        "title": catalogue.wording.line("spring_checklist_title", {"campaign": campaign.name}),
        "unit": unit.name,
        "period": roc.days(campaign.window_start, campaign.window_end),
        "duty_deputy": "、".join(sorted({one.name for one in named.values() if one.unit_id == unit.id})),
        "notes": catalogue.wording.say("spring_checklist_notes"),
        "checks": _checks(catalogue, unit),
    }
    paper = Paper(spring_checklist.KIND, f"{campaign_id}:{unit_id}", context)
    return print_paper(session, paper, catalogue=catalogue, at=at)


def _checks(catalogue: Catalogue, unit: Unit) -> list[SafetyLine]:
    return [
        {"category": one.category.value, "statement": one.statement, "units": ""}
        for one in catalogue.spring.safety_checks
        if not one.unit_tags or set(one.unit_tags) & set(unit.tags)
    ]


def print_outside_form(
    session: Session, campaign_id: str, form_id: str, *, catalogue: Catalogue, at: datetime
) -> Document:
    """The form for schools or 所屬, which fill it in on paper; raises NotFound for one the rules do not have."""
    campaign = campaigns.get(session, campaign_id)
    form = catalogue.spring.outside_form(form_id)
    if form is None:
        known = "、".join(one.id for one in catalogue.spring.outside_forms)
        raise NotFound(speak(f"查無表單 {form_id!r}；現有 {known}", f"no form {form_id!r}; the rules have {known}"))
    reply = {
        "due": roc.with_weekday(campaign.checklist_due_on),
        "agency": roster.agency(session).name,
        "office": roster.ethics_office_name(session),
    }
    context: OutsideForm = {
        "title": form.name,
        "name": form.name,
        "period": roc.days(campaign.window_start, campaign.window_end),
        "joint": form.joint,
        "statements": list(form.statements),
        "notes": list(form.notes),
        "reply_to": catalogue.wording.line("spring_reply_to", reply),
    }
    paper = Paper(spring_form.KIND, f"{campaign_id}:{form_id}", context)
    return print_paper(session, paper, catalogue=catalogue, at=at)


def print_daily_reports(session: Session, campaign_id: str, *, catalogue: Catalogue, at: datetime) -> Document:
    """每日狀況回報表 as it stands: every shift with what was reported; with the sums once the window is over."""
    campaign = campaigns.get(session, campaign_id)
    stood = standings(session, campaign_id, catalogue.spring.report, at=at)
    lines = _report_lines(session, stood)
    over = at >= campaign.window_end
    as_of = "" if over else catalogue.wording.line("spring_as_of", {"moment": roc.moment(at)})
    context: DutyReports = {
        "title": catalogue.wording.line("spring_reports_title", {"campaign": campaign.name}),
        "period": roc.days(campaign.window_start, campaign.window_end),
        "as_of": as_of,
        "reports": lines,
        "summary": summary_lines(campaign, stood, catalogue) if over else [],
        "notes": [catalogue.spring.report.no_secrets],
        "consulted": "行政室",
    }
    # bound to what was reported, whatever the hour it is printed at
    digest = fingerprint({"campaign": campaign_id, "reports": lines})
    paper = Paper(spring_reports.KIND, campaign_id, context, digest)
    return print_paper(session, paper, catalogue=catalogue, at=at)


def _report_lines(session: Session, stood: list[ShiftStanding]) -> list[DutyReportLine]:
    ids = {one.reported_by for stand in stood for one in stand.reports} | {one.shift.person_id for one in stood}
    named = people.named(session, ids)
    lines: list[DutyReportLine] = []
    for one in stood:
        if not one.reports:
            missing = one.state is ShiftState.MISSING
            lines.append(_line(one, "未回報" if missing else "", named[one.shift.person_id].name if missing else ""))
        for report in one.reports:
            line = _line(one, SITUATION[report.has_situation], named[report.reported_by].name)
            local = report.reported_at.astimezone(clock.zone())
            line["summary"] = report.summary
            line["reported"] = f"{roc.month_day(local.date())} {local:%H:%M}"
            line["reporter"] += "（電話）" if report.by_phone else ""
            if report.number > 1:
                line["late"] = "補報"
            elif one.state is ShiftState.LATE:
                line["late"] = "逾時"
            lines.append(line)
    return lines


def _line(one: ShiftStanding, situation: str, reporter: str) -> DutyReportLine:
    return {
        "day": f"{roc.month_day(one.day)}（{roc.weekday(one.day)[-1]}）",
        "hours": hours(one.shift),
        "unit": one.shift.post,
        "situation": situation,
        "summary": "",
        "reporter": reporter,
        "reported": "",
        "late": "",
    }


def summary_lines(campaign: Campaign, stood: list[ShiftStanding], catalogue: Catalogue) -> list[str]:
    """What the days of a window came to, in sentences."""
    told = figures(stood)
    said = catalogue.wording.say(
        "spring_summary",
        {
            "period": roc.days(campaign.window_start, campaign.window_end),
            **{name: told[name] for name in ("days", "shifts", "reported", "late", "missing", "situations")},
        },
    )
    if told["days_missing"]:
        days = "、".join(roc.month_day(one.day) for one in stood if not one.is_reported)
        said += catalogue.wording.say("spring_days_missing", {"days": days})
    return said


def print_announcement(
    session: Session, campaign_id: str, announcement_id: str, *, catalogue: Catalogue, at: datetime
) -> Document:
    """防詐 notice or 澄清新聞稿 with the agency's names in it; what stands in 〔…〕 a person fills in and decides."""
    campaign, agency = campaigns.get(session, campaign_id), roster.agency(session)
    text = catalogue.spring.announcement(announcement_id)
    if text is None:
        known = "、".join(one.id for one in catalogue.spring.announcements)
        raise NotFound(
            speak(
                f"查無宣導文字 {announcement_id!r}；現有 {known}",
                f"no text {announcement_id!r}; the rules have {known}",
            )
        )
    office = roster.ethics_office_name(session)
    names = {"agency": agency.name, "agency_short": agency.short_name, "office": office}
    context: Announcement = {
        "date": roc.plain(clock.local_date(campaign.window_start)),
        "addressee": text.addressee,
        "title": text.title.format_map(names),
        "paragraphs": [one.format_map(names) for one in text.paragraphs],
        "contact": f"{agency.name}{office} {agency.details.get('hotline', '')}".strip(),
    }
    paper = Paper(spring_announcement.KIND, f"{campaign_id}:{announcement_id}", context)
    return print_paper(session, paper, catalogue=catalogue, at=at)
