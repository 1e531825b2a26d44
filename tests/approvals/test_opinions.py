"""會辦: asked in parallel, given by the unit's head or deputy, answered by the drafter, bound to one content."""

from __future__ import annotations

from datetime import date, datetime

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
    hand_over,
    leaves,
    notices,
    plan_content,
)
from conftest import FixedClock
from inspection import clock as now
from inspection.approvals.opinion_words import OpinionLine
from inspection.approvals.opinions import AdoptionNote, Given
from inspection.campaigns import consultation
from inspection.campaigns.cancel import cancel
from inspection.campaigns.gates import awaited
from inspection.campaigns.open import Wanted, open_campaign
from inspection.errors import BadSource, Conflict, NotAllowed, NotFound
from inspection.escalation.climb import follow_up
from inspection.model import Approval, Deputy, Opinion, Plan
from inspection.model.lifecycle import ApprovalState, OpinionState
from inspection.planning.edit import edit_section
from inspection.planning.forms.inspection import context
from inspection.store import campaigns, events, opinions
from inspection.store.session import session_scope
from inspection.vocabulary import Adoption, ApprovalOutcome, Role, Severity, Stance

IT, ADMIN = "U08", "U07"
IT_HEAD, ADMIN_HEAD = "P081", "P071"
REMARK = "清查帳號請於期滿當日停用"


@pytest.fixture
def submitted(office: PaperOffice) -> PaperOffice:
    """A plan before the head, and two units asked."""
    office.open()
    office.draft()
    office.submit()
    return office


def asked(matter: str = "plan") -> list[Opinion]:
    """The opinions that stand for the newest request."""
    with session_scope() as session:
        return opinions.of_approval(session, awaited(session, matter, CAMPAIGN))


def give(
    unit: str = IT,
    stance: Stance = Stance.REMARKS,
    text: str = REMARK,
    *,
    person: str = IT_HEAD,
    entered_by: str | None = None,
    on: date | None = None,
    seen: str = "",
    matter: str = "plan",
) -> Opinion:
    """A unit gives its opinion, in a transaction of its own."""
    with session_scope() as session:
        rules = PaperOffice().rules
        request = awaited(session, matter, CAMPAIGN)
        given = Given(stance, text, person, seen or request.content_hash, on or now.today(), entered_by)
        return consultation.give(session, matter, CAMPAIGN, unit, given, catalogue=rules, at=now.now())


def answer(adoption: Adoption = Adoption.ADOPTED, reason: str = "", *, person: str = STAFF, unit: str = IT) -> Opinion:
    """The drafter says what became of it."""
    with session_scope() as session:
        return consultation.answer(
            session, "plan", CAMPAIGN, unit, AdoptionNote(adoption, reason, person), at=now.now()
        )


def lines(matter: str = "plan") -> dict[str, OpinionLine]:
    """What the decider reads today, by unit."""
    with session_scope() as session:
        found = consultation.lines(session, matter, CAMPAIGN, catalogue=PaperOffice().rules, on=now.today())
    return {one.unit: one for one in found}


def approval() -> Approval:
    """The newest request on the plan."""
    with session_scope() as session:
        return awaited(session, "plan", CAMPAIGN)


def edit(text: str) -> None:
    """The drafter changes the plan."""
    with session_scope() as session:
        edit_section(session, CAMPAIGN, "support", text, person_id=STAFF, at=now.now())


# ------------------------------------------------------------------------------------------------ asking


@pytest.mark.clause("S0-03")
def test_the_units_of_the_approval_table_are_asked_at_once_with_three_working_days(submitted: PaperOffice) -> None:
    found = asked()
    assert {(one.unit_id, one.state, one.due_on) for one in found} == {
        (IT, OpinionState.ASKED, date(2026, 11, 5)),
        (ADMIN, OpinionState.ASKED, date(2026, 11, 5)),
    }
    assert {one.content_hash for one in found} == {approval().content_hash}
    told = notices("opinion_requested")
    assert {one.person_id for one in told} == {IT_HEAD, ADMIN_HEAD}
    assert "11月5日" in told[0].body


def test_submitting_twice_asks_once(submitted: PaperOffice) -> None:
    submitted.submit()
    assert len(asked()) == 2
    assert len(notices("opinion_requested")) == 2


def test_a_unit_without_a_head_is_put_down_and_stops_nothing(office: PaperOffice) -> None:
    leaves(IT_HEAD)
    office.open()
    office.draft()
    office.submit()
    assert lines()["資訊室"].said == "名冊未載該單位主管，未會辦。"
    office.decide()
    assert approval().state is ApprovalState.APPROVED


