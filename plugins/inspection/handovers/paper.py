"""移交清冊 as Word: who gives, takes and witnesses, what there is of each kind, line by line."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.calendar import roc
from inspection.documents.kinds import handover_list as sheet
from inspection.documents.printing import Paper, print_paper
from inspection.documents.storage import read_document
from inspection.handovers.listing import counts
from inspection.model import Document, Handover, HandoverLine, Person, Unit
from inspection.rules.catalogue import Catalogue
from inspection.store import handovers, roster
from inspection.vocabulary import HandedKind


def print_list(session: Session, handover_id: str, *, catalogue: Catalogue, at: datetime) -> tuple[Document, bytes]:
    """Renders and keeps the list, and gives its bytes; the same list is the same document."""
    handover = handovers.get(session, handover_id)
    context = list_context(session, handover, catalogue)
    paper = Paper(sheet.KIND, handover.id, context, created=handover.opened_at)
    document = print_paper(session, paper, catalogue=catalogue, at=at)
    return document, read_document(document)


def list_context(session: Session, handover: Handover, catalogue: Catalogue) -> sheet.HandoverList:
    """What the template is filled with."""
    lines = handovers.lines(session, handover.id)
    kinds = [_kind(session, kind, [one for one in lines if one.kind is kind], catalogue) for kind in counts(lines)]
    return {
        "title": catalogue.wording.line("handover_title"),
        "number": handover.id,
        "date": roc.plain(clock.local_date(handover.opened_at)),
        "effective_on": roc.with_weekday(handover.effective_on),
        "scope": _unit_name(session, handover.unit_id) or "全部經管事項",
        "reason": handover.reason,
        "giver": _person(session, handover.from_id),
        "taker": _person(session, handover.to_id),
        "witness": _person(session, handover.witness_id) if handover.witness_id else "",
        "kinds": kinds,
        "total": len(lines),
        "notes": catalogue.wording.say("handover_notes"),
    }


def _unit_name(session: Session, unit_id: str | None) -> str:
    unit = session.get(Unit, unit_id) if unit_id else None
    return unit.name if unit else ""


def _person(session: Session, person_id: str) -> str:
    person = roster.person(session, person_id)
    return f"{_unit_name(session, person.unit_id)}{person.title}{person.name}"


def _kind(session: Session, kind: HandedKind, lines: list[HandoverLine], catalogue: Catalogue) -> sheet.HandoverKind:
    return {
        "name": catalogue.wording.line(f"handed_kind_{kind.value}"),
        "count": len(lines),
        "measure": catalogue.wording.line(f"handed_measure_{kind.value}"),
        "lines": [
            {
                "number": line.number,
                "words": line.words,
                "due": roc.plain(line.due_on) if line.due_on else "",
                "taker": _short(roster.person(session, line.taker_id)),
            }
            for line in lines
        ],
    }


def _short(person: Person) -> str:
    return f"{person.title}{person.name}"
