"""未送達通知 in the portal: a line on the desk, the reasons on the page, one button to send again."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from conftest import FixedClock
from inspection import clock as now
from inspection.access.who import asking
from inspection.model import Notice
from inspection.model.lifecycle import NoticeState
from inspection.notices.outbox import Letter, notice_number, write
from inspection.operations.home import note_left
from inspection.operations.letters import by_number
from inspection.rules import catalogue
from inspection.store.session import session_scope
from inspection.vocabulary import Role
from portal.client import Browser, visible_text
from portal.conftest import Portal
from portal.small_office import address, grant, open_campaign

OPERATOR = "nobody"


@pytest.fixture
def given_up(portal: Portal, clock: FixedClock) -> int:
    """A letter to 工務課 that was refused; its id."""
    values = {"campaign_name": "保密檢查", "report_name": "檢查結果", "copy_number": 1}
    with session_scope() as session:
        grant(session, OPERATOR, Role.OPERATOR, "")
        write(session, Letter("k1", "report_delivered", "works", values), at=now.now())
    with session_scope() as session:
        one = session.query(Notice).one()
        one.state, one.attempts, one.last_error = NoticeState.FAILED, 1, "郵件伺服器拒收此收件人（550）— 請另指定窗口"
        one.sent_to = address("works")
        return one.id


def signed_in(portal: Portal, person: str) -> Browser:
    browser = portal.browser()
    browser.sign_in(person)
    return browser


def state(notice_id: int) -> NoticeState:
    with session_scope() as session:
        return session.get_one(Notice, notice_id).state


def test_the_operator_finds_it_on_the_desk_and_sends_it_again(portal: Portal, given_up: int) -> None:
    browser = signed_in(portal, OPERATOR)
    browser.get("/")
    assert "1封通知無法送達" in visible_text(browser.page)
    assert 'href="/notices"' in browser.page
    browser.get("/notices")
    words = visible_text(browser.page)
    assert "報告送達" in words and "工務課單位窗口蔡○翰" in words and "請另指定窗口" in words
    assert address("works") not in browser.page
    assert browser.send("/notices", {"outcome": "resend"}).status_code == 422
    assert "請先勾選" in visible_text(browser.page)
    assert browser.send("/notices", {"notice": str(given_up), "outcome": "resend"}).headers["location"] == "/notices"
    assert state(given_up) is NoticeState.PENDING
    browser.get("/notices")
    assert "沒有無法送達之通知" in visible_text(browser.page)


def test_it_is_set_aside_with_a_reason_only_and_a_second_answer_is_told(portal: Portal, given_up: int) -> None:
    browser = signed_in(portal, "ethics")
    browser.get("/notices")
    fields: dict[str, str | list[str]] = {"notice": str(given_up), "outcome": "set_aside"}
    assert browser.send("/notices", fields).status_code == 422
    assert "請寫明已如何通知" in visible_text(browser.page)
    other = signed_in(portal, OPERATOR)
    other.get("/notices")
    assert browser.send("/notices", {**fields, "reason": "已電話通知"}).status_code == 303
    assert state(given_up) is NoticeState.CANCELLED
    assert other.send("/notices", {**fields, "outcome": "resend"}).status_code == 422
    assert "已由他人處理" in visible_text(other.page)
    for odd in ("x", "99999999999999999999", "1" * 400, "٣"):
        other.get("/")
        with session_scope() as session:
            session.query(Notice).filter_by(id=given_up).update({"state": NoticeState.FAILED})
        other.get("/notices")
        assert other.send("/notices", {"notice": odd, "outcome": "resend"}).status_code == 422


def test_it_is_no_page_for_others(portal: Portal, given_up: int) -> None:
    browser = signed_in(portal, "mayor")
    assert browser.get("/notices").status_code in {403, 404}
    browser.get("/")
    assert "無法送達" not in visible_text(browser.page)


def test_the_page_says_that_no_machine_has_the_offices_folder(portal: Portal, given_up: int, clock: FixedClock) -> None:
    begun = clock.instant
    for minutes in (0, 31):
        clock.set(begun + timedelta(minutes=minutes))
        with session_scope() as session:
            note_left(session, at=now.now())
    browser = signed_in(portal, OPERATOR)
    browser.get("/notices")
    assert re.search(r"自115年10月12日\s*09:00起各主機均未掛載機關共用資料夾", visible_text(browser.page))


def test_a_number_read_out_on_the_telephone_is_looked_up(portal: Portal, given_up: int) -> None:
    with session_scope() as session:
        number = notice_number(session.get_one(Notice, given_up).key)
    browser = signed_in(portal, "ethics")
    for typed in (number, f" {number.lower().replace('-', ' ')} "):
        words = visible_text(browser.get(f"/notices?number={typed}").text)
        assert "本系統之通知" in words
        assert "報告送達，寄工務課單位窗口蔡○翰" in words
        assert "無法送達" in words
    for typed in ("0000-0000", "%E5%A5%BD", number[:4], "%25"):
        assert "查無此編號" in visible_text(browser.get(f"/notices?number={typed}").text)
    assert signed_in(portal, "works").get(f"/notices?number={number}").status_code == 403


def test_a_number_of_a_campaign_one_is_barred_from_is_not_looked_up(portal: Portal, given_up: int) -> None:
    texts = catalogue.current().mail_texts
    with session_scope() as session:
        open_campaign(session)
        one = session.get_one(Notice, given_up)
        one.campaign_id = "C1"
        session.flush()
        who, number = asking(session, "ethics", at=now.now()), notice_number(one.key)
        assert [known.notice.id for known in by_number(session, who, number, texts=texts)] == [given_up]
        assert by_number(session, replace(who, closed=frozenset({"C1"})), number, texts=texts) == []
