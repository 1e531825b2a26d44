"""One table: which role may do what to which unit's matters; one function that every door asks.

Who has nothing to do with a matter is told that it does not exist; who knows of it but may not act is told so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from inspection import clock
from inspection.access.insiders import closed_to, is_closed_to, reads
from inspection.access.roles import Held, held_by, identities, on_duty
from inspection.errors import NotAllowed, NotFound
from inspection.model import (
    Approval,
    Campaign,
    Checklist,
    Clue,
    DutyShift,
    Fix,
    Handover,
    Plan,
    Report,
    ReportReader,
    Suspicion,
    Unit,
)
from inspection.model.lifecycle import ApprovalState, OpinionState, ReportState
from inspection.store import approvals, handovers, opinions, pledges, projects, roster
from inspection.store.unannounced import hidden_from
from inspection.vocabulary import CampaignKind, Role

Subject = Plan | Report | Fix | Suspicion | Clue | Checklist | Campaign | Unit | Approval | Handover | DutyShift


class Act(StrEnum):
    """What may be asked of the portal."""

    SEE_HOME = "see_home"
    READ_PLAN = "read_plan"
    DECIDE_PLAN = "decide_plan"
    READ_REPORT = "read_report"
    REVIEW_CAMPAIGN_REPORT = "review_campaign_report"
    DECIDE_CAMPAIGN_REPORT = "decide_campaign_report"
    REVIEW_UNIT_REPORTS = "review_unit_reports"
    DECIDE_UNIT_REPORTS = "decide_unit_reports"
    ENTER_PAPER_DECISION = "enter_paper_decision"
    OPINE_ON_PLAN = "opine_on_plan"
    OPINE_ON_CAMPAIGN_REPORT = "opine_on_campaign_report"
    HANDLE_OPINION = "handle_opinion"
    READ_SCAN = "read_scan"
    READ_DUTY = "read_duty"
    REPORT_DUTY = "report_duty"
    TAKE_PACKAGE = "take_package"
    LIST_FIXES = "list_fixes"
    READ_FIX = "read_fix"
    CLAIM_FIX = "claim_fix"
    VERIFY_FIX = "verify_fix"
    RELEASE_FIX = "release_fix"
    READ_SUSPICION = "read_suspicion"
    TRIAGE = "triage"
    ANSWER_QUESTION = "answer_question"
    READ_PLACE = "read_place"
    READ_CHECKLIST = "read_checklist"
    ANSWER_CHECKLIST = "answer_checklist"
    REVIEW_CHECKLIST = "review_checklist"
    READ_PROGRESS = "read_progress"
    LIST_HANDOVERS = "list_handovers"
    READ_HANDOVER = "read_handover"
    PLEDGE = "pledge"
    READ_CLOSING_REVIEW = "read_closing_review"
    DECIDE_CLOSING_REVIEW = "decide_closing_review"
    READ_MATTER = "read_matter"
    DECIDE_MATTER = "decide_matter"
    OPINE_ON_MATTER = "opine_on_matter"


class Named(StrEnum):
    """Ways of being named in the matter itself."""

    NOBODY = "nobody"
    ANY_APPROVER = "any_approver"
    LATEST_APPROVER = "latest_approver"
    READER = "reader"
    PARTY = "party"
    ON_DUTY = "on_duty"
    MEMBER = "member"
    CONFIDANT = "confidant"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may: by a role for the whole agency, by a role for the unit concerned, or by being named in the matter.

    `own_unit_barred`: nobody judges their own unit (officer review A15). `seen_by` is the act whose holders may
    know that the matter exists, so that a refusal to act may be told them. `approval` is the kind under which
    requests for a decision on the matter are kept; a request itself says its kind. `consulted`: the head of a unit
    asked for its opinion (會辦), while the decision waits. `joint`: a 會辦 member of the unit's group too, within the
    window and after the 切結 (A11). `insiders`: of a project, everybody who may read it at all.
    """

    agency: frozenset[Role] = frozenset()
    unit: frozenset[Role] = frozenset()
    named: Named = Named.NOBODY
    own_unit_barred: bool = False
    seen_by: Act | None = None
    approval: str = ""
    consulted: bool = False
    joint: bool = False
    insiders: bool = False


