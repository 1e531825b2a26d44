"""A return is read before it is accepted: the page, the file, 審查 and 退回補正, and what the unit sees of it."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from access.counting import statements
from checklists.filling import filled
from checklists.test_unchanged import BEFORE, held_before
from documents.word import words_of
from inspection import clock as now
from inspection import settings
from inspection.checklists.review import send_back
from inspection.checklists.take_in import take_in
from inspection.documents.forms import read_checklist
from inspection.documents.storage import read_document
from inspection.model import Document, Event, Notice
from inspection.model.lifecycle import ChecklistState
from inspection.store import checklists, events
from inspection.store.session import session_scope
from portal import story
from portal.client import Browser, visible_text
from portal.conftest import Portal
from portal.small_office import PEOPLE

OF_WORKS = f"{story.CAMPAIGN}:U04"
OF_SOCIAL = f"{story.CAMPAIGN}:U02"
OPINION = "人力不足，請協助辦理宣導。"


def take_back(item_number: int = 0) -> tuple[bytes, str]:
    """The works unit returns its form: one statement 不符合, mended, explained; the form and the statement's code."""
    with session_scope() as session:
        checklist = checklists.get(session, OF_WORKS)
        item = checklists.questions(session, OF_WORKS)[item_number].item_id
        form = read_document(session.get_one(Document, checklist.document_id))
        words = {f"{item}.remark": "已改置密碼櫃", "form.filler": "蔡○翰", "form.date": "2026/11/9"}
        form = filled(form, {item: "不符合"}, {**words, "form.statement": OPINION}, ticked=item)
        assert take_in(session, form, channel="drop_folder", read=read_checklist, at=now.now()).accepted
    return form, item


def entered(portal: Portal, person: str) -> Browser:
    """Somebody signed in."""
    browser = portal.browser()
    browser.sign_in(person)
    browser.get("/")
    return browser


def happened(action: str) -> list[Event]:
    """Events of the works unit's checklist."""
    with session_scope() as session:
        return [one for one in events.of_subject(session, "checklist", OF_WORKS) if one.action == action]


def state() -> ChecklistState:
    """The works unit's checklist."""
    with session_scope() as session:
        return checklists.get(session, OF_WORKS).state


def test_everything_the_unit_wrote_stands_on_the_page_and_the_file_can_be_taken(sent: Portal) -> None:
    form, item = take_back()
    officer = entered(sent, "ethics")
    officer.get("/checklists")
    text = visible_text(officer.page)
    assert ("工務課" in text, "未閱覽" in text, "已提交，待審查" in text) == (True, True, True)
    officer.get(f"/checklists/{OF_WORKS}")
    text = visible_text(officer.page)
    for written in (item, "不符合", "已改置密碼櫃", "蔡○翰", "2026/11/9", OPINION, "第1次送回"):
        assert written in text, written
    taken = officer.http.get(f"/checklists/{OF_WORKS}/form")
    assert taken.content == form
    assert [(one.actor, one.details["version"]) for one in happened("form_taken")] == [("ethics", 1)]
    officer.get("/checklists")
    assert "未閱覽" not in visible_text(officer.page)


def test_the_ethics_office_reads_its_own_form_and_somebody_from_outside_reviews_it(sent: Portal) -> None:
    own = f"/checklists/{story.CAMPAIGN}:U11"
    with session_scope() as session:
        checklist = checklists.get(session, f"{story.CAMPAIGN}:U11")
        form = filled(read_document(session.get_one(Document, checklist.document_id)))
        assert take_in(session, form, channel="drop_folder", read=read_checklist, at=now.now()).accepted
    officer, outsider = entered(sent, "ethics"), entered(sent, "inspector")
    officer.get(own)
    assert "由檢查計畫指定之政風室以外人員" in visible_text(officer.page)
    assert (named := PEOPLE["inspector"][0]) and f"{named}）審查" in visible_text(officer.page)
    assert "審查完成" not in visible_text(officer.page)
    with pytest.raises(KeyError):  # the page has no form to send
        officer.send(own, {"outcome": "accepted"})
    assert "檢查表待審查" in visible_text(outsider.page)
    outsider.get(own)
    assert "審查完成" in visible_text(outsider.page)
    assert "由檢查計畫指定" not in visible_text(outsider.page)
    assert outsider.send(own, {"outcome": "accepted"}).status_code == 303


