"""受檢單位檢查結果: what the paper is filled with, and how it is kept."""

from __future__ import annotations

from typing import TypedDict

from inspection.documents.kind import DocumentKind, Tone
from inspection.vocabulary import MarkedAs


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


KIND = DocumentKind(
    id="unit_report",
    name="受檢單位檢查結果",
    template="report/unit_report.docx",
    context=UnitReport,
    mark=MarkedAs.UNIT_REPORT,
    comes_back_signed=True,
    in_open_formats=True,
    may_be_omitted=frozenset({"findings[].unit"}),
)
