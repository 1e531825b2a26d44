"""A shift of the duty roster stands, and nothing was reported of it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from inspection.model import DutyReport, DutyShift
from inspection.notices.condition import Condition, Depends, Reader


def _holds(session: Session, depends: Depends, reader: Reader) -> bool:
    shift = session.get(DutyShift, depends.id)
    return shift is not None and shift.active and session.get(DutyReport, (depends.id, 1)) is None


CONDITION = Condition("duty", _holds)


def while_unreported(shift_id: str) -> Depends:
    """While a shift has no report."""
    return CONDITION.on(shift_id)
