"""修正後如擬: changes written by the drafter, checked by another, bound to the first decision without a new round."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from campaigns.paper_office import (
    CAMPAIGN,
    ETHICS_HEAD,
    HEAD,
    SECOND_STAFF,
    SECRETARY,
    SOCIAL,
    STAFF,
    PaperOffice,
    hand_over,
    notices,
    plan_content,
)
from inspection import clock as now
from inspection.approvals.decide import Decision
from inspection.audit.steps import advance
from inspection.campaigns.gates import awaited, decided, park, releasable
from inspection.cli.main import app
from inspection.errors import BadSource, Conflict, NotAllowed, NotFound
from inspection.model import Approval, Campaign, CampaignUnit, Plan
from inspection.model.lifecycle import ApprovalState, CampaignState, PlanState
from inspection.planning.amend import amend_as_decided, check_amended
from inspection.planning.decision import decide_plan, plan_in_force
from inspection.planning.edit import edit_section
from inspection.planning.paper import print_plan
from inspection.store import approvals, campaigns
from inspection.store.parked import ParkedGate
from inspection.store.session import session_scope
from inspection.vocabulary import ApprovalOutcome, ApprovalRoute, Role

PURPOSE = "落實公務機密維護，並依批示加強社會課個人資料之抽查，以防範洩密情事。"
REMARK = "目的請增列個人資料抽查"


def changed(office: PaperOffice, texts: dict[str, str] | None = None, *, by: str = STAFF) -> Approval:
    """The drafter writes the changes; the check that waits."""
    with session_scope() as session:
        wanted = {"purpose": PURPOSE} if texts is None else texts
        return amend_as_decided(session, CAMPAIGN, wanted, catalogue=office.rules, drafted_by=by, at=now.now())


def check(person: str = ETHICS_HEAD, *, passed: bool = True, remark: str = "") -> Approval:
    """Somebody checks the corrected version."""
    with session_scope() as session:
        return check_amended(session, CAMPAIGN, person_id=person, passed=passed, remark=remark, at=now.now())


def in_force() -> Plan:
    """The plan one may act on."""
    with session_scope() as session:
        return plan_in_force(session, CAMPAIGN)


def states() -> tuple[CampaignState, list[PlanState]]:
    """The campaign's state and those of all versions, newest first."""
    with session_scope() as session:
        campaign = session.get_one(Campaign, CAMPAIGN)
        return campaign.state, [plan.state for plan in campaigns.plans(session, CAMPAIGN)]


@pytest.fixture
def to_change(office: PaperOffice) -> PaperOffice:
    """The head has said 修正後如擬 of the first version."""
    office.open()
    office.draft()
    office.submit()
    office.decide(ApprovalOutcome.APPROVED_WITH_CHANGES, remark=REMARK)
    return office


@pytest.mark.clause("S0-07f")
def test_nothing_starts_between_the_decision_and_the_check_and_everything_after_it(to_change: PaperOffice) -> None:
    with pytest.raises(NotAllowed, match="尚無核定之計畫"):
        in_force()
    waiting = changed(to_change)
    with pytest.raises(NotAllowed, match="尚無核定之計畫"):
        in_force()
    done = check()
    assert (waiting.id, done.state, done.decided_by) == (done.id, ApprovalState.APPROVED, ETHICS_HEAD)
    plan = in_force()
    assert (plan.version, plan.content["sections"]["purpose"]["lines"]) == (2, [PURPOSE])
    assert states() == (CampaignState.APPROVED, [PlanState.APPROVED, PlanState.SUPERSEDED])


def test_the_head_is_not_asked_again_and_the_row_names_the_first_decision(to_change: PaperOffice) -> None:
    waiting = changed(to_change)
    assert waiting.approver_id == ETHICS_HEAD
    with session_scope() as session:
        first = approvals.get(session, str(waiting.follows_id))
        assert (first.decided_by, first.state) == (HEAD, ApprovalState.APPROVED_WITH_CHANGES)
    asked = [one.person_id for one in notices("approval_requested")]
    assert asked == [HEAD, ETHICS_HEAD]
    assert changed(to_change).id == waiting.id
    assert len(notices("approval_requested")) == 2


