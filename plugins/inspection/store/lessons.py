"""Queries on lessons: what decisions on clues teach, and which of them stand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from inspection.model import Clue, Finding, Hit, Lesson, Unit
from inspection.model.lifecycle import ClueState, FindingState
from inspection.store.scope import Scope
from inspection.vocabulary import HitBasis

_SEEN: dict[str, Any] = {"synchronize_session": "fetch"}  # what the session holds learns of it


def traits_of(session: Session, clues: Sequence[Clue]) -> dict[int, str]:
    """What the crawl left for lessons, by clue; one statement. Nothing of shares of the ethics office."""
    query = (
        select(Clue.id, Hit.traits)
        .join(Hit, (Hit.crawled_file_id == Clue.crawled_file_id) & (Hit.basis == HitBasis.MEANING))
        .join(Unit, Unit.id == Clue.unit_id)
        .where(Clue.id.in_([one.id for one in clues]), Hit.traits.is_not(None), ~Unit.is_ethics)
    )
    return {clue_id: traits for clue_id, traits in session.execute(query) if traits}


def standing(session: Session) -> list[Lesson]:
    """The lessons that count tonight, oldest first.

    Not those of a corrected decision, of a finding withdrawn since, or of a dismissal somebody is to look at again.
    """
    query = (
        select(Lesson)
        .join(Clue, Clue.id == Lesson.clue_id)
        .outerjoin(Finding, Finding.suspicion_id == Clue.suspicion_id)
        .where(
            Lesson.unlearned_at.is_(None),
            or_(~Clue.look_again, Clue.looked_again_at.is_not(None)),
            or_(Finding.id.is_(None), Finding.state != FindingState.WITHDRAWN),
        )
        .order_by(Lesson.id)
    )
    return list(session.scalars(query))


def unlearn(session: Session, clue_ids: Collection[int], *, at: datetime) -> None:
    """Marks the lessons of some clues as those of a decision that was corrected."""
    mine = update(Lesson).where(Lesson.clue_id.in_(clue_ids), Lesson.unlearned_at.is_(None))
    session.execute(mine.values(unlearned_at=at).execution_options(**_SEEN))


def ask_second_look(session: Session, dismissed: Collection[int], drawn: Collection[int]) -> None:
    """Marks those drawn of some clues just dismissed; what was looked at before counts for none of them."""
    anew = {"look_again": Clue.id.in_(drawn), "looked_again_by": None, "looked_again_at": None}
    session.execute(update(Clue).where(Clue.id.in_(dismissed)).values(anew).execution_options(**_SEEN))


def note_second_look(session: Session, clue_ids: Collection[int], *, by: str, at: datetime) -> int:
    """Notes who looked at drawn clues again; returns how many nobody else had looked at before."""
    mine = update(Clue).where(Clue.id.in_(clue_ids), Clue.look_again, Clue.looked_again_at.is_(None))
    noted = mine.values(looked_again_by=by, looked_again_at=at).returning(Clue.id)
    return len(session.scalars(noted.execution_options(**_SEEN)).all())


def to_look_again(session: Session, whose: Scope) -> list[Clue]:
    """Dismissed clues drawn for a second look nobody has taken, of those somebody may see; oldest decision first."""
    query = select(Clue).where(
        Clue.look_again,
        Clue.looked_again_at.is_(None),
        Clue.state == ClueState.DISMISSED,
        whose.where(Clue.unit_id, Clue.campaign_id),
    )
    return list(session.scalars(query.order_by(Clue.decided_at, Clue.id)))
