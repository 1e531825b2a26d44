"""Who may not take a thing over, and who could: nobody verifies what they mended, decides what they asked for, or
inspects the own unit through a handover."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from inspection.handovers.holdings import Holding
from inspection.model import Approval, Campaign, Fix, Person
from inspection.store import groups, roster
from inspection.store.unannounced import hidden_from
from inspection.vocabulary import HandedKind, Role

INSPECTION = frozenset({HandedKind.GROUP, HandedKind.SUSPICIONS, HandedKind.VERIFICATION})
DECIDERS = (Role.ETHICS_HEAD, Role.CHIEF_SECRETARY, Role.AGENCY_HEAD)
INSPECTORS = (Role.ETHICS_STAFF, Role.ETHICS_HEAD, Role.INSPECTOR, Role.CHIEF_SECRETARY)


def refusal(session: Session, holding: Holding, taker: Person, *, on: date, at: datetime) -> str | None:
    """The phrase that says why this person may not take this over; None where nothing stands against it."""
    campaign = session.get(Campaign, holding.campaign_id) if holding.campaign_id else None
    if campaign is not None and hidden_from(session, campaign, taker.id, at=at):
        return "handover_refused_unannounced"
    match holding.kind:
        case HandedKind.DECISION | HandedKind.SIGNATURE:
            asked = session.get_one(Approval, holding.subject_id)
            return "handover_refused_own_request" if asked.requested_by == taker.id else None
        case HandedKind.ASKED:
            waiting = session.get(Approval, holding.subject_id)
            decides = waiting is not None and waiting.approver_id == taker.id
            return "handover_refused_is_decider" if decides else None
        case HandedKind.DEPUTYSHIP:
            own = taker.id in holding.subject_id.split(":")[:2]
            return "handover_refused_own_deputy" if own else None
        case HandedKind.GROUP:
            return "handover_refused_own_unit" if _units_of(session, taker, on) & _inspected(session, holding) else None
        case HandedKind.SUSPICIONS:
            return "handover_refused_own_unit" if holding.unit_id in _units_of(session, taker, on) else None
        case HandedKind.VERIFICATION | HandedKind.RELEASE:
            return _refuses_fix(session, holding, taker, on)
        case _:
            return None


def _refuses_fix(session: Session, holding: Holding, taker: Person, on: date) -> str | None:
    fix = session.get_one(Fix, holding.subject_id)
    if fix.claimed_by == taker.id or (holding.kind is HandedKind.RELEASE and fix.verified_by == taker.id):
        return "handover_refused_own_mending"
    if holding.kind is HandedKind.VERIFICATION and holding.unit_id in _units_of(session, taker, on):
        return "handover_refused_own_unit"
    return None


def _units_of(session: Session, person: Person, on: date) -> set[str]:
    """The unit somebody belongs to, and those he or she answers for."""
    answers_for = {
        unit_id
        for role, unit_id in roster.roles_of(session, person.id, on=on)
        if unit_id and role in {Role.CONTACT, Role.UNIT_HEAD}
    }
    own = {person.unit_id, *roster.predecessors(session, person.unit_id)} if person.unit_id else set()
    return answers_for | own


def _inspected(session: Session, holding: Holding) -> set[str]:
    found = groups.by_key(session, holding.subject_id)
    return set(found.unit_ids) if found else set()


def could_take(
    session: Session, holding: Holding, *, not_these: frozenset[str], on: date, at: datetime
) -> list[Person]:
    """Who could take it instead, the nearest first: the deputies' and inspectors' rank upward (officer review A15)."""
    if holding.kind in INSPECTION:
        roles: tuple[Role, ...] = INSPECTORS
    elif holding.kind in {HandedKind.DECISION, HandedKind.SIGNATURE, HandedKind.RELEASE}:
        roles = DECIDERS
    else:
        roles = (Role.UNIT_HEAD,) if holding.unit_id else (Role.ETHICS_STAFF, Role.ETHICS_HEAD)
    people = roster.holding_any(session, roles, unit_id=holding.unit_id, on=on)
    return [one for one in people if one.id not in not_these and refusal(session, holding, one, on=on, at=at) is None]
