"""When the last backup was made, by the record: of where the set is kept, and whether it still is, nothing is known."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection.language import speak
from inspection.store import events

SUBJECT, MADE, RESTORED = "backup", "backup_made", "backup_restored"
MOST_DAYS = 2  # one night may fail


def judged(session: Session, *, at: datetime, demanded: bool) -> tuple[bool, str]:
    """Whether the last set is young enough, and in words how old it is. An installation just restored has that set."""
    last = events.last_of(session, SUBJECT, (MADE, RESTORED))
    if last is None:
        return not demanded, speak("從未備份", "never made")
    days = (at - last.at).days
    return days <= MOST_DAYS or not demanded, speak(
        f"{days} 日前（{last.subject_id}）", f"{days} days ago ({last.subject_id})"
    )


def remedy() -> str:
    """What to do where it is too old."""
    return speak(
        "請執行 `inspection backup FOLDER`，並排入每日排程；備份須存於另一處",
        "run `inspection backup FOLDER`, each day by the clock; keep the sets elsewhere",
    )
