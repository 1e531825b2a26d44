"""Forms that come back: read strictly, taken in once, refused with the exact reason, and on time to the last minute."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from demo.people import fill_form

from campaigns.paper_office import (
    CAMPAIGN,
    CONTACT,
    SECOND_STAFF,
    WORKS,
    PaperOffice,
    notices,
)
from checklists.filling import filled
from conftest import FixedClock
from documents.word import repacked, text_of
from inspection import clock as now
from inspection import settings
from inspection.checklists.drop_folder import ReturnCounts, empty_drop_folder
from inspection.checklists.reading import read_in_sandbox
from inspection.checklists.review import accept, send_back
from inspection.documents.returned import FileFault, FormProblem
from inspection.errors import BadSource, Conflict, NotAllowed, SourceUnavailable
from inspection.model import Checklist
from inspection.model.lifecycle import ChecklistState
from inspection.rules.answers import stance
from inspection.store import checklists, events
from inspection.store.session import session_scope
from inspection.vocabulary import AnswerValue

OF_WORKS = f"{CAMPAIGN}:{WORKS}"


@pytest.fixture
def sent(office: PaperOffice) -> PaperOffice:
    """Forms are out; due on 11 November, a Wednesday."""
    office.approved_plan()
    office.send_forms()
    return office


def checklist(checklist_id: str = OF_WORKS) -> Checklist:
    """A checklist as it stands."""
    with session_scope() as session:
        return checklists.get(session, checklist_id)


def back(office: PaperOffice, **answers: str) -> bytes:
    """The works unit's form, filled."""
    return fill_form(office.form(WORKS), answers)


# ------------------------------------------------------------------------------------------------ taken in


@pytest.mark.clause("S4-21")
def test_a_form_returned_twice_is_taken_in_once(sent: PaperOffice) -> None:
    form = back(sent)
    first, second = sent.take_in(form), sent.take_in(form)
    assert first == second
    assert (first.accepted, first.version, first.checklist_id) == (True, 1, OF_WORKS)
    with session_scope() as session:
        assert checklists.newest_version(session, OF_WORKS) == 1
        answered = {one.item_id for one in checklists.answers(session, OF_WORKS)}
        steps = [one.to_state for one in events.of_subject(session, "checklist", OF_WORKS) if one.action == "step"]
    assert steps == ["issued", "returned"]
    assert answered == set(sent.items(WORKS))


def test_a_corrected_form_is_the_next_version_and_the_first_stays(sent: PaperOffice) -> None:
    item = sent.items(WORKS)[0]
    sent.take_in(back(sent))
    assert sent.take_in(fill_form(sent.form(WORKS), {item: "不符合"})).version == 2
    with session_scope() as session:
        newest = {one.item_id: one.value for one in checklists.answers(session, OF_WORKS)}
    assert stance(newest[item]) is AnswerValue.DOES_NOT_CONFORM


def test_sending_the_forms_again_sends_nothing_again(sent: PaperOffice) -> None:
    before = [(one.id, one.key) for one in notices()]
    sent.send_forms()
    assert [(one.id, one.key) for one in notices()] == before


# ------------------------------------------------------------------------------------------------ refused


def test_an_unanswered_form_is_refused_item_by_item_and_nothing_is_half_written(sent: PaperOffice) -> None:
    taken = sent.take_in(sent.form(WORKS))
    assert not taken.accepted
    assert list(taken.problems) == [{"problem": "unanswered", "item": item} for item in sent.items(WORKS)]
    assert checklist().state is ChecklistState.ISSUED
    assert not any("其餘各項" in one.body for one in notices("checklist_refused"))
    with session_scope() as session:
        assert checklists.answers(session, OF_WORKS) == []


def test_an_answer_that_is_none_of_the_three_is_refused_by_its_item(sent: PaperOffice) -> None:
    item = sent.items(WORKS)[2]
    taken = sent.take_in(fill_form(sent.form(WORKS), {item: "大致符合"}))
    assert {"problem": FormProblem.ANSWER_UNCLEAR.value, "item": item} in taken.problems
    assert {one["item"] for one in taken.problems} == {item}


