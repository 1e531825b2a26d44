"""Who and what the agency is: units, people, their roles, deputies and shares."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from inspection.model.base import Record, enum_column
from inspection.vocabulary import Role


class Agency(Record):
    """The one agency this installation serves. `details` keeps printed particulars (telephones, prefixes);
    `folder_looked_at`: when the drop folder was last looked through whole."""

    __tablename__ = "agency"

    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    short_name: Mapped[str] = mapped_column(String(40))
    superior_name: Mapped[str] = mapped_column(String(100))
    superior_ethics_name: Mapped[str] = mapped_column(String(100))
    document_prefix: Mapped[str] = mapped_column(String(20))
    details: Mapped[dict[str, Any]]
    folder_looked_at: Mapped[datetime | None]


class Unit(Record):
    """A unit of the agency (課室) or an agency under it (所屬機關). Left units stay, inactive.

    `merged_into` is the unit that went on with its matters, where it was merged or renamed under another id.
    """

    __tablename__ = "unit"

    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(20))
    tags: Mapped[list[str]]
    staff_count: Mapped[int]
    is_ethics: Mapped[bool]
    active: Mapped[bool]
    merged_into: Mapped[str | None] = mapped_column(String(20))


class Person(Record):
    """One human being, once, however many roles are held. `login` is the name in Airflow where it is not the id.

    `of_roster`: false for whom a unit named to fill its form and typed in (`ChecklistFiller`): an import of the roster
    leaves them alone, and no list of people to choose from holds them.
    """

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(60))
    email: Mapped[str] = mapped_column(String(254))
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    active: Mapped[bool]
    login: Mapped[str | None] = mapped_column(String(100))
    of_roster: Mapped[bool] = mapped_column(default=True, server_default=true())


class RoleGrant(Record):
    """A role held by a person, for a unit or for the whole agency (unit_id ''), within dates (end inclusive)."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("person_id", "role", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    role: Mapped[Role] = mapped_column(enum_column(Role))
    unit_id: Mapped[str] = mapped_column(String(20))
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]


class Deputy(Record):
    """代理人: who acts for whom, in which days (both inclusive), on which ground."""

    __tablename__ = "deputy"
    __table_args__ = (UniqueConstraint("principal_id", "deputy_id", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    principal_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    deputy_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    ground: Mapped[str] = mapped_column(String(200))


class ShareRecord(Record):
    """A shared folder of a unit, by its address; credentials are never kept here."""

    __tablename__ = "share"
    __table_args__ = (UniqueConstraint("address"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    name: Mapped[str] = mapped_column(String(100))
    address: Mapped[str] = mapped_column(String(500))
    is_common: Mapped[bool]
    active: Mapped[bool]
