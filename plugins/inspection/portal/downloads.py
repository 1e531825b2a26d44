"""A kept document as a file to be saved: as Word, or as the copy in another format where it has been made."""

from __future__ import annotations

from inspection.campaigns import package as packaging
from inspection.documents.storage import DOCX, read_document
from inspection.errors import NotFound
from inspection.language import speak
from inspection.model import Approval, Document
from inspection.portal.guard import Visit
from inspection.portal.responses import Download
from inspection.rules import catalogue
from inspection.store import documents


def formats(visit: Visit, document_id: str | None) -> list[str]:
    """Formats beside Word in which a document can be had now, `odt` and `pdf`."""
    return sorted(documents.copies(visit.session, document_id)) if document_id else []


def download(visit: Visit, kept: Document, target: str) -> Download:
    """The document, or its copy in `target`; raises NotFound for a copy that is not made yet: no request converts."""
    if target:
        kept = documents.copies(visit.session, kept.id).get(target) or _not_yet(target)
    name = f"{kept.title}.docx" if kept.media_type == DOCX else kept.title
    return Download(read_document(kept), kept.media_type, name)


def package(visit: Visit, approval: Approval) -> Download:
    """The 簽稿 package in one file; raises NotFound while a copy of the main document is not made yet."""
    made = packaging.package_of(visit.session, approval, catalogue=catalogue.current(), at=visit.at)
    if made.missing:
        _not_yet(made.missing[0])
    return Download(made.as_zip(), "application/zip", f"{made.name}.zip")


def _not_yet(target: str) -> Document:
    raise NotFound(speak(f"此文件尚無 {target[:10].upper()} 檔", f"there is no {target[:10]} of this document yet"))
