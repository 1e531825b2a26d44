"""Who holds which role on one day, read at once: for tasks that ask it of many units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from inspection.model import Person, RoleGrant
from inspection.store import roster
from inspection.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Holders:
    """The holders of all roles on a day; answers as the queries of `store.roster` do, without asking the database."""

    people: Mapping[tuple[Role, str], tuple[Person, ...]]
    merges: Mapping[str, str]

    def unit_now(self, unit_id: str) -> str:
        """The unit that answers today for the matters of one: itself, or what it was merged into."""
        for _ in self.merges:
            unit_id = self.merges.get(unit_id, unit_id)
        return unit_id

    def holding(self, role: Role, unit_id: str = "") -> tuple[Person, ...]:
        """Who holds a role, for a unit ('' the whole agency), in order of id."""
        return self.people.get((role, self.unit_now(unit_id)), ())

    def holding_any(self, roles: Sequence[Role], *, unit_id: str) -> list[Person]:
        """Everybody holding one of the roles, each once; contact and head are those of the unit, and its heads answer
        while it has no contact."""
        found: list[Person] = []
        for role in roles:
            if role is Role.CONTACT:
                found += self.holding(role, unit_id) or self.holding(Role.UNIT_HEAD, unit_id)
            else:
                found += self.holding(role, unit_id if role is Role.UNIT_HEAD else "")
        return list({person.id: person for person in found}.values())


def on_day(session: Session, on: date) -> Holders:
    """Reads who holds what on a day, by two statements."""
    query = (
        select(RoleGrant.role, RoleGrant.unit_id, Person)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            Person.active,
            or_(RoleGrant.valid_from.is_(None), RoleGrant.valid_from <= on),
            or_(RoleGrant.valid_until.is_(None), RoleGrant.valid_until >= on),
        )
        .order_by(Person.id)
    )
    found: dict[tuple[Role, str], list[Person]] = {}
    for role, unit_id, person in session.execute(query):
        found.setdefault((role, unit_id), []).append(person)
    return Holders({key: tuple(people) for key, people in found.items()}, roster.merges(session))