ETHICS = frozenset({Role.ETHICS_STAFF, Role.ETHICS_HEAD})
HEADS = frozenset({Role.CHIEF_SECRETARY, Role.AGENCY_HEAD})
OF_UNIT = frozenset({Role.CONTACT, Role.UNIT_HEAD})
JUDGES_OF_UNIT = frozenset({Role.INSPECTOR})
EVERYBODY = frozenset(Role)

TABLE: dict[Act, Rule] = {
    Act.SEE_HOME: Rule(agency=EVERYBODY, unit=EVERYBODY, named=Named.ON_DUTY, insiders=True),
    Act.READ_PLAN: Rule(agency=ETHICS, named=Named.ANY_APPROVER, approval="plan", consulted=True, insiders=True),
    Act.DECIDE_PLAN: Rule(named=Named.LATEST_APPROVER, seen_by=Act.READ_PLAN, approval="plan"),
    Act.READ_REPORT: Rule(named=Named.READER),
    Act.REVIEW_CAMPAIGN_REPORT: Rule(
        agency=ETHICS, named=Named.ANY_APPROVER, approval="campaign_report", consulted=True
    ),
    Act.DECIDE_CAMPAIGN_REPORT: Rule(
        named=Named.LATEST_APPROVER, seen_by=Act.REVIEW_CAMPAIGN_REPORT, approval="campaign_report"
    ),
    Act.REVIEW_UNIT_REPORTS: Rule(agency=ETHICS, named=Named.ANY_APPROVER, approval="unit_report"),
    Act.DECIDE_UNIT_REPORTS: Rule(named=Named.LATEST_APPROVER, seen_by=Act.REVIEW_UNIT_REPORTS, approval="unit_report"),
    Act.ENTER_PAPER_DECISION: Rule(agency=ETHICS),
    Act.OPINE_ON_PLAN: Rule(seen_by=Act.READ_PLAN, approval="plan", consulted=True),
    Act.OPINE_ON_CAMPAIGN_REPORT: Rule(seen_by=Act.REVIEW_CAMPAIGN_REPORT, approval="campaign_report", consulted=True),
    Act.HANDLE_OPINION: Rule(agency=ETHICS),
    Act.READ_SCAN: Rule(agency=ETHICS),
    Act.READ_DUTY: Rule(agency=ETHICS, named=Named.ON_DUTY),
    Act.REPORT_DUTY: Rule(agency=ETHICS, named=Named.ON_DUTY),
    Act.LIST_FIXES: Rule(agency=ETHICS, unit=OF_UNIT | JUDGES_OF_UNIT, joint=True),
    Act.READ_FIX: Rule(agency=ETHICS, unit=OF_UNIT | JUDGES_OF_UNIT, joint=True),
    Act.TAKE_PACKAGE: Rule(agency=ETHICS),
    Act.CLAIM_FIX: Rule(unit=OF_UNIT, seen_by=Act.READ_FIX),
    Act.VERIFY_FIX: Rule(agency=ETHICS, unit=JUDGES_OF_UNIT, own_unit_barred=True, seen_by=Act.READ_FIX),
    Act.RELEASE_FIX: Rule(agency=frozenset({Role.ETHICS_HEAD}), seen_by=Act.READ_FIX),
    Act.READ_SUSPICION: Rule(agency=ETHICS, unit=JUDGES_OF_UNIT, joint=True),
    Act.TRIAGE: Rule(agency=ETHICS, unit=JUDGES_OF_UNIT, own_unit_barred=True, seen_by=Act.READ_SUSPICION),
    Act.ANSWER_QUESTION: Rule(unit=OF_UNIT, named=Named.CONFIDANT),
    Act.READ_PLACE: Rule(agency=ETHICS, unit=OF_UNIT | JUDGES_OF_UNIT, named=Named.CONFIDANT),
    Act.READ_CHECKLIST: Rule(agency=ETHICS, unit=OF_UNIT | JUDGES_OF_UNIT, joint=True),
    Act.REVIEW_CHECKLIST: Rule(agency=ETHICS, unit=JUDGES_OF_UNIT, seen_by=Act.READ_CHECKLIST),
    Act.ANSWER_CHECKLIST: Rule(unit=OF_UNIT, seen_by=Act.READ_CHECKLIST),
    Act.READ_PROGRESS: Rule(agency=ETHICS | HEADS, insiders=True),
    Act.LIST_HANDOVERS: Rule(agency=ETHICS),
    Act.READ_HANDOVER: Rule(agency=ETHICS, named=Named.PARTY),
    Act.PLEDGE: Rule(named=Named.MEMBER),
    Act.READ_CLOSING_REVIEW: Rule(agency=ETHICS, named=Named.ANY_APPROVER, approval="closing_review", insiders=True),
    Act.DECIDE_CLOSING_REVIEW: Rule(
        named=Named.LATEST_APPROVER, seen_by=Act.READ_CLOSING_REVIEW, approval="closing_review"
    ),
    # any kind of matter, by the request on it: for kinds that need no act of their own
    Act.READ_MATTER: Rule(agency=ETHICS, named=Named.ANY_APPROVER, consulted=True, insiders=True),
    Act.DECIDE_MATTER: Rule(named=Named.LATEST_APPROVER, seen_by=Act.READ_MATTER),
    Act.OPINE_ON_MATTER: Rule(seen_by=Act.READ_MATTER, consulted=True),
}


