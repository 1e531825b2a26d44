"""Awareness work is entered once, corrected by its number, and a bad file changes nothing and says where it is bad."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
import yaml

from campaigns.paper_office import ETHICS_HEAD, SECOND_STAFF, STAFF, PaperOffice
from inspection import clock as now
from inspection.awareness.importing import bring_in, look
from inspection.awareness.records import (
    HANDLER_COLUMNS,
    HANDLER_SHEET,
    SESSION_COLUMNS,
    SESSION_SHEET,
    read_records,
)
from inspection.awareness.template import template
from inspection.awareness.withdraw import withdraw
from inspection.cli.entry import main
from inspection.errors import BadSource, NotAllowed
from inspection.model import Deputy
from inspection.roster.importing import Change
from inspection.store import awareness, events
from inspection.store.session import session_scope
from inspection.tables.read import read_tables
from inspection.tables.write import Column, Sheet, workbook

CASE = {"id": "115-07", "held_on": "115/7/15", "kind": "案例函發", "title": "檢舉人身分外洩案例", "units": "全部",
        "tags": "保密法令、洩密處置與原因管道", "attendees": "0",
        "channels": "函發各單位 115/7/15；登載網頁 115/7/16"}  # fmt: skip
TRAINING = {"held_on": "2026-08-05", "month": "115年8月", "kind": "training", "title": "承辦人員分類講習",
            "tags": "專業知識與實務", "units": "社會課、U04", "attendees": "2", "people": "P022、蔡○翰",
            "quiz_takers": "2", "quiz_average": "82.5"}  # fmt: skip
SESSIONS = tuple([one.get(field, "") for field in SESSION_COLUMNS] for one in (CASE, TRAINING))
HANDLERS = (("P022", "社會課", "身障補助", "115/1/1", ""), ("P042", "U04", "採購底價", "1150301", "115/9/30"))


def written(folder: Path, kind: str, sessions: Sequence[Sequence[str]] = SESSIONS) -> Path:
    """The same records as a file of a kind."""
    path = folder / f"records.{kind}"
    heads = tuple(SESSION_COLUMNS.values())
    if kind == "xlsx":
        path.write_bytes(
            workbook(
                (
                    Sheet(SESSION_SHEET, tuple(Column(one, 12) for one in heads), rows=sessions),
                    Sheet(HANDLER_SHEET, tuple(Column(one, 12) for one in HANDLER_COLUMNS.values()), rows=HANDLERS),
                )
            )
        )
    elif kind == "yaml":
        entries = [
            {field: value for field, value in zip(SESSION_COLUMNS, row, strict=True) if value} for row in sessions
        ]
        people = [
            {field: value for field, value in zip(HANDLER_COLUMNS, row, strict=True) if value} for row in HANDLERS
        ]
        path.write_text(yaml.safe_dump({"sessions": entries, "handlers": people}, allow_unicode=True), encoding="utf-8")
    else:
        with path.open("w", encoding="cp950", newline="") as file:
            csv.writer(file).writerows([heads, *sessions])
    return path


def imported(office: PaperOffice, path: Path, person: str = STAFF) -> tuple[Change, ...]:
    with session_scope() as session:
        return bring_in(session, read_records(path), catalogue=office.rules, person_id=person, at=now.now())


@pytest.mark.clause("S0-04b", "S0-04c", "S0-04d", "S0-04e", "S0-04f")
@pytest.mark.parametrize("kind", ["yaml", "xlsx", "csv"])
def test_sessions_and_handlers_come_in_from_every_kind_of_file_and_only_once(
    office: PaperOffice, tmp_path: Path, kind: str
) -> None:
    path = written(tmp_path, kind)
    expected = 2 if kind == "csv" else 4
    assert len(imported(office, path)) == expected
    assert imported(office, path) == ()
    with session_scope() as session:
        case, training = awareness.everything_held(session)
        assert (case.id, case.kind, case.tags, len(case.unit_ids)) == ("115-07", "case", ["law", "leaks"], 12)
        assert case.channels == [{"channel": "letter", "on": "2026-07-15"}, {"channel": "web", "on": "2026-07-16"}]
        assert (training.kind, training.unit_ids, training.attendee_ids) == (
            "training",
            ["U02", "U04"],
            ["P022", "P042"],
        )
        assert (training.for_month, training.quiz_takers, training.quiz_average) == (date(2026, 8, 1), 2, 82.5)
        if kind != "csv":
            assert [one.person_id for one in awareness.handlers_on(session, date(2026, 9, 30))] == ["P022", "P042"]
            assert [one.person_id for one in awareness.handlers_on(session, date(2026, 10, 1))] == ["P022"]


def test_one_kind_of_file_after_another_is_no_duplicate(office: PaperOffice, tmp_path: Path) -> None:
    imported(office, written(tmp_path, "xlsx"))
    assert imported(office, written(tmp_path, "yaml")) == ()
    assert imported(office, written(tmp_path, "csv")) == ()


def test_the_same_number_with_other_values_corrects_and_what_the_file_lacks_stays(
    office: PaperOffice, tmp_path: Path
) -> None:
    imported(office, written(tmp_path, "csv"))
    corrected = list(SESSIONS[0])
    corrected[4] = "檢舉人身分外洩案例（更正）"
    path = written(tmp_path, "csv", [corrected])
    with session_scope() as session:
        (change,) = look(session, read_records(path), catalogue=office.rules)
        assert change.fields == (("title", "檢舉人身分外洩案例", "檢舉人身分外洩案例（更正）"),)
        assert awareness.session_held(session, "115-07").title == "檢舉人身分外洩案例"
    imported(office, path)
    with session_scope() as session:
        assert awareness.session_held(session, "115-07").title.endswith("（更正）")
        assert len(awareness.everything_held(session)) == 2
        assert [one.action for one in events.of_subject(session, "awareness_session", "115-07")] == ["added", "changed"]


@pytest.mark.parametrize(
    ("column", "cell", "told"),
    [
        ("日期", "115/13/1", "欄位 日期：請寫成 115/7/15"),
        ("日期", "", "欄位 日期：缺少此欄位"),
        ("宣導月份", "七月", "欄位 宣導月份：請寫成 115年7月"),
        ("方式", "簡訊", "欄位 方式：查無方式 '簡訊'"),
        ("內容", "保密法令、其他", "欄位 內容：查無內容 '其他'"),
        ("單位", "社會局", "欄位 單位：查無單位 '社會局'"),
        ("參加人員", "P999", "欄位 參加人員：查無人員 'P999'"),
        ("人次", "十二", "欄位 人次"),
        ("測驗平均", "120", "欄位 測驗平均"),
        ("測驗人數", "", "填 quiz_average 須同時填 quiz_takers"),
        ("人次", "1", "人次少於所列人員"),
        ("管道及日期", "登載網頁", "管道與日期之間請空一格"),
    ],
)
def test_a_bad_cell_is_told_with_file_line_and_column_and_nothing_is_written(
    office: PaperOffice, tmp_path: Path, column: str, cell: str, told: str
) -> None:
    bad = dict(zip(SESSION_COLUMNS.values(), SESSIONS[1], strict=True)) | {column: cell}
    for kind, line in (("csv", 3), ("xlsx", 3)):
        path = written(tmp_path, kind, [SESSIONS[0], list(bad.values())])
        with pytest.raises(BadSource) as caught:
            imported(office, path)
        assert f"records.{kind}" in str(caught.value)
        assert f"第 {line} 行" in str(caught.value)
        assert told in str(caught.value)
    with session_scope() as session:
        assert awareness.everything_held(session) == []


def test_every_bad_row_of_a_file_is_told_at_once(office: PaperOffice, tmp_path: Path) -> None:
    rows = [[*SESSIONS[0][:3], "簡訊", *SESSIONS[0][4:]], [*SESSIONS[1][:3], "傳單", *SESSIONS[1][4:]]]
    with pytest.raises(BadSource) as caught:
        imported(office, written(tmp_path, "csv", rows))
    assert "第 2 行" in str(caught.value)
    assert "第 3 行" in str(caught.value)


def test_a_name_that_two_people_bear_asks_for_the_id(office: PaperOffice, tmp_path: Path) -> None:
    text = "人員,單位,起日\n蔡○翰,U04,115/1/1\n"
    path = tmp_path / "people.csv"
    path.write_text(text, encoding="utf-8")
    with session_scope() as session:
        session.connection().exec_driver_sql("UPDATE person SET name = '蔡○翰' WHERE id = 'P043' OR id = 'P052'")
    with pytest.raises(BadSource, match="有 2 人同名：蔡○翰 — 請填 P042、P052 之一"):
        imported(office, path)


def test_only_the_ethics_office_or_who_acts_for_it_keeps_the_record(office: PaperOffice, tmp_path: Path) -> None:
    path = written(tmp_path, "csv")
    with pytest.raises(NotAllowed):
        imported(office, path, "P042")
    with session_scope() as session:
        session.add(
            Deputy(
                principal_id=ETHICS_HEAD,
                deputy_id="P042",
                valid_from=now.today(),
                valid_until=now.today(),
                ground="公差",
            )
        )
    assert len(imported(office, path, "P042")) == 2
    with session_scope() as session:
        (event,) = events.of_subject(session, "awareness_session", "115-07")
        assert event.details["acting"] == "P042代P111"


def test_a_session_entered_by_mistake_counts_no_more_but_stays_on_record(office: PaperOffice, tmp_path: Path) -> None:
    imported(office, written(tmp_path, "csv"))
    for _ in range(2):
        with session_scope() as session:
            withdraw(session, "115-07", reason="登錄重複", person_id=SECOND_STAFF, at=now.now())
    with session_scope() as session:
        assert [one.id for one in awareness.held_between(session, date(2026, 7, 1), date(2026, 8, 1))] == []
        told = events.of_subject(session, "awareness_session", "115-07")
        assert [(one.action, one.reason) for one in told] == [("added", None), ("withdrawn", "登錄重複")]
    assert imported(office, written(tmp_path, "csv")) == ()


def test_the_form_is_filled_in_and_comes_back(
    office: PaperOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "form.xlsx"
    with session_scope() as session:
        path.write_bytes(template(session, path, catalogue=office.rules))
    sessions, handlers, explained = read_tables(path)
    assert (sessions.columns, handlers.columns) == (
        tuple(SESSION_COLUMNS.values()),
        tuple(HANDLER_COLUMNS.values()),
    )
    told = {line.cells["欄位"] for line in explained.lines}
    assert all(any(column in one for one in told) for column in (*sessions.columns, *handlers.columns))
    form = tmp_path / "form.csv"
    for words in (["template", str(form)], ["template", str(form)]):
        monkeypatch.setattr(sys, "argv", ["inspection", "awareness", *words])
        try:
            main()
        except SystemExit as ended:
            status = ended.code or 0
    assert status == 2
    assert "檔案已存在" in capsys.readouterr().err
    assert form.read_bytes().startswith(b"\xef\xbb\xbf")
    assert read_records(form).sessions == ()
