"""Enters awareness work of which only what matters to a test is given."""

from __future__ import annotations

from campaigns.paper_office import STAFF, PaperOffice
from inspection import clock as now
from inspection.awareness.importing import bring_in
from inspection.awareness.records import HandlerEntry, SessionEntry, Written, typed_in
from inspection.store.session import session_scope


def held(office: PaperOffice, on: str, kind: str = "case", **given: object) -> None:
    """A session, of which only what matters is given."""
    values = {"held_on": on, "kind": kind, "title": f"{on} {kind}", "attendees": 3, "units": ["全部"], **given}
    with session_scope() as session:
        entry = typed_in(SessionEntry, values)
        bring_in(session, Written(sessions=(entry,)), catalogue=office.rules, person_id=STAFF, at=now.now())


def handles(office: PaperOffice, person: str, unit: str, **given: object) -> None:
    """Somebody handles secrets."""
    with session_scope() as session:
        entry = typed_in(HandlerEntry, {"person": person, "unit": unit, "since": "2026-01-01", **given})
        bring_in(session, Written(handlers=(entry,)), catalogue=office.rules, person_id=STAFF, at=now.now())
