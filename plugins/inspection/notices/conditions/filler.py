"""Somebody was named to fill a checklist, and it is still waited for."""

from __future__ import annotations

from sqlalchemy.orm import Session

from inspection.model import Campaign, Checklist, ChecklistFiller
from inspection.notices.condition import Condition, Depends, Reader
from inspection.store.checklists import is_wanted


def _holds(session: Session, depends: Depends, reader: Reader) -> bool:
    row = session.get(ChecklistFiller, int(depends.id))
    if row is None or row.revoked_at is not None:
        return False
    checklist = session.get_one(Checklist, row.checklist_id)
    return is_wanted(checklist, session.get_one(Campaign, checklist.campaign_id))


CONDITION = Condition("filler", _holds)


def while_named(filler_id: int) -> Depends:
    """While a grant to fill a checklist stands and the checklist is waited for."""
    return CONDITION.on(str(filler_id))
