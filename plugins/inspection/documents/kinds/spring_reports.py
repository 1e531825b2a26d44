"""每日狀況回報表: what the paper is filled with, and how it is kept."""

from __future__ import annotations

from typing import TypedDict

from inspection.documents.kind import DocumentKind
from inspection.vocabulary import MarkedAs


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

    title: str
    period: str
    as_of: str
    reports: list[DutyReportLine]
    summary: list[str]
    notes: list[str]
    consulted: str


KIND = DocumentKind(
    id="spring_reports",
    name="每日狀況回報表",
    template="spring/daily_reports.docx",
    context=DutyReports,
    mark=MarkedAs.SPRING_REPORTS,
    in_open_formats=True,
)
