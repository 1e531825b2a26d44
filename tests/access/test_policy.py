"""Who may: by role and unit, by being named, as a deputy within the days, and never on one's own request or unit."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from access.asked import allows, require, units_for
from inspection.access.policy import TABLE, Act
from inspection.access.roles import acting, on_day
from inspection.access.who import Held
from inspection.errors import NotAllowed, NotFound
from inspection.model import (
    Approval,
    Assessment,
    CampaignUnit,
    Checklist,
    Person,
    Plan,
    Report,
    ReportReader,
    RoleGrant,
    Suspicion,
)
from inspection.model.lifecycle import (
    ApprovalState,
    ChecklistState,
    PlanState,
    ReportState,
    SuspicionState,
)
from inspection.vocabulary import Role, Severity
from portal.small_office import MORNING, open_campaign, settle

DEPUTY_DAY = datetime.fromisoformat("2026-10-15T10:00:00+08:00")


@pytest.fixture
def office(session: Session) -> Session:
    settle(session)
    return session


def submit_plan(session: Session, *, approver: str = "mayor", requested_by: str = "ethics") -> Plan:
    open_campaign(session)
    session.add(Assessment(id="A1", campaign_id="C1", version=1, figures={}, sentences=[], made_at=MORNING))
    session.flush()
    plan = Plan(
        id="P1",
        campaign_id="C1",
        assessment_id="A1",
        version=1,
        state=PlanState.SUBMITTED,
        content={},
        content_hash="a" * 64,
        document_id=None,
        drafted_by="ethics",
        drafted_at=MORNING,
    )
    session.add(plan)
    session.flush()
    session.add(
        Approval(
            id="plan:P1:1",
            subject_kind="plan",
            campaign_id="C1",
            subject_id="P1",
            content_hash="a" * 64,
            round=1,
            state=ApprovalState.PENDING,
            requested_by=requested_by,
            requested_at=MORNING,
            approver_id=approver,
            due_on=date(2026, 10, 20),
        )
    )
    session.flush()
    return plan


def test_only_the_named_approver_decides(office: Session) -> None:
    plan = submit_plan(office)
    require(office, "mayor", Act.DECIDE_PLAN, plan, at=MORNING)
    with pytest.raises(NotAllowed):  # reads it, may not decide it
        require(office, "ethics", Act.DECIDE_PLAN, plan, at=MORNING)
    for outsider in ("works", "works_head", "secretary", "nobody"):
        with pytest.raises(NotFound):
            require(office, outsider, Act.DECIDE_PLAN, plan, at=MORNING)
        with pytest.raises(NotFound):
            require(office, outsider, Act.READ_PLAN, plan, at=MORNING)


def test_a_deputy_decides_within_the_recorded_days_only(office: Session) -> None:
    plan = submit_plan(office)
    require(office, "secretary", Act.DECIDE_PLAN, plan, at=DEPUTY_DAY)
    with pytest.raises(NotFound):
        require(office, "secretary", Act.DECIDE_PLAN, plan, at=DEPUTY_DAY + timedelta(days=2))
    found = acting(office, "mayor", "secretary", on=date(2026, 10, 15))
    assert found is not None
    assert found.text == "游○賢代張○誠"
    assert acting(office, "mayor", "secretary", on=date(2026, 10, 17)) is None


def test_the_deputy_of_one_who_left_acts_for_nobody(office: Session) -> None:
    office.get_one(Person, "mayor").active = False
    office.flush()
    assert on_day(office, "secretary", date(2026, 10, 15)).names == ("secretary",)


def test_a_deputy_holds_the_principals_role_and_says_so(office: Session) -> None:
    assert Held(Role.AGENCY_HEAD, "", "mayor") in on_day(office, "secretary", date(2026, 10, 16)).held
    assert on_day(office, "secretary", date(2026, 10, 14)).held == (Held(Role.CHIEF_SECRETARY, ""),)


def test_the_one_who_asked_never_decides_even_as_deputy(office: Session) -> None:
    plan = submit_plan(office, approver="mayor", requested_by="secretary")
    on_a_deputys_day = MORNING + timedelta(days=3)
    with pytest.raises(NotFound):
        require(office, "secretary", Act.DECIDE_PLAN, plan, at=on_a_deputys_day)


def test_nobody_judges_their_own_unit(office: Session) -> None:
    open_campaign(office)
    works = unit_checklist(office, "U04")
    ethics = unit_checklist(office, "U11")
    suspicion = _suspicion(office, "U11", ethics.id)
    other = _suspicion(office, "U04", works.id)
    require(office, "ethics", Act.TRIAGE, other, at=MORNING)
    with pytest.raises(NotAllowed):
        require(office, "ethics", Act.TRIAGE, suspicion, at=MORNING)
    require(office, "ethics", Act.REVIEW_CHECKLIST, works, at=MORNING)
    with pytest.raises(NotAllowed):
        require(office, "ethics", Act.REVIEW_CHECKLIST, ethics, at=MORNING)
    assert require(office, "inspector", Act.REVIEW_CHECKLIST, ethics, at=MORNING) == Held(Role.INSPECTOR, "U11")
    found = require(office, "inspector", Act.TRIAGE, suspicion, at=MORNING)
    assert found == Held(Role.INSPECTOR, "U11")
    with pytest.raises(NotFound):
        require(office, "inspector", Act.TRIAGE, other, at=MORNING)


def _suspicion(session: Session, unit_id: str, checklist_id: str) -> Suspicion:
    row = Suspicion(
        campaign_id="C1",
        unit_id=unit_id,
        kind="checklist_answer",
        fingerprint=unit_id * 10,
        checklist_id=checklist_id,
        state=SuspicionState.OPEN,
        suggested_severity=Severity.MEDIUM,
        detectors=[],
        noted_at=MORNING,
    )
    session.add(row)
    session.flush()
    return row


def unit_checklist(session: Session, unit_id: str) -> Checklist:
    row = Checklist(
        id=f"C1-{unit_id}",
        campaign_id="C1",
        unit_id=unit_id,
        state=ChecklistState.ISSUED,
        due_on=date(2026, 11, 13),
        questions_hash="0" * 64,
    )
    session.add(row)
    session.flush()
    return row


def test_a_unit_sees_its_own_matters_only(office: Session) -> None:
    open_campaign(office)
    checklist = unit_checklist(office, "U04")
    require(office, "works", Act.ANSWER_CHECKLIST, checklist, at=MORNING)
    require(office, "works_head", Act.READ_CHECKLIST, checklist, at=MORNING)
    with pytest.raises(NotFound):
        require(office, "social", Act.READ_CHECKLIST, checklist, at=MORNING)
    with pytest.raises(NotAllowed):
        require(office, "ethics", Act.ANSWER_CHECKLIST, checklist, at=MORNING)
    assert units_for(office, "works", Act.LIST_FIXES, at=MORNING) == frozenset({"U04"})
    assert units_for(office, "ethics", Act.LIST_FIXES, at=MORNING) is None


def test_an_unannounced_inspection_leaves_no_trace_for_the_unit_before_its_hour(office: Session) -> None:
    campaign = open_campaign(office, "ad_hoc")
    office.add(CampaignUnit(campaign_id=campaign.id, unit_id="U04", unit_name="工務課"))
    checklist = unit_checklist(office, "U04")
    before = campaign.window_start - timedelta(seconds=1)
    with pytest.raises(NotFound):
        require(office, "works", Act.READ_CHECKLIST, checklist, at=before)
    require(office, "ethics", Act.READ_CHECKLIST, checklist, at=before)
    require(office, "works", Act.READ_CHECKLIST, checklist, at=campaign.window_start)


def test_an_issued_report_is_read_by_those_it_was_delivered_to(office: Session) -> None:
    open_campaign(office)
    report = Report(
        id="R1",
        campaign_id="C1",
        unit_id="U04",
        version=1,
        state=ReportState.ISSUED,
        content={},
        content_hash="b" * 64,
        compiled_by="ethics",
        compiled_at=MORNING,
        issued_at=MORNING,
    )
    office.add(report)
    office.flush()
    office.add(ReportReader(report_id="R1", person_id="works_head", copy_number=1, opened_at=None))
    office.flush()
    require(office, "works_head", Act.READ_REPORT, report, at=MORNING)
    for outsider in ("works", "social", "secretary", "inspector"):
        with pytest.raises(NotFound):
            require(office, outsider, Act.READ_REPORT, report, at=MORNING)
    report.state = ReportState.SUPERSEDED
    with pytest.raises(NotFound):
        require(office, "works_head", Act.READ_REPORT, report, at=MORNING)


def test_a_role_outside_its_days_gives_nothing(office: Session) -> None:
    office.add(
        RoleGrant(
            person_id="nobody",
            role=Role.CONTACT,
            unit_id="U04",
            valid_from=date(2026, 10, 13),
            valid_until=date(2026, 10, 14),
        )
    )
    office.flush()
    days = {day: allows(office, "nobody", Act.LIST_FIXES, None, at=MORNING + timedelta(days=day)) for day in range(4)}
    assert days == {0: False, 1: True, 2: True, 3: False}


def test_without_any_role_no_act_is_allowed(office: Session) -> None:
    plan = submit_plan(office, approver="nobody")
    assert set(TABLE) == set(Act)
    for act in Act:
        assert not allows(office, "nobody", act, None, at=MORNING)
        assert not allows(office, "nobody", act, plan, at=MORNING)
