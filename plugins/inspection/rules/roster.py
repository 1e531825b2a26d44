"""Reads a roster file: the agency, its units and shares, its people with their roles, deputies and contacts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, field_validator, model_validator

from inspection.errors import BadSource, BadSources
from inspection.rules.load import RuleModel, load_yaml
from inspection.rules.places import trail_place
from inspection.vocabulary import Role

OF_A_UNIT = frozenset({Role.CONTACT, Role.UNIT_HEAD})
"""Roles held for one unit; all others are held for the whole agency."""
NEEDED = (Role.AGENCY_HEAD, Role.ETHICS_HEAD, Role.ETHICS_STAFF, Role.CHIEF_SECRETARY)

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,19}$")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Email = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$", max_length=254)
]
ShareAddress = Annotated[
    str, StringConstraints(pattern=r"^//[A-Za-z0-9.\-]+(:\d{1,5})?/[^/\\:*?\"<>|]+(/[^/\\:*?\"<>|]+)*$", max_length=500)
]
Trail = tuple[str | int, ...]
Fault = tuple[Trail, str, str]


class AgencyEntry(RuleModel):
    """The agency itself. `crawl_account` is a name only; its password never stands in a file of ours."""

    id: Id
    name: Name
    short_name: Name
    superior_name: Name
    superior_ethics_name: Name
    document_prefix: Annotated[str, StringConstraints(min_length=1, max_length=20)]
    email_domains: Annotated[tuple[str, ...], Field(min_length=1)]
    hotline: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    crawl_account: Annotated[str, StringConstraints(max_length=60)] = ""

    @property
    def details(self) -> dict[str, str]:
        """Printed particulars beyond the names."""
        return {"hotline": self.hotline, "crawl_account": self.crawl_account}


class ShareEntry(RuleModel):
    """A shared folder `//host[:port]/share[/folder]`; `common`: a folder many units use."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$")]
    name: Name
    address: ShareAddress
    common: bool = False


class UnitEntry(RuleModel):
    """A unit (課室) or an agency below (所屬機關).

    `replaces` names units no longer in the file that go on as this one; `merged_into` stands with the old unit instead,
    which then has no people, shares or roles any more.
    """

    id: Id
    name: Name
    kind: Annotated[str, StringConstraints(pattern=r"^(課室|所屬機關)$")] = "課室"
    tags: tuple[Annotated[str, StringConstraints(min_length=1, max_length=20)], ...] = ()
    staff: Annotated[int, Field(ge=0, le=100_000)]
    is_ethics: bool = False
    shares: tuple[ShareEntry, ...] = ()
    replaces: tuple[Id, ...] = ()
    merged_into: str = ""


class Grant(RuleModel):
    """A role held, for a unit or for the agency (`unit` empty), both dates included."""

    role: Role
    unit: str = ""
    valid_from: date | None = None
    valid_until: date | None = None

    @model_validator(mode="after")
    def _dates_in_order(self) -> Grant:
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValueError("valid_until lies before valid_from")
        return self


class PersonEntry(RuleModel):
    """One human being, once. A role may be written as its bare name: then it is for the person's own unit.

    `login` is the name used in Airflow (an account of the domain, say) where that is not the id.
    """

    id: Id
    name: Name
    title: Name
    email: Email
    unit: str = ""
    login: Annotated[str, StringConstraints(max_length=100)] = ""
    roles: tuple[Grant, ...] = ()

    @field_validator("roles", mode="before")
    @classmethod
    def _bare_names(cls, roles: object) -> object:
        return (
            [{"role": role} if isinstance(role, str) else role for role in roles] if isinstance(roles, list) else roles
        )

    @property
    def grants(self) -> tuple[Grant, ...]:
        """The roles with the unit they are held for; '' where they are held for the whole agency."""
        return tuple(grant.model_copy(update={"unit": self._unit_of(grant)}) for grant in self.roles)

    def _unit_of(self, grant: Grant) -> str:
        """An inspector for a unit, written out, is the outsider who inspects the ethics office (officer review A15)."""
        if grant.role is Role.INSPECTOR:
            return grant.unit
        return (grant.unit or self.unit) if grant.role in OF_A_UNIT else ""


