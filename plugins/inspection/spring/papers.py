"""Prints the papers of the Spring-Festival work: 春安檢查表, outside forms, 每日狀況回報表, notice, press text."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import cast

from sqlalchemy.orm import Session

from inspection import clock, settings
from inspection.calendar import roc
from inspection.documents.frame import frame
from inspection.documents.kinds.spring_announcement import Announcement
from inspection.documents.kinds.spring_checklist import SafetyChecklist
from inspection.documents.kinds.spring_form import OutsideForm
from inspection.documents.kinds.spring_plan import SafetyLine
from inspection.documents.kinds.spring_reports import DutyReportLine, DutyReports
from inspection.documents.render import Properties, fingerprint, render
from inspection.documents.shelf import Label, keep
from inspection.errors import NotFound
from inspection.model import Campaign, Document, Unit
from inspection.planning.forms.spring import OFFICE, hours
from inspection.rules.catalogue import Catalogue
from inspection.spring.close import figures
from inspection.spring.standing import ShiftStanding, ShiftState, standings
from inspection.store import campaigns, people, roster, spring

CHECKLIST = "spring/safety_checklist.docx"
OUTSIDE = "spring/outside_form.docx"
REPORTS = "spring/daily_reports.docx"
ANNOUNCEMENT = "spring/announcement.docx"
SITUATION = {True: "有", False: "無"}


def print_safety_checklist(
    session: Session, campaign_id: str, unit_id: str, *, catalogue: Catalogue, at: datetime
) -> Document:
    """春安檢查表 of one unit: what applies to it, to be filled in on the spot."""
    campaign, unit = campaigns.get(session, campaign_id), roster.unit(session, unit_id)
    title = catalogue.wording.line("spring_checklist_title", {"campaign": campaign.name})
    shifts = spring.shifts(session, campaign_id)
    named = people.named(session, {one.deputy_id for one in shifts if one.deputy_id})
    checks = _checks(catalogue, unit)
    digest = fingerprint({"campaign": campaign_id, "unit": unit_id, "checks": checks})
    context: SafetyChecklist = {
        "frame": frame(catalogue.office, "checklist", agency=roster.agency(session), content_hash=digest),
        "agency": roster.agency(session).name,
        "office": OFFICE,
        "title": title,
        "unit": unit.name,
        "period": roc.days(campaign.window_start, campaign.window_end),
        "duty_deputy": "、".join(sorted({one.name for one in named.values() if one.unit_id == unit.id})),
        "notes": catalogue.wording.say("spring_checklist_notes"),
        "checks": checks,
    }
    return _keep(session, CHECKLIST, context, Label("spring_checklist", f"{campaign_id}:{unit_id}", title), at=at)


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
    campaign, agency = campaigns.get(session, campaign_id), roster.agency(session)
    form = catalogue.spring.outside_form(form_id)
    if form is None:
        known = "、".join(one.id for one in catalogue.spring.outside_forms)
        raise NotFound(f"no form {form_id!r}; the rules have {known}")
    digest = fingerprint({"campaign": campaign_id, "form": form.model_dump(mode="json")})
    context: OutsideForm = {
        "frame": frame(catalogue.office, "checklist", agency=agency, content_hash=digest),
        "agency": agency.name,
        "office": OFFICE,
        "title": form.name,
        "name": form.name,
        "period": roc.days(campaign.window_start, campaign.window_end),
        "joint": form.joint,
        "statements": list(form.statements),
        "notes": list(form.notes),
        "reply_to": catalogue.wording.line(
            "spring_reply_to",
            {"due": roc.with_weekday(campaign.checklist_due_on), "agency": agency.name, "office": OFFICE},
        ),
    }
    return _keep(session, OUTSIDE, context, Label("spring_form", f"{campaign_id}:{form_id}", form.name), at=at)


def print_daily_reports(session: Session, campaign_id: str, *, catalogue: Catalogue, at: datetime) -> Document:
    """每日狀況回報表 as it stands: every shift with what was reported; with the sums once the window is over."""
    campaign = campaigns.get(session, campaign_id)
    stood = standings(session, campaign_id, catalogue.spring.report, at=at)
    title = catalogue.wording.line("spring_reports_title", {"campaign": campaign.name})
    lines = _report_lines(session, stood)
    over = at >= campaign.window_end
    as_of = "" if over else catalogue.wording.line("spring_as_of", {"moment": roc.moment(at)})
    context: DutyReports = {
        "frame": frame(
            catalogue.office,
            "spring_reports",
            agency=roster.agency(session),
            content_hash=fingerprint({"campaign": campaign_id, "reports": lines}),
        ),
        "agency": roster.agency(session).name,
        "office": OFFICE,
        "title": title,
        "period": roc.days(campaign.window_start, campaign.window_end),
        "as_of": as_of,
        "reports": lines,
        "summary": summary_lines(campaign, stood, catalogue) if over else [],
        "notes": [catalogue.spring.report.no_secrets],
        "consulted": "行政室",
    }
    return _keep(session, REPORTS, context, Label("spring_reports", campaign_id, title), at=at)


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
            line["reported"] = f"{roc.short(local.date())} {local:%H:%M}"
            line["reporter"] += "（電話）" if report.by_phone else ""
            if report.number > 1:
                line["late"] = "補報"
            elif one.state is ShiftState.LATE:
                line["late"] = "逾時"
            lines.append(line)
    return lines


def _line(one: ShiftStanding, situation: str, reporter: str) -> DutyReportLine:
    return {
        "day": f"{roc.short(one.day)}（{roc.weekday(one.day)[-1]}）",
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
        days = "、".join(roc.short(one.day) for one in stood if not one.is_reported)
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
        raise NotFound(f"no text {announcement_id!r}; the rules have {known}")
    names = {"agency": agency.name, "agency_short": agency.short_name, "office": OFFICE}
    title = text.title.format_map(names)
    context: Announcement = {
        "frame": frame(
            catalogue.office, "announcement", agency=agency, content_hash=fingerprint(text.model_dump(mode="json"))
        ),
        "agency": agency.name,
        "office": OFFICE,
        "date": roc.plain(clock.local_date(campaign.window_start)),
        "addressee": text.addressee,
        "title": title,
        "paragraphs": [one.format_map(names) for one in text.paragraphs],
        "contact": f"{agency.name}{OFFICE} {agency.details.get('hotline', '')}".strip(),
    }
    label = Label("spring_announcement", f"{campaign_id}:{announcement_id}", title)
    return _keep(session, ANNOUNCEMENT, context, label, at=at)


def _keep(session: Session, template: str, context: object, label: Label, *, at: datetime) -> Document:
    """Renders and keeps; the same content is the same document, whatever the hour."""
    path = settings.TEMPLATES / template
    filled = cast("Mapping[str, object]", context)
    around = cast("Mapping[str, str]", filled["frame"])
    data = render(path, filled, properties=Properties(title=label.title, author=OFFICE))
    labelled = Label(
        label.kind,
        label.subject_id,
        label.title,
        level=around["mark"],
        template=template,
        template_sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
    )
    return keep(session, data, labelled, at=at)
