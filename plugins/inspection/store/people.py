"""Queries on who a person is at the door: by address, by roles held in their own right or as a deputy."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inspection.model import Deputy, Person


def by_address(session: Session, address: str) -> Person | None:
    """The one active person with a mail address (letter case aside); None where nobody or more than one has it."""
    query = select(Person).where(func.lower(Person.email) == address.strip().lower(), Person.active)
    found = list(session.scalars(query.limit(2)))
    return found[0] if len(found) == 1 else None


def holding_address(session: Session, address: str) -> list[Person]:
    """Active people with a mail address (letter case aside), in order of id."""
    query = select(Person).where(func.lower(Person.email) == address.strip().lower(), Person.active)
    return list(session.scalars(query.order_by(Person.id)))


def principals_of(session: Session, deputy_id: str, *, on: date) -> list[Deputy]:
    """For whom a person acts on a day; a principal who left the agency has no deputy any more."""
    query = (
        select(Deputy)
        .join(Person, Person.id == Deputy.principal_id)
        .where(Deputy.deputy_id == deputy_id, Deputy.valid_from <= on, Deputy.valid_until >= on, Person.active)
        .order_by(Deputy.principal_id)
    )
    return list(session.scalars(query))


def named(session: Session, person_ids: set[str]) -> dict[str, Person]:
    """People by id, for printing names; asks for nobody where none is named."""
    if not person_ids:
        return {}
    return {person.id: person for person in session.scalars(select(Person).where(Person.id.in_(person_ids)))}