class DeputyEntry(RuleModel):
    """代理人: who acts for whom, both dates included, and why."""

    principal: str
    deputy: str
    valid_from: date
    valid_until: date
    ground: Annotated[str, StringConstraints(min_length=1, max_length=200)]

    @model_validator(mode="after")
    def _possible(self) -> DeputyEntry:
        if self.valid_until < self.valid_from:
            raise ValueError("valid_until lies before valid_from")
        if self.principal == self.deputy:
            raise ValueError("nobody is the own deputy")
        return self


class ContactEntry(RuleModel):
    """A telephone printed in plans: duty room, police, superior."""

    who: Name
    telephone: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    note: Annotated[str, StringConstraints(max_length=60)] = ""


class Roster(RuleModel):
    """A whole roster, checked: every unit named exists, every unit has a head and a contact, no e-mail twice."""

    agency: AgencyEntry
    units: Annotated[tuple[UnitEntry, ...], Field(min_length=1)]
    people: Annotated[tuple[PersonEntry, ...], Field(min_length=1)]
    deputies: tuple[DeputyEntry, ...] = ()
    contacts: tuple[ContactEntry, ...] = ()

    @field_validator("units")
    @classmethod
    def _at_most_one_ethics_office(cls, units: tuple[UnitEntry, ...]) -> tuple[UnitEntry, ...]:
        # none is right where the superior's ethics body covers the agency
        if sum(unit.is_ethics for unit in units) > 1:
            raise ValueError("more than one unit is marked is_ethics")
        return units

    @property
    def merges(self) -> dict[str, str]:
        """Which unit goes on as which."""
        said = {unit.id: unit.merged_into for unit in self.units if unit.merged_into}
        return said | {old: unit.id for unit in self.units for old in unit.replaces}

    def holders(self, role: Role, unit: str = "") -> tuple[PersonEntry, ...]:
        """Who holds a role at some time, for a unit or the agency."""
        return tuple(
            person
            for person in self.people
            if any(grant.role is role and grant.unit == unit for grant in person.grants)
        )


def parse_roster(path: Path) -> Roster:
    """Reads a YAML roster. Raises BadSource or BadSources naming file, line and field of every fault."""
    roster = load_yaml(path, Roster)
    found = [*_unknown(roster), *_doubled(roster), *_lacking(roster), *_merged(roster)]
    faults = [
        BadSource(problem, place=trail_place(path, trail), remedy=remedy)
        for trail, problem, remedy in sorted(found, key=lambda fault: [str(step).zfill(6) for step in fault[0]])
    ]
    if faults:
        raise faults[0] if len(faults) == 1 else BadSources(faults)
    return roster


def _unknown(roster: Roster) -> Iterator[Fault]:
    units = {unit.id for unit in roster.units}
    people = {person.id for person in roster.people}
    ethics = {unit.id for unit in roster.units if unit.is_ethics}
    for index, person in enumerate(roster.people):
        if person.unit and person.unit not in units:
            yield ("people", index, "unit"), f"unknown unit {person.unit!r}", "use the id of an entry under units"
        for place, (written, grant) in enumerate(zip(person.roles, person.grants, strict=True)):
            where: Trail = ("people", index, "roles", place)
            if grant.role in OF_A_UNIT and not grant.unit:
                yield where, f"{grant.role} is a role for a unit, none is given", "add unit to the person or the role"
            elif written.role is Role.INSPECTOR and written.unit in units - ethics:
                remedy = "leave unit out; units are given to inspectors by the plan"
                yield (*where, "unit"), "only the ethics office has an inspector by roster", remedy
            elif written.role is Role.INSPECTOR and written.unit in ethics and person.unit in ethics:
                remedy = "name somebody from another unit"
                yield where, "the ethics office is not inspected by one of its own", remedy
            elif written.unit and written.unit not in units:
                yield (*where, "unit"), f"unknown unit {written.unit!r}", "use the id of an entry under units"
    for index, deputy in enumerate(roster.deputies):
        for field, named in (("principal", deputy.principal), ("deputy", deputy.deputy)):
            if named not in people:
                yield ("deputies", index, field), f"unknown person {named!r}", "use the id of an entry under people"


