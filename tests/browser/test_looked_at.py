"""Pages of the checklists no other file looks at, by axe and by picture; a form answered by keys alone on a phone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from browser.test_answering import OF_WORKS, PAGE, items
from browser.visitor import Office, Visitor
from conftest import FixedClock
from inspection import clock as now
from inspection.access import sessions
from inspection.checklists import sealing
from inspection.checklists.submit import ready
from inspection.portal.cookies import session_cookie
from inspection.store import checklists
from inspection.store.session import session_scope
from portal import story
from portal.answering import take_word, word_file
from portal.test_evidence import word
from portal.test_seal import on_the_page
from portal.test_spot import leader

pytestmark = pytest.mark.browser
OF = story.CAMPAIGN
MOST_ACTIONS = 40


def enter(visitor: Visitor, person: str) -> None:
    """Gives a window somebody's session, as the code does."""
    with session_scope() as session:
        secret = sessions.start(session, person, at=now.now())
    visitor.page.context.clear_cookies()
    cookie = {"name": session_cookie(), "value": secret, "url": visitor.office.address}
    visitor.page.context.add_cookies([cookie])  # type: ignore[list-item]


@pytest.mark.parametrize("office", ["sent"], indirect=True)
def test_each_page_of_the_checklists_is_looked_at(
    office: Office, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.set("2026-11-09T15:00:00+08:00")
    visitor = office.visitor()
    assert not take_word(word_file(**{next(iter(items())): "大概"})).accepted
    assert not take_word(word("會議紀錄")).accepted
    of_contact = {"": "desk", f"checklists/{OF_WORKS}": "checklist-refused", f"checklists/{OF_WORKS}/upload": "upload",
                  f"checklists/{OF_WORKS}/fillers": "fillers"}  # fmt: skip
    look_at(visitor, "works", of_contact)
    clock.set("2026-11-09T15:10:00+08:00")
    assert take_word(word_file()).accepted
    of_ethics = {"": "desk-ethics", "checklists": "checklists", f"checklists/{OF_WORKS}": "review",
                 f"campaigns/{OF}/unchanged": "unchanged", f"campaigns/{OF}/contacts": "contacts"}  # fmt: skip
    look_at(visitor, "ethics", of_ethics)
    look_at(visitor, leader(), {f"checklists/{OF_WORKS}/on-the-spot": "spot"})
    on_the_page(tmp_path / "rules", monkeypatch)
    with session_scope() as session:
        seen = ready(session, checklists.get(session, OF_WORKS), at=now.now()).digest
        sealing.ask(session, OF_WORKS, seen=seen, person_id="works", at=now.now())
    look_at(visitor, "works_head", {f"checklists/{OF_WORKS}/answers/check": "seal"})


def look_at(visitor: Visitor, person: str, paths: dict[str, str]) -> None:
    """Opens pages as somebody and looks at each."""
    enter(visitor, person)
    for path, name in paths.items():
        visitor.go(f"/{path}")
        assert visitor.page.locator("h1").inner_text() not in {"找不到這一頁", "系統發生錯誤"}, path
        visitor.look(f"02-{name}")


@pytest.mark.parametrize("office", ["sent"], indirect=True)
def test_a_form_is_answered_by_keys_alone_on_a_phone(office: Office, clock: FixedClock) -> None:
    """All statements, with their evidence named; every key that is neither an answer nor a word of one is counted."""
    clock.set("2026-11-09T15:00:00+08:00")
    visitor = office.visitor(390)
    page, keys = visitor.page, visitor.page.keyboard
    enter(visitor, "works")
    visitor.go(PAGE)
    beyond = 0
    for asked in items().values():
        keys.press("Alt+n")
        beyond += 1
        keys.press("Space")
        if asked.evidence_required:
            keys.press("Tab")
            beyond += 1
            keys.type("收發登記簿第3冊")
    expect(page.locator("#next")).to_be_hidden()
    keys.press("Alt+s")
    expect(page).to_have_url(re.compile("/answers/check$"))
    visitor.look("02-check-by-keys")
    keys.press("Tab")  # past the head of the page
    keys.press("Enter")
    beyond += 3
    while page.evaluate("document.activeElement.textContent") != "送出檢查表":
        keys.press("Tab")
        beyond += 1
        assert beyond <= MOST_ACTIONS, beyond
    keys.press("Enter")
    expect(page).to_have_url(re.compile(r"version=1$"))
    expect(page.locator("main")).to_contain_text("收件回執")
    assert len(items()) >= 21
    assert beyond <= MOST_ACTIONS, beyond
    visitor.look("02-receipt-by-keys")
