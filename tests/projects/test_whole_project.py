"""A project from its opening to the letter to the superior, every step done twice, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from campaigns.doing_twice import dump, twice
from conftest import FixedClock
from inspection.audit.steps import advance
from inspection.clock import now, today
from inspection.errors import BadSource, BadSources, Conflict, NotAllowed
from inspection.findings.triage import Verdict, triage
from inspection.fixes.verify import release
from inspection.model import Campaign, Document, Notice, Plan, Project, Report
from inspection.model.lifecycle import CampaignState, FixState, PlanState, ReportState
from inspection.planning.decision import plan_in_force
from inspection.planning.submit import submit_plan
from inspection.projects.content import Rewriting, rewrite
from inspection.projects.open import WantedProject, open_project
from inspection.rules.project_kinds import Stage
from inspection.store import findings
from inspection.store.session import session_scope
from inspection.vocabulary import ApprovalOutcome, ProjectKind, TriageOutcome
from projects.project_office import (
    AFTER,
    CODE,
    FIRST,
    LAST,
    PROJECT,
    REAL,
    STAFF,
    WORKS,
    ProjectOffice,
    text_of,
)


def state() -> CampaignState:
    with session_scope() as session:
        return session.get_one(Campaign, PROJECT).state


def notices(kind: str) -> list[Notice]:
    with session_scope() as session:
        return session.query(Notice).filter_by(kind=kind).order_by(Notice.id).all()


@pytest.mark.clause("S0-06a", "S0-06b", "S0-06c", "S0-06d")
def test_a_project_walked_twice_is_walked_once(office: ProjectOffice, clock: FixedClock) -> None:
    office.plant()
    twice(office.open)
    twice(office.enter)
    twice(office.enter_outsider)
    twice(office.plan)
    with pytest.raises(NotAllowed):
        office.crawl()
    with pytest.raises(NotAllowed):
        office.pledges()
    twice(office.decide)
    twice(office.pledges)
    twice(lambda: office.sign(1))
    assert state() == CampaignState.INSPECTING
    twice(office.crawl)
    twice(office.suspect)
    with pytest.raises(NotAllowed):
        office.review()
    clock.set(AFTER)
    twice(office.review)
    assert state() == CampaignState.REPORTING
    twice(office.write)
    twice(office.submit_review)
    twice(lambda: office.decide(subject="closing_review"))
    twice(office.submission)
    assert state() == CampaignState.FOLLOWING_UP
    twice(office.report)
    assert state() == CampaignState.CLOSED


def test_a_project_with_an_open_case_is_concluded_by_its_letter_and_settled_by_the_release(
    office: ProjectOffice, clock: FixedClock
) -> None:
    office.plant()
    office.under_way()
    office.pledges()
    office.crawl()
    ids = [one.id for one in office.suspect()]
    with session_scope() as session:
        triage(session, ids, Verdict(TriageOutcome.CONFIRMED, STAFF, "屬實"), catalogue=office.rules, at=now())
    assert office.hand_over() == len(ids) >= 1
    clock.set(AFTER)
    office.review()
    office.write()
    office.submit_review()
    office.decide(subject="closing_review")
    office.submission()
    twice(office.report)
    assert state() == CampaignState.CONCLUDED
    with session_scope() as session:
        for fix in findings.unreleased_of(session, PROJECT):
            advance(session, fix, FixState.CLAIMED, actor="test", at=now())
            advance(session, fix, FixState.VERIFIED, actor="test", at=now())
            fix.claimed_on, fix.verified_by = today(), STAFF
            release(session, fix.id, person_id="P111", at=now())
    assert state() == CampaignState.CLOSED


def test_the_real_name_stands_in_plan_and_project_and_nowhere_else(office: ProjectOffice, clock: FixedClock) -> None:
    office.plant()
    office.under_way()
    office.enter_outsider()
    office.pledges()
    office.crawl()
    office.suspect()
    clock.set(AFTER)
    office.review()
    office.write()
    office.submit_review()
    office.decide(subject="closing_review")
    office.submission()
    holding = {table for table, rows in dump().items() if any(REAL in repr(row) for row in rows)}
    assert holding == {"project", "plan"}
    with session_scope() as session:
        kept = [(one.kind, one.id) for one in session.query(Document)]
        assert {CODE in one.name for one in session.query(Campaign)} == {True}
    assert {kind for kind, document_id in kept if REAL in text_of(document_id)} == {"project_plan"}


def test_a_plan_without_real_name_or_people_is_not_laid_before_the_head(office: ProjectOffice) -> None:
    office.open(real_name="")
    with pytest.raises(BadSources) as refused:
        office.plan()
    assert "real_name" in str(refused.value)
    assert "people_in_the_know" in str(refused.value)


def test_the_plan_has_the_six_contents_and_both_annexes_on_paper(office: ProjectOffice) -> None:
    office.open()
    office.enter()
    office.plan()
    with session_scope() as session:
        plan = session.query(Plan).one()
        title = session.get_one(Document, plan.document_id).title
    text = text_of(str(plan.document_id))
    for heading in ("實施依據或目的", "實施期間", "狀況研判", "防範措施", "執行分工", "附則", "分工表", "知悉人員名冊"):
        assert heading in text
    assert "底價於決標前洩漏" in text
    assert "蔡○翰" in text
    assert REAL in text
    assert REAL not in title


def test_what_the_head_sends_back_is_mended_and_laid_before_the_head_anew(
    office: ProjectOffice, clock: FixedClock
) -> None:
    office.under_way()
    clock.set(AFTER)
    office.review()
    office.write()
    office.submit_review()
    office.decide(ApprovalOutcome.RETURNED, subject="closing_review", remark="請補充改進期程")
    with pytest.raises(NotAllowed):
        office.submission()
    office.write(["知悉人員均依計畫切結，執行尚無缺失，改進事項於下次招標前完成。"])
    office.submit_review()
    office.decide(subject="closing_review")
    office.submission()
    with session_scope() as session:
        last = session.query(Report).order_by(Report.version.desc()).first()
        assert last is not None
        assert last.state == ReportState.SIGNED
        assert "下次招標前" in repr(last.content)


def test_a_changed_approved_plan_rests_until_it_is_approved_anew(office: ProjectOffice) -> None:
    office.under_way()
    with session_scope() as session:
        stages = session.get_one(Project, PROJECT).stages[:2]
        wanted = Rewriting(stages=tuple(Stage.model_validate(one) for one in stages), reason="簡化階段")
        rewrite(session, CODE, wanted, person_id=STAFF, catalogue=office.rules, at=now())
    with pytest.raises(NotAllowed), session_scope() as session:
        plan_in_force(session, PROJECT)
    with pytest.raises(NotAllowed):
        office.crawl()
    with session_scope() as session:
        submit_plan(session, PROJECT, catalogue=office.rules, actor=STAFF, at=now())
    office.decide()
    with session_scope() as session:
        assert len(plan_in_force(session, PROJECT).content["stages"]) == 2
        states = [one.state for one in session.query(Plan).order_by(Plan.version)]
    assert states == [PlanState.SUPERSEDED, PlanState.APPROVED]
    with pytest.raises(BadSource), session_scope() as session:
        rewrite(session, CODE, Rewriting(places=()), person_id=STAFF, catalogue=office.rules, at=now())


@pytest.mark.parametrize("code", ["示範路", "松 風", "x", REAL])
def test_a_code_name_that_tells_or_cannot_be_typed_is_refused(office: ProjectOffice, code: str) -> None:
    wanted = WantedProject(ProjectKind.TENDER, WORKS, FIRST, LAST, STAFF, code, REAL)
    with pytest.raises(BadSource), session_scope() as session:
        open_project(session, wanted, catalogue=office.rules, at=now())


def test_a_taken_code_name_is_refused_and_none_gives_the_number(office: ProjectOffice) -> None:
    office.open()
    other = WantedProject(ProjectKind.MEETING, "U07", FIRST, LAST, STAFF, CODE)
    with pytest.raises(Conflict), session_scope() as session:
        open_project(session, other, catalogue=office.rules, at=now())
    with session_scope() as session:
        second = open_project(session, replace(other, code_name=""), catalogue=office.rules, at=now())
        assert (second.campaign_id, second.code_name) == ("C-115-PJ-02", "115-PJ-02")
    with pytest.raises(NotAllowed), session_scope() as session:
        open_project(session, replace(other, opened_by="P042"), catalogue=office.rules, at=now())


def test_a_confirmed_price_is_mended_by_who_is_in_the_know(office: ProjectOffice) -> None:
    office.plant()
    office.under_way()
    office.crawl()
    (found,) = office.suspect()
    assert found.detectors == ["TOP-PROC-PRICE"]
    with session_scope() as session:
        verdict = Verdict(TriageOutcome.CONFIRMED, STAFF, "經開啟檔案核對屬實")
        triage(session, [found.id], verdict, catalogue=office.rules, at=now())
    twice(office.hand_over)
    told = notices("findings_notified")
    assert [one.person_id for one in told] == ["P042"]  # the head of the unit is not on the list
