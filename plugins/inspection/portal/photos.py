"""Photographs beside a statement of a 現場檢查紀錄: for the group, and once it was sent for who may read the record."""

from __future__ import annotations

from inspection.access.policy import Act
from inspection.checklists import photos
from inspection.checklists.proof_reading import LARGEST_PROOF_BYTES, Examined, ProofRefusal
from inspection.checklists.spot_reading import looked_at
from inspection.documents.storage import read_document
from inspection.errors import Conflict, NotFound
from inspection.language import speak
from inspection.model import Checklist
from inspection.model.lifecycle import SpotState
from inspection.portal import rendering
from inspection.portal.guard import Door, Visit
from inspection.portal.proofs import MANY, examine_now, number
from inspection.portal.responses import Download, GoTo, Page, Reply
from inspection.store import campaigns, people, spot
from inspection.store import photos as stored

PHOTOS = "/checklists/{subject_id}/on-the-spot/photos"


def page(visit: Visit, checklist: Checklist) -> Reply:
    """What lies beside one statement, and where more is laid."""
    return _shown(visit, checklist, visit.query.get("item", ""))


def _shown(visit: Visit, checklist: Checklist, item_id: str, problem: str = "") -> Reply:
    items = [(number, item) for number, item in enumerate(looked_at(visit.session, checklist), start=1)]
    position, item = next(((at, one) for at, one in items if one["id"] == item_id), (0, {}))
    if not position:
        raise NotFound(speak("本單位沒有此檢視項目", "this statement is not looked at here"))
    row = spot.get(visit.session, checklist.id)
    if row is not None and row.state is not SpotState.DRAFT:
        raise Conflict(speak("紀錄已送出，不得再改", "the record was sent; it is changed no more"))
    own = [one for one in stored.standing(visit.session, checklist.id) if one.item_id == item_id]
    line = visit.work.catalogue.wording.line
    own_words = {ProofRefusal.KIND.value, MANY}
    values = {
        "checklist": checklist,
        "campaign": campaigns.get(visit.session, checklist.campaign_id),
        "unit_name": rendering.unit_names(visit.session).get(checklist.unit_id, checklist.unit_id),
        "item": item,
        "position": position,
        "photos": own,
        "names": people.named(visit.session, {one.added_by for one in own}),
        "problem": line(f"{'photo' if problem in own_words else 'proof'}_{problem}") if problem else "",
        "largest": LARGEST_PROOF_BYTES >> 20,
        "here": "checklists",
    }
    return Page("photos.html.j2", values, status=422 if problem else 200)


def change(visit: Visit, checklist: Checklist) -> Reply:
    """Keeps the photograph that came, tells why it is not kept, or takes one away again."""
    item_id, by = visit.text("item"), visit.person_id
    here = GoTo(f"/checklists/{checklist.id}/on-the-spot/photos?item={item_id}")
    if taken_away := visit.text("remove"):
        photos.remove(visit.session, checklist.id, number(taken_away), person_id=by, at=visit.at)
        return here
    examined: Examined = visit.examined or Examined(b"", refusal=ProofRefusal.EMPTY)
    refusal = photos.refusal_of(examined)
    if refusal is not None:
        if visit.files:
            photos.note_refused(visit.session, checklist.id, item_id, refusal, person_id=by, at=visit.at)
        return _shown(visit, checklist, item_id, refusal.value)
    try:
        photos.add(visit.session, checklist.id, item_id, examined, person_id=by, at=visit.at)
    except Conflict:
        return _shown(visit, checklist, item_id, MANY)  # or, where it was sent meanwhile, what says so
    return here


def hand_out(visit: Visit, checklist: Checklist) -> Reply:
    """The photograph itself, to be saved; who sees it is noted."""
    row, document = photos.open_one(
        visit.session,
        checklist,
        number(visit.query.get("file", "")),
        person_id=visit.person_id,
        at=visit.at,
        is_of_group=visit.may(Act.KEY_SPOT_RECORD, checklist),
    )
    return Download(read_document(document), document.media_type, photos.file_name(document, row))


DOORS = (
    Door("GET", PHOTOS, Act.KEY_SPOT_RECORD, page, Checklist),
    Door("POST", PHOTOS, Act.KEY_SPOT_RECORD, change, Checklist, takes_file=True, examines=examine_now),
    Door("GET", f"{PHOTOS}/file", Act.READ_SPOT_RECORD, hand_out, Checklist, notes_view=True),
)
