"""The ethics office's review of a returned checklist as a whole: 審查完成, or 退回補正 by the statements returned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from inspection import clock, settings
from inspection.access.policy import Act, require_role
from inspection.access.roles import on_behalf
from inspection.audit.steps import advance
from inspection.calendar import roc
from inspection.checklists.entering import hold_as
from inspection.checklists.fillers import writing_to
from inspection.checklists.rulings import ACCEPTED, OPEN, RETURNED, Ruling, refusal, rule
from inspection.errors import BadSource, Conflict
from inspection.language import speak
from inspection.model import Checklist
from inspection.model.lifecycle import ChecklistState
from inspection.notices.conditions.checklist import while_out
from inspection.notices.outbox import Letter, write
from inspection.rules import catalogue as rules
from inspection.store import calendar_days, campaigns, checklists, contradictions, findings, roster, rulings


def accept(session: Session, checklist_id: str, *, person_id: str, at: datetime) -> Checklist:
    """審查完成: whoever has the return before them accepts every statement that still waits. Idempotent.

    Raises Conflict where a statement stands as returned, or facts speak against one and nobody has ruled on it alone:
    that is never accepted with the others.
    """
    checklist = hold_as(session, checklist_id, Act.REVIEW_CHECKLIST, person_id, refusal=refusal(), at=at)
    if checklist.state is ChecklistState.ACCEPTED:
        return checklist
    if checklist.state is not ChecklistState.RETURNED:
        advance(session, checklist, ChecklistState.ACCEPTED, actor=person_id, at=at)  # tells why not
    stands = rulings.of(session, checklist_id)
    positions = {one.item_id: one.position for one in checklists.questions(session, checklist_id)}
    returned = sorted(positions[item] for item, one in stands.items() if one.state is RETURNED)
    if returned:
        named = "、".join(map(str, returned))
        raise Conflict(
            speak(
                f"第{named}項已列退回補正，請先退回單位，或改列審查通過",
                f"items {named} are returned: send the form back, or accept them",
            )
        )
    waiting = [item for item in positions if item not in stands or stands[item].state is OPEN]
    asked = sorted(positions[item] for item in contradictions.asked_items(session, checklist_id) & set(waiting))
    if asked:
        named = "、".join(map(str, asked))
        raise Conflict(
            speak(
                f"第{named}項填報與清查不一致，單位說明尚未處理，須逐項審查，不得一併通過",
                f"items {named} are contradicted and still asked of the unit: rule on each alone",
            )
        )
    rule(session, checklist_id, [Ruling(item, ACCEPTED) for item in waiting], person_id=person_id, at=at)
    return checklist


def is_reported(session: Session, checklist: Checklist) -> bool:
    """Whether an approved report says that this form is in: sending it back would make the report untrue."""
    own, of_unit = (findings.latest_report(session, checklist.campaign_id, unit) for unit in ("", checklist.unit_id))
    if own is None or of_unit is None or own.state not in findings.APPROVED_REPORTS:
        return False
    return not of_unit.content["not_returned"]


def send_back(
    session: Session, checklist_id: str, *, person_id: str, item_ids: Sequence[str], reason: str = "", at: datetime
) -> Checklist:
    """退回補正: returns `item_ids` for one reason, with those returned one by one before, sets the day of
    the correction and tells the unit's people. Twice is once. Raises Conflict where `is_reported`, BadSource where
    nothing is returned."""
    checklist = hold_as(session, checklist_id, Act.REVIEW_CHECKLIST, person_id, refusal=refusal(), at=at)
    held = require_role(session, person_id, Act.REVIEW_CHECKLIST, checklist, at=at, refusal=refusal())
    if checklist.state != ChecklistState.SENT_BACK and is_reported(session, checklist):
        raise Conflict(
            speak(
                "檢查報告業經核定，並已列載本檢查表之填報結果，不得再退回補正；請審查完成，如有缺失另案處理",
                "the approved report tells of this return; it is not sent back any more, accept it",
            )
        )
    stands = rulings.of(session, checklist_id)
    if checklist.state is ChecklistState.SENT_BACK:
        return checklist
    said = [Ruling(one, RETURNED, reason, stands[one].state if one in stands else None) for one in item_ids]
    if said or not any(one.state is RETURNED for one in stands.values()):
        rule(session, checklist_id, said, person_id=person_id, at=at)
        stands = rulings.of(session, checklist_id)
    returned = {item: one.reason for item, one in stands.items() if one.state is RETURNED}
    if not returned:
        raise BadSource(speak("沒有須補正之項次", "nothing is returned"))
    put = [one for one in checklists.questions(session, checklist_id) if one.item_id in returned]
    version = checklists.newest_version(session, checklist_id)
    named = [one.item_id for one in put]
    within = rules.current().ladders.correction_working_days
    checklist.correct_by = calendar_days.calendar(session).add_working_days(clock.local_date(at), within)
    details = {**on_behalf(person_id, held), "items": named, "version": version, "due_on": str(checklist.correct_by)}
    why = "；".join(dict.fromkeys(returned[item] for item in named))
    advance(session, checklist, ChecklistState.SENT_BACK, actor=person_id, at=at, reason=why[:2000], details=details)
    _tell(session, checklist, [one.position for one in put], version, at)
    return checklist


def _tell(session: Session, checklist: Checklist, positions: Sequence[int], version: int, at: datetime) -> None:
    unit = roster.unit(session, checklist.unit_id)
    campaign = campaigns.get(session, checklist.campaign_id)
    for person in writing_to(session, checklist, at=at):
        letter = Letter(
            key=f"checklist-sent-back:{checklist.id}:{version}:{person.id}",
            kind="checklist_returned_for_correction",
            person_id=person.id,
            values={
                "campaign_name": campaign.name,
                "unit_name": unit.name,
                "item_numbers": "、".join(map(str, positions)),
                "due": roc.with_weekday(checklist.wanted_by),
                "has_page": bool(settings.get().named_portal_url),
                "checklist_id": checklist.id,
            },
            campaign_id=campaign.id,
            still_wanted=while_out(checklist.id),
        )
        write(session, letter, at=at)
