"""Imports a roster: first a diff to look at, then all of it in one transaction or nothing.

Who or what is no longer in the file becomes inactive, never deleted: history keeps its names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from inspection.audit.events import record
from inspection.errors import BadSource
from inspection.language import speak
from inspection.model import Agency, Deputy, Person, Record, RoleGrant, ShareRecord, Unit
from inspection.rules.roster import Roster, circle_of
from inspection.store import roster_rows

Row = Mapping[str, Any]


class ChangeKind(StrEnum):
    """What the import would do with a row."""

    ADD = "add"
    CHANGE = "change"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between file and database; `fields` names what would change, old to new."""

    kind: ChangeKind
    what: str
    id: str
    fields: tuple[tuple[str, str, str], ...] = ()

    def as_row(self) -> dict[str, object]:
        """As a command shows it."""
        fields = "; ".join(f"{name}: {old} → {new}" for name, old, new in self.fields)
        return {"change": self.kind.value, "what": self.what, "id": self.id, "fields": fields}


def wanted_rows(roster: Roster) -> dict[type[Record], dict[str, Row]]:
    """The rows a roster stands for, by their key in words."""
    agency = roster.agency
    return {
        Agency: {
            agency.id: {
                "id": agency.id,
                "name": agency.name,
                "short_name": agency.short_name,
                "superior_name": agency.superior_name,
                "superior_ethics_name": agency.superior_ethics_name,
                "document_prefix": agency.document_prefix,
                "details": {
                    **agency.details,
                    **_readers(roster),
                    "contacts": [contact.model_dump(mode="json") for contact in roster.contacts],
                },
            }
        },
        Unit: {
            unit.id: {
                "id": unit.id,
                "name": unit.name,
                "kind": unit.kind,
                "tags": list(unit.tags),
                "staff_count": unit.staff,
                "is_ethics": unit.is_ethics,
                "active": not unit.merged_into,
                "merged_into": unit.merged_into or None,
            }
            for unit in roster.units
        },
        Person: {
            person.id: {
                "id": person.id,
                "name": person.name,
                "title": person.title,
                "email": person.email,
                "unit_id": person.unit or None,
                "active": True,
                "login": person.login or None,
                "of_roster": True,
            }
            for person in roster.people
        },
        ShareRecord: {
            share.id: {
                "id": share.id,
                "unit_id": unit.id,
                "name": share.name,
                "address": share.address,
                "is_common": share.common,
                "active": True,
            }
            for unit in roster.units
            for share in unit.shares
        },
        RoleGrant: {
            f"{person.id} {grant.role.value} {grant.unit}".strip(): {
                "person_id": person.id,
                "role": grant.role,
                "unit_id": grant.unit,
                "valid_from": grant.valid_from,
                "valid_until": grant.valid_until,
            }
            for person in roster.people
            for grant in person.grants
        },
        Deputy: {
            f"{deputy.principal} {deputy.deputy} {deputy.valid_from}": {
                "principal_id": deputy.principal,
                "deputy_id": deputy.deputy,
                "valid_from": deputy.valid_from,
                "valid_until": deputy.valid_until,
                "ground": deputy.ground,
            }
            for deputy in roster.deputies
        },
    }


def _readers(roster: Roster) -> dict[str, dict[str, int]]:
    """How many may read which server; nothing where the roster names none, as in rosters imported before it could."""
    named = {server.host.lower(): server.readers for server in roster.servers}
    return {"readers": named} if named else {}


KEY_OF: dict[type[Record], Callable[[Any], str]] = {
    Agency: lambda row: str(row.id),
    Unit: lambda row: str(row.id),
    Person: lambda row: str(row.id),
    ShareRecord: lambda row: str(row.id),
    RoleGrant: lambda row: f"{row.person_id} {row.role.value} {row.unit_id}".strip(),
    Deputy: lambda row: f"{row.principal_id} {row.deputy_id} {row.valid_from}",
}


