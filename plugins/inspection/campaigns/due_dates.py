"""What another calendar does to dates already set: open fixes move with it, other dates wait for a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from inspection.audit.events import record
from inspection.calendar.deadlines import Deadline, MovedDeadline, moved
from inspection.calendar.working_days import WorkingCalendar
from inspection.model import Fix
from inspection.store import approvals, campaigns, checklists, findings


@dataclass(frozen=True, slots=True)
class DueOnClosedDay:
    """A date that does not move by itself and now falls on a closed day: `kind` checklist or approval."""

    kind: str
    id: str
    due_on: date


def moved_fixes(session: Session, old: WorkingCalendar, new: WorkingCalendar) -> tuple[MovedDeadline, ...]:
    """Open fixes that fall on another day by `new`; the working days they were given by `old` stay the same number.

    The first day told to the unit (`original_due_on`) is never shortened. A date agreed as an extension was named by
    a person as a day: it only gives way where that day is closed now. Raises BadSource where a deadline reaches into
    a year `new` does not know.
    """
    fixes = {fix.id: fix for fix in findings.unfinished_fixes(session)}
    set_so_far = {
        fix.id: Deadline(fix.id, fix.opened_on, old.working_days_between(fix.opened_on, fix.due_on), fix.due_on)
        for fix in fixes.values()
    }
    becomes = {fix.id: new.first_working_day(fix.due_on) for fix in fixes.values()}
    by_count = [fix for fix in fixes.values() if fix.due_version == 1 and old.is_working(fix.due_on)]
    recounted = {one.deadline.key: one.becomes for one in moved((set_so_far[fix.id] for fix in by_count), new)}
    for fix in by_count:
        told = new.first_working_day(fix.original_due_on)
        becomes[fix.id] = max(recounted.get(fix.id, fix.due_on), told)
    moves = [
        MovedDeadline(set_so_far[fix.id], becomes[fix.id]) for fix in fixes.values() if becomes[fix.id] != fix.due_on
    ]
    return tuple(sorted(moves, key=lambda one: (one.becomes, one.deadline.key)))


def move_fixes(
    session: Session, moves: tuple[MovedDeadline, ...], *, document_number: str, actor: str, at: datetime
) -> None:
    """Sets the new days; `original_due_on` and `due_version` stay, as nobody granted an extension."""
    for move in moves:
        fix = session.get_one(Fix, move.deadline.key)
        fix.due_on = move.becomes
        record(
            session,
            at=at,
            actor=actor,
            subject=("fix", fix.id),
            action="due_moved",
            reason=f"{move.deadline.due_on} → {move.becomes}",
            details={
                "due_on": str(move.becomes),
                "due_version": fix.due_version,
                "document_number": document_number,
            },
        )
    session.flush()


def due_on_closed_days(session: Session, new: WorkingCalendar, days: frozenset[date]) -> tuple[DueOnClosedDay, ...]:
    """Awaited checklists and approvals due on one of `days` that `new` holds closed: printed on paper, not moved."""
    found = [
        DueOnClosedDay("checklist", checklist.id, checklist.wanted_by)
        for campaign in campaigns.everything(session)
        if campaign.state not in checklists.ENDED
        for checklist in checklists.of_campaign(session, campaign.id)
        if checklists.is_wanted(checklist, campaign)
    ]
    found += [DueOnClosedDay("approval", one.id, one.due_on) for one in approvals.pending(session)]
    return tuple(one for one in found if one.due_on in days and not new.is_working(one.due_on))
