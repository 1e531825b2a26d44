"""A checklist answered in Chromium: by keyboard, over a cut line, an ended session and two tabs; without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from browser.visitor import WIDTHS, Office, Visitor
from conftest import FixedClock
from inspection import clock as now
from inspection.access import sessions
from inspection.checklists import draft as drafting
from inspection.portal.cookies import session_cookie
from inspection.rules.answers import Asked
from inspection.store import checklists
from inspection.store.session import session_scope
from portal import story
from portal.answering import take_word, word_file
from portal.test_evidence import photograph

pytestmark = pytest.mark.browser
OF_WORKS = f"{story.CAMPAIGN}:U04"
PAGE = f"/checklists/{OF_WORKS}/answers"


def sign_in(visitor: Visitor) -> None:
    """Gives the window a session of the works unit's contact, as the code does."""
    with session_scope() as session:
        secret = sessions.start(session, "works", at=now.now())
    cookie = {"name": session_cookie(), "value": secret, "url": visitor.office.address}
    visitor.page.context.add_cookies([cookie])  # type: ignore[list-item]


def kept(name: str) -> str:
    """What the server holds in a field."""
    with session_scope() as session:
        return drafting.of(session, checklists.get(session, OF_WORKS)).texts[name]


def items() -> dict[str, Asked]:
    """What is asked, in order."""
    with session_scope() as session:
        return {one.item_id: Asked.of(one.spec) for one in checklists.questions(session, OF_WORKS)}


def remark(page: Page, item: str) -> str:
    """Where the remark of a statement is typed."""
    return f'[name="remark.{item}"]'


@pytest.mark.parametrize("office", ["sent"], indirect=True)
def test_each_typed_character_is_found_again_whatever_happens_meanwhile(office: Office, clock: FixedClock) -> None:
    clock.set("2026-11-09T15:00:00+08:00")
    one, two, three, *_ = items()
    visitor = office.visitor()
    page, keys, status = visitor.page, visitor.page.keyboard, visitor.page.locator("#status")
    sign_in(visitor)
    visitor.go(PAGE)
    expect(status).to_contain_text("尚未填寫")
    visitor.look("02-answering-empty")
    page.focus(f'[name="answer.{one}"][value=conforms]')
    keys.press("Space")
    keys.press("Tab")
    keys.type("收發登記簿第3冊𠮷")
    expect(status).to_contain_text("草稿已存")
    assert (kept(f"answer.{one}"), kept(f"remark.{one}")) == ("conforms", "收發登記簿第3冊𠮷")

    page.context.set_offline(True)
    page.fill(remark(page, two), "線斷了仍在打字")
    expect(status).to_contain_text("連線中斷")
    page.context.set_offline(False)
    expect(status).to_contain_text("草稿已存")
    assert kept(f"remark.{two}") == "線斷了仍在打字"

    page.route("**/draft", lambda route: (route.fetch(), route.abort()))  # arrives, and its answer is lost
    page.fill(remark(page, two), "線斷了仍")
    expect(status).to_contain_text("連線中斷")
    assert kept(f"remark.{two}") == "線斷了仍"
    page.unroute("**/draft")
    page.fill(remark(page, two), "線斷了仍在打字")
    expect(status).to_contain_text("草稿已存")
    expect(page.locator(".clash")).to_have_count(0)
    assert kept(f"remark.{two}") == "線斷了仍在打字"

    clock.set("2026-11-09T15:45:00+08:00")
    page.fill(remark(page, three), "逾時後打的字")
    expect(status).to_contain_text("登入已逾時")
    expect(page.locator("#way")).to_be_visible()
    assert kept(f"remark.{three}") == ""
    sign_in(visitor)
    visitor.go(PAGE)
    expect(page.locator(remark(page, three))).to_have_value("逾時後打的字")
    expect(status).to_contain_text("草稿已存")
    assert kept(f"remark.{three}") == "逾時後打的字"
    assert page.evaluate("Object.keys(localStorage).length") == 0

    other = page.context.new_page()
    other.goto(f"{office.address}{PAGE}")
    other.fill(remark(other, one), "另一分頁")
    expect(other.locator("#status")).to_contain_text("草稿已存")
    page.fill(remark(page, one), "本分頁")
    box = page.locator(".clash")
    expect(box).to_contain_text("另一分頁")
    visitor.complaints.clear()  # the browser notes a line that was cut, and a 401
    visitor.look("02-answering-clash")
    page.get_by_role("button", name="用我的").click()
    expect(status).to_contain_text("草稿已存")
    assert kept(f"remark.{one}") == "本分頁"
    other.close()

    for item, asked in items().items():
        page.focus(f'[name="answer.{item}"][value=conforms]')
        keys.press("Space")
        if asked.evidence_required:
            page.fill(remark(page, item), "登記簿")
    expect(page.locator("#next")).to_be_hidden()
    page.get_by_role("button", name="檢視並送出").click()
    page.wait_for_url("**/answers/check")
    visitor.look("02-answering-check")
    page.get_by_role("button", name="送出檢查表").click()
    page.wait_for_url("**version=1")
    expect(page.get_by_text("收件回執")).to_be_visible()
    expect(page.get_by_text("工務課單位窗口　蔡○翰", exact=True)).to_be_visible()
    visitor.look("02-answering-receipt")


