"""逾期案件簽: what the paper is filled with, and how it is kept."""

from __future__ import annotations

from typing import TypedDict

from inspection.documents.kind import DocumentKind
from inspection.vocabulary import MarkedAs


class OverdueFix(TypedDict):
    """One overdue case in a memorandum; `fact` masked."""

    number: str
    unit: str
    fact: str
    severity: str
    due: str
    days_late: int
    state: str


class EscalationBrief(TypedDict):
    """templates/letter/escalation_brief.docx: 簽（主旨、說明、擬辦）on overdue fixes, to 主任秘書 or the head."""

    date: str
    speed: str
    classification: str
    attachments: str
    addressees: list[str]
    subject: str
    explanations: list[str]
    fixes: list[OverdueFix]
    proposals: list[str]
    consulted: str


KIND = DocumentKind(
    id="escalation_brief",
    name="逾期案件簽",
    template="letter/escalation_brief.docx",
    context=EscalationBrief,
    mark=MarkedAs.ESCALATION_BRIEF,
    title="{subject}",
)
