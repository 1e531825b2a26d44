"""A unit is not inspected any more: the campaign was cancelled, or its plan leaves the unit out."""

from __future__ import annotations

from sqlalchemy.orm import Session

from inspection.notices.condition import Condition, Depends, Reader


def _holds(session: Session, depends: Depends, reader: Reader) -> bool:
    return True


CONDITION = Condition("calling_off", _holds, outlives_campaign=True)


def although_cancelled(campaign_id: str) -> Depends:
    """Whether the campaign goes on or not: the word that it does not must leave."""
    return CONDITION.on(campaign_id)
