"""Whichever format a form is saved in, it goes the one road: taken in, kept as what it is, asked back item by item."""

from __future__ import annotations

import pytest

from campaigns.paper_office import CAMPAIGN, CONTACT, SECOND_STAFF, WORKS, PaperOffice, notices
from checklists.filling import filled
from inspection import clock as now
from inspection import settings
from inspection.checklists.drop_folder import ReturnCounts, empty_drop_folder
from inspection.checklists.reading import read_in_sandbox
from inspection.checklists.sheet import sheet, take_form
from inspection.documents.convert import convert_all
from inspection.documents.media_types import ODT
from inspection.model.lifecycle import ChecklistState
from inspection.rules.answers import stance
from inspection.store import checklists
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
        document, data = take_form(session, checklists.get(session, OF_WORKS), SECOND_STAFF, at=now.now())
        assert sheet(session, OF_WORKS).whole.channel == "drop_folder"
    assert set(answers) == set(sent.items(WORKS))
    given = answers[item]
    assert (stance(given.value), given.mended, given.remark) == (AnswerValue.DOES_NOT_CONFORM, True, "登記簿第 3 冊")
    assert (document.media_type, data) == (ODT, whole)
