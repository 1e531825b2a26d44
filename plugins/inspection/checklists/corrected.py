"""A unit that corrects an answer it was asked about: the question is closed, and whoever waits for its answer is told.

A contradiction somebody raised to a 疑似事項 is not closed by a correction: it is judged as any other.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.audit.steps import advance_all
from inspection.language import speak
from inspection.model import Checklist, Suspicion
from inspection.model.lifecycle import SuspicionState
from inspection.notices.outbox import Letter, write
from inspection.rules.answers import stance
from inspection.store import campaigns, checklists, contradictions, roster
from inspection.vocabulary import AnswerValue

KIND = "question_corrected"


def close_corrected(session: Session, checklist: Checklist, version: int, *, actor: str, at: datetime) -> None:
    """Closes the questions about statements that a return no longer answers 符合, by whoever sent it (`actor`)."""
    waiting = [one for one in contradictions.of_checklist(session, checklist.id) if one.is_question]
    waiting = [one for one in waiting if one.state in contradictions.WAITING]
    if not waiting:
        return
    given = {one.item_id: stance(one.value) for one in checklists.answers(session, checklist.id, version)}
    corrected = [one for one in waiting if given.get(one.item_id or "") is not AnswerValue.CONFORMS]
    if not corrected:
        return
    reason = speak("單位已更正填報，免再說明", "the unit has corrected its answer")
    advance_all(
        session,
        corrected,
        SuspicionState.DISMISSED,
        actor=actor,
        at=at,
        reason=reason,
        details={"ground": contradictions.CORRECTED, "version": version},
        values={"decided_reason": reason, "decided_at": at, "ground": contradictions.CORRECTED},
    )
    _tell(session, checklist, [one for one in corrected if one.asked_at], version, actor=actor, at=at)


def _tell(
    session: Session, checklist: Checklist, asked: list[Suspicion], version: int, *, actor: str, at: datetime
) -> None:
    """Who asked, and who was asked: what each waits for or owes is settled."""
    waits: dict[str, int] = {}
    answering = [one.id for one in roster.answering_for(session, checklist.unit_id, on=clock.local_date(at))]
    for one in asked:
        for person in {one.asked_by, *([one.confidant_id] if one.confidant_id else answering)} - {None, actor}:
            waits[str(person)] = waits.get(str(person), 0) + 1
    for person, count in sorted(waits.items()):
        letter = Letter(
            key=f"question-corrected:{checklist.id}:{version}:{person}",
            kind=KIND,
            person_id=person,
            values={
                "campaign_name": campaigns.get(session, checklist.campaign_id).name,
                "unit_name": roster.unit(session, checklist.unit_id).name,
                "question_count": count,
            },
            campaign_id=checklist.campaign_id,
        )
        write(session, letter, at=at)
