"""The progress page says what is so: while a crawl runs, where the plan leaves a unit out, by one figure."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from campaigns.assessed import confirm_assessment
from conftest import FixedClock
from inspection.campaigns.open import Wanted, open_campaign
from inspection.campaigns.progress import progress
from inspection.findings.suspect import suspect
from inspection.model import Campaign, CrawlRun, CrawlShare, Suspicion
from inspection.model.lifecycle import CrawlState
from inspection.planning.assess import assess
from inspection.portal.progress_charts import asked_of, returns
from inspection.rules import catalogue
from inspection.store import calendar_days, campaigns, checklists
from inspection.store.session import session_scope
from inspection.vocabulary import ReadReason, Role
from portal import story
from portal.client import visible_text
from portal.conftest import Portal
from portal.small_office import grant

CAMPAIGN = story.CAMPAIGN
PAGE = f"/progress/{CAMPAIGN}"


@pytest.fixture
def inspected(portal: Portal, clock: FixedClock) -> Portal:
    """The forms mostly back, the shares read, 疑似事項 drawn."""
    with session_scope() as session:
        for chapter in (story.submit, story.approve, story.inspect):
            chapter(session)
    clock.set("2026-11-11T09:00:00+08:00")
    return portal


def cells(portal: Portal, unit: str, person: str = "ethics") -> list[str]:
    """A unit's row in the table: notified, returned, reviewed, crawled, judged, issued, mended."""
    browser = portal.browser()
    browser.sign_in(person)
    assert browser.get(PAGE).status_code == 200
    row = next(row for row in browser.page.split("<tr>") if f'keep">{unit}</td>' in row and "<td" in row)
    return re.findall(r"<td[^>]*>([^<]*)</td>", row)[1:]


def page_text(portal: Portal) -> str:
    """The whole page's words."""
    browser = portal.browser()
    browser.sign_in("ethics")
    browser.get(PAGE)
    return visible_text(browser.page)


def test_a_crawl_that_runs_is_no_fault_of_anybody(inspected: Portal) -> None:
    with session_scope() as session:
        session.get_one(CrawlRun, f"{CAMPAIGN}:crawl").state = CrawlState.READING
        for covered in session.query(CrawlShare):
            covered.complete = False
    assert cells(inspected, "民政課")[3] == "清查中"
    assert "未完整 " not in page_text(inspected).replace("退回補正或未完整", "")


def test_an_ended_crawl_says_what_it_did_not_cover(inspected: Portal) -> None:
    assert cells(inspected, "資訊室")[3] == "未完整"
    assert cells(inspected, "民政課")[3] == "已清查"


def test_nothing_is_judged_before_anything_was_drawn(portal: Portal, clock: FixedClock) -> None:
    with session_scope() as session:
        for chapter in (story.submit, story.approve):
            chapter(session)
        story._crawl(session, clock.instant)
    assert cells(portal, "民政課")[4] == "—"
    with session_scope() as session:
        suspect(session, CAMPAIGN, catalogue=catalogue.current(), actor="ethics", at=clock.instant)
    assert cells(portal, "民政課")[4] == "無疑似事項"
    assert cells(portal, "社會課")[4] == "待判定3件"


def test_a_unit_the_plan_leaves_out_is_not_waited_for(inspected: Portal) -> None:
    with session_scope() as session:
        for covered in session.query(CrawlShare).where(CrawlShare.share_id == "S-U08"):
            covered.listed, covered.reason = False, ReadReason.EXCLUDED
    assert cells(inspected, "資訊室")[3] == "計畫不予清查"
    assert cells(inspected, "清潔隊")[3] == "無分享區"
    assert "10／10" in page_text(inspected), "of those the plan has read, all were read"
    with session_scope() as session:
        told = progress(session, CAMPAIGN)
    assert (told["shares_complete"], told["shares_left_out"]) == ("10/10", 1)


def test_returned_forms_are_one_figure_on_the_page(inspected: Portal) -> None:
    with session_scope() as session:
        here = sum(one.state in checklists.ARRIVED for one in checklists.of_campaign(session, CAMPAIGN))
    text = page_text(inspected)
    assert here == 9
    assert f"{here}／12" in text
    assert f"尚有{12 - here}個單位未收件（其中1個退回補正）" in text
    assert re.search(rf"\b{here}個\b", text)


