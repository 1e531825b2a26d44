"""會辦 members see their group's units only, within the window, after their 切結: asked at every door."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from starlette.testclient import TestClient

from access.asked import allows
from campaigns.paper_office import CAMPAIGN, ETHICS_HEAD, SECOND_STAFF, SOCIAL, STAFF, WORKS, PaperOffice
from conftest import FixedClock
from inspection import clock as now
from inspection.access import sessions
from inspection.access.policy import Act
from inspection.campaigns.pledge import Signed, pledge
from inspection.checklists.review import accept
from inspection.errors import BadSource, NotAllowed
from inspection.findings.triage import Verdict, triage
from inspection.model import Event, Pledge, Suspicion
from inspection.portal.app import create_app
from inspection.store import checklists, groups
from inspection.store.session import session_scope
from inspection.vocabulary import ApprovalRoute, TriageOutcome
from portal.client import hidden_fields, visible_text

AFTER = "2026-11-21T09:00:00+08:00"


def member(unit: str) -> str:
    """The 會辦 member of the group that inspects a unit, and of no other group."""
    with session_scope() as session:
        found = [one for one in groups.in_force(session) if unit in one.unit_ids]
    ((person,),) = [one.member_ids for one in found]
    return person


def signed(person: str, *, by: str | None = None, on: date | None = None) -> Pledge:
    """Records a 切結."""
    entered = by or person
    route = ApprovalRoute.PORTAL if entered == person else ApprovalRoute.PAPER
    with session_scope() as session:
        wanted = Signed(person, on or now.today(), route, entered)
        return pledge(session, CAMPAIGN, wanted, catalogue=PaperOffice().rules, at=now.now())


def under_way(office: PaperOffice) -> int:
    """Forms back from both units, one statement of the works unit not conforming; the suspicion's id."""
    office.approved_plan()
    office.send_forms()
    wrong = office.items(WORKS)[0]
    for unit in office.units:
        office.return_form(unit, {wrong: "不符合"} if unit == WORKS else {})
    (only,) = office.suspect()
    return only


def may(person: str, act: Act, suspicion_id: int) -> bool:
    """Whether the table lets a person."""
    with session_scope() as session:
        return allows(session, person, act, session.get_one(Suspicion, suspicion_id), at=now.now())


def test_before_the_pledge_nothing_and_after_it_the_own_groups_unit_alone(office: PaperOffice) -> None:
    suspicion = under_way(office)
    joined, other = member(WORKS), member(SOCIAL)
    assert joined != other
    assert not may(joined, Act.READ_SUSPICION, suspicion)
    signed(joined)
    signed(other)
    assert may(joined, Act.READ_SUSPICION, suspicion)
    assert not may(other, Act.READ_SUSPICION, suspicion)
    with session_scope() as session:
        for unit, sees in ((WORKS, True), (SOCIAL, False)):
            checklist = checklists.get(session, f"{CAMPAIGN}:{unit}")
            assert allows(session, joined, Act.READ_CHECKLIST, checklist, at=now.now()) is sees


def test_seeing_is_not_judging(office: PaperOffice) -> None:
    suspicion = under_way(office)
    joined = member(WORKS)
    signed(joined)
    with pytest.raises(NotAllowed), session_scope() as session:
        verdict = Verdict(TriageOutcome.CONFIRMED, joined, "屬實")
        triage(session, [suspicion], verdict, catalogue=office.rules, at=now.now())
    with pytest.raises(NotAllowed), session_scope() as session:
        accept(session, f"{CAMPAIGN}:{WORKS}", person_id=joined, at=now.now())
    for act in (Act.TRIAGE, Act.READ_PROGRESS, Act.READ_PLAN):
        assert not may(joined, act, suspicion)


def test_after_the_window_nothing_any_more(office: PaperOffice, clock: FixedClock) -> None:
    suspicion = under_way(office)
    joined = member(WORKS)
    signed(joined)
    clock.set("2026-11-20T23:59:00+08:00")
    assert may(joined, Act.READ_SUSPICION, suspicion)
    clock.set(AFTER)
    assert not may(joined, Act.READ_SUSPICION, suspicion)


