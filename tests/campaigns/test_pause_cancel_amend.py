"""A running campaign rests, goes on, is amended or called off; people are told what concerns them and nothing else."""

from __future__ import annotations

import json
from datetime import date

import pytest
from typer.testing import CliRunner

from campaigns.paper_office import (
    CAMPAIGN,
    CONTACT,
    ETHICS_HEAD,
    HEAD,
    SECOND_STAFF,
    SOCIAL,
    STAFF,
    WORKS,
    PaperOffice,
    fix,
    notices,
    plan_content,
)
from conftest import FixedClock
from inspection import clock as now
from inspection.campaigns.amend import Amendment, amend
from inspection.campaigns.cancel import cancel
from inspection.campaigns.pause import is_paused, pause, resume
from inspection.checklists.issue import issue
from inspection.checklists.prepare import prepare
from inspection.cli.main import app
from inspection.crawling.campaign import begin_campaign_crawl
from inspection.errors import BadSource, Conflict, NotAllowed
from inspection.escalation.climb import follow_up
from inspection.model import Campaign, Checklist, Deputy, Notice
from inspection.model.lifecycle import ApprovalState, CampaignState, ChecklistState, NoticeState, PlanState
from inspection.notices.deliver import deliver_due
from inspection.notices.wanted import still_wanted
from inspection.planning.decision import plan_in_force
from inspection.store import approvals, campaigns, checklists, events
from inspection.store.session import session_scope
from inspection.vocabulary import ApprovalOutcome, Severity
from servers.mail import MailServer

PAUSED_ON, RESUMED_ON = "2026-11-04T10:00:00+08:00", "2026-11-09T10:00:00+08:00"
RESTED = 3  # Thursday, Friday, Monday


def rest(person: str = ETHICS_HEAD) -> None:
    """The campaign is paused."""
    with session_scope() as session:
        pause(session, CAMPAIGN, person_id=person, reason="選務期間暫停", at=now.now())


def go_on(person: str = ETHICS_HEAD) -> int:
    """The campaign goes on; working days it lay."""
    with session_scope() as session:
        return resume(session, CAMPAIGN, person_id=person, at=now.now())


def call_off(*, number: str = "示市政字第1150000200號", person: str = ETHICS_HEAD) -> None:
    """The campaign is called off."""
    with session_scope() as session:
        cancel(session, CAMPAIGN, person_id=person, reason="併入年度稽核", document_number=number, at=now.now())


def change(office: PaperOffice, wanted: Amendment, *, person: str = STAFF) -> str:
    """The campaign is amended and laid before the head; the new plan's id."""
    with session_scope() as session:
        plan = amend(session, CAMPAIGN, wanted, catalogue=office.rules, person_id=person, at=now.now())
        return plan.id


def campaign() -> Campaign:
    """The campaign as it stands."""
    with session_scope() as session:
        return campaigns.get(session, CAMPAIGN)


def checklist(unit: str) -> Checklist:
    """A unit's checklist as it stands."""
    with session_scope() as session:
        return checklists.get(session, f"{CAMPAIGN}:{unit}")


def climb(office: PaperOffice, on: date) -> None:
    """One day's follow-up."""
    with session_scope() as session:
        follow_up(session, on=on, catalogue=office.rules, at=now.now())


@pytest.fixture
def inspecting(office: PaperOffice) -> PaperOffice:
    """Checklists are out; due on 11 November."""
    office.approved_plan()
    office.send_forms()
    return office


# ------------------------------------------------------------------------------------------------ pause


def test_while_it_rests_nothing_is_sent_crawled_or_climbed(
    inspecting: PaperOffice, clock: FixedClock, mail_server: MailServer
) -> None:
    clock.set(PAUSED_ON)
    rest()
    for act in (
        lambda session: plan_in_force(session, CAMPAIGN),
        lambda session: prepare(session, CAMPAIGN, actor=STAFF, at=now.now()),
        lambda session: issue(session, CAMPAIGN, catalogue=inspecting.rules, actor=STAFF, at=now.now()),
        lambda session: begin_campaign_crawl(session, CAMPAIGN, catalogue=inspecting.rules, at=now.now()),
    ):
        with session_scope() as session, pytest.raises(NotAllowed, match="現為「暫停」"):
            act(session)
    before = len(notices())
    climb(inspecting, date(2026, 11, 18))
    assert len(notices()) == before
    counts = deliver_due(session_scope, at=now.now())
    assert (counts.sent, mail_server.messages()) == (0, [])
    with session_scope() as session:
        assert is_paused(session, CAMPAIGN)
    go_on()
    deliver_due(session_scope, at=now.now())
    assert {one.recipients[0] for one in mail_server.messages()} >= {"u02-contact@shifan.test"}
    with session_scope() as session:
        assert not is_paused(session, CAMPAIGN)


