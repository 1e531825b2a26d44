"""A signed paper keyed in and confirmed before Chromium: what an officer and the second person see."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from browser.test_answering import OF_WORKS, items
from browser.visitor import Office, Visitor
from conftest import FixedClock
from inspection import clock as now
from inspection.access import sessions
from inspection.portal.cookies import session_cookie
from inspection.store.session import session_scope
from portal.test_evidence import photograph

pytestmark = pytest.mark.browser
SHEET = f"/checklists/{OF_WORKS}"


def officer(office: Office, person: str) -> Visitor:
    """Somebody of the ethics office before a window."""
    visitor = office.visitor()
    with session_scope() as session:
        secret = sessions.start(session, person, at=now.now())
    cookie = {"name": session_cookie(), "value": secret, "url": office.address}
    visitor.page.context.add_cookies([cookie])  # type: ignore[list-item]
    return visitor


def key_in(page: Page) -> None:
    """Types the paper, every statement 符合, a register beside each."""
    page.fill("[name=received_on]", "115年11月6日")
    page.check("[name=sealed]", force=True)
    page.fill("[name=filler]", "蔡○翰")
    for item in items():
        page.check(f'[name="answer.{item}"][value=conforms]', force=True)
        page.fill(f'[name="remark.{item}"]', "收發登記簿第3冊")


@pytest.mark.parametrize("office", ["sent"], indirect=True)
def test_from_the_paper_to_the_receipt(office: Office, clock: FixedClock) -> None:
    clock.set("2026-11-09T15:00:00+08:00")
    types, looks = officer(office, "ethics"), officer(office, "ethics_head")
    types.page.set_default_timeout(60_000)  # a scan is looked at in a worker of its own
    types.go(SHEET)
    types.page.click("text=登錄或複核紙本檢查表")
    types.look("09-paper-empty")
    key_in(types.page)
    types.page.click(".dock button[value=check]")
    upload = {"name": "核章頁.jpg", "mimeType": "image/jpeg", "buffer": photograph()}
    types.page.set_input_files("[name=file]", upload)  # type: ignore[arg-type]
    types.page.click("text=上傳掃描檔")
    types.look("09-paper-check")
    types.page.click("text=送請複核")
    looks.go("/")
    looks.look("09-paper-desk")
    looks.page.click("text=核對紙本")
    looks.look("09-paper-second")
    looks.page.click("button[value=confirm]")
    looks.page.wait_for_selector("#receipt")
    looks.look("09-paper-receipt")
