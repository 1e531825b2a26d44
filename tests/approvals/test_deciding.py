"""Who may decide, on what, by which route; and that a decision stands for exactly the content that was read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from campaigns.paper_office import (
    CAMPAIGN,
    CONTACT,
    ETHICS_HEAD,
    HEAD,
    SECRETARY,
    STAFF,
    WORKS,
    PaperOffice,
    leaves,
    notices,
)
from conftest import FixedClock
from inspection import clock as now
from inspection.approvals.decide import Decision, approved, decide
from inspection.approvals.decider import decider
from inspection.approvals.request import Asked, request
from inspection.errors import BadSource, Conflict, NotAllowed, NotFound
from inspection.model import Approval
from inspection.model.lifecycle import ApprovalState
from inspection.reports.content import plan_approval
from inspection.store import approvals, campaigns, events
from inspection.store.session import session_scope
from inspection.vocabulary import ApprovalOutcome, ApprovalRoute

PLAN = ("plan", f"{CAMPAIGN}:v1")
CONTENT, OTHER = "a" * 64, "b" * 64
DUE = date(2026, 11, 5)
BY_PORTAL = Decision(ApprovalOutcome.APPROVED, HEAD, CONTENT, ApprovalRoute.PORTAL, date(2026, 11, 2))
BY_PAPER = replace(BY_PORTAL, route=ApprovalRoute.PAPER, document_number="示市政字第1150000123號", entered_by=STAFF)


@pytest.fixture
def asked(office: PaperOffice) -> str:
    """A request by the ethics officer to the head."""
    return ask()


def ask(content: str = CONTENT, *, by: str = STAFF, approver: str = HEAD) -> str:
    """Requests a decision; the request's id."""
    with session_scope() as session:
        return request(session, Asked(PLAN, None, content, by, approver, DUE), at=now.now()).id


def take(approval_id: str, decision: Decision, *, current: str = CONTENT) -> Approval:
    """Takes a decision, in a transaction of its own."""
    with session_scope() as session:
        return decide(session, approval_id, decision, current_hash=current, at=now.now())


def state(approval_id: str) -> ApprovalState:
    """Where a request stands."""
    with session_scope() as session:
        return approvals.get(session, approval_id).state


def holds(content: str = CONTENT) -> bool:
    """Whether an approval stands for this content."""
    with session_scope() as session:
        return approved(session, PLAN, content_hash=content) is not None


# ------------------------------------------------------------------------------------------------ who


def test_nobody_asks_himself(office: PaperOffice) -> None:
    with pytest.raises(NotAllowed, match="陳核人不得自行決定；請指定職務代理人或上一級主管"):
        ask(by=HEAD)
    with session_scope() as session:
        assert approvals.rounds(session, PLAN) == []


def test_the_one_who_asked_may_not_decide_even_as_deputy(office: PaperOffice, clock: FixedClock) -> None:
    # the secretary acts for the mayor from 25 to 27 November, and asked in this matter
    clock.set("2026-11-25T09:00:00+08:00")
    request_id = ask(by=SECRETARY)
    with pytest.raises(NotAllowed, match="陳核人不得自行決定"):
        take(request_id, replace(BY_PORTAL, person_id=SECRETARY, decided_on=date(2026, 11, 25)))
    assert state(request_id) is ApprovalState.PENDING


@pytest.mark.parametrize("person", [ETHICS_HEAD, SECRETARY, CONTACT[WORKS]])
def test_a_person_not_named_may_not_decide(asked: str, person: str) -> None:
    with pytest.raises(NotAllowed, match="僅得由陳核所指定之人，或代理期間內之代理人決定"):
        take(asked, replace(BY_PORTAL, person_id=person))
    assert state(asked) is ApprovalState.PENDING


