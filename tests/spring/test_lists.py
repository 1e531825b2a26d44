"""Lists from YAML, CSV and XLSX: seen first, taken over whole, each fault with file, line and field."""

from __future__ import annotations

from pathlib import Path

import pytest

from campaigns.paper_office import STAFF
from inspection import clock as now
from inspection.campaigns.cancel import cancel
from inspection.errors import BadSource, BadSources, NotAllowed
from inspection.model.spring import SpringListKind
from inspection.spring import importing
from inspection.spring.importing import ChangeKind, contacts_missing, days_uncovered
from inspection.spring.lists import HEADINGS, read_lists
from inspection.store import spring
from inspection.store.session import session_scope
from inspection.tables.write import Column, Sheet, workbook
from spring.window_office import CAMPAIGN, WindowOffice, lists, shift

DUTY = "日期,起,迄,處所,值勤人員,代理人,電話\n"


def opened(office: WindowOffice) -> WindowOffice:
    """With its campaign open."""
    office.confirm()
    office.open()
    return office


def written(folder: Path, text: str, name: str = "duty.csv", encoding: str = "utf-8") -> Path:
    """A file with a text."""
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp950"])
def test_a_csv_roster_is_read_with_dates_of_the_republic_and_hours_as_people_write_them(
    tmp_path: Path, encoding: str
) -> None:
    text = DUTY + "116年1月28日,22時,翌日,值勤室,P072,P071,(00)0000-0110\n".replace("翌日", "8:00")
    text += "116.1.29,2200,24:00,,P122,,(00)0000-0110轉5\n"
    given = read_lists(written(tmp_path, text, encoding=encoding)).lists
    assert given.key_targets is None and given.contacts is None
    assert given.duty_roster is not None
    assert [(str(one.day), one.begins, one.ends, one.post) for one in given.duty_roster] == [
        ("2027-01-28", "22:00", "08:00", "值勤室"),
        ("2027-01-29", "22:00", "24:00", "值勤室"),
    ]


def test_every_fault_of_a_table_is_told_at_once_with_line_and_heading(tmp_path: Path) -> None:
    path = written(tmp_path, DUTY + "昨天,22:00,8:00,,P072,,(00)0000-0110\n116.1.29,25:00,8:00,,,,電話\n")
    with pytest.raises(BadSources) as refused:
        read_lists(path)
    told = [str(fault) for fault in refused.value.faults]
    assert [one.split("：")[0] for one in told] == [
        f"{path}，第 2 行，欄位 日期",
        f"{path}，第 3 行，欄位 起",
        f"{path}，第 3 行，欄位 值勤人員",
        f"{path}，第 3 行，欄位 電話",
    ]


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ("姓名,電話\n甲,1\n", "沒有名冊使用這些欄名"),
        ("日期,起,迄,值勤人員\n1,2,3,4\n", "缺少欄名電話"),
        ("目標,類別,負責,防護措施,備考\n甲,乙,丙,丁,戊\n", "多出欄名備考"),
        (DUTY, "表格沒有內容"),
    ],
)
def test_a_table_that_is_no_list_is_refused(tmp_path: Path, head: str, told: str) -> None:
    with pytest.raises(BadSource, match=told) as refused:
        read_lists(written(tmp_path, head))
    assert "第 1 行" in str(refused.value)


def test_a_workbook_of_four_sheets_is_the_yaml_file_in_tables(new_year: WindowOffice) -> None:
    opened(new_year)
    given = lists()
    for entry in given["contacts"]:
        entry["emergency"] = "是" if entry.get("emergency") else ""
    sheets = [
        Sheet(
            name,
            tuple(Column(heading, 12) for heading in HEADINGS[name]),
            [[str(entry.get(field, "")) for field in HEADINGS[name].values()] for entry in entries],
        )
        for name, entries in given.items()
    ]
    path = new_year.folder / "lists.xlsx"
    path.write_bytes(workbook(sheets))
    changes = new_year.import_file(path)
    assert {one.kind for one in changes} == {ChangeKind.ADD}
    assert len(changes) == 15 + 2 + 2 + 5
    assert new_year.import_file(new_year.write(lists())) == []
    with session_scope() as session:
        contacts = spring.entries(session, CAMPAIGN, SpringListKind.CONTACTS)
        assert [one["emergency"] for one in contacts] == ["", "緊急", "緊急", "", "緊急"]


