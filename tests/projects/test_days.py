"""The days of a project: its end moves by a decision, the award ends the secret, a late signature stays late."""

from __future__ import annotations

from datetime import date

import pytest

from campaigns.doing_twice import twice
from conftest import FixedClock
from inspection.clock import now
from inspection.errors import BadSource, Conflict, NotAllowed
from inspection.findings.made_public import secrecy_ended
from inspection.findings.suspect import suspect
from inspection.model import Campaign, Event, Notice, PersonInTheKnow, Plan, Project, Report, Suspicion
from inspection.model.lifecycle import CampaignState, ReportState, SuspicionState
from inspection.notices.deliver import deliver_due
from inspection.projects import closing, days
from inspection.projects.content import Place
from inspection.projects.pledges import remind_of_pledges
from inspection.store import projects
from inspection.store.session import session_scope
from inspection.vocabulary import ProjectDay
from projects.project_office import (
    AFTER,
    CODE,
    ELSEWHERE,
    LAST,
    PROJECT,
    STAFF,
    WORKS,
    ProjectOffice,
    entries,
    price_sheet,
)
from servers.mail import MailServer

LATER = date(2026, 12, 31)
AFTER_LATER = "2027-01-01T09:00:00+08:00"


def ended() -> bool:
    with session_scope() as session:
        return closing.has_ended(session, PROJECT, at=now())


def suspicions() -> list[Suspicion]:
    with session_scope() as session:
        return session.query(Suspicion).order_by(Suspicion.id).all()


def hint(office: ProjectOffice, one: Suspicion) -> str:
    with session_scope() as session:
        return secrecy_ended(session, one, catalogue=office.rules, at=now())


def told(kind: str) -> list[str]:
    with session_scope() as session:
        return [one.person_id for one in session.query(Notice).filter_by(kind=kind).order_by(Notice.id)]


# ------------------------------------------------------------------------------------------------------- the end


def test_who_waits_for_the_end_waits_for_the_new_one(office: ProjectOffice, clock: FixedClock) -> None:
    office.under_way()
    assert not ended()
    twice(lambda: office.move_end(LATER))
    clock.set(AFTER)
    assert not ended()
    with pytest.raises(NotAllowed):
        office.review()
    clock.set(AFTER_LATER)
    assert ended()
    office.review()
    with session_scope() as session:
        review = session.query(Report).one()
        assert "115年11月20日調整為115年12月31日" in repr(review.content["dates"])
        assert "流標" in repr(review.content["dates"])
        assert session.query(Plan).count() == 1  # the plan itself allows the move


def test_a_move_after_the_approval_needs_a_decision_and_one_before_it_a_new_version(office: ProjectOffice) -> None:
    office.open()
    office.enter()
    office.plan()
    with session_scope() as session:
        moved = days.Moved("投標期間延長")
        days.move_end(session, CODE, LATER, moved, by=STAFF, catalogue=office.rules, at=now())
    with session_scope() as session:
        newest = session.query(Plan).order_by(Plan.version.desc()).first()
        assert newest is not None
        assert "115年12月31日" in repr(newest.content["sections"]["period"])
    office.plan()
    office.decide()
    with pytest.raises(BadSource, match="核可"):
        office.move_end(date(2027, 1, 29), number="")
    with session_scope() as session:
        assert len(projects.dates(session, PROJECT, ProjectDay.END)) == 2


def test_a_review_that_opened_before_the_decision_gives_way_and_opens_anew(
    office: ProjectOffice, clock: FixedClock
) -> None:
    office.under_way()
    clock.set(AFTER)
    office.review()
    office.move_end(LATER)
    with session_scope() as session:
        assert session.query(Report).one().state == ReportState.SUPERSEDED
        assert session.get_one(Campaign, PROJECT).state == CampaignState.INSPECTING
    with pytest.raises(NotAllowed):
        office.write()
    clock.set(AFTER_LATER)
    twice(office.review)
    office.write()
    office.submit_review()
    with pytest.raises(Conflict):
        office.move_end(date(2027, 3, 1))
    assert told("project_review_open") == [STAFF, STAFF]


