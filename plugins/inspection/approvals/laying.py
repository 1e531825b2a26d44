"""Lays a matter before whoever decides on it: asked by the approval table, units asked beside it, the decider told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.approvals import matters
from inspection.approvals.consult import ask_opinions
from inspection.approvals.decider import decider
from inspection.approvals.request import Asked, request
from inspection.calendar import roc
from inspection.documents.paper_code import short_code
from inspection.model import Approval, Campaign
from inspection.notices.conditions.request import while_asked
from inspection.notices.outbox import Letter, write
from inspection.rules.catalogue import Catalogue
from inspection.store import calendar_days


def lay_before_decider(
    session: Session,
    subject: tuple[str, str],
    campaign: Campaign | None,
    content_hash: str,
    *,
    requested_by: str,
    catalogue: Catalogue,
    at: datetime,
) -> Approval:
    """Opens the request on a matter (kind, id), due in the working days of its row, and asks the units of 會辦.

    Idempotent for the same content. Raises BadSource for an unknown kind or one without a row in the approval table,
    NotFound for a vacant office, NotAllowed where nobody but the one who asks could decide.
    """
    kind, today = matters.of(subject[0]), clock.local_date(at)
    rule = kind.rule(campaign, catalogue) or catalogue.decision(kind.id)
    person = decider(session, rule, catalogue.approval_table, requested_by=requested_by, on=today)
    due_on = calendar_days.calendar(session).add_working_days(today, rule.waits_working_days)
    campaign_id = campaign.id if campaign else None
    approval = request(session, Asked(subject, campaign_id, content_hash, requested_by, person.id, due_on), at=at)
    if campaign is not None:
        ask_opinions(session, approval, campaign, rule, document_name=kind.name(campaign, catalogue), at=at)
    return approval


def tell_decider(session: Session, approval: Approval, *, catalogue: Catalogue, at: datetime, note: str = "") -> bool:
    """Writes to the one who is asked, once per request; `note` stands behind the document's name."""
    name = matters.document_name(approval.subject_kind, matters.campaign_of(session, approval), catalogue)
    letter = Letter(
        key=f"approval-requested:{approval.id}",
        kind="approval_requested",
        person_id=approval.approver_id,
        values={
            "document_name": f"{name}{note}",
            "identifier": short_code(approval.content_hash),
            "due": roc.plain(approval.due_on),
        },
        campaign_id=approval.campaign_id,
        still_wanted=while_asked(approval.id),
    )
    return write(session, letter, at=at)
