"""What each template is filled with: a TypedDict per document, of plain text and numbers, dates already in words."""

from __future__ import annotations

from typing import Literal, TypedDict

from inspection.documents.charts import ChartData

Tone = Literal["good", "fair", "poor", "none"]


class Frame(TypedDict):
    """What stands around every page. An empty text prints nothing; without a mark there is no red box.

    `mark` 密, `declassification` 「解密條件：…」, `copy_number` 「第 3 號（共 5 份）」, `identifier` the short code
    XXXX-XXXX that binds paper to content, `watermark` 機敏資料, `hotline` 「廉政專線：…」,
    `code` what the QR code in the foot holds (`paper_code.payload`).
    """

    mark: str
    declassification: str
    copy_number: str
    identifier: str
    watermark: str
    hotline: str
    code: str


class AssessmentFactor(TypedDict):
    """One factor of the situation assessment; the sentences carry their numbers."""

    heading: str
    sentences: list[str]


class PlanUnit(TypedDict):
    """A unit to be inspected. `people` 「主管及經辦 14 人」, `stress` the items stressed there and why."""

    number: int
    name: str
    people: str
    item_count: int
    stress: str


class PlanItem(TypedDict):
    """One inspection item of annex 1. `selection` is 核心, 加強 or 輪替."""

    number: int
    code: str
    category: str
    statement: str
    basis: str
    selection: str


class PlanShare(TypedDict):
    """One shared folder of annex 2; `unit` its owner."""

    number: int
    unit: str
    path: str
    scope: str


class Crawl(TypedDict):
    """How the shared folders are read: under which account, how, when, and what is left out."""

    account: str
    method: str
    period: str
    exclusions: str


class InspectorGroup(TypedDict):
    """One group of annex 3; `note` holds 迴避 and 無法輪替."""

    number: str
    leader: str
    members: str
    units: str
    note: str


class PlanStep(TypedDict):
    """One line of the timetable."""

    period: str
    work: str
    responsible: str


class InspectionPlan(TypedDict):
    """templates/plan/inspection_plan.docx: the eight contents of seed 000 art. 7 (1) 2, with basis and assessment."""

    frame: Frame
    agency: str
    office: str
    title: str
    date: str
    version: str
    legal_bases: list[str]
    assessment: list[AssessmentFactor]
    purposes: list[str]
    item_notes: list[str]
    unit_notes: list[str]
    group_notes: list[str]
    methods: list[str]
    period: str
    schedule: list[PlanStep]
    result_handling: list[str]
    support: list[str]
    units: list[PlanUnit]
    items: list[PlanItem]
    shares: list[PlanShare]
    crawl: Crawl
    groups: list[InspectorGroup]
    consulted: str


class Question(TypedDict):
    """One statement of a checklist, to be answered 符合, 不符合 or 不適用; `code` is the item's code, DOC-001."""

    code: str
    category: str
    statement: str
    basis: str


class UnitChecklist(TypedDict):
    """templates/checklist/unit_checklist.docx: the form one unit fills in; at most 25 questions."""

    frame: Frame
    agency: str
    office: str
    title: str
    unit: str
    form_number: str
    version: int
    period: str
    due: str
    instructions: list[str]
    questions: list[Question]


class Finding(TypedDict):
    """One fault. `fact` is masked; `severity` in words; `tone` colours it; `deadline` a date in words."""

    number: str
    unit: str
    item: str
    fact: str
    severity: str
    tone: Tone
    basis: str
    deadline: str
    remedy: str


class CrawlCoverage(TypedDict):
    """What the crawl read and what it could not read; figures printed as given, with thousands separators."""

    shares: str
    files: str
    read: str
    unread: str
    suspected: str
    confirmed: str
    dismissed: str
    notes: list[str]


class PreviousFinding(TypedDict):
    """How a fault of the last inspection stands today."""

    number: str
    unit: str
    fact: str
    state: str


class UnitReport(TypedDict):
    """templates/report/unit_report.docx: what one unit is told of its own inspection."""

    frame: Frame
    agency: str
    office: str
    title: str
    unit: str
    number: str
    date: str
    period: str
    inspectors: str
    accompanied_by: str
    checked: int
    conforms: int
    faults: int
    not_applicable: int
    summary: list[str]
    merits: list[str]
    findings: list[Finding]
    measures: list[str]
    previous: list[PreviousFinding]
    crawl: CrawlCoverage
    reply_by: str
    consulted: str


class KeyFigure(TypedDict):
    """A figure in large type with its unit and what it counts."""

    number: str
    unit: str
    label: str


class KeyFigures(TypedDict):
    """The four figures below the cover band; the first two are printed in blue, the last two in red."""

    conformity: KeyFigure
    change: KeyFigure
    faults: KeyFigure
    open: KeyFigure


class UnitResult(TypedDict):
    """One unit's line in the campaign report. `rate` 「95.2%」, `percent` the same as a number 0 to 100 for the bar."""

    name: str
    checked: int
    conforms: int
    faults: int
    rate: str
    percent: float
    tone: Tone


class CategoryResult(TypedDict):
    """Results of one category of items, row 4 of the report form."""

    category: str
    checked: int
    conforms: int
    faults: int
    not_applicable: int


