"""An ethics officer's decision on 疑似事項: asked, confirmed, dismissed or 自主改善, one by one or in batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.audit.events import record
from inspection.audit.steps import advance
from inspection.errors import BadSource, Conflict, NotAllowed
from inspection.findings.describe import describe
from inspection.model import Finding, Suspicion
from inspection.model.lifecycle import FindingState, SuspicionState
from inspection.rules.catalogue import Catalogue
from inspection.store import findings, roster
from inspection.vocabulary import Role, Severity, TriageOutcome

STATE_OF = {
    TriageOutcome.CONFIRMED: SuspicionState.CONFIRMED,
    TriageOutcome.DISMISSED: SuspicionState.DISMISSED,
    TriageOutcome.SELF_IMPROVED: SuspicionState.SELF_IMPROVED,
    TriageOutcome.ASK_UNIT: SuspicionState.ASKED,
}
OUTCOME_STATES = frozenset(STATE_OF.values())


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of one or many 疑似事項: outcome, reason (always), and a severity if not the suggested one."""

    outcome: TriageOutcome
    person_id: str
    reason: str
    severity: Severity | None = None


def triage(
    session: Session, suspicion_ids: Sequence[int], verdict: Verdict, *, catalogue: Catalogue, at: datetime
) -> list[str]:
    """Decides; returns the numbers of findings now confirmed. The same decision again changes nothing.

    Raises NotAllowed for people outside the ethics office or deciding on their own unit, BadSource without a
    reason, Conflict where another decision stands.
    """
    if not verdict.reason.strip():
        raise BadSource("判定理由未填", remedy="每一次判定（含批次）都須寫明理由")
    on = clock.local_date(at)
    if not any(
        roster.holds_role(session, verdict.person_id, role, on=on) for role in (Role.ETHICS_STAFF, Role.ETHICS_HEAD)
    ):
        raise NotAllowed("only the ethics office confirms or dismisses")
    confirmed = []
    for suspicion_id in suspicion_ids:
        suspicion = findings.suspicion(session, suspicion_id)
        _refuse_own_unit(session, suspicion, verdict.person_id)
        target = STATE_OF[verdict.outcome]
        if suspicion.state != target:
            if suspicion.state in OUTCOME_STATES - {SuspicionState.ASKED}:
                raise Conflict(f"suspicion {suspicion_id} has already been decided: {suspicion.state.value}")
            advance(session, suspicion, target, actor=verdict.person_id, at=at, reason=verdict.reason)
            suspicion.decided_by = verdict.person_id
            suspicion.decided_reason = verdict.reason
            suspicion.decided_at = at
        if target == SuspicionState.CONFIRMED:
            confirmed.append(_confirm(session, suspicion, verdict, catalogue=catalogue, at=at))
    session.flush()
    return confirmed


def _refuse_own_unit(session: Session, suspicion: Suspicion, person_id: str) -> None:
    if roster.person(session, person_id).unit_id == suspicion.unit_id:
        raise NotAllowed("nobody decides on the own unit; the person named from outside does")


def _confirm(session: Session, suspicion: Suspicion, verdict: Verdict, *, catalogue: Catalogue, at: datetime) -> str:
    existing = findings.of_suspicion(session, suspicion.id)
    if existing is not None:
        return existing.id
    told = describe(session, suspicion, catalogue)
    number = findings.next_number(session, suspicion.campaign_id)
    finding = Finding(
        id=f"{suspicion.campaign_id}-{number:03d}",
        campaign_id=suspicion.campaign_id,
        number=number,
        unit_id=suspicion.unit_id,
        suspicion_id=suspicion.id,
        state=FindingState.CONFIRMED,
        severity=verdict.severity or suspicion.suggested_severity,
        category=told.category,
        fact=told.fact,
        basis=told.basis,
        remedies=list(told.remedies),
        confirmed_by=verdict.person_id,
        confirmed_at=at,
    )
    session.add(finding)
    session.flush()
    record(
        session,
        at=at,
        actor=verdict.person_id,
        subject=("finding", finding.id),
        action="confirmed",
        states=(None, FindingState.CONFIRMED.value),
        reason=verdict.reason,
        details={"severity": finding.severity.value, "unit_id": finding.unit_id},
    )
    return finding.id
