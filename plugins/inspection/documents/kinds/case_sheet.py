"""宣導案例: what the paper is filled with, and how it is kept."""

from __future__ import annotations

from typing import TypedDict

from inspection.documents.kind import DocumentKind
from inspection.vocabulary import MarkedAs


class CaseSheet(TypedDict):
    """templates/awareness/case_sheet.docx: a case from our own faults; it names no unit, file or count."""

    title: str
    date: str
    theme: str
    cause: str
    explanation: str
    scenes: list[str]
    bases: list[str]
    practice: list[str]
    closing: str


KIND = DocumentKind(
    id="case_sheet",
    name="宣導案例",
    template="awareness/case_sheet.docx",
    context=CaseSheet,
    mark=MarkedAs.CASE_SHEET,
)