def require(session: Session, person_id: str, act: Act, subject: Subject | None, *, at: datetime) -> Held | None:
    """Returns silently where the person may, with the role that allows it (None where being named does).

    Without a subject it asks whether the person may for any matter at all. Raises NotAllowed or NotFound.
    """
    if subject is not None and _is_hidden(session, person_id, subject, at=at):
        raise NotFound("there is no such matter for you")
    held = held_by(session, person_id, on=clock.local_date(at))
    rule = TABLE[act]
    found = _by_role(session, person_id, held, rule, subject, at=at)
    if found is not None:
        return found
    if rule.insiders and _is_insider(session, person_id, subject, at=at):
        return None
    if rule.named is Named.ON_DUTY and _is_on_duty(session, person_id, subject, at=at):
        return None  # whoever is on duty, with a role or without
    if held and subject is not None and _is_named(session, person_id, rule, subject, at=at):
        return None
    if subject is None:
        if held and (rule.named not in {Named.NOBODY, Named.ON_DUTY} or rule.consulted):
            return None  # any office-holder may come to be named; each matter is asked about on its own
        raise NotAllowed("this page is for other roles")
    if rule.seen_by is not None and allows(session, person_id, rule.seen_by, subject, at=at):
        raise NotAllowed("this matter is for others to act on")
    raise NotFound("there is no such matter for you")


def allows(session: Session, person_id: str, act: Act, subject: Subject | None, *, at: datetime) -> bool:
    """Whether `require` would let the person."""
    try:
        require(session, person_id, act, subject, at=at)
    except (NotAllowed, NotFound):
        return False
    return True


def units_for(session: Session, person_id: str, act: Act, *, at: datetime) -> frozenset[str] | None:
    """For lists: the units whose matters a person may treat; None means every unit."""
    rule, held = TABLE[act], held_by(session, person_id, on=clock.local_date(at))
    if any(one.role in rule.agency and not one.unit_id for one in held):
        return None
    return frozenset(one.unit_id for one in held if one.role in rule.unit and (rule.joint or one.campaign_id is None))


def sees(session: Session, person_id: str, act: Act, *, at: datetime) -> Callable[[str, str], bool]:
    """For lists, asked once: whether a person may treat matters of a (unit, campaign). A 會辦 member sees those of the
    own campaign only; of a project nobody does who is not in it."""
    rule, held = TABLE[act], held_by(session, person_id, on=clock.local_date(at))
    closed = closed_to(session, person_id, at=at)
    if any(one.role in rule.agency and not one.unit_id for one in held):
        return lambda _unit, campaign: campaign not in closed
    whole = {one.unit_id for one in held if one.role in rule.unit and one.campaign_id is None}
    joint = {(one.unit_id, one.campaign_id) for one in held if rule.joint and one.campaign_id is not None}
    return lambda unit, campaign: campaign not in closed and (unit in whole or (unit, campaign) in joint)


def _by_role(
    session: Session, person_id: str, held: tuple[Held, ...], rule: Rule, subject: Subject | None, *, at: datetime
) -> Held | None:
    unit_id = _unit_of(subject)
    if rule.own_unit_barred and unit_id and roster.is_own_unit(session, roster.person(session, person_id), unit_id):
        return None
    for one in held:
        if one.campaign_id is not None and not _joins(one, rule, subject):
            continue
        if one.role in rule.agency and not one.unit_id:
            return one
        if one.role in rule.unit and one.unit_id and (subject is None or one.unit_id == unit_id):
            return one
    return None


