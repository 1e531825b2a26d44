"""What the installation writes about itself is kept for a quarter; what anything rests on is never touched."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from inspection import clock
from inspection.store import old_rows

KEPT = timedelta(days=90)


def tidy(session: Session, *, at: datetime) -> dict[str, int]:
    """Takes away rows of the clock's work, ended sign-ins and counts of mails older than 90 days; returns how many of
    each. Done again it finds none."""
    before = at - KEPT
    return {
        "runs_forgotten": old_rows.forget_runs(session, before=before),
        "sign_ins_forgotten": old_rows.forget_sign_ins(session, before=before),
        "counts_forgotten": old_rows.forget_counts(session, before=clock.local_date(before)),
    }
