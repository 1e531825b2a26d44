"""An unannounced inspection: before the hour set in the plan the inspected see nothing of it, by no way."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date, datetime

import pytest
from lxml import etree

from campaigns.assessed import confirm_assessment
from cli.test_answers import Typing
from conftest import FixedClock
from inspection.campaigns.asking import campaign_asked_for
from inspection.campaigns.open import Wanted, open_campaign
from inspection.campaigns.pledge import Signed, pledge
from inspection.campaigns.year_calendar import year_calendar
from inspection.checklists.issue import issue
from inspection.checklists.prepare import prepare
from inspection.clock import now
from inspection.documents.storage import read_document
from inspection.errors import BadSource, Conflict, NotFound
from inspection.model import Campaign, Deputy, Document, Notice
from inspection.notices.deliver import deliver_due
from inspection.notices.outbox import Letter, write
from inspection.planning.assess import assess
from inspection.planning.decision import decide_plan, plan_in_force
from inspection.planning.draft import draft_plan
from inspection.planning.paper import print_plan
from inspection.planning.submit import submit_plan
from inspection.rules import catalogue
from inspection.store import campaigns, groups
from inspection.store.session import session_scope
from inspection.store.unannounced import hidden_from
from inspection.vocabulary import ApprovalRoute, Role
from portal.client import Browser, visible_text
from portal.conftest import Portal
from portal.small_office import address, grant
from portal.story import decision

CAMPAIGN = "C-115-AD-1102"
BEFORE, HOUR = "2026-11-04T13:59:59+08:00", "2026-11-04T14:00:00+08:00"
REVEAL_AT = datetime.fromisoformat(HOUR)
NAME = "不定期保密檢查"


def wanted(kind: str = "ad_hoc", reveal_at: datetime | None = REVEAL_AT) -> Wanted:
    """An inspection of works and social affairs in November."""
    return Wanted(
        kind, date(2026, 11, 2), date(2026, 11, 20), "ethics", ("U02", "U04"), CAMPAIGN, False, reveal_at=reveal_at
    )


def begin(asked: Wanted) -> None:
    """Opens, plans, has it approved and lets the checklists be written, all before the hour."""
    rules = catalogue.current()
    with session_scope() as session:
        open_campaign(session, asked, catalogue=rules, at=now())
        assess(session, CAMPAIGN, catalogue=rules, actor="ethics", at=now())
        confirm_assessment(session, CAMPAIGN)
        draft_plan(session, CAMPAIGN, catalogue=rules, drafted_by="ethics", at=now())
        asked_for = submit_plan(session, CAMPAIGN, catalogue=rules, actor="ethics", at=now())
        plan_id = f"{CAMPAIGN}:v1"
        decide_plan(session, plan_id, decision("mayor", asked_for.content_hash, now().date()), at=now())
        prepare(session, CAMPAIGN, actor="ethics", at=now())
        issue(session, CAMPAIGN, catalogue=rules, actor="ethics", at=now())


def act_for(principal: str, deputy: str) -> None:
    """A deputyship through the whole of November."""
    with session_scope() as session:
        days = (date(2026, 11, 1), date(2026, 11, 30))
        session.add(
            Deputy(principal_id=principal, deputy_id=deputy, valid_from=days[0], valid_until=days[1], ground="公差")
        )


def mails_to(portal: Portal, person: str) -> list[str]:
    """Subjects of what reached a person's mailbox, codes aside."""
    return [
        mail.subject
        for mail in portal.mail.messages()
        if address(person) in mail.recipients and "代碼" not in mail.subject
    ]


def headers(document: Document) -> str:
    """What stands at the head and foot of a paper's pages."""
    with zipfile.ZipFile(io.BytesIO(read_document(document))) as package:
        parts = [name for name in package.namelist() if name.startswith(("word/header", "word/footer"))]
        return "".join("".join(etree.fromstring(package.read(name)).itertext()) for name in parts)


def signed_in(portal: Portal, person: str) -> Browser:
    """A browser on the person's first page."""
    browser = portal.browser()
    browser.sign_in(person)
    browser.get("/")
    return browser


