"""Brings a file of awareness work in: first what it would change, then all of it in one transaction or nothing.

What the file no longer holds stays: a session entered by mistake is withdrawn, a person who no longer handles
secrets gets a last day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from inspection.access.roles import on_behalf
from inspection.audit.events import record
from inspection.awareness.keepers import keeper
from inspection.awareness.records import HandlerEntry, Placed, SessionEntry, Written
from inspection.awareness.resolving import Known
from inspection.calendar import roc
from inspection.errors import BadSource, BadSources, Place
from inspection.language import speak
from inspection.model import AwarenessSession, SecretHandler
from inspection.roster.importing import Change, ChangeKind
from inspection.rules.catalogue import Catalogue
from inspection.store import awareness

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Difference:
    """One change, the row it touches (None: a new one), and the values wanted."""

    change: Change
    row: AwarenessSession | SecretHandler | None
    values: Row


def look(session: Session, written: Written, *, catalogue: Catalogue) -> tuple[Change, ...]:
    """What bringing a file in would change; writes nothing.

    Raises BadSource or BadSources naming each cell with a kind, content, channel, unit or person nobody knows.
    """
    return tuple(one.change for one in _differences(session, written, catalogue))


def bring_in(
    session: Session, written: Written, *, catalogue: Catalogue, person_id: str, at: datetime
) -> tuple[Change, ...]:
    """Writes what a file adds or changes; the same file again changes nothing.

    Raises NotAllowed outside the ethics office, and what `look` raises.
    """
    acting = on_behalf(person_id, keeper(session, person_id, at=at))
    differences = _differences(session, written, catalogue)
    for one in differences:
        if one.row is not None:
            for name, _, _ in one.change.fields:
                setattr(one.row, name, one.values[name])
        elif one.change.what == AwarenessSession.__tablename__:
            session.add(AwarenessSession(**one.values, active=True, entered_by=person_id, entered_at=at))
        else:
            session.add(SecretHandler(**one.values))
        action = "added" if one.change.kind is ChangeKind.ADD else "changed"
        record(session, at=at, actor=person_id, subject=(one.change.what, one.change.id), action=action, details=acting)
    session.flush()
    return tuple(one.change for one in differences)


def _differences(session: Session, written: Written, catalogue: Catalogue) -> list[_Difference]:
    known = Known(session, catalogue.awareness)
    sessions = {one.id: one for one in awareness.everything_held(session)}
    handlers = {_key(one.person_id, one.unit_id, one.since): one for one in awareness.all_handlers(session)}
    found: list[_Difference] = []
    seen: set[str] = set()
    faults: list[BadSource] = []
    values: Row | None
    for held in written.sessions:
        values = session_values(held, known, faults)
        if values is not None:
            key = str(values["id"])
            _refuse_twice(key, held.place("id"), seen, faults)
            found += _difference(AwarenessSession.__tablename__, key, sessions.get(key), values)
    for handling in written.handlers:
        values = handler_values(handling, known, faults)
        if values is not None:
            key = _key(values["person_id"], values["unit_id"], values["since"])
            _refuse_twice(key, handling.place("person"), seen, faults)
            found += _difference(SecretHandler.__tablename__, key, handlers.get(key), values)
    if faults:
        raise faults[0] if len(faults) == 1 else BadSources(faults)
    return found


def _refuse_twice(key: str, place: Place, seen: set[str], faults: list[BadSource]) -> None:
    if key in seen:
        faults.append(
            BadSource(
                speak("重複填列", "the same is given twice"),
                place=place,
                remedy=speak("請擇一保留", "keep one of the two"),
            )
        )
    seen.add(key)


def _difference(what: str, key: str, row: AwarenessSession | SecretHandler | None, values: Row) -> list[_Difference]:
    if row is None:
        return [_Difference(Change(ChangeKind.ADD, what, key), row, values)]
    fields = tuple(
        (name, str(getattr(row, name)), str(value)) for name, value in values.items() if getattr(row, name) != value
    )
    return [_Difference(Change(ChangeKind.CHANGE, what, key, fields), row, values)] if fields else []


def _key(person: str, unit: str, since: date) -> str:
    return f"{person} {unit} {since}"


def session_values(placed: Placed[SessionEntry], known: Known, faults: list[BadSource]) -> Row | None:
    """The row a session stands for; each word nobody knows goes to `faults`, and there is no row then."""
    entry, place, before = placed.entry, placed.place, len(faults)
    kind = known.kind(entry.kind, place("kind"), faults)
    tags = [known.tag(word, place("tags"), faults) for word in entry.tags]
    units = known.units(entry.units, place("units"), faults)
    people = [known.person(word, place("people"), faults) for word in entry.people]
    channels = [
        {"channel": known.channel(one.channel, place("channels"), faults), "on": one.on.isoformat()}
        for one in entry.channels
    ]
    if len(faults) > before:
        return None
    return {
        "id": entry.id or _number(entry, kind),
        "kind": kind,
        "title": entry.title,
        "held_on": entry.held_on,
        "for_month": entry.month or entry.held_on.replace(day=1),
        "tags": sorted(set(tags)),
        "unit_ids": units,
        "attendees": entry.attendees,
        "attendee_ids": sorted(set(people)),
        "quiz_takers": entry.quiz_takers,
        "quiz_average": entry.quiz_average,
        "channels": channels,
    }


def handler_values(placed: Placed[HandlerEntry], known: Known, faults: list[BadSource]) -> Row | None:
    """The row of a person who handles secrets; what is wrong goes to `faults`, and there is no row then."""
    entry, place, before = placed.entry, placed.place, len(faults)
    person = known.person(entry.person, place("person"), faults)
    units = known.units((entry.unit,), place("unit"), faults)
    if len(units) > 1:
        faults.append(
            BadSource(
                speak("不得一次指定所有單位", "names every unit"),
                place=place("unit"),
                remedy=speak("請每單位各填一列", "write one row for each unit"),
            )
        )
    if len(faults) > before:
        return None
    return {
        "person_id": person,
        "unit_id": units[0],
        "duties": entry.duties,
        "since": entry.since,
        "until": entry.until,
    }


def _number(entry: SessionEntry, kind: str) -> str:
    """The number of a session that bears none: the same day, kind and title give the same one."""
    digest = hashlib.sha256(f"{entry.held_on} {kind} {entry.title}".encode()).hexdigest()[:6]
    return f"AW-{roc.roc_year(entry.held_on)}-{entry.held_on:%m%d}-{digest}"
