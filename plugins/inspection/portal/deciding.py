"""A decision in two steps: what is decided, then a one-time code sent for this very decision (ASVS 2.3.5, 7.5.3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from inspection import clock
from inspection.access import sign_in
from inspection.access.roles import Acting, acting
from inspection.approvals.decide import Decision
from inspection.errors import BadSource, Conflict, NotFound
from inspection.model import Approval, Plan, Report
from inspection.model.lifecycle import ApprovalState
from inspection.portal import codes
from inspection.portal.answers import Answer, GoTo, Page
from inspection.portal.guard import Visit
from inspection.store import approvals, campaigns
from inspection.vocabulary import ApprovalOutcome, ApprovalRoute

Matter = Plan | Report
LONGEST_REMARK = 2000


@dataclass(frozen=True, slots=True)
class Deciding:
    """One kind of matter that is decided: its path, its page, and the verb that takes the decision."""

    kind: str
    page: Callable[[Visit, Any, str], Answer]
    verb: Callable[[Session, str, Decision, Any], object]

    def path(self, matter: Matter) -> str:
        """The matter's page."""
        return f"/{self.kind}s/{matter.id}"


@dataclass(frozen=True, slots=True)
class Choice:
    """What the person chose, on which content."""

    outcome: ApprovalOutcome
    remark: str
    seen_hash: str

    def purpose(self, kind: str, matter: Matter) -> str:
        """What the code is bound to: matter, content and outcome."""
        return f"{kind}|{matter.id}|{self.seen_hash}|{self.outcome.value}"


def latest(session: Session, kind: str, matter: Matter) -> Approval | None:
    """The newest request on a matter."""
    return approvals.latest(session, (kind, matter.id))


def deputyship(visit: Visit, approval: Approval | None) -> Acting | None:
    """Under which deputyship the visitor would decide today; None for the named person."""
    if approval is None or approval.approver_id == visit.person_id:
        return None
    return acting(visit.session, approval.approver_id, visit.person_id, on=clock.local_date(visit.at))


def propose(deciding: Deciding, visit: Visit, matter: Matter) -> Answer:
    """First step: checks what was chosen, sends the code, shows what is about to be decided."""
    approval = _pending(visit, deciding.kind, matter)
    choice, problem = _chosen(visit)
    if choice is None:
        return deciding.page(visit, matter, problem)
    if choice.seen_hash != approval.content_hash or matter.content_hash != approval.content_hash:
        raise Conflict("the content has changed since it was shown")
    issued = sign_in.ask_again(visit.session, visit.signed.session, choice.purpose(deciding.kind, matter), at=visit.at)
    codes.write_notice(visit.session, issued, at=visit.at)
    page = _confirmation(deciding, visit, matter, choice, problem="")
    return Page(page.template, page.values, afterwards=partial(codes.send_now, issued.notice_key))


def confirm(deciding: Deciding, visit: Visit, matter: Matter) -> Answer:
    """Second step: the code, then the verb; a wrong code leaves everything as it was but the try."""
    _pending(visit, deciding.kind, matter)
    choice, _ = _chosen(visit)
    if choice is None:
        raise BadSource("the decision is incomplete")
    purpose = choice.purpose(deciding.kind, matter)
    if not sign_in.prove(visit.session, visit.signed.session, purpose, visit.text("code"), at=visit.at):
        return _confirmation(deciding, visit, matter, choice, problem="code")
    decision = Decision(
        outcome=choice.outcome,
        person_id=visit.person_id,
        seen_hash=choice.seen_hash,
        route=ApprovalRoute.PORTAL,
        decided_on=clock.local_date(visit.at),
        remark=choice.remark or None,
    )
    deciding.verb(visit.session, matter.id, decision, visit.at)
    return GoTo(deciding.path(matter))


def _pending(visit: Visit, kind: str, matter: Matter) -> Approval:
    approval = latest(visit.session, kind, matter)
    if approval is None:
        raise NotFound("nothing was asked")
    if approval.state is not ApprovalState.PENDING:
        raise Conflict("this has been decided already")
    return approval


def _chosen(visit: Visit) -> tuple[Choice | None, str]:
    """The choice, or the name of what is missing."""
    try:
        outcome = ApprovalOutcome(visit.text("outcome"))
    except ValueError:
        return None, "outcome"
    remark = visit.text("remark")[:LONGEST_REMARK]
    if outcome is not ApprovalOutcome.APPROVED and not remark:
        return None, "remark"
    return Choice(outcome, remark, visit.text("seen_hash")), ""


def _confirmation(deciding: Deciding, visit: Visit, matter: Matter, choice: Choice, *, problem: str) -> Page:
    return Page(
        "confirm.html.j2",
        {
            "kind": deciding.kind,
            "matter": matter,
            "campaign": campaigns.get(visit.session, matter.campaign_id),
            "path": deciding.path(matter),
            "choice": choice,
            "deputy": deputyship(visit, latest(visit.session, deciding.kind, matter)),
            "problem": problem,
        },
        status=422 if problem else 200,
    )
