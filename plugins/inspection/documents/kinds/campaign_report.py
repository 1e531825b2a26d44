"""成果報告: what the paper is filled with, and how it is kept."""

from __future__ import annotations

from typing import TypedDict

from inspection.documents.charts import ChartData
from inspection.documents.kind import DocumentKind, Tone
from inspection.documents.kinds.plan import AssessmentFactor
from inspection.documents.kinds.unit_report import (
    CrawlCoverage,
    Finding,
    KeyFigure,
    PreviousFinding,
    SuspectedLine,
)
from inspection.vocabulary import MarkedAs


class KeyFigures(TypedDict):
    """The head's first look: confirmed faults, units that have some, shares covered, checklists not returned."""

    faults: KeyFigure
    units: KeyFigure
    crawl: KeyFigure
    returns: KeyFigure


class UnitResult(TypedDict):
    """One unit's line: its confirmed faults by severity, how far the crawl came, its checklist, its own declaration.

    `percent` is 0 to 100 for the bar: its faults beside those of the unit with most; `tone` is that of the gravest.
    """

    name: str
    faults: int
    critical: int
    high: int
    medium: int
    low: int
    crawl: str
    returned: str
    rate: str
    percent: float
    tone: Tone


class CategoryResult(TypedDict):
    """One category, row 4 of the form: asked = conforms + contradicted + nonconforming + not_applicable + blank.

    `faults` are the confirmed findings of the category.
    """

    category: str
    asked: int
    conforms: int
    contradicted: int
    nonconforming: int
    not_applicable: int
    blank: int
    faults: int


class EquipmentCell(TypedDict):
    """How many of one kind a unit has, as text, and below it where and when last looked at."""

    count: str
    note: str


class EquipmentLine(TypedDict):
    """One visited unit in 附表2: a cell for each of the six kinds."""

    unit: str
    holding: EquipmentCell
    covering: EquipmentCell
    destroying: EquipmentCell
    marking: EquipmentCell
    separating: EquipmentCell
    guarding: EquipmentCell


class CampaignReport(TypedDict):
    """templates/report/campaign_report.docx: summary with figures and charts, then 附表1 with its ten rows and
    附表2, the 保密設備清冊 of the units visited, whose last line is the sum; without a visit there is no 附表2.

    `legend` is the whole line below the table of units, 「註：…」; `told_otherwise` are the sums of what was answered
    by numbers, below the table of row 4; `findings_rest` says by unit how many faults are not listed one by one.
    `record_seal` is how many events the record's chain held when the report was compiled, and its newest seal; like
    `date` it is no part of the hash.
    """

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
    first_chart: ChartData
    second_chart: ChartData
    units: list[UnitResult]
    legend: str
    assessment: list[AssessmentFactor]
    categories: list[CategoryResult]
    total: CategoryResult
    told_otherwise: list[str]
    merits: list[str]
    findings: list[Finding]
    findings_rest: list[str]
    not_returned: list[str]
    measures: list[str]
    crawl: CrawlCoverage
    suspected: list[SuspectedLine]
    all_suspected: SuspectedLine
    dismissals: list[str]
    previous: list[PreviousFinding]
    conclusions: list[str]
    consulted: str
    equipment: list[EquipmentLine]
    record_seal: str


KIND = DocumentKind(
    id="campaign_report",
    name="成果報告",
    template="report/campaign_report.docx",
    context=CampaignReport,
    mark=MarkedAs.CAMPAIGN_REPORT,
    comes_back_signed=True,
    in_open_formats=True,
    may_be_omitted=frozenset(
        {f"crawl.{name}" for name in ("shares", "files", "read", "left_out", "unread", "pending")}
    ),
)
