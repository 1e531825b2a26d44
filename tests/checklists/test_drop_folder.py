"""Forms as they really come back into the drop folder: half copied, unreadable, twice, amid clutter, beside links."""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from demo.people import fill_form

from campaigns.paper_office import CAMPAIGN, CONTACT, SECOND_STAFF, SOCIAL, STAFF, WORKS, PaperOffice, notices
from conftest import FixedClock
from inspection import clock as now
from inspection import settings
from inspection.checklists.drop_folder import ReturnCounts, empty_drop_folder
from inspection.checklists.review import send_back
from inspection.checklists.sheet import sheet
from inspection.documents.forms import read_checklist
from inspection.model.lifecycle import ChecklistState
from inspection.rules.answers import stance
from inspection.store import checklists, events, roster
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


def folder() -> Path:
    """The drop folder."""
    return settings.get().drop_folder_path


def look() -> ReturnCounts:
    """One look into it."""
    return empty_drop_folder(session_scope, folder(), read=read_checklist, at=now.now())


def state(checklist_id: str = OF_WORKS) -> ChecklistState:
    """A checklist as it stands."""
    with session_scope() as session:
        return checklists.get(session, checklist_id).state


def form(office: PaperOffice, answer: str = "符合", unit: str = WORKS) -> bytes:
    """A unit's form, one statement answered so."""
    return fill_form(office.form(unit), {office.items(unit)[0]: answer})


def answered(office: PaperOffice) -> AnswerValue | None:
    """The newest answer to that statement."""
    with session_scope() as session:
        given = {one.item_id: one.value for one in checklists.answers(session, OF_WORKS)}
    return stance(given[office.items(WORKS)[0]])


def lay(name: str, data: bytes, written: int | None = None) -> Path:
    """A file in the folder, last written at a second of the clock of the file system."""
    path = folder() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    if written is not None:
        os.utime(path, (written, written))
    return path


# --------------------------------------------------------------------------------------------- since when it lies there


@pytest.mark.parametrize(
    ("before", "written", "arrived"),
    [
        ("2026-11-11T23:50", "2026-11-11T23:59", "2026-11-11T23:59"),  # gathered after midnight, on time all the same
        ("2026-11-12T00:00", "2026-11-10T18:00", "2026-11-12T00:00"),  # a copy keeps its time: it was not there yet
        ("2026-11-11T23:50", "2026-11-12T09:00", "2026-11-12T00:03"),  # by a clock that runs ahead
        ("", "2026-11-11T23:59", "2026-11-12T00:03"),  # nobody has looked: nobody knows since when
    ],
)
def test_what_lay_there_in_time_is_on_time(
    sent: PaperOffice, clock: FixedClock, before: str, written: str, arrived: str
) -> None:
    def instant(told: str) -> datetime:
        return datetime.fromisoformat(f"{told}:00+08:00")

    if before:
        clock.set(f"{before}:00+08:00")
        assert look() == ReturnCounts(0, 0)
    lay("工務課.docx", form(sent), written=int(instant(written).timestamp()))
    clock.set("2026-11-12T00:03:00+08:00")
    assert look().taken == 1
    with session_scope() as session:
        came, stands = checklists.returns(session, OF_WORKS)[0], checklists.get(session, OF_WORKS)
    assert (came.received_at, stands.returned_at) == (instant(arrived), instant(arrived))
    assert stands.days_late == (0 if arrived < "2026-11-12" else 1)


def test_a_look_that_comes_late_takes_no_later_one_back(sent: PaperOffice, clock: FixedClock) -> None:
    clock.set("2026-11-11T12:00:00+08:00")
    look()
    empty_drop_folder(session_scope, folder(), read=read_checklist, at=now.now() - timedelta(hours=3))
    with session_scope() as session:
        assert roster.folder_looked_at(session) == now.now()


# ------------------------------------------------------------------------------------------------ still being copied


@pytest.mark.parametrize("part", [0, 3, 0.5])
def test_a_half_copied_form_waits_until_it_is_whole(sent: PaperOffice, part: float) -> None:
    data = form(sent)
    path = lay("工務課.docx", data[: int(len(data) * part) if isinstance(part, float) else part])
    assert look() == ReturnCounts(0, 0, waiting=1)
    assert state() is ChecklistState.ISSUED
    path.write_bytes(data)
    assert look() == ReturnCounts(1, 0)
    assert state() is ChecklistState.RETURNED
    assert notices("checklist_refused") == []


def test_room_laid_out_but_not_yet_filled_waits(sent: PaperOffice) -> None:
    data = form(sent)
    path = lay("工務課.docx", bytes(len(data)))
    assert look().waiting == 1
    path.write_bytes(data[:-200] + bytes(200))
    assert look().waiting == 1
    path.write_bytes(data)
    assert look().taken == 1


