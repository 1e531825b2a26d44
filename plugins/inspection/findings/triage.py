"""An ethics officer's decision on 疑似事項: asked, confirmed, dismissed or 自主改善, one by one or in batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.access.policy import ETHICS, Act
from inspection.access.roles import Held, on_behalf, standing
from inspection.access.standing import stand
from inspection.audit.events import record
from inspection.audit.steps import advance
from inspection.errors import BadSource, Conflict
from inspection.findings.describe import describe
from inspection.model import Finding, Suspicion
from inspection.model.lifecycle import FindingState, SuspicionState
from inspection.rules.catalogue import Catalogue
from inspection.store import findings, roster
from inspection.vocabulary import Severity, TriageOutcome

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
    confirmed = []
    for suspicion_id in suspicion_ids:
        suspicion = findings.suspicion(session, suspicion_id)
        held = _require_judge(session, suspicion, verdict.person_id, at=at)
        target = STATE_OF[verdict.outcome]
        if suspicion.state != target:
            if suspicion.state in OUTCOME_STATES - {SuspicionState.ASKED}:
                raise Conflict(f"suspicion {suspicion_id} has already been decided: {suspicion.state.value}")
            acting = on_behalf(verdict.person_id, held)
            advance(session, suspicion, target, actor=verdict.person_id, at=at, reason=verdict.reason, details=acting)
            suspicion.decided_by = verdict.person_id
            suspicion.decided_reason = verdict.reason
            suspicion.decided_at = at
        if target == SuspicionState.CONFIRMED:
            confirmed.append(_confirm(session, suspicion, verdict, held, catalogue=catalogue, at=at))
    session.flush()
    return confirmed


def _require_judge(session: Session, suspicion: Suspicion, person_id: str, *, at: datetime) -> Held:
    """The ethics office judges; its own unit is judged by whom the plan names from outside (officer review A15)."""
    of_ethics = standing(session, person_id, ETHICS, on=clock.local_date(at)) is not None
    own = of_ethics and roster.is_own_unit(session, roster.person(session, person_id), suspicion.unit_id)
    refusal = (
        "nobody decides on the own unit; the person named from outside does"
        if own
        else "only the ethics office confirms or dismisses, or the inspector named for the unit"
    )
    return stand(session, person_id, Act.TRIAGE, suspicion, at=at, refusal=refusal)


def _confirm(
    session: Session, suspicion: Suspicion, verdict: Verdict, held: Held, *, catalogue: Catalogue, at: datetime
) -> str:
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
        details={
            "severity": finding.severity.value,
            "unit_id": finding.unit_id,
            **on_behalf(verdict.person_id, held),
        },
    )
    return finding.id