@pytest.fixture
def hidden(portal: Portal, clock: FixedClock) -> Portal:
    """The inspection is prepared, and it is one second before its hour."""
    clock.set("2026-11-02T09:00:00+08:00")
    begin(wanted())
    clock.set(BEFORE)
    return portal


@pytest.mark.clause("S0-07a")
def test_before_the_hour_no_mail_reaches_the_inspected_and_at_the_hour_it_does(
    hidden: Portal, clock: FixedClock
) -> None:
    deliver_due(session_scope, at=now())
    assert mails_to(hidden, "works") == mails_to(hidden, "social") == []
    assert mails_to(hidden, "mayor") == []  # decided already: not wanted any more
    clock.set(HOUR)
    deliver_due(session_scope, at=now())
    (subject,) = mails_to(hidden, "works")
    assert "請填報" in subject


def test_an_hour_moved_back_holds_what_was_written_for_the_earlier_one(hidden: Portal, clock: FixedClock) -> None:
    later = datetime.fromisoformat("2026-11-06T09:00:00+08:00")
    with session_scope() as session:
        session.get_one(Campaign, CAMPAIGN).reveal_at = later
    clock.set(HOUR)
    deliver_due(session_scope, at=now())
    assert mails_to(hidden, "works") == []
    with session_scope() as session:
        assert {one.not_before for one in session.query(Notice).filter_by(kind="checklist_issued")} == {later}


@pytest.mark.parametrize("person", ["works", "works_head", "social"])
def test_before_the_hour_no_page_shows_it_to_the_inspected(hidden: Portal, person: str) -> None:
    browser = signed_in(hidden, person)
    for path in ("/", "/fixes", "/progress", f"/progress/{CAMPAIGN}", f"/plans/{CAMPAIGN}:v1"):
        response = browser.get(path)
        assert NAME not in visible_text(response.text), path
    assert browser.get(f"/progress/{CAMPAIGN}").status_code in {403, 404}
    assert browser.get(f"/plans/{CAMPAIGN}:v1").status_code == 404
    own = f"/checklists/{CAMPAIGN}:{'U02' if person == 'social' else 'U04'}"
    assert {browser.get(path).status_code for path in (own, f"{own}/answers", f"{own}/answers/check")} == {404}


def test_who_acts_for_the_mayor_and_is_inspected_sees_it_at_the_hour_and_not_before(
    hidden: Portal, clock: FixedClock
) -> None:
    act_for("mayor", "works_head")
    browser = signed_in(hidden, "works_head")
    assert browser.get("/progress").status_code == 200
    assert NAME not in visible_text(browser.page)
    assert browser.get(f"/progress/{CAMPAIGN}").status_code == 404
    assert browser.get(f"/plans/{CAMPAIGN}:v1").status_code == 404
    clock.set(HOUR)
    browser = signed_in(hidden, "works_head")
    browser.get("/progress")
    assert NAME in visible_text(browser.page)
    assert browser.get(f"/progress/{CAMPAIGN}").status_code == 200


def test_who_acts_for_an_inspected_head_sees_no_more_than_that_head(hidden: Portal) -> None:
    act_for("works_head", "secretary")
    browser = signed_in(hidden, "secretary")
    assert browser.get(f"/progress/{CAMPAIGN}").status_code == 404


def test_the_ethics_office_and_who_decides_see_it_all_along(hidden: Portal) -> None:
    browser = signed_in(hidden, "ethics")
    assert browser.get(f"/progress/{CAMPAIGN}").status_code == 200
    assert browser.get(f"/plans/{CAMPAIGN}:v1").status_code == 200
    assert signed_in(hidden, "mayor").get(f"/plans/{CAMPAIGN}:v1").status_code == 200


def test_the_hour_stands_in_the_plan_that_is_approved(hidden: Portal) -> None:
    with session_scope() as session:
        plan = plan_in_force(session, CAMPAIGN)
        campaign = campaigns.get(session, CAMPAIGN)
    assert datetime.fromisoformat(plan.content["reveal_at"]) == REVEAL_AT
    (said,) = [line for line in plan.content["sections"]["method"]["lines"] if "不預先通知" in line]
    assert "11月4日（星期三）14時00分前" in said
    assert campaign.checklist_due_on == date(2026, 11, 13)  # seven working days from the day they hear of it


