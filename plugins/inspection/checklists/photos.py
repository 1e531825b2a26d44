"""Photographs taken on the spot: laid beside a statement while the record is keyed in, sent and kept with it.

They are looked at behind walls as evidence is, without what a camera writes beside a picture (decision 0046). Nobody
sees them but the group and, once the record was sent, the ethics officers who may read it; no paper, list or mail names
one.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy.orm import Session

from inspection.access.policy import Act
from inspection.audit.events import record
from inspection.checklists.proof_reading import Examined, ProofRefusal
from inspection.checklists.spot import hold_record
from inspection.checklists.spot_reading import looked_at
from inspection.documents.media_types import JPEG, PNG
from inspection.documents.scans import SUFFIX
from inspection.documents.storage import Label, discard, keep
from inspection.errors import Conflict, NotFound
from inspection.language import speak
from inspection.model import Checklist, Document, SpotPhoto
from inspection.model.lifecycle import SpotState
from inspection.store import photos as stored
from inspection.store import spot

KIND = "spot_photo"
TAKEN = frozenset({JPEG, PNG})
MOST_PER_ITEM, MOST_PER_RECORD = 6, 40
ADDED, REMOVED, REFUSED, OPENED = "photo_added", "photo_removed", "photo_refused", "photo_opened"


def refusal_of(examined: Examined) -> ProofRefusal | None:
    """Why a file that was looked at is not taken: of what evidence may be, photographs alone."""
    if examined.refusal is None and examined.media_type not in TAKEN:
        return ProofRefusal.KIND
    return examined.refusal


def add(
    session: Session, checklist_id: str, item_id: str, examined: Examined, *, person_id: str, at: datetime
) -> SpotPhoto:
    """Keeps a photograph that was looked at and not refused; the same one beside the same statement is one.

    Raises NotAllowed, NotFound for a statement not looked at there, Conflict where there are too many or it was sent.
    """
    checklist = _open(session, checklist_id, item_id, person_id, at=at)
    if refusal_of(examined) is not None:
        raise Conflict(speak("此檔案不予收存", "this file is not taken"))
    standing = stored.standing(session, checklist.id)
    own = [one for one in standing if one.item_id == item_id]
    digest = hashlib.sha256(examined.data).hexdigest()
    same = next((one for one in own if one.sha256 == digest), None)
    if same is not None:
        return same
    if len(own) >= MOST_PER_ITEM or len(standing) >= MOST_PER_RECORD:
        raise Conflict(speak("照片張數已達上限", "there are too many photographs"))
    row = SpotPhoto(
        checklist_id=checklist.id,
        item_id=item_id,
        sha256=digest,
        size_bytes=len(examined.data),
        added_by=person_id,
        added_at=at,
    )
    session.add(row)
    session.flush()
    label = Label(kind=KIND, subject_id=f"{checklist.id}:{row.id}", title="照片", media_type=examined.media_type)
    row.document_id = keep(session, examined.data, label, at=at).id
    session.flush()
    _note(session, row, person_id, ADDED, at)
    return row


def note_refused(
    session: Session, checklist_id: str, item_id: str, refusal: ProofRefusal, *, person_id: str, at: datetime
) -> None:
    """That a file was refused, and why; nothing of the file itself is kept."""
    _open(session, checklist_id, item_id, person_id, at=at)
    details: dict[str, object] = {"items": [item_id], "ground": refusal.value}
    record(session, at=at, actor=person_id, subject=("spot_record", checklist_id), action=REFUSED, details=details)


def remove(session: Session, checklist_id: str, photo_id: int, *, person_id: str, at: datetime) -> None:
    """Takes a photograph of a record that was not sent away again, and its file. Twice is once."""
    row = _one(session, checklist_id, photo_id)
    _open(session, checklist_id, row.item_id, person_id, at=at)
    if row.removed_at is not None:
        return
    _note(session, row, person_id, REMOVED, at)
    _wipe(session, row, at)


def open_one(
    session: Session, checklist: Checklist, photo_id: int, *, person_id: str, at: datetime, is_of_group: bool
) -> tuple[SpotPhoto, Document]:
    """A photograph to be handed out; who sees it is noted. Raises NotFound where it is not there any more, and for
    whoever is not of the group before the record was sent."""
    row, kept = _one(session, checklist.id, photo_id), spot.get(session, checklist.id)
    document = session.get(Document, row.document_id) if row.document_id else None
    is_sent = kept is not None and kept.state is not SpotState.DRAFT
    if document is None or row.removed_at is not None or not (is_sent or is_of_group):
        raise NotFound(speak("查無此照片", "there is no such photograph"))
    _note(session, row, person_id, OPENED, at)
    return row, document


def forget(session: Session, campaign_id: str, *, at: datetime) -> None:
    """Wipes the photographs of records that were never sent: what was never said is not kept."""
    for row in stored.unsent(session, campaign_id):
        _wipe(session, row, at)


def file_name(document: Document, row: SpotPhoto) -> str:
    """What a photograph is called when it is saved."""
    return f"照片-{row.item_id}-{row.id}.{SUFFIX.get(document.media_type, 'bin')}"


def _open(session: Session, checklist_id: str, item_id: str, person_id: str, *, at: datetime) -> Checklist:
    checklist = hold_record(session, checklist_id, Act.KEY_SPOT_RECORD, person_id, at=at)
    if all(str(one["id"]) != item_id for one in looked_at(session, checklist)):
        raise NotFound(speak("本單位沒有此檢視項目", "this statement is not looked at here"))
    row = spot.get(session, checklist_id)
    if row is not None and row.state is not SpotState.DRAFT:
        raise Conflict(speak("紀錄已送出，不得再改", "the record was sent; it is changed no more"))
    return checklist


def _one(session: Session, checklist_id: str, photo_id: int) -> SpotPhoto:
    row = session.get(SpotPhoto, photo_id, populate_existing=True)
    if row is None or row.checklist_id != checklist_id:
        raise NotFound(speak("查無此照片", "there is no such photograph"))
    return row


def _wipe(session: Session, row: SpotPhoto, at: datetime) -> None:
    document = session.get(Document, row.document_id) if row.document_id else None
    row.document_id, row.removed_at = None, at
    session.flush()
    if document is not None:
        discard(session, document)


def _note(session: Session, row: SpotPhoto, person_id: str, action: str, at: datetime) -> None:
    details: dict[str, object] = {"items": [row.item_id], "sha256": row.sha256, "document_id": row.document_id or ""}
    record(session, at=at, actor=person_id, subject=("spot_record", row.checklist_id), action=action, details=details)
