"""Event rows: who did what to which record, with allow-listed particulars only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection.model import Event

# what an event may carry beside its words: counts, dates, ids and codes, never contents or tokens
ALLOWED_DETAILS = frozenset(
    {
        "approver", "count", "content_hash", "decided_on", "document_id", "document_number", "due_on", "due_version",
        "entered_by", "files", "on_behalf_of", "outcome", "people", "recipients", "route", "rung", "severity", "shards",
        "unit_id", "version", "rules_version", "sha256", "problems", "campaign_id", "role", "channel", "days_overdue",
        "acting", "follows", "section", "working_days", "file_number", "retention", "verb",
    }
)  # fmt: skip


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
    unknown = set(details or {}) - ALLOWED_DETAILS
    if unknown:
        raise ValueError(f"an event may not carry {', '.join(sorted(unknown))}")
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