def test_the_label_of_the_first_day_stands_clear_of_the_axis(inspected: Portal, clock: FixedClock) -> None:
    clock.set("2026-11-02T10:00:00+08:00")
    with session_scope() as session:
        campaign = session.get_one(Campaign, CAMPAIGN)
        asked = asked_of(checklists.of_campaign(session, CAMPAIGN))
        calendar = calendar_days.calendar(session)
        drawn = returns(campaign, asked, today=date(2026, 11, 2), calendar=calendar)
    assert (drawn.now, drawn.end_y) == (0, 206)
    browser = inspected.browser()
    browser.sign_in("ethics")
    browser.get(PAGE)
    (y,) = re.findall(r'<text class="c-blue" x="[\d.]+" y="([\d.]+)"[^>]*>0個<', browser.page)
    assert float(y) < 215, "the axis is labelled at 230"


def test_pictures_read_late_add_to_a_drawing_that_found_nothing(portal: Portal, clock: FixedClock) -> None:
    with session_scope() as session:
        for chapter in (story.submit, story.approve):
            chapter(session)
        assert suspect(session, CAMPAIGN, catalogue=catalogue.current(), actor="ethics", at=clock.instant) == 0
        assert session.query(Suspicion).count() == 0
        first = campaigns.get(session, CAMPAIGN).suspected_at
        suspect(session, CAMPAIGN, catalogue=catalogue.current(), actor="ethics", at=clock.instant + timedelta(days=1))
        session.expire_all()
        assert campaigns.get(session, CAMPAIGN).suspected_at == first == clock.instant


@pytest.mark.parametrize("person", ["works", "works_head", "social"])
def test_a_contact_and_a_head_find_their_cases_by_the_menu(inspected: Portal, person: str) -> None:
    browser = inspected.browser()
    browser.sign_in(person)
    browser.get("/")
    assert 'href="/fixes"' in browser.page
    for path in re.findall(r'<li><a href="([^"]+)"', browser.page):
        assert browser.get(path).status_code == 200, path


def test_the_heading_of_somebody_with_two_kinds_of_roles_names_units_only(inspected: Portal) -> None:
    with session_scope() as session:
        grant(session, "works", Role.INSPECTOR, "U02")
        grant(session, "works", Role.INSPECTOR, "")
    browser = inspected.browser()
    browser.sign_in("works")
    browser.get("/fixes")
    assert re.search(r'band__org">工務課、社會課<', browser.page)


def test_who_looks_at_the_ethics_office_is_told_that_only_its_cases_are_listed(inspected: Portal) -> None:
    browser = inspected.browser()
    browser.sign_in("inspector")
    browser.get("/fixes")
    assert "本頁列政風室之案件，依計畫由您檢查及複查" in visible_text(browser.page)


@pytest.mark.parametrize(
    ("role", "told"), [(Role.AUDITOR, "稽核資料由政風室提供"), (Role.SUPERIOR_ETHICS, "檢查結果以書面陳報")]
)
def test_a_role_without_pages_is_told_where_its_matters_lie(inspected: Portal, role: Role, told: str) -> None:
    with session_scope() as session:
        grant(session, "nobody", role, "")
    browser = inspected.browser()
    browser.sign_in("nobody")
    browser.get("/")
    assert told in visible_text(browser.page)
    assert "目前沒有待辦" not in browser.page


def test_a_first_assessment_nobody_took_for_theirs_says_that_it_waits(portal: Portal) -> None:
    rules = catalogue.current()
    with session_scope() as session:
        wanted = Wanted("semiannual", date(2026, 11, 2), date(2026, 11, 20), "ethics", campaign_id=CAMPAIGN)
        open_campaign(session, wanted, catalogue=rules, at=story.SUBMITTED_AT)
        assess(session, CAMPAIGN, catalogue=rules, actor="ethics", at=story.SUBMITTED_AT)
    assert "狀況研判待確認" in page_text(portal)
    with session_scope() as session:
        confirm_assessment(session, CAMPAIGN)
    assert "狀況研判待確認" not in page_text(portal)
