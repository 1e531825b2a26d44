"""One table: which role may do what to which unit's matters; one pure function that every door asks.

Who has nothing to do with a matter is told that it does not exist; who knows of it but may not act is told so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from inspection.access.who import Held, Who, asking
from inspection.errors import NotAllowed, NotFound
from inspection.language import speak
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
    Suspicion,
    Unit,
)
from inspection.store.scope import Scope
from inspection.vocabulary import Role

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
    KEY_PAPER_RETURN = "key_paper_return"
    TAKE_POCKET_CARD = "take_pocket_card"
    READ_SPOT_RECORD = "read_spot_record"
    KEY_SPOT_RECORD = "key_spot_record"
    CONFIRM_SPOT_RECORD = "confirm_spot_record"
    TAKE_SPOT_COPY = "take_spot_copy"
    SEAL_CHECKLIST = "seal_checklist"
    NAME_FILLER = "name_filler"
    KEEP_FILLERS = "keep_fillers"
    READ_PROGRESS = "read_progress"
    OPEN_CAMPAIGN = "open_campaign"
    KEEP_CAMPAIGN = "keep_campaign"
    KEEP_CALENDAR = "keep_calendar"
    KEEP_ROSTER = "keep_roster"
    LIST_HANDOVERS = "list_handovers"
    READ_HANDOVER = "read_handover"
    PLEDGE = "pledge"
    READ_CLOSING_REVIEW = "read_closing_review"
    DECIDE_CLOSING_REVIEW = "decide_closing_review"
    KEEP_LESSONS = "keep_lessons"
    KEEP_NOTICES = "keep_notices"
    KEEP_RETENTION = "keep_retention"
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
    OF_GROUP = "of_group"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may: by a role for the whole agency, by a role for the unit concerned, or by being named in the matter.

    `own_unit_barred`: nobody judges their own unit (officer review A15). `seen_by` is the act whose holders may
    know that the matter exists, so that a refusal to act may be told them. `approval` is the kind under which
    requests for a decision on the matter are kept; a request itself says its kind. `consulted`: the head of a unit
    asked for its opinion (會辦), while the decision waits. `joint`: a 會辦 member of the unit's group too, within the
    window and after the 切結 (A11). `insiders`: of a project, everybody who may read it at all. `kept`: of a project,
    only by a role that keeps it. `fillers`: of a checklist, whoever was named on the page to fill it too.
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
    kept: bool = False
    fillers: bool = False


ETHICS = frozenset({Role.ETHICS_STAFF, Role.ETHICS_HEAD})
HEADS = frozenset({Role.CHIEF_SECRETARY, Role.AGENCY_HEAD})
OF_UNIT = frozenset({Role.CONTACT, Role.UNIT_HEAD})
JUDGES_OF_UNIT = frozenset({Role.INSPECTOR})
EVERYBODY = frozenset(Role)

TABLE: dict[Act, Rule] = {
    Act.SEE_HOME: Rule(agency=EVERYBODY, unit=EVERYBODY, named=Named.ON_DUTY, insiders=True, fillers=True),
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
    Act.READ_CHECKLIST: Rule(agency=ETHICS, unit=OF_UNIT | JUDGES_OF_UNIT, joint=True, fillers=True),
    Act.REVIEW_CHECKLIST: Rule(agency=ETHICS, unit=JUDGES_OF_UNIT, own_unit_barred=True, seen_by=Act.READ_CHECKLIST),
    Act.KEY_PAPER_RETURN: Rule(agency=ETHICS, own_unit_barred=True, seen_by=Act.READ_CHECKLIST),
    Act.TAKE_POCKET_CARD: Rule(named=Named.OF_GROUP, seen_by=Act.READ_CHECKLIST),
    Act.READ_SPOT_RECORD: Rule(agency=ETHICS, named=Named.OF_GROUP, own_unit_barred=True, seen_by=Act.READ_CHECKLIST),
    Act.KEY_SPOT_RECORD: Rule(named=Named.OF_GROUP, seen_by=Act.READ_SPOT_RECORD),
    Act.CONFIRM_SPOT_RECORD: Rule(
        agency=ETHICS, named=Named.OF_GROUP, own_unit_barred=True, seen_by=Act.READ_SPOT_RECORD
    ),
    Act.TAKE_SPOT_COPY: Rule(unit=OF_UNIT, seen_by=Act.READ_CHECKLIST),
    Act.ANSWER_CHECKLIST: Rule(unit=OF_UNIT, seen_by=Act.READ_CHECKLIST, fillers=True),
    Act.SEAL_CHECKLIST: Rule(unit=frozenset({Role.UNIT_HEAD}), seen_by=Act.READ_CHECKLIST),
    Act.NAME_FILLER: Rule(unit=OF_UNIT, seen_by=Act.READ_CHECKLIST),
    Act.KEEP_FILLERS: Rule(agency=ETHICS, unit=OF_UNIT, seen_by=Act.READ_CHECKLIST),
    Act.READ_PROGRESS: Rule(agency=ETHICS | HEADS, insiders=True),
    Act.OPEN_CAMPAIGN: Rule(agency=ETHICS),
    Act.KEEP_CAMPAIGN: Rule(agency=ETHICS, seen_by=Act.READ_PROGRESS, kept=True),
    Act.KEEP_CALENDAR: Rule(agency=ETHICS),
    Act.KEEP_ROSTER: Rule(agency=ETHICS | {Role.OPERATOR}),
    Act.LIST_HANDOVERS: Rule(agency=ETHICS),
    Act.READ_HANDOVER: Rule(agency=ETHICS, named=Named.PARTY),
    Act.PLEDGE: Rule(named=Named.MEMBER),
    Act.READ_CLOSING_REVIEW: Rule(agency=ETHICS, named=Named.ANY_APPROVER, approval="closing_review", insiders=True),
    Act.DECIDE_CLOSING_REVIEW: Rule(
        named=Named.LATEST_APPROVER, seen_by=Act.READ_CLOSING_REVIEW, approval="closing_review"
    ),
    Act.KEEP_LESSONS: Rule(agency=ETHICS),
    Act.KEEP_NOTICES: Rule(agency=ETHICS | frozenset({Role.OPERATOR})),
    Act.KEEP_RETENTION: Rule(agency=ETHICS),
    # any kind of matter, by the request on it: for kinds that need no act of their own
    Act.READ_MATTER: Rule(agency=ETHICS, named=Named.ANY_APPROVER, consulted=True, insiders=True),
    Act.DECIDE_MATTER: Rule(named=Named.LATEST_APPROVER, seen_by=Act.READ_MATTER),
    Act.OPINE_ON_MATTER: Rule(seen_by=Act.READ_MATTER, consulted=True),
}


@dataclass(frozen=True, slots=True)
class Permission:
    """What the table says of one question. `held` is the role that allows it, and for whom it is held (None where being
    named allows it); of a refusal `may_know` tells whether the person may learn that the matter exists."""

    allowed: bool
    held: Held | None = None
    may_know: bool = True

    def __bool__(self) -> bool:
        """Whether it is allowed."""
        return self.allowed


UNKNOWN = Permission(False, may_know=False)


def may(who: Who, act: Act, subject: Subject | None = None) -> Permission:
    """Whether somebody may do this to a matter, or without one to any matter at all. Pure: asks no database."""
    if subject is not None and _is_out_of_sight(who, subject):
        return UNKNOWN
    rule = TABLE[act]
    found = _by_role(who, rule, subject)
    if found is not None:
        return Permission(True, found)
    if _by_part(who, rule, subject):
        return Permission(True)
    if subject is None:
        return Permission(False)
    if rule.seen_by is not None and may(who, rule.seen_by, subject):
        return Permission(False)
    return UNKNOWN


def demand(who: Who, act: Act, subject: Subject | None = None) -> Held | None:
    """The role by which somebody may (None where being named allows it); raises NotAllowed or NotFound."""
    answer = may(who, act, subject)
    if answer:
        return answer.held
    if not answer.may_know:
        raise NotFound(speak("查無此事項，或非您所得知悉", "there is no such matter for you"))
    raise NotAllowed(
        speak("此頁面限其他職務人員使用", "this page is for other roles")
        if subject is None
        else speak("此事項應由其他人員辦理", "this matter is for others to act on")
    )


def require_role(session: Session, person_id: str, act: Act, subject: Subject, *, at: datetime, refusal: str) -> Held:
    """The role by which a person may do this to this matter; raises NotAllowed with `refusal` where none does."""
    held = may(asking(session, person_id, at=at), act, subject).held
    if held is None:
        raise NotAllowed(refusal)
    return held


def scope(who: Who, act: Act) -> Scope:
    """For lists: whose matters somebody may treat, as a condition for the query. A 會辦 member sees those of the own
    campaign only; of a project nobody does who is not in it."""
    rule = TABLE[act]
    without = who.own_units if rule.own_unit_barred else frozenset()
    if any(one.role in rule.agency and not one.unit_id for one in who.held):
        return Scope(None, without=without, barred=who.barred)
    fitting = [one for one in who.held if one.role in rule.unit]
    of_group = who.inspects if rule.named is Named.OF_GROUP else frozenset()
    return Scope(
        units=frozenset(one.unit_id for one in fitting if one.campaign_id is None),
        joined=frozenset((one.unit_id, one.campaign_id) for one in fitting if rule.joint and one.campaign_id)
        | frozenset((unit, campaign) for campaign, unit in of_group if unit not in who.own_units)
        | (who.fills if rule.fillers else frozenset()),
        without=without,
        barred=who.barred,
    )


def campaigns_for(who: Who, act: Act) -> frozenset[str] | None:
    """For lists of campaigns: those somebody may treat; None means every one that is not barred."""
    rule = TABLE[act]
    if any(one.role in rule.agency and not one.unit_id for one in who.held):
        return None
    return frozenset(who.projects) if rule.insiders else frozenset()


def _by_role(who: Who, rule: Rule, subject: Subject | None) -> Held | None:
    unit_id = _unit_of(subject)
    if rule.own_unit_barred and unit_id in who.own_units:
        return None
    for one in who.held:
        if one.campaign_id is not None and not _joins(one, rule, subject):
            continue
        if rule.kept and subject is not None and who.projects.get(_campaign_of(subject) or "", one) is None:
            continue
        if one.role in rule.agency and not one.unit_id:
            return one
        if one.role in rule.unit and one.unit_id and (subject is None or one.unit_id == unit_id):
            return one
    return None


def _joins(held: Held, rule: Rule, subject: Subject | None) -> bool:
    """Whether a 會辦 member may see this: a matter of the campaign joined, or a page of such."""
    return rule.joint and getattr(subject, "campaign_id", None) in {None, held.campaign_id}


def _by_part(who: Who, rule: Rule, subject: Subject | None) -> bool:
    """Whether somebody may by their part in the matter: in its project, on duty, named in it."""
    if subject is None:
        may_come = bool(who.held) and (rule.named not in {Named.NOBODY, Named.ON_DUTY} or rule.consulted)
        # any office-holder may come to be named; each matter is asked about on its own
        if rule.fillers and who.fills:
            return True
        return may_come or (rule.insiders and bool(who.signed_for)) or (rule.named is Named.ON_DUTY and who.on_duty)
    if rule.insiders and _campaign_of(subject) in who.projects:
        return True
    if rule.fillers and isinstance(subject, Checklist) and (subject.unit_id, subject.campaign_id) in who.fills:
        return True
    if rule.named is Named.ON_DUTY and isinstance(subject, DutyShift):  # with a role or without
        return who.active and not {subject.person_id, subject.deputy_id}.isdisjoint(who.names)
    return bool(who.held) and _is_named(who, rule, subject)


def _is_named(who: Who, rule: Rule, subject: Subject) -> bool:
    match rule.named, subject:
        case Named.ANY_APPROVER | Named.LATEST_APPROVER, Plan() | Campaign() | Approval():
            # whether it still waits is for the verb to say, as a conflict
            named = (rule.named.value, *_kept_under(rule, subject)) in who.named
        case Named.READER, Report():
            named = ("reader", "", subject.id) in who.named
        case Named.MEMBER, Campaign():
            named = subject.id in who.members_of
        case Named.OF_GROUP, Checklist():  # nobody inspects the own unit, whatever a group was made up of
            named = (subject.campaign_id, subject.unit_id) in who.inspects and subject.unit_id not in who.own_units
        case Named.CONFIDANT, Suspicion():
            named = subject.confidant_id == who.person_id
        case Named.PARTY, Handover():
            named = ("party", "", subject.id) in who.named
        case _:
            named = False
    if rule.consulted and isinstance(subject, Plan | Campaign | Approval):
        return named or _kept_under(rule, subject) in who.consulted
    return named


def _kept_under(rule: Rule, subject: Plan | Campaign | Approval) -> tuple[str, str]:
    """Kind and id under which requests on a matter are kept."""
    if isinstance(subject, Approval):
        return subject.subject_kind, subject.subject_id
    return rule.approval, subject.id


def _unit_of(subject: Subject | None) -> str | None:
    match subject:
        case Fix() | Suspicion() | Clue() | Checklist():
            return subject.unit_id
        case Unit():
            return subject.id
        case _:
            return None


def _campaign_of(subject: Subject) -> str | None:
    return subject.id if isinstance(subject, Campaign) else getattr(subject, "campaign_id", None)


def _is_out_of_sight(who: Who, subject: Subject) -> bool:
    """An unannounced inspection leaves no trace for the inspected before its hour (officer review A10); a project
    leaves none for whoever is not in it."""
    return _campaign_of(subject) in who.barred