class CampaignReport(TypedDict):
    """templates/report/campaign_report.docx: summary with figures and charts, then 附表1 with its ten rows.

    `legend` is the whole line below the table of units, 「註：…」.
    """

    frame: Frame
    agency: str
    office: str
    title: str
    campaign: str
    date: str
    period: str
    plan_approval: str
    inspectors: str
    accompanied_by: str
    units_and_people: str
    items_and_methods: list[str]
    key_figures: KeyFigures
    overview: list[str]
    faults_by_category: ChartData
    second_chart: ChartData
    units: list[UnitResult]
    legend: str
    assessment: list[AssessmentFactor]
    categories: list[CategoryResult]
    total: CategoryResult
    merits: list[str]
    findings: list[Finding]
    measures: list[str]
    crawl: CrawlCoverage
    previous: list[PreviousFinding]
    conclusions: list[str]
    consulted: str


class OverdueFix(TypedDict):
    """One overdue case in a memorandum; `fact` masked."""

    number: str
    unit: str
    fact: str
    severity: str
    due: str
    days_late: int
    state: str


class EscalationBrief(TypedDict):
    """templates/letter/escalation_brief.docx: 簽（主旨、說明、擬辦）on overdue fixes, to 主任秘書 or the head."""

    frame: Frame
    agency: str
    office: str
    date: str
    number: str
    speed: str
    classification: str
    attachments: str
    addressee: str
    subject: str
    explanations: list[str]
    fixes: list[OverdueFix]
    proposals: list[str]
    consulted: str


class PrintedOpinion(TypedDict):
    """One unit in the table on 會辦: what it said, by whom and when, and 採納情形."""

    unit: str
    said: str
    by: str
    adoption: str


class SubmissionBrief(TypedDict):
    """templates/letter/submission_brief.docx: 簽（主旨、說明、擬辦）that lays a plan or report before the head."""

    frame: Frame
    agency: str
    office: str
    date: str
    classification: str
    attachments: str
    addressee: str
    subject: str
    explanations: list[str]
    opinions: list[PrintedOpinion]
    proposals: list[str]
    consulted: str


class NoticeSlip(TypedDict):
    """templates/letter/notice_slip.docx: 便簽 with a notice number and the portal's address to be typed in."""

    frame: Frame
    agency: str
    office: str
    date: str
    recipient: str
    notice_number: str
    subject: str
    paragraphs: list[str]
    portal_address: str
    reply_by: str
    contact: str


DayLook = Literal["none", "plain", "closed", "makeup", "period", "period_closed", "due"]


class YearDay(TypedDict):
    """One of 31 cells of a month; `number` and `weekday` are empty and `look` none for a day the month has not."""

    number: str
    weekday: str
    look: DayLook


class YearEntry(TypedDict):
    """One thing due: `when` 11/2 or 1/28–2/11."""

    when: str
    what: str


class YearMonth(TypedDict):
    """One row of the year; `name` 十一月. An entry stands in the month in which it begins."""

    name: str
    days: list[YearDay]
    entries: list[YearEntry]


class YearCalendar(TypedDict):
    """templates/calendar/year_calendar.docx: the year on one A3 page. `basis` says what its working days rest on."""

    frame: Frame
    agency: str
    office: str
    title: str
    date: str
    basis: str
    months: list[YearMonth]
    notes: list[str]


class HandoverRow(TypedDict):
    """One thing handed over: a number, a unit, a date, never contents."""

    number: int
    words: str
    due: str
    taker: str


class HandoverKind(TypedDict):
    """All things of one kind; `measure` 件, 份, 項."""

    name: str
    count: int
    measure: str
    lines: list[HandoverRow]


class HandoverList(TypedDict):
    """templates/handover/handover_list.docx: 移交清冊 of one handover, signed by giver, taker and witness.

    `scope` is a unit's name or 全部經管事項; the people stand with unit, title and name.
    """

    frame: Frame
    agency: str
    office: str
    title: str
    number: str
    date: str
    effective_on: str
    scope: str
    reason: str
    giver: str
    taker: str
    witness: str
    kinds: list[HandoverKind]
    total: int
    notes: list[str]


class CaseSheet(TypedDict):
    """templates/awareness/case_sheet.docx: a case from our own faults; it names no unit, file or count."""

    frame: Frame
    agency: str
    office: str
    title: str
    date: str
    theme: str
    cause: str
    explanation: str
    scenes: list[str]
    bases: list[str]
    practice: list[str]
    closing: str


# Fields a template need not print: the linter takes any other that is missing for a fault.
MAY_BE_OMITTED: dict[str, frozenset[str]] = {"report/unit_report.docx": frozenset({"findings[].unit"})}
CONTEXTS: dict[str, type] = {
    "plan/inspection_plan.docx": InspectionPlan,
    "checklist/unit_checklist.docx": UnitChecklist,
    "report/unit_report.docx": UnitReport,
    "report/campaign_report.docx": CampaignReport,
    "letter/escalation_brief.docx": EscalationBrief,
    "letter/submission_brief.docx": SubmissionBrief,
    "letter/notice_slip.docx": NoticeSlip,
    "calendar/year_calendar.docx": YearCalendar,
    "handover/handover_list.docx": HandoverList,
    "awareness/case_sheet.docx": CaseSheet,
}
