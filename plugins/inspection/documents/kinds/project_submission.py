"""專案陳報函稿: what the paper is filled with, and how it is kept."""

from __future__ import annotations

from typing import TypedDict

from inspection.documents.kind import DocumentKind


class Submission(TypedDict):
    """templates/letter/project_submission.docx: 函稿 to the superior; never sent by the system.

    `signer` is the head in whose name it goes, `contact` who answers questions.
    """

    date: str
    register: str
    recipient: str
    classification: str
    attachments: str
    subject: str
    explanations: list[str]
    contact: str
    signer: str


KIND = DocumentKind(
    id="project_submission",
    name="專案陳報函稿",
    template="letter/project_submission.docx",
    context=Submission,
    mark=None,
    title="{campaign}陳報函稿",
)
