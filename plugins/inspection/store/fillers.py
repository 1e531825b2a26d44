"""Queries on who else was named to fill a checklist."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from inspection.model import Campaign, Checklist, ChecklistFiller, Person
from inspection.store.checklists import ENDED
from inspection.store.groups import Rows
from inspection.store.once import rows_touched


def standing(query: Rows) -> Rows:
    """A query on checklists, narrowed to grants that stand in campaigns whose forms are still waited for."""
    return (
        query.join(ChecklistFiller, ChecklistFiller.checklist_id == Checklist.id)
        .join(Campaign, Campaign.id == Checklist.campaign_id)
        .where(ChecklistFiller.revoked_at.is_(None), Campaign.state.not_in(ENDED))
    )


def named(session: Session, checklist_id: str) -> list[tuple[ChecklistFiller, Person]]:
    """The grants of a checklist that stand, with their people, in the order named; nobody who has left."""
    query = (
        select(ChecklistFiller, Person)
        .join(Person, Person.id == ChecklistFiller.person_id)
        .where(ChecklistFiller.checklist_id == checklist_id, ChecklistFiller.revoked_at.is_(None), Person.active)
    )
    return [(grant, person) for grant, person in session.execute(query.order_by(ChecklistFiller.id))]


def fills(session: Session, checklist_id: str, person_id: str) -> bool:
    """Whether somebody was named to fill a checklist, and stands."""
    return any(person.id == person_id for _, person in named(session, checklist_id))


def grant(session: Session, checklist_id: str, person_id: str) -> ChecklistFiller | None:
    """The grant of a person that was not revoked, also of one who has left."""
    query = select(ChecklistFiller).where(
        ChecklistFiller.checklist_id == checklist_id,
        ChecklistFiller.person_id == person_id,
        ChecklistFiller.revoked_at.is_(None),
    )
    return session.scalars(query).first()


def revoke(session: Session, filler_id: int, *, by: str, at: datetime) -> bool:
    """Ends a grant; of two at the same moment one wins."""
    mine = update(ChecklistFiller).where(ChecklistFiller.id == filler_id, ChecklistFiller.revoked_at.is_(None))
    return rows_touched(session, mine.values(revoked_by=by, revoked_at=at)) == 1


def is_named(session: Session, person_id: str) -> bool:
    """Whether a person was named to fill any checklist, and stands."""
    query = select(exists().where(ChecklistFiller.person_id == person_id, ChecklistFiller.revoked_at.is_(None)))
    return bool(session.scalar(query))


def named_before(session: Session, address: str) -> Person | None:
    """Whom some unit typed in before under an address, whether they may still sign in or not."""
    query = select(Person).where(Person.email == address, ~Person.of_roster)
    return session.scalars(query.order_by(Person.id)).first()
