"""A roster file that takes roles from somebody implies handovers: 異動即提醒, nothing is left hanging in silence."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.audit.actors import COMMAND, program
from inspection.audit.events import record
from inspection.handovers.carry_out import carry_out
from inspection.handovers.holdings import Grant, Holding, holdings_of
from inspection.handovers.listing import Wanted, write_handover
from inspection.handovers.takers import next_who_may
from inspection.handovers.telling import tell_opened
from inspection.model import Handover, Person
from inspection.roster import importing
from inspection.roster.importing import Change
from inspection.rules.catalogue import Catalogue
from inspection.rules.roster import Roster
from inspection.store import handovers, roster
from inspection.vocabulary import HandedKind, Role

REASON = "名冊異動"
ORDER = (
    Role.AGENCY_HEAD, Role.CHIEF_SECRETARY, Role.ETHICS_HEAD, Role.ETHICS_STAFF, Role.UNIT_HEAD, Role.CONTACT,
    Role.OPERATOR, Role.INSPECTOR, Role.AUDITOR, Role.SUPERIOR_ETHICS,
)  # fmt: skip
MOVED_BY_THE_FILE = frozenset({HandedKind.ROLE, HandedKind.DEPUTYSHIP})


@dataclass(frozen=True, slots=True)
class Implied:
    """A handover a file implies: what each takes, and how many things go to another than the successor.

    `hanging` counts what had no successor, or one who may not have it, and went to whoever stands next.
    """

    from_id: str
    to_id: str
    counts: tuple[tuple[HandedKind, int], ...]
    hanging: int
    handover_id: str = ""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What an import changes, and the handovers it implies."""

    changes: list[Change]
    handovers: list[Implied]


@dataclass(frozen=True, slots=True)
class _Leaving:
    person_id: str
    lost: tuple[Grant, ...]
    holdings: tuple[Holding, ...]


def look(session: Session, wanted: Roster, *, catalogue: Catalogue, at: datetime) -> Outlook:
    """What an import would change and imply; tried out and taken back, so that nothing is written."""
    trial = session.begin_nested()
    try:
        return apply(session, wanted, catalogue=catalogue, actor=program(COMMAND, "roster import"), at=at)
    finally:
        trial.rollback()
        session.expire_all()


def apply(session: Session, wanted: Roster, *, catalogue: Catalogue, actor: str, at: datetime) -> Outlook:
    """Imports the file and carries out the handovers it implies. The same file again changes nothing."""
    on = clock.local_date(at)
    leaving = _leaving(session, wanted, catalogue=catalogue, on=on, at=at)
    before = {(role, unit): _holders(session, role, unit, on) for one in leaving for role, unit in one.lost}
    changes = importing.apply(session, wanted, actor=actor, at=at)
    implied = [
        found
        for one in leaving
        if (found := _carry_over(session, one, before, catalogue=catalogue, actor=actor, at=at)) is not None
    ]
    return Outlook(changes, implied)


def _holders(session: Session, role: Role, unit_id: str, on: date) -> frozenset[str]:
    return frozenset(one.id for one in roster.holders(session, role, on=on, unit_id=unit_id))


def _leaving(session: Session, wanted: Roster, *, catalogue: Catalogue, on: date, at: datetime) -> list[_Leaving]:
    """Who loses roles by the file, and what hangs on these; who is not in it any more loses all."""
    kept = {
        (person.id, grant.role, grant.unit)
        for person in wanted.people
        for grant in person.grants
        if grant.valid_until is None or grant.valid_until >= on
    }
    stay = {person.id for person in wanted.people}
    found = []
    for person in roster.people(session):
        own = tuple((one.role, one.unit_id) for one in handovers.grants_of(session, person.id, on=on))
        lost = tuple(one for one in own if (person.id, *one) not in kept)
        if not lost and person.id in stay:
            continue
        through = None if person.id not in stay else lost
        holdings = holdings_of(session, person.id, wording=catalogue.wording, on=on, at=at, grants=through)
        if any(one.kind not in MOVED_BY_THE_FILE for one in holdings):
            found.append(_Leaving(person.id, lost, tuple(holdings)))
    return found


def _carry_over(
    session: Session,
    one: _Leaving,
    before: dict[Grant, frozenset[str]],
    *,
    catalogue: Catalogue,
    actor: str,
    at: datetime,
) -> Implied | None:
    on = clock.local_date(at)
    successors = {grant: _successor(session, one.person_id, grant, before[grant], on) for grant in one.lost}
    settled, hanging = [], 0
    for holding in one.holdings:
        meant = _meant(holding, successors)
        if holding.kind in MOVED_BY_THE_FILE and meant is None:
            continue  # nobody has the role any more: what hung on it is listed by itself
        taker, other = next_who_may(session, holding, giver=one.person_id, taker=meant, on=on, at=at)
        hanging += other
        settled.append((holding, taker))
    if all(holding.kind in MOVED_BY_THE_FILE for holding, _ in settled):
        return None
    main = _main([taker for holding, taker in settled if holding.kind not in MOVED_BY_THE_FILE])
    handover = write_handover(
        session, Wanted(one.person_id, main, on, REASON), settled, by_roster=True, actor=actor, at=at
    )
    details: dict[str, object] = {"count": len(settled), "due_on": str(on)}
    record(
        session, at=at, actor=actor, subject=("handover", handover.id), action="opened", reason=REASON, details=details
    )
    tell_opened(session, handover, catalogue=catalogue, at=at)
    carry_out(session, handover.id, catalogue=catalogue, actor=actor, at=at)
    return _implied(handover, settled, hanging)


def _implied(handover: Handover, settled: Sequence[tuple[Holding, str]], hanging: int) -> Implied:
    counts = Counter(holding.kind for holding, _ in settled)
    ordered = tuple((kind, counts[kind]) for kind in HandedKind if counts[kind])
    return Implied(handover.from_id, handover.to_id, ordered, hanging, handover.id)


def _successor(session: Session, leaver: str, grant: Grant, before: frozenset[str], on: date) -> str | None:
    """Who has the role now: somebody new before those who had it already; None where nobody has."""
    role, unit_id = grant
    now: list[Person] = [one for one in roster.holders(session, role, on=on, unit_id=unit_id) if one.id != leaver]
    fresh = [one for one in now if one.id not in before]
    return next((one.id for one in [*fresh, *now]), None)


def _meant(holding: Holding, successors: dict[Grant, str | None]) -> str | None:
    """Whose it would be: who has the role it is held through, for the unit it is of, or the highest role lost."""
    if holding.through is not None:
        return successors.get(holding.through)
    of_unit = [(role, unit) for role, unit in successors if unit and unit == holding.unit_id]
    agency = [(role, unit) for role, unit in successors if not unit]
    ranked = sorted(of_unit or agency, key=lambda one: ORDER.index(one[0]))
    if holding.kind in {HandedKind.CHECKLIST, HandedKind.FIX}:
        ranked.reverse()  # the contact's before the head's
    return next((successors[one] for one in ranked if successors[one] is not None), None)


def _main(takers: list[str]) -> str:
    """Who takes most; of equals the first."""
    counts: dict[str, int] = defaultdict(int)
    for taker in takers:
        counts[taker] += 1
    return max(counts, key=lambda one: counts[one])
