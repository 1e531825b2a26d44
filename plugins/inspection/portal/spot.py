"""現場檢查紀錄 keyed in by the group, held against the signed paper by a second person; the phone's width first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from inspection.access.policy import Act
from inspection.checklists import draft as drafting
from inspection.checklists import spot as spotting
from inspection.checklists import spot_paper as papers
from inspection.checklists import spot_reading as reading
from inspection.checklists.draft import Clash, Draft
from inspection.checklists.spot_reading import Problem, Ready
from inspection.documents.kinds.inspection_record import KIND
from inspection.errors import Conflict, NotFound
from inspection.findings.on_the_spot import confirm_record
from inspection.language import speak
from inspection.model import Checklist, SpotRecord
from inspection.model.lifecycle import SpotState
from inspection.portal import rendering
from inspection.portal.downloads import download
from inspection.portal.guard import Door, Visit
from inspection.portal.responses import GoTo, Page, Reply
from inspection.rules.answers import Asked
from inspection.store import campaigns, checklists, events, people, photos, spot
from inspection.vocabulary import Control, Equipment, SpotSigned

SPOT = "/checklists/{subject_id}/on-the-spot"
LONGEST_REASON = 1000


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the form: what stands in it, the digest of what its writer saw, what is wrong with it."""

    name: str
    text: str
    was: str
    clash: Clash | None
    problem: str


@dataclass(frozen=True, slots=True)
class Line:
    """A statement with its fields by part."""

    position: int
    item: Mapping[str, Any]
    asked: Asked
    is_choice: bool
    fields: Mapping[str, Field]


def page(visit: Visit, checklist: Checklist) -> Reply:
    """The form while it is keyed in; after that what was sent, for a second person to confirm or give back."""
    row = spot.get(visit.session, checklist.id)
    if (row is None or row.state is SpotState.DRAFT) and visit.may(Act.KEY_SPOT_RECORD, checklist):
        items = reading.looked_at(visit.session, checklist)
        return _form(visit, checklist, reading.of(visit.session, checklist, items))
    return _shown(visit, checklist, row)


def save(visit: Visit, checklist: Checklist) -> Reply:
    """Keeps a posted form and goes back to it, or on to what will be sent; where two changed one field, shows both."""
    items = reading.looked_at(visit.session, checklist)
    changes = drafting.changes_of(visit.form, reading.fields(items))
    draft, clashes = spotting.save(visit.session, checklist.id, changes, person_id=visit.person_id, at=visit.at)
    if clashes:
        return _form(visit, checklist, draft, clashes)
    step, _, item_id = visit.text("do").partition(":")
    if step == "photos" and any(one["id"] == item_id for one in items):
        return GoTo(f"/checklists/{checklist.id}/on-the-spot/photos?item={item_id}")
    return GoTo(f"/checklists/{checklist.id}/on-the-spot" + ("/check" if visit.text("do") == "check" else ""))


def check_page(visit: Visit, checklist: Checklist, problem: str = "") -> Reply:
    """What will be sent, or the form again with what stands against it."""
    told = reading.ready(visit.session, checklist, at=visit.at)
    if told.problems:
        return _form(visit, checklist, told.draft, problems=told.problems)
    values = {**_head(visit, checklist), **_told(visit, told), "problem": problem, "step": "check"}
    return Page("spot_record.html.j2", values, status=409 if problem else 200)


def send(visit: Visit, checklist: Checklist) -> Reply:
    """Sends what was shown to a second person."""
    try:
        with visit.session.begin_nested():
            spotting.send(visit.session, checklist.id, seen=visit.text("seen"), person_id=visit.person_id, at=visit.at)
    except Conflict:
        visit.session.expire_all()
        return check_page(visit, checklists.get(visit.session, checklist.id), "moved")
    return GoTo(f"/checklists/{checklist.id}/on-the-spot")


