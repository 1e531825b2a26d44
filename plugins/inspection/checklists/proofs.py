"""Evidence by upload: laid beside an answer, sent with the next return whichever way that comes, kept as long as it.

What is not sent yet can be taken away, and then its file is gone; what was sent stays with the returns it went with.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from inspection.audit.events import record
from inspection.checklists import draft
from inspection.checklists.entering import hold
from inspection.checklists.file_names import handed_out
from inspection.checklists.proof_reading import Examined, ProofRefusal
from inspection.documents.proof_files import SUFFIX
from inspection.documents.storage import Label, discard, keep
from inspection.errors import Conflict, NotFound
from inspection.language import speak
from inspection.model import Checklist, ChecklistProof, Document
from inspection.store import checklists
from inspection.store import proofs as stored

KIND = "checklist_proof"
MOST_PER_ITEM, MOST_PER_CHECKLIST = 10, 60
ADDED, REMOVED, REFUSED, OPENED = "proof_added", "proof_removed", "proof_refused", "proof_opened"


def add(
    session: Session, checklist: Checklist, item_id: str, examined: Examined, *, person_id: str, at: datetime
) -> ChecklistProof:
    """Keeps a file that was looked at and not refused; the same file beside the same answer is one.

    Raises NotFound for a statement that is not put to the unit, Conflict where there are too many or none is taken.
    """
    _require_put(session, checklist, item_id)
    _hold(session, checklist)
    draft.now_filling(session, checklist, person_id, at=at)
    standing = stored.standing(session, checklist.id)
    own = [one for one in standing if one.item_id == item_id]
    if len(own) >= MOST_PER_ITEM or len(standing) >= MOST_PER_CHECKLIST:
        raise Conflict(speak("佐證件數已達上限", "there are too many files of evidence"))
    digest = hashlib.sha256(examined.data).hexdigest()
    same = next((one for one in own if one.sha256 == digest), None)
    if same is not None:
        return same
    row = ChecklistProof(
        checklist_id=checklist.id,
        item_id=item_id,
        name_shown=examined.name_shown,
        sha256=digest,
        size_bytes=len(examined.data),
        is_read=examined.is_read,
        added_by=person_id,
        added_at=at,
    )
    session.add(row)
    session.flush()
    label = Label(kind=KIND, subject_id=f"{checklist.id}:{row.id}", title="佐證", media_type=examined.media_type)
    row.document_id = keep(session, examined.data, label, at=at).id
    session.flush()
    _note(session, checklist, person_id, ADDED, at, _details(row))
    return row


def note_refused(
    session: Session, checklist: Checklist, item_id: str, refusal: ProofRefusal, *, person_id: str, at: datetime
) -> None:
    """That a file was refused, and why; nothing of the file itself is kept."""
    _require_put(session, checklist, item_id)
    _note(session, checklist, person_id, REFUSED, at, {"items": [item_id], "ground": refusal.value})


def remove(session: Session, checklist: Checklist, proof_id: int, *, person_id: str, at: datetime) -> None:
    """Takes a file away again: at once where it was not sent, else from the next return on. Twice is once."""
    _hold(session, checklist)
    row = session.get(ChecklistProof, proof_id, populate_existing=True)
    if row is None or row.checklist_id != checklist.id:
        raise NotFound(speak("查無此佐證", "there is no such evidence"))
    if row.removed_at is not None:
        return
    draft.now_filling(session, checklist, person_id, at=at)
    _note(session, checklist, person_id, REMOVED, at, _details(row))
    row.removed_at = at
    if row.from_version is None:
        _wipe(session, row)
    session.flush()


def open_one(
    session: Session, checklist: Checklist, proof_id: int, *, person_id: str, at: datetime, is_own: bool
) -> tuple[ChecklistProof, Document]:
    """A file of evidence to be handed out; who takes it is noted. Raises NotFound where it is not there any more, and
    for whoever does not answer the form (`is_own`) where it was not sent."""
    row = session.get(ChecklistProof, proof_id)
    document = session.get(Document, row.document_id) if row and row.document_id else None
    is_theirs = row is not None and (is_own or row.from_version is not None)
    if row is None or document is None or row.checklist_id != checklist.id or not is_theirs:
        raise NotFound(speak("查無此佐證", "there is no such evidence"))
    _note(session, checklist, person_id, OPENED, at, _details(row))
    return row, document


def forget(session: Session, campaign_id: str, *, at: datetime) -> None:
    """Wipes what the units of a campaign never sent: nobody waits for it any more."""
    for row in stored.unsent(session, campaign_id):
        row.removed_at = row.removed_at or at
        _wipe(session, row)
    session.flush()


def by_item(rows: Iterable[ChecklistProof]) -> Mapping[str, list[ChecklistProof]]:
    """Files of evidence by the statement they stand beside."""
    found: dict[str, list[ChecklistProof]] = {}
    for one in rows:
        found.setdefault(one.item_id, []).append(one)
    return found


def file_name(row: ChecklistProof, document: Document, position: int) -> str:
    """What a file is called when it is saved: its sender's name for it, as it was looked at."""
    ours = f"佐證-第{position}項-{row.id}.{SUFFIX.get(document.media_type, 'bin')}"
    return handed_out(row.name_shown, document.media_type, ours)


def _hold(session: Session, checklist: Checklist) -> None:
    """Before anything else of it, as sending does: what is laid or taken away stands before a return or after it."""
    held = hold(session, checklist.id)
    if held is not None:
        draft.require_open(session, held)


def _require_put(session: Session, checklist: Checklist, item_id: str) -> None:
    if all(one.item_id != item_id for one in checklists.questions(session, checklist.id)):
        raise NotFound(speak("本表沒有此項目", "this statement is not on the form"))


def _details(row: ChecklistProof) -> dict[str, object]:
    return {"items": [row.item_id], "sha256": row.sha256, "document_id": row.document_id or ""}


def _wipe(session: Session, row: ChecklistProof) -> None:
    document = session.get(Document, row.document_id) if row.document_id else None
    row.document_id = None
    session.flush()
    if document is not None:
        discard(session, document)


def _note(
    session: Session, checklist: Checklist, person_id: str, action: str, at: datetime, details: dict[str, object]
) -> None:
    record(session, at=at, actor=person_id, subject=("checklist", checklist.id), action=action, details=details)
