"""Who keeps the record of awareness work: the ethics office, and who acts for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.access.roles import Held, standing
from inspection.errors import NotAllowed
from inspection.vocabulary import Role

KEEPERS = frozenset({Role.ETHICS_STAFF, Role.ETHICS_HEAD})


def keeper(session: Session, person_id: str, *, at: datetime) -> Held:
    """The role by which a person keeps the record; raises NotAllowed outside the ethics office."""
    held = standing(session, person_id, KEEPERS, on=clock.local_date(at))
    if held is None:
        raise NotAllowed("only the ethics office keeps the record of awareness work")
    return held
