"""Letters of a handover: numbers and counts only; who takes over gets the forms that are out and what waits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.calendar import roc
from inspection.checklists.issue import forms_of
from inspection.documents.paper_code import short_code
from inspection.handovers.listing import counted
from inspection.model import Approval, Checklist, Handover, HandoverLine
from inspection.model.lifecycle import ApprovalState
from inspection.notices.conditions.request import while_asked
from inspection.notices.outbox import Letter, write
from inspection.rules.catalogue import Catalogue
from inspection.store import handovers, notices, roster
from inspection.vocabulary import HandedKind, Role

ETHICS = (Role.ETHICS_STAFF, Role.ETHICS_HEAD)


def tell_opened(session: Session, handover: Handover, *, catalogue: Catalogue, at: datetime) -> None:
    """Tells both people, the witness and the ethics office that a list is there."""
    lines = handovers.lines(session, handover.id)
    ethics = roster.holding_any(session, ETHICS, unit_id="", on=clock.local_date(at))
    people = [handover.from_id, handover.to_id, handover.witness_id or "", *(one.id for one in ethics)]
    for person_id in dict.fromkeys(one for one in people if one):
        letter = Letter(
            key=f"handover-listed:{handover.id}:{person_id}",
            kind="handover_listed",
            person_id=person_id,
            values=_values(handover, lines, catalogue),
        )
        write(session, letter, at=at)


def tell_carried_out(session: Session, handover: Handover, *, catalogue: Catalogue, at: datetime) -> None:
    """Gives each taker what is needed to go on: the forms to be returned, and what waits for a decision."""
    lines = handovers.lines(session, handover.id)
    for taker in dict.fromkeys(line.taker_id for line in lines):
        own = [line for line in lines if line.taker_id == taker]
        forms = [
            checklist.document_id
            for line in own
            if line.kind is HandedKind.CHECKLIST
            and (checklist := session.get(Checklist, line.subject_id)) is not None
            and checklist.document_id is not None
        ]
        letter = Letter(
            key=f"handover-carried-out:{handover.id}:{taker}",
            kind="handover_carried_out",
            person_id=taker,
            values=_values(handover, own, catalogue) | {"form_count": len(forms)},
            attachments=tuple(one for form in forms for one in forms_of(session, form)),
        )
        write(session, letter, at=at)
        for line in own:
            if line.kind in {HandedKind.DECISION, HandedKind.SIGNATURE}:
                _ask_again(session, session.get_one(Approval, line.subject_id), line, at=at)


def _values(handover: Handover, lines: list[HandoverLine], catalogue: Catalogue) -> dict[str, object]:
    return {
        "handover_number": handover.id,
        "effective_on": roc.with_weekday(handover.effective_on),
        "line_count": len(lines),
        "line_counts": counted(lines, catalogue.wording),
    }


def _ask_again(session: Session, approval: Approval, line: HandoverLine, *, at: datetime) -> None:
    """The request for a decision, to the one who decides now."""
    if approval.state != ApprovalState.PENDING or approval.approver_id != line.taker_id:
        return
    first = notices.by_key(session, f"approval-requested:{approval.id}")
    letter = Letter(
        key=f"approval-requested:{approval.id}:{line.taker_id}",
        kind="approval_requested",
        person_id=line.taker_id,
        values={
            "document_name": str(first.values["document_name"]) if first else line.words,
            "identifier": short_code(approval.content_hash),
            "due": roc.plain(approval.due_on),
        },
        campaign_id=line.campaign_id,
        still_wanted=while_asked(approval.id),
    )
    write(session, letter, at=at)
