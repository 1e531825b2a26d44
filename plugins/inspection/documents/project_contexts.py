"""What the templates of a project are filled with: plan, 切結書, closing review, and the letter on it."""

from __future__ import annotations

from typing import TypedDict

from inspection.documents.contexts import Crawl, Frame, PlanShare


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

    frame: Frame
    office: str
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


class Pledge(TypedDict):
    """templates/letter/pledge.docx: 保密切結書 of one person in the know, with blanks to be signed."""

    frame: Frame
    agency: str
    office: str
    title: str
    date: str
    code_name: str
    body: str
    name: str
    role: str
    since: str
    promises: list[str]


class HitCount(TypedDict):
    """疑似事項 of one category, by state."""

    category: str
    open: int
    confirmed: int
    dismissed: int
    self_improved: int


class ListChange(TypedDict):
    """One person added to or released from the 知悉人員名冊 after the plan was approved."""

    date: str
    change: str
    body: str
    name: str
    role: str


class ClosingReview(TypedDict):
    """templates/report/closing_review.docx: 檢討改進意見: what was planned, what happened, what is to be better."""

    frame: Frame
    office: str
    title: str
    date: str
    code_name: str
    kind: str
    owner: str
    planned: list[str]
    pledges: list[str]
    dates: list[str]
    crawl: list[str]
    hits: list[HitCount]
    changes: list[ListChange]
    opinion: list[str]
    conclusions: list[str]


class Submission(TypedDict):
    """templates/letter/project_submission.docx: 函稿 to the superior; never sent by the system."""

    frame: Frame
    agency: str
    office: str
    date: str
    register: str
    recipient: str
    classification: str
    attachments: str
    subject: str
    explanations: list[str]


PROJECT_CONTEXTS: dict[str, type] = {
    "plan/project_plan.docx": ProjectPlan,
    "letter/pledge.docx": Pledge,
    "report/closing_review.docx": ClosingReview,
    "letter/project_submission.docx": Submission,
}
