"""ODT and PDF beside every plan and report: made once per document, outside of any request (docs/decisions/0009)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

from sqlalchemy.orm import Session

from inspection.documents import media_types
from inspection.documents.convert import convert_all
from inspection.documents.kinds import register
from inspection.documents.storage import DOCX, Label, discard, keep, read_document
from inspection.errors import BadSource, SourceUnavailable
from inspection.language import speak
from inspection.model import Document, DocumentCopy
from inspection.store import documents
from inspection.store.once import insert_once

Scope = Callable[[], AbstractContextManager[Session]]
ODT, PDF = media_types.ODT, media_types.PDF
TARGETS = {"odt": ODT, "pdf": PDF}
_MEDIA = {**TARGETS, "xlsx": media_types.XLSX}  # a form is written in both by whoever issues it, never converted
AT_ONCE = 20  # measured: one document 1.2 s, twenty in one run 4.2 s

logger = logging.getLogger(__name__)


def make_copies(scope: Scope, *, at: datetime, limit: int = AT_ONCE) -> int:
    """Makes the copies that are missing, at most `limit` documents per format; returns how many were made.

    LibreOffice runs outside of any transaction. A document it cannot read is left out and named in the log by its id;
    the others are made. Raises SourceUnavailable where LibreOffice is absent or does not end, and, once the others are
    made, where a document's file is not on this machine: another one may have it.
    """
    elsewhere: list[SourceUnavailable] = []
    made = sum(_make(scope, target, elsewhere, at=at, limit=limit) for target in TARGETS)
    if elsewhere:
        raise elsewhere[0]
    return made


def copies_of(scope: Scope, document_id: str, *, at: datetime) -> dict[str, Document]:
    """Both copies of one document, made now where they are missing; for a command, never for a request."""
    for target in TARGETS:
        with scope() as session:
            missing = target not in documents.copies(session, document_id)
            data = read_document(session.get_one(Document, document_id)) if missing else b""
        if missing:
            _keep(scope, document_id, target, convert_all([data], target)[0], at=at)
    with scope() as session:
        return documents.copies(session, document_id)


def _make(scope: Scope, target: str, elsewhere: list[SourceUnavailable], *, at: datetime, limit: int) -> int:
    sources: dict[str, bytes] = {}
    with scope() as session:
        for document_id in documents.without_copy(session, _kinds(), DOCX, target, limit=limit):
            try:
                sources[document_id] = read_document(session.get_one(Document, document_id))
            except SourceUnavailable as error:
                elsewhere.append(error)
            except BadSource as error:
                logger.warning(
                    speak("文件 %s 未產生 %s 檔：%s", "document %s has no %s: %s"), document_id, target, error
                )
    if not sources:
        return 0
    made = _convert(sources, target)
    return sum(_keep(scope, document_id, target, data, at=at) for document_id, data in made.items())


def _kinds() -> frozenset[str]:
    """What leaves the house as a file, in the government's editable standard and the unchangeable form."""
    return frozenset(kind.id for kind in register().values() if kind.in_open_formats)


def _convert(sources: dict[str, bytes], target: str) -> dict[str, bytes]:
    """All in one run; where one cannot be read, each by itself."""
    try:
        return dict(zip(sources, convert_all(list(sources.values()), target), strict=True))
    except BadSource as error:
        if len(sources) == 1:
            logger.warning(speak("文件 %s 未產生 %s 檔：%s", "document %s has no %s: %s"), *sources, target, error)
            return {}
    found: dict[str, bytes] = {}
    for document_id, data in sources.items():
        found |= _convert({document_id: data}, target)
    return found


def _keep(scope: Scope, document_id: str, target: str, data: bytes, *, at: datetime) -> bool:
    with scope() as session:
        return keep_copy(session, session.get_one(Document, document_id), target, data, at=at)


def keep_copy(session: Session, source: Document, target: str, data: bytes, *, at: datetime) -> bool:
    """Keeps one copy (`odt`, `pdf` or `xlsx`) beside its document; False where another maker was first, whose stays."""
    label = Label(
        kind=f"{source.kind}_{target}",
        subject_id=source.subject_id,
        title=f"{source.title}.{target}",
        media_type=_MEDIA[target],
        level=source.level,
        template=source.template,
        template_sha256=source.template_sha256,
    )
    copy = keep(session, data, label, at=at)
    row = {"document_id": source.id, "target": target, "copy_id": copy.id, "made_at": at}
    fresh = insert_once(session, DocumentCopy, row, keys=["document_id", "target"])
    if not fresh and documents.copies(session, source.id)[target].id != copy.id:
        discard(session, copy)
    return fresh