def test_what_stays_half_is_refused_after_lying_still_and_not_before(sent: PaperOffice, clock: FixedClock) -> None:
    lay("工務課.docx", form(sent)[:2000], written=1000)
    clock.set("2026-11-09T10:00:00+08:00")
    assert look().waiting == 1
    clock.set("2026-11-09T10:09:00+08:00")
    assert look().waiting == 1
    clock.set("2026-11-09T10:10:00+08:00")
    assert look() == ReturnCounts(0, 1)
    (told,) = json.loads(next((folder() / "refused").glob("*.json")).read_text(encoding="utf-8"))
    assert (told["problem"], "重新存檔" in told["remedy"]) == ("file_broken", True)


def test_a_spoilt_note_of_looks_only_makes_the_waiting_begin_anew(sent: PaperOffice) -> None:
    lay("工務課.docx", form(sent)[:2000])
    look()
    for spoilt in ("{", "[]", '{"工務課.docx": ["1:1", "yesterday"]}', '{"a": 1}'):
        (folder() / ".looks.json").write_text(spoilt, encoding="utf-8")
        assert look().waiting == 1


# ------------------------------------------------------------------------------------------------ unreadable


def test_a_file_nobody_can_read_holds_up_no_other_and_is_told_after_an_hour(
    sent: PaperOffice, clock: FixedClock
) -> None:
    (folder() / "0-連結.docx").symlink_to("/proc/1/mem")
    lay("工務課.docx", form(sent))
    clock.set("2026-11-09T10:00:00+08:00")
    assert look() == ReturnCounts(1, 0, unreadable=1)
    assert notices("return_unreadable") == []
    for instant in ("2026-11-09T11:00:00+08:00", "2026-11-09T12:00:00+08:00"):
        clock.set(instant)
        assert look() == ReturnCounts(0, 0, unreadable=1)
    assert {one.person_id for one in notices("return_unreadable")} == {STAFF, SECOND_STAFF}
    assert len(notices("return_unreadable")) == 2
    assert (folder() / "0-連結.docx").is_symlink()


def test_a_link_is_never_followed(sent: PaperOffice, tmp_path: Path) -> None:
    secret = tmp_path / "elsewhere.docx"
    secret.write_bytes(form(sent))
    (folder() / "工務課.docx").symlink_to(secret)
    assert look() == ReturnCounts(0, 0, unreadable=1)
    assert secret.exists()


# ------------------------------------------------------------------------------------------------ clutter


def test_what_programs_leave_is_left_alone_and_subfolders_are_looked_into(sent: PaperOffice) -> None:
    clutter = ("desktop.ini", "Thumbs.db", "a.docx.tmp", "a.docx.filepart", "~WRD0001.tmp", "~$務課.docx", ".DS_Store")
    for name in clutter:
        lay(name, b"x")
    lay("工務課/檢查表.docx", form(sent))
    assert look() == ReturnCounts(1, 0)
    assert {path.name for path in folder().iterdir() if path.is_file()} == set(clutter)
    assert look() == ReturnCounts(0, 0)


# ------------------------------------------------------------------------------------------------ twice


@pytest.mark.parametrize(("first", "second"), [("a", "b"), ("b", "a")])
def test_of_two_forms_the_later_written_counts_whatever_its_name(sent: PaperOffice, first: str, second: str) -> None:
    lay(f"{first}.docx", form(sent, "不符合"), written=1000)
    lay(f"{second}.docx", form(sent), written=2000)
    assert look() == ReturnCounts(2, 0)
    assert answered(sent) is AnswerValue.CONFORMS


def corrections_wanted() -> None:
    """The office sends the form back for correction."""
    with session_scope() as session:
        first = checklists.questions(session, OF_WORKS)[0].item_id
        send_back(session, OF_WORKS, person_id=SECOND_STAFF, item_ids=[first], reason="請敘明", at=now.now())


@pytest.mark.parametrize("ahead", [timedelta(minutes=1), timedelta(days=400)])
@pytest.mark.parametrize("back", [False, True])
def test_a_form_saved_under_a_clock_that_runs_ahead_gives_way_to_a_later_one(
    sent: PaperOffice, clock: FixedClock, *, ahead: timedelta, back: bool
) -> None:
    lay("工務課.docx", form(sent), written=int((now.now() + ahead).timestamp()))
    assert look() == ReturnCounts(1, 0)
    clock.set("2026-11-04T10:00:00+08:00")
    if back:
        corrections_wanted()
    lay("工務課補正.docx", form(sent, "不符合"), written=int(now.now().timestamp()) - 60)
    assert look() == ReturnCounts(1, 0)
    assert answered(sent) is AnswerValue.DOES_NOT_CONFORM
    assert notices("return_tied") == []