def decide(visit: Visit, checklist: Checklist) -> Reply:
    """The second person confirms what was shown, or gives it back with a reason."""
    reason = visit.text("reason")
    if visit.text("do") == "give_back" and (not reason or len(reason) > LONGEST_REASON):
        return _shown(visit, checklist, spot.get(visit.session, checklist.id), "reason")
    try:
        with visit.session.begin_nested():
            if visit.text("do") == "give_back":
                spotting.give_back(visit.session, checklist.id, reason=reason, person_id=visit.person_id, at=visit.at)
            else:
                confirm_record(
                    visit.session,
                    checklist.id,
                    seen=visit.text("seen"),
                    person_id=visit.person_id,
                    catalogue=visit.work.catalogue,
                    at=visit.at,
                )
    except Conflict:
        visit.session.expire_all()
        again = checklists.get(visit.session, checklist.id)
        return _shown(visit, again, spot.get(visit.session, checklist.id), "moved")
    # what was given back is a draft again, which only the group sees
    is_back = visit.text("do") == "give_back"
    return GoTo(f"/checklists/{checklist.id}" + ("" if is_back else "/on-the-spot"))


def paper(visit: Visit, checklist: Checklist) -> Reply:
    """The confirmed record as a paper for the files; who takes it is noted."""
    return _paper(visit, checklist, papers.FOR_FILES)


def unit_copy(visit: Visit, checklist: Checklist) -> Reply:
    """The copy its unit may take, without what an officer has not judged; who takes it is noted."""
    return _paper(visit, checklist, papers.FOR_UNIT)


def _paper(visit: Visit, checklist: Checklist, whose: str) -> Reply:
    rules, person_id = visit.work.catalogue, visit.person_id
    kept = papers.take_paper(visit.session, checklist, whose=whose, person_id=person_id, catalogue=rules, at=visit.at)
    return download(visit, kept, "")


def _form(
    visit: Visit,
    checklist: Checklist,
    draft: Draft,
    clashes: Sequence[Clash] = (),
    problems: Sequence[Problem] = (),
) -> Reply:
    items = reading.looked_at(visit.session, checklist)

    def field(name: str) -> Field:
        clash = next((one for one in clashes if one.name == name), None)
        told = "；".join(one.words for one in problems if one.field == name)
        return Field(name, clash.mine if clash else draft.texts[name], draft.digest(name), clash, told)

    lines = [_line(number, item, field) for number, item in enumerate(items, start=1)]
    names = visit.work.catalogue.wording
    laid = Counter(one.item_id for one in photos.standing(visit.session, checklist.id))
    values = {
        **_head(visit, checklist),
        "groups": [(category, list(each)) for category, each in groupby(lines, key=lambda one: one.item["category"])],
        "count": len(lines),
        "photos": laid,
        "head": {name: field(name) for name in reading.HEAD},
        "kit": [
            (names.line(f"equipment_{kind.value}"), {part: field(f"{part}.{kind.value}") for part in reading.KIT_PARTS})
            for kind in Equipment
        ],
        "registers": names.say("pocket_registers"),
        "signed_words": {one.value: names.line(f"signed_{one}") for one in SpotSigned},
        "saved_at": draft.saved_at,
        "clashes": clashes,
        "names": people.named(visit.session, {one.by for one in clashes}),
        "problems": problems,
        "given_back": _given_back(visit, checklist),
        "longest": reading.LONGEST,
    }
    return Page("spot.html.j2", values, status=409 if clashes else 422 if problems else 200)


def _line(number: int, item: Mapping[str, Any], field: Any) -> Line:
    asked = Asked.of(item)
    parts = {part: field(f"{part}.{item['id']}") for part in reading.ITEM_PARTS}
    return Line(number, item, asked, asked.answer.control is Control.CHOICE, parts)


def _given_back(visit: Visit, checklist: Checklist) -> object | None:
    """The reason the record came back with, while it has not been sent again."""
    steps = [one for one in events.of_subject(visit.session, "spot_record", checklist.id) if one.action == "step"]
    return steps[-1] if steps and steps[-1].reason else None


def _shown(visit: Visit, checklist: Checklist, row: SpotRecord | None, problem: str = "") -> Reply:
    if row is None or row.state is SpotState.DRAFT:
        raise NotFound(speak("本單位尚無送出之現場檢查紀錄", "no record of this unit was sent yet"))
    told = reading.ready(visit.session, checklist, at=visit.at)
    mine = visit.person_id in spotting.typed_by(row)
    values = {
        **_head(visit, checklist),
        **_told(visit, told),
        "seen": row.content_hash,
        "record": row,
        "people": people.named(visit.session, {one for one in (row.sent_by, row.confirmed_by) if one}),
        "is_mine": mine,
        "may_confirm": row.state is SpotState.SENT and not mine and visit.may(Act.CONFIRM_SPOT_RECORD, checklist),
        "longest": LONGEST_REASON,
        "problem": problem,
        "step": "shown",
    }
    return Page("spot_record.html.j2", values, status=422 if problem == "reason" else 409 if problem else 200)


