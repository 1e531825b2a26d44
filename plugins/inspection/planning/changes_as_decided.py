"""修正後如擬: whether a version carries out an earlier decision, and who checks that it does (officer review A4)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.approvals.request import Asked, request
from inspection.documents.render import fingerprint
from inspection.errors import Conflict
from inspection.language import speak
from inspection.model import Approval, Person, Plan
from inspection.model.lifecycle import ApprovalState
from inspection.planning.versions import SUBJECT
from inspection.rules.catalogue import Catalogue
from inspection.store import approvals, calendar_days, campaigns, roster
from inspection.vocabulary import Role


def decision_carried_out(session: Session, plan: Plan) -> Approval | None:
    """The 修正後如擬 that a version carries out, or None where it needs a round of its own.

    It needs one where the last decision was another, or where the version reaches further than what was decided: a
    unit, a share or another crawl account that the decider never saw.
    """
    for earlier in campaigns.plans(session, plan.campaign_id):
        if earlier.version >= plan.version:
            continue
        answer = approvals.latest(session, (SUBJECT, earlier.id))
        if answer is None:
            continue  # a draft nobody decided on
        if answer.follows_id is not None and answer.state != ApprovalState.APPROVED:
            answer = approvals.get(session, answer.follows_id)
        if answer.state != ApprovalState.APPROVED_WITH_CHANGES:
            return None
        seen = campaigns.plan(session, answer.subject_id)
        return None if reaches_further(seen, plan) else answer
    return None


def reaches_further(seen: Plan, plan: Plan) -> bool:
    """Whether a version names units, shares or a crawl account the decided one did not."""
    for part in ("units", "shares"):
        known = {str(one["id"]) for one in seen.content[part]}
        if {str(one["id"]) for one in plan.content[part]} - known:
            return True
    return bool(seen.content["crawl"].get("account") != plan.content["crawl"].get("account"))


def checker(session: Session, drafted_by: str, *, on: date) -> Person:
    """Who checks: the ethics head, or the chief secretary where the head drafted it; raises NotFound for nobody."""
    head = roster.holder(session, Role.ETHICS_HEAD, on=on)
    return head if head.id != drafted_by else roster.holder(session, Role.CHIEF_SECRETARY, on=on)


def ask_check(session: Session, plan: Plan, first: Approval, *, catalogue: Catalogue, at: datetime) -> Approval:
    """Lays a corrected version before the one who checks it; the row names the decision it carries out.

    Raises Conflict where nothing was changed.
    """
    if fingerprint(plan.content) == first.content_hash:
        raise Conflict(
            speak(
                f"計畫 {plan.id} 與應修正之內容完全相同；請以 `inspection plan edit` 登錄修正",
                f"plan {plan.id} is word for word what was to be changed; write the changes with `inspection "
                "plan edit`",
            )
        )
    rule = catalogue.plan_decision(campaigns.get(session, plan.campaign_id).kind)
    today = clock.local_date(at)
    due_on = calendar_days.calendar(session).add_working_days(today, rule.waits_working_days)
    person = checker(session, plan.drafted_by, on=today)
    digest = fingerprint(plan.content)
    asked = Asked((SUBJECT, plan.id), plan.campaign_id, digest, plan.drafted_by, person.id, due_on, first.id)
    return request(session, asked, at=at)
