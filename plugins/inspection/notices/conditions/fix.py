"""A fix waits for its unit, under the deadline the notice speaks of."""

from __future__ import annotations

from sqlalchemy.orm import Session

from inspection.model import Fix
from inspection.notices.condition import Condition, Depends, Reader, concerned
from inspection.store.findings import AWAITS_UNIT


def _holds(session: Session, depends: Depends, reader: Reader) -> bool:
    fix = session.get(Fix, depends.id)
    if fix is None or fix.state not in AWAITS_UNIT or fix.due_version != depends.version:
        return False
    return concerned(session, reader, fix.unit_id)


CONDITION = Condition("fix", _holds)


def while_unmended(fix_id: str, due_version: int) -> Depends:
    """While a fix is with its unit and its deadline is this version's; for people of the unit and the ethics office."""
    return CONDITION.on(fix_id, due_version)
