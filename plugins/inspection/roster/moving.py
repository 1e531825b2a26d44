"""Roles and deputyships pass from one person to another on a day; what was held before that day stays on record."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from inspection.model import Deputy, RoleGrant
from inspection.store.once import insert_once
from inspection.vocabulary import Role


def _grant(session: Session, person_id: str, role: Role, unit_id: str) -> RoleGrant | None:
    query = select(RoleGrant).where(
        RoleGrant.person_id == person_id, RoleGrant.role == role, RoleGrant.unit_id == unit_id
    )
    return session.scalars(query).first()


def move_grant(session: Session, role: str, unit_id: str, *, giver: str, taker: str, on: date) -> bool:
    """Ends a role the day before `on` and gives it to the other from `on`; False where it was not held any more."""
    held = _grant(session, giver, Role(role), unit_id)
    if held is None or (held.valid_until is not None and held.valid_until < on):
        return False
    first = max(on, held.valid_from) if held.valid_from else on
    last = held.valid_until
    row = {"person_id": taker, "role": Role(role), "unit_id": unit_id, "valid_from": first, "valid_until": last}
    if not insert_once(session, RoleGrant, row, keys=["person_id", "role", "unit_id"]):
        _widen(_grant(session, taker, Role(role), unit_id), first, last)
    if held.valid_from is not None and held.valid_from >= on:
        session.delete(held)  # it had not begun
    else:
        held.valid_until = on - timedelta(days=1)
    session.flush()
    return True


def _widen(own: RoleGrant | None, first: date, last: date | None) -> None:
    """The taker's own grant of the same role, made to hold in these days too."""
    if own is None:
        return
    if own.valid_until is not None and own.valid_until < first:
        own.valid_from = first  # it had ended: it begins anew
    elif own.valid_from is not None:
        own.valid_from = min(own.valid_from, first)
    own.valid_until = None if last is None or own.valid_until is None else max(own.valid_until, last)


def move_deputyship(session: Session, subject: str, *, giver: str, taker: str, on: date) -> bool:
    """Moves what is left of a period (`PRINCIPAL:DEPUTY:FIRST DAY`) from `on`; False where nothing is left of it."""
    principal, deputy, first_day = subject.split(":")
    query = select(Deputy).where(
        Deputy.principal_id == principal, Deputy.deputy_id == deputy, Deputy.valid_from == date.fromisoformat(first_day)
    )
    held = session.scalars(query).first()
    if held is None or held.valid_until < on:
        return False
    first = max(on, held.valid_from)
    row = {
        "principal_id": taker if principal == giver else principal,
        "deputy_id": taker if deputy == giver else deputy,
        "valid_from": first,
        "valid_until": held.valid_until,
        "ground": held.ground,
    }
    insert_once(session, Deputy, row, keys=["principal_id", "deputy_id", "valid_from"])
    if held.valid_from >= on:
        session.delete(held)
    else:
        held.valid_until = on - timedelta(days=1)
    session.flush()
    return True