def test_the_review_is_due_in_working_days_after_the_end(office: ProjectOffice, clock: FixedClock) -> None:
    office.under_way()
    clock.set(AFTER)
    office.review()
    with session_scope() as session:
        assert session.get_one(Project, PROJECT).review_due_on == date(2026, 12, 4)


# ----------------------------------------------------------------------------------------------------- the award


def test_a_price_is_suspected_until_the_day_of_award_is_past_and_then_no_more(
    office: ProjectOffice, clock: FixedClock
) -> None:
    office.plant()
    office.under_way()
    office.award(date(2026, 11, 9))
    clock.set("2026-11-09T15:00:00+08:00")
    office.crawl()
    with session_scope() as session:
        assert len(projects.places(session)) == 1
    clock.set("2026-11-10T09:00:00+08:00")
    assert office.suspect() == []


def test_an_open_suspicion_gets_a_hint_and_a_person_still_decides(office: ProjectOffice, clock: FixedClock) -> None:
    office.plant()
    office.under_way()
    office.crawl()
    (found,) = office.suspect()
    assert hint(office, found) == ""
    twice(lambda: office.award(date(2026, 11, 9)))
    clock.set("2026-11-09T17:00:00+08:00")
    assert hint(office, found) == ""  # the day itself is still secret
    clock.set("2026-11-10T09:00:00+08:00")
    assert "決標日為115年11月9日" in hint(office, found)
    assert CODE in hint(office, found)
    office.suspect()
    assert [one.state for one in suspicions()] == [SuspicionState.OPEN]
    office.award(None, reason="撤銷決標")
    assert hint(office, found) == ""


def test_only_the_projects_own_folder_is_drawn_and_only_what_it_watches(office: ProjectOffice) -> None:
    office.plant()
    office.plant(ELSEWHERE)
    office.plant(name="公告.txt", text="本案訂於近日公告。\n")
    office.under_way()
    office.crawl()
    (found,) = office.suspect()
    assert found.unit_id == WORKS


def test_the_award_of_one_project_ends_no_other_ones_secret(office: ProjectOffice, clock: FixedClock) -> None:
    office.plant(ELSEWHERE, text=price_sheet())
    office.open(places=(Place(WORKS, ELSEWHERE),))
    entry = office.enter()
    office.plan()
    office.decide()
    office.pledges()
    office.sign(entry)
    office.crawl()
    with session_scope() as session:
        from inspection.projects.open import WantedProject, open_project
        from inspection.vocabulary import ProjectKind

        other = WantedProject(
            ProjectKind.TENDER, WORKS, date(2026, 11, 2), LAST, STAFF, "竹影", places=(Place(WORKS, "標案/甲"),)
        )
        open_project(session, other, catalogue=office.rules, at=now())
        days.set_public_day(session, "竹影", date(2026, 11, 3), days.Moved(""), by=STAFF, at=now())
    clock.set("2026-11-10T09:00:00+08:00")
    with session_scope() as session:
        assert suspect(session, PROJECT, catalogue=office.rules, actor=STAFF, at=now()) == 1


def test_correcting_or_withdrawing_a_day_needs_a_reason_and_keeps_the_first(office: ProjectOffice) -> None:
    office.under_way()
    office.award(date(2026, 11, 9))
    with pytest.raises(BadSource):
        office.award(None)
    office.award(None, reason="撤銷決標")
    with session_scope() as session:
        kept = [one.day for one in projects.dates(session, PROJECT, ProjectDay.PUBLIC)]
    assert kept == [date(2026, 11, 9), None]


# ------------------------------------------------------------------------------------------------ the signatures


