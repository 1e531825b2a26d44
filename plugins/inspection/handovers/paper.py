"""移交清冊 as Word: who gives, takes and witnesses, what there is of each kind, line by line."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import cast

from sqlalchemy.orm import Session

from inspection import clock, settings
from inspection.calendar import roc
from inspection.documents.frame import frame
from inspection.documents.kinds import handover_list as paper
from inspection.documents.render import Properties, fingerprint, render
from inspection.documents.shelf import Label, keep
from inspection.handovers.listing import counts
from inspection.model import Document, Handover, HandoverLine, Person, Unit
from inspection.rules.catalogue import Catalogue
from inspection.store import handovers, roster
from inspection.vocabulary import HandedKind

TEMPLATE = "handover/handover_list.docx"
KIND = "handover_list"


def print_list(session: Session, handover_id: str, *, catalogue: Catalogue, at: datetime) -> tuple[Document, bytes]:
    """Renders and keeps the list, and gives its bytes; the same list is the same document."""
    handover = handovers.get(session, handover_id)
    context = list_context(session, handover, catalogue)
    template = settings.TEMPLATES / TEMPLATE
    data = render(
        template,
        cast("dict[str, object]", context),
        properties=Properties(title=context["title"], author=context["office"], created=handover.opened_at),
    )
    label = Label(
        kind=KIND,
        subject_id=handover.id,
        title=f"{context['title']}（{handover.id}）",
        template=TEMPLATE,
        template_sha256=hashlib.sha256(template.read_bytes()).hexdigest(),
        level=context["frame"]["mark"],
    )
    return keep(session, data, label, at=at), data


def list_context(session: Session, handover: Handover, catalogue: Catalogue) -> paper.HandoverList:
    """What the template is filled with; the identifying code is bound to people, day and every line."""
    lines = handovers.lines(session, handover.id)
    agency = roster.agency(session)
    facts = {
        "number": handover.id,
        "people": [handover.from_id, handover.to_id, handover.witness_id],
        "lines": [[one.kind.value, one.subject_id, one.words, one.taker_id] for one in lines],
    }
    kinds = [_kind(session, kind, [one for one in lines if one.kind is kind], catalogue) for kind in counts(lines)]
    return {
        "frame": frame(catalogue.office, KIND, agency=agency, content_hash=fingerprint(facts)),
        "agency": agency.name,
        "office": "政風室",
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


def _kind(session: Session, kind: HandedKind, lines: list[HandoverLine], catalogue: Catalogue) -> paper.HandoverKind:
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