def test_a_diff_writes_nothing_and_a_list_that_is_not_given_stays(new_year: WindowOffice) -> None:
    opened(new_year)
    given = read_lists(new_year.write(lists()))
    with session_scope() as session:
        assert len(importing.diff(session, CAMPAIGN, given)) == 24
    with session_scope() as session:
        assert spring.shifts(session, CAMPAIGN) == []
    new_year.import_lists()
    changed = lists()
    changed["duty_roster"][0]["person"] = "P082"
    del changed["duty_roster"][14]
    changes = new_year.import_file(new_year.write({"duty_roster": changed["duty_roster"]}))
    assert [(one.kind, one.entry) for one in changes] == [
        (ChangeKind.CHANGE, "2027-01-28 22:00 值勤室"),
        (ChangeKind.REMOVE, "2027-02-11 22:00 值勤室"),
    ]
    with session_scope() as session:
        assert len(spring.entries(session, CAMPAIGN, SpringListKind.KEY_TARGETS)) == 2
        kept = {one.id: one.active for one in spring.shifts(session, CAMPAIGN, with_inactive=True)}
        assert kept[shift("0211")] is False and sum(kept.values()) == 14
        # the night before ends on 11 February at eight in the morning
        assert days_uncovered(session, CAMPAIGN) == []
        assert contacts_missing(session, CAMPAIGN, new_year.rules.spring.required_contacts) == []


def test_people_nobody_knows_and_shifts_that_cannot_be_are_told_with_their_place(new_year: WindowOffice) -> None:
    opened(new_year)
    rows = [
        "116.1.28,22:00,08:00,,林某某,,(00)0000-0110",
        "116.1.28,23:00,08:00,,P072,P072,(00)0000-0110",
        "116.3.1,22:00,08:00,,P072,,(00)0000-0110",
        "116.1.29,22:00,08:00,,P072,,(00)0000-0110",
        "116.1.30,07:00,09:00,,P071,,(00)0000-0110",
    ]
    path = written(new_year.folder, DUTY + "\n".join(rows) + "\n")
    with pytest.raises(BadSources) as refused:
        new_year.import_file(path)
    told = [str(fault) for fault in refused.value.faults]
    assert [one.split(" — ")[0].removeprefix(f"{path}，") for one in told] == [
        "第 2 行，欄位 值勤人員：查無 '林某某'，或有數人同名",
        "第 3 行，欄位 代理人：'P072' 不得為代理人",
        "第 4 行，欄位 日期：不在本次期間內",
        "第 6 行，欄位 起：與 值勤室 前一時段重疊",
    ]
    with session_scope() as session:
        assert spring.shifts(session, CAMPAIGN, with_inactive=True) == []


def test_a_yaml_fault_names_its_line(new_year: WindowOffice) -> None:
    opened(new_year)
    text = "duty_roster:\n- {day: 2027-01-28, begins: 22:00, ends: 8:00, person: P999, telephone: (00)0000-0110}\n"
    path = written(new_year.folder, text, "lists.yaml")
    with pytest.raises(BadSource, match=r"lists.yaml，第 2 行，欄位 duty_roster\[0\]\.person：查無"):
        new_year.import_file(path)


def test_only_the_ethics_office_imports_and_only_while_the_campaign_runs(new_year: WindowOffice) -> None:
    opened(new_year)
    given = read_lists(new_year.write(lists()))
    with pytest.raises(NotAllowed, match="春安名冊僅得由政風室維護"), session_scope() as session:
        importing.apply(session, CAMPAIGN, given, person_id="P042", at=now.now())
    with session_scope() as session:
        cancel(session, CAMPAIGN, person_id="P111", reason="停辦", document_number="", at=now.now())
    with pytest.raises(NotAllowed, match="現為「取消」"), session_scope() as session:
        importing.apply(session, CAMPAIGN, given, person_id=STAFF, at=now.now())
