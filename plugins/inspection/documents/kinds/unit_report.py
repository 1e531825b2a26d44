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


class KeyFigure(TypedDict):
    """A figure in large type with its unit, what it counts, and in small type what belongs to it."""

    number: str
    unit: str
    label: str
    note: str


class UnitKeyFigures(TypedDict):
    """What was found, how far the crawl came, what the unit declared, and what of it was verified."""

    faults: KeyFigure
    crawl: KeyFigure
    declared: KeyFigure
    verified: KeyFigure


class CrawlCoverage(TypedDict):
    """How far the crawl came: files = read + left_out + unread + pending; figures printed as given.

    `lines` say it in sentences, `notes` name the shares that are exceptions. Where no crawl runs in a kind of
    campaign the figures are '' and `lines` say so.
    """

    shares: str
    files: str
    read: str
    left_out: str
    unread: str
    pending: str
    lines: list[str]
    notes: list[str]


class SuspectedLine(TypedDict):
    """What became of what was suspected: all = confirmed + self_improved + dismissed + undecided."""

    unit: str
    all: int
    confirmed: int
    self_improved: int
    dismissed: int
    undecided: int


class PreviousFinding(TypedDict):
    """How a fault of the last inspection stands today."""

    number: str
    unit: str
    fact: str
    state: str


class RegisterPart(TypedDict):
    """Some of the faults of the annex, the gravest first, under the line that says which."""

    heading: str
    findings: list[Finding]


class UnitReport(TypedDict):
    """templates/report/unit_report.docx: what one unit is told of its own inspection.

    Where there are more faults than a paper bears, `findings` are the gravest, `findings_rest` counts the others and
    `register` is the annex that names every one, its remedies said once by category; else all three are empty.
    `not_returned` says that its checklist is not in; `replies` by when it answers and mends.
    """

    title: str
    unit: str
    number: str
    date: str
    period: str
    inspectors: str
    accompanied_by: str
    key_figures: UnitKeyFigures
    summary: list[str]
    merits: list[str]
    findings: list[Finding]
    findings_rest: list[str]
    register: list[RegisterPart]
    register_remedies: list[str]
    not_returned: list[str]
    measures: list[str]
    replies: list[str]
    previous: list[PreviousFinding]
    crawl: CrawlCoverage
    suspected: SuspectedLine
    remark: str


KIND = DocumentKind(
    id="unit_report",
    name="受檢單位檢查結果",
    template="report/unit_report.docx",
    context=UnitReport,
    mark=MarkedAs.UNIT_REPORT,
    comes_back_signed=True,
    in_open_formats=True,
    may_be_omitted=frozenset(
        {
            "findings[].unit",
            "register[].findings[].unit",
            "register[].findings[].remedy",
            "suspected.unit",
            "crawl.lines",
            "crawl.lines[]",
        }
    ),
)
