"""A unit was asked to explain 疑似事項 (請單位說明) and owes an answer to one at least."""

from __future__ import annotations

from sqlalchemy.orm import Session

from inspection.notices.condition import Condition, Depends, Reader, concerned
from inspection.store import findings


def _holds(session: Session, depends: Depends, reader: Reader) -> bool:
    if reader.campaign_id is None:
        return False
    named = findings.named_for_answers(session, reader.campaign_id, depends.id)
    return reader.person_id in named or (bool(named) and concerned(session, reader, depends.id))


CONDITION = Condition("question", _holds)


def while_unexplained(unit_id: str) -> Depends:
    """While a unit owes an explanation in the campaign of the letter; for its people and whoever was named for a case.

    The letter must name its campaign: without one the condition does not hold.
    """
    return CONDITION.on(unit_id)
