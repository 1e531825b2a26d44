"""值勤回報 through the portal: who is on duty finds the shift, reports once and by themselves, and sees no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import FixedClock
from inspection.store import spring
from inspection.store.session import session_scope
from portal.client import Browser, visible_text
from portal.conftest import Portal
from portal.small_office import address
from spring.window_office import CAMPAIGN, WindowOffice, shift, small

FIRST, SECOND = shift("0128"), shift("0129")


@pytest.fixture
def window(portal: Portal, clock: FixedClock, tmp_path: Path) -> WindowOffice:
    """The small office with an approved plan, on the first night of the window."""
    clock.set("2027-01-11T09:00:00+08:00")
    office = small(tmp_path)
    office.in_force()
    clock.set("2027-01-28T23:00:00+08:00")
    return office


def at(portal: Portal, person: str, path: str) -> Browser:
    """A browser signed in and before a page."""
    browser = portal.browser()
    browser.sign_in(person)
    assert browser.get(path).status_code == 200, visible_text(browser.page)
    return browser


def test_somebody_without_a_role_reports_on_the_own_shift(window: WindowOffice, portal: Portal) -> None:
    browser = at(portal, "nobody", "/")
    assert "值勤回報" in visible_text(browser.page) and f'href="/duty/{FIRST}"' in browser.page
    assert 'href="/progress"' not in browser.page
    browser.get(f"/duty/{FIRST}")
    assert "勿填機密內容" in visible_text(browser.page)
    action = f"/duty/{FIRST}/report"
    assert browser.send(action, {"situation": "situation", "summary": " "}).status_code == 422
    assert "有狀況者請填摘要" in visible_text(browser.page)
    assert browser.send(action, {}).status_code == 422
    assert browser.send(action, {"situation": "nothing"}).headers["location"] == f"/duty/{FIRST}"
    browser.get("/")
    assert "目前沒有待辦" in visible_text(browser.page)
    browser.get("/duty")
    text = visible_text(browser.page)
    assert "已回報" in text and "未到時段" in text
    with session_scope() as session:
        (kept,) = spring.reports_of(session, FIRST)
        assert (kept.reported_by, kept.entered_by, kept.by_phone) == ("nobody", "nobody", False)


def test_another_persons_shift_does_not_exist_for_one_on_duty(window: WindowOffice, portal: Portal) -> None:
    browser = at(portal, "nobody", "/duty")
    assert browser.get(f"/duty/{SECOND}").status_code == 404
    assert SECOND not in browser.page
    stranger = portal.browser()
    stranger.sign_in("social")
    assert stranger.get("/duty").status_code == 403
    assert stranger.get(f"/duty/{FIRST}").status_code == 404
    assert browser.get("/duty/none").status_code == 404


def test_the_ethics_office_enters_what_came_by_telephone(
    window: WindowOffice, portal: Portal, clock: FixedClock
) -> None:
    clock.set("2027-01-29T10:00:00+08:00")
    browser = at(portal, "ethics", "/duty")
    assert "逾時未回報" in visible_text(browser.page)
    browser.get(f"/duty/{FIRST}")
    action = f"/duty/{FIRST}/report"
    assert browser.send(action, {"situation": "nothing"}).status_code == 422
    assert browser.send(action, {"situation": "nothing", "reporter": "social"}).status_code == 422
    told = {"situation": "situation", "reporter": "works_head", "summary": "訪客滋擾，警方到場處理。"}
    assert browser.send(action, told).status_code == 303
    browser.get(f"/duty/{FIRST}")
    text = visible_text(browser.page)
    assert "有狀況" in text and "電話，政風室登錄" in text and "逾時回報" in text
    with session_scope() as session:
        (kept,) = spring.reports_of(session, FIRST)
        assert (kept.reported_by, kept.entered_by, kept.by_phone) == ("works_head", "ethics", True)


def test_the_door_opens_for_those_on_duty_only_about_their_days(
    window: WindowOffice, portal: Portal, clock: FixedClock
) -> None:
    clock.set("2027-02-25T09:00:00+08:00")
    browser = portal.browser()
    browser.get("/sign-in")
    browser.send("/sign-in", {"address": address("nobody")})
    assert not [mail for mail in portal.mail.messages() if address("nobody") in mail.recipients]


@pytest.mark.clause("S3-22")
def test_the_plan_is_read_with_its_parts_and_lists_and_telephones_stay_in_the_document(
    window: WindowOffice, portal: Portal
) -> None:
    browser = at(portal, "ethics", f"/plans/{CAMPAIGN}:v1")
    text = visible_text(browser.page)
    for heading in ("壹、", "落實機密維護：", "狀況反映：", "附件一　值勤輪值表（15列）", "附件五　檢查項目"):
        assert heading in text, heading
    assert "柒、" not in text  # the last paragraph bears no title
    assert "市長辦公室" in text and "(00)0000-0119" not in text