def _told(visit: Visit, told: Ready) -> dict[str, object]:
    """What a record says, line by line."""
    line = visit.work.catalogue.wording.line
    laid: dict[str, list[int]] = {}
    for one in photos.standing(visit.session, told.draft.checklist_id):
        laid.setdefault(one.item_id, []).append(one.id)
    return {
        "photos": laid,
        "lines": [
            {
                "position": number,
                "item": one.item,
                "said": Asked.of(one.item).answer.say(one.value) if one.value else "",
                "found": one,
            }
            for number, one in enumerate(told.found, start=1)
        ],
        "not_looked_at": sum(one.value is None for one in told.found),
        "equipment": [(line(f"equipment_{one.kind.value}"), one) for one in told.kit],
        "texts": told.draft.texts,
        "visited_on": told.visited_on,
        "signed": line(f"signed_{told.signed}") if told.signed else "",
        "seen": told.digest,
    }


def _head(visit: Visit, checklist: Checklist) -> dict[str, object]:
    return {
        "checklist": checklist,
        "campaign": campaigns.get(visit.session, checklist.campaign_id),
        "unit_name": rendering.unit_names(visit.session).get(checklist.unit_id, checklist.unit_id),
        "here": "checklists",
    }


def offered(visit: Visit, checklist: Checklist, *, may_review: bool) -> dict[str, object]:
    """What the page of a checklist offers of the visit: the blank sheet, the group's card, the record; one statement,
    and none for whoever may have nothing of it."""
    may_take_card = visit.may(Act.TAKE_POCKET_CARD, checklist)
    may_read = visit.may(Act.READ_SPOT_RECORD, checklist)
    may_take_copy = visit.may(Act.TAKE_SPOT_COPY, checklist)
    if not (may_review or may_take_card or may_read or may_take_copy):
        return {"has_record": False, "may_take_card": False, "spot": "", "spot_state": "", "has_copy": False}
    has_sheet, row = spot.sheet_and_record(visit.session, checklist.id, sheet=KIND.id)
    return {
        "has_record": may_review and has_sheet,
        "may_take_card": may_take_card and has_sheet,
        "spot": _link(visit, checklist, row) if may_read and has_sheet else "",
        "spot_state": row.state.value if row and may_read else "",
        "has_copy": may_take_copy and row is not None and row.state is SpotState.CONFIRMED,
    }


def _link(visit: Visit, checklist: Checklist, row: SpotRecord | None) -> str:
    """'' for nothing, 'key', 'confirm' or 'read'."""
    if row is None or row.state is SpotState.DRAFT:
        return "key" if visit.may(Act.KEY_SPOT_RECORD, checklist) else ""
    if row.state is SpotState.SENT and visit.may(Act.CONFIRM_SPOT_RECORD, checklist):
        return "read" if visit.person_id in spotting.typed_by(row) else "confirm"
    return "read" if visit.may(Act.READ_SPOT_RECORD, checklist) else ""


DOORS = (
    Door("GET", SPOT, Act.READ_SPOT_RECORD, page, Checklist),
    Door("POST", SPOT, Act.KEY_SPOT_RECORD, save, Checklist, keeps_typed=True),
    Door("GET", f"{SPOT}/check", Act.KEY_SPOT_RECORD, check_page, Checklist),
    Door("POST", f"{SPOT}/check", Act.KEY_SPOT_RECORD, send, Checklist),
    Door("POST", f"{SPOT}/decision", Act.CONFIRM_SPOT_RECORD, decide, Checklist),
    Door("GET", f"{SPOT}/paper", Act.READ_SPOT_RECORD, paper, Checklist, notes_view=True),
    Door("GET", f"{SPOT}/copy", Act.TAKE_SPOT_COPY, unit_copy, Checklist, notes_view=True),
)
