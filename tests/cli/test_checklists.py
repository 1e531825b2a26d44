"""`inspection checklists`: read before accepted, in the office's words; a whole campaign only as far as it was read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from campaigns.paper_office import CAMPAIGN, CONTACT, ETHICS, SECOND_STAFF, SECRETARY, SOCIAL, STAFF, WORKS, PaperOffice
from checklists.filling import filled
from cli.test_answers import Typing, inspection
from inspection.model.lifecycle import ChecklistState
from inspection.store import checklists
from inspection.store.session import session_scope

__all__ = ["inspection"]
OF_SOCIAL, OF_WORKS = f"{CAMPAIGN}:{SOCIAL}", f"{CAMPAIGN}:{WORKS}"


@pytest.fixture
def returned(office: PaperOffice) -> PaperOffice:
    """Both units' forms are back, one statement of the works unit 不符合 and explained."""
    office.approved_plan()
    office.send_forms()
    item = office.items(WORKS)[0]
    words = {f"{item}.remark": "已改置密碼櫃", "form.filler": "陳○安", "form.statement": "請協助宣導"}
    office.take_in(filled(office.form(WORKS), {item: "不符合"}, words, ticked=item))
    office.take_in(filled(office.form(SOCIAL)))
    return office


def states() -> list[ChecklistState]:
    """Of the social and the works unit."""
    with session_scope() as session:
        return [checklists.get(session, one).state for one in (OF_SOCIAL, OF_WORKS)]


def test_show_prints_all_that_was_written_and_list_says_it_was_read(returned: PaperOffice, inspection: Typing) -> None:
    shown = inspection("checklists", "show", OF_WORKS, "--as", SECOND_STAFF)
    assert shown.status == 0
    for words in ("已提交", "陳○安", "請協助宣導", "已改置密碼櫃", "不符合", "已自行改善", "填表人"):
        assert words in shown.out, words
    as_json = json.loads(inspection("checklists", "show", OF_WORKS, "--as", SECOND_STAFF, "--json").out)
    assert (as_json["answers"][0]["answer"], as_json["answers"][0]["mended"]) == ("不符合", True)
    listed = inspection("checklists", "list", CAMPAIGN)
    assert "退回" not in listed.out, "a form handed in is not called 退回"
    rows = [json.loads(line) for line in inspection("checklists", "list", CAMPAIGN, "--json").out.splitlines()]
    assert {one["checklist"]: one["is_read"] for one in rows} == {OF_SOCIAL: False, OF_WORKS: True}


def test_a_stranger_is_shown_nothing(returned: PaperOffice, inspection: Typing) -> None:
    refused = inspection("checklists", "show", OF_WORKS, "--as", CONTACT[SOCIAL])
    assert (refused.status, refused.out) == (2, "")


def test_of_a_whole_campaign_only_what_was_read_is_accepted(returned: PaperOffice, inspection: Typing) -> None:
    nothing = inspection("checklists", "accept", "--campaign", CAMPAIGN, "--as", SECOND_STAFF)
    assert nothing.status == 1
    assert OF_SOCIAL in nothing.err
    assert states() == [ChecklistState.RETURNED, ChecklistState.RETURNED]
    inspection("checklists", "show", OF_WORKS, "--as", STAFF)
    some = inspection("checklists", "accept", "--campaign", CAMPAIGN, "--as", SECOND_STAFF, "--json")
    assert (some.status, json.loads(some.out)) == (1, {"accepted": 1, "read_before": 1})
    assert states() == [ChecklistState.RETURNED, ChecklistState.ACCEPTED]


def test_named_units_are_accepted_and_it_is_said_how_many_were_read(returned: PaperOffice, inspection: Typing) -> None:
    inspection("checklists", "show", OF_WORKS, "--as", SECOND_STAFF)
    units = ("--unit", SOCIAL, "--unit", WORKS)
    done = inspection("checklists", "accept", "--campaign", CAMPAIGN, *units, "--as", SECOND_STAFF, "--json")
    assert (done.status, json.loads(done.out)) == (0, {"accepted": 2, "read_before": 1})
    assert states() == [ChecklistState.ACCEPTED, ChecklistState.ACCEPTED]


def test_the_ethics_office_s_own_form_is_left_to_whom_the_plan_names(office: PaperOffice, inspection: Typing) -> None:
    office = PaperOffice(units=(WORKS, ETHICS))
    office.approved_plan()
    office.send_forms()
    for unit, reader in ((WORKS, STAFF), (ETHICS, SECRETARY)):
        assert office.take_in(filled(office.form(unit))).accepted
        inspection("checklists", "show", f"{CAMPAIGN}:{unit}", "--as", reader)
    done = inspection("checklists", "accept", "--campaign", CAMPAIGN, "--as", STAFF, "--json")
    assert (done.status, json.loads(done.out)["accepted"]) == (1, 1)
    assert f"{CAMPAIGN}:{ETHICS}" in done.err
    own = inspection("checklists", "accept", "--campaign", CAMPAIGN, "--as", SECRETARY, "--json")
    assert (own.status, json.loads(own.out)["accepted"]) == (0, 1)
    assert inspection("checklists", "accept", "--campaign", CAMPAIGN, "--as", CONTACT[SOCIAL]).status == 2


def test_record_sheets_are_written_one_per_unit(returned: PaperOffice, inspection: Typing, tmp_path: Path) -> None:
    done = inspection("checklists", "record-sheets", CAMPAIGN, str(tmp_path / "out"), "--as", STAFF)
    assert done.status == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == {f"{SOCIAL}.docx", f"{WORKS}.docx"}
