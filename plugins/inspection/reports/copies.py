"""A numbered copy of an issued report passes to another holder; the row of the first one stays."""

from __future__ import annotations

from datetime import date

from sqlalchemy import update
from sqlalchemy.orm import Session

from inspection.model import ReportReader
from inspection.store.once import insert_once, rows_touched


def hand_on(session: Session, report_id: str, *, giver: str, taker: str, on: date) -> bool:
    """Moves a copy with its number; False where the giver holds none any more. Who has a copy already keeps its own."""
    copy = session.get(ReportReader, (report_id, giver))
    if copy is None:
        return False
    session.flush()
    held = update(ReportReader).where(
        ReportReader.report_id == report_id, ReportReader.person_id == giver, ReportReader.handed_on.is_(None)
    )
    touched = rows_touched(session, held.values(handed_on=on))
    session.refresh(copy, ["handed_on"])
    if touched != 1:
        return False
    row = {"report_id": report_id, "person_id": taker, "copy_number": copy.copy_number}
    if not insert_once(session, ReportReader, row, keys=["report_id", "person_id"]):
        session.get_one(ReportReader, (report_id, taker)).handed_on = None  # one who had handed it on has it back
    return True
