"""The closing review of a project as a decidable matter."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection.access.policy import Act
from inspection.approvals.decide import Decision
from inspection.approvals.matters import Matter, MatterKind, Sheet
from inspection.errors import NotFound
from inspection.language import speak
from inspection.model import Approval
from inspection.model.lifecycle import ReportState
from inspection.projects.closing import CLOSING_REVIEW, decide_review, review_hash
from inspection.rules.campaign_kinds import EndsWith
from inspection.store import campaigns, findings, printed
from inspection.store.kinds import kind_of


def _find(session: Session, campaign_id: str) -> Matter:
    campaign, review = campaigns.get(session, campaign_id), findings.latest_report(session, campaign_id)
    if review is None or kind_of(campaign).ends_with is not EndsWith.CLOSING_REVIEW:
        raise NotFound(speak("檢討尚未開立", "the review has not been opened yet"))
    return Matter(
        kind=REVIEW,
        subject_id=campaign.id,
        campaign=campaign,
        version=review.version,
        content_hash=review_hash(session, campaign.id),
        printed=(review.content_hash,),
        document_id=review.document_id,
    )


def _newest(_session: Session, campaign_id: str) -> str | None:
    return campaign_id  # requests on the review are kept under the campaign's own id


def _decide(session: Session, campaign_id: str, decision: Decision, at: datetime) -> Approval:
    return decide_review(session, campaign_id, decision, at=at)


def _sheets(session: Session, prefix: str) -> list[Sheet]:
    return [
        Sheet(one.campaign_id, one.campaign_id, one.id, one.state is ReportState.SUPERSEDED)
        for one in printed.reports(session, prefix)
        if kind_of(campaigns.get(session, one.campaign_id)).ends_with is EndsWith.CLOSING_REVIEW
    ]


REVIEW = MatterKind(
    id=CLOSING_REVIEW,
    short="檢討改進意見",
    find=_find,
    newest=_newest,
    decide=_decide,
    named="檢討改進意見",
    path="/projects/{subject_id}/closing_review",
    read=Act.READ_CLOSING_REVIEW,
    decides=Act.DECIDE_CLOSING_REVIEW,
    opines=None,
    sheets=_sheets,
)
