"""Where documents are kept: one file per id under the home folder, written whole or not at all.

A file follows its row: of a transaction that is rolled back none stays, and none goes before its end is committed.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath

from sqlalchemy import event
from sqlalchemy.orm import Session

from inspection import settings
from inspection.documents import media_types
from inspection.errors import BadSource, NotFound, SourceUnavailable, system_fault
from inspection.language import speak
from inspection.model import Document
from inspection.store import documents
from inspection.store.durable import lay
from inspection.store.once import insert_once

logger = logging.getLogger(__name__)

NEWEST = 5  # of documents: one lost file proves nothing, five do
DOCX = media_types.DOCX
UNDER_WAY = "inspection.documents.storage"


class Unreadable(SourceUnavailable):
    """The file of a document is there and cannot be read: rights, or the disk. Somebody may mend it."""


@dataclass(frozen=True, slots=True)
class _UnderWay:
    """Files a transaction has written and those it will take away, each with its inode: another's is left alone."""

    written: dict[Path, int] = field(default_factory=dict)
    leaving: dict[Path, int] = field(default_factory=dict)


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
    """Keeps `data`; the same content for the same subject is the same document. File mode 0600.

    Where the transaction is rolled back, or the disk is full (OSError), neither row nor file stays.
    """
    digest = hashlib.sha256(data).hexdigest()
    name = hashlib.sha256(f"{label.kind}\n{label.subject_id}\n{digest}".encode()).hexdigest()[:24]
    path = _path(name)
    fresh = insert_once(
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
    if fresh or not path.exists():
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            inode = lay(path, data)
        except BaseException:
            if fresh:
                session.delete(found)
                session.flush()
            raise
        if fresh:  # else the row is another's, and with it the file
            _under_way(session).written[path] = inode
    _under_way(session).leaving.pop(path, None)
    return found


def _under_way(session: Session) -> _UnderWay:
    found: _UnderWay = session.info.setdefault(UNDER_WAY, _UnderWay())
    return found


@event.listens_for(Session, "after_commit")
def _committed(session: Session) -> None:
    """Takes away what was discarded. Of a savepoint that ends nothing is known for good."""
    if not session.in_nested_transaction():
        ended: _UnderWay = session.info.pop(UNDER_WAY, None) or _UnderWay()
        _take_away(ended.leaving)


@event.listens_for(Session, "after_rollback")
def _rolled_back(session: Session) -> None:
    """Takes away what was written for rows that are not there."""
    if not session.in_nested_transaction():
        ended: _UnderWay = session.info.pop(UNDER_WAY, None) or _UnderWay()
        _take_away(ended.written)


def _take_away(files: Mapping[Path, int]) -> None:
    for path, inode in files.items():
        try:
            if path.stat().st_ino == inode:  # of another inode it is one that somebody has kept since
                path.unlink()
        except FileNotFoundError:
            continue
        except OSError as error:  # the rows are settled: what cannot be taken away must not undo the answer
            logger.warning(
                speak("檔案 %s 無法移除：%s", "file %s cannot be removed: %s"), path.name, system_fault(error)
            )


def missing(session: Session) -> list[str]:
    """Ids of documents on record whose file is not in this machine's folder, newest first."""
    return [one for one in documents.ids(session) if not _path(one).is_file()]


def holds_newest(session: Session) -> bool:
    """Whether any of the newest documents lies in this machine's folder; not, where there is none yet."""
    return any(_path(one).is_file() for one in documents.ids(session, limit=NEWEST))


def require_shared(session: Session) -> None:
    """Raises SourceUnavailable where this machine has none of the newest documents: its folder is not the office's."""
    if documents.ids(session, limit=1) and not holds_newest(session):
        raise SourceUnavailable(
            speak(
                "本機之文件資料夾不是機關共用者；請掛載各主機共用之 INSPECTION_HOME",
                "this machine's documents folder is not the office's; mount the INSPECTION_HOME all machines share",
            )
        )


def discard(session: Session, document: Document) -> None:
    """Takes a document out of storage again that nothing refers to; its file goes when the transaction is committed."""
    path = _path(document.id)
    session.delete(document)
    session.flush()
    try:
        _under_way(session).leaving[path] = path.stat().st_ino
    except FileNotFoundError:
        return


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
