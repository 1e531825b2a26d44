"""The rows of a handover: written once, with lines that are only ever added."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from inspection.calendar import roc
from inspection.handovers.takers import Settled
from inspection.model import Handover, HandoverLine, Person
from inspection.model.lifecycle import HandoverState
from inspection.rules.wording import Wording
from inspection.store import handovers, roster
from inspection.store.once import insert_once
from inspection.vocabulary import HandedKind, Role


@dataclass(frozen=True, slots=True)
class Wanted:
    """From whom to whom, from which day and why; of one unit only, or ('') all.

    `instead` gives single lines (their keys) to somebody else than the successor; `witness_id` is the 監交人, where
    none is named the head of the leaver's unit.
    """

    from_id: str
    to_id: str
    on: date
    reason: str
    unit_id: str = ""
    witness_id: str | None = None
    instead: Mapping[str, str] = field(default_factory=dict)


def number_of(wanted: Wanted) -> str:
    """The number of a handover: the same people on the same day are the same handover."""
    parts = ["H", f"{roc.roc_year(wanted.on)}{wanted.on:%m%d}", wanted.from_id, wanted.to_id]
    return "-".join([*parts, *([wanted.unit_id] if wanted.unit_id else [])])


def write_handover(
    session: Session, wanted: Wanted, settled: Settled, *, by_roster: bool, actor: str, at: datetime
) -> Handover:
    """The rows of a handover, once."""
    number = number_of(wanted)
    giver = roster.person(session, wanted.from_id)
    witness = wanted.witness_id or witness_for(session, giver, not_these={wanted.from_id, wanted.to_id}, on=wanted.on)
    values = {
        "id": number,
        "from_id": wanted.from_id,
        "to_id": wanted.to_id,
        "unit_id": wanted.unit_id,
        "effective_on": wanted.on,
        "reason": wanted.reason,
        "witness_id": witness,
        "by_roster": by_roster,
        "state": HandoverState.OPEN,
        "opened_by": actor,
        "opened_at": at,
    }
    if insert_once(session, Handover, values, keys=["id"]):
        add_lines(session, number, settled)
    return handovers.get(session, number)


def add_lines(session: Session, handover_id: str, settled: Settled) -> int:
    """Lists holdings not listed yet; returns how many were new."""
    there = handovers.lines(session, handover_id)
    listed = {(one.kind, one.subject_id) for one in there}
    fresh = [(holding, taker) for holding, taker in settled if (holding.kind, holding.subject_id) not in listed]
    session.add_all(
        HandoverLine(
            handover_id=handover_id,
            number=number,
            kind=holding.kind,
            subject_id=holding.subject_id,
            campaign_id=holding.campaign_id,
            unit_id=holding.unit_id,
            words=holding.words,
            due_on=holding.due_on,
            taker_id=taker,
        )
        for number, (holding, taker) in enumerate(fresh, start=len(there) + 1)
    )
    session.flush()
    return len(fresh)


def witness_for(session: Session, giver: Person, *, not_these: set[str], on: date) -> str | None:
    """監交人: the head of the leaver's unit, else the ethics head, the 主任秘書, the head; never one of the two."""
    heads = roster.holders(session, Role.UNIT_HEAD, on=on, unit_id=giver.unit_id) if giver.unit_id else []
    above = [
        person
        for role in (Role.ETHICS_HEAD, Role.CHIEF_SECRETARY, Role.AGENCY_HEAD)
        for person in roster.holders(session, role, on=on)
    ]
    return next((one.id for one in [*heads, *above] if one.id not in not_these), None)


def counts(lines: list[HandoverLine]) -> dict[HandedKind, int]:
    """How many lines there are of each kind, in the order of the 清冊."""
    found = Counter(one.kind for one in lines)
    return {kind: found[kind] for kind in HandedKind if found[kind]}


def counted(lines: list[HandoverLine], wording: Wording) -> str:
    """The same in words: 「改善案 3 件、檢查表 1 件」."""
    return "、".join(
        f"{wording.line(f'handed_kind_{kind.value}')} {count} {wording.line(f'handed_measure_{kind.value}')}"
        for kind, count in counts(lines).items()
    )