@pytest.mark.parametrize("office", ["sent"], indirect=True)
def test_without_scripts_the_same_form_is_saved_checked_and_mended(office: Office, clock: FixedClock) -> None:
    clock.set("2026-11-09T15:00:00+08:00")
    item = next(iter(items()))
    context = office.chromium.new_context(viewport={"width": 390, "height": WIDTHS[390]}, java_script_enabled=False)
    office.contexts.append(context)
    visitor = Visitor(office, context.new_page())
    sign_in(visitor)
    visitor.go(PAGE)
    visitor.page.focus(f'[name="answer.{item}"][value=not_applicable]')
    visitor.page.keyboard.press("Space")
    visitor.page.get_by_role("button", name="檢視並送出").click()
    expect(visitor.page.get_by_role("alert").first).to_contain_text("還不能送出")
    visitor.page.fill(remark(visitor.page, item), "無此業務")
    clock.set("2026-11-09T15:45:00+08:00")
    visitor.page.get_by_role("button", name="儲存草稿").click()
    expect(visitor.page.get_by_text("您所填的內容都還在本頁")).to_be_visible()
    sign_in(visitor)
    visitor.page.get_by_role("button", name="儲存並接續填寫").click()
    expect(visitor.page.locator("#status")).to_contain_text(re.compile("草稿已存"))
    assert (kept(f"answer.{item}"), kept(f"remark.{item}")) == ("not_applicable", "無此業務")


@pytest.mark.parametrize("office", ["sent"], indirect=True)
def test_on_a_phone_evidence_is_laid_beside_an_answer_and_nothing_typed_is_lost(
    office: Office, clock: FixedClock
) -> None:
    clock.set("2026-11-09T15:00:00+08:00")
    item = next(iter(items()))
    visitor = office.visitor(390)
    page = visitor.page
    sign_in(visitor)
    visitor.go(PAGE)
    page.fill(remark(page, item), "還沒儲存")
    page.locator(f'button[value="evidence:{item}"]').click()
    page.wait_for_url("**/evidence?item=*")
    assert kept(f"remark.{item}") == "還沒儲存"
    page.set_input_files("[name=file]", {"name": "佐證.exe", "mimeType": "image/png", "buffer": b"MZ" + bytes(64)})
    page.get_by_role("button", name="上傳").click()
    expect(page.get_by_role("alert")).to_contain_text("不收此種檔案")
    visitor.complaints.clear()  # the browser notes a 422
    visitor.look("02-evidence-refused")
    page.set_viewport_size({"width": 390, "height": WIDTHS[390]})
    page.set_input_files("[name=file]", {"name": "門禁紀錄（3樓）.jpg", "mimeType": "", "buffer": photograph()})
    page.get_by_role("button", name="上傳").click()
    expect(page.get_by_text("門禁紀錄（3樓）.jpg").first).to_be_visible()
    visitor.look("02-evidence")
    page.get_by_role("link", name="回到填報").click()
    expect(page.locator(f'button[value="evidence:{item}"]')).to_contain_text("佐證檔案1件")
    page.fill("[name=filler]", "技士　蔡○翰")
    page.keyboard.press("Enter")  # saves, and whoever types stays where they are
    expect(page.locator("#status")).to_contain_text("草稿已存")
    assert kept("filler") == "技士　蔡○翰"
    assert page.evaluate("document.activeElement.name") == "filler"
    visitor.look("02-answering-evidence")


@pytest.mark.parametrize("office", ["sent"], indirect=True)
def test_two_returns_are_seen_side_by_side_on_a_phone_and_at_a_desk(office: Office, clock: FixedClock) -> None:
    clock.set("2026-11-09T15:00:00+08:00")
    assert take_word(word_file()).accepted
    clock.set("2026-11-09T15:10:00+08:00")
    first, second = list(items())[:2]
    assert take_word(word_file(**{first: "不符合", second: "不符合"})).accepted
    visitor = office.visitor(390)
    sign_in(visitor)
    visitor.go(f"/checklists/{OF_WORKS}")
    visitor.page.get_by_role("link", name="與第1次送回比較").click()
    expect(visitor.page.get_by_role("heading", name="變更2項")).to_be_visible()
    visitor.look("02-comparing")
