"""春安執行計畫: what the paper is filled with, and how it is kept."""

from __future__ import annotations

from typing import TypedDict

from inspection.documents.kind import DocumentKind
from inspection.documents.kinds.plan import Crawl, InspectorGroup, InspectorItem, OpenCase, PlanItem, PlanShare
from inspection.vocabulary import MarkedAs


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
    inspector_items: list[InspectorItem]
    shares: list[PlanShare]
    crawl: Crawl
    methods: list[str]
    open_cases: list[OpenCase]
    groups: list[InspectorGroup]
    outside_forms: list[OutsideFormAnnex]
    consulted: str


KIND = DocumentKind(
    id="spring_plan",
    name="春安執行計畫",
    template="plan/spring_plan.docx",
    context=SpringPlan,
    mark=MarkedAs.SPRING_PLAN,
    comes_back_signed=True,
    in_open_formats=True,
)
