"""The page of 檢查結案 and 列管結清: what each lacks and where it is mended, the letter's number, and the verb."""

from __future__ import annotations

import re

from sqlalchemy import update

from conftest import FixedClock
from inspection.model import Checklist, Suspicion
from inspection.model.lifecycle import CampaignState, ChecklistState, SuspicionState
from inspection.store import campaigns, findings
from inspection.store.session import session_scope
from portal import story
from portal.client import Browser, visible_text
from portal.conftest import Portal

PAGE = f"/campaigns/{story.CAMPAIGN}/conclusion"
LETTER = "report_to_superior_agency"


def entered(portal: Portal, person: str) -> Browser:
    """Somebody at the page."""
    browser = portal.browser()
    browser.sign_in(person)
    assert browser.get(PAGE).status_code == 200
    return browser


def reasons(browser: Browser) -> list[tuple[str, str]]:
    """What is missing, with the page where it is mended."""
    found = re.findall(r"<li><span>(.*?)</span>(?: <a class=\"link keep\" href=\"(.*?)\")?", browser.page)
    return [(words, path) for words, path in found]


def test_each_thing_missing_is_told_with_where_it_is_mended(portal: Portal, clock: FixedClock) -> None:
    with session_scope() as session:
        for chapter in (story.submit, story.approve, story.inspect):
            chapter(session)
    clock.set("2026-11-12T09:00:00+08:00")
    browser = entered(portal, "ethics")
    told = dict(reasons(browser))
    assert told.pop("檢查報告尚未核定。") == f"/campaigns/{story.CAMPAIGN}/campaign_report"
    assert "/suspicions" in told.values() and f"/campaigns/{story.CAMPAIGN}/unit_report" in told.values()
    assert f"#sent-{LETTER}" in told.values()
    assert not any("clos" in words or "_" in words for words in told)
    assert f'id="sent-{LETTER}"' in browser.page
    assert ">檢查結案</button>" not in browser.page
    for path in {path for path in told.values() if path.startswith("/") and "report" not in path}:
        assert browser.get(path).status_code == 200, path
    browser.get(PAGE)
    answer = browser.send(PAGE, {})
    assert answer.status_code == 422
    assert "未能檢查結案" in visible_text(browser.page)
    with session_scope() as session:
        assert campaigns.get(session, story.CAMPAIGN).state not in campaigns.CONCLUDED


def test_the_head_reads_the_reasons_and_does_nothing_a_unit_sees_no_page(portal: Portal, clock: FixedClock) -> None:
    with session_scope() as session:
        for chapter in (story.submit, story.approve):
            chapter(session)
    head = entered(portal, "mayor")
    assert reasons(head) and all(path == "" for _, path in reasons(head))
    assert "<form" not in head.page.split("<main", 1)[-1].split("</main>")[0]
    unit = portal.browser()
    unit.sign_in("works")
    assert unit.get(PAGE).status_code in {403, 404}


def test_the_number_is_entered_and_the_inspection_concluded_with_its_cases_open(
    portal: Portal, clock: FixedClock
) -> None:
    with session_scope() as session:
        for chapter in (story.submit, story.approve, story.inspect, story.report, story.sign_and_issue):
            chapter(session)
        session.flush()
    clock.set("2026-11-23T09:10:00+08:00")
    browser = entered(portal, "ethics")
    with session_scope() as session:
        cases = len(findings.unreleased_of(session, story.CAMPAIGN))
    assert cases and f"列管中{cases}件" in visible_text(browser.page)
    assert sum(path.startswith("/fixes/") for _, path in reasons(browser)) == cases
    for wrong in ({"on": "", "number": "示市政字第1號"}, {"on": "2026-11-20", "number": " "}):
        assert browser.send(f"{PAGE}/sent", {"letter": LETTER, **wrong}).status_code == 422
        assert "problem" in browser.page
    browser.send(f"{PAGE}/sent", {"letter": LETTER, "on": "2026-11-20", "number": "示市政字第1150009001號"})
    browser.get(PAGE)
    assert all("檢查表" in words or "疑似事項" in words for words, path in reasons(browser) if "/fixes/" not in path)
    with session_scope() as session:  # the forms and 疑似事項 the story leaves open come in
        session.execute(update(Checklist).values(state=ChecklistState.ACCEPTED))
        waiting = Suspicion.state.in_(findings.UNDECIDED)
        session.execute(update(Suspicion).where(waiting).values(state=SuspicionState.DISMISSED))
    browser.get(PAGE)
    assert ">檢查結案</button>" in browser.page
    browser.send(PAGE, {})
    browser.get(PAGE)
    assert "已檢查結案" in visible_text(browser.page)
    with session_scope() as session:
        assert campaigns.get(session, story.CAMPAIGN).state is CampaignState.CONCLUDED
