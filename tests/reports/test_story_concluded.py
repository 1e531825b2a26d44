"""The nastier campaign ends too: a form that never comes stands as 未送回 in the approved report and blocks nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from demo.people import fill_form

from campaigns.paper_office import CAMPAIGN, ETHICS_HEAD, SECOND_STAFF, SOCIAL, WORKS, PaperOffice, notices
from conftest import FixedClock
from inspection import clock as now
from inspection.campaigns.closing import lacking
from inspection.checklists.review import accept, reopen, send_back
from inspection.errors import Conflict
from inspection.fixes.claim import claim
from inspection.fixes.verify import release, verify
from inspection.model import Finding, Fix
from inspection.model.lifecycle import CampaignState, ChecklistState
from inspection.store import campaigns, checklists, findings, roster
from inspection.store.session import session_scope
from inspection.vocabulary import Role
from reports.two_stories import ETHICS, FARMING, PERSONNEL, Story, as_it_should_not

EIGHT = ("U01", "U02", "U04", "U05", "U07", "U08", "U09", "U11")


def state() -> CampaignState:
    with session_scope() as session:
        return campaigns.get(session, CAMPAIGN).state


def released(fix: Fix) -> None:
    """Mended, seen by another, released."""
    with session_scope() as session:
        role = (Role.CONTACT, Role.UNIT_HEAD)
        mender = roster.holding_any(session, role, unit_id=fix.unit_id, on=now.today())[0].id
        claim(session, fix.id, person_id=mender, claim="已移至限權資料夾", at=now.now())
        judge = session.get_one(Finding, fix.finding_id).confirmed_by
        other = "P02" if fix.unit_id == ETHICS else next(one for one in (SECOND_STAFF, "P112") if one != judge)
        verify(session, fix.id, person_id=other, passed=True, note="實地複查無誤", at=now.now())
    with session_scope() as session:
        release(session, fix.id, person_id="P02" if fix.unit_id == ETHICS else ETHICS_HEAD, at=now.now())


@pytest.mark.timeout(300)
@pytest.mark.clause("S0-07i")
def test_the_nastier_campaign_is_concluded_and_nobody_is_asked_for_its_forms_after(
    office: PaperOffice, tmp_path: Path, clock: FixedClock
) -> None:
    told = Story(replace(office, units=EIGHT), tmp_path, clock)
    as_it_should_not(told)
    lacks = told.end()
    assert any("件未判定" in one for one in lacks) and not any("檢查表" in one for one in lacks)
    assert state() is CampaignState.CONCLUDED
    with session_scope() as session:
        left = {one.unit_id: one.state for one in checklists.of_campaign(session, CAMPAIGN)}
        assert checklists.out(session) == []
    assert (left[FARMING], left[PERSONNEL]) == (ChecklistState.ISSUED, ChecklistState.SENT_BACK)
    before = [one.id for one in notices() if one.kind.startswith("checklist")]
    told.follow_up(date(2027, 3, 2))
    assert [one.id for one in notices() if one.kind.startswith("checklist")] == before
    refused = office.take_in(fill_form(office.form(FARMING), {}))
    assert [one["problem"] for one in refused.problems] == ["campaign_over"]
    assert any("不再收件" in str(one.values["problem_lines"]) for one in notices("checklist_refused"))
    with session_scope() as session:
        every = findings.unreleased_of(session, CAMPAIGN)
    for fix in every:
        released(fix)
    assert state() is CampaignState.CLOSED


def test_a_form_that_came_after_the_approval_is_reviewed_before_the_end(office: PaperOffice) -> None:
    office.approved_plan()
    office.send_forms()
    office.return_form(WORKS)
    office.compile()
    office.submit_reports()
    with session_scope() as session:
        assert any("檢查表尚有1份" in one.words for one in lacking(session, CAMPAIGN, catalogue=office.rules))
    office.sign("campaign_report")
    with session_scope() as session:
        assert not any("檢查表" in one.words for one in lacking(session, CAMPAIGN, catalogue=office.rules))
    assert office.take_in(fill_form(office.form(SOCIAL), {})).accepted
    with session_scope() as session:
        missing = lacking(session, CAMPAIGN, catalogue=office.rules)
        assert any("檢查表尚有1份未審查完成：社會課" in one.words for one in missing)
        accept(session, f"{CAMPAIGN}:{SOCIAL}", person_id=SECOND_STAFF, at=now.now())
        assert not any("檢查表" in one.words for one in lacking(session, CAMPAIGN, catalogue=office.rules))


def test_a_form_the_approved_report_tells_of_is_not_sent_back_any_more(office: PaperOffice) -> None:
    office.approved_plan()
    office.send_forms()
    items = office.items(WORKS)
    assert office.take_in(fill_form(office.form(WORKS), {})).accepted

    def sent_back(unit: str) -> ChecklistState:
        with session_scope() as session:
            reason = "請敘明辦理情形"
            key = f"{CAMPAIGN}:{unit}"
            send_back(session, key, person_id=SECOND_STAFF, item_ids=items[:1], reason=reason, at=now.now())
            return checklists.get(session, key).state

    office.compile()
    office.submit_reports()
    office.sign("campaign_report")
    with pytest.raises(Conflict, match="不得再退回補正"):
        sent_back(WORKS)
    with session_scope() as session:
        report = findings.latest_report(session, CAMPAIGN)
        assert report is not None
        told = {one["name"]: one["returned"] for one in report.content["units"]}
        assert told == {"社會課": "未送回", "工務課": "已送回"}
        accept(session, f"{CAMPAIGN}:{WORKS}", person_id=SECOND_STAFF, at=now.now())
    with pytest.raises(Conflict, match="不得重啟審查"), session_scope() as session:
        reopen(session, f"{CAMPAIGN}:{WORKS}", person_id=SECOND_STAFF, reason="誤按", at=now.now())
    # one that came afterwards stands there as 未送回: sending it back contradicts nothing
    assert office.take_in(fill_form(office.form(SOCIAL), {})).accepted
    items = office.items(SOCIAL)
    assert sent_back(SOCIAL) is ChecklistState.SENT_BACK