def test_that_a_unit_says_yes_round_after_round_is_told_the_ethics_office_as_the_form_says(sent: Portal) -> None:
    with session_scope() as session:
        form = filled(read_document(session.get_one(Document, checklists.get(session, OF_WORKS).document_id)))
        assert take_in(session, form, channel="drop_folder", read=read_checklist, at=now.now()).accepted
        held_before(session, ChecklistState.ACCEPTED, story.CAMPAIGN, ["U04"])
    officer, page = entered(sent, "ethics"), f"/checklists/{OF_WORKS}"
    officer.get(page)
    with statements() as two_rounds:
        officer.get(page)
    assert 'id="all-yes"' not in officer.page
    with session_scope() as session:
        held_before(session, ChecklistState.ACCEPTED, story.CAMPAIGN, ["U04"], before="C-earlier", month="2025-11")
    with statements() as three:
        officer.get(page)
    assert "本單位連續3期各題均填報「符合」" in visible_text(officer.page)
    assert len(three) <= min(len(two_rounds) + 1, 48)
    contact = entered(sent, "works")
    contact.get(page)
    assert "連續3期" not in visible_text(contact.page)
    disclosed = "連續3期各題均填報「符合」者（不適用之題除外），得列為實地複核之參考，不列入評分。"
    contact.get(f"{page}/answers")
    assert disclosed in visible_text(contact.page)
    assert disclosed in words_of(form)


def test_reading_is_noted_once_per_reviewer_and_version_and_not_of_the_unit(sent: Portal) -> None:
    take_back()
    officer, contact = entered(sent, "ethics"), entered(sent, "works")
    for _ in range(2):
        officer.get(f"/checklists/{OF_WORKS}")
        contact.get(f"/checklists/{OF_WORKS}")
    assert [(one.actor, one.details) for one in happened("opened")] == [("ethics", {"version": 1})]
    take_back(1)
    officer.get(f"/checklists/{OF_WORKS}")
    assert [one.details["version"] for one in happened("opened")] == [1, 2]


