"""移交清冊 for the ethics office, both people and the witness: what moves to whom, and the paper to be signed."""

from __future__ import annotations

from inspection.access.policy import Act
from inspection.documents.storage import DOCX
from inspection.handovers.listing import counts
from inspection.handovers.paper import print_list
from inspection.model import Handover, HandoverLine
from inspection.portal import rendering
from inspection.portal.guard import Door, Visit
from inspection.portal.responses import Download, Page, Reply
from inspection.rules import catalogue
from inspection.store import handovers, people


def list_page(visit: Visit, _subject: None) -> Reply:
    """All handovers, newest first."""
    rows = handovers.everything(visit.session)
    names = people.named(visit.session, {one for row in rows for one in (row.from_id, row.to_id)})
    return Page("handovers.html.j2", {"rows": rows, "names": names, "here": "handovers"})


def show_page(visit: Visit, handover: Handover) -> Reply:
    """One handover, by kind. What an unannounced inspection still hides from the visitor is left out."""
    lines = [one for one in handovers.lines(visit.session, handover.id) if not _is_hidden(visit, one)]
    named = {handover.from_id, handover.to_id, handover.witness_id or "", *(one.taker_id for one in lines)}
    say = catalogue.current().wording.line
    kinds = [
        (say(f"handed_kind_{kind.value}"), say(f"handed_measure_{kind.value}"), [x for x in lines if x.kind is kind])
        for kind in counts(lines)
    ]
    return Page(
        "handover.html.j2",
        {
            "handover": handover,
            "kinds": kinds,
            "total": len(lines),
            "names": people.named(visit.session, named),
            "unit": rendering.unit_names(visit.session).get(handover.unit_id, ""),
            "may_list": visit.may(Act.LIST_HANDOVERS),
            "here": "handovers",
        },
    )


def _is_hidden(visit: Visit, line: HandoverLine) -> bool:
    return line.campaign_id in visit.who.unrevealed


def document(visit: Visit, handover: Handover) -> Reply:
    """The list as a Word document; made anew each time, for lines may be added until its day."""
    kept, data = print_list(visit.session, handover.id, catalogue=catalogue.current(), at=visit.at)
    return Download(data, DOCX, f"{kept.title}.docx")


DOORS = (
    Door("GET", "/handovers", Act.LIST_HANDOVERS, list_page),
    Door("GET", "/handovers/{subject_id}", Act.READ_HANDOVER, show_page, Handover),
    Door("GET", "/handovers/{subject_id}/document", Act.READ_HANDOVER, document, Handover),
)
