"""Evidence laid beside an answer: looked at in the sandbox before it is kept, handed out to whoever may read it."""

from __future__ import annotations

from dataclasses import dataclass

from inspection import clock
from inspection.access.policy import Act
from inspection.checklists import draft as drafting
from inspection.checklists import proofs
from inspection.checklists.proof_reading import LARGEST_PROOF_BYTES, Examined, ProofRefusal, examine
from inspection.documents.storage import read_document
from inspection.errors import Conflict, NotFound
from inspection.language import speak
from inspection.model import Checklist, ChecklistProof, ChecklistQuestion
from inspection.model.lifecycle import ChecklistState
from inspection.portal import rendering
from inspection.portal.guard import Door, Visit
from inspection.portal.responses import Download, GoTo, Page, Reply
from inspection.rules import catalogue
from inspection.rules.answers import Asked
from inspection.store import campaigns, checklists, people
from inspection.store import proofs as stored

PROOFS = "/checklists/{subject_id}/evidence"
MANY = "many"


@dataclass(frozen=True, slots=True)
class Shown:
    """A file of evidence as a page lists it."""

    id: int
    name: str
    size: str
    sha256: str
    is_read: bool
    is_sent: bool

    @classmethod
    def of(cls, row: ChecklistProof) -> Shown:
        """What a page prints of a row."""
        size = f"{max(1, round(row.size_bytes / 1024)):,} KB"
        return cls(row.id, row.name_shown, size, row.sha256, row.is_read, row.from_version is not None)


def examine_now(name: str, data: bytes) -> Examined:
    """A file that came, looked at behind walls by the rules of today."""
    return examine(name, data, today=clock.today())


def _put(visit: Visit, checklist: Checklist, item_id: str) -> ChecklistQuestion:
    if checklist.state is ChecklistState.PREPARED:
        raise NotFound(speak("查無此事項", "there is no such matter"))
    for one in checklists.questions(visit.session, checklist.id):
        if one.item_id == item_id:
            return one
    raise NotFound(speak("本表沒有此項目", "this statement is not on the form"))


def page(visit: Visit, checklist: Checklist) -> Reply:
    """What lies beside one answer, and where more is laid."""
    return _shown(visit, checklist, visit.query.get("item", ""))


def _shown(visit: Visit, checklist: Checklist, item_id: str, problem: str = "") -> Reply:
    question = _put(visit, checklist, item_id)
    drafting.require_open(visit.session, checklist)
    standing = [one for one in stored.standing(visit.session, checklist.id) if one.item_id == item_id]
    values = {
        "checklist": checklist,
        "campaign": campaigns.get(visit.session, checklist.campaign_id),
        "unit_name": rendering.unit_names(visit.session).get(checklist.unit_id, checklist.unit_id),
        "question": question,
        "asked": Asked.of(question.spec),
        "files": [(Shown.of(one), one.added_by, one.added_at) for one in standing],
        "names": people.named(visit.session, {one.added_by for one in standing}),
        "problem": catalogue.current().wording.line(f"proof_{problem}") if problem else "",
        "largest": LARGEST_PROOF_BYTES >> 20,
        "here": "checklists",
    }
    return Page("evidence.html.j2", values, status=422 if problem else 200)


def change(visit: Visit, checklist: Checklist) -> Reply:
    """Keeps the file that came, tells why it is not kept, or takes one away again."""
    item_id = visit.text("item")
    _put(visit, checklist, item_id)
    drafting.require_open(visit.session, checklist)
    here = GoTo(f"/checklists/{checklist.id}/evidence?item={item_id}")
    taken_away = visit.text("remove")
    if taken_away:
        proofs.remove(visit.session, checklist, number(taken_away), person_id=visit.person_id, at=visit.at)
        return here
    examined: Examined = visit.examined or Examined(b"", refusal=ProofRefusal.EMPTY)
    if examined.refusal is not None:
        if visit.files:
            proofs.note_refused(
                visit.session, checklist, item_id, examined.refusal, person_id=visit.person_id, at=visit.at
            )
        return _shown(visit, checklist, item_id, examined.refusal.value)
    try:
        proofs.add(visit.session, checklist, item_id, examined, person_id=visit.person_id, at=visit.at)
    except Conflict:
        drafting.require_open(visit.session, checklist)  # called off since we looked: that is said instead
        return _shown(visit, checklist, item_id, MANY)
    return here


def number(text: str) -> int:
    """An id from a form or an address; 0 for what is none."""
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def hand_out(visit: Visit, checklist: Checklist) -> Reply:
    """The file itself, to be saved; who takes it is noted."""
    proof_id = number(visit.query.get("file", ""))
    is_own = visit.may(Act.ANSWER_CHECKLIST, checklist)
    row, document = proofs.open_one(
        visit.session, checklist, proof_id, person_id=visit.person_id, at=visit.at, is_own=is_own
    )
    name = proofs.file_name(row, document, _put(visit, checklist, row.item_id).position)
    return Download(read_document(document), document.media_type, name)


DOORS = (
    Door("GET", PROOFS, Act.ANSWER_CHECKLIST, page, Checklist),
    Door("POST", PROOFS, Act.ANSWER_CHECKLIST, change, Checklist, takes_file=True, examines=examine_now),
    Door("GET", f"{PROOFS}/file", Act.READ_CHECKLIST, hand_out, Checklist, notes_view=True),
)
