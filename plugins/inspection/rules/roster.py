"""Reads a roster file: the agency, its units and shares, its people with their roles, deputies and contacts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, field_validator, model_validator

from inspection.errors import BadSource, BadSources
from inspection.language import speak
from inspection.rules.load import RuleModel, load_yaml
from inspection.rules.messages import role_word
from inspection.rules.places import Trail, trail_place
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
Fault = tuple[Trail, str, str]

READERS = 4
"""How many may read a file server at once where the roster says nothing of it."""


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


class ServerEntry(RuleModel):
    """A file server by its host name, and how many tasks of all campaigns together may read it at once."""

    host: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.\-]+$", max_length=255)]
    readers: Annotated[int, Field(ge=1, le=64)]


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
            raise ValueError(speak("valid_until 早於 valid_from", "valid_until lies before valid_from"))
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
            raise ValueError(speak("valid_until 早於 valid_from", "valid_until lies before valid_from"))
        if self.principal == self.deputy:
            raise ValueError(speak("不得代理自己", "nobody is the own deputy"))
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
    servers: tuple[ServerEntry, ...] = ()
    contacts: tuple[ContactEntry, ...] = ()

    @field_validator("units")
    @classmethod
    def _at_most_one_ethics_office(cls, units: tuple[UnitEntry, ...]) -> tuple[UnitEntry, ...]:
        # none is right where the superior's ethics body covers the agency
        if sum(unit.is_ethics for unit in units) > 1:
            raise ValueError(speak("is_ethics 只能有一個單位", "more than one unit is marked is_ethics"))
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
    found = [*_unknown(roster), *_doubled(roster), *_lacking(roster), *_merged(roster), *_servers(roster)]
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
            yield (
                ("people", index, "unit"),
                speak(f"查無單位 {person.unit!r}", f"unknown unit {person.unit!r}"),
                speak("請用 units 所列單位之 id", "use the id of an entry under units"),
            )
        for place, (written, grant) in enumerate(zip(person.roles, person.grants, strict=True)):
            where: Trail = ("people", index, "roles", place)
            if grant.role in OF_A_UNIT and not grant.unit:
                yield (
                    where,
                    speak(
                        f"{role_word(grant.role)}（{grant.role}）須指明單位，尚未填寫",
                        f"{grant.role} is a role for a unit, none is given",
                    ),
                    speak("請於人員或職務填寫 unit", "add unit to the person or the role"),
                )
            elif written.role is Role.INSPECTOR and written.unit in units - ethics:
                remedy = speak(
                    "請勿填 unit；各檢查員負責之單位由計畫分派",
                    "leave unit out; units are given to inspectors by the plan",
                )
                yield (
                    (*where, "unit"),
                    speak("名冊僅得為政風室指定檢查員", "only the ethics office has an inspector by roster"),
                    remedy,
                )
            elif written.role is Role.INSPECTOR and written.unit in ethics and person.unit in ethics:
                remedy = speak("請指定其他單位之人員", "name somebody from another unit")
                yield (
                    where,
                    speak("政風室不得由本室人員檢查", "the ethics office is not inspected by one of its own"),
                    remedy,
                )
            elif written.unit and written.unit not in units:
                yield (
                    (*where, "unit"),
                    speak(f"查無單位 {written.unit!r}", f"unknown unit {written.unit!r}"),
                    speak("請用 units 所列單位之 id", "use the id of an entry under units"),
                )
    for index, deputy in enumerate(roster.deputies):
        for field, named in (("principal", deputy.principal), ("deputy", deputy.deputy)):
            if named not in people:
                yield (
                    ("deputies", index, field),
                    speak(f"查無人員 {named!r}", f"unknown person {named!r}"),
                    speak("請用 people 所列人員之 id", "use the id of an entry under people"),
                )


def _doubled(roster: Roster) -> Iterator[Fault]:
    addresses = Counter(share.address.casefold() for unit in roster.units for share in unit.shares)
    share_ids = Counter(share.id for unit in roster.units for share in unit.shares)
    names = Counter(unit.name for unit in roster.units)
    emails = Counter(person.email.casefold() for person in roster.people)
    logins = Counter(person.login or person.id for person in roster.people)
    for index, unit in enumerate(roster.units):
        if names[unit.name] > 1:
            yield (
                ("units", index, "name"),
                speak(f"兩個單位同名：{unit.name}", f"two units are named {unit.name}"),
                speak("請更改其中之一", "rename one of them"),
            )
        for place, share in enumerate(unit.shares):
            if addresses[share.address.casefold()] > 1:
                yield (
                    ("units", index, "shares", place, "address"),
                    speak("分享區重複", "the share is given twice"),
                    speak("請擇一保留", "keep one of them"),
                )
            if share_ids[share.id] > 1:
                yield (
                    ("units", index, "shares", place, "id"),
                    speak(f"id {share.id} 重複", f"id {share.id} is given twice"),
                    speak("請更改其中之一", "rename one of them"),
                )
    for index, person in enumerate(roster.people):
        if emails[person.email.casefold()] > 1:
            remedy = speak(
                "同一人只列一次並填列全部職務；每人須有自己的信箱",
                "enter a person once, with all roles; everybody needs an own mailbox",
            )
            yield ("people", index, "email"), speak("兩人使用同一電子郵件", "two people have this e-mail"), remedy
        if logins[person.login or person.id] > 1:
            remedy = speak(
                "請給每人各自的帳號；未填者以 id 為帳號",
                "give everybody a login of their own; without one the id is the login",
            )
            yield (
                ("people", index, "login"),
                speak("兩人以同一帳號登入 Airflow", "two people would sign in to Airflow by this login"),
                remedy,
            )


def _lacking(roster: Roster) -> Iterator[Fault]:
    domains = {domain.casefold() for domain in roster.agency.email_domains}
    for index, person in enumerate(roster.people):
        outside = any(grant.role is Role.SUPERIOR_ETHICS for grant in person.grants)
        if not outside and person.email.casefold().rpartition("@")[2] not in domains:
            remedy = speak(
                "請更正，或將網域加入 agency.email_domains", "correct it, or add the domain to agency.email_domains"
            )
            yield (
                ("people", index, "email"),
                speak("電子郵件不屬本機關網域", "the e-mail is not in a domain of the agency"),
                remedy,
            )
    for index, unit in enumerate(roster.units):
        for role in (Role.UNIT_HEAD, Role.CONTACT) if not unit.merged_into else ():
            if not roster.holders(role, unit.id):
                yield (
                    ("units", index),
                    speak(f"{unit.name}沒有{role_word(role)}", f"{unit.name} has no {role}"),
                    speak(
                        f"請指定該單位一人擔任{role_word(role)}（{role}）", f"give a person of the unit the role {role}"
                    ),
                )
    for role in NEEDED:
        if not roster.holders(role):
            yield (
                ("people",),
                speak(f"無人擔任{role_word(role)}", f"nobody is {role}"),
                speak(f"請指定一人擔任{role_word(role)}（{role}）", f"give a person the role {role}"),
            )


def _servers(roster: Roster) -> Iterator[Fault]:
    """Servers are named once, as the addresses of shares name them."""
    known = {share.address[2:].partition("/")[0].partition(":")[0].lower() for u in roster.units for share in u.shares}
    named = Counter(server.host.lower() for server in roster.servers)
    for index, server in enumerate(roster.servers):
        where: Trail = ("servers", index, "host")
        if server.host.lower() not in known:
            yield (
                where,
                speak(f"沒有分享區位於 {server.host}", f"no share lies on {server.host}"),
                speak("請照分享區 address 所寫之主機名稱填寫", "write the host as the addresses of shares do"),
            )
        elif named[server.host.lower()] > 1:
            yield (
                where,
                speak(f"伺服器 {server.host} 重複", f"server {server.host} is given twice"),
                speak("請擇一保留", "keep one of them"),
            )


def _merged(roster: Roster) -> Iterator[Fault]:
    """Units that go on as others: known, once, not in a circle, and left empty."""
    units = {unit.id: unit for unit in roster.units}
    claimed = Counter(old for unit in roster.units for old in unit.replaces)
    merges = roster.merges
    for index, unit in enumerate(roster.units):
        for place, old in enumerate(unit.replaces):
            where: Trail = ("units", index, "replaces", place)
            if old in units:
                yield (
                    where,
                    speak(f"{old} 仍列於 units", f"{old} still stands under units"),
                    speak("請自 units 移除，或加填 merged_into", "take it out there, or write merged_into with it"),
                )
            elif claimed[old] > 1:
                yield (
                    where,
                    speak(f"{old} 被取代兩次", f"{old} is replaced twice"),
                    speak("請擇一保留", "keep one of them"),
                )
        if not unit.merged_into:
            continue
        where = ("units", index, "merged_into")
        if unit.merged_into not in units:
            yield (
                where,
                speak(f"查無單位 {unit.merged_into!r}", f"unknown unit {unit.merged_into!r}"),
                speak("請用 units 所列單位之 id", "use the id of an entry under units"),
            )
        elif circle := circle_of(merges, unit.id):
            yield (
                where,
                speak(f"併入成環：{' → '.join(circle)}", f"a circle: {' → '.join(circle)}"),
                speak("請至少留下其中一個", "let one of them stay"),
            )
        if unit.shares:
            remedy = speak(f"請移至 {unit.merged_into}", f"move them to {unit.merged_into}")
            yield (
                ("units", index, "shares"),
                speak(f"{unit.name} 已併入他單位，仍有分享區", f"{unit.name} is merged and still has shares"),
                remedy,
            )
    gone = {unit.id for unit in roster.units if unit.merged_into}
    for index, person in enumerate(roster.people):
        if {person.unit, *(grant.unit for grant in person.grants)} & gone:
            yield (
                ("people", index, "unit"),
                speak(f"{person.unit} 已併入他單位", f"{person.unit} is merged into another unit"),
                speak("請填併入後之單位", "give the unit it went into"),
            )


def circle_of(merges: Mapping[str, str], unit_id: str) -> list[str]:
    """The units that lead back to this one; empty where none does."""
    way = [unit_id]
    while way[-1] in merges and len(way) <= len(merges) + 1:
        way.append(merges[way[-1]])
        if way[-1] == unit_id:
            return way
    return []
