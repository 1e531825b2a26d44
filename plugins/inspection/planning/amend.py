"""修正後如擬: the drafter writes the changes, the ethics head checks them, the decision holds (officer review A4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.approvals.decide import Decision
from inspection.errors import NotAllowed, NotFound
from inspection.language import speak
from inspection.model import Approval
from inspection.planning.changes_as_decided import decision_carried_out
from inspection.planning.decision import decide_plan
from inspection.planning.edit import edit_section
from inspection.planning.submit import submit_plan
from inspection.planning.versions import SUBJECT
from inspection.rules.catalogue import Catalogue
from inspection.store import approvals, campaigns
from inspection.vocabulary import ApprovalOutcome, ApprovalRoute


def amend_as_decided(
    session: Session,
    campaign_id: str,
    texts: Mapping[str, str],
    *,
    catalogue: Catalogue,
    drafted_by: str,
    at: datetime,
) -> Approval:
    """Writes the changes into the next version and lays it before the ethics head; returns the check that waits.

    `texts` are new texts by section id; none where they were written before. Raises NotAllowed where no 修正後如擬
    is to be carried out, Conflict where nothing was changed.
    """
    for section, text in texts.items():
        edit_section(session, campaign_id, section, text, person_id=drafted_by, at=at)
    plan = campaigns.latest_plan(session, campaign_id)
    if plan is None:
        raise NotFound(speak(f"檢查專案 {campaign_id} 尚無計畫", f"campaign {campaign_id} has no plan yet"))
    standing = approvals.latest(session, (SUBJECT, plan.id))
    if decision_carried_out(session, plan) is None and (standing is None or standing.follows_id is None):
        raise NotAllowed(
            speak(
                f"計畫 {plan.id} 並非依「修正後如擬」修正；請先登錄修正內容，或另行陳核",
                f"plan {plan.id} carries out no approval with changes: write the changes first, or submit it "
                "for a decision of its own",
            )
        )
    return submit_plan(session, campaign_id, catalogue=catalogue, actor=drafted_by, at=at)


def check_amended(
    session: Session, campaign_id: str, *, person_id: str, passed: bool, remark: str = "", at: datetime
) -> Approval:
    """The check of a corrected version: it says what was decided, or goes back to the drafter with a remark.

    Raises NotFound where none waits, NotAllowed for anybody but the one named or the deputy.
    """
    plan = campaigns.latest_plan(session, campaign_id)
    asked = approvals.latest(session, (SUBJECT, plan.id)) if plan else None
    if plan is None or asked is None or asked.follows_id is None:
        raise NotFound(
            speak(
                f"檢查專案 {campaign_id} 沒有待確認之修正計畫",
                f"campaign {campaign_id} has no corrected version to be checked",
            )
        )
    first = approvals.get(session, asked.follows_id)
    decision = Decision(
        outcome=ApprovalOutcome.APPROVED if passed else ApprovalOutcome.RETURNED,
        person_id=person_id,
        seen_hash=plan.content_hash,
        route=first.route or ApprovalRoute.PORTAL,
        decided_on=clock.local_date(at),
        document_number=first.document_number,
        remark=remark or None,
        entered_by=person_id if first.route == ApprovalRoute.PAPER else None,
    )
    return decide_plan(session, plan.id, decision, at=at)
