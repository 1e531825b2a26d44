"""Event rows: who did what to which record, with allow-listed particulars only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from inspection.errors import Misuse
from inspection.model import Event

# what an event may carry beside its words: counts, dates, ids and codes, never contents or tokens
ALLOWED_DETAILS = frozenset(
    {
        "approver", "count", "content_hash", "decided_on", "document_id", "document_number", "due_on", "due_version",
        "entered_by", "files", "on_behalf_of", "outcome", "people", "recipients", "route", "rung", "severity", "shards",
        "unit_id", "version", "rules_version", "sha256", "problems", "campaign_id", "role", "channel", "days_overdue",
        "acting", "category", "follows", "items", "section", "working_days", "file_number", "retention", "verb",
        "said_by", "ground",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Happening:
    """One event to be written: as `record` takes it, for many at once."""

    subject: tuple[str, str]
    action: str
    states: tuple[str | None, str | None] = (None, None)
    reason: str | None = None
    details: dict[str, object] = field(default_factory=dict)


def record_all(session: Session, happenings: Sequence[Happening], *, at: datetime, actor: str) -> None:
    """Adds many events by one statement, in their order; refuses what `record` refuses."""
    for one in happenings:
        _refuse_unknown(one.details)
    if happenings:
        session.execute(
            insert(Event),
            [
                {
                    "at": at,
                    "actor": actor,
                    "subject_kind": one.subject[0],
                    "subject_id": one.subject[1],
                    "action": one.action,
                    "from_state": one.states[0],
                    "to_state": one.states[1],
                    "reason": one.reason,
                    "details": one.details,
                }
                for one in happenings
            ],
        )


def _refuse_unknown(details: Mapping[str, object]) -> None:
    unknown = set(details) - ALLOWED_DETAILS
    if unknown:
        raise Misuse(f"an event may not carry {', '.join(sorted(unknown))}")


def record(
    session: Session,
    *,
    at: datetime,
    actor: str,
    subject: tuple[str, str],
    action: str,
    states: tuple[str | None, str | None] = (None, None),
    reason: str | None = None,
    details: dict[str, object] | None = None,
) -> None:
    """Adds an event. `subject` is (kind, id); unknown keys in `details` are a fault of the caller (ValueError)."""
    _refuse_unknown(details or {})
    session.add(
        Event(
            at=at,
            actor=actor,
            subject_kind=subject[0],
            subject_id=subject[1],
            action=action,
            from_state=states[0],
            to_state=states[1],
            reason=reason,
            details=details or {},
        )
    )
