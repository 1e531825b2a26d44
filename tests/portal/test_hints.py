"""語意線索 on the page: below the 疑似事項, strong ones first, at most twenty, decided in the officer's own words."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from conftest import FixedClock
from inspection.access.tokens import form_token
from inspection.crawling.campaign import vault
from inspection.findings.clues import draw_clues
from inspection.model import Clue, CrawledFile, CrawlRun, Finding, Hit
from inspection.model.lifecycle import ClueState
from inspection.portal.cookies import session_cookie
from inspection.rules import catalogue
from inspection.store.session import session_scope
from inspection.vocabulary import HitBasis, ReadStatus, Severity, Verdict
from portal import story
from portal.client import Browser, visible_text
from portal.conftest import Portal

CAMPAIGN = story.CAMPAIGN
ANSWER = {
    "outcome": "confirmed",
    "reason": "開啟檢視，足以辨識檢舉人",
    "category": "TOP-HR",
    "severity": "",
    "ground": "",
}


def pointed(unit: str, *strengths: int) -> list[int]:
    """Clues of these grades in files of a unit; their ids in order."""
    with session_scope() as session:
        run = session.get_one(CrawlRun, f"{CAMPAIGN}:crawl")
        for number, strength in enumerate(strengths):
            file = CrawledFile(
                run_id=run.id, shard_id=None, share_id=f"S-{unit}", path_key=f"{unit}{number:061}",
                path_shown=f"雜記{number}.txt", path_sealed=vault().seal("x"), size_bytes=1, modified_at=run.opened_at,
                changed_at=run.opened_at, file_id=str(number), content_key=f"{unit}{number:061}",
                status=ReadStatus.SCANNED, verdict=Verdict.CLEAN, severity=None, mark=None, hints=[], unread=[],
                broad_readers=[],
            )  # fmt: skip
            session.add(file)
            session.flush()
            session.add(
                Hit(
                    crawled_file_id=file.id, detector="TOP-WHISTLE", count=1, people=0, severity=Severity.HIGH,
                    excerpts=["○○○不要讓○○○"], locators=["段落 3"], basis=HitBasis.MEANING, strength=strength,
                )
            )  # fmt: skip
        session.flush()
        draw_clues(session, CAMPAIGN, catalogue=catalogue.current(), at=run.opened_at)
        return list(session.scalars(select(Clue.id).where(Clue.unit_id == unit).order_by(Clue.id)))


@pytest.fixture
def inspected(portal: Portal, clock: FixedClock) -> Portal:
    """疑似事項 drawn."""
    with session_scope() as session:
        for chapter in (story.submit, story.approve, story.inspect):
            chapter(session)
    clock.set("2026-11-12T09:00:00+08:00")
    return portal


def opened(portal: Portal, unit: str, person: str = "ethics") -> Browser:
    """Somebody on the page of a unit."""
    browser = portal.browser()
    browser.sign_in(person)
    browser.get(f"/suspicions/{unit}")
    return browser


def test_clues_stand_below_and_apart_the_strong_ones_first_and_at_most_twenty(inspected: Portal) -> None:
    before = visible_text(opened(inspected, "U04").page)
    assert "語意" not in before
    pointed("U04", *[1] * 15, *[2] * 5, *[3] * 6)
    browser = opened(inspected, "U04")
    page = visible_text(browser.page)
    assert "另有語意線索26件，先顯示20件" in page
    assert browser.page.count('name="clue"') == 20
    grades = [part.split("<")[0] for part in browser.page.split('data-name="強度">')[1:]]
    assert grades == ["強"] * 6 + ["中"] * 5 + ["弱"] * 9
    assert page.index("件待判定") < page.index("語意比對（疑似線索）")
    assert "○○○不要讓○○○" in page
    assert "疑似線索" in page
    waiting = [line for line in before.splitlines() if "待判定" in line]
    assert [line for line in page.splitlines() if "待判定" in line] == waiting, "clues change no count"


def test_an_officer_confirms_in_their_own_words_alone(inspected: Portal) -> None:
    (clue,) = pointed("U04", 3)
    browser = opened(inspected, "U04")
    path = "/suspicions/U04/clues"
    for lacking in ({"reason": ""}, {"category": ""}, {"outcome": "dismissed"}):
        assert browser.send(path, {**ANSWER, "clue": str(clue), **lacking}).status_code == 422
        browser.get("/suspicions/U04")
    assert browser.send(path, ANSWER).status_code == 422
    browser.get("/suspicions/U04")
    assert browser.send(path, {**ANSWER, "clue": str(clue)}).headers["location"] == "/suspicions/U04"
    with session_scope() as session:
        one = session.get_one(Clue, clue)
        assert (one.state, one.category, one.decided_by) == (ClueState.CONFIRMED, "TOP-HR", "ethics")
        assert [row.suspicion_id for row in session.query(Finding)] == [one.suspicion_id]
    browser.get("/suspicions/U04")
    assert "語意線索" not in visible_text(browser.page)


def test_a_unit_with_clues_alone_is_in_the_list_and_nobody_judges_the_own(inspected: Portal) -> None:
    (clue,) = pointed("U11", 3)
    officer = opened(inspected, "U11")
    assert "另有語意線索1件" in visible_text(officer.page)
    assert 'name="clue"' not in officer.page
    # the page has no form for it: sent all the same, with the token of another
    token = form_token(officer.http.cookies[session_cookie()])
    sent = officer.http.post("/suspicions/U11/clues", data={**ANSWER, "clue": str(clue), "form_token": token})
    assert sent.status_code in {403, 404}
    with session_scope() as session:
        assert session.get_one(Clue, clue).state is ClueState.OPEN


@pytest.mark.parametrize("person", ["works", "works_head", "mayor"])
def test_nobody_outside_the_ethics_office_hears_of_a_clue(inspected: Portal, person: str) -> None:
    pointed("U04", 3)
    browser = inspected.browser()
    browser.sign_in(person)
    for page in ("/", "/suspicions", "/suspicions/U04", "/questions"):
        browser.get(page)
        assert "語意" not in visible_text(browser.page)
