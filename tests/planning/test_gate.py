"""The gate behind the plan: nothing is sent or crawled unless the very content that was approved is in force."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text

from campaigns.paper_office import CAMPAIGN, STAFF, PaperOffice, notices, plan_content
from inspection import clock as now
from inspection.checklists.prepare import prepare
from inspection.crawling.campaign import begin_campaign_crawl, open_campaign_reading
from inspection.errors import BadSources, Conflict, NotAllowed, NotFound
from inspection.model.lifecycle import CampaignState, PlanState
from inspection.planning.decision import plan_in_force
from inspection.planning.draft import draft_plan
from inspection.planning.paper import print_plan
from inspection.store import campaigns
from inspection.store.session import session_scope
from inspection.vocabulary import ApprovalOutcome


def in_force() -> str:
    """The id of the plan in force; NotAllowed where there is none."""
    with session_scope() as session:
        return plan_in_force(session, CAMPAIGN).id


def everything_that_acts(office: PaperOffice) -> None:
    """Each verb that sends or crawls is refused."""
    with pytest.raises(NotAllowed), session_scope() as session:
        begin_campaign_crawl(session, CAMPAIGN, catalogue=office.rules, at=now.now())
    with pytest.raises(NotAllowed), session_scope() as session:
        open_campaign_reading(session, CAMPAIGN, at=now.now())
    with pytest.raises(NotAllowed), session_scope() as session:
        prepare(session, CAMPAIGN, actor=STAFF, at=now.now())
    with pytest.raises(NotAllowed):
        office.send_forms()
    with pytest.raises(NotAllowed):
        office.compile()


def one_character_changed() -> None:
    """Somebody turns one digit of one unit's staff number in the approved plan, past all verbs."""
    with session_scope() as session:
        row = session.execute(text("SELECT id, content FROM plan")).one()
        content = json.loads(row.content) if isinstance(row.content, str) else row.content
        content["units"][0]["staff"] += 1
        session.execute(
            text("UPDATE plan SET content = :content WHERE id = :id"),
            {"content": json.dumps(content, ensure_ascii=False), "id": row.id},
        )


@pytest.mark.clause("S0-07f")
def test_before_the_approval_nothing_is_sent_or_crawled(office: PaperOffice) -> None:
    office.open()
    office.draft()
    everything_that_acts(office)
    office.submit()
    everything_that_acts(office)
    office.decide()
    assert in_force() == f"{CAMPAIGN}:v1"
    office.send_forms()
    assert len(notices("checklist_issued")) == 2


@pytest.mark.clause("S0-07f")
def test_one_character_changed_after_the_approval_stops_everything(office: PaperOffice) -> None:
    office.approved_plan()
    one_character_changed()
    with pytest.raises(NotAllowed, match=f"計畫 {CAMPAIGN}:v1 與核定內容不符"):
        in_force()
    everything_that_acts(office)
    assert notices("checklist_issued") == []


def test_one_character_changed_before_the_decision_voids_the_decision(office: PaperOffice) -> None:
    office.open()
    office.draft()
    office.submit()
    one_character_changed()
    with pytest.raises(Conflict, match="內容與陳核時不同；請先閱覽現行版本"):
        office.decide()
    with pytest.raises(NotAllowed):
        in_force()


def test_submitting_again_after_the_approval_leaves_the_plan_in_force(office: PaperOffice) -> None:
    office.approved_plan()
    office.submit()
    assert in_force() == f"{CAMPAIGN}:v1"


def test_a_returned_plan_is_drafted_anew_and_only_the_new_version_counts(office: PaperOffice) -> None:
    office.open()
    office.draft()
    office.submit()
    office.decide(ApprovalOutcome.RETURNED, remark="檢查期間請配合年度決算調整")
    with session_scope() as session:
        assert campaigns.plan(session, f"{CAMPAIGN}:v1").state is PlanState.RETURNED
        assert campaigns.get(session, CAMPAIGN).state is CampaignState.PLANNED
    everything_that_acts(office)
    assert office.draft() == f"{CAMPAIGN}:v2"
    office.submit()
    office.decide()
    assert in_force() == f"{CAMPAIGN}:v2"


@pytest.mark.clause("S0-07b")
def test_no_plan_without_a_situation_assessment(office: PaperOffice) -> None:
    office.open()
    with pytest.raises(NotAllowed, match="尚無狀況研判；計畫須依研判擬訂"), session_scope() as session:
        draft_plan(session, CAMPAIGN, catalogue=office.rules, drafted_by=STAFF, at=now.now())


def test_printing_or_submitting_a_plan_nobody_drafted_is_answered(office: PaperOffice) -> None:
    office.open()
    with pytest.raises(NotFound, match=f"檢查專案 {CAMPAIGN} 尚無計畫"), session_scope() as session:
        print_plan(session, CAMPAIGN, catalogue=office.rules, at=now.now())
    with pytest.raises(NotFound, match=f"檢查專案 {CAMPAIGN} 尚無計畫"):
        office.submit()


@pytest.mark.clause("S0-07g")
@pytest.mark.parametrize(
    ("section", "heading"),
    [
        ("purpose", "檢查目的"),
        ("items", "檢查項目"),
        ("units", "受檢單位與人員"),
        ("inspectors", "檢查人員編組"),
        ("method", "檢查方法與程序"),
        ("timetable", "檢查時間"),
        ("results", "檢查結果處理"),
        ("support", "行政支援處理"),
    ],
)
def test_each_of_the_eight_contents_left_empty_keeps_the_plan_from_the_head(
    office: PaperOffice, section: str, heading: str
) -> None:
    office.open()
    office.draft()
    with session_scope() as session:
        plan = campaigns.latest_plan(session, CAMPAIGN)
        assert plan is not None
        emptied = {**plan.content["sections"], section: {"lines": [" "], "holds": []}}
        plan.content = {**plan.content, "sections": emptied}
    with pytest.raises(BadSources) as told:
        office.submit()
    assert {heading in fault.problem for fault in told.value.faults} == {True}, str(told.value)
    assert f"計畫「{heading}」缺 text" in [fault.problem for fault in told.value.faults]
    assert all(fault.remedy for fault in told.value.faults)
    assert notices("approval_requested") == []


@pytest.mark.clause("S0-07g")
def test_a_drafted_plan_holds_all_eight_contents_and_the_frozen_deadline(office: PaperOffice) -> None:
    office.open()
    office.draft()
    content = plan_content()
    sections = content["sections"]
    assert isinstance(sections, dict)
    assert set(sections) == {"purpose", "items", "units", "inspectors", "method", "timetable", "results", "support"}
    assert content["checklist_due_on"] == "2026-11-11"