def test_an_ad_hoc_inspection_without_an_hour_is_revealed_when_its_window_begins(
    portal: Portal, clock: FixedClock
) -> None:
    clock.set("2026-11-01T23:59:59+08:00")
    begin(wanted(reveal_at=None))
    deliver_due(session_scope, at=now())
    assert mails_to(portal, "works") == []
    with session_scope() as session:
        plan = plan_in_force(session, CAMPAIGN)
        assert datetime.fromisoformat(plan.content["reveal_at"]) == datetime.fromisoformat("2026-11-02T00:00:00+08:00")
        (said,) = [line for line in plan.content["sections"]["method"]["lines"] if "不預先通知" in line]
        assert "11月2日（星期一）00時00分前" in said
        marked = headers(print_plan(session, CAMPAIGN, catalogue=catalogue.current(), at=now()))
    assert "檢查開始時解密" in marked
    clock.set("2026-11-02T00:00:00+08:00")
    deliver_due(session_scope, at=now())
    assert len(mails_to(portal, "works")) == 1


def test_a_look_at_remote_work_is_announced_unless_an_hour_is_given(portal: Portal, clock: FixedClock) -> None:
    clock.set("2026-11-01T09:00:00+08:00")
    begin(wanted("remote_work", reveal_at=None))
    deliver_due(session_scope, at=now())
    assert len(mails_to(portal, "works")) == 1
    with session_scope() as session:
        plan = plan_in_force(session, CAMPAIGN)
        assert "reveal_at" not in plan.content
        assert not any("不預先通知" in line for line in plan.content["sections"]["method"]["lines"])
        marked = headers(print_plan(session, CAMPAIGN, catalogue=catalogue.current(), at=now()))
    assert "檢查開始時解密" not in marked


def joined(person: str = "it_head") -> None:
    """Somebody of a unit that is not inspected goes along with the inspectors."""
    with session_scope() as session:
        grant(session, person, Role.INSPECTOR, "")


def pledged(person: str, *, by: str, on: date = date(2026, 11, 4)) -> None:
    """Enters a 切結."""
    route = ApprovalRoute.PORTAL if by == person else ApprovalRoute.PAPER
    with session_scope() as session:
        pledge(session, CAMPAIGN, Signed(person, on, route, by), catalogue=catalogue.current(), at=now())


@pytest.mark.parametrize("hour", [REVEAL_AT, None])
def test_who_goes_along_hears_of_it_and_signs_that_morning_and_not_before(
    portal: Portal, clock: FixedClock, hour: datetime | None
) -> None:
    clock.set("2026-11-01T09:00:00+08:00")
    joined()
    begin(wanted(reveal_at=hour))
    with session_scope() as session:
        assert "it_head" in {one for group in groups.in_force(session) for one in group.member_ids}
        letter = Letter("told", "report_delivered", "it_head", {"campaign_name": NAME, "report_name": NAME,
                        "copy_number": 1}, CAMPAIGN)  # fmt: skip
        write(session, letter, at=now())
    deliver_due(session_scope, at=now())
    assert mails_to(portal, "it_head") == []
    door = f"/campaigns/{CAMPAIGN}/pledge"
    browser = signed_in(portal, "it_head")
    for path in ("/", "/progress", f"/progress/{CAMPAIGN}", door):
        assert NAME not in visible_text(browser.get(path).text), path
    assert browser.get(door).status_code == 404
    with pytest.raises(NotFound):
        pledged("it_head", by="it_head", on=date(2026, 11, 1))
    with pytest.raises(Conflict, match="揭露時間"):
        pledged("it_head", by="ethics", on=date(2026, 11, 1))
    revealed = hour or datetime.fromisoformat("2026-11-02T00:00:00+08:00")
    clock.set(revealed.isoformat())
    with pytest.raises(BadSource, match="早於本檢查之揭露時間"):
        pledged("it_head", by="ethics", on=date(2026, 11, 1))
    deliver_due(session_scope, at=now())
    assert len(mails_to(portal, "it_head")) == 1
    browser = signed_in(portal, "it_head")
    assert NAME in visible_text(browser.page)
    assert browser.get(door).status_code == 200
    pledged("it_head", by="it_head", on=revealed.date())


