"""會辦 on a campaign's plan or report: whatever the door, the opinion is bound to the content as it stands."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from inspection.approvals.matter import document_name
from inspection.approvals.opinion_words import OpinionLine, opinion_lines
from inspection.approvals.opinions import Answer, Given, answer_opinion, give_opinion
from inspection.campaigns.gates import awaited
from inspection.documents.render import fingerprint
from inspection.model import Approval, Opinion
from inspection.planning.versions import SUBJECT as PLAN
from inspection.reports.decision import subject_hash
from inspection.rules.catalogue import Catalogue
from inspection.store import campaigns


def give(
    session: Session, subject: str, campaign_id: str, unit_id: str, given: Given, *, catalogue: Catalogue, at: datetime
) -> Opinion:
    """A unit's opinion on `plan` or `campaign_report`; raises NotFound where nobody asked that unit."""
    approval = awaited(session, subject, campaign_id)
    campaign = campaigns.get(session, campaign_id)
    return give_opinion(
        session,
        f"{approval.id}:{unit_id}",
        given,
        campaign=campaign,
        document_name=document_name(subject, campaign, catalogue),
        current_hash=_hash_now(session, approval, campaign_id),
        at=at,
    )


def answer(
    session: Session, subject: str, campaign_id: str, unit_id: str, answered: Answer, *, at: datetime
) -> Opinion:
    """採納情形 on the opinion of a unit."""
    approval = awaited(session, subject, campaign_id)
    return answer_opinion(session, f"{approval.id}:{unit_id}", answered, at=at)


def lines(session: Session, subject: str, campaign_id: str, *, catalogue: Catalogue, on: date) -> list[OpinionLine]:
    """What the decider reads; raises NotFound before anything was submitted."""
    return opinion_lines(session, awaited(session, subject, campaign_id), catalogue=catalogue, on=on)


def _hash_now(session: Session, approval: Approval, campaign_id: str) -> str:
    if approval.subject_kind == PLAN:
        return fingerprint(campaigns.plan(session, approval.subject_id).content)
    return subject_hash(session, campaign_id, approval.subject_kind)
