"""定期保密檢查計畫: what the paper is filled with, and how it is kept."""

from __future__ import annotations

from typing import TypedDict

from inspection.documents.kind import DocumentKind
from inspection.vocabulary import MarkedAs


class AssessmentFactor(TypedDict):
    """One factor of the situation assessment; the sentences carry their numbers."""

    heading: str
    sentences: list[str]


class PlanUnit(TypedDict):
    """A unit to be inspected. `people` 「主管及經辦14人」."""

    number: int
    name: str
    people: str
    item_count: int


class PlanItem(TypedDict):
    """One inspection item of annex 1. `selection` is 核心, 加強 or 輪替."""

    number: int
    code: str
    category: str
    statement: str
    basis: str
    selection: str


class InspectorItem(TypedDict):
    """One statement that inspectors look at on the spot; `units` where."""

    number: int
    code: str
    category: str
    statement: str
    basis: str
    units: str


class PlanShare(TypedDict):
    """One shared folder of annex 2; `unit` its owner."""

    number: int
    unit: str
    path: str
    scope: str


class Crawl(TypedDict):
    """How the shared folders are read: under which account, how, when, what is left out; and apart, what verification
    of mended faults may read and until when. All '' where the plan has no share read: its annex is left out then."""

    account: str
    method: str
    period: str
    exclusions: str
    recheck_period: str
    recheck_scope: str


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


class OpenCase(TypedDict):
    """A case an earlier campaign left open; `due` its day, '' before it has one."""

    number: str
    unit: str
    severity: str
    due: str


class InspectionPlan(TypedDict):
    """templates/plan/inspection_plan.docx: the eight contents of seed 000 art. 7 (1) 2, with basis and assessment.

    `stress_notes` say of each unit which items are stressed there and why, or that none are.
    """

    title: str
    date: str
    version: str
    legal_bases: list[str]
    assessment: list[AssessmentFactor]
    purposes: list[str]
    item_notes: list[str]
    unit_notes: list[str]
    stress_notes: list[str]
    group_notes: list[str]
    methods: list[str]
    period: str
    schedule: list[PlanStep]
    result_handling: list[str]
    open_cases: list[OpenCase]
    support: list[str]
    effect: str
    units: list[PlanUnit]
    items: list[PlanItem]
    inspector_items: list[InspectorItem]
    shares: list[PlanShare]
    crawl: Crawl
    groups: list[InspectorGroup]
    consulted: str


KIND = DocumentKind(
    id="plan",
    name="定期保密檢查計畫",
    template="plan/inspection_plan.docx",
    context=InspectionPlan,
    mark=MarkedAs.PLAN,
    other_marks=frozenset({MarkedAs.UNANNOUNCED_PLAN}),
    comes_back_signed=True,
    in_open_formats=True,
)
