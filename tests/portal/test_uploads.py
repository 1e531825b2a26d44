"""A filled form laid on its checklist's page: the receipt at once, or what keeps it out; never another unit's form."""

from __future__ import annotations

import os
import re
import secrets

import httpx
import pytest
from sqlalchemy import select

from checklists.filling import filled
from conftest import FixedClock
from inspection import clock as now
from inspection import settings
from inspection.checklists.review import accept
from inspection.documents.media_types import ODT, XLSX
from inspection.documents.storage import read_document
from inspection.keeping import rotation
from inspection.model import Document, Notice, ReturnedFile
from inspection.model.lifecycle import ChecklistState
from inspection.rules.answers import stance
from inspection.store import checklists
from inspection.store.session import session_scope
from inspection.vocabulary import AnswerValue
from portal import story
from portal.answering import OF_WORKS, PAGE, entered, happened, items, returned, take_word, typed, word_file
from portal.client import Browser, hidden_fields, named, visible_text
from portal.conftest import Portal
from portal.test_evidence import lay as lay_evidence
from portal.test_evidence import photograph, word

LIST = f"/checklists/{OF_WORKS}"
UPLOAD = f"{LIST}/upload"
OF_SOCIAL = f"{story.CAMPAIGN}:U02"


def lay(browser: Browser, data: bytes, name: str = "工務課檢查表.docx") -> httpx.Response:
    """Uploads a file as the filled form."""
    browser.get(UPLOAD)
    hidden = hidden_fields(browser.page, UPLOAD)
    sent = browser.http.post(UPLOAD, data=hidden, files={"file": (name, data, "text/html")})
    browser.page = sent.text
    return sent


def blank_form(checklist_id: str = OF_WORKS) -> bytes:
    """The form as it was mailed."""
    with session_scope() as session:
        return read_document(session.get_one(Document, checklists.get(session, checklist_id).document_id))


def refused_forms() -> list[ReturnedFile]:
    """The forms that were kept out."""
    with session_scope() as session:
        return list(session.scalars(select(ReturnedFile).where(~ReturnedFile.accepted)))


def told_by_mail() -> int:
    """How many mails tell of a form that was kept out."""
    with session_scope() as session:
        kinds = ("checklist_refused", "return_refused")
        return len(session.scalars(select(Notice.id).where(Notice.kind.in_(kinds))).all())


def test_a_filled_form_is_asked_back_by_its_items_and_then_taken_with_a_receipt(sent: Portal) -> None:
    contact = entered(sent, "works")
    contact.get(LIST)
    assert UPLOAD in contact.page
    form = blank_form()
    first, second = list(items())[:2]
    assert lay(contact, filled(form, {second: "大致符合"})).status_code == 422
    assert "第2項之結果無法辨識" in visible_text(contact.page)
    assert returned() == (ChecklistState.FILLING, 0)
    assert len(refused_forms()) == 1
    whole = filled(form, {first: "不符合"}, {f"{first}.remark": "登記簿第3冊"})
    assert lay(contact, whole).headers["location"] == LIST
    assert returned() == (ChecklistState.RETURNED, 1)
    assert "先前在本頁" not in visible_text(contact.get(f"{LIST}/answers").text), "what was read of a file nobody typed"
    text = visible_text(contact.get(LIST).text)
    assert f"{OF_WORKS}-1" in text
    assert "本入口網上傳檔案，工務課單位窗口蔡○翰送出" in text
    with session_scope() as session:
        given = {one.item_id: one for one in checklists.answers(session, OF_WORKS)}
    assert (stance(given[first].value), given[first].remark) == (AnswerValue.DOES_NOT_CONFORM, "登記簿第3冊")
    assert lay(contact, whole).status_code == 303, "the same again is once"
    assert returned() == (ChecklistState.RETURNED, 1)
    assert [one.actor for one in happened("step") if one.to_state == ChecklistState.RETURNED] == ["works"]
    assert told_by_mail() == 0, "it is told on the page"


def test_a_form_and_evidence_go_up_and_come_down_under_the_same_name_each_version_its_own(sent: Portal) -> None:
    contact, officer, item = entered(sent, "works"), entered(sent, "ethics"), list(items())[1]
    assert lay_evidence(contact, item, photograph(), "門禁紀錄.jpg").status_code == 303
    forms = [filled(blank_form(), {item: answer}) for answer in ("符合", "不符合")]
    for form, name in zip(forms, ("保密檢查表.docx", "保密檢查表（更正）.docx"), strict=True):
        assert lay(contact, form, name).status_code == 303
    for version, name in ((1, "保密檢查表.docx"), (2, "保密檢查表（更正）.docx")):
        page = officer.get(f"{LIST}?version={version}").text
        link = f"{LIST}/form?version={version}"
        assert link in page
        receipt = " ".join(visible_text(page).partition("填報資料")[0].split())
        assert f"檔名 {name}" in receipt
        assert "第2項佐證 門禁紀錄.jpg SHA-256" in receipt
        taken = officer.http.get(link)
        assert (taken.content, named(taken)) == (forms[version - 1], name)
    assert officer.http.get(f"{LIST}/form?version=3").status_code == 404
    (evidence,) = set(re.findall(rf"{LIST}/evidence/file\?file=\d+", officer.get(LIST).text))
    assert named(officer.http.get(evidence)) == "門禁紀錄.jpg"
    assert [one.details["version"] for one in happened("form_taken")] == [1, 2]