def _joins(held: Held, rule: Rule, subject: Subject | None) -> bool:
    """Whether a 會辦 member may see this: a matter of the campaign joined, or a page of such."""
    campaign_id = getattr(subject, "campaign_id", None)
    return rule.joint and campaign_id in {None, held.campaign_id}


def _unit_of(subject: Subject | None) -> str | None:
    match subject:
        case Fix() | Suspicion() | Clue() | Checklist():
            return subject.unit_id
        case Unit():
            return subject.id
        case _:
            return None


def _is_hidden(session: Session, person_id: str, subject: Subject, *, at: datetime) -> bool:
    """An unannounced inspection leaves no trace for the inspected before its hour (officer review A10); a project
    leaves none for whoever is not in it."""
    campaign = _campaign_of(session, subject)
    if campaign is None:
        return False
    return hidden_from(session, campaign, person_id, at=at) or is_closed_to(session, campaign, person_id, at=at)


def _is_insider(session: Session, person_id: str, subject: Subject | None, *, at: datetime) -> bool:
    """Whether a person is in the project a matter belongs to; without a matter, in the know of any."""
    if subject is None:
        return projects.signs_anywhere(session, person_id, on=clock.local_date(at))
    campaign = _campaign_of(session, subject)
    is_project = campaign is not None and campaign.kind is CampaignKind.PROJECT
    return campaign is not None and is_project and reads(session, campaign, person_id, at=at)


def _campaign_of(session: Session, subject: Subject) -> Campaign | None:
    campaign_id = subject.id if isinstance(subject, Campaign) else getattr(subject, "campaign_id", None)
    return session.get(Campaign, campaign_id) if campaign_id else None


def _is_on_duty(session: Session, person_id: str, subject: Subject | None, *, at: datetime) -> bool:
    """Named in the duty roster for these days, or for this shift, in the own name or acting for who is."""
    on = clock.local_date(at)
    if isinstance(subject, DutyShift):
        return bool({subject.person_id, subject.deputy_id} & set(identities(session, person_id, on=on)))
    return subject is None and on_duty(session, person_id, on=on)


def _is_named(session: Session, person_id: str, rule: Rule, subject: Subject, *, at: datetime) -> bool:
    if (
        rule.consulted
        and isinstance(subject, Plan | Campaign | Approval)
        and _is_consulted(session, person_id, rule, subject, at)
    ):
        return True
    match rule.named, subject:
        case Named.ANY_APPROVER | Named.LATEST_APPROVER, Plan() | Campaign() | Approval():
            rounds = approvals.rounds(session, _kept_under(rule, subject))
            if rule.named is Named.LATEST_APPROVER:
                rounds = rounds[-1:]  # whether it still waits is for the verb to say, as a conflict
            return _is_approver(session, person_id, rounds, at=at)
        case Named.READER, Report():
            copy = session.get(ReportReader, (subject.id, person_id))
            return subject.state is ReportState.ISSUED and copy is not None and copy.handed_on is None
        case Named.MEMBER, Campaign():
            return pledges.is_member(session, subject.id, person_id)
        case Named.CONFIDANT, Suspicion():
            return subject.confidant_id == person_id
        case Named.PARTY, Handover():
            return person_id in handovers.parties(session, subject)
        case _:
            return False


def _kept_under(rule: Rule, subject: Plan | Campaign | Approval) -> tuple[str, str]:
    """Kind and id under which requests on a matter are kept."""
    if isinstance(subject, Approval):
        return subject.subject_kind, subject.subject_id
    return rule.approval, subject.id


def _is_consulted(
    session: Session, person_id: str, rule: Rule, subject: Plan | Campaign | Approval, at: datetime
) -> bool:
    """Head of a unit asked for its opinion, or the head's deputy, while the decision waits; never the one who asked."""
    asked = approvals.latest(session, _kept_under(rule, subject))
    if asked is None or asked.state is not ApprovalState.PENDING or asked.requested_by == person_id:
        return False
    units = {one.unit_id for one in opinions.of_approval(session, asked) if one.state is not OpinionState.NOT_ASKED}
    held = held_by(session, person_id, on=clock.local_date(at))
    return any(one.role is Role.UNIT_HEAD and one.unit_id in units for one in held)


def _is_approver(session: Session, person_id: str, rounds: list[Approval], *, at: datetime) -> bool:
    """Named in a request, or deputy of the named one today; never the one who asked (seed 000 art. 7)."""
    names = identities(session, person_id, on=clock.local_date(at))
    return any(one.approver_id in names and one.requested_by != person_id for one in rounds)
