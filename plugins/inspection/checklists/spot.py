"""現場檢查紀錄 keyed in: kept field by field as typed, sent when it holds together, confirmed by a second person.

Nothing of it counts anywhere before the second person has held it against the signed paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from inspection.access.policy import Act, demand
from inspection.access.who import asking
from inspection.audit.events import record
from inspection.audit.steps import advance
from inspection.checklists.draft import LONGEST_TYPED, TRIES, Change, Clash, Draft, sorted_out
from inspection.checklists.entering import hold
from inspection.checklists.spot_reading import (
    BESIDES,
    COPY,
    MERITS,
    PLACE,
    PRESENT,
    STATEMENT,
    Found,
    looked_at,
    of,
    ready,
)
from inspection.errors import BadSource, Conflict, NotFound
from inspection.language import speak
from inspection.model import Campaign, Checklist, SpotAnswer, SpotEquipment, SpotRecord
from inspection.model.lifecycle import SpotState
from inspection.rules.answers import kept_answer
from inspection.store import campaigns, spot

BEGUN = "draft_begun"


def save(
    session: Session, checklist_id: str, changes: Sequence[Change], *, person_id: str, at: datetime
) -> tuple[Draft, tuple[Clash, ...]]:
    """Keeps what was typed; the record as it stands then, and what was not kept because another changed it too.

    Raises NotAllowed, Conflict where it was sent already or the inspection is over, BadSource beyond all bounds.
    """
    checklist = hold_record(session, checklist_id, Act.KEY_SPOT_RECORD, person_id, at=at)
    items = looked_at(session, checklist)
    if any(len(one.text) > LONGEST_TYPED for one in changes):
        raise BadSource(speak("所填文字過長，未儲存", "a text that is too long; it was not kept"))
    for _ in range(TRIES):
        row = spot.get(session, checklist_id)
        if row is not None and row.state is not SpotState.DRAFT:
            raise Conflict(speak("紀錄已送出，不得再改", "the record was sent; it is changed no more"))
        draft = of(session, checklist, items)
        taken, clashes = sorted_out(draft, changes)
        if not taken:
            return draft, clashes
        kept = {name: {"text": draft.texts[name], "by": by} for name, by in draft.by.items()}
        kept |= {one.name: {"text": one.text, "by": person_id} for one in taken}
        if spot.put(session, checklist_id, draft.version, kept, at=at):
            if draft.version == 0:
                record(session, at=at, actor=person_id, subject=("spot_record", checklist_id), action=BEGUN)
            return of(session, checklist, items), clashes
    raise Conflict(speak("多人同時登錄，請再按一次儲存", "many save at once; save again"))


def send(session: Session, checklist_id: str, *, seen: str, person_id: str, at: datetime) -> SpotRecord:
    """Sends what was shown (`seen`: its SHA-256) to a second person. The same again changes nothing.

    Raises NotAllowed, Conflict where something stands against it or it was changed since.
    """
    checklist = hold_record(session, checklist_id, Act.KEY_SPOT_RECORD, person_id, at=at)
    row = spot.get(session, checklist_id)
    if row is not None and row.state is not SpotState.DRAFT and row.content_hash == seen:
        return row
    sent = ready(session, checklist, at=at)
    if row is None or row.state is not SpotState.DRAFT or sent.digest != seen or sent.problems:
        raise Conflict(speak("內容已更動，請檢視後再送出", "the content was changed; look at it and send again"))
    advance(session, row, SpotState.SENT, actor=person_id, at=at, details={"sha256": seen})
    row.content_hash, row.sent_by, row.sent_at = seen, person_id, at
    session.flush()
    return row


def give_back(session: Session, checklist_id: str, *, reason: str, person_id: str, at: datetime) -> None:
    """Hands a record back to whoever keys it in, with the reason. Raises NotAllowed, Conflict where none waits."""
    if not reason.strip():
        raise BadSource(speak("退回理由未填", "the reason is missing"))
    hold_record(session, checklist_id, Act.CONFIRM_SPOT_RECORD, person_id, at=at)
    row = _waiting(session, checklist_id)
    advance(session, row, SpotState.DRAFT, actor=person_id, at=at, reason=reason)
    row.content_hash = row.sent_by = row.sent_at = None
    session.flush()


def confirm(session: Session, checklist_id: str, *, seen: str, person_id: str, at: datetime) -> Checklist:
    """A second person holds the record against the signed paper; its rows are written. The same again is once.

    Raises NotAllowed for whoever typed or sent any of it, Conflict where it is not what was shown.
    """
    checklist = hold_record(session, checklist_id, Act.CONFIRM_SPOT_RECORD, person_id, at=at)
    row = spot.get(session, checklist_id)
    if row is not None and row.state is SpotState.CONFIRMED and row.content_hash == seen:
        return checklist
    row = _waiting(session, checklist_id)
    told = ready(session, checklist, at=at)
    if person_id in typed_by(row):
        raise Conflict(
            speak("登錄者不得自行複核，請由本組其他人員或政風人員複核", "whoever keyed it in does not confirm it")
        )
    if row.content_hash != seen:
        raise Conflict(speak("內容已更動，請重新核對", "the content was changed; look at it again"))
    advance(session, row, SpotState.CONFIRMED, actor=person_id, at=at, details={"sha256": seen})
    row.confirmed_by, row.confirmed_at = person_id, at
    row.visited_on, row.signed, row.copy_left = told.visited_on, told.signed, bool(told.draft.texts[COPY])
    row.place, row.present, row.merits = told.text(PLACE), told.text(PRESENT), told.text(MERITS)
    row.besides, row.unit_statement = told.text(BESIDES), told.text(STATEMENT)
    session.flush()
    session.add_all(_answer(checklist_id, number, one) for number, one in enumerate(told.found, start=1))
    session.add_all(
        SpotEquipment(
            checklist_id=checklist_id, kind=one.kind, count=one.count, place=one.place, checked_on=one.checked_on
        )
        for one in told.kit
    )
    session.flush()
    return checklist


def typed_by(row: SpotRecord) -> set[str]:
    """Who keyed any of it in, and who sent it."""
    return {str(one["by"]) for one in row.content.values()} | ({row.sent_by} if row.sent_by else set())


def hold_record(session: Session, checklist_id: str, act: Act, person_id: str, *, at: datetime) -> Checklist:
    """The checklist whose record somebody changes, held. Raises NotFound, NotAllowed, Conflict once the inspection is
    concluded."""
    checklist = hold(session, checklist_id)
    if checklist is None:
        raise NotFound(speak("查無此檢查表", "there is no such checklist"))
    demand(asking(session, person_id, at=at), act, checklist)
    campaigns.lock(session, checklist.campaign_id)  # a conclusion at the same moment is before or after, never beside
    campaign = session.get(Campaign, checklist.campaign_id, populate_existing=True)
    if campaign is None or campaign.state in campaigns.CONCLUDED:
        raise Conflict(speak("本次檢查已結案，紀錄不再登錄", "the inspection is concluded; no record is taken"))
    return checklist


def _waiting(session: Session, checklist_id: str) -> SpotRecord:
    row = spot.get(session, checklist_id)
    if row is None or row.state is not SpotState.SENT:
        raise Conflict(speak("本紀錄現不待複核", "this record waits for nobody"))
    return row


def _answer(checklist_id: str, number: int, one: Found) -> SpotAnswer:
    return SpotAnswer(
        checklist_id=checklist_id,
        item_id=one.item["id"],
        position=number,
        category=one.item["category"],
        statement=one.item["statement"],
        basis=one.item["basis"],
        value=kept_answer(one.value),
        sampled=one.sampled,
        conforming=one.conforming,
        register=one.register,
        drawn=one.drawn,
        remark=one.remark,
    )
