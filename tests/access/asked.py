"""The policy asked about a person by id, as tests put it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection.access.policy import Act, Subject, demand, may, scope
from inspection.access.who import Held, asking


def require(session: Session, person_id: str, act: Act, subject: Subject | None, *, at: datetime) -> Held | None:
    """The role that allows it, None where being named does; raises NotAllowed or NotFound."""
    return demand(asking(session, person_id, at=at), act, subject)


def allows(session: Session, person_id: str, act: Act, subject: Subject | None, *, at: datetime) -> bool:
    """Whether the person may."""
    return may(asking(session, person_id, at=at), act, subject).allowed


def units_for(session: Session, person_id: str, act: Act, *, at: datetime) -> frozenset[str] | None:
    """Units whose matters a list shows to the person; None means every unit."""
    return scope(asking(session, person_id, at=at), act).units_named
