"""春安檢查表: what the paper is filled with, and how it is kept."""

from __future__ import annotations

from typing import TypedDict

from inspection.documents.kind import DocumentKind
from inspection.documents.kinds.spring_plan import SafetyLine
from inspection.vocabulary import MarkedAs


class SafetyChecklist(TypedDict):
    """templates/spring/safety_checklist.docx: 春安檢查表 of one unit (or of all), filled in by hand or on screen."""

    title: str
    unit: str
    period: str
    duty_deputy: str
    notes: list[str]
    checks: list[SafetyLine]


KIND = DocumentKind(
    id="spring_checklist",
    name="春安檢查表",
    template="spring/safety_checklist.docx",
    context=SafetyChecklist,
    mark=MarkedAs.CHECKLIST,
)