def test_an_earlier_campaign_of_the_unit_stays_closed_to_the_member(office: PaperOffice) -> None:
    suspicion = under_way(office)
    signed(member(WORKS))
    with session_scope() as session:
        row = session.get_one(Suspicion, suspicion)
        office_units = {unit for one in groups.in_force(session) for unit in one.unit_ids}
    assert office_units == {SOCIAL, WORKS}
    office.approved_plan("C-earlier", first_day=date(2026, 11, 2), last_day=date(2026, 11, 20))
    with session_scope() as session:
        session.get_one(Suspicion, row.id).campaign_id = "C-earlier"
    assert not may(member_of("C-paper", WORKS), Act.READ_SUSPICION, suspicion)


def member_of(campaign_id: str, unit: str) -> str:
    """The member of a campaign's group for a unit."""
    with session_scope() as session:
        found = [one for one in groups.in_force(session) if one.campaign_id == campaign_id and unit in one.unit_ids]
    return found[0].member_ids[0]


def test_the_pledge_is_once_and_only_of_a_member(office: PaperOffice) -> None:
    under_way(office)
    joined = member(WORKS)
    first = signed(joined, by=SECOND_STAFF)
    again = signed(joined)
    assert (first.entered_by, again.entered_by, again.route) == (SECOND_STAFF, SECOND_STAFF, ApprovalRoute.PAPER)
    with session_scope() as session:
        assert session.query(Event).filter_by(action="pledged").count() == 1
    with pytest.raises(NotAllowed, match="檢查小組成員"):
        signed(STAFF)
    with pytest.raises(NotAllowed, match="切結僅得由本人登錄；紙本由政風室登錄"):
        signed(member(SOCIAL), by=joined)
    with pytest.raises(BadSource, match="切結日期不得晚於今日"):
        signed(member(SOCIAL), by=ETHICS_HEAD, on=now.today() + timedelta(days=1))


def browser(person: str) -> TestClient:
    """A signed-in browser."""
    with session_scope() as session:
        cookie = sessions.start(session, person, at=now.now())
    made = TestClient(create_app(), base_url="http://127.0.0.1:8601", follow_redirects=False)
    made.cookies.set("inspection", cookie)
    return made


def test_on_the_portal_the_member_signs_first_and_then_sees(office: PaperOffice, clock: FixedClock) -> None:
    under_way(office)
    joined = member(WORKS)
    visitor = browser(joined)
    home = visitor.get("/")
    assert "簽具切結" in home.text
    for path in ("/suspicions", f"/suspicions/{WORKS}"):
        assert visitor.get(path).status_code in {403, 404}
    page = visitor.get(f"/campaigns/{CAMPAIGN}/pledge")
    assert "保密切結書" in visible_text(page.text)
    fields = hidden_fields(page.text, f"/campaigns/{CAMPAIGN}/pledge")
    assert visitor.post(f"/campaigns/{CAMPAIGN}/pledge", data=fields).status_code == 422
    assert visitor.post(f"/campaigns/{CAMPAIGN}/pledge", data={**fields, "agreed": "yes"}).status_code == 303
    assert "簽具切結" not in visitor.get("/").text
    batch = visitor.get(f"/suspicions/{WORKS}")
    assert batch.status_code == 200
    assert "會辦人員僅得於檢查期間閱覽" in batch.text
    assert visitor.get(f"/suspicions/{SOCIAL}").status_code == 404
    own = hidden_fields(batch.text, f"/suspicions/{WORKS}")
    judged = {**own, "outcome": "confirmed", "reason": "屬實", "suspicion": "1"}
    assert visitor.post(f"/suspicions/{WORKS}", data=judged).status_code == 403
    clock.set(AFTER)
    later = browser(joined)
    assert later.get("/suspicions").status_code == 403
    assert later.get(f"/suspicions/{WORKS}").status_code == 404


def test_who_is_no_member_is_shown_no_pledge(office: PaperOffice) -> None:
    under_way(office)
    for person in (STAFF, "P022"):
        assert browser(person).get(f"/campaigns/{CAMPAIGN}/pledge").status_code == 404