def test_not_applicable_without_a_reason_is_refused_by_its_item(sent: PaperOffice) -> None:
    item = sent.items(WORKS)[2]
    plain = filled(sent.form(WORKS), {item: "不適用"}, {f"{item}.remark": "　"})
    assert list(sent.take_in(plain).problems) == [{"problem": "reason_missing", "item": item}]
    (told,) = notices("checklist_refused")
    lines = told.values["problem_lines"].splitlines()
    assert lines[0] == "1. 第3項選填不適用，請於說明欄敘明理由。"
    assert lines[1].startswith("2. 其餘各項均已讀取，並帶入線上填報頁")
    assert sent.take_in(filled(sent.form(WORKS), {item: "不適用"}, {f"{item}.remark": "無此業務"})).accepted


def test_the_form_says_what_to_hold_ready_and_what_the_remark_tells(sent: PaperOffice) -> None:
    printed = text_of(sent.form(WORKS))
    asked = {item.id: item for item in sent.rules.checklist_items.items}
    named = [asked[one] for one in sent.items(WORKS)]
    assert any(item.evidence_required for item in named)
    for item in named:
        if item.evidence:
            assert f"{'必備' if item.evidence_required else ''}佐證：{item.evidence}" in printed
        if item.remark_hint:
            assert f"說明欄請填：{item.remark_hint}" in printed


def test_a_statement_rewritten_by_the_unit_is_refused(sent: PaperOffice) -> None:
    with session_scope() as session:
        question = checklists.questions(session, OF_WORKS)[0]
    form = back(sent)
    body = zipfile.ZipFile(io.BytesIO(form)).read("word/document.xml").decode()
    assert question.statement in body
    softened = repacked(form, {"word/document.xml": body.replace(question.statement, "本單位一切符合規定。").encode()})
    taken = sent.take_in(softened)
    assert list(taken.problems) == [{"problem": "question_changed", "item": question.item_id}]
    assert checklist().state is ChecklistState.ISSUED


def test_a_form_of_another_installation_is_not_ours(sent: PaperOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    form = back(sent)
    monkeypatch.setenv("INSPECTION_SECRET_KEY", "another key of another installation, long enough")
    settings.reset()
    taken = sent.take_in(form)
    assert {"problem": "seal_invalid", "item": ""} in taken.problems
    assert {"problem": "not_issued_by_us", "item": ""} in taken.problems


def test_a_form_after_acceptance_is_refused_with_the_state(sent: PaperOffice) -> None:
    sent.return_form(WORKS)
    taken = sent.take_in(fill_form(sent.form(WORKS), {sent.items(WORKS)[0]: "不適用"}))
    assert list(taken.problems) == [{"problem": "checklist_accepted", "item": ""}]
    assert checklist().state is ChecklistState.ACCEPTED


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("picture.docx", b"\x89PNG\r\n\x1a\n"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 64),
        ("text.docx", "檢查表".encode()),
    ],
)
def test_what_is_no_word_file_is_kept_refused_and_told_with_a_remedy(sent: PaperOffice, name: str, data: bytes) -> None:
    drop = settings.get().drop_folder_path
    drop.mkdir(parents=True)
    (drop / name).write_bytes(data)
    (drop / "工務課.docx").write_bytes(back(sent))
    with read_in_sandbox() as read:
        assert empty_drop_folder(session_scope, drop, read=read, at=now.now()) == ReturnCounts(taken=1, refused=1)
        assert empty_drop_folder(session_scope, drop, read=read, at=now.now()) == ReturnCounts(taken=0, refused=0)
    (reason,) = (drop / "refused").glob("*.reason.json")
    (told,) = json.loads(reason.read_text(encoding="utf-8"))
    assert told["problem"] in set(FileFault)
    assert "請" in told["remedy"]
    kept = [path for path in (drop / "refused").iterdir() if path.suffix != ".json"]
    assert [path.read_bytes() for path in kept] == [data]
    assert checklist().state is ChecklistState.RETURNED


