"""A unit's signed paper: keyed in by the ethics office apart from the unit's own draft, a return once a second person
has held it against the paper."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import select

from inspection import clock as now
from inspection.access.policy import Act, may
from inspection.access.who import asking
from inspection.calendar import roc
from inspection.campaigns.cancel import cancel
from inspection.checklists import on_paper as papers
from inspection.checklists.review import send_back
from inspection.errors import Conflict
from inspection.model import Answer, ChecklistReturn, Document, Notice, PaperReturn, SignedPaper
from inspection.model.lifecycle import ChecklistState, PaperState
from inspection.store import checklists, drafts, on_paper
from inspection.store.session import session_scope
from portal import story
from portal.answering import (
    CHECK,
    OF_WORKS,
    PAGE,
    Fields,
    answered,
    entered,
    fill_and_look,
    items,
    returned,
    take_word,
    typed,
    word_file,
)  # fmt: skip
from portal.client import Browser, hidden_fields, visible_text
from portal.conftest import Portal
from portal.test_evidence import photograph, word

PAPER = f"/checklists/{OF_WORKS}/on-paper"
SHEET = f"/checklists/{OF_WORKS}"
IN_TIME = {"received_on": "115年11月6日", "dated": "115.11.5", "sealed": "yes"}


def post(browser: Browser, action: str, **fields: str) -> int:
    """Sends a form of the page the browser shows; the status, and the next page in the browser."""
    answer = browser.http.post(action, data={**hidden_fields(browser.page, action), **fields})
    browser.page = browser.get(answer.headers["location"]).text if answer.status_code == 303 else answer.text
    return answer.status_code


def look(portal: Portal, person: str, path: str = PAPER) -> Browser:
    """Somebody with a page open."""
    browser = entered(portal, person)
    browser.page = browser.get(path).text
    return browser


def key_in(browser: Browser, fields: Fields | None = None, **more: str) -> str:
    """Types a whole paper and goes on to what will be sent; the hash shown there."""
    given = {**typed(browser.page), **(fields or answered()), **IN_TIME, **more, "do": "check"}
    assert browser.send(PAPER, given).status_code == 303
    browser.page = browser.get(f"{PAPER}/check").text
    return hidden_fields(browser.page, f"{PAPER}/check")["seen"]


def scan(browser: Browser, data: bytes, name: str = "核章頁.jpg") -> httpx.Response:
    """Uploads the signed page."""
    hidden = hidden_fields(browser.page, f"{PAPER}/scan")
    sent = browser.http.post(f"{PAPER}/scan", data=hidden, files={"file": (name, data, "image/jpeg")})
    browser.page = browser.get(f"{PAPER}/check").text if sent.status_code == 303 else sent.text
    return sent


def keyed() -> PaperReturn:
    """The paper as it stands."""
    with session_scope() as session:
        row = on_paper.get(session, OF_WORKS)
        assert row is not None
        return row


def mails() -> list[str]:
    """Who was told that the paper came in."""
    with session_scope() as session:
        return sorted(session.scalars(select(Notice.person_id).where(Notice.kind == "checklist_on_paper")))


def test_from_the_paper_to_a_return_that_is_late_by_the_day_it_was_received(sent: Portal) -> None:
    unit = entered(sent, "works")
    unit.get(PAGE)
    first, *_ = put = list(items())
    given = {**typed(unit.page), f"remark.{first}": "單位自己的草稿", "do": "save"}
    assert unit.send(PAGE, given).status_code == 303
    officer = look(sent, "ethics")
    assert "單位線上另有未送出之草稿" in visible_text(officer.page)
    assert "單位自己的草稿" not in officer.page
    wrong = {**answered(), f"answer.{first}": "not_applicable", f"remark.{first}": ""}
    given = {**typed(officer.page), **wrong, "received_on": "115年11月10日", "do": "check"}
    assert officer.send(PAPER, given).status_code == 303
    officer.page = officer.get(f"{PAPER}/check").text
    told = visible_text(officer.page)
    for one in ("收件日不得晚於今日", "未經單位主管核章", "第1項"):
        assert one in told, one
    seen = key_in(officer)
    assert scan(officer, word("不是掃描檔"), "核章頁.docx").status_code == 422
    assert "掃描檔限 PDF、PNG 或 JPG" in visible_text(officer.page)
    assert scan(officer, photograph()).status_code == 303
    again = hidden_fields(officer.page, f"{PAPER}/check")["seen"]
    assert again != seen, "the scan is part of what is sent"
    assert post(officer, f"{PAPER}/check") == 303
    assert "登錄者不得自行複核" in visible_text(officer.page)
    assert returned() == (ChecklistState.FILLING, 0)
    for person in ("works", "works_head", "social"):
        assert entered(sent, person).get(PAPER).status_code in {403, 404}
        assert entered(sent, person).get(f"{PAPER}/scan").status_code in {403, 404}
    assert "待他人複核" in visible_text(look(sent, "ethics", "/").page)
    head = look(sent, "ethics_head", "/")
    assert "紙本檢查表待複核" in visible_text(head.page)
    head.page = head.get(PAPER).text
    assert "收發登記簿第3冊" in head.page
    assert post(head, f"{PAPER}/decision", do="confirm") == 303
    with session_scope() as session:
        checklist = checklists.get(session, OF_WORKS)
        whole = session.get_one(ChecklistReturn, (OF_WORKS, 1))
        paper = session.get_one(SignedPaper, (OF_WORKS, 1))
        assert (checklist.state, checklist.days_late, whole.channel, whole.dated) == (
            ChecklistState.RETURNED, 0, "paper", "115.11.5",
        )  # fmt: skip
        assert checklist.returned_at is not None
        assert now.local_date(checklist.returned_at) == paper.received_on
        assert (paper.keyed_by, paper.confirmed_by, roc.plain(paper.received_on)) == (
            "ethics", "ethics_head", "115年11月6日",
        )  # fmt: skip
        assert len(list(session.scalars(select(Answer).where(Answer.version == 1)))) == len(put)
        assert first in {name.partition(".")[2] for name in drafts.get(session, OF_WORKS).content}  # type: ignore[union-attr]
    assert keyed().state is PaperState.ENTERED
    assert keyed().content == {}
    assert "works" in mails()
    for person in ("works", "ethics_head"):
        told = visible_text(look(sent, person, SHEET).page)
        for one in ("紙本收件日", "115年11月6日", "簡○廉登錄", "潘○正核對", "於紙本核章"):
            assert one in told, one
    unit.page = unit.get(PAGE).text
    assert "單位自己的草稿" in unit.page
    assert unit.get(f"{PAPER}/scan?version=1").status_code == 200
    with session_scope() as session:
        assert papers.confirm(session, OF_WORKS, seen=again, person_id="ethics_head", at=now.now()) == 1


def test_a_return_the_unit_sends_meanwhile_stands_and_the_paper_is_kept(sent: Portal) -> None:
    officer = look(sent, "ethics")
    seen = key_in(officer)
    assert post(officer, f"{PAPER}/check") == 303
    head = look(sent, "ethics_head")
    assert take_word(word_file()).accepted
    assert post(head, f"{PAPER}/decision", do="confirm") == 409
    told = visible_text(head.page)
    assert "送回第1次" in told
    assert "登錄內容均已保留" in told
    assert returned() == (ChecklistState.RETURNED, 1)
    with session_scope() as session, pytest.raises(Conflict):
        papers.confirm(session, OF_WORKS, seen=seen, person_id="ethics_head", at=now.now())
    assert post(head, f"{PAPER}/decision", do="give_back", reason="") == 422
    assert post(head, f"{PAPER}/decision", do="give_back", reason="單位已另送，請確認以何者為準") == 303
    officer.page = officer.get(PAPER).text
    told = visible_text(officer.page)
    assert "請確認以何者為準" in told
    assert "送回第1次" in told
    assert typed(officer.page)["received_on"] == IN_TIME["received_on"]
    officer.page = officer.get(f"{PAPER}/check").text
    assert post(officer, f"{PAPER}/check") == 303
    unit = entered(sent, "works")
    fill_and_look(unit)
    head.page = head.get(PAPER).text
    assert post(head, f"{PAPER}/decision", do="confirm") == 303
    assert returned() == (ChecklistState.RETURNED, 2)
    assert post(unit, CHECK) == 409
    assert "送回第2次" in visible_text(unit.page)


def test_of_a_form_sent_back_the_paper_brings_what_is_asked_again(sent_here: Portal) -> None:
    first, second, *_ = items()
    assert take_word(word_file()).accepted
    with session_scope() as session:
        send_back(session, OF_WORKS, person_id="ethics", reason="請補登記簿", item_ids=[first], at=now.now())
    officer = look(sent_here, "ethics")
    assert f"answer.{first}" in officer.page
    assert f"answer.{second}" not in officer.page
    given = {**typed(officer.page), **IN_TIME, "do": "check"}
    assert officer.send(PAPER, given).status_code == 303
    officer.page = officer.get(f"{PAPER}/check").text
    assert "未見補正" in visible_text(officer.page)
    key_in(officer, {f"remark.{first}": "補登第3冊"})
    assert post(officer, f"{PAPER}/check") == 303
    assert post(look(sent_here, "ethics_head"), f"{PAPER}/decision", do="confirm") == 303
    with session_scope() as session:
        given_now = {one.item_id: one for one in checklists.answers(session, OF_WORKS, 2)}
        before = {one.item_id: one for one in checklists.answers(session, OF_WORKS, 1)}
    assert given_now[first].remark == "補登第3冊"
    assert given_now[second].value == before[second].value


def test_two_who_key_in_merge_and_nothing_is_left_of_what_was_never_confirmed(sent_here: Portal) -> None:
    mine, too = look(sent_here, "ethics"), look(sent_here, "ethics_head")
    assert post(mine, PAPER, filler="甲", opinion="無") == 303
    assert post(too, PAPER, filler="乙", **IN_TIME) == 409
    assert "甲" in visible_text(too.page)
    key_in(mine)
    assert scan(mine, photograph()).status_code == 303
    assert post(mine, f"{PAPER}/check") == 303
    too.page = too.get(PAPER).text
    assert "登錄者不得自行複核" in visible_text(too.page), "whoever typed any of it"
    with session_scope() as session:
        cancel(
            session,
            story.CAMPAIGN,
            person_id="ethics_head",
            reason="併案",
            document_number="示市政字第1號",
            at=now.now(),
        )
        assert not list(session.scalars(select(Document).where(Document.kind == papers.KIND)))
    assert (keyed().content, keyed().state) == ({}, PaperState.DRAFT)


def test_who_may(sent_here: Portal) -> None:
    def allowed(person: str, unit: str) -> bool:
        with session_scope() as session:
            checklist = checklists.get(session, f"{story.CAMPAIGN}:{unit}")
            return bool(may(asking(session, person, at=now.now()), Act.KEY_PAPER_RETURN, checklist))

    people = ("ethics", "ethics_head", "inspector", "works", "works_head", "mayor", "nobody")
    assert {one for one in people if allowed(one, "U04")} == {"ethics", "ethics_head"}
    assert not any(allowed(one, "U11") for one in people), "nobody keys in or confirms the own unit's paper"