@pytest.mark.parametrize(
    ("day", "may"),
    [("2026-11-24", False), ("2026-11-25", True), ("2026-11-27", True), ("2026-11-28", False)],
)
def test_a_deputy_decides_within_the_recorded_days_only(asked: str, day: str, may: bool) -> None:
    decision = replace(BY_PORTAL, person_id=SECRETARY, decided_on=date.fromisoformat(day))
    if not may:
        with pytest.raises(NotAllowed):
            take(asked, decision)
        return
    done = take(asked, decision)
    assert (done.state, done.decided_by, done.on_behalf_of) == (ApprovalState.APPROVED, SECRETARY, HEAD)


def test_a_head_who_left_decides_nothing(asked: str) -> None:
    leaves(HEAD)
    with pytest.raises(NotAllowed, match="此人已不在名冊"):
        take(asked, BY_PORTAL)


def test_somebody_nobody_knows_is_refused(asked: str) -> None:
    with pytest.raises(NotFound, match="名冊查無人員 P999"):
        take(asked, replace(BY_PORTAL, person_id="P999"))


# ------------------------------------------------------------------------------------------------ what


def test_a_decision_on_content_not_submitted_is_void(asked: str) -> None:
    with pytest.raises(Conflict, match="內容與陳核時不同；請先閱覽現行版本"):
        take(asked, replace(BY_PORTAL, seen_hash=OTHER))
    assert state(asked) is ApprovalState.PENDING


def test_a_decision_on_content_changed_meanwhile_is_void(asked: str) -> None:
    with pytest.raises(Conflict, match="請先閱覽現行版本"):
        take(asked, BY_PORTAL, current=OTHER)
    assert not holds()


def test_new_content_voids_the_request_on_the_old(asked: str) -> None:
    second = ask(OTHER)
    assert state(asked) is ApprovalState.VOIDED
    with pytest.raises(Conflict, match="本案已決定（作廢）"):
        take(asked, BY_PORTAL)
    take(second, replace(BY_PORTAL, seen_hash=OTHER), current=OTHER)
    assert holds(OTHER)
    assert not holds(CONTENT)


def test_the_same_content_asked_again_is_the_same_round(asked: str) -> None:
    assert ask() == asked
    take(asked, BY_PORTAL)
    assert ask() == asked, "asking again after the approval must not put it in doubt"
    assert holds()


def test_content_returned_may_be_laid_before_again_in_a_new_round(asked: str) -> None:
    take(asked, replace(BY_PORTAL, outcome=ApprovalOutcome.RETURNED, remark="請補充受檢單位"))
    assert not holds()
    second = ask()
    assert second != asked
    take(second, BY_PORTAL)
    assert holds()


def test_the_same_decision_twice_is_one_decision(asked: str) -> None:
    take(asked, BY_PORTAL)
    take(asked, BY_PORTAL)
    with session_scope() as session:
        steps = [one for one in events.of_subject(session, "approval", asked) if one.action == "step"]
    assert [(one.actor, one.to_state, one.details["content_hash"]) for one in steps] == [(HEAD, "approved", CONTENT)]


def test_another_decision_after_the_first_is_refused(asked: str) -> None:
    take(asked, BY_PORTAL)
    with pytest.raises(Conflict, match="本案已決定（已核定）"):
        take(asked, replace(BY_PORTAL, outcome=ApprovalOutcome.RETURNED, remark="改變主意"))
    assert holds()


@pytest.mark.parametrize("outcome", [ApprovalOutcome.RETURNED, ApprovalOutcome.APPROVED_WITH_CHANGES])
@pytest.mark.parametrize("remark", [None, "", "  \n"])
def test_a_return_or_a_change_without_a_remark_is_refused(
    asked: str, outcome: ApprovalOutcome, remark: str | None
) -> None:
    with pytest.raises(BadSource, match="批示意見未填") as told:
        take(asked, replace(BY_PORTAL, outcome=outcome, remark=remark))
    assert told.value.remedy == "修正後如擬須寫明修正處，退回須寫明理由"
    assert state(asked) is ApprovalState.PENDING


