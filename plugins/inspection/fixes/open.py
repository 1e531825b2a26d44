"""Opens the fixes of findings that were told to the units, each with its deadline in working days."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.audit.events import record
from inspection.audit.steps import advance
from inspection.model import Finding, Fix
from inspection.model.lifecycle import FindingState, FixState
from inspection.rules.catalogue import Catalogue
from inspection.store import calendar_days, findings


def due_date(session: Session, finding: Finding, *, opened_on: date, catalogue: Catalogue) -> date:
    """The day by which a fault must be mended (officer review A7), counted from the next day."""
    days = catalogue.fix_within(finding.severity, findings.item_of(session, finding))
    return calendar_days.calendar(session).add_working_days(opened_on, days)


def open_fixes(session: Session, campaign_id: str, *, catalogue: Catalogue, actor: str, at: datetime) -> int:
    """Opens a fix for every finding not yet told; returns how many fixes the campaign has. Twice is once."""
    opened_on = clock.local_date(at)
    every = findings.of_campaign(session, campaign_id)
    for finding in every:
        if findings.fix_of(session, finding.id) is None:
            _open(session, finding, opened_on=opened_on, catalogue=catalogue, actor=actor, at=at)
        if finding.state == FindingState.CONFIRMED:
            advance(session, finding, FindingState.NOTIFIED, actor=actor, at=at)
    return len(every)


def _open(
    session: Session, finding: Finding, *, opened_on: date, catalogue: Catalogue, actor: str, at: datetime
) -> None:
    due_on = due_date(session, finding, opened_on=opened_on, catalogue=catalogue)
    session.add(
        Fix(
            id=finding.id,
            finding_id=finding.id,
            campaign_id=finding.campaign_id,
            unit_id=finding.unit_id,
            state=FixState.OPEN,
            opened_on=opened_on,
            original_due_on=due_on,
            due_on=due_on,
            due_version=1,
        )
    )
    session.flush()
    record(
        session,
        at=at,
        actor=actor,
        subject=("fix", finding.id),
        action="opened",
        states=(None, FixState.OPEN.value),
        details={"due_on": str(due_on), "severity": finding.severity.value, "unit_id": finding.unit_id},
    )
