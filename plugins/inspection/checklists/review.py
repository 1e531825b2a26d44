"""The ethics office's review of returned checklists: accepted, or sent back for correction with the items named."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.audit.steps import advance
from inspection.calendar import roc
from inspection.errors import BadSource, NotAllowed
from inspection.model import Checklist
from inspection.model.lifecycle import ChecklistState
from inspection.notices.outbox import Letter, write
from inspection.store import campaigns, checklists, roster
from inspection.vocabulary import Role


def _require_ethics(session: Session, person_id: str, at: datetime) -> None:
    on = clock.local_date(at)
    if not any(roster.holds_role(session, person_id, role, on=on) for role in (Role.ETHICS_STAFF, Role.ETHICS_HEAD)):
        raise NotAllowed("only the ethics office reviews returned checklists")


def accept(session: Session, checklist_id: str, *, person_id: str, at: datetime) -> Checklist:
    """採認: the return counts. Twice is once."""
    _require_ethics(session, person_id, at)
    checklist = checklists.get(session, checklist_id)
    if checklist.state != ChecklistState.ACCEPTED:
        advance(session, checklist, ChecklistState.ACCEPTED, actor=person_id, at=at)
        checklist.accepted_at = at
        session.flush()
    return checklist


def send_back(
    session: Session, checklist_id: str, *, person_id: str, item_ids: Sequence[str], reason: str, at: datetime
) -> Checklist:
    """退回補正: names the items and tells the unit's contact. Twice is once."""
    _require_ethics(session, person_id, at)
    checklist = checklists.get(session, checklist_id)
    positions = {question.item_id: question.position for question in checklists.questions(session, checklist_id)}
    unknown = [item for item in item_ids if item not in positions]
    if unknown or not item_ids:
        raise BadSource(f"checklist {checklist_id} has no items {', '.join(unknown) or '—'}", remedy="name its items")
    if not reason.strip():
        raise BadSource("退回理由未填", remedy="請寫明須補正之處")
    if checklist.state == ChecklistState.SENT_BACK:
        return checklist
    advance(session, checklist, ChecklistState.SENT_BACK, actor=person_id, at=at, reason=reason)
    version = checklists.newest_version(session, checklist_id)
    unit = roster.unit(session, checklist.unit_id)
    campaign = campaigns.get(session, checklist.campaign_id)
    for person in roster.holders(session, Role.CONTACT, on=clock.local_date(at), unit_id=unit.id):
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
            still_wanted=f"checklist|{checklist_id}",
        )
        write(session, letter, at=at)
    return checklist
