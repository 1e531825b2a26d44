"""The page 判定所教: second looks for who may take them, versions laid before the head, released and taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from findings.crawled import crawl
from findings.test_learning import OPTIONS, filled, lay_over
from inspection import clock
from inspection.crawling.campaign import run_id_of, vault
from inspection.findings.clues import ClueVerdict, judge_clues
from inspection.findings.learning import learn_tonight
from inspection.findings.suspect import suspect
from inspection.model import Approval, Clue, Correction, CrawlRun
from inspection.model.lifecycle import ClueState, CorrectionState
from inspection.rules import catalogue
from inspection.store.session import session_scope
from inspection.vocabulary import TriageOutcome
from portal.client import Browser, visible_text
from portal.conftest import Portal
from portal.small_office import open_campaign

PAGE = "/lessons"


def draw(numbers: range, *, version: int | None = None) -> list[int]:
    """Clues of one campaign's crawl."""
    crawl("C1", [filled(number, share="S-U04") for number in numbers])
    with session_scope() as session:
        session.get_one(CrawlRun, run_id_of("C1")).correction_version = version
        suspect(session, "C1", catalogue=catalogue.current(), actor="ethics", at=clock.now())
        return [one.id for one in session.scalars(select(Clue).order_by(Clue.id))]


def dismiss(ids: list[int], person: str = "ethics") -> None:
    """An officer finds them harmless."""
    with session_scope() as session:
        said = ClueVerdict(TriageOutcome.DISMISSED, person, "僅為公告", "", None, "public")
        judge_clues(session, ids, said, catalogue=catalogue.current(), at=clock.now())


@pytest.fixture
def drawn(portal: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Ten clues; every dismissal is looked at again, and one person's decisions are enough to learn from."""
    lay_over(tmp_path, monkeypatch, OPTIONS % (100, 10, 5, 1))
    with session_scope() as session:
        open_campaign(session)
    return draw(range(10))


def at(portal: Portal, person: str) -> Browser:
    """A browser before the page."""
    browser = portal.browser()
    browser.sign_in(person)
    assert browser.get(PAGE).status_code == 200
    return browser


def looked(portal: Portal, ids: list[int], outcome: str = "agree") -> None:
    """The head looks again."""
    browser = at(portal, "ethics_head")
    fields: dict[str, str | list[str]] = {"clue": [str(one) for one in ids], "reason": "複看相同", "outcome": outcome}
    assert browser.send(f"{PAGE}/second-look", fields).status_code == 303


def test_the_head_looks_again_at_what_was_drawn_and_the_officer_not_at_their_own(
    portal: Portal, drawn: list[int]
) -> None:
    dismiss(drawn)
    own = at(portal, "ethics")
    assert "沒有待您複看之線索" in visible_text(own.page)
    head = at(portal, "ethics_head")
    text = visible_text(head.page)
    assert "待複看10件" in text
    assert "已公布或得公開之資料" in text
    assert "僅為公告" in text
    for fields, told in (
        ({"reason": "是", "outcome": "agree"}, "請先勾選"),
        ({"clue": [str(drawn[0])], "outcome": "agree"}, "請寫明開啟檔案後所見"),
        ({"clue": ["999999"], "reason": "是", "outcome": "agree"}, "已由他人複看"),
    ):
        answer = head.send(f"{PAGE}/second-look", fields)  # type: ignore[arg-type]
        assert answer.status_code == 422
        assert told in visible_text(answer.text)
        head.get(PAGE)
    looked(portal, drawn[:4])
    looked(portal, drawn[4:5], "open")
    with session_scope() as session:
        clues = {one.id: one for one in session.scalars(select(Clue))}
    assert [clues[one].looked_again_by for one in drawn[:4]] == ["ethics_head"] * 4
    assert clues[drawn[4]].state is ClueState.OPEN
    assert "待複看5件" in visible_text(at(portal, "ethics_head").page)


def test_strangers_find_no_such_page(portal: Portal, drawn: list[int]) -> None:
    for person in ("works", "mayor", "inspector"):
        browser = portal.browser()
        browser.sign_in(person)
        assert browser.get(PAGE).status_code in {403, 404}


def test_a_version_is_laid_released_and_taken_back_on_pages(portal: Portal, drawn: list[int]) -> None:
    dismiss(drawn)
    looked(portal, drawn)
    with session_scope() as session:
        key, rules = vault().sketch_key, catalogue.current()
        assert learn_tonight(session, catalogue=rules, key=key, actor="dag:learn_lessons", at=clock.now()).learned == 1
    officer = at(portal, "ethics")
    assert "10件，其中10件將降一級" in visible_text(officer.page)
    assert officer.send(f"{PAGE}/lay", {"version": "7x"}).status_code == 422
    officer.get(PAGE)
    assert officer.send(f"{PAGE}/lay", {"version": "1"}).status_code == 303
    head = portal.browser()
    head.sign_in("ethics_head")
    assert "語意比對修正核定" in visible_text(head.get("/").text)
    matter = head.get("/matters/lessons:1")
    assert "至多降一級" in visible_text(matter.text)
    assert head.send("/matters/lessons:1/decision", {"outcome": "approved", "remark": ""}).status_code == 200
    sent = head.send("/matters/lessons:1/decision/confirm", {"code": head.code("ethics_head")})
    assert sent.status_code == 303
    with session_scope() as session:
        assert session.get_one(Correction, 1).state is CorrectionState.RELEASED
        assert session.scalars(select(Approval)).one().decided_by == "ethics_head"
    officer.get(PAGE)
    assert "生效中" in visible_text(officer.page)
    assert officer.send(f"{PAGE}/take-back", {"reason": ""}).status_code == 422
    officer.get(PAGE)
    assert officer.send(f"{PAGE}/take-back", {"reason": "有應列強者被降級"}).status_code == 303
    with session_scope() as session:
        assert session.get_one(Correction, 1).state is CorrectionState.TAKEN_BACK


def test_the_page_of_clues_says_how_many_were_lowered(portal: Portal, drawn: list[int]) -> None:
    browser = portal.browser()
    browser.sign_in("ethics")
    assert "依判定所教" not in visible_text(browser.get("/suspicions/U04").text)
    with session_scope() as session:
        for one, (strength, read) in zip(session.scalars(select(Clue)), [(2, 3), (1, 2), (3, 3)], strict=False):
            one.strength, one.read_strength = strength, read
    text = visible_text(browser.get("/suspicions/U04").text)
    assert "依判定所教降一級2件，另有1件抽樣照原強度列出" in text
    assert 'href="/lessons"' in browser.get("/suspicions").text
