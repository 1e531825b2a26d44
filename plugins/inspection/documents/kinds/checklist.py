"""公務機密維護檢查表: what the paper is filled with, and how it is kept."""

from __future__ import annotations

from typing import TypedDict

from inspection.documents.kind import DocumentKind
from inspection.vocabulary import MarkedAs


class Question(TypedDict):
    """One statement of a checklist, to be answered 符合, 不符合 or 不適用; `code` is the item's code, DOC-001."""

    code: str
    category: str
    statement: str
    basis: str


class UnitChecklist(TypedDict):
    """templates/checklist/unit_checklist.docx: the form one unit fills in; at most 25 questions."""

    title: str
    unit: str
    form_number: str
    version: int
    period: str
    due: str
    instructions: list[str]
    questions: list[Question]


KIND = DocumentKind(
    id="checklist",
    name="公務機密維護檢查表",
    template="checklist/unit_checklist.docx",
    context=UnitChecklist,
    mark=MarkedAs.CHECKLIST,
    title="{title}（{unit}）",
)