def test_a_paper_number_of_the_first_decision_stands_on_the_check_too(office: PaperOffice) -> None:
    office.open()
    plan_id = office.draft()
    asked = office.submit()
    decision = Decision(
        ApprovalOutcome.APPROVED_WITH_CHANGES, HEAD, asked.content_hash, ApprovalRoute.PAPER, date(2026, 11, 2),
        "示市政字第1150000123號", REMARK, entered_by=STAFF,
    )  # fmt: skip
    with session_scope() as session:
        decide_plan(session, plan_id, decision, at=now.now())
    changed(office)
    assert check().document_number == "示市政字第1150000123號"


@pytest.mark.parametrize("person", [STAFF, SECOND_STAFF, HEAD])
def test_only_the_ethics_head_checks(to_change: PaperOffice, person: str) -> None:
    changed(to_change)
    with pytest.raises(NotAllowed):
        check(person)


def test_the_ethics_head_who_wrote_the_changes_is_checked_by_the_chief_secretary(to_change: PaperOffice) -> None:
    assert changed(to_change, by=ETHICS_HEAD).approver_id == SECRETARY
    with pytest.raises(NotAllowed):
        check(ETHICS_HEAD)
    assert check(SECRETARY).decided_by == SECRETARY


def test_a_version_without_any_change_is_not_laid_before_anybody(to_change: PaperOffice) -> None:
    to_change.draft()
    with pytest.raises(Conflict, match="與應修正之內容完全相同；請以 `inspection plan edit` 登錄修正"):
        changed(to_change, {})


def test_the_check_may_send_it_back_and_the_next_version_still_carries_out_the_first_decision(
    to_change: PaperOffice,
) -> None:
    first = changed(to_change)
    check(passed=False, remark="仍漏列抽查比例")
    assert states()[0] is CampaignState.PLANNED
    again = changed(to_change, {"purpose": PURPOSE + "抽查比例為一成。"})
    assert (again.follows_id, again.approver_id) == (first.follows_id, ETHICS_HEAD)
    check()
    assert in_force().version == 3


def test_a_check_is_yes_or_no(to_change: PaperOffice) -> None:
    changed(to_change)
    with pytest.raises(BadSource, match="只有核定或退回"):
        to_change.decide(ApprovalOutcome.APPROVED_WITH_CHANGES, person=ETHICS_HEAD, remark="再修")


def test_a_returned_plan_needs_a_round_of_its_own(office: PaperOffice) -> None:
    office.open()
    office.draft()
    office.submit()
    office.decide(ApprovalOutcome.RETURNED, remark="重擬")
    with session_scope() as session:
        edit_section(session, CAMPAIGN, "purpose", PURPOSE, person_id=STAFF, at=now.now())
    with pytest.raises(NotAllowed, match="並非依「修正後如擬」修正；請先登錄修正內容，或另行陳核"):
        changed(office, {})
    asked = office.submit()
    assert (asked.approver_id, asked.follows_id) == (HEAD, None)
    with pytest.raises(NotFound):
        check()


def test_a_unit_the_head_never_saw_goes_back_to_the_head(to_change: PaperOffice) -> None:
    with session_scope() as session:
        session.add(CampaignUnit(campaign_id=CAMPAIGN, unit_id="U05", unit_name="農業課"))
    to_change.draft()
    asked = to_change.submit()
    assert (asked.approver_id, asked.follows_id) == (HEAD, None)


def test_a_change_after_the_check_leaves_nothing_in_force(to_change: PaperOffice) -> None:
    changed(to_change)
    check()
    with session_scope() as session:
        plan = campaigns.latest_plan(session, CAMPAIGN)
        assert plan is not None
        plan.content = {**plan.content, "title": f"{plan.content['title']}。"}
    with pytest.raises(NotAllowed, match="與核定內容不符；請重新陳核"):
        in_force()


def test_without_the_first_decision_the_check_carries_nothing(to_change: PaperOffice) -> None:
    waiting = changed(to_change)
    check()
    with session_scope() as session:
        first = approvals.get(session, str(waiting.follows_id))
        advance(session, first, ApprovalState.VOIDED, actor=HEAD, at=now.now(), reason="撤回")
    with pytest.raises(NotAllowed, match="所依之核定已失效；請重新陳核"):
        in_force()


