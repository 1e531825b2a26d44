"""A person in the know of a project has not signed the 切結書, and has not been released from it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from inspection.model import PersonInTheKnow
from inspection.notices.condition import Condition, Depends, Reader


def _holds(session: Session, depends: Depends, reader: Reader) -> bool:
    entry = session.get(PersonInTheKnow, int(depends.id))
    released = entry is not None and entry.until_on is not None and entry.until_on < reader.on
    return entry is not None and entry.pledge_signed_on is None and not released


CONDITION = Condition("pledge", _holds)


def while_unsigned(entry_id: int) -> Depends:
    """While an entry of the people in the know is unsigned and in force."""
    return CONDITION.on(str(entry_id))
