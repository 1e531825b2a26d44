"""陳核簽: what the paper is filled with, and how it is kept."""

from __future__ import annotations

from typing import TypedDict

from inspection.documents.kind import DocumentKind


class PrintedOpinion(TypedDict):
    """One unit in the table on 會辦: what it said, by whom and when, and 採納情形."""

    unit: str
    said: str
    by: str
    adoption: str


class SubmissionBrief(TypedDict):
    """templates/letter/submission_brief.docx: 簽（主旨、說明、擬辦）that lays a plan or report before the head."""

    date: str
    classification: str
    attachments: str
    addressees: list[str]
    subject: str
    explanations: list[str]
    opinions: list[PrintedOpinion]
    proposals: list[str]
    consulted: str


KIND = DocumentKind(
    id="submission_brief",
    name="陳核簽",
    template="letter/submission_brief.docx",
    context=SubmissionBrief,
    mark=None,
    title="{subject}",
)