def test_the_mail_tells_the_page_of_exactly_what_is_returned(sent: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    _, item = take_back()
    monkeypatch.setenv("INSPECTION_PORTAL_URL", "https://inspection.shifan.test")
    settings.reset()
    with session_scope() as session:
        send_back(session, OF_WORKS, person_id="ethics", item_ids=[item], reason="請補指派名冊", at=now.now())
        told = session.scalars(select(Notice).where(Notice.kind == "checklist_returned_for_correction")).one()
    assert f"https://inspection.shifan.test/checklists/{OF_WORKS}/answers" in told.body
    assert "請補指派名冊" not in told.body


def test_the_officer_sends_back_with_items_and_reason_and_the_contact_reads_why(sent: Portal) -> None:
    _, item = take_back()
    officer = entered(sent, "ethics")
    officer.get(f"/checklists/{OF_WORKS}")
    fields: dict[str, str | list[str]] = {"outcome": "sent_back", "reason": "請補指派名冊"}
    returned = {f"rule.{item}": "returned"}
    assert officer.send(f"/checklists/{OF_WORKS}", fields).status_code == 422
    assert "請就須補正之項次選「退回」" in visible_text(officer.page)
    assert officer.send(f"/checklists/{OF_WORKS}", {**fields, **returned, "reason": " "}).status_code == 422
    assert officer.send(f"/checklists/{OF_WORKS}", {**fields, **returned}).status_code == 303
    assert state() is ChecklistState.SENT_BACK
    contact = entered(sent, "works")
    contact.get(f"/checklists/{OF_WORKS}")
    text = visible_text(contact.page)
    assert "請補指派名冊" in text
    assert "補正項次：1" in text
    assert 'name="outcome"' not in contact.page
    contact.get(f"/checklists/{OF_WORKS}/answers")
    assert contact.page.count('class="q__said"') == 1, "only what is returned is asked again"
    assert "本項須補正：請補指派名冊" in visible_text(contact.page)


def test_single_statements_are_ruled_on_and_what_another_did_meanwhile_is_told(sent: Portal) -> None:
    _, item = take_back()
    with session_scope() as session:
        others = [one.item_id for one in checklists.questions(session, OF_WORKS) if one.item_id != item]
    first, second = entered(sent, "ethics"), entered(sent, "ethics_head")
    for officer in (first, second):
        officer.get(f"/checklists/{OF_WORKS}")
    page = f"/checklists/{OF_WORKS}"
    assert first.send(page, {"outcome": "saved", f"rule.{others[0]}": "accepted"}).status_code == 303
    fields = {"outcome": "saved", f"rule.{others[0]}": "returned", f"reason.{others[0]}": "請敘明依據"}
    assert second.send(page, {**fields, f"rule.{others[1]}": "accepted"}).status_code == 422
    text = visible_text(second.page)
    assert "第2項他人已先審查" in text
    assert "0項審查通過" not in text
    assert second.send(page, {**fields, "outcome": "sent_back"}).status_code == 303
    assert state() is ChecklistState.SENT_BACK
    contact = entered(sent, "works")
    contact.get(f"{page}/answers?all=1")
    assert "請敘明依據" in visible_text(contact.page)


def test_every_statement_accepted_one_by_one_is_the_end_of_the_review(sent: Portal) -> None:
    take_back()
    officer, page = entered(sent, "ethics"), f"/checklists/{OF_WORKS}"
    officer.get(page)
    with session_scope() as session:
        every = [one.item_id for one in checklists.questions(session, OF_WORKS)]
    rest = {f"rule.{one}": "accepted" for one in every[1:]}
    assert officer.send(page, {"outcome": "saved", **rest}).status_code == 303
    assert state() is ChecklistState.RETURNED
    officer.get(page)
    assert "其餘1項均通過，審查完成" in visible_text(officer.page)
    assert officer.send(page, {"outcome": "saved", f"rule.{every[0]}": "accepted"}).status_code == 303
    assert state() is ChecklistState.ACCEPTED
    contact = entered(sent, "works")
    contact.get(page)
    assert "重啟審查" not in visible_text(contact.page)
    officer.get(page)
    assert officer.send(page, {"outcome": "reopened", "reason": " "}).status_code == 422
    assert "請寫明重啟審查之理由" in visible_text(officer.page)
    assert officer.send(page, {"outcome": "reopened", "reason": "末項誤按通過"}).status_code == 303
    assert state() is ChecklistState.RETURNED
    officer.get(page)
    assert 'value="reopened"' not in officer.page


def test_the_desk_names_the_form_to_be_filled_and_the_forms_to_be_reviewed(sent: Portal) -> None:
    contact = entered(sent, "works")
    assert "檢查表待填報送回" in visible_text(contact.page)
    assert f'href="/checklists/{OF_WORKS}/answers"' in contact.page
    assert f'href="/checklists/{OF_WORKS}/answers"' not in entered(sent, "social").page
    take_back()
    contact.get("/")
    assert "檢查表待填報送回" not in visible_text(contact.page)
    officer = entered(sent, "ethics")
    text = " ".join(visible_text(officer.page).split())
    assert "檢查表待審查" in text
    assert "1份" in text


def test_what_could_not_be_taken_is_listed_for_the_office_with_what_to_do(sent: Portal) -> None:
    with session_scope() as session:
        form = read_document(session.get_one(Document, checklists.get(session, OF_WORKS).document_id))
        assert not take_in(session, form, channel="drop_folder", read=read_checklist, at=now.now()).accepted
    officer, contact = entered(sent, "ethics"), entered(sent, "works")
    officer.get("/checklists")
    assert "未填結果，請補填" in visible_text(officer.page)
    contact.get("/checklists")
    assert "未能收件" not in visible_text(contact.page)


def test_what_came_meanwhile_is_shown_before_it_is_accepted(sent: Portal) -> None:
    take_back()
    officer = entered(sent, "ethics")
    officer.get(f"/checklists/{OF_WORKS}")
    take_back(1)
    assert officer.send(f"/checklists/{OF_WORKS}", {"outcome": "accepted"}).status_code == 422
    assert "單位已另送新版" in visible_text(officer.page)
    assert officer.send(f"/checklists/{OF_WORKS}", {"outcome": "accepted"}).status_code == 303
    assert state() is ChecklistState.ACCEPTED


def test_another_unit_sees_neither_the_list_nor_the_page(sent: Portal) -> None:
    take_back()
    stranger = entered(sent, "social")
    assert stranger.http.get(f"/checklists/{OF_WORKS}").status_code == 404
    assert stranger.http.get(f"/checklists/{OF_WORKS}/form").status_code == 404
    stranger.get("/checklists")
    assert "工務課" not in visible_text(stranger.page)
    assert "社會課" in visible_text(stranger.page)


def test_a_blank_form_still_out_shows_its_statements_and_no_answer(sent: Portal) -> None:
    contact = entered(sent, "social")
    contact.get(f"/checklists/{OF_SOCIAL}")
    assert "尚未收到送回之檢查表" in visible_text(contact.page)
    assert contact.http.get(f"/checklists/{OF_SOCIAL}/form").status_code == 404


def test_what_is_unchanged_is_accepted_at_once_by_the_number_that_was_shown(sent: Portal) -> None:
    take_back()
    with session_scope() as session:
        held_before(session, ChecklistState.ACCEPTED, story.CAMPAIGN, ["U04"])
        first, *_ = checklists.answers(session, f"{BEFORE}:U04")
        first.remark = "另案"
    officer, page = entered(sent, "ethics"), f"/campaigns/{story.CAMPAIGN}/unchanged"
    officer.get("/checklists")
    assert f'href="{page}"' in officer.page
    officer.get(page)
    shown = re.search(r"可一併審查通過：(\d+)項，1個單位", visible_text(officer.page))
    assert shown is not None
    take_back(1)
    assert officer.send(page, {}).status_code == 409
    assert f"（原為{shown[1]}項）" in visible_text(officer.page)
    now_shown = re.search(r"可一併審查通過：(\d+)項", visible_text(officer.page))
    assert now_shown is not None
    assert officer.send(page, {}).status_code == 303
    officer.get(page)
    text = " ".join(visible_text(officer.page).split())
    assert "目前沒有可一併審查之項次" in text
    assert f"已一併審查通過 115年11月9日 15:00 簡○廉 {now_shown[1]}項" in text
    assert entered(sent, "works").http.get(page).status_code == 404