def test_a_refused_form_stands_on_the_units_page_and_desk_until_one_is_taken(sent: Portal, clock: FixedClock) -> None:
    contact, officer, second = entered(sent, "works"), entered(sent, "ethics"), list(items())[1]
    assert not take_word(word_file(**{second: "大概"})).accepted
    for path in ("/", LIST):
        assert "第2項之結果無法辨識" in visible_text(contact.get(path).text), path
        assert "送回之檔案未能收件" in contact.page
    assert f'href="{LIST}#refused"' in contact.get("/").text
    assert "收件資料夾" in contact.get(LIST).text
    assert not take_word(word("會議紀錄")).accepted, "it does not say whose it is"
    assert "2份退件" in visible_text(officer.get("/").text)
    assert "無法辨識" not in visible_text(entered(sent, "social").get("/").text)
    clock.set("2026-11-09T15:05:00+08:00")
    assert take_word(word_file()).accepted
    for path in ("/", LIST):
        assert "未能收件" not in contact.get(path).text, path
    clock.set("2026-11-09T15:10:00+08:00")
    assert "1份退件" in visible_text(officer.get("/").text)
    late = word_file(**{second: "大致"})
    assert not take_word(late).accepted, "a correction of one's own accord"
    assert "未能收件" in contact.get("/").text
    clock.set("2026-11-24T15:05:00+08:00")
    assert "1份退件" in visible_text(entered(sent, "ethics").get("/").text)
    with session_scope() as session:
        accept(session, OF_WORKS, person_id="ethics", at=now.now())
    assert "未能收件" not in entered(sent, "works").get("/").text
    assert "未能收件" not in entered(sent, "works").get(LIST).text


def test_a_form_of_another_unit_changes_nothing_there_and_is_not_kept(sent_here: Portal) -> None:
    foreign = filled(blank_form(OF_SOCIAL))
    contact = entered(sent_here, "works")
    for _ in range(2):  # before that unit has sent it and after
        assert lay(contact, foreign).status_code == 422
        assert "此檔是另一份檢查表" in visible_text(contact.page)
        assert returned() == (ChecklistState.OPENED, 0)
        lay_theirs = entered(sent_here, "social")
        lay_theirs.get(f"/checklists/{OF_SOCIAL}/upload")
        hidden = hidden_fields(lay_theirs.page, f"/checklists/{OF_SOCIAL}/upload")
        sent = lay_theirs.http.post(
            f"/checklists/{OF_SOCIAL}/upload", data=hidden, files={"file": ("a.docx", foreign, "text/html")}
        )
        assert sent.status_code == 303, visible_text(sent.text)
    with session_scope() as session:
        (row,) = session.scalars(select(ReturnedFile)).all()
        assert (row.accepted, row.checklist_id, row.version) == (True, OF_SOCIAL, 1)
    assert [one.actor for one in happened("upload_mislaid")] == ["works", "works"]
    assert lay_theirs.get(UPLOAD).status_code == 404


def test_what_is_no_form_is_told_and_a_draft_on_the_page_stays(sent_here: Portal) -> None:
    contact = entered(sent_here, "works")
    item = next(iter(items()))
    contact.get(PAGE)
    assert contact.send(PAGE, {**typed(contact.page), f"remark.{item}": "第3冊", "do": "save"}).status_code == 303
    contact.get(UPLOAD)
    assert "另有未送出之草稿" in visible_text(contact.page)
    assert contact.send(UPLOAD, {}).status_code == 422
    assert "請選擇要上傳之檔案" in visible_text(contact.page)
    assert lay(contact, word("會議紀錄")).status_code == 422
    assert "識別資料已遺失" in visible_text(contact.page)
    assert lay(contact, b"%PDF-1.4").status_code == 422
    assert 'aria-invalid="true"' in contact.page
    assert lay(contact, filled(blank_form())).status_code == 303
    assert "第3冊" in contact.get(PAGE).text


def test_a_form_issued_under_the_key_of_before_is_taken_and_none_after_the_review(
    sent_here: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = filled(blank_form())
    monkeypatch.setenv("INSPECTION_SECRET_KEY", f"{secrets.token_hex(32)}\n{os.environ['INSPECTION_SECRET_KEY']}")
    settings.reset()
    rotation.rotate(at=now.now(), actor="test")
    contact = entered(sent_here, "works")
    blank = contact.get(f"{LIST}/blank-form")
    assert blank.content == blank_form()
    for target, kind in (("odt", ODT), ("xlsx", XLSX)):
        assert f"{LIST}/blank-form?as={target}" in contact.get(UPLOAD).text
        assert contact.get(f"{LIST}/blank-form?as={target}").headers["content-type"] == kind
    assert lay(contact, form).status_code == 303
    ethics = entered(sent_here, "ethics")
    ethics.get(LIST)
    with session_scope() as session:
        accept(session, OF_WORKS, person_id="ethics", at=now.now())
    assert contact.get(UPLOAD).status_code == 404
    assert contact.get(f"{LIST}/blank-form").status_code == 404
    assert UPLOAD not in contact.get(LIST).text


def test_only_who_answers_uploads(sent_here: Portal) -> None:
    ethics = entered(sent_here, "ethics")
    assert ethics.get(UPLOAD).status_code == 403
    assert UPLOAD not in ethics.get(LIST).text
