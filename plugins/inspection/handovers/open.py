"""Opens a handover: lists what the leaver holds, settles who takes it, tells both; in effect from its day."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.access.policy import ETHICS
from inspection.access.roles import on_behalf
from inspection.access.who import asking
from inspection.audit.events import record
from inspection.audit.steps import advance
from inspection.errors import BadSource, Conflict, NotAllowed
from inspection.handovers.carry_out import carry_out
from inspection.handovers.holdings import Holding, holdings_of
from inspection.handovers.listing import Wanted, number_of, write_handover
from inspection.handovers.takers import as_named
from inspection.handovers.telling import tell_opened
from inspection.language import speak
from inspection.model import Handover
from inspection.model.lifecycle import HandoverState
from inspection.rules.catalogue import Catalogue
from inspection.store import handovers, roster


def open_handover(session: Session, wanted: Wanted, *, catalogue: Catalogue, actor: str, at: datetime) -> Handover:
    """Opens it, or returns the one already open; it is carried out at once where its day has come.

    Raises NotAllowed for people outside the ethics office, for the successor in person, and where somebody would
    verify what they mended, decide what they asked for or inspect their own unit; BadSource where nothing is held.
    """
    by = asking(session, actor, at=at).holding(ETHICS)
    if by is None:
        raise NotAllowed(speak("移交案僅得由政風室開立", "only the ethics office opens a handover"))
    if actor == wanted.to_id:
        raise NotAllowed(
            speak(
                "不得自行開立本人之移交案；請由其他政風人員開立",
                "nobody hands over to themselves; another of the ethics office opens it",
            )
        )
    _possible(session, wanted)
    known = session.get(Handover, number_of(wanted))
    if known is not None:
        if known.state == HandoverState.WITHDRAWN:
            raise Conflict(
                speak(
                    f"移交案 {known.id} 已撤回；請另以其他日期開立",
                    f"handover {known.id} was withdrawn; open one from another day",
                )
            )
        return known
    holdings = _chosen(session, wanted, catalogue=catalogue, at=at)
    settled = as_named(
        session,
        holdings,
        giver=wanted.from_id,
        taker=wanted.to_id,
        instead=wanted.instead,
        wording=catalogue.wording,
        on=wanted.on,
        at=at,
    )
    handover = write_handover(session, wanted, settled, by_roster=False, actor=actor, at=at)
    session.refresh(handover)
    record(session, at=at, actor=actor, subject=("handover", handover.id), action="opened", reason=wanted.reason,
           details={"count": len(settled), "due_on": str(wanted.on), **on_behalf(actor, by)})  # fmt: skip
    tell_opened(session, handover, catalogue=catalogue, at=at)
    if wanted.on <= clock.local_date(at):
        carry_out(session, handover.id, catalogue=catalogue, actor=actor, at=at)
    return handover


def _possible(session: Session, wanted: Wanted) -> None:
    for person_id in (wanted.from_id, wanted.to_id, *([wanted.witness_id] if wanted.witness_id else [])):
        roster.person(session, person_id)
    if wanted.unit_id:
        roster.unit(session, wanted.unit_id)
    if wanted.from_id == wanted.to_id:
        raise BadSource(
            speak("移交人與接交人為同一人", "who hands over and who takes over are one person"),
            remedy=speak("請指定接交人", "name who takes over"),
        )
    if wanted.witness_id in {wanted.from_id, wanted.to_id}:
        raise BadSource(
            speak("監交人不得為移交人或接交人", "the witness neither hands over nor takes over"),
            remedy=speak("請另指定監交人", "name another witness"),
        )
    if not wanted.reason.strip():
        raise BadSource(
            speak("移交事由未填", "the reason is missing"),
            remedy=speak("請寫明調職、離職或職務調整", "say whether somebody moves, leaves or changes duties"),
        )


def _chosen(session: Session, wanted: Wanted, *, catalogue: Catalogue, at: datetime) -> list[Holding]:
    grants = [(one.role, one.unit_id) for one in handovers.grants_of(session, wanted.from_id, on=wanted.on)]
    chosen = [one for one in grants if one[1] == wanted.unit_id] if wanted.unit_id else None
    holdings = holdings_of(session, wanted.from_id, wording=catalogue.wording, on=wanted.on, at=at, grants=chosen)
    if not holdings:
        of_unit = speak(f"就單位 {wanted.unit_id} ", f" for unit {wanted.unit_id}") if wanted.unit_id else ""
        raise BadSource(
            speak(f"人員 {wanted.from_id} {of_unit}沒有經管事項", f"person {wanted.from_id} holds nothing{of_unit}"),
            remedy=speak("請以 `inspection handover list` 查詢", "see `inspection handover list`"),
        )
    return holdings


def withdraw(session: Session, handover_id: str, *, reason: str, actor: str, at: datetime) -> Handover:
    """Takes back a handover whose day has not come; twice is once. Raises Conflict once it is carried out."""
    by = asking(session, actor, at=at).holding(ETHICS)
    if by is None:
        raise NotAllowed(speak("移交案僅得由政風室撤回", "only the ethics office withdraws a handover"))
    if not reason.strip():
        raise BadSource(
            speak("撤回理由未填", "the reason is missing"), remedy=speak("請寫明撤回之理由", "say why it is withdrawn")
        )
    handover = handovers.get(session, handover_id)
    if handover.state != HandoverState.WITHDRAWN:
        details = on_behalf(actor, by)
        advance(session, handover, HandoverState.WITHDRAWN, actor=actor, at=at, reason=reason, details=details)
    return handover
