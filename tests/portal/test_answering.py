"""A checklist answered on its page: kept field by field, merged, never lost, and entered as a file's answers are."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import anyio
import pytest
from sqlalchemy.orm import Session
from starlette.requests import Request

from conftest import FixedClock
from inspection import clock as now
from inspection import settings
from inspection.access import sessions
from inspection.campaigns.cancel import cancel
from inspection.checklists import draft as drafting
from inspection.checklists.review import accept, send_back
from inspection.checklists.submit import submit
from inspection.documents.storage import read_document
from inspection.errors import NotAllowed, NotFound
from inspection.language import legible
from inspection.model import Answer, Campaign, CampaignUnit, Checklist, ChecklistQuestion, Document, Notice
from inspection.model.lifecycle import CampaignState, ChecklistState
from inspection.portal import guard
from inspection.portal.cookies import session_cookie
from inspection.rules.answers import StatementAnswer, kept_answer, stance
from inspection.store import campaigns, checklists, drafts
from inspection.store.session import session_scope
from inspection.vocabulary import AnswerValue
from portal import story
from portal.answering import (
    CHECK,
    OF_WORKS,
    PAGE,
    answered,
    entered,
    fill_and_look,
    happened,
    items,
    returned,
    sign_in_again,
    take_word,
    typed,
    word_file,
)
from portal.client import hidden_fields, visible_text
from portal.conftest import Portal
from portal.snapshots import restore

# ------------------------------------------------------------------------------------------------ from desk to receipt


def test_a_contact_fills_looks_and_sends_and_holds_a_receipt_and_the_office_reads_it(sent: Portal) -> None:
    contact, first = entered(sent, "works"), next(iter(items()))
    assert f'href="{PAGE}"' in contact.get("/").text
    fill_and_look(contact, answered(**{f"answer__{first}".replace("-", "_"): "does_not_conform", "opinion": "無<b>"}))
    assert "不符合" in visible_text(contact.page)
    assert "經單位主管核閱" in visible_text(contact.page)
    sent_off = contact.send(CHECK, {})
    assert sent_off.headers["location"] == f"/checklists/{OF_WORKS}?version=1"
    contact.get(sent_off.headers["location"])
    text = visible_text(contact.page)
    with session_scope() as session:
        whole = checklists.returned(session, OF_WORKS, 1)
        assert whole is not None
        document = session.get_one(Document, whole.document_id)
        kept = {one.item_id: one.value for one in checklists.answers(session, OF_WORKS)}
        assert drafts.begun(session, [OF_WORKS]) == set()
    for told in (f"{OF_WORKS}-1", "115年11月9日　15:00", document.sha256, "工務課單位窗口蔡○翰送出", "無<b>"):
        assert told in text, told
    assert json.loads(read_document(document))["checklist"] == OF_WORKS
    assert (whole.channel, whole.filler, stance(kept[first])) == ("portal", "蔡○翰", AnswerValue.DOES_NOT_CONFORM)
    assert returned() == (ChecklistState.RETURNED, 1)
    steps = [(one.actor, one.to_state) for one in happened("step")]
    assert steps[-1] == ("works", "returned")
    officer = entered(sent, "ethics")
    officer.get(f"/checklists/{OF_WORKS}")
    assert "工務課單位窗口蔡○翰送出" in visible_text(officer.page)
    assert officer.send(f"/checklists/{OF_WORKS}", {"outcome": "accepted"}).status_code == 303
    assert contact.http.get(PAGE).status_code == 409


def test_what_is_missing_is_said_by_its_statement_and_nothing_is_entered(sent_here: Portal) -> None:
    contact, asked = entered(sent_here, "works"), items()
    demanding = next(item for item, one in asked.items() if one.evidence_required)
    other = next(item for item in asked if item != demanding)
    contact.get(PAGE)
    fields = answered()
    fields[f"answer.{other}"], fields[f"remark.{other}"] = "not_applicable", " "
    fields[f"remark.{demanding}"] = ""
    contact.send(PAGE, {**fields, "do": "check"})
    assert contact.get(CHECK).status_code == 422
    text = visible_text(contact.page)
    assert "選填不適用，請於說明欄敘明理由" in text
    assert contact.http.post(CHECK, data={**hidden_fields(contact.page, PAGE), "seen": "0" * 64}).status_code == 422
    assert returned() == (ChecklistState.FILLING, 0)


def test_answers_of_a_return_stand_in_the_form_again_and_each_sending_stays_readable(sent: Portal) -> None:
    first = next(iter(items()))
    take_word(word_file(**{first: "不符合"}))
    with session_scope() as session:
        send_back(session, OF_WORKS, person_id="ethics", item_ids=[first], reason="請敘明情形", at=now.now())
    contact, officer = entered(sent, "works"), entered(sent, "ethics")
    assert "必備佐證未附" in visible_text(officer.get(f"/checklists/{OF_WORKS}").text)
    assert "必備佐證未附" in visible_text(contact.get(f"/checklists/{OF_WORKS}").text)
    contact.get(PAGE)
    assert "請敘明情形" in visible_text(contact.page)
    assert typed(contact.page)[f"answer.{first}"] == "does_not_conform"
    contact.send(PAGE, {**answered(), **typed(contact.page), "do": "check"})
    fill_and_look(contact)
    assert contact.send(CHECK, {}).headers["location"].endswith("version=2")
    contact.get(f"/checklists/{OF_WORKS}?version=1")
    assert "先前送回之內容" in visible_text(contact.page)
    assert "不符合" in visible_text(contact.page)
    assert contact.http.get(f"/checklists/{OF_WORKS}?version=7").status_code == 404


def test_numbers_dates_and_texts_are_typed_and_read_as_in_word(sent_here: Portal) -> None:
    specs: list[dict[str, object]] = [
        {"answer": {"kind": "number", "unit": "件"}}, {"answer": {"kind": "date"}}, {"answer": {"kind": "text"}},
        {"answer": {"kind": "number", "unit": "份"}},
    ]  # fmt: skip
    with session_scope() as session:
        asked = checklists.questions(session, OF_WORKS)[: len(specs)]
        for question, spec in zip(asked, specs, strict=True):
            question.spec = spec
        number, day, text, none = (one.item_id for one in asked)
    contact, fields = entered(sent_here, "works"), answered()
    written = {number: "1,234", day: "115/11/31", text: "自行改善", none: "3"}
    fields |= {f"answer.{item}": words for item, words in written.items()} | {f"none.{none}": "yes"}
    contact.get(PAGE)
    contact.send(PAGE, {**fields, "do": "check"})
    assert contact.get(CHECK).status_code == 422
    assert "第2項應填一個確有之日期" in visible_text(contact.page)
    assert "第4項應填一個數值（份）" in visible_text(contact.page)
    stands = typed(contact.page)
    assert (stands[f"answer.{day}"], stands[f"none.{none}"]) == ("115/11/31", "yes")
    mended = {f"answer.{day}": "115.11.3", f"answer.{none}": "", f"remark.{none}": "無此業務"}
    contact.send(PAGE, {**stands, **mended, "do": "check"})
    contact.get(CHECK)
    told = visible_text(contact.page)
    assert [one in told for one in ("1,234件", "115年11月3日", "自行改善", "不適用")] == [True] * 4
    assert contact.send(CHECK, {}).status_code == 303
    stands = typed(contact.get(PAGE).text)
    kept = [stands.get(one) for one in (f"answer.{number}", f"answer.{day}", f"none.{none}")]
    assert kept == ["1,234", "115年11月3日", "yes"]


def test_looking_and_saving_changes_nothing_of_several_lines(sent_here: Portal) -> None:
    with session_scope() as session:
        question = checklists.questions(session, OF_WORKS)[0]
        question.spec = {"answer": {"kind": "text"}}
        first = question.item_id
    contact, lines = entered(sent_here, "works"), "甲\r\n乙"
    fill_and_look(contact, {**answered(), f"answer.{first}": lines, "opinion": lines})
    assert contact.send(CHECK, {}).status_code == 303
    with session_scope() as session:
        whole = checklists.returned(session, OF_WORKS, 1)
        assert whole is not None
        whole.filler, whole.opinion = "股長\n蔡○翰", lines  # as a file may bring them
        send_back(session, OF_WORKS, person_id="ethics", item_ids=[first], reason="請補", at=now.now())
    contact.get(PAGE)
    shown = typed(contact.page)
    assert (shown[f"answer.{first}"], shown["filler"], shown["opinion"]) == (lines, "股長 蔡○翰", lines)
    assert contact.send(PAGE, {**shown, "do": "save"}).status_code == 303
    with session_scope() as session:
        draft = drafting.of(session, checklists.get(session, OF_WORKS))
    assert draft.by == {}
    assert draft.texts[f"answer.{first}"] == "甲\n乙"


def test_what_was_never_sent_goes_when_the_inspection_is_called_off(sent_here: Portal) -> None:
    contact, first = entered(sent_here, "works"), next(iter(items()))
    contact.get(PAGE)
    contact.send(PAGE, {f"remark.{first}": "甲", "do": "save"})
    assert "填報中" in visible_text(entered(sent_here, "ethics").get("/checklists").text)
    with session_scope() as session:
        cancel(
            session, story.CAMPAIGN, person_id="ethics_head", reason="災害", document_number="府政字第1號", at=now.now()
        )
        assert drafts.begun(session, [OF_WORKS]) == set()


def test_a_form_sent_back_and_not_touched_is_not_sent_again(sent_here: Portal) -> None:
    contact = entered(sent_here, "works")
    fill_and_look(contact)
    contact.send(CHECK, {})
    with session_scope() as session:
        send_back(session, OF_WORKS, person_id="ethics", item_ids=list(items())[:1], reason="請補", at=now.now())
    assert contact.get(CHECK).status_code == 422
    assert "未見補正" in visible_text(contact.page)


def test_last_rounds_answer_and_the_reason_of_a_stress_stand_beside_the_statement(sent_here: Portal) -> None:
    first = next(iter(items()))
    with session_scope() as session:
        question = checklists.questions(session, OF_WORKS)[0]
        question.selected_because = "stressed"
        plan = campaigns.latest_plan(session, story.CAMPAIGN)
        assert plan is not None
        units = [{**unit, "stress": "加強文書（狀況研判：上期缺失 2 件）。"} for unit in plan.content["units"]]
        plan.content = {**plan.content, "units": units}
        last_half_year(session, first)
    for person, path in (("works", PAGE), ("ethics", f"/checklists/{OF_WORKS}")):
        text = re.sub(r"\s+", "", visible_text(entered(sent_here, person).get(path).text))
        assert "上期：不符合（已自行改善）登記簿併記" in text, person
        assert "上期：未列入檢查" in text
    assert "本期加強 加強文書（狀況研判：上期缺失2件）。".replace(" ", "") in re.sub(
        r"\s+", "", visible_text(entered(sent_here, "works").get(PAGE).text)
    )


def last_half_year(session: Session, item_id: str) -> None:
    """A round before, in which the works unit answered one statement 不符合 and mended it."""
    now_held = campaigns.get(session, story.CAMPAIGN)
    start = now_held.window_start - timedelta(days=180)
    session.add(
        Campaign(
            id="C-115H1", kind=now_held.kind, name="115年上半年定期保密檢查", state=CampaignState.CLOSED,
            window_start=start, window_end=start + timedelta(days=20), checklist_due_on=start.date(),
            first_crawl=False, opened_by="ethics", opened_at=start,
        )
    )  # fmt: skip
    session.flush()
    session.add(CampaignUnit(campaign_id="C-115H1", unit_id="U04", unit_name="工務課"))
    row = {"id": "C-115H1:U04", "campaign_id": "C-115H1", "unit_id": "U04", "questions_hash": "0" * 64}
    session.add(Checklist(**row, state=ChecklistState.ACCEPTED, due_on=start.date()))
    session.flush()
    put = {"category": "文書", "statement": "x", "basis": "x", "selected_because": "core", "spec": {}}
    session.add(ChecklistQuestion(checklist_id="C-115H1:U04", item_id=item_id, position=1, **put))
    said = kept_answer(StatementAnswer(said=AnswerValue.DOES_NOT_CONFORM))
    whole = {"checklist_id": "C-115H1:U04", "version": 1}
    session.add(Answer(**whole, item_id=item_id, value=said, mended=True, remark="登記簿併記"))


# ------------------------------------------------------------------------------------------------ who, and when


def test_only_the_units_contact_and_head_and_only_while_it_is_out(sent_here: Portal) -> None:
    for person in ("social", "nobody"):
        answers = [entered(sent_here, person).http.get(path).status_code for path in (PAGE, CHECK)]
        assert set(answers) <= {303, 404}, person
    assert entered(sent_here, "ethics").http.get(PAGE).status_code == 403
    assert entered(sent_here, "works_head").http.get(PAGE).status_code == 200
    with session_scope() as session:
        fresh = checklists.get(session, f"{story.CAMPAIGN}:U02")
        fresh.state = ChecklistState.PREPARED
    social = entered(sent_here, "social")
    for path in (f"/checklists/{story.CAMPAIGN}:U02", f"/checklists/{story.CAMPAIGN}:U02/answers"):
        assert social.http.get(path).status_code == 404, path
    contact = entered(sent_here, "works")
    fill_and_look(contact)
    with session_scope() as session:
        campaigns.get(session, story.CAMPAIGN).state = CampaignState.CONCLUDED
    assert contact.send(CHECK, {}).status_code == 409
    assert contact.http.get(PAGE).status_code == 409
    assert "線上填報" not in visible_text(contact.get(f"/checklists/{OF_WORKS}").text)
    assert returned() == (ChecklistState.FILLING, 0)


def test_the_head_of_another_unit_and_one_without_a_role_cannot_send_by_the_verb(sent_here: Portal) -> None:
    contact = entered(sent_here, "works")
    fill_and_look(contact)
    digest = hidden_fields(contact.page, CHECK)["seen"]
    for person in ("social", "admin_head", "ethics"):
        with pytest.raises((NotAllowed, NotFound)), session_scope() as session:
            submit(session, OF_WORKS, seen=digest, person_id=person, at=now.now())


# ------------------------------------------------------------------------------------------------ nothing typed is lost


def test_a_form_sent_after_the_session_ended_comes_back_whole_and_is_kept_after_signing_in(
    sent_here: Portal, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    contact, first = entered(sent_here, "works"), next(iter(items()))
    contact.get(PAGE)
    token = hidden_fields(contact.page, PAGE)["form_token"]
    clock.set("2026-11-09T15:45:00+08:00")
    words = "打了四十分鐘的字" * 400
    late = contact.send(PAGE, {**answered(), f"remark.{first}": words, "do": "check"})
    assert late.status_code == 401
    assert "您所填的內容都還在本頁" in visible_text(contact.page)
    parked = contact.http.cookies["parked"]
    with session_scope() as session:
        secret = sessions.start(session, "works", at=now.now())
    contact.http.cookies.set(session_cookie(), secret)
    kept = hidden_fields(contact.page, PAGE)
    assert kept["form_token"] != token
    assert contact.http.post(PAGE, data=kept, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert contact.send(PAGE, {"do": "save"}).status_code == 303
    assert parked == contact.http.cookies["parked"]
    with session_scope() as session:
        stands = drafting.of(session, checklists.get(session, OF_WORKS)).texts
    assert stands[f"remark.{first}"] == words
    assert "四十分鐘" not in caplog.text


def test_a_page_opened_before_signing_in_anew_is_asked_once_more_and_strangers_get_nothing_back(
    sent_here: Portal,
) -> None:
    contact, stranger, first = entered(sent_here, "works"), sent_here.browser(), next(iter(items()))
    contact.get(PAGE)
    sign_in_again(contact, "works")
    assert contact.send(PAGE, {f"remark.{first}": "甲", "do": "save"}).status_code == 403
    assert contact.send(PAGE, {"do": "save"}).status_code == 303
    answer = stranger.http.post(PAGE, data={"remark.X": "乙"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert stranger.http.post(PAGE, data={"remark.X": "長" * 30_000}).status_code == 422


def test_a_long_form_is_taken_apart_beside_the_thread_that_answers_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    worked: set[int] = set()

    def noted(text: str) -> str:
        worked.add(threading.get_ident())
        return legible(text)

    monkeypatch.setattr(guard, "legible", noted)

    async def parts() -> AsyncIterator[dict[str, object]]:
        for more in (True, False):
            yield {"type": "http.request", "body": b"remark.X=" + b"%E6%AA%A2" * 8_000 + b"&" * more, "more_body": more}

    plain_form = [(b"content-type", b"application/x-www-form-urlencoded")]
    request = Request({"type": "http", "method": "POST", "headers": plain_form}, parts().__anext__)
    form = anyio.run(guard.read_form, request, guard.LARGEST_TYPED_BYTES)
    assert form == {"remark.X": ("檢" * 8_000,) * 2}
    assert worked
    assert threading.get_ident() not in worked


def test_the_only_script_is_ours_and_only_its_page_may_run_it(sent_here: Portal) -> None:
    contact = entered(sent_here, "works")
    answer = contact.get(PAGE)
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert re.findall(r"<script[^>]*>", answer.text) == re.findall(
        r'<script src="/static/answering.js\?\w+" defer>', answer.text
    )
    assert "script-src" not in contact.get("/checklists").headers["content-security-policy"]
    script = contact.http.get(re.findall(r"/static/answering.js\?\w+", answer.text)[0])
    assert script.headers["content-type"].startswith("text/javascript")
    assert "http" not in script.text


@pytest.mark.parametrize("address", ["", "https://inspection.shifan.test"])
def test_the_mail_names_the_page_where_the_portal_has_an_address(
    home: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    restore("submitted", home, monkeypatch)
    if address:
        monkeypatch.setenv("INSPECTION_PORTAL_URL", address)
        settings.reset()
    with session_scope() as session:
        story.approve(session)
        story.send_forms(session)
        mails = session.query(Notice).filter_by(kind="checklist_issued").all()
    assert mails
    assert {("逐項填報" in one.body, "Word檔" in one.body, "列印填寫核章" in one.body) for one in mails} == {
        (bool(address), True, True)
    }


def test_of_a_form_sent_back_only_what_is_asked_again_is_shown_and_the_versions_are_compared(sent_here: Portal) -> None:
    contact, officer = entered(sent_here, "works"), entered(sent_here, "ethics")
    first, second, third, *_ = items()
    fill_and_look(contact)
    contact.send(CHECK, {})
    assert "與第" not in visible_text(officer.get(f"/checklists/{OF_WORKS}").text)
    with session_scope() as session:
        send_back(session, OF_WORKS, person_id="ethics", item_ids=[second], reason="請敘明情形", at=now.now())
        sent_before = {one.item_id: (one.value, one.remark) for one in checklists.answers(session, OF_WORKS)}
    contact.get(PAGE)
    assert {name.partition(".")[2] for name in typed(contact.page) if name.startswith("answer.")} == {second}
    assert f"其餘{len(items()) - 1}項照先前送回之內容" in visible_text(contact.page)
    assert f"answer.{first}" in typed(contact.get(f"{PAGE}?all=1").text)
    contact.send(PAGE, {**typed(contact.page), f"remark.{third}": "另補", "do": "save"})
    contact.get(PAGE)
    assert {f"answer.{second}", f"answer.{third}"} <= set(typed(contact.page)), "what was changed besides is seen too"
    fields = {**typed(contact.page), f"answer.{second}": "does_not_conform", f"remark.{third}": ""}
    fields[f"remark.{third}"] = sent_before[third][1]
    contact.send(PAGE, {**fields, "do": "check"})
    contact.get(CHECK)
    assert contact.send(CHECK, {}).headers["location"].endswith("version=2")
    with session_scope() as session:
        after = {one.item_id: (one.value, one.remark) for one in checklists.answers(session, OF_WORKS)}
    assert {item for item, one in after.items() if one != sent_before[item]} == {second}, "the others stay"
    text = visible_text(officer.get(f"/checklists/{OF_WORKS}").text)
    assert "與第1次送回比較：變更1項（第2項）" in text
    assert officer.page.count("<dt>前次送回</dt>") == 1
    assert "<dt>前次送回</dt>" not in officer.get(f"/checklists/{OF_WORKS}?version=1").text


def test_what_cannot_be_kept_is_given_back_with_the_reason(sent_here: Portal) -> None:
    contact, (one, two, *_) = entered(sent_here, "works"), items()
    contact.get(PAGE)
    fields = {**typed(contact.page), f"remark.{one}": "長" * 20_001, f"remark.{two}": "仍在的字", "do": "save"}
    assert contact.send(PAGE, fields).status_code == 422
    text = visible_text(contact.page)
    assert f"{one}文字過長" in text
    assert "仍在的字" in text
    contact.get(PAGE)
    assert take_word(word_file()).accepted
    with session_scope() as session:
        accept(session, OF_WORKS, person_id="ethics", at=now.now())
    assert contact.send(PAGE, {f"remark.{two}": "仍在的字", "do": "save"}).status_code == 409
    text = visible_text(contact.page)
    assert "本檢查表現不收件" in text
    assert "仍在的字" in text
    assert "決定" not in text
