"""保密切結書: what the paper is filled with, and how it is kept."""

from __future__ import annotations

from typing import TypedDict

from inspection.documents.kind import DocumentKind
from inspection.vocabulary import MarkedAs


class Pledge(TypedDict):
    """templates/letter/pledge.docx: 保密切結書 of one person in the know, with blanks to be signed."""

    title: str
    date: str
    code_name: str
    body: str
    name: str
    role: str
    since: str
    promises: list[str]


KIND = DocumentKind(
    id="pledge",
    name="保密切結書",
    template="letter/pledge.docx",
    context=Pledge,
    mark=MarkedAs.PLEDGE,
    title="{title}第{entry}號",
)
