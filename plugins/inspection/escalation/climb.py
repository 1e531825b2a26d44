"""Climbs the ladders for one day: reminds, notifies, and lays drafts before the ethics head.

After missed days only the highest rung due counts. A fix, deadline and rung are climbed once, whatever runs again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from inspection.escalation.day import day_of
from inspection.escalation.fixes import follow_fixes
from inspection.escalation.questions import remind_of_questions
from inspection.escalation.waiting import remind_of_checklists, remind_of_decisions, remind_of_opinions
from inspection.rules.catalogue import Catalogue
from inspection.store import findings


@dataclass(frozen=True, slots=True)
class FollowUpCounts:
    """What one day's follow-up did."""

    looked_at: int
    reminded: int
    escalated: int
    drafts: int
    waiting: int  # notices on checklists not returned, opinions and decisions that wait
    failed: int  # matters that could not be followed up; each was told to the ethics office
    passed: int = 0  # rungs of fixes whose offices are vacant; each was told to the ethics office


def follow_up(session: Session, *, on: date, catalogue: Catalogue, at: datetime) -> FollowUpCounts:
    """Follows up every fix that waits for its unit, every checklist out and every decision, as of the day `on`.

    Raises BadSource where the year of `on` has no calendar.
    """
    day = day_of(session, on=on, catalogue=catalogue, at=at)
    looked_at = findings.number_waiting(session, at_rest=day.at_rest)
    fixes = follow_fixes(day)
    waiting = [
        remind(day) for remind in (remind_of_checklists, remind_of_decisions, remind_of_opinions, remind_of_questions)
    ]
    return FollowUpCounts(
        looked_at,
        fixes["reminded"],
        fixes["escalated"],
        fixes["drafts"],
        sum(new for new, _ in waiting),
        fixes["failed"] + sum(failed for _, failed in waiting),
        fixes["passed"],
    )
