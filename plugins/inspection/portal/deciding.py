"""A decision in two steps: what is decided, then a one-time code sent for this very decision (ASVS 2.3.5, 7.5.3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from inspection import clock
from inspection.access import sign_in
from inspection.access.policy import Subject
from inspection.access.roles import Acting, acting
from inspection.approvals.decide import Decision
from inspection.approvals.matters import Matter
from inspection.errors import BadSource, Conflict, NotFound
from inspection.language import speak
from inspection.model import Approval
from inspection.model.lifecycle import ApprovalState
from inspection.portal import codes
from inspection.portal.guard import Visit
from inspection.portal.responses import GoTo, Page, Reply
from inspection.rules import catalogue
from inspection.rules.approval_table import DecisionVerb
from inspection.store import approvals, opinions, people
from inspection.vocabulary import ApprovalOutcome, ApprovalRoute

LONGEST_REMARK = 2000


@dataclass(frozen=True, slots=True)
class Deciding:
    """One page on which is decided: how its matter is found, and the page itself with what was wrong in a form."""

    matter: Callable[[Visit, Any], Matter]
    page: Callable[[Visit, Any, str], Reply]


@dataclass(frozen=True, slots=True)
class Choice:
    """What the person chose, on which content."""

    outcome: ApprovalOutcome
    remark: str
    seen_hash: str

    def purpose(self, matter: Matter) -> str:
        """What the code is bound to: matter, content, outcome and remark, for a remark may be the decision itself."""
        remark = sha256(self.remark.encode()).hexdigest()
        return f"{matter.kind.id}|{matter.subject_id}|{self.seen_hash}|{self.outcome.value}|{remark}"


def latest(session: Session, matter: Matter) -> Approval | None:
    """The newest request on a matter."""
    return approvals.latest(session, (matter.kind.id, matter.subject_id))


def deputyship(visit: Visit, approval: Approval | None) -> Acting | None:
    """Under which deputyship the visitor would decide today; None for the named person."""
    if approval is None or approval.approver_id == visit.person_id:
        return None
    return acting(visit.session, approval.approver_id, visit.person_id, on=clock.local_date(visit.at))


def form_values(visit: Visit, matter: Matter, subject: Subject, problem: str) -> dict[str, Any]:
    """What the decision's part of a page prints: the request, its people, and the form with what was typed."""
    approval = latest(visit.session, matter)
    waits = approval is not None and approval.state is ApprovalState.PENDING
    may_decide = waits and visit.may(matter.kind.decides, subject)
    involved = (approval.approver_id, approval.decided_by, approval.on_behalf_of) if approval else ()
    return {
        "matter": matter,
        "campaign": matter.campaign,
        "approval": approval,
        "verb": _verb(matter, approval),
        "may_decide": may_decide,
        "deputy": deputyship(visit, approval) if may_decide else None,
        "names": people.named(visit.session, {one for one in involved if one}),
        "refused_in_airflow": may_decide
        and approval is not None
        and approvals.refused_in_airflow(visit.session, approval, visit.person_id),
        "problem": problem,
        "chosen": visit.text("outcome"),
        "remark": visit.text("remark"),
    }


def _verb(matter: Matter, approval: Approval | None) -> str:
    """In whose name it is decided, as the table of 分層負責 has it: 核定, 授權, or 代為決行 by a deputy."""
    if approval is not None and approval.on_behalf_of is not None:
        return DecisionVerb.DECIDED_FOR.value
    rule = matter.kind.rule(matter.campaign, catalogue.current())
    return rule.verb.value if rule else ""


def propose(deciding: Deciding, visit: Visit, subject: Subject) -> Reply:
    """First step: checks what was chosen, sends the code, shows what is about to be decided."""
    matter = deciding.matter(visit, subject)
    approval = pending(visit, matter)
    choice, problem = _chosen(visit)
    if choice is None:
        return deciding.page(visit, subject, problem)
    if lacks_adoption(visit.session, approval, choice.outcome):
        return deciding.page(visit, subject, "unanswered")
    if choice.seen_hash != approval.content_hash or matter.content_hash != approval.content_hash:
        raise Conflict(speak("內容於顯示後已變更", "the content has changed since it was shown"))
    issued = sign_in.ask_again(visit.session, visit.signed.session, choice.purpose(matter), at=visit.at)
    codes.write_notice(visit.session, issued, at=visit.at)
    page = _confirmation(visit, matter, choice, problem="")
    return Page(page.template, page.values, afterwards=partial(codes.send_soon, issued.notice_key))


def confirm(deciding: Deciding, visit: Visit, subject: Subject) -> Reply:
    """Second step: the code, then the verb; a wrong code leaves everything as it was but the try."""
    matter = deciding.matter(visit, subject)
    pending(visit, matter)
    choice, _ = _chosen(visit)
    if choice is None:
        raise BadSource(speak("決定內容不完整", "the decision is incomplete"))
    purpose = choice.purpose(matter)
    if not sign_in.prove(visit.session, visit.signed.session, purpose, visit.text("code"), at=visit.at):
        return _confirmation(visit, matter, choice, problem="code")
    decision = Decision(
        outcome=choice.outcome,
        person_id=visit.person_id,
        seen_hash=choice.seen_hash,
        route=ApprovalRoute.PORTAL,
        decided_on=clock.local_date(visit.at),
        remark=choice.remark or None,
    )
    matter.kind.decide(visit.session, matter.subject_id, decision, visit.at)
    return GoTo(matter.path)


def lacks_adoption(session: Session, approval: Approval, outcome: ApprovalOutcome) -> bool:
    """Whether 核定 must wait until the drafter has put down what became of an opinion (officer review A5)."""
    return outcome is not ApprovalOutcome.RETURNED and bool(opinions.unanswered(session, approval))


def pending(visit: Visit, matter: Matter) -> Approval:
    """The request that waits; raises NotFound where nothing was asked, Conflict where it was answered."""
    approval = latest(visit.session, matter)
    if approval is None:
        raise NotFound(speak("沒有陳核事項", "nothing was asked"))
    if approval.state is not ApprovalState.PENDING:
        raise Conflict(speak("本案已決定", "this has been decided already"))
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


def _confirmation(visit: Visit, matter: Matter, choice: Choice, *, problem: str) -> Page:
    return Page(
        "confirm.html.j2",
        {
            "matter": matter,
            "campaign": matter.campaign,
            "choice": choice,
            "deputy": deputyship(visit, latest(visit.session, matter)),
            "problem": problem,
        },
        status=422 if problem else 200,
    )
