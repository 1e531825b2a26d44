"""Where documents are kept: one file per id under the home folder, written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from sqlalchemy.orm import Session

from inspection import settings
from inspection.documents import media_types
from inspection.errors import BadSource, NotFound, SourceUnavailable, system_fault
from inspection.language import speak
from inspection.model import Document
from inspection.store import documents
from inspection.store.once import insert_once

NEWEST = 5  # of documents: one lost file proves nothing, five do
DOCX = media_types.DOCX


class Unreadable(SourceUnavailable):
    """The file of a document is there and cannot be read: rights, or the disk. Somebody may mend it."""


@dataclass(frozen=True, slots=True)
class Label:
    """What a document is: kind, the record it belongs to, its title, media type, proposed level and template."""

    kind: str
    subject_id: str
    title: str
    media_type: str = DOCX
    level: str = ""
    template: str = ""
    template_sha256: str = ""


def place_of(document_id: str) -> PurePosixPath:
    """Where a document lies below the documents folder."""
    return PurePosixPath(document_id[-2:], document_id)


def _path(document_id: str) -> Path:
    return settings.get().documents_folder / place_of(document_id)


def keep(session: Session, data: bytes, label: Label, *, at: datetime) -> Document:
    """Keeps `data`; the same content for the same subject is the same document. File mode 0600."""
    digest = hashlib.sha256(data).hexdigest()
    name = hashlib.sha256(f"{label.kind}\n{label.subject_id}\n{digest}".encode()).hexdigest()[:24]
    path = _path(name)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    insert_once(
        session,
        Document,
        {
            "id": name,
            "kind": label.kind,
            "subject_id": label.subject_id,
            "title": label.title,
            "media_type": label.media_type,
            "sha256": digest,
            "size_bytes": len(data),
            "template": label.template,
            "template_sha256": label.template_sha256,
            "level": label.level,
            "made_at": at,
        },
        keys=["id"],
    )
    found = session.get(Document, name)
    if found is None:
        raise NotFound(speak(f"文件 {name} 無法保存", f"document {name} could not be kept"))
    return found


def missing(session: Session) -> list[str]:
    """Ids of documents on record whose file is not in this machine's folder, newest first."""
    return [one for one in documents.ids(session) if not _path(one).is_file()]


def require_shared(session: Session) -> None:
    """Raises SourceUnavailable where this machine has none of the newest documents: its folder is not the office's."""
    newest = documents.ids(session, limit=NEWEST)
    if newest and not any(_path(one).is_file() for one in newest):
        raise SourceUnavailable(
            speak(
                "本機之文件資料夾不是機關共用者；請掛載各主機共用之 INSPECTION_HOME",
                "this machine's documents folder is not the office's; mount the INSPECTION_HOME all machines share",
            )
        )


def discard(session: Session, document: Document) -> None:
    """Takes a document out of storage again that nothing refers to: another maker of the same copy was first."""
    _path(document.id).unlink(missing_ok=True)
    session.delete(document)
    session.flush()


def read_document(document: Document) -> bytes:
    """The bytes of a kept document.

    Raises SourceUnavailable where the file is not in this machine's documents folder: another machine may have it, or
    the folder may be mounted again; Unreadable where the system refuses it. BadSource where it was changed.
    """
    try:
        data = _path(document.id).read_bytes()
    except FileNotFoundError:
        raise SourceUnavailable(
            speak(
                f"文件 {document.id} 之檔案不在本機之文件資料夾；請確認各主機掛載同一 INSPECTION_HOME，或自備份還原",
                f"the file of document {document.id} is not in this machine's documents folder; mount the same"
                " INSPECTION_HOME everywhere, or restore it from the backup",
            )
        ) from None
    except OSError as error:
        raise Unreadable(
            speak(
                f"文件 {document.id} 無法讀取：{system_fault(error)}",
                f"document {document.id} cannot be read: {system_fault(error)}",
            )
        ) from None
    if hashlib.sha256(data).hexdigest() != document.sha256:
        raise BadSource(
            speak(f"文件 {document.id} 與保存時不符", f"document {document.id} is not what was kept"),
            remedy=speak("請自備份還原文件資料夾", "restore the documents folder from the backup"),
        )
    return data
