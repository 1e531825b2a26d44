"""What a gate in Airflow asks the house: is it decided, who may decide, and what is shown meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from inspection import clock, settings
from inspection.approvals import matters
from inspection.approvals.decide import Decision
from inspection.calendar import roc
from inspection.errors import BadSource, NotAllowed, NotFound
from inspection.model import AirflowGate, Approval
from inspection.model.lifecycle import ApprovalState
from inspection.store import approvals, campaigns, roster
from inspection.store.once import insert_once
from inspection.vocabulary import ApprovalOutcome, ApprovalRoute

OUTCOME_OF = {
    ApprovalState.APPROVED: ApprovalOutcome.APPROVED,
    ApprovalState.APPROVED_WITH_CHANGES: ApprovalOutcome.APPROVED_WITH_CHANGES,
    ApprovalState.RETURNED: ApprovalOutcome.RETURNED,
}


def awaited(session: Session, subject: str, campaign_id: str) -> Approval:
    """The newest request on a campaign's matter of a kind; raises NotFound before it was submitted."""
    subject_id = matters.of(subject).newest(session, campaign_id)
    found = approvals.latest(session, (subject, subject_id)) if subject_id else None
    if found is None:
        raise NotFound(f"{subject} of campaign {campaign_id} has not been submitted")
    return found


def decided(session: Session, subject: str, campaign_id: str) -> ApprovalOutcome | None:
    """The outcome where a decision stands, else None."""
    return OUTCOME_OF.get(awaited(session, subject, campaign_id).state)


@dataclass(frozen=True, slots=True)
class ParkedGate:
    """Where a gate waits in Airflow."""

    dag_id: str
    run_id: str
    task_id: str


def park(session: Session, gate: ParkedGate, subject: str, campaign_id: str) -> None:
    """Notes where a gate waits, so that a decision by another door can release it. Twice is once."""
    values = {
        "dag_id": gate.dag_id,
        "run_id": gate.run_id,
        "task_id": gate.task_id,
        "decides": subject,
        "campaign_id": campaign_id,
    }
    insert_once(session, AirflowGate, values, keys=["dag_id", "run_id", "task_id"])


def releasable(session: Session) -> list[tuple[ParkedGate, ApprovalOutcome]]:
    """Gates whose decision stands in the house, with its outcome; Airflow knows which of them still wait."""
    found = []
    for gate in approvals.gates(session):
        try:
            outcome = decided(session, gate.decides, gate.campaign_id)
        except NotFound:  # a new version was drafted and not yet submitted
            continue
        if outcome is not None:
            found.append((ParkedGate(gate.dag_id, gate.run_id, gate.task_id), outcome))
    return found


def summary(session: Session, campaign_id: str) -> str:
    """What the required action shows: nothing a reader of DAGs may not see, and nothing that a next version changes.

    Airflow keeps the words of the first park (docs/decisions/0003): identifier and deadline stand in the portal.
    """
    campaign = campaigns.get(session, campaign_id)
    return "\n".join(
        [
            f"| 檢查專案 | {campaign.name} |",
            "|---|---|",
            f"| 專案代碼 | {campaign.id} |",
            f"| 檢查期間 | {roc.days(campaign.window_start, campaign.window_end)} |",
            f"| 全文、識別碼及期限 | {settings.get().portal_url} |",
        ]
    )


def decide_from_airflow(
    session: Session,
    subject: str,
    campaign_id: str,
    *,
    outcome: str,
    login: str,
    remark: str,
    decided_on: str,
    document_number: str,
    at: datetime,
) -> Approval:
    """Takes an answer given in Airflow; a login without a roster person is refused (NotAllowed)."""
    person = roster.person_of_login(session, login)
    if person is None:
        raise NotAllowed(
            f"Airflow 帳號「{login}」未對應名冊人員，本次作答未採計；"
            "請於名冊該員填 login 後匯入，或改於入口網站、紙本核定"
        )
    try:
        day = date.fromisoformat(decided_on) if decided_on else clock.local_date(at)
    except ValueError:
        raise BadSource("核定日格式有誤", remedy="請寫成 2026-11-02，或留空") from None
    approval = awaited(session, subject, campaign_id)
    decision = Decision(
        outcome=ApprovalOutcome(outcome),
        person_id=person.id,
        seen_hash=approval.content_hash,
        route=ApprovalRoute.AIRFLOW,
        decided_on=day,
        document_number=document_number or None,
        remark=remark or None,
    )
    return matters.of(subject).decide(session, approval.subject_id, decision, at)