def _doubled(roster: Roster) -> Iterator[Fault]:
    addresses = Counter(share.address.casefold() for unit in roster.units for share in unit.shares)
    share_ids = Counter(share.id for unit in roster.units for share in unit.shares)
    names = Counter(unit.name for unit in roster.units)
    emails = Counter(person.email.casefold() for person in roster.people)
    logins = Counter(person.login or person.id for person in roster.people)
    for index, unit in enumerate(roster.units):
        if names[unit.name] > 1:
            yield ("units", index, "name"), f"two units are named {unit.name}", "rename one of them"
        for place, share in enumerate(unit.shares):
            if addresses[share.address.casefold()] > 1:
                yield ("units", index, "shares", place, "address"), "the share is given twice", "keep one of them"
            if share_ids[share.id] > 1:
                yield ("units", index, "shares", place, "id"), f"id {share.id} is given twice", "rename one of them"
    for index, person in enumerate(roster.people):
        if emails[person.email.casefold()] > 1:
            remedy = "enter a person once, with all roles; everybody needs an own mailbox"
            yield ("people", index, "email"), "two people have this e-mail", remedy
        if logins[person.login or person.id] > 1:
            remedy = "give everybody a login of their own; without one the id is the login"
            yield ("people", index, "login"), "two people would sign in to Airflow by this login", remedy


def _lacking(roster: Roster) -> Iterator[Fault]:
    domains = {domain.casefold() for domain in roster.agency.email_domains}
    for index, person in enumerate(roster.people):
        outside = any(grant.role is Role.SUPERIOR_ETHICS for grant in person.grants)
        if not outside and person.email.casefold().rpartition("@")[2] not in domains:
            remedy = "correct it, or add the domain to agency.email_domains"
            yield ("people", index, "email"), "the e-mail is not in a domain of the agency", remedy
    for index, unit in enumerate(roster.units):
        for role in (Role.UNIT_HEAD, Role.CONTACT) if not unit.merged_into else ():
            if not roster.holders(role, unit.id):
                yield ("units", index), f"{unit.name} has no {role}", f"give a person of the unit the role {role}"
    for role in NEEDED:
        if not roster.holders(role):
            yield ("people",), f"nobody is {role}", f"give a person the role {role}"


def _merged(roster: Roster) -> Iterator[Fault]:
    """Units that go on as others: known, once, not in a circle, and left empty."""
    units = {unit.id: unit for unit in roster.units}
    claimed = Counter(old for unit in roster.units for old in unit.replaces)
    merges = roster.merges
    for index, unit in enumerate(roster.units):
        for place, old in enumerate(unit.replaces):
            where: Trail = ("units", index, "replaces", place)
            if old in units:
                yield where, f"{old} still stands under units", "take it out there, or write merged_into with it"
            elif claimed[old] > 1:
                yield where, f"{old} is replaced twice", "keep one of them"
        if not unit.merged_into:
            continue
        where = ("units", index, "merged_into")
        if unit.merged_into not in units:
            yield where, f"unknown unit {unit.merged_into!r}", "use the id of an entry under units"
        elif circle := circle_of(merges, unit.id):
            yield where, f"a circle: {' → '.join(circle)}", "let one of them stay"
        if unit.shares:
            remedy = f"move them to {unit.merged_into}"
            yield ("units", index, "shares"), f"{unit.name} is merged and still has shares", remedy
    gone = {unit.id for unit in roster.units if unit.merged_into}
    for index, person in enumerate(roster.people):
        if {person.unit, *(grant.unit for grant in person.grants)} & gone:
            yield ("people", index, "unit"), f"{person.unit} is merged into another unit", "give the unit it went into"


def circle_of(merges: Mapping[str, str], unit_id: str) -> list[str]:
    """The units that lead back to this one; empty where none does."""
    way = [unit_id]
    while way[-1] in merges and len(way) <= len(merges) + 1:
        way.append(merges[way[-1]])
        if way[-1] == unit_id:
            return way
    return []
