"""Daily reports: asked of the person on duty by the clock, taken from them or by telephone, never assumed."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from campaigns.paper_office import STAFF, notices
from conftest import FixedClock
from inspection import clock as now
from inspection.campaigns.pause import pause
from inspection.errors import BadSource, Conflict, NotAllowed
from inspection.model import Deputy, DutyReport, SpringCampaign
from inspection.model.lifecycle import NoticeState
from inspection.notices.deliver import deliver_due
from inspection.rules import catalogue
from inspection.spring.close import close_window
from inspection.spring.papers import print_daily_reports
from inspection.spring.report import find_shift
from inspection.spring.standing import ShiftState, standings
from inspection.store import campaigns, events, spring
from inspection.store.session import session_scope
from servers.mail import MailServer
from spring.window_office import CAMPAIGN, DEPUTY, ON_DUTY, WindowOffice, lists, shift

NIGHT = "2027-02-06T23:00:00+08:00"  # New Year's Day, a Saturday


def states(at: str) -> dict[str, str]:
    """How each shift stands."""
    with session_scope() as session:
        rule = catalogue.current().spring.report
        stood = standings(session, CAMPAIGN, rule, at=datetime.fromisoformat(at))
        return {one.shift.id: one.state.value for one in stood}


def test_on_new_years_night_the_person_on_duty_is_asked_once(new_year: WindowOffice) -> None:
    new_year.in_force()
    asked = new_year.ask(NIGHT)
    assert asked.waiting == 1
    new_year.ask(NIGHT)
    mails = [one for one in notices("duty_report_asked") if one.key.startswith(f"duty-asked:{shift('0206')}")]
    assert [one.person_id for one in mails] == ["P122"]
    assert mails[0].not_before.isoformat() == "2027-02-06T15:00:00+00:00"  # at once: it is night and a holiday
    assert "116年2月6日（星期六）22時至翌日8時（值勤室）" in mails[0].subject
    assert "勿填機密內容" in mails[0].body


def test_who_stays_silent_is_reminded_by_the_clock_and_then_the_ethics_office_is_told(new_year: WindowOffice) -> None:
    new_year.in_force()
    new_year.ask("2027-01-28T22:10:00+08:00")
    assert new_year.ask("2027-01-29T08:30:00+08:00").letters == 0  # due at nine
    new_year.ask("2027-01-29T09:10:00+08:00")
    reminded = {
        (one.key.rpartition(":")[0].rpartition(":")[2], one.person_id) for one in notices("duty_report_reminder")
    }
    assert reminded == {("0", ON_DUTY), ("0", DEPUTY)}
    assert notices("duty_report_missing") == []
    new_year.ask("2027-01-29T11:05:00+08:00")
    assert {one.person_id for one in notices("duty_report_missing")} == {"P112", "P113"}
    assert states("2027-01-29T11:05:00+08:00")[shift("0128")] == ShiftState.MISSING
    new_year.report(shift("0128"), "2027-01-29T11:30:00+08:00")
    assert states("2027-01-29T12:00:00+08:00")[shift("0128")] == ShiftState.LATE
    letters = len(notices())
    new_year.ask("2027-01-29T16:30:00+08:00")
    assert len(notices()) == letters


def test_a_reminder_written_before_the_report_came_is_not_sent_after_it(
    new_year: WindowOffice, clock: FixedClock, mail_server: MailServer
) -> None:
    new_year.in_force()
    new_year.ask("2027-01-28T22:10:00+08:00")
    new_year.report(shift("0128"), "2027-01-28T23:50:00+08:00")
    clock.set("2027-01-28T23:55:00+08:00")
    deliver_due(session_scope, at=now.now())
    assert [one.state for one in notices("duty_report_asked")] == [NoticeState.CANCELLED]
    assert mail_server.messages() == []  # nor the head's request: the head has decided


@pytest.mark.clause("S3-20")
def test_a_situation_is_told_to_the_ethics_office_at_once_and_its_words_stand_in_no_mail(
    new_year: WindowOffice,
) -> None:
    new_year.in_force()
    words = "23時10分地下室消防警報誤動作，已復歸。"
    with pytest.raises(BadSource, match="有狀況者請填摘要"):
        new_year.report(shift("0128"), "2027-01-28T23:20:00+08:00", situation=True)
    new_year.report(shift("0128"), "2027-01-28T23:20:00+08:00", situation=True, summary=words)
    told = notices("duty_situation")
    assert {one.person_id for one in told} == {"P111", "P112", "P113"}
    assert all(words not in one.body + one.subject for one in notices())
    with session_scope() as session:
        noted = events.of_subject(session, "duty_shift", shift("0128"))
        assert [one.action for one in noted] == ["reported_situation"]
        assert words not in repr([(one.reason, one.details) for one in noted])


def test_the_same_words_are_one_report_and_other_words_are_added(new_year: WindowOffice) -> None:
    new_year.in_force()
    for _ in range(2):
        new_year.report(shift("0128"), "2027-01-29T07:50:00+08:00")
    new_year.report(shift("0128"), "2027-01-29T08:10:00+08:00", situation=True, summary="停電五分鐘。")
    with session_scope() as session:
        kept = spring.reports_of(session, shift("0128"))
        assert [(one.number, one.has_situation) for one in kept] == [(1, False), (2, True)]


def test_only_the_person_on_duty_the_deputy_or_who_acts_for_them_reports(new_year: WindowOffice) -> None:
    new_year.in_force()
    at = "2027-01-29T07:50:00+08:00"
    with pytest.raises(NotAllowed, match="僅得由值勤人員或其代理人回報"):
        new_year.report(shift("0128"), at, by="P042")
    new_year.report(shift("0128"), at, by=DEPUTY)
    with session_scope() as session:
        session.add(
            Deputy(
                principal_id="P122",
                deputy_id="P042",
                valid_from=now.local_date(now.now()),
                valid_until=now.local_date(now.now()).replace(month=2),
                ground="公差",
            )
        )
    new_year.report(shift("0129"), "2027-01-30T07:50:00+08:00", by="P042")
    with session_scope() as session:
        (event,) = events.of_subject(session, "duty_shift", shift("0129"))
        assert event.details["acting"] == "P042代P122"


def test_a_report_by_telephone_is_entered_by_the_ethics_office_and_says_so(new_year: WindowOffice) -> None:
    new_year.in_force()
    at = "2027-01-29T08:05:00+08:00"
    with pytest.raises(NotAllowed, match="電話回報由政風室登錄"):
        new_year.report(shift("0128"), at, entered_by="P042", by_phone=True)
    with pytest.raises(BadSource, match="by-phone"):
        new_year.report(shift("0128"), at, entered_by=STAFF)
    kept = new_year.report(shift("0128"), at, entered_by=STAFF, by_phone=True)
    assert (kept.reported_by, kept.entered_by, kept.by_phone) == (ON_DUTY, STAFF, True)


def test_no_report_before_the_shift_begins_nor_for_one_taken_out_of_the_roster(new_year: WindowOffice) -> None:
    new_year.in_force()
    with pytest.raises(Conflict, match="時段尚未開始；開始後始得回報"):
        new_year.report(shift("0128"), "2027-01-28T21:59:00+08:00")
    given = lists()
    del given["duty_roster"][0]
    new_year.import_file(new_year.write({"duty_roster": given["duty_roster"]}))
    with pytest.raises(Conflict, match="此時段已不在值勤輪值表；請重新檢視"):
        new_year.report(shift("0128"), "2027-01-28T23:00:00+08:00")


def test_a_shift_is_found_by_day_and_person_and_several_are_told_apart(new_year: WindowOffice) -> None:
    new_year.in_force()
    with session_scope() as session:
        assert find_shift(session, CAMPAIGN, date(2027, 1, 28), DEPUTY).id == shift("0128")
        with pytest.raises(Exception, match="未值勤；請以 `inspection spring show` 查詢"):
            find_shift(session, CAMPAIGN, date(2027, 1, 28), "P042")


def test_the_window_is_summed_up_at_its_end_once_and_what_is_missing_stays_missing(
    new_year: WindowOffice, clock: FixedClock
) -> None:
    new_year.in_force()
    for day in ("0128", "0130", "0201"):
        new_year.report(shift(day), f"2027-{day[:2]}-{day[2:]}T23:30:00+08:00")
    new_year.report(shift("0203"), "2027-02-04T12:00:00+08:00", situation=True, summary="訪客滋擾，警方到場處理。")
    with pytest.raises(Conflict, match="24時"), session_scope() as session:
        close_window(session, CAMPAIGN, catalogue=new_year.rules, actor="airflow", at=now.now())
    clock.set("2027-02-12T09:00:00+08:00")
    for _ in range(2):
        with session_scope() as session:
            told = close_window(session, CAMPAIGN, catalogue=new_year.rules, actor="airflow", at=now.now())
    assert told == {
        "shifts": 15,
        "reported": 4,
        "late": 1,
        "missing": 11,
        "situations": 1,
        "days": 15,
        "days_reported": 4,
        "days_missing": told["days_missing"],
        "days_with_situation": ["2027-02-03"],
    }
    assert len(told["days_missing"]) == 11 and "2027-01-29" in told["days_missing"]
    assert {one.person_id for one in notices("spring_window_closed")} == {"P111", "P112", "P113"}
    with session_scope() as session:
        assert session.get_one(SpringCampaign, CAMPAIGN).figures == told
        assert session.query(DutyReport).count() == 4
        first = print_daily_reports(session, CAMPAIGN, catalogue=new_year.rules, at=now.now()).id
        assert print_daily_reports(session, CAMPAIGN, catalogue=new_year.rules, at=now.now()).id == first


def test_a_paused_campaign_asks_nobody(new_year: WindowOffice) -> None:
    new_year.in_force()
    with session_scope() as session:
        pause(session, CAMPAIGN, reason="颱風", person_id="P111", at=now.now())
    assert new_year.ask(NIGHT).letters == 0


def test_one_character_changed_in_the_approved_plan_stops_the_asking(new_year: WindowOffice) -> None:
    new_year.in_force()
    with session_scope() as session:
        plan = campaigns.latest_plan(session, CAMPAIGN)
        assert plan is not None
        plan.content = {**plan.content, "title": f"{plan.content['title']}。"}
    assert new_year.ask(NIGHT).letters == 0
    assert notices("duty_report_asked") == []
