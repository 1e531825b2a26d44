"""防詐宣導及澄清新聞稿: what the paper is filled with, and how it is kept."""

from __future__ import annotations

from typing import TypedDict

from inspection.documents.kind import DocumentKind
from inspection.vocabulary import MarkedAs


class Announcement(TypedDict):
    """templates/spring/announcement.docx: 防詐 notice or 澄清新聞稿; 〔…〕 is filled in by a person."""

    date: str
    addressee: str
    title: str
    paragraphs: list[str]
    contact: str


KIND = DocumentKind(
    id="spring_announcement",
    name="防詐宣導及澄清新聞稿",
    template="spring/announcement.docx",
    context=Announcement,
    mark=MarkedAs.ANNOUNCEMENT,
)