def test_who_has_not_signed_is_reminded_step_by_step_until_the_signature(
    office: ProjectOffice, clock: FixedClock, mail_server: MailServer
) -> None:
    office.open()
    entry = office.enter()
    office.enter_outsider()
    office.plan()
    office.decide()
    office.pledges()
    assert told("project_pledge") == ["P042"]
    assert told("project_pledge_gaps") == [STAFF]  # an outsider has no address here
    clock.set("2026-11-05T08:30:00+08:00")

    def remind(on: date) -> int:
        with session_scope() as session:
            return remind_of_pledges(session, on=on, catalogue=office.rules, at=now()).reminded

    assert remind(date(2026, 11, 4)) == 0
    twice(lambda: remind(date(2026, 11, 5)))
    assert told("project_pledge_reminder") == ["P042"]
    clock.set("2026-11-09T09:00:00+08:00")
    office.sign(entry)
    deliver_due(session_scope, at=now())
    with session_scope() as session:
        states = {one.kind: one.state.value for one in session.query(Notice) if one.person_id == "P042"}
    assert states["project_pledge_reminder"] == "cancelled"  # signed meanwhile
    assert remind(date(2026, 11, 16)) == 1  # the officer in charge: one outsider is left
    assert told("project_pledge_reminder") == ["P042"]


def test_one_entry_that_fails_keeps_no_other_from_being_reminded(office: ProjectOffice, clock: FixedClock) -> None:
    office.open()
    first = office.enter()
    second = office.enter("P041", "單位主管")
    office.plan()
    office.decide()
    office.pledges()
    with session_scope() as session:  # handed out in a year nobody knows the working days of
        session.get_one(PersonInTheKnow, first).pledge_sent_on = date(2010, 1, 4)
    clock.set("2026-11-05T08:30:00+08:00")
    for failed_before in (0, 1):
        with session_scope() as session:
            counts = remind_of_pledges(session, on=date(2026, 11, 5), catalogue=office.rules, at=now())
        assert (counts.reminded > 0, counts.failed) == (not failed_before, 1)
    assert told("project_pledge_reminder") == ["P041"]
    assert told("follow_up_failed") == [STAFF], "of a project the officer in charge hears, and nobody else"
    with session_scope() as session:
        failures = session.query(Event).filter_by(action="follow_up_failed").all()
    assert [one.subject_id.rpartition(":")[2] for one in failures] == [str(first)]
    assert second != first


def test_a_late_signature_is_told_as_late_and_one_never_given_as_a_gap(
    office: ProjectOffice, clock: FixedClock
) -> None:
    office.open()
    entry = office.enter()
    outsider = office.enter_outsider()
    office.plan()
    office.decide()
    office.pledges()
    clock.set("2026-11-16T09:00:00+08:00")
    office.sign(entry)
    clock.set(AFTER)
    office.review()
    with session_scope() as session:
        review = session.query(Report).one()
        assert review.content["pledges"] == [
            "知悉人員先後共2人，已切結1人（其中逾期切結1人），解除知悉0人。",
            "尚未切結1人，於切結前均未閱覽本案資料。",
        ]
    office.write()
    clock.set("2026-11-23T09:00:00+08:00")
    office.sign(outsider)
    office.submit_review()  # what is submitted says what is so now
    with session_scope() as session:
        newest = session.query(Report).order_by(Report.version.desc()).first()
        assert newest is not None
        assert "應切結者均已切結。" in newest.content["pledges"]


def test_a_signature_needs_a_number_or_a_scan_and_is_given_once(office: ProjectOffice) -> None:
    office.open()
    entry = office.enter()
    with pytest.raises(BadSource, match="文號"):
        office.sign(entry, number="")
    with pytest.raises(BadSource):
        office.sign(entry, on=date(2026, 11, 3))
    twice(lambda: office.sign(entry))
    with pytest.raises(Conflict):
        office.sign(entry, number="示市政字第1150000201號")
    assert [one.pledge_number for one in entries()] == ["示市政字第1150000200號"]