def _known(session: Session, kind: type[Record]) -> dict[str, Any]:
    return {KEY_OF[kind](row): row for row in roster_rows.everything(session, kind)}


def _wanted(session: Session, roster: Roster) -> dict[type[Record], dict[str, Row]]:
    """The wanted rows, with what becomes of units that other units replace.

    Raises BadSource for a unit replaced that nobody knows, or for merges that lead in a circle.
    """
    rows = wanted_rows(roster)
    known = {unit.id: unit.merged_into for unit in unit_rows(session)}
    for unit in roster.units:
        for old in unit.replaces:
            if old not in known:
                remedy = speak("請填匯入時所用之 id", "name the id under which it was imported")
                raise BadSource(
                    speak(
                        f"單位 {unit.id} 所取代之 {old} 不存在", f"unit {unit.id} replaces {old}, which is not known"
                    ),
                    place="roster",
                    remedy=remedy,
                )
            rows[Unit][old] = {"id": old, "active": False, "merged_into": unit.id}
    known |= {unit_id: row["merged_into"] for unit_id, row in rows[Unit].items()}
    merges = {old: new for old, new in known.items() if new}
    circles = [circle for old in merges if (circle := circle_of(merges, old))]
    if circles:
        remedy = speak("請至少留下其中一個", "let one of them stay")
        raise BadSource(
            speak(
                f"單位互相併入成環：{' → '.join(circles[0])}", f"units are merged in a circle: {' → '.join(circles[0])}"
            ),
            place="roster",
            remedy=remedy,
        )
    return rows


def unit_rows(session: Session) -> list[Unit]:
    """Every unit ever known."""
    return [row for row in roster_rows.everything(session, Unit) if isinstance(row, Unit)]


def diff(session: Session, roster: Roster) -> list[Change]:
    """What an import would change, in the order it would be done; empty where file and database agree."""
    changes = []
    for kind, rows in _wanted(session, roster).items():
        known = _known(session, kind)
        for key, values in rows.items():
            if key not in known:
                changes.append(Change(ChangeKind.ADD, kind.__tablename__, key))
                continue
            fields = tuple(
                (name, str(getattr(known[key], name)), str(value))
                for name, value in values.items()
                if getattr(known[key], name) != value
            )
            if fields:
                changes.append(Change(ChangeKind.CHANGE, kind.__tablename__, key, fields))
        changes.extend(
            Change(ChangeKind.LEAVE, kind.__tablename__, key)
            for key, row in known.items()
            if key not in rows and getattr(row, "active", True) and not _stays(row, rows)
        )
    return changes


def _stays(row: Record, rows: Mapping[str, Row]) -> bool:
    """Whom a unit named to fill its form is not in the file; once the file has their address, it holds the person."""
    if not isinstance(row, Person) or row.of_roster:
        return False
    return row.email.lower() not in {str(one["email"]).lower() for one in rows.values()}


def apply(session: Session, roster: Roster, *, actor: str, at: datetime) -> list[Change]:
    """Brings the database up to the file; returns what was changed. The same file again changes nothing."""
    changes = diff(session, roster)
    by_table = {kind.__tablename__: (kind, rows) for kind, rows in _wanted(session, roster).items()}
    known_rows = {kind.__tablename__: _known(session, kind) for kind in KEY_OF}
    for change in changes:
        kind, rows = by_table[change.what]
        known = known_rows[change.what]
        if change.kind is ChangeKind.ADD:
            session.add(kind(**rows[change.id]))
            session.flush()
        elif change.kind is ChangeKind.CHANGE:
            for name, _, _ in change.fields:
                setattr(known[change.id], name, rows[change.id][name])
        elif hasattr(known[change.id], "active"):
            known[change.id].active = False
        else:
            session.delete(known[change.id])
    session.flush()
    if changes:
        record(
            session, at=at, actor=actor, subject=("roster", roster.agency.id), action="imported",
            details={"count": len(changes)},
        )  # fmt: skip
    return changes
