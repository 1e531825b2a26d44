"""Queries on units, people, roles, deputies and shares."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from inspection.errors import NotFound
from inspection.language import speak
from inspection.model import Agency, Deputy, Person, RoleGrant, ShareRecord, Unit
from inspection.rules.messages import role_word
from inspection.rules.roster import READERS
from inspection.vocabulary import Role


def readers_of(session: Session, host: str) -> int:
    """How many may read a server at once, all campaigns together."""
    found = session.scalars(select(Agency)).first()
    named: dict[str, int] = found.details.get("readers", {}) if found else {}
    return named.get(host.lower(), READERS)


def agency(session: Session) -> Agency:
    """The agency; raises NotFound before a roster was imported."""
    found = session.scalars(select(Agency)).first()
    if found is None:
        raise NotFound(
            speak(
                "尚無機關資料；請執行 `inspection roster import FILE --apply` 匯入名冊",
                "no agency is known yet; run `inspection roster import FILE --apply`",
            )
        )
    return found


def folder_looked_at(session: Session) -> datetime | None:
    """When the drop folder was last looked through whole; None where it never was, or no roster was imported yet."""
    return session.scalar(select(Agency.folder_looked_at))


def note_folder_looked(session: Session, at: datetime) -> None:
    """Notes a look through the drop folder; one that ran beside or came late takes nothing back."""
    before = or_(Agency.folder_looked_at.is_(None), Agency.folder_looked_at < at)
    session.execute(update(Agency).where(before).values(folder_looked_at=at))


def ethics_office_name(session: Session) -> str:
    """政風室 as this agency calls it; where the superior's ethics body covers the agency, that body."""
    own = session.scalars(select(Unit).where(Unit.active, Unit.is_ethics)).first()
    return own.name if own is not None else agency(session).superior_ethics_name


def superior_ethics_name(session: Session) -> str:
    """The ethics body above this agency; '' before a roster was imported."""
    return session.scalar(select(Agency.superior_ethics_name).limit(1)) or ""


def unit(session: Session, unit_id: str) -> Unit:
    """A unit by id."""
    found = session.get(Unit, unit_id)
    if found is None:
        raise NotFound(speak(f"名冊查無單位 {unit_id}", f"unit {unit_id} is not in the roster"))
    return found


def units(session: Session) -> list[Unit]:
    """All active units, in the roster's order."""
    return list(session.scalars(select(Unit).where(Unit.active).order_by(Unit.id)))


def all_units(session: Session) -> list[Unit]:
    """All units there are or were, in the roster's order."""
    return list(session.scalars(select(Unit).order_by(Unit.id)))


def person(session: Session, person_id: str) -> Person:
    """A person by id."""
    found = session.get(Person, person_id)
    if found is None:
        raise NotFound(speak(f"名冊查無人員 {person_id}", f"person {person_id} is not in the roster"))
    return found


def by_ids(session: Session, person_ids: Collection[str]) -> dict[str, Person]:
    """People by id; raises NotFound for one who is not in the roster."""
    found = {one.id: one for one in session.scalars(select(Person).where(Person.id.in_(person_ids)))}
    missing = sorted(set(person_ids) - set(found))
    if missing:
        raise NotFound(speak(f"名冊查無人員 {missing[0]}", f"person {missing[0]} is not in the roster"))
    return found


def person_of_login(session: Session, login: str) -> Person | None:
    """Whom a login of Airflow belongs to: the active person with this login, or with this id and no login recorded."""
    if not login:
        return None
    theirs = or_(Person.login == login, and_(Person.id == login, Person.login.is_(None)))
    return session.scalars(select(Person).where(Person.active, theirs)).one_or_none()


def people(session: Session) -> list[Person]:
    """All active people of the roster."""
    return list(session.scalars(select(Person).where(Person.active, Person.of_roster).order_by(Person.id)))


def merges(session: Session) -> dict[str, str]:
    """Which unit went on as which, by id."""
    query = select(Unit.id, Unit.merged_into).where(Unit.merged_into.is_not(None))
    return {old: str(new) for old, new in session.execute(query)}


def unit_now(session: Session, unit_id: str) -> str:
    """The unit that answers today for the matters of one: itself, or what it was merged into."""
    merged = merges(session)
    for _ in merged:
        unit_id = merged.get(unit_id, unit_id)
    return unit_id


def predecessors(session: Session, unit_id: str) -> frozenset[str]:
    """Units that went on as this one, near or far."""
    merged = merges(session)
    found = {unit_id}
    for _ in merged:
        found |= {old for old, new in merged.items() if new in found}
    return frozenset(found - {unit_id})


