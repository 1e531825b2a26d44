"""The 移交清冊 as the ethics office and a successor see it."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import expect

from browser.visitor import Office
from conftest import FixedClock
from inspection import clock as now
from inspection.handovers.listing import Wanted
from inspection.handovers.open import open_handover
from inspection.rules import catalogue
from inspection.store.session import session_scope

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("office", ["issued"], indirect=True)
def test_a_handover_is_seen_and_printed_by_those_it_concerns(office: Office, clock: FixedClock) -> None:
    clock.set("2026-11-23T09:10:00+08:00")
    empty = office.visitor()
    empty.sign_in("ethics")
    empty.go("/handovers")
    empty.look("10-handovers-none")
    wanted = Wanted("works", "works_head", date(2026, 11, 23), "調任他機關，自115年11月23日起生效")
    with session_scope() as session:
        open_handover(session, wanted, catalogue=catalogue.current(), actor="ethics", at=now.now())
    empty.go("/handovers")
    empty.look("10-handovers")
    taker = office.visitor()
    taker.sign_in("works_head")
    taker.look("10-handover-home")
    taker.page.get_by_role("link", name="開啟清冊").click()
    expect(taker.page.get_by_text("待改善案件", exact=True)).to_be_visible()
    taker.look("10-handover")
    with taker.page.expect_download() as download:
        taker.page.get_by_role("link", name="下載移交清冊").click()
    assert download.value.suggested_filename.endswith(".docx")
