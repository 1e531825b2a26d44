"""Carries a handover out on its day: each thing moves once, by the verb of its room, with an event beside it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.approvals.reassign import reassign
from inspection.audit.events import record
from inspection.audit.steps import advance
from inspection.errors import Conflict
from inspection.handovers.holdings import Grant, holdings_of
from inspection.handovers.listing import add_lines
from inspection.handovers.takers import Settled, next_who_may
from inspection.handovers.telling import tell_carried_out
from inspection.language import speak
from inspection.model import Handover, HandoverLine
from inspection.model.lifecycle import HandoverState
from inspection.reports.copies import hand_on
from inspection.roster.moving import move_deputyship, move_grant
from inspection.rules.catalogue import Catalogue
from inspection.store import handovers
from inspection.vocabulary import HandedKind


def carry_out(session: Session, handover_id: str, *, catalogue: Catalogue, actor: str, at: datetime) -> Handover:
    """Moves everything to whoever takes it; twice is once. Raises Conflict before its day and where it was withdrawn.

    What came to the leaver since the list was made is listed now; where the successor may not have it, the next who
    may takes it.
    """
    handover = handovers.get(session, handover_id)
    if handover.state == HandoverState.CARRIED_OUT:
        return handover
    if handover.effective_on > clock.local_date(at):
        raise Conflict(
            speak(
                f"移交案 {handover_id} 於 {handover.effective_on} 生效，不得提前",
                f"handover {handover_id} takes effect on {handover.effective_on}, not earlier",
            )
        )
    _list_what_came(session, handover, catalogue=catalogue, at=at)
    lines = handovers.lines(session, handover_id)
    advance(session, handover, HandoverState.CARRIED_OUT, actor=actor, at=at, details={"count": len(lines)})
    handover.carried_out_at = at
    session.flush()
    for line in lines:
        _move(session, handover, line, actor=actor, at=at)
    session.flush()
    tell_carried_out(session, handover, catalogue=catalogue, at=at)
    return handover


def carry_out_due(session: Session, *, on: date, catalogue: Catalogue, actor: str, at: datetime) -> int:
    """Carries out every handover whose day has come; returns how many."""
    waiting = handovers.due(session, on=on)
    for one in waiting:
        carry_out(session, one.id, catalogue=catalogue, actor=actor, at=at)
    return len(waiting)


def _list_what_came(session: Session, handover: Handover, *, catalogue: Catalogue, at: datetime) -> None:
    if handover.by_roster:
        return  # listed in the very transaction that moved the roles
    grants: list[Grant] | None = None
    if handover.unit_id:
        own = handovers.grants_of(session, handover.from_id, on=handover.effective_on)
        grants = [(one.role, one.unit_id) for one in own if one.unit_id == handover.unit_id]
    on = handover.effective_on
    listed = {(one.kind, one.subject_id) for one in handovers.lines(session, handover.id)}
    settled: Settled = []
    for holding in holdings_of(session, handover.from_id, wording=catalogue.wording, on=on, at=at, grants=grants):
        if (holding.kind, holding.subject_id) in listed:
            continue
        taker, _ = next_who_may(session, holding, giver=handover.from_id, taker=handover.to_id, on=on, at=at)
        settled.append((holding, taker))
    add_lines(session, handover.id, settled)


def _move(session: Session, handover: Handover, line: HandoverLine, *, actor: str, at: datetime) -> None:
    """Moves one thing; what has gone its way since (decided, returned, released) stays with who did it."""
    giver, taker, on = handover.from_id, line.taker_id, handover.effective_on
    moved = True
    match line.kind:
        case HandedKind.ROLE if not handover.by_roster:
            role, _, unit_id = line.subject_id.partition(":")
            moved = move_grant(session, role, unit_id, giver=giver, taker=taker, on=on)
        case HandedKind.DEPUTYSHIP if not handover.by_roster:
            moved = move_deputyship(session, line.subject_id, giver=giver, taker=taker, on=on)
        case HandedKind.DECISION | HandedKind.SIGNATURE:
            follows = handover.id
            moved = reassign(session, line.subject_id, giver=giver, taker=taker, follows=follows, actor=actor, at=at)
        case HandedKind.COPY:
            moved = hand_on(session, line.subject_id, giver=giver, taker=taker, on=clock.local_date(at))
        case _:
            pass  # held through a role or through this very line
    if moved:
        record(session, at=at, actor=actor, subject=("handover_line", f"{handover.id}:{line.number}"),
               action="handed_over", details={"follows": handover.id, "approver": taker})  # fmt: skip
