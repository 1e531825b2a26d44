"""A checklist is out and has not come back."""

from __future__ import annotations

from sqlalchemy.orm import Session

from inspection.model import Campaign, Checklist
from inspection.notices.condition import Condition, Depends, Reader, concerned
from inspection.store import fillers
from inspection.store.checklists import is_wanted


def _holds(session: Session, depends: Depends, reader: Reader) -> bool:
    checklist = session.get(Checklist, depends.id)
    if checklist is None or not is_wanted(checklist, session.get_one(Campaign, checklist.campaign_id)):
        return False
    return concerned(session, reader, checklist.unit_id) or fillers.fills(session, checklist.id, reader.person_id)


CONDITION = Condition("checklist", _holds)


def while_out(checklist_id: str) -> Depends:
    """While a checklist is with its unit and waited for; for people of the unit and the ethics office."""
    return CONDITION.on(checklist_id)
