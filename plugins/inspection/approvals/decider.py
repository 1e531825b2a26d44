"""Who is to decide: the holder of the role; where that is the one who asks, the next higher (officer review A15)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from inspection.model import Person
from inspection.rules.approval_table import ApprovalTable, DocumentRule
from inspection.store import roster
from inspection.vocabulary import Role


def decider(session: Session, rule: DocumentRule, table: ApprovalTable, *, requested_by: str, on: date) -> Person:
    """The person named in a request; the asker is skipped, upward where the table lets the next higher stand in.

    A role nobody holds is not skipped: it raises NotFound, for a vacancy is mended in the roster. Where nobody but
    the asker is left the asker is returned, and the request is refused.
    """
    first = roster.holder(session, rule.decided_by, on=on)
    role: Role | None = rule.decided_by
    while role is not None:
        for person in roster.holders(session, role, on=on):
            if person.id != requested_by:
                return person
        role = table.next_higher(role) if rule.next_higher else None
    return first


def laid_through(session: Session, title: str, *, on: date) -> list[str]:
    """To whom a 簽 is addressed, from below: the chief secretary before the head; anybody else alone."""
    heads = [one.title for one in roster.holders(session, Role.AGENCY_HEAD, on=on)]
    below = [one.title for one in roster.holders(session, Role.CHIEF_SECRETARY, on=on)]
    return through(title, heads=heads, below=below)


def through(title: str, *, heads: Sequence[str], below: Sequence[str]) -> list[str]:
    """The same where the titles of the agency's heads and of its chief secretaries are known."""
    return [*dict.fromkeys(one for one in below if one != title), title] if title in heads else [title]