def test_what_was_due_moves_by_the_working_days_it_lay_and_the_event_says_so(
    inspecting: PaperOffice, clock: FixedClock
) -> None:
    due = checklist(WORKS).due_on
    assert due == date(2026, 11, 11)
    clock.set(PAUSED_ON)
    rest()
    clock.set(RESUMED_ON)
    assert go_on() == RESTED
    assert checklist(WORKS).due_on == checklist(SOCIAL).due_on == date(2026, 11, 16)
    assert campaign().checklist_due_on == date(2026, 11, 16)
    with session_scope() as session:
        told_of = events.of_subject(session, "checklist", f"{CAMPAIGN}:{WORKS}")
    (moved,) = [one for one in told_of if one.action == "due_moved"]
    assert moved.details == {"due_on": "2026-11-16", "working_days": RESTED}
    told = notices("campaign_resumed")
    assert sorted(one.person_id for one in told) == sorted(CONTACT.values())
    assert {one.values["due"] for one in told} == {"115年11月16日（星期一）"}


def test_a_fix_moves_too_and_reminders_of_its_old_date_are_void(office: PaperOffice, clock: FixedClock) -> None:
    fix_id = office.one_fix(Severity.HIGH)
    before = fix(fix_id)
    climb(office, before.due_on)
    (reminder,) = notices("fix_reminder")
    rest()
    clock.set(RESUMED_ON)
    days = go_on()
    after = fix(fix_id)
    assert (after.due_version, after.original_due_on) == (2, before.original_due_on)
    assert after.due_on > before.due_on
    assert days == 5
    with session_scope() as session:
        assert not still_wanted(session, session.get_one(Notice, reminder.id), at=now.now())
    assert campaign().state is CampaignState.FOLLOWING_UP


def test_a_pause_within_one_day_moves_nothing_and_tells_nobody(inspecting: PaperOffice) -> None:
    rest()
    rest()
    assert go_on() == 0
    assert checklist(WORKS).due_on == date(2026, 11, 11)
    assert notices("campaign_resumed") == []
    assert campaign().state is CampaignState.INSPECTING


@pytest.mark.parametrize("person", [STAFF, HEAD, "P022"])
def test_only_the_ethics_head_lays_it_to_rest(inspecting: PaperOffice, person: str) -> None:
    with pytest.raises(NotAllowed):
        rest(person)


def test_the_heads_deputy_may_and_the_event_names_both(inspecting: PaperOffice) -> None:
    day = now.today()
    with session_scope() as session:
        session.add(
            Deputy(principal_id=ETHICS_HEAD, deputy_id=SECOND_STAFF, valid_from=day, valid_until=day, ground="公差")
        )
    rest(SECOND_STAFF)
    with session_scope() as session:
        last = events.of_subject(session, "campaign", CAMPAIGN)[-1]
    assert last.details == {"on_behalf_of": ETHICS_HEAD, "acting": f"{SECOND_STAFF}代{ETHICS_HEAD}"}


def test_what_is_not_approved_cannot_rest_and_what_does_not_rest_cannot_go_on(office: PaperOffice) -> None:
    office.open()
    with pytest.raises(Conflict):
        rest()
    with pytest.raises(Conflict, match="暫停中者始得繼續"):
        go_on()


# ------------------------------------------------------------------------------------------------ cancel


def test_calling_off_voids_what_waits_and_tells_those_who_knew(
    inspecting: PaperOffice, mail_server: MailServer
) -> None:
    call_off()
    call_off()
    assert campaign().state is CampaignState.CANCELLED
    assert {checklist(unit).state for unit in (SOCIAL, WORKS)} == {ChecklistState.EXEMPT}
    deliver_due(session_scope, at=now.now())
    assert {one.state for one in notices("checklist_issued")} == {NoticeState.CANCELLED}
    assert {one.state for one in notices("campaign_cancelled")} == {NoticeState.SENT}
    assert len(mail_server.messages()) == 2
    with session_scope() as session, pytest.raises(NotAllowed, match="取消"):
        plan_in_force(session, CAMPAIGN)
    with session_scope() as session, pytest.raises(NotAllowed, match="取消"):
        is_paused(session, CAMPAIGN)


def test_before_anybody_was_told_nobody_is_and_the_request_is_void(office: PaperOffice) -> None:
    office.open()
    office.draft()
    asked = office.submit()
    call_off(number="")
    with session_scope() as session:
        assert approvals.get(session, asked.id).state is ApprovalState.VOIDED
    assert notices("campaign_cancelled") == []


def test_what_the_head_approved_is_not_called_off_without_a_number(inspecting: PaperOffice) -> None:
    with pytest.raises(BadSource, match="首長核可"):
        call_off(number=" ")


@pytest.mark.clause("S1-06b")
def test_confirmed_faults_are_not_dropped_by_calling_the_campaign_off(office: PaperOffice) -> None:
    office.approved_plan()
    office.to_findings(Severity.LOW)
    with pytest.raises(Conflict, match="已有確認缺失"):
        call_off()