def test_a_unit_under_unannounced_inspection_is_not_asked_before_the_hour(office: PaperOffice) -> None:
    with session_scope() as session:
        hour = datetime.fromisoformat("2026-11-10T14:00:00+08:00")
        wanted = Wanted("ad_hoc", date(2026, 11, 9), date(2026, 11, 20), STAFF, (IT, WORKS), CAMPAIGN, reveal_at=hour)
        open_campaign(session, wanted, catalogue=office.rules, at=now.now())
    office.draft()
    office.submit()
    assert {one.person_id for one in notices("opinion_requested")} == {ADMIN_HEAD}
    line = lines()["資訊室"]
    assert (line.kind, line.said) == ("not_asked", "本案為不預先通知之檢查，該單位為受檢單位，揭示時間前不予會辦。")
    with pytest.raises(NotFound):
        give()
    with session_scope() as session:
        plan = campaigns.latest_plan(session, CAMPAIGN)
        assert plan is not None
        assert context(session, plan, office.rules)["consulted"] == "行政室"
    office.decide()
    assert approval().state is ApprovalState.APPROVED


def test_the_paper_names_the_units_of_table_and_roster(submitted: PaperOffice) -> None:
    with session_scope() as session:
        plan = campaigns.latest_plan(session, CAMPAIGN)
        assert plan is not None
        assert context(session, plan, submitted.rules)["consulted"] == "資訊室、行政室"


# ------------------------------------------------------------------------------------------------ giving


def test_the_head_of_the_unit_gives_its_opinion_once(submitted: PaperOffice) -> None:
    given = give()
    assert (given.state, given.given_by, given.text) == (OpinionState.GIVEN, IT_HEAD, REMARK)
    assert give().state is OpinionState.GIVEN  # the same again
    with pytest.raises(Conflict, match="已表示意見"):
        give(text="另有意見")
    (told,) = notices("opinion_to_answer")
    assert told.person_id == STAFF
    assert REMARK not in told.body


@pytest.mark.parametrize("person", [CONTACT[WORKS], ADMIN_HEAD, STAFF, HEAD])
def test_nobody_else_speaks_for_the_unit(submitted: PaperOffice, person: str) -> None:
    with pytest.raises(NotAllowed):
        give(person=person)
    assert {one.state for one in asked()} == {OpinionState.ASKED}


def test_a_deputy_speaks_within_the_recorded_days_and_both_are_named(submitted: PaperOffice) -> None:
    with pytest.raises(NotAllowed):
        give(person="P082")
    with session_scope() as session:
        days = {"valid_from": date(2026, 11, 2), "valid_until": date(2026, 11, 3)}
        session.add(Deputy(principal_id=IT_HEAD, deputy_id="P082", ground="公差", **days))
    given = give(person="P082")
    assert (given.given_by, given.on_behalf_of) == ("P082", IT_HEAD)
    assert "江○哲代蘇○毅" in lines()["資訊室"].by
    with session_scope() as session:
        step = events.of_subject(session, "opinion", given.id)[-1]
    assert step.details["acting"] == f"P082代{IT_HEAD}"


def test_who_came_after_speaks_for_the_unit(submitted: PaperOffice) -> None:
    hand_over(Role.UNIT_HEAD, IT, old=IT_HEAD, new="P082")
    with pytest.raises(NotAllowed):
        give()
    assert give(person="P082").given_by == "P082"


def test_the_ethics_office_enters_what_was_written_on_paper(submitted: PaperOffice, clock: FixedClock) -> None:
    clock.set("2026-11-04T09:00:00+08:00")
    given = give(entered_by=STAFF, on=date(2026, 11, 3))
    assert (given.given_by, given.entered_by, given.given_on) == (IT_HEAD, STAFF, date(2026, 11, 3))
    with pytest.raises(NotAllowed, match="紙本會辦意見僅得由政風室登錄"):
        give(ADMIN, person=ADMIN_HEAD, entered_by=CONTACT[WORKS])
    with pytest.raises(BadSource, match="晚於今日"):
        give(ADMIN, person=ADMIN_HEAD, entered_by=STAFF, on=date(2026, 11, 5))


def test_remarks_without_words_are_asked_for_again(submitted: PaperOffice) -> None:
    with pytest.raises(BadSource, match="會辦意見未填"):
        give(text=" \n")
    assert give(ADMIN, Stance.NO_REMARKS, "", person=ADMIN_HEAD).state is OpinionState.GIVEN


# ------------------------------------------------------------------------------------------------ bound to content


def test_one_character_changed_voids_request_and_opinions(submitted: PaperOffice) -> None:
    give()
    first = approval()
    lines_before = [str(line) for line in plan_content()["sections"]["support"]["lines"]]  # type: ignore[index]
    edit("\n".join([lines_before[0] + "。", *lines_before[1:]]))
    with session_scope() as session:
        assert session.get_one(Approval, first.id).state is ApprovalState.VOIDED
        assert {one.state for one in session.query(Opinion)} == {OpinionState.VOIDED}
        assert opinions.awaited(session) == opinions.to_answer(session) == []
    submitted.submit()
    assert {one.state for one in asked()} == {OpinionState.ASKED}
    assert {one.content_hash for one in asked()} == {approval().content_hash} != {first.content_hash}
    with pytest.raises(Conflict, match="請先閱覽現行版本"):
        give(seen=first.content_hash)


