"""Queries on requests for decisions."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from inspection.errors import NotFound
from inspection.language import speak
from inspection.model import AirflowGate, Approval
from inspection.model.lifecycle import ApprovalState


def get(session: Session, approval_id: str) -> Approval:
    """A request by id."""
    found = session.get(Approval, approval_id)
    if found is None:
        raise NotFound(speak(f"查無陳核案 {approval_id}", f"approval {approval_id} does not exist"))
    return found


def rounds(session: Session, subject: tuple[str, str]) -> list[Approval]:
    """All requests on a subject, oldest first."""
    query = select(Approval).where(Approval.subject_kind == subject[0], Approval.subject_id == subject[1])
    return list(session.scalars(query.order_by(Approval.round)))


def latest(session: Session, subject: tuple[str, str]) -> Approval | None:
    """The newest request on a subject."""
    found = rounds(session, subject)
    return found[-1] if found else None


def pending(session: Session) -> list[Approval]:
    """Everything that waits for a decision, longest waiting first."""
    query = select(Approval).where(Approval.state == ApprovalState.PENDING)
    return list(session.scalars(query.order_by(Approval.requested_at, Approval.id)))


def waits(session: Session, approval_id: str) -> bool:
    """Whether a decision has not been taken."""
    approval = session.get(Approval, approval_id)
    return approval is not None and approval.state == ApprovalState.PENDING


def of_campaign(session: Session, campaign_id: str) -> list[Approval]:
    """All requests on matters of a campaign."""
    query = select(Approval).where(Approval.campaign_id == campaign_id)
    return list(session.scalars(query.order_by(Approval.id)))


def refused_in_airflow(session: Session, approval: Approval, person_id: str) -> bool:
    """Whether this person's last answer in Airflow was to another version than the one that waits."""
    return is_refused(approval, refusals(session, person_id))


def refusals(session: Session, person_id: str) -> list[AirflowGate]:
    """Gates whose last answer did not count, and was this person's."""
    return list(session.scalars(select(AirflowGate).where(AirflowGate.refused_by == person_id)))


def is_refused(approval: Approval, gates: list[AirflowGate]) -> bool:
    """Whether one of these gates refused an answer while this request waited."""
    return approval.state is ApprovalState.PENDING and any(
        gate.decides == approval.subject_kind
        and gate.campaign_id == approval.campaign_id
        and gate.refused_at is not None
        and gate.refused_at >= approval.requested_at
        for gate in gates
    )


def kinds_asked(session: Session) -> list[str]:
    """Every kind of matter that a request or a gate is about, each once."""
    asked = session.scalars(select(Approval.subject_kind).distinct())
    parked = session.scalars(select(AirflowGate.decides).distinct())
    return sorted({*asked, *parked})
