"""Takes a session entered by mistake out of every count; the row and the reason stay."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection.access.roles import on_behalf
from inspection.audit.events import record
from inspection.awareness.keepers import keeper
from inspection.errors import BadSource
from inspection.language import speak
from inspection.model import AwarenessSession
from inspection.store import awareness


def withdraw(session: Session, session_id: str, *, reason: str, person_id: str, at: datetime) -> AwarenessSession:
    """Withdraws a session; once more changes nothing. Raises BadSource without a reason."""
    acting = on_behalf(person_id, keeper(session, person_id, at=at))
    if not reason.strip():
        raise BadSource(
            speak("未填理由", "the reason is missing"),
            remedy=speak("請敘明該場次不計之原因", "say why the session does not count"),
        )
    found = awareness.session_held(session, session_id)
    if found.active:
        found.active = False
        session.flush()
        subject = (AwarenessSession.__tablename__, found.id)
        record(session, at=at, actor=person_id, subject=subject, action="withdrawn", reason=reason, details=acting)
    return found
