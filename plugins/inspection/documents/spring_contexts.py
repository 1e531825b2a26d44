"""What the templates of the Spring-Festival campaign are filled with: plan, checklist, outside form, reports, texts."""

from __future__ import annotations

from typing import TypedDict

from inspection.documents.contexts import Crawl, Frame, InspectorGroup, PlanItem, PlanShare


class SpringPoint(TypedDict):
    """One numbered sentence and those counted under it."""

    text: str
    under: list[str]


class SpringPart(TypedDict):
    """One part of 執行重點."""

    heading: str
    points: list[SpringPoint]


class SpringContact(TypedDict):
    """One line of 通信聯絡; `emergency` 「緊急」 or empty."""

    who: str
    kind: str
    telephone: str
    note: str
    emergency: str


class DutyLine(TypedDict):
    """One shift of annex 1: `day` 1/28（四）, `hours` 22時至翌日8時."""

    day: str
    hours: str
    post: str
    person: str
    deputy: str
    telephone: str


class KeyTarget(TypedDict):
    """One line of annex 2."""

    name: str
    kind: str
    place: str
    responsible: str
    measures: str


class DivisionLine(TypedDict):
    """One line of annex 3."""

    work: str
    lead: str
    support: str
    period: str


class SafetyLine(TypedDict):
    """One line of the safety checklist; `units` for whom, empty for all."""

    category: str
    statement: str
    units: str


class OutsideFormAnnex(TypedDict):
    """A form for schools or 所屬 as it stands in the plan; the form itself is a document of its own."""

    name: str
    joint: str
    statements: list[str]


class SpringPlan(TypedDict):
    """templates/plan/spring_plan.docx: the headings of seed 003 in their order, and eight annexes."""

    frame: Frame
    agency: str
    office: str
    title: str
    date: str
    version: str
    bases: list[str]
    purposes: list[str]
    tasks: list[SpringPoint]
    period: list[str]
    parts: list[SpringPart]
    situation: list[SpringPoint]
    coordination: list[str]
    communication: list[str]
    effect: str
    contacts: list[SpringContact]
    duty: list[DutyLine]
    key_targets: list[KeyTarget]
    division: list[DivisionLine]
    safety_checks: list[SafetyLine]
    items: list[PlanItem]
    shares: list[PlanShare]
    crawl: Crawl
    methods: list[str]
    groups: list[InspectorGroup]
    outside_forms: list[OutsideFormAnnex]
    consulted: str


class SafetyChecklist(TypedDict):
    """templates/spring/safety_checklist.docx: 春安檢查表 of one unit (or of all), filled in by hand or on screen."""

    frame: Frame
    agency: str
    office: str
    title: str
    unit: str
    period: str
    duty_deputy: str
    notes: list[str]
    checks: list[SafetyLine]


class OutsideForm(TypedDict):
    """templates/spring/outside_form.docx: a form for a school or a body below, which do not use the system."""

    frame: Frame
    agency: str
    office: str
    title: str
    name: str
    period: str
    joint: str
    statements: list[str]
    notes: list[str]
    reply_to: str


class DutyReportLine(TypedDict):
    """One report: `situation` 有, 無 or 未回報; `reporter` with 電話 where it came by telephone; `late` in words."""

    day: str
    hours: str
    unit: str
    situation: str
    summary: str
    reporter: str
    reported: str
    late: str


class DutyReports(TypedDict):
    """templates/spring/daily_reports.docx: 每日狀況回報表, and what the days came to once the window is over."""

    frame: Frame
    agency: str
    office: str
    title: str
    period: str
    as_of: str
    reports: list[DutyReportLine]
    summary: list[str]
    notes: list[str]
    consulted: str


class Announcement(TypedDict):
    """templates/spring/announcement.docx: 防詐 notice or 澄清新聞稿; 〔…〕 is filled in by a person."""

    frame: Frame
    agency: str
    office: str
    date: str
    addressee: str
    title: str
    paragraphs: list[str]
    contact: str


SPRING_CONTEXTS: dict[str, type] = {
    "plan/spring_plan.docx": SpringPlan,
    "spring/safety_checklist.docx": SafetyChecklist,
    "spring/outside_form.docx": OutsideForm,
    "spring/daily_reports.docx": DutyReports,
    "spring/announcement.docx": Announcement,
}
