"""Lists people keep are read as they are saved, and what is wrong in them is told by line and column."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspection.errors import BadSource
from inspection.tables.read import read_tables
from inspection.tables.write import Column, Sheet, workbook

TEXT = '日期,主題,人次\n115/7/15,案例「公文」,12\n,,\n115/8/3,"分兩\n行",3\n'
CELL = st.text(st.characters(exclude_categories=("C", "Z")), max_size=12)


def lines(path: Path) -> list[tuple[int, dict[str, str]]]:
    (table,) = read_tables(path)
    return [(line.number, dict(line.cells)) for line in table.lines]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp950"])
def test_a_csv_file_is_read_in_every_encoding_offices_save_in(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(TEXT.encode(encoding))
    assert lines(path) == [
        (2, {"日期": "115/7/15", "主題": "案例「公文」", "人次": "12"}),
        (4, {"日期": "115/8/3", "主題": "分兩\n行", "人次": "3"}),
    ]


def test_a_workbook_is_read_sheet_by_sheet_with_the_row_numbers_people_see(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(
        workbook(
            (
                Sheet(
                    "甲", (Column("日期", 10), Column("主題", 20)), rows=[("115/7/15", "A&B <c>"), ("", ""), ("", "乙")]
                ),
                Sheet("空", (Column("欄", 10),), blank=3),
            )
        )
    )
    first, second = read_tables(path)
    assert [(one.number, dict(one.cells)) for one in first.lines] == [
        (2, {"日期": "115/7/15", "主題": "A&B <c>"}),
        (4, {"日期": "", "主題": "乙"}),
    ]
    assert (second.sheet, second.columns, second.lines) == ("空", ("欄",), ())
    assert str(first.place(4, "主題")).endswith("list.xlsx [甲]，第 4 行，欄位 主題")


def test_a_workbook_an_office_program_saved_anew_says_the_same(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(workbook((Sheet("甲", (Column("日期", 10), Column("人次", 8)), rows=[("1150715", "007")]),)))
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "ods", path.name],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    for saved in (path, tmp_path / "list.ods"):
        assert lines(saved) == [(2, {"日期": "1150715", "人次": "007"})]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(CELL, CELL), max_size=4))
def test_what_is_written_is_read_again(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(workbook((Sheet("甲", (Column("一", 10), Column("二", 10)), rows=rows),)))
    with zipfile.ZipFile(path) as packed:
        assert packed.testzip() is None
    workbook_path = path.rename(tmp_path / "list.xlsx")
    (table,) = read_tables(workbook_path)
    assert [tuple(line.cells.values()) for line in table.lines] == [row for row in rows if any(row)]


def test_equal_lists_are_equal_bytes() -> None:
    sheet = Sheet("甲", (Column("單位", 10, ("民政課", "社會課")),), blank=2)
    assert workbook((sheet,)) == workbook((sheet,))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "沒有資料列"),
        ("日期,日期\n1,2\n", "第 1 行，欄位 日期：有兩欄同名"),
        ("日期,主題\n1,2,3\n", "第 2 行：有儲存格沒有欄名"),
    ],
)
def test_a_list_that_cannot_be_understood_is_told_by_line(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadSource) as caught:
        read_tables(path)
    assert told in str(caught.value)


def test_what_is_no_workbook_is_refused_by_the_sandbox(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(b"PK\x03\x04 cut off")
    with pytest.raises(BadSource, match="無法讀取為活頁簿"):
        read_tables(path)
    with pytest.raises(BadSource, match="無法讀取：檔案或資料夾不存在"):
        read_tables(tmp_path / "none.xlsx")
