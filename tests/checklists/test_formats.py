"""Whichever format a form is saved in, it goes the one road: taken in, kept as what it is, asked back item by item."""

from __future__ import annotations

import pytest

from campaigns.paper_office import CAMPAIGN, CONTACT, SECOND_STAFF, WORKS, PaperOffice, notices
from checklists.filling import filled
from documents.open_text import answered
from documents.workbook import changed, place, stored, typed
from inspection import clock as now
from inspection import settings
from inspection.checklists.drop_folder import ReturnCounts, empty_drop_folder
from inspection.checklists.reading import read_in_sandbox
from inspection.checklists.sheet import sheet, take_form
from inspection.documents.convert import convert_all
from inspection.documents.media_types import DOCX, ODT, XLSX
from inspection.documents.storage import read_document
from inspection.model import Document
from inspection.model.lifecycle import ChecklistState
from inspection.rules.answers import stance
from inspection.store import checklists, documents
from inspection.store.session import session_scope
from inspection.vocabulary import AnswerValue

OF_WORKS = f"{CAMPAIGN}:{WORKS}"


@pytest.fixture
def sent(office: PaperOffice) -> PaperOffice:
    """Forms are out, and the drop folder is there."""
    office.approved_plan()
    office.send_forms()
    settings.get().drop_folder_path.mkdir(parents=True)
    return office


def look() -> ReturnCounts:
    """One look into the drop folder, as the service looks."""
    with read_in_sandbox() as read:
        return empty_drop_folder(session_scope, settings.get().drop_folder_path, read=read, at=now.now())


@pytest.mark.clause("S4-21")
def test_a_form_saved_as_odt_is_asked_back_by_its_items_and_then_taken_in(sent: PaperOffice) -> None:
    item, other = sent.items(WORKS)[:2]
    word = filled(sent.form(WORKS), {item: "不符合"}, {f"{item}.remark": "登記簿第 3 冊"}, ticked=item)
    unclear = filled(sent.form(WORKS), {other: "大致符合"})
    whole, half = convert_all([word, unclear], "odt")
    drop = settings.get().drop_folder_path
    (drop / "工務課.odt").write_bytes(half)
    assert look() == ReturnCounts(0, 1)
    (told,) = notices("checklist_refused")
    assert (told.person_id, str(told.values["problem_lines"]).startswith("1. 第2項")) == (CONTACT[WORKS], True)
    (drop / "工務課.odt").write_bytes(whole)
    assert look() == ReturnCounts(1, 0)
    with session_scope() as session:
        assert checklists.get(session, OF_WORKS).state is ChecklistState.RETURNED
        answers = {one.item_id: one for one in checklists.answers(session, OF_WORKS)}
        document, data, _ = take_form(session, checklists.get(session, OF_WORKS), SECOND_STAFF, at=now.now())
        assert sheet(session, OF_WORKS).whole.channel == "drop_folder"
    assert set(answers) == set(sent.items(WORKS))
    given = answers[item]
    assert (stance(given.value), given.mended, given.remark) == (AnswerValue.DOES_NOT_CONFORM, True, "登記簿第 3 冊")
    assert (document.media_type, data) == (ODT, whole)


def went_out(unit: str, target: str) -> bytes:
    """The form that went out to a unit's contact beside the Word form, in another format."""
    (notice,) = (one for one in notices("checklist_issued") if one.person_id == CONTACT[unit])
    with session_scope() as session:
        word, *others = (session.get_one(Document, one) for one in notice.attachments)
        assert [one.media_type for one in (word, *others)] == [DOCX, ODT, XLSX]
        assert "如附Word檔、ODT檔、Excel檔（內容相同，擇一填報）" in notice.body
        copy = documents.copies(session, word.id)[target]
        assert (copy.id in notice.attachments, copy.title) == (True, f"{word.title}.{target}")
        return read_document(copy)


@pytest.mark.clause("S4-21")
def test_an_odt_goes_out_beside_and_filled_comes_back_whole(sent: PaperOffice) -> None:
    items = sent.items(WORKS)
    rows = {item: ("符合", f"登記簿第 {number} 冊") for number, item in enumerate(items)}
    half = answered(went_out(WORKS, "odt"), {item: rows[item] for item in items[1:]})
    drop = settings.get().drop_folder_path
    (drop / "工務課.odt").write_bytes(half)
    assert look() == ReturnCounts(0, 1)
    (told,) = notices("checklist_refused")
    assert "第1項未填結果" in str(told.values["problem_lines"])
    whole = answered(half, {items[0]: rows[items[0]]})
    (drop / "工務課.odt").write_bytes(whole)
    assert look() == ReturnCounts(1, 0)
    with session_scope() as session:
        checklist = checklists.get(session, OF_WORKS)
        given = {one.item_id: (stance(one.value), one.remark) for one in checklists.answers(session, OF_WORKS)}
        document, data, _ = take_form(session, checklist, SECOND_STAFF, at=now.now())
    assert given == {item: (AnswerValue.CONFORMS, remark) for item, (_, remark) in rows.items()}
    assert (document.media_type, data) == (ODT, whole)


@pytest.mark.clause("S4-21")
def test_a_workbook_goes_out_beside_and_is_asked_back_by_its_cells_and_then_taken_in(sent: PaperOffice) -> None:
    blank = went_out(WORKS, "xlsx")
    items = sent.items(WORKS)
    answers = [typed(item, "C", "符合") for item in items[1:]]
    whole = changed(blank, *answers, typed(items[0], "C", "不符合"), typed(items[0], "E", "登記簿第 3 冊"))
    reckoned = changed(whole, stored(items[0], "C", "不符合", kind="str", formula="C20"))
    drop = settings.get().drop_folder_path
    (drop / "工務課.xlsx").write_bytes(reckoned)
    assert look() == ReturnCounts(0, 1)
    (told,) = notices("checklist_refused")
    lines = str(told.values["problem_lines"])
    assert told.person_id == CONTACT[WORKS]
    assert f"儲存格{place(blank, items[0], 'C')}為公式" in lines and "第1項未填結果" in lines
    (drop / "工務課.xlsx").write_bytes(whole)
    assert look() == ReturnCounts(1, 0)
    with session_scope() as session:
        checklist = checklists.get(session, OF_WORKS)
        given = {one.item_id: one for one in checklists.answers(session, OF_WORKS)}
        document, data, _ = take_form(session, checklist, SECOND_STAFF, at=now.now())
    assert (stance(given[items[0]].value), given[items[0]].remark) == (AnswerValue.DOES_NOT_CONFORM, "登記簿第 3 冊")
    assert (document.media_type, data, set(given)) == (XLSX, whole, set(items))