def test_approved_with_changes_is_no_approval_of_what_was_submitted(asked: str) -> None:
    take(asked, replace(BY_PORTAL, outcome=ApprovalOutcome.APPROVED_WITH_CHANGES, remark="第三點刪除"))
    assert state(asked) is ApprovalState.APPROVED_WITH_CHANGES
    assert not holds()


# ------------------------------------------------------------------------------------------------ by which route


@pytest.mark.clause("S0-07f")
def test_paper_needs_the_number_of_the_approved_paper(asked: str) -> None:
    with pytest.raises(BadSource, match="紙本或公文系統核定須登錄文號"):
        take(asked, replace(BY_PAPER, document_number=" "))
    with pytest.raises(BadSource, match="紙本核定須記明登錄人"):
        take(asked, replace(BY_PAPER, entered_by=None))
    assert state(asked) is ApprovalState.PENDING


def test_only_the_ethics_office_enters_paper(asked: str) -> None:
    with pytest.raises(NotAllowed, match="紙本核定僅得由政風室登錄"):
        take(asked, replace(BY_PAPER, entered_by=CONTACT[WORKS]))


def test_the_named_decider_is_tested_against_the_requester_not_the_one_who_types(asked: str) -> None:
    done = take(asked, BY_PAPER)
    assert (done.decided_by, done.entered_by, done.document_number) == (HEAD, STAFF, "示市政字第1150000123號")
    with session_scope() as session:
        step = events.of_subject(session, "approval", asked)[-1]
    assert (step.actor, step.details["document_number"]) == (STAFF, "示市政字第1150000123號")


# ------------------------------------------------------------------------------------------------ with a real plan


def test_the_head_is_told_once_that_a_decision_waits(office: PaperOffice) -> None:
    office.open()
    office.draft()
    office.submit()
    office.submit()
    told = notices("approval_requested")
    assert [(one.person_id, one.depends_kind, one.depends_id) for one in told] == [
        (HEAD, "request", f"plan:{CAMPAIGN}:v1:1")
    ]


# ------------------------------------------------------------------------------------------------ who is named


def named(document: str, by: str) -> str:
    """Whom a request for a kind of document would name."""
    table = PaperOffice().rules.approval_table
    rule = table.document(document)
    assert rule is not None
    with session_scope() as session:
        return decider(session, rule, table, requested_by=by, on=now.today()).id


def test_the_one_who_asks_is_skipped_upward_where_the_table_allows(office: PaperOffice) -> None:
    assert named("unit_report", STAFF) == ETHICS_HEAD
    assert named("unit_report", ETHICS_HEAD) == SECRETARY
    assert named("extension_2", SECRETARY) == HEAD


def test_where_nobody_stands_in_the_asker_is_refused(office: PaperOffice) -> None:
    assert named("plan", HEAD) == HEAD
    with pytest.raises(NotAllowed, match="陳核人不得自行決定；請指定職務代理人或上一級主管"):
        ask(by=HEAD, approver=named("plan", HEAD))


def test_a_vacant_post_is_told_and_not_skipped(office: PaperOffice) -> None:
    leaves(ETHICS_HEAD)
    with pytest.raises(NotFound, match="無人擔任政風室主任"):
        named("unit_report", STAFF)


@pytest.mark.clause("S0-07f")
def test_a_deputys_decision_names_both_in_the_event_and_in_the_report(office: PaperOffice, clock: FixedClock) -> None:
    office.open()
    office.draft()
    office.submit()
    clock.set("2026-11-25T09:00:00+08:00")
    done = office.decide(person=SECRETARY)
    with session_scope() as session:
        step = events.of_subject(session, "approval", done.id)[-1]
        assert (step.details["on_behalf_of"], step.details["acting"]) == (HEAD, f"{SECRETARY}代{HEAD}")
        plan = campaigns.latest_plan(session, CAMPAIGN)
        assert plan is not None
        assert plan_approval(session, plan) == "115年11月25日核定（游○賢代張○誠）"