def is_own_unit(session: Session, person: Person, unit_id: str) -> bool:
    """Whether somebody belongs to a unit, or to what it has become."""
    return person.unit_id is not None and unit_now(session, person.unit_id) == unit_now(session, unit_id)


def holders(session: Session, role: Role, *, on: date, unit_id: str = "") -> list[Person]:
    """Active people holding a role on a day, for a unit ('' the whole agency), in order of id.

    For a unit that was merged they are those of the unit it went into: its open work is theirs.
    """
    unit_id = unit_now(session, unit_id) if unit_id else ""
    query = (
        select(Person)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(
            RoleGrant.role == role,
            RoleGrant.unit_id == unit_id,
            Person.active,
            or_(RoleGrant.valid_from.is_(None), RoleGrant.valid_from <= on),
            or_(RoleGrant.valid_until.is_(None), RoleGrant.valid_until >= on),
        )
        .order_by(Person.id)
    )
    return list(session.scalars(query))


def holder(session: Session, role: Role, *, on: date, unit_id: str = "") -> Person:
    """The one who holds a role; raises NotFound naming role and unit where nobody does."""
    found = holders(session, role, on=on, unit_id=unit_id)
    if not found:
        of_unit = speak(f"（單位 {unit_id}）", f" of unit {unit_id}") if unit_id else ""
        raise NotFound(
            speak(
                f"{on} 無人擔任{role_word(role)}{of_unit}；請補齊名冊",
                f"nobody holds the role {role.value}{of_unit} on {on}; complete the roster",
            )
        )
    return found[0]


def answering_for(session: Session, unit_id: str, *, on: date) -> list[Person]:
    """Who is written to in a unit's matters: its contacts, or its heads while it has no contact."""
    contacts = holders(session, Role.CONTACT, on=on, unit_id=unit_id)
    return contacts or holders(session, Role.UNIT_HEAD, on=on, unit_id=unit_id)


def holding_any(session: Session, roles: Sequence[Role], *, unit_id: str, on: date) -> list[Person]:
    """Everybody holding one of the roles on a day, each once; contact and head are those of the unit."""
    found: list[Person] = []
    for role in roles:
        if role is Role.CONTACT:
            found += answering_for(session, unit_id, on=on)
        else:
            found += holders(session, role, on=on, unit_id=unit_id if role is Role.UNIT_HEAD else "")
    return list({person.id: person for person in found}.values())


def roles_of(session: Session, person_id: str, *, on: date) -> list[tuple[Role, str]]:
    """(role, unit id or '') a person holds on a day; who left the agency holds none.

    A role for a unit is one for every unit that was merged into it as well.
    """
    query = (
        select(RoleGrant)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            Person.active,
            RoleGrant.person_id == person_id,
            or_(RoleGrant.valid_from.is_(None), RoleGrant.valid_from <= on),
            or_(RoleGrant.valid_until.is_(None), RoleGrant.valid_until >= on),
        )
        .order_by(RoleGrant.role, RoleGrant.unit_id)
    )
    found = [(grant.role, grant.unit_id) for grant in session.scalars(query)]
    inherited = [(role, old) for role, unit in found if unit for old in sorted(predecessors(session, unit))]
    return found + [one for one in inherited if one not in found]


def holds_role(session: Session, person_id: str, role: Role, *, on: date, unit_id: str = "") -> bool:
    """Whether a person holds a role on a day."""
    return (role, unit_id) in roles_of(session, person_id, on=on)


def deputies_of(session: Session, principal_id: str, *, on: date) -> list[Deputy]:
    """Who may act for a person on a day."""
    query = select(Deputy).where(Deputy.principal_id == principal_id, Deputy.valid_from <= on, Deputy.valid_until >= on)
    return list(session.scalars(query.order_by(Deputy.deputy_id)))


def absences(session: Session, principal_id: str) -> list[Deputy]:
    """Every period in which somebody acts for a person, earliest first."""
    query = select(Deputy).where(Deputy.principal_id == principal_id).order_by(Deputy.valid_from, Deputy.deputy_id)
    return list(session.scalars(query))


def shares_of(session: Session, unit_ids: list[str]) -> list[ShareRecord]:
    """Active shares of some units."""
    query = select(ShareRecord).where(ShareRecord.active, ShareRecord.unit_id.in_(unit_ids))
    return list(session.scalars(query.order_by(ShareRecord.id)))


def share(session: Session, share_id: str) -> ShareRecord:
    """A share by id."""
    found = session.get(ShareRecord, share_id)
    if found is None:
        raise NotFound(speak(f"名冊查無分享區 {share_id}", f"share {share_id} is not in the roster"))
    return found
