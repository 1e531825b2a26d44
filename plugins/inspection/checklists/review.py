"""The ethics office's review of a returned checklist as a whole: 審查完成, also taken back, or 退回補正."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from inspection import clock, settings
from inspection.access.policy import Act, require_role
from inspection.access.roles import on_behalf
from inspection.audit.steps import advance, advance_all
from inspection.calendar import roc
from inspection.checklists.entering import hold_as
from inspection.checklists.fillers import writing_to
from inspection.checklists.rulings import ACCEPTED, LONGEST_REASON, OPEN, RETURNED, Ruling, refusal, rule
from inspection.errors import BadSource, Conflict
from inspection.language import speak
from inspection.model import Checklist
from inspection.model.lifecycle import ChecklistState
from inspection.notices.condition import Depends
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


def reopen(session: Session, checklist_id: str, *, person_id: str, reason: str, at: datetime) -> Checklist:
    """Takes 審查完成 back and tells the unit: what was accepted by the last press waits again, the rest stays as it is.
    Raises BadSource without a reason, Conflict where it is not accepted, the report tells of it, or the campaign ended.
    """
    checklist = hold_as(session, checklist_id, Act.REVIEW_CHECKLIST, person_id, refusal=refusal(), at=at)
    held = require_role(session, person_id, Act.REVIEW_CHECKLIST, checklist, at=at, refusal=refusal())
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise BadSource(
            speak("重啟審查之理由未填，或過長", "the reason is missing, or too long"),
            remedy=speak(f"請敘明（{LONGEST_REASON:,}字以內）", f"say why, in at most {LONGEST_REASON:,} characters"),
        )
    if checklist.state is not ChecklistState.ACCEPTED:
        raise Conflict(speak("本檢查表未在審查完成狀態", "the form is not accepted"))
    if not may_reopen(session, checklist):
        raise Conflict(
            speak(
                "檢查報告業經核定並列載本檢查表，或本案已結案，不得重啟審查；如有缺失另案處理",
                "the approved report tells of this form, or the campaign has ended; it is not reopened any more",
            )
        )
    details = on_behalf(person_id, held)
    stands = rulings.of(session, checklist_id).values()
    last = [one for one in stands if one.ruled_at == checklist.accepted_at] or list(stands)
    values = {"reason": "", "ruled_by": person_id, "ruled_at": at, "lapsed_version": None}
    advance_all(session, last, OPEN, actor=person_id, at=at, reason=reason, details=dict(details), values=values)
    advance(session, checklist, ChecklistState.RETURNED, actor=person_id, at=at, reason=reason, details=dict(details))
    checklist.accepted_at = None
    session.flush()
    occasion = f"checklist-reopened:{checklist.id}:{at:%Y%m%d%H%M%S}"
    _write(session, checklist, "checklist_reopened", occasion, {}, at=at)
    return checklist


def may_reopen(session: Session, checklist: Checklist) -> bool:
    """Whether nothing stands on 審查完成 yet that taking it back would make untrue."""
    if is_reported(session, checklist):
        return False
    return campaigns.get(session, checklist.campaign_id).state not in checklists.ENDED


def _tell(session: Session, checklist: Checklist, positions: Sequence[int], version: int, at: datetime) -> None:
    values = {
        "item_numbers": "、".join(map(str, positions)),
        "due": roc.with_weekday(checklist.wanted_by),
        "has_page": bool(settings.get().named_portal_url),
        "checklist_id": checklist.id,
    }
    occasion, wanted = f"checklist-sent-back:{checklist.id}:{version}", while_out(checklist.id)
    _write(session, checklist, "checklist_returned_for_correction", occasion, values, wanted=wanted, at=at)


def _write(
    session: Session,
    checklist: Checklist,
    kind: str,
    occasion: str,
    values: Mapping[str, object],
    *,
    wanted: Depends | None = None,
    at: datetime,
) -> None:
    """A mail to each of the unit who fills the form; once for each `occasion`."""
    campaign, unit = campaigns.get(session, checklist.campaign_id), roster.unit(session, checklist.unit_id)
    named = {"campaign_name": campaign.name, "unit_name": unit.name}
    for person in writing_to(session, checklist, at=at):
        key = f"{occasion}:{person.id}"
        letter = Letter(key, kind, person.id, {**named, **values}, campaign.id, still_wanted=wanted)
        write(session, letter, at=at)
