"""A checklist is out and has not come back."""

from __future__ import annotations

from sqlalchemy.orm import Session

from inspection.model import Checklist
from inspection.notices.condition import Condition, Depends, Reader, concerned
from inspection.store.checklists import HELD


def _holds(session: Session, depends: Depends, reader: Reader) -> bool:
    checklist = session.get(Checklist, depends.id)
    return checklist is not None and checklist.state in HELD and concerned(session, reader, checklist.unit_id)


CONDITION = Condition("checklist", _holds)


def while_out(checklist_id: str) -> Depends:
    """While a checklist is with its unit; for people of the unit and the ethics office."""
    return CONDITION.on(checklist_id)
