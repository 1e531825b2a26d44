"""What is confirmed after the reports went out opens its fix and is told at once, each number with its date."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import event, insert, select

from campaigns.doing_twice import twice
from campaigns.paper_office import (
    CAMPAIGN,
    CONTACT,
    SECOND_STAFF,
    SOCIAL,
    STAFF,
    UNIT_HEAD,
    WORKS,
    PaperOffice,
    finding,
    fix,
    hand_over,
    notices,
)
from conftest import FixedClock
from inspection.errors import NotAllowed
from inspection.model import Event, Fix, Suspicion
from inspection.model.lifecycle import FindingState, FixState, SuspicionState
from inspection.store import findings
from inspection.store.session import engine_for, session_scope
from inspection.vocabulary import Role, Severity, TriageOutcome


@pytest.fixture
def suspected(office: PaperOffice) -> list[int]:
    """Four statements the works unit says it does not keep; none is decided on."""
    office.approved_plan()
    office.send_forms()
    wrong = office.items(WORKS)[:4]
    for unit in office.units:
        office.return_form(unit, dict.fromkeys(wrong, "不符合") if unit == WORKS else {})
    ids = office.suspect()
    assert len(ids) == 4
    return ids


def issue(office: PaperOffice) -> None:
    """The reports as they stand are signed and go out."""
    office.compile()
    office.submit_reports()
    office.sign("campaign_report")
    office.sign("unit_report")
    office.issue_reports()


def told(person: str = CONTACT[WORKS]) -> list[list[str]]:
    """The lines of each mail on findings a person was written, in order."""
    mine = [one for one in notices("findings_notified") if one.person_id == person]
    for one in mine:
        assert one.values["finding_count"] == len(str(one.values["fix_days"]).splitlines())
        assert all(line in one.body for line in str(one.values["fix_days"]).splitlines())
    return [str(one.values["fix_days"]).splitlines() for one in mine]


def test_a_later_finding_opens_its_fix_and_is_told_once_with_its_own_date(
    office: PaperOffice, suspected: list[int], clock: FixedClock
) -> None:
    office.triage(suspected[:1], severity=Severity.HIGH)
    assert notices("findings_notified") == []
    issue(office)
    first = f"{CAMPAIGN}-001：{words(fix(f'{CAMPAIGN}-001').due_on)}"
    assert told() == [[first]]
    clock.set("2026-11-25T09:00:00+08:00")
    twice(lambda: office.triage(suspected[1:3], severity=Severity.MEDIUM))
    later = [f"{CAMPAIGN}-{number:03d}" for number in (2, 3)]
    assert [fix(one).opened_on for one in later] == [date(2026, 11, 25)] * 2
    assert told() == [[first], [f"{one}：{words(fix(one).due_on)}" for one in later]]
    assert {finding(one).state for one in later} == {FindingState.NOTIFIED}
    twice(office.issue_reports)
    office.triage(suspected[3:])
    assert [len(one) for one in told()] == [1, 2, 1]
    with session_scope() as session:
        opened = select(Event.actor).where(Event.subject_kind == "fix", Event.action == "opened").order_by(Event.id)
        assert list(session.scalars(opened)) == [STAFF, *[SECOND_STAFF] * 3]
        assert findings.number_without_fix(session, CAMPAIGN) == 0
    assert {one.person_id for one in notices("findings_notified")} == {CONTACT[WORKS]}


def words(day: date) -> str:
    """115年11月25日."""
    return f"{day.year - 1911}年{day.month}月{day.day}日"


def test_nothing_opens_and_nothing_is_told_before_the_reports_are_out(
    office: PaperOffice, suspected: list[int]
) -> None:
    office.triage(suspected[:2])
    office.compile()
    office.submit_reports()
    office.sign("campaign_report")
    office.triage(suspected[2:3])
    with pytest.raises(NotAllowed):
        office.issue_reports()
    with session_scope() as session:
        assert findings.fixes_of_campaign(session, CAMPAIGN) == []
    assert notices("findings_notified") == []


def test_a_report_without_any_finding_is_out_as_well(office: PaperOffice, suspected: list[int]) -> None:
    issue(office)
    assert told() == []
    office.triage(suspected[:1])
    assert [len(one) for one in told()] == [1]
    office.triage(suspected[1:2], TriageOutcome.DISMISSED)
    assert [len(one) for one in told()] == [1]


def test_who_came_later_hears_of_all_that_is_still_to_be_mended(office: PaperOffice, suspected: list[int]) -> None:
    office.triage(suspected[:2])
    issue(office)
    hand_over(Role.CONTACT, WORKS, old=CONTACT[WORKS], new=UNIT_HEAD[WORKS])
    office.triage(suspected[2:3])
    assert [len(one) for one in told()] == [2]
    assert [len(one) for one in told(UNIT_HEAD[WORKS])] == [3]


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements at the cursor."""
    seen: list[str] = []
    listener = lambda *args: seen.append(args[2])  # noqa: E731
    event.listen(engine_for(), "before_cursor_execute", listener)
    try:
        yield seen
    finally:
        event.remove(engine_for(), "before_cursor_execute", listener)


def test_two_hundred_confirmed_after_the_issue_take_at_most_fifty_statements(
    office: PaperOffice, suspected: list[int]
) -> None:
    issue(office)
    with session_scope() as session:
        pattern = session.get_one(Suspicion, suspected[0])
        names = [one.key for one in Suspicion.__mapper__.column_attrs if one.key != "id"]
        kept = {name: getattr(pattern, name) for name in names}
        prints = [f"{number:064}" for number in range(200)]
        session.execute(insert(Suspicion), [{**kept, "fingerprint": one} for one in prints])
        ids = list(session.scalars(select(Suspicion.id).where(Suspicion.fingerprint.in_(prints))))
        assert {one.state for one in findings.chosen(session, ids)} == {SuspicionState.OPEN}
    with counted() as seen:
        office.triage(ids)
    assert len(seen) <= 50, len(seen)
    with session_scope() as session:
        states = [one.state for one in session.scalars(select(Fix))]
    assert states == [FixState.OPEN] * 200
    assert [len(one) for one in told()] == [200]
    assert SOCIAL not in {fix(f"{CAMPAIGN}-001").unit_id}