def test_who_comes_from_outside_to_inspect_the_ethics_office_hears_of_it_at_the_hour(
    portal: Portal, clock: FixedClock
) -> None:
    clock.set("2026-11-01T09:00:00+08:00")
    begin(replace(wanted(), unit_ids=("U02", "U04", "U11"), outsider_id="it_head"))
    with session_scope() as session:
        (led,) = [one for one in groups.in_force(session) if one.outsider]
        campaign = campaigns.get(session, CAMPAIGN)
        assert (led.leader_id, led.member_ids) == ("it_head", ())
        before = {one: hidden_from(session, campaign, one, at=now()) for one in ("it_head", "mayor", "ethics", "works")}
        assert before == {"it_head": True, "mayor": False, "ethics": False, "works": True}
        assert not hidden_from(session, campaign, "it_head", at=REVEAL_AT)
    assert NAME not in visible_text(signed_in(portal, "it_head").get("/progress").text)


def test_the_command_line_shows_it_to_nobody_before_its_hour_but_to_who_may_know(
    hidden: Portal, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = Typing(monkeypatch, capsys)
    verbs = [("campaign", "show"), ("campaign", "simulate"), ("checklists", "list"), ("hits", "list")]
    for acting in ((), ("--as", "works")):
        assert CAMPAIGN not in typed("campaign", "list", *acting).out
        for verb in verbs:
            refused = typed(*verb, CAMPAIGN, *acting)
            assert (refused.status, NAME in refused.out + refused.err) == (2, False), verb
    assert typed("crawl", "run", CAMPAIGN).status == 2
    assert CAMPAIGN in typed("campaign", "list", "--as", "ethics").out
    assert [typed(*verb, CAMPAIGN, "--as", "ethics").status for verb in verbs] == [0] * len(verbs)
    clock.set(HOUR)
    assert CAMPAIGN in typed("campaign", "list").out
    assert typed("campaign", "show", CAMPAIGN).status == 0


@pytest.mark.parametrize("reveal_at", [REVEAL_AT, None])
def test_the_calendar_of_the_year_hangs_in_every_office(
    portal: Portal, clock: FixedClock, reveal_at: datetime | None
) -> None:
    """A look at remote work with an hour of its own is not on it before that hour."""
    clock.set("2026-11-01T09:00:00+08:00")
    with session_scope() as session:
        rules = catalogue.current()
        open_campaign(session, wanted("remote_work", reveal_at), catalogue=rules, at=now())

        def shown(at: datetime) -> bool:
            entries = year_calendar(session, 2026, catalogue=rules, at=at).entries
            return any(CAMPAIGN in one.key for one in entries)

        assert (shown(now()), shown(REVEAL_AT)) == (reveal_at is None, True)


@pytest.mark.parametrize("goes", [False, True])
def test_whom_a_draft_names_to_go_along_is_not_asked_for_an_opinion_before_the_hour(
    portal: Portal, clock: FixedClock, *, goes: bool
) -> None:
    clock.set("2026-11-01T09:00:00+08:00")
    if goes:
        joined()
    begin(wanted())
    with session_scope() as session:
        asked = {one.person_id for one in session.query(Notice).filter_by(kind="opinion_requested")}
    assert asked == {"admin_head"} | (set() if goes else {"it_head"})


def test_the_form_reads_the_hour_in_the_offices_own_zone(portal: Portal) -> None:
    with session_scope() as session:
        asked = campaign_asked_for(session, "ad_hoc", {"reveal_at": "2026-11-04 14:00"}, at=now())
        assert asked.reveal_at == REVEAL_AT
        with pytest.raises(BadSource, match="reveal_at 不是時間"):
            campaign_asked_for(session, "ad_hoc", {"reveal_at": "下午兩點"}, at=now())
        with pytest.raises(BadSource, match="受檢單位將於期間過後才獲知"):
            late = datetime.fromisoformat("2026-11-21T09:00:00+08:00")
            open_campaign(session, wanted(reveal_at=late), catalogue=catalogue.current(), at=now())
