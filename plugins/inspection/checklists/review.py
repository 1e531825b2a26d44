"""The ethics office's review of returned checklists: accepted, or sent back for correction with the items named."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from inspection.access.policy import Act, require_role
from inspection.access.roles import on_behalf
from inspection.audit.steps import advance
from inspection.calendar import roc
from inspection.checklists.fillers import writing_to
from inspection.errors import BadSource, Conflict
from inspection.language import speak
from inspection.model import Checklist
from inspection.model.lifecycle import ChecklistState
from inspection.notices.conditions.checklist import while_out
from inspection.notices.outbox import Letter, write
from inspection.store import campaigns, checklists, findings, roster


def _refusal() -> str:
    return speak(
        "送回之檢查表僅得由政風室，或該單位之檢查員審查",
        "only the ethics office, or the inspector named for the unit, reviews returned checklists",
    )


def accept(session: Session, checklist_id: str, *, person_id: str, at: datetime) -> Checklist:
    """審查完成: the return counts. Idempotent."""
    checklist = checklists.get(session, checklist_id)
    held = require_role(session, person_id, Act.REVIEW_CHECKLIST, checklist, at=at, refusal=_refusal())
    if checklist.state != ChecklistState.ACCEPTED:
        advance(session, checklist, ChecklistState.ACCEPTED, actor=person_id, at=at, details=on_behalf(person_id, held))
        checklist.accepted_at = at
        session.flush()
    return checklist


def is_reported(session: Session, checklist: Checklist) -> bool:
    """Whether an approved report says that this form is in: sending it back would make the report untrue."""
    own, of_unit = (findings.latest_report(session, checklist.campaign_id, unit) for unit in ("", checklist.unit_id))
    if own is None or of_unit is None or own.state not in findings.APPROVED_REPORTS:
        return False
    return not of_unit.content["not_returned"]


def send_back(
    session: Session, checklist_id: str, *, person_id: str, item_ids: Sequence[str], reason: str, at: datetime
) -> Checklist:
    """退回補正: names the items and tells the unit's contact. Twice is once. Raises Conflict where `is_reported`."""
    checklist = checklists.get(session, checklist_id)
    held = require_role(session, person_id, Act.REVIEW_CHECKLIST, checklist, at=at, refusal=_refusal())
    if checklist.state != ChecklistState.SENT_BACK and is_reported(session, checklist):
        raise Conflict(
            speak(
                "檢查報告業經核定，並已列載本檢查表之填報結果，不得再退回補正；請審查完成，如有缺失另案處理",
                "the approved report tells of this return; it is not sent back any more, accept it",
            )
        )
    positions = {question.item_id: question.position for question in checklists.questions(session, checklist_id)}
    unknown = [item for item in item_ids if item not in positions]
    if unknown or not item_ids:
        raise BadSource(
            speak(
                f"檢查表 {checklist_id} 沒有項目 {'、'.join(unknown) or '—'}",
                f"checklist {checklist_id} has no items {', '.join(unknown) or '—'}",
            ),
            remedy=speak("請指明項目", "name its items"),
        )
    if not reason.strip():
        raise BadSource(
            speak("退回理由未填", "the reason is missing"),
            remedy=speak("請寫明須補正之處", "say what must be corrected"),
        )
    if checklist.state == ChecklistState.SENT_BACK:
        return checklist
    version = checklists.newest_version(session, checklist_id)
    named = sorted(item_ids, key=positions.__getitem__)
    details = {**on_behalf(person_id, held), "items": named, "version": version}
    advance(session, checklist, ChecklistState.SENT_BACK, actor=person_id, at=at, reason=reason, details=details)
    unit = roster.unit(session, checklist.unit_id)
    campaign = campaigns.get(session, checklist.campaign_id)
    for person in writing_to(session, checklist, at=at):
        letter = Letter(
            key=f"checklist-sent-back:{checklist_id}:{version}:{person.id}",
            kind="checklist_returned_for_correction",
            person_id=person.id,
            values={
                "campaign_name": campaign.name,
                "unit_name": unit.name,
                "item_numbers": "、".join(str(number) for number in sorted(positions[item] for item in item_ids)),
                "due": roc.with_weekday(checklist.due_on),
            },
            campaign_id=campaign.id,
            still_wanted=while_out(checklist_id),
        )
        write(session, letter, at=at)
    return checklist
