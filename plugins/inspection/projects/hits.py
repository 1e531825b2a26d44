"""Confirmed hits of a project are mended like any other: the fixes open at once, and who is in the know is told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection.findings.notify import open_and_tell
from inspection.planning.decision import plan_in_force
from inspection.rules.catalogue import Catalogue


def hand_over(session: Session, campaign_id: str, *, catalogue: Catalogue, actor: str, at: datetime) -> int:
    """Opens a fix for every confirmed fault; returns how many there are. Twice is once.

    Only contacts and heads of the unit who are in the know and have signed are told, in numbers and dates.
    """
    plan_in_force(session, campaign_id)
    return open_and_tell(session, campaign_id, catalogue=catalogue, actor=actor, at=at)
