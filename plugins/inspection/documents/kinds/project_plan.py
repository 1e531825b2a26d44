"""專案機密維護計畫: what the paper is filled with, and how it is kept."""

from __future__ import annotations

from typing import TypedDict

from inspection.documents.kind import DocumentKind
from inspection.documents.kinds.plan import Crawl, PlanShare
from inspection.vocabulary import MarkedAs


class ProjectStage(TypedDict):
    """One line of the 分工表."""

    number: int
    stage: str
    leak_point: str
    precaution: str
    lead: str
    support: str
    period: str


class ListedPerson(TypedDict):
    """One line of the 知悉人員名冊; `note` says 外部人員."""

    number: int
    body: str
    name: str
    role: str
    since: str
    note: str


class ProjectPlan(TypedDict):
    """templates/plan/project_plan.docx: the six contents of seed 000 art. 6; only here stands the real name.

    `title` bears the code name alone: files are named after it.
    """

    title: str
    date: str
    version: str
    code_name: str
    real_name: str
    kind: str
    owner: str
    basis: list[str]
    period: list[str]
    assessment: list[str]
    precautions: list[str]
    division: list[str]
    closing: list[str]
    stages: list[ProjectStage]
    people: list[ListedPerson]
    shares: list[PlanShare]
    crawl: Crawl
    consulted: str


KIND = DocumentKind(
    id="project_plan",
    name="專案機密維護計畫",
    template="plan/project_plan.docx",
    context=ProjectPlan,
    mark=MarkedAs.PROJECT_PLAN,
    comes_back_signed=True,
    in_open_formats=True,
)
