"""學校及所屬機關春安檢查表: what the paper is filled with, and how it is kept."""

from __future__ import annotations

from typing import TypedDict

from inspection.documents.kind import DocumentKind
from inspection.vocabulary import MarkedAs


class OutsideForm(TypedDict):
    """templates/spring/outside_form.docx: a form for a school or a body below, which do not use the system."""

    title: str
    name: str
    period: str
    joint: str
    statements: list[str]
    notes: list[str]
    reply_to: str


KIND = DocumentKind(
    id="spring_form",
    name="學校及所屬機關春安檢查表",
    template="spring/outside_form.docx",
    context=OutsideForm,
    mark=MarkedAs.CHECKLIST,
    in_open_formats=True,
)
