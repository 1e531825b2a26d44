"""專案檢討改進意見: what the paper is filled with, and how it is kept."""

from __future__ import annotations

from typing import TypedDict

from inspection.documents.kind import DocumentKind
from inspection.vocabulary import MarkedAs


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


KIND = DocumentKind(
    id="closing_review",
    name="專案檢討改進意見",
    template="report/closing_review.docx",
    context=ClosingReview,
    mark=MarkedAs.CLOSING_REVIEW,
    title="{title}（代號{code_name}）",
    comes_back_signed=True,
)