def test_a_drop_folder_that_is_not_there_is_told_as_such(office: PaperOffice) -> None:
    with pytest.raises(SourceUnavailable, match="無法開啟收件資料夾 drop"), read_in_sandbox() as read:
        empty_drop_folder(session_scope, settings.get().home / "drop", read=read, at=now.now())


# ------------------------------------------------------------------------------------------------ on time


@pytest.mark.parametrize(
    ("instant", "late"),
    [
        ("2026-11-11T23:59:59+08:00", 0),
        ("2026-11-12T00:00:00+08:00", 1),
        ("2026-11-13T18:00:00+08:00", 2),
        ("2026-11-15T18:00:00+08:00", 2),  # a Sunday: no working day more
        ("2026-11-16T08:00:00+08:00", 3),
    ],
)
def test_late_days_are_working_days_counted_in_taipei(
    sent: PaperOffice, clock: FixedClock, instant: str, late: int
) -> None:
    clock.set(instant)
    sent.take_in(back(sent))
    assert checklist().days_late == late


def test_late_days_stay_as_they_were_at_the_return(sent: PaperOffice, clock: FixedClock) -> None:
    clock.set("2026-11-13T09:00:00+08:00")
    form = back(sent)
    sent.take_in(form)
    clock.set("2026-11-30T09:00:00+08:00")
    sent.take_in(form)
    with session_scope() as session:
        accept(session, OF_WORKS, person_id=SECOND_STAFF, at=now.now())
    assert checklist().days_late == 2


# ------------------------------------------------------------------------------------------------ reviewed


def test_only_the_ethics_office_accepts_and_twice_is_once(sent: PaperOffice) -> None:
    sent.take_in(back(sent))
    with pytest.raises(NotAllowed), session_scope() as session:
        accept(session, OF_WORKS, person_id=CONTACT[WORKS], at=now.now())
    for _ in range(2):
        with session_scope() as session:
            accept(session, OF_WORKS, person_id=SECOND_STAFF, at=now.now())
    assert checklist().state is ChecklistState.ACCEPTED


def test_what_has_not_come_back_cannot_be_accepted(sent: PaperOffice) -> None:
    with pytest.raises(Conflict, match="現為「已分送」，不得改為「審查完成」"), session_scope() as session:
        accept(session, OF_WORKS, person_id=SECOND_STAFF, at=now.now())


def test_a_form_sent_back_names_its_items_and_may_come_again(sent: PaperOffice) -> None:
    sent.take_in(back(sent))
    items = sent.items(WORKS)
    with session_scope() as session:
        send_back(
            session, OF_WORKS, person_id=SECOND_STAFF, item_ids=[items[3], items[0]], reason="佐證不足", at=now.now()
        )
    (told,) = notices("checklist_returned_for_correction")
    assert (told.person_id, told.values["item_numbers"]) == (CONTACT[WORKS], "1、4")
    assert sent.take_in(fill_form(sent.form(WORKS), {items[0]: "不符合"})).version == 2
    assert checklist().state is ChecklistState.RETURNED


@pytest.mark.parametrize("items", [[], ["DOC-999"]])
def test_sending_back_without_an_item_of_the_form_is_refused(sent: PaperOffice, items: list[str]) -> None:
    sent.take_in(back(sent))
    with pytest.raises(BadSource, match="沒有項目"), session_scope() as session:
        send_back(session, OF_WORKS, person_id=SECOND_STAFF, item_ids=items, reason="佐證不足", at=now.now())
    assert checklist().state is ChecklistState.RETURNED


def test_sending_back_without_a_reason_is_refused(sent: PaperOffice) -> None:
    sent.take_in(back(sent))
    with pytest.raises(BadSource, match="退回理由未填"), session_scope() as session:
        send_back(session, OF_WORKS, person_id=SECOND_STAFF, item_ids=sent.items(WORKS)[:1], reason=" ", at=now.now())
