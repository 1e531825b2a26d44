"""成果報告: what the paper is filled with, and how it is kept."""

from __future__ import annotations

from typing import TypedDict

from inspection.documents.charts import ChartData
from inspection.documents.kind import DocumentKind, Tone
from inspection.documents.kinds.plan import AssessmentFactor
from inspection.documents.kinds.unit_report import CrawlCoverage, Finding, PreviousFinding
from inspection.vocabulary import MarkedAs


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


KIND = DocumentKind(
    id="campaign_report",
    name="成果報告",
    template="report/campaign_report.docx",
    context=CampaignReport,
    mark=MarkedAs.CAMPAIGN_REPORT,
    comes_back_signed=True,
    in_open_formats=True,
)