# ------------------------------------------------------------------------------------------------ amend


@pytest.mark.clause("S0-07f")
def test_an_amended_plan_is_approved_anew_before_anything_more_is_done(inspecting: PaperOffice) -> None:
    change(inspecting, Amendment("颱風停班", last_day=date(2026, 11, 27), checklist_due_on=date(2026, 11, 18)))
    with session_scope() as session, pytest.raises(NotAllowed, match="尚無核定之計畫，不得分送或清查"):
        plan_in_force(session, CAMPAIGN)
    assert inspecting.submit().approver_id == HEAD
    assert checklist(WORKS).due_on == date(2026, 11, 11)
    inspecting.decide()
    inspecting.decide()
    with session_scope() as session:
        plan = plan_in_force(session, CAMPAIGN)
        versions = [one.state for one in campaigns.plans(session, CAMPAIGN)]
    assert (plan.version, plan.content["amends"]["reason"]) == (2, "颱風停班")
    assert versions == [PlanState.APPROVED, PlanState.SUPERSEDED]
    assert checklist(WORKS).due_on == date(2026, 11, 18)
    assert campaign().state is CampaignState.INSPECTING
    told = notices("plan_amended_to_unit")
    assert sorted(one.person_id for one in told) == ["P021", "P022", "P041", "P042"]
    assert "至11月27日（星期五）24時止" in told[0].values["window"]


def test_a_unit_comes_in_and_another_goes(inspecting: PaperOffice) -> None:
    change(inspecting, Amendment("社會課搬遷", add_units=("U05",), drop_units=(SOCIAL,)))
    inspecting.submit()
    inspecting.decide()
    assert checklist(SOCIAL).state is ChecklistState.EXEMPT
    assert [one.person_id for one in notices("campaign_cancelled")] == [CONTACT[SOCIAL]]
    inspecting.send_forms()
    assert checklist("U05").state is ChecklistState.ISSUED
    assert [unit["id"] for unit in plan_content()["units"]] == [WORKS, "U05"]  # type: ignore[attr-defined]


def test_an_amendment_sent_back_is_written_anew(inspecting: PaperOffice) -> None:
    change(inspecting, Amendment("延長", last_day=date(2026, 11, 27)))
    inspecting.submit()
    inspecting.decide(ApprovalOutcome.RETURNED, remark="延一週太長")
    assert change(inspecting, Amendment("延長", last_day=date(2026, 11, 24))) == f"{CAMPAIGN}:v3"
    inspecting.submit()
    inspecting.decide()
    assert plan_content()["amends"]["plan"] == f"{CAMPAIGN}:v1"  # type: ignore[index]
    assert campaign().state is CampaignState.INSPECTING


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        (Amendment("理由"), BadSource),
        (Amendment(" ", last_day=date(2026, 11, 27)), BadSource),
        (Amendment("理由", last_day=date(2026, 11, 5)), BadSource),
        (Amendment("理由", drop_units=("U05",)), BadSource),
        (Amendment("理由", drop_units=(SOCIAL, WORKS)), BadSource),
    ],
)
def test_what_makes_no_sense_is_refused(inspecting: PaperOffice, wanted: Amendment, error: type[Exception]) -> None:
    with pytest.raises(error):
        change(inspecting, wanted)


def test_a_campaign_not_yet_approved_is_redrafted_not_amended(office: PaperOffice) -> None:
    office.open()
    office.draft()
    with pytest.raises(Conflict):
        change(office, Amendment("延長", last_day=date(2026, 11, 27)))
    with pytest.raises(NotAllowed):
        change(office, Amendment("延長", last_day=date(2026, 11, 27)), person="P022")


def test_all_of_it_on_the_command_line(inspecting: PaperOffice, clock: FixedClock) -> None:
    run = CliRunner().invoke
    head = ["--as", ETHICS_HEAD, "--json"]
    assert run(app, ["campaign", "pause", CAMPAIGN, "--reason", "選務", *head]).exit_code == 0
    clock.set(RESUMED_ON)
    assert json.loads(run(app, ["campaign", "resume", CAMPAIGN, *head]).stdout)["working_days"] == 5
    amended = run(
        app, ["campaign", "amend", CAMPAIGN, "--reason", "延長", "--last-day", "2026-11-27", "--as", STAFF, "--json"]
    )
    assert json.loads(amended.stdout)["version"] == 2
    inspecting.decide()
    assert run(app, ["checklists", "issue", CAMPAIGN, "--as", STAFF]).exit_code == 0
    cancelled = run(app, ["campaign", "cancel", CAMPAIGN, "--reason", "併案", "--number", "1150000200", *head])
    assert json.loads(cancelled.stdout)["state"] == "cancelled"
