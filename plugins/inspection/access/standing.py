"""By which standing a person acts: every verb asks the table the portal asks, deputies and named included."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.access.policy import Act, Subject, require
from inspection.access.roles import Held, held_by
from inspection.errors import NotAllowed, NotFound


def stand(session: Session, person_id: str, act: Act, subject: Subject, *, at: datetime, refusal: str) -> Held:
    """The role by which a person may do this to this matter; raises NotAllowed with `refusal` where none does."""
    try:
        held = require(session, person_id, act, subject, at=at)
    except (NotAllowed, NotFound):
        held = None
    if held is None:
        raise NotAllowed(refusal)
    return held


def in_name_of(session: Session, person_id: str, *, at: datetime) -> frozenset[str]:
    """Everybody in whose name a person may act on the day of `at`, the person included: two-person rules ask it."""
    held = held_by(session, person_id, on=clock.local_date(at))
    return frozenset({person_id, *(one.on_behalf_of for one in held if one.on_behalf_of)})