def test_a_correction_saved_under_a_clock_that_lags_is_taken_after_it_was_asked_for(sent: PaperOffice) -> None:
    lay("工務課.docx", form(sent), written=int(now.now().timestamp()))
    assert look() == ReturnCounts(1, 0)
    corrections_wanted()
    lay("工務課補正.docx", form(sent, "不符合"), written=1000)
    assert look() == ReturnCounts(1, 0)
    assert answered(sent) is AnswerValue.DOES_NOT_CONFORM


def test_one_written_earlier_that_comes_later_is_told_and_does_not_count(sent: PaperOffice) -> None:
    lay("b.docx", form(sent), written=2000)
    look()
    lay("a.docx", form(sent, "不符合"), written=1000)
    assert look() == ReturnCounts(0, 1)
    assert answered(sent) is AnswerValue.CONFORMS
    (told,) = notices("checklist_refused")
    assert (told.person_id, "另存新檔" in str(told.values["problem_lines"])) == (CONTACT[WORKS], True)


def test_two_written_at_the_same_instant_are_both_kept_and_the_office_is_asked(sent: PaperOffice) -> None:
    lay("a.docx", form(sent, "不符合"), written=1000)
    lay("b.docx", form(sent), written=1000)
    assert look() == ReturnCounts(2, 0)
    with session_scope() as session:
        assert checklists.newest_version(session, OF_WORKS) == 2
        assert sheet(session, OF_WORKS).tied
    assert {one.person_id for one in notices("return_tied")} == {STAFF, SECOND_STAFF}


def test_the_same_form_after_it_was_sent_back_is_answered_plainly(sent: PaperOffice) -> None:
    lay("工務課.docx", form(sent))
    look()
    with session_scope() as session:
        send_back(
            session, OF_WORKS, person_id=SECOND_STAFF, item_ids=sent.items(WORKS)[:1], reason="佐證不足", at=now.now()
        )
    for _ in range(2):
        lay("工務課.docx", form(sent))
        assert look() == ReturnCounts(0, 1)
    assert state() is ChecklistState.SENT_BACK
    (told,) = notices("checklist_refused")
    assert "未見補正" in str(told.values["problem_lines"])
    lay("工務課.docx", form(sent, "不符合"))
    assert look() == ReturnCounts(1, 0)
    assert state() is ChecklistState.RETURNED


def test_what_was_refused_is_looked_at_again_when_it_comes_again(sent: PaperOffice) -> None:
    corrected = form(sent, "不符合")
    sent.return_form(WORKS)
    assert not sent.take_in(corrected).accepted
    with session_scope() as session:
        checklists.get(session, OF_WORKS).state = ChecklistState.SENT_BACK
    assert sent.take_in(corrected).accepted
    assert answered(sent) is AnswerValue.DOES_NOT_CONFORM


# ------------------------------------------------------------------------------------------------ told


def test_a_refused_form_is_told_to_its_unit_and_to_the_office_once(sent: PaperOffice) -> None:
    blank = sent.form(WORKS)
    for _ in range(2):
        lay("工務課.docx", blank)
        assert look() == ReturnCounts(0, 1)
    (told,) = notices("checklist_refused")
    assert told.person_id == CONTACT[WORKS]
    assert str(told.values["problem_lines"]).startswith("1. 第1、2、3")
    assert {one.person_id for one in notices("return_refused")} == {STAFF, SECOND_STAFF}
    assert all(one.values["unit_name"] == "工務課" for one in notices("return_refused"))
    with session_scope() as session:
        row = checklists.refused(session, limit=5)[0]
        assert row.checklist_id == OF_WORKS
        happened = [one.action for one in events.of_subject(session, "returned_file", row.id)]
    assert happened == ["refused"]


def test_what_names_no_unit_is_told_to_the_office_alone(sent: PaperOffice) -> None:
    lay("掃描.docx", b"%PDF-1.7 a scan")
    assert look() == ReturnCounts(0, 1)
    assert notices("checklist_refused") == []
    assert {one.values["unit_name"] for one in notices("return_refused")} == {"單位未能辨識"}


def test_a_unit_is_not_held_up_by_anothers_fault(sent: PaperOffice) -> None:
    lay("a.docx", sent.form(WORKS), written=1000)
    lay("b.docx", form(sent, unit=SOCIAL), written=2000)
    assert look() == ReturnCounts(1, 1)
    assert state(f"{CAMPAIGN}:{SOCIAL}") is ChecklistState.RETURNED