def test_a_rewritten_text_is_kept_when_the_plan_is_drafted_anew_and_its_figures_stay(office: PaperOffice) -> None:
    office.open()
    office.draft()
    before = plan_content()
    with session_scope() as session:
        edit_section(session, CAMPAIGN, "results", "依規定辦理改善。\n\n逾期者陳報。", person_id=STAFF, at=now.now())
        print_plan(session, CAMPAIGN, catalogue=office.rules, at=now.now())
    assert office.draft() == f"{CAMPAIGN}:v2"
    after = plan_content()
    sections = dict(after["sections"])  # type: ignore[call-overload]
    assert sections["results"]["lines"] == ["依規定辦理改善。", "逾期者陳報。"]
    figures = ("units", "items", "groups", "shares", "crawl", "timetable", "assessment", "window")
    assert {name: after[name] for name in figures} == {name: before[name] for name in figures}


def test_a_text_rewritten_while_it_waits_voids_what_was_asked(office: PaperOffice) -> None:
    office.open()
    office.draft()
    asked = office.submit()
    with session_scope() as session:
        edit_section(session, CAMPAIGN, "support", "由資訊室提供掃描設備及場地。", person_id=STAFF, at=now.now())
    with session_scope() as session:
        assert approvals.get(session, asked.id).state is ApprovalState.VOIDED
    assert states() == (CampaignState.PLANNED, [PlanState.DRAFT, PlanState.SUPERSEDED])


@pytest.mark.parametrize(
    ("section", "text", "person", "error"),
    [
        ("purpose", " \n", STAFF, BadSource),
        ("no_such", "文字", STAFF, BadSource),
        ("purpose", "文" * 2001, STAFF, BadSource),
        ("purpose", "文字", "P022", NotAllowed),
    ],
)
def test_what_is_no_text_or_no_writer_is_refused(
    office: PaperOffice, section: str, text: str, person: str, error: type[Exception]
) -> None:
    office.open()
    office.draft()
    with session_scope() as session, pytest.raises(error):
        edit_section(session, CAMPAIGN, section, text, person_id=person, at=now.now())


def test_a_plan_in_force_is_not_rewritten(office: PaperOffice) -> None:
    office.approved_plan()
    with session_scope() as session, pytest.raises(NotAllowed, match="已核定"):
        edit_section(session, CAMPAIGN, "purpose", PURPOSE, person_id=STAFF, at=now.now())


def test_the_gate_in_airflow_asks_the_checker_after_the_drafting_tasks_ran_again(to_change: PaperOffice) -> None:
    gate = ParkedGate("semiannual_inspection", "manual__1", "planning.approve_plan")
    with session_scope() as session:
        park(session, gate, "plan", CAMPAIGN)
        edit_section(session, CAMPAIGN, "purpose", PURPOSE, person_id=STAFF, at=now.now())
        assert releasable(session) == []  # a draft waits for nobody, and does not stop the other gates
    to_change.draft()  # what clearing planning.draft_plan does: draft, submit, park
    to_change.submit()
    with session_scope() as session:
        assert awaited(session, "plan", CAMPAIGN).approver_id == ETHICS_HEAD
        assert decided(session, "plan", CAMPAIGN) is None
    check()
    with session_scope() as session:
        assert releasable(session) == [(gate, ApprovalOutcome.APPROVED)]


def test_the_whole_way_on_the_command_line(to_change: PaperOffice, tmp_path: Path) -> None:
    text = tmp_path / "目的.txt"
    text.write_text(PURPOSE, encoding="utf-8-sig")
    run = CliRunner().invoke
    asked = run(app, ["plan", "amend-as-decided", CAMPAIGN, "--change", f"purpose={text}", "--as", STAFF, "--json"])
    assert asked.exit_code == 0, asked.output
    assert json.loads(asked.stdout)["checker"] == ETHICS_HEAD
    assert run(app, ["plan", "check-amended", CAMPAIGN, "--as", ETHICS_HEAD]).exit_code == 0
    assert in_force().version == 2
    assert plan_content()["sections"]["purpose"]["lines"] == [PURPOSE]  # type: ignore[index]


def test_whoever_checks_now_is_whoever_heads_the_office_now(to_change: PaperOffice) -> None:
    hand_over(Role.ETHICS_HEAD, "", old=ETHICS_HEAD, new=SECOND_STAFF)
    assert changed(to_change).approver_id == SECOND_STAFF
    assert SOCIAL in [unit["id"] for unit in plan_content()["units"]]  # type: ignore[attr-defined]
