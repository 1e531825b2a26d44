"""The year is watched over: what is missing is told in time, to the right people, and not over and over."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from campaigns.calendars import csv_of
from campaigns.paper_office import CAMPAIGN, ETHICS_HEAD, STAFF, PaperOffice, notices
from conftest import FixedClock
from inspection import clock as now
from inspection.audit import chain, head
from inspection.awareness.importing import bring_in
from inspection.awareness.records import SessionEntry, Written, typed_in
from inspection.calendar.official_csv import parse_official_csv
from inspection.campaigns import calendar_import
from inspection.campaigns.calendar_watch import Watched, check_calendar
from inspection.campaigns.spring_windows import Circular, WindowChoice, confirm
from inspection.model import Campaign, RoleGrant
from inspection.model.lifecycle import CampaignState
from inspection.store import events, roster, spring_windows
from inspection.store.session import session_scope
from inspection.vocabulary import Role


def look(office: PaperOffice) -> Watched:
    with session_scope() as session:
        return check_calendar(session, catalogue=office.rules, at=now.now())


def looks(office: PaperOffice, clock: FixedClock, *days: str) -> list[Watched]:
    found = []
    for day in days:
        clock.set(f"{day}T10:00:00+08:00")
        found.append(look(office))
    return found


def staff() -> set[str]:
    with session_scope() as session:
        return {person.id for person in roster.holders(session, Role.ETHICS_STAFF, on=now.today())}


def told(kind: str) -> list[dict[str, object]]:
    return [one.values for one in notices(kind)]


def import_year(year: int) -> None:
    with session_scope() as session:
        official = parse_official_csv(csv_of(year), source="calendar.csv")
        calendar_import.apply(session, official, actor="test", at=now.now())


def test_the_ethics_head_is_sent_the_records_seal_once_a_month(office: PaperOffice, clock: FixedClock) -> None:
    looks(office, clock, "2026-10-30")
    assert told("record_seal") == [], "nothing is sealed yet"
    with session_scope() as session:
        chain.seal(session, at=now.now())
        first = head.newest(session)
    # a Saturday and a Sunday, then working days of this month and the first of the next one
    looks(office, clock, "2026-10-31", "2026-11-01", "2026-11-02", "2026-11-03", "2026-12-01")
    mails = notices("record_seal")
    assert [one.person_id for one in mails] == [ETHICS_HEAD] * 2
    assert first is not None
    assert f"已串鏈 {first.count:,} 筆" in mails[0].body
    assert first.printed in mails[0].body
    with session_scope() as session:
        typed = mails[0].body.split("串鏈值為：")[1].split("請列印")[0]
        assert chain.verify(session, at=now.now(), expect=typed).sealed == first.count


def test_from_november_next_years_calendar_is_asked_for_once_a_week(office: PaperOffice, clock: FixedClock) -> None:
    (before,) = looks(office, clock, "2026-10-30")
    assert before.calendars_missing == 1
    looks(office, clock, "2026-11-02", "2026-11-03", "2026-11-06", "2026-11-09")
    values = told("calendar_missing")
    assert [one["calendar_years"] for one in values] == (["115年"] * len(staff()) + ["115年、116年"] * 2 * len(staff()))
    assert {one.person_id for one in notices("calendar_missing")} == staff()
    import_year(2026)
    import_year(2027)
    (after,) = looks(office, clock, "2026-11-16")
    assert after.calendars_missing == 0
    assert len(told("calendar_missing")) == len(values)


@pytest.mark.clause("S3-04")
def test_a_window_only_proposed_is_told_weekly_until_the_head_confirms_it(
    office: PaperOffice, clock: FixedClock
) -> None:
    looks(office, clock, "2026-10-30")
    assert told("spring_window_unconfirmed") == []
    looks(office, clock, "2026-11-02", "2026-11-04", "2026-11-09")
    first = told("spring_window_unconfirmed")
    assert len(first) == 2 * len(staff())
    assert "為期15日" in str(first[0]["windows"])
    assert "116年春安工作期間" in notices("spring_window_unconfirmed")[0].subject
    with session_scope() as session:
        assert len(spring_windows.of_year(session, 2027)) == 2
        assert spring_windows.confirmed(session, 2027) is None
        circular = Circular(WindowChoice.NPA15, date(2026, 11, 6), "內授警字第1150000001號")
        confirm(session, 2027, circular, person_id=ETHICS_HEAD, at=now.now())
    (after,) = looks(office, clock, "2026-11-16")
    assert after.windows_unconfirmed == 0
    assert len(told("spring_window_unconfirmed")) == len(first)


def test_a_window_whose_days_are_over_is_no_longer_asked_for(office: PaperOffice, clock: FixedClock) -> None:
    waiting = [one.windows_unconfirmed for one in looks(office, clock, "2027-02-19", "2027-02-22", "2027-06-01")]
    assert waiting == [1, 0, 0]


@pytest.mark.clause("S0-07a")
def test_a_half_year_without_inspection_is_a_fault_told_once(office: PaperOffice, clock: FixedClock) -> None:
    found = looks(office, clock, "2027-06-30", "2027-07-01", "2027-07-02", "2027-07-12")
    assert [one.half_years_missing for one in found] == [0, 1, 1, 1]
    assert {one.person_id for one in notices("half_year_missing")} == staff() | {ETHICS_HEAD}
    assert told("half_year_missing") == [{"half_year": "116年上半年"}] * (len(staff()) + 1)
    with session_scope() as session:
        assert [one.action for one in events.of_subject(session, "half_year", "116H1")] == ["without_inspection"]


@pytest.mark.parametrize(
    ("state", "missing"),
    [
        (CampaignState.CLOSED, 0),
        (CampaignState.REPORTING, 0),
        (CampaignState.APPROVED, 1),
        (CampaignState.CANCELLED, 1),
    ],
)
def test_only_an_inspection_that_was_carried_out_counts(
    office: PaperOffice, clock: FixedClock, state: CampaignState, missing: int
) -> None:
    office.open(first_day=date(2027, 5, 3), last_day=date(2027, 5, 21))
    with session_scope() as session:
        session.get_one(Campaign, CAMPAIGN).state = state
    (found,) = looks(office, clock, "2027-07-01")
    assert found.half_years_missing == missing


@pytest.mark.clause("S0-03")
def test_bases_not_checked_for_a_year_are_listed_once_a_month(office: PaperOffice, clock: FixedClock) -> None:
    found = looks(office, clock, "2027-11-22", "2027-11-29", "2027-12-01")
    due = office.rules.legal_bases.due_for_review(date(2027, 11, 22))
    assert found[0].bases_due == len(due) > 5
    values = told("bases_due_for_review")
    assert len(values) == 2 * len(staff())
    body = notices("bases_due_for_review")[0].body
    assert "前次核對：115年11月20日" in body
    assert "{agency}" not in body


@pytest.mark.parametrize("day", ["2026-11-07", "2027-01-01"])
def test_nobody_is_reminded_on_a_closed_day(office: PaperOffice, clock: FixedClock, day: str) -> None:
    assert looks(office, clock, day) == [Watched()]
    assert notices() == []


def test_a_look_at_night_writes_for_the_morning(office: PaperOffice, clock: FixedClock) -> None:
    clock.set("2026-11-02T00:30:00+08:00")
    assert look(office).notices > 0
    assert {one.not_before for one in notices()} == {datetime.fromisoformat("2026-11-02T08:30:00+08:00")}


def test_a_year_no_calendar_knows_is_told_not_stumbled_over(office: PaperOffice, clock: FixedClock) -> None:
    (found,) = looks(office, clock, "2029-03-01")
    assert found.calendars_missing == 1
    assert {str(one["calendar_years"]) for one in told("calendar_missing")} == {"118年"}


def test_where_nobody_is_ethics_staff_the_head_is_told(office: PaperOffice) -> None:
    with session_scope() as session:
        session.query(RoleGrant).filter_by(role=Role.ETHICS_STAFF).delete()
    look(office)
    assert {one.person_id for one in notices("calendar_missing")} == {ETHICS_HEAD}


@pytest.mark.clause("S1-00")
def test_a_month_without_awareness_work_is_reminded_of_once_from_the_twentieth(
    office: PaperOffice, clock: FixedClock
) -> None:
    found = looks(office, clock, "2026-11-19", "2026-11-20", "2026-11-23", "2026-12-21")
    assert [one.months_without_awareness for one in found] == [0, 1, 1, 1]
    assert [one["awareness_month"] for one in told("awareness_month_open")] == ["115年11月"] * len(staff()) + [
        "115年12月"
    ] * len(staff())
    entry = typed_in(SessionEntry, {"held_on": "2027-01-20", "kind": "video", "title": "短片", "attendees": 9})
    clock.set("2027-01-21T10:00:00+08:00")
    with session_scope() as session:
        bring_in(session, Written(sessions=(entry,)), catalogue=office.rules, person_id=STAFF, at=now.now())
    assert look(office).months_without_awareness == 0