def test_content_changed_behind_the_back_takes_no_opinion(submitted: PaperOffice) -> None:
    with session_scope() as session:
        plan = session.query(Plan).one()
        plan.content = {**plan.content, "title": f"{plan.content['title']}。"}
    with pytest.raises(Conflict, match="內容與會辦時不同；請先閱覽現行版本"):
        give()


def test_a_campaign_called_off_asks_nobody_any_more(submitted: PaperOffice) -> None:
    with session_scope() as session:
        cancel(session, CAMPAIGN, person_id=ETHICS_HEAD, reason="停辦", document_number="", at=now.now())
        assert {one.state for one in session.query(Opinion)} == {OpinionState.VOIDED}


# ------------------------------------------------------------------------------------------------ 採納情形


def test_an_opinion_needs_a_line_on_its_adoption_before_the_decision(submitted: PaperOffice) -> None:
    give()
    assert lines()["資訊室"].adoption == "採納情形未載明"
    with pytest.raises(Conflict, match="尚未載明採納情形：資訊室"):
        submitted.decide()
    assert approval().state is ApprovalState.PENDING
    with pytest.raises(NotAllowed):
        answer(person=IT_HEAD)
    with pytest.raises(BadSource, match="未附理由"):
        answer(Adoption.PARTLY, " ")
    answer(Adoption.PARTLY, "改為期滿次一工作日停用")
    assert answer(Adoption.PARTLY, "改為期滿次一工作日停用").state is OpinionState.ANSWERED
    with pytest.raises(Conflict, match="意見之採納情形已載明"):
        answer(Adoption.ADOPTED)
    assert lines()["資訊室"].adoption == "部分採納：改為期滿次一工作日停用"
    submitted.decide()
    assert approval().state is ApprovalState.APPROVED


def test_a_return_does_not_wait_for_the_adoption(submitted: PaperOffice) -> None:
    give()
    submitted.decide(ApprovalOutcome.RETURNED, remark="依資訊室意見修正")
    assert approval().state is ApprovalState.RETURNED


def test_no_remarks_need_no_answer(submitted: PaperOffice) -> None:
    give(stance=Stance.NO_REMARKS, text="")
    with pytest.raises(Conflict, match="沒有意見須載明採納情形"):
        answer()
    submitted.decide()


# ------------------------------------------------------------------------------------------------ never for ever


def test_the_decider_need_not_wait_and_an_opinion_after_the_decision_is_refused(
    submitted: PaperOffice, clock: FixedClock
) -> None:
    assert lines()["資訊室"].said == "會辦中，期限115年11月5日"
    submitted.decide()
    with pytest.raises(Conflict, match="本案已決定（已核定）"):
        give()
    # decided three days before the opinion was due: the unit is not late, then or ever
    assert (lines()["資訊室"].kind, "逾期未表示" in lines()["資訊室"].said) == ("not_given", False)
    clock.set("2026-12-01T09:00:00+08:00")
    assert lines()["資訊室"].kind == "not_given"


def test_a_unit_that_let_its_day_pass_before_the_decision_stays_late(submitted: PaperOffice, clock: FixedClock) -> None:
    clock.set("2026-11-06T09:00:00+08:00")
    submitted.decide()
    assert lines()["資訊室"].kind == "lapsed"


@pytest.mark.clause("S0-07f")
def test_after_the_limit_the_decider_reads_that_nothing_was_said(submitted: PaperOffice, clock: FixedClock) -> None:
    for day, kind, people in (
        ("2026-11-04", "opinion_reminder", set()),
        ("2026-11-05", "opinion_reminder", {IT_HEAD, ADMIN_HEAD}),
        ("2026-11-06", "opinion_lapsed", {STAFF, "P113"}),
    ):
        clock.set(f"{day}T08:30:00+08:00")
        for _ in range(2):
            with session_scope() as session:
                follow_up(session, on=now.today(), catalogue=submitted.rules, at=now.now())
        assert {one.person_id for one in notices(kind)} == people, day
    assert lines()["資訊室"].said == "逾期未表示意見（期限115年11月5日）"
    assert approval().state is ApprovalState.PENDING, "time-out decides nothing"
    assert {one.state for one in asked()} == {OpinionState.ASKED}
    give()  # late, and before the decision: it counts
    assert lines()["資訊室"].kind == "remarks"


def test_a_campaigns_report_is_consulted_by_the_same_machinery(office: PaperOffice) -> None:
    office.approved_plan()
    office.to_findings(Severity.HIGH)
    office.compile()
    office.submit_reports()
    (one,) = asked("campaign_report")
    assert one.unit_id == IT
    give(stance=Stance.NO_REMARKS, text="", matter="campaign_report")
    assert lines("campaign_report")["資訊室"].said == "無意見"
    office.sign("campaign_report")


def test_the_secretary_acts_for_nobody_asked(submitted: PaperOffice) -> None:
    with pytest.raises(NotAllowed, match="會辦意見僅得由受會辦單位主管，或代理期間內之代理人表示"):
        give(person=SECRETARY)
