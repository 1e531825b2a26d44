"""Who keeps the record of awareness work: the ethics office, and who acts for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection.access.who import Held, asking
from inspection.errors import NotAllowed
from inspection.language import speak
from inspection.vocabulary import Role

KEEPERS = frozenset({Role.ETHICS_STAFF, Role.ETHICS_HEAD})


def keeper(session: Session, person_id: str, *, at: datetime) -> Held:
    """The role by which a person keeps the record; raises NotAllowed outside the ethics office."""
    held = asking(session, person_id, at=at).holding(KEEPERS)
    if held is None:
        raise NotAllowed(speak("宣導紀錄僅得由政風室維護", "only the ethics office keeps the record of awareness work"))
    return held
