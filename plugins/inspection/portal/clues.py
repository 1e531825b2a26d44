"""What an officer says of 語意線索 after reading the files, sent from the page of a unit's 疑似事項."""

from __future__ import annotations

from inspection.access import policy
from inspection.access.policy import Act
from inspection.errors import Conflict
from inspection.findings.clues import ClueVerdict, judge_clues
from inspection.model import Unit
from inspection.portal.guard import Door, Visit
from inspection.portal.responses import GoTo, Reply
from inspection.portal.suspicions import batch_page, ids_of, judged, places_of
from inspection.rules import catalogue
from inspection.store import clues
from inspection.vocabulary import TriageOutcome

LONGEST_REASON = 2000


def decide(visit: Visit, unit: Unit) -> Reply:
    """Decides the ticked clues; all or none."""
    ticked = places_of(visit.form.get("clue", ()))
    if not ticked:
        return batch_page(visit, unit, hint_problem="none")
    chosen = ids_of(ticked)
    whose = policy.scope(visit.who, Act.READ_SUSPICION)
    if len(chosen) < len(ticked) or clues.open_among(visit.session, unit.id, whose, chosen) != set(chosen):
        return batch_page(visit, unit, hint_problem="moved")
    outcome, severity = judged(visit)
    if not visit.text("reason"):
        return batch_page(visit, unit, hint_problem="reason")
    if outcome is TriageOutcome.CONFIRMED and not visit.text("category"):
        return batch_page(visit, unit, hint_problem="category")
    if outcome is TriageOutcome.DISMISSED and not visit.text("ground"):
        return batch_page(visit, unit, hint_problem="ground")
    said = ClueVerdict(
        outcome,
        visit.person_id,
        visit.text("reason")[:LONGEST_REASON],
        visit.text("category"),
        severity,
        visit.text("ground"),
    )
    try:
        with visit.session.begin_nested():
            judge_clues(visit.session, chosen, said, catalogue=catalogue.current(), at=visit.at)
    except Conflict:  # another officer was faster: all of it was given back
        visit.session.expire_all()
        return batch_page(visit, unit, hint_problem="moved")
    return GoTo(f"/suspicions/{unit.id}")


DOORS = (Door("POST", "/suspicions/{subject_id}/clues", Act.TRIAGE, decide, Unit),)
