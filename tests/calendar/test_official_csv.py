"""The office calendar as CSV: its spellings, its faults, and what changed between two editions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from inspection.calendar.official_csv import diff, parse_official_csv, read_official_csv
from inspection.calendar.working_days import build
from inspection.errors import BadSource, BadSources

WEEKDAYS = "一二三四五六日"


def rows_of(year: int, *, form: str = "%Y%m%d", off: Callable[[date], bool] | None = None) -> list[str]:
    first, closed = date(year, 1, 1), off or (lambda day: day.weekday() >= 5)
    length = (date(year + 1, 1, 1) - first).days
    year_days = [first + timedelta(days=offset) for offset in range(length)]
    notes = {first: "開國紀念日"}
    return [
        f"{day.strftime(form)},{WEEKDAYS[day.weekday()]},{2 if closed(day) else 0},{notes.get(day, '')}"
        for day in year_days
    ]


def as_csv(rows: list[str], encoding: str = "utf-8-sig") -> bytes:
    return "\r\n".join(["西元日期,星期,是否放假,備註", *rows, ""]).encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp950"])
@pytest.mark.parametrize("form", ["%Y%m%d", "%Y-%m-%d", "%Y/%m/%d", "%Y/%-m/%-d"])
@pytest.mark.parametrize("year", [2027, 2028])
def test_every_spelling_of_the_file_reads_the_same(encoding: str, form: str, year: int) -> None:
    read = parse_official_csv(as_csv(rows_of(year, form=form), encoding), source="a.csv")
    assert read.year == year
    assert len(read.days) == (366 if year == 2028 else 365)
    assert read.days[0].note == "開國紀念日"
    assert [entry.is_working for entry in read.days] == [entry.day.weekday() < 5 for entry in read.days]


def test_a_read_file_becomes_a_calendar(tmp_path: Path) -> None:
    path = tmp_path / "117.csv"
    path.write_bytes(as_csv(rows_of(2028)))
    calendar = build({2028: read_official_csv(path)})
    assert calendar.add_working_days(date(2028, 3, 3), 1) == date(2028, 3, 6)
    assert calendar.standing(date(2028, 1, 1)).name == "開國紀念日"


@pytest.mark.parametrize(
    ("line", "row", "reason"),
    [
        (61, "20270301,一,1,", "第 61 行，欄位 是否放假：須為 0 或 2，現為 '1'"),
        (61, "20270301,一,,", "第 61 行，欄位 是否放假：須為 0 或 2，現為 ''"),
        (61, "20270301,二,0,", "第 61 行，欄位 星期：2027-03-01 不是星期二"),
        (61, "1160301,一,0,", "第 61 行，欄位 西元日期：不是日期：'1160301'"),
        (61, "20270230,一,0,", "第 61 行，欄位 西元日期：不是日期：'20270230'"),
        (61, "20270302,二,0,", "第 61 行，欄位 西元日期：應為 2027-03-01，現為 2027-03-02"),
        (2, "20270102,六,2,", "第 2 行，欄位 西元日期：應為 2027-01-01，現為 2027-01-02"),
    ],
)
def test_a_wrong_row_is_named_by_line_and_field(line: int, row: str, reason: str) -> None:
    rows = rows_of(2027)
    rows[line - 2] = row
    with pytest.raises(BadSource) as refused:
        parse_official_csv(as_csv(rows), source="116.csv")
    assert str(refused.value).startswith(f"116.csv，{reason}")


def test_all_wrong_rows_are_told_at_once() -> None:
    rows = rows_of(2027)
    rows[3] = rows[3].replace(",0,", ",9,")
    rows[10] = "someday,一,0,"
    with pytest.raises(BadSources) as refused:
        parse_official_csv(as_csv(rows), source="116.csv")
    assert [fault.place.line for fault in refused.value.faults if not isinstance(fault.place, (str, type(None)))] == [
        5,
        12,
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (as_csv(rows_of(2027)[:-1]), "共 364 日，2027 年應有 365 日"),
        (as_csv(rows_of(2028)[:-1]), "共 365 日，2028 年應有 366 日"),
        (as_csv(rows_of(2027) + rows_of(2028)[:1]), "共 366 日，2027 年應有 365 日"),
        (as_csv([]), "沒有任何日期"),
        (b"", "缺少欄位"),
        ("日期,放假\n20270101,2\n".encode(), "缺少欄位 西元日期、是否放假"),
        (b"\xff\xfe\x00\x00\x81", "既非 UTF-8 亦非 Big5"),
    ],
)
def test_a_file_that_is_no_whole_year_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(BadSource, match=reason):
        parse_official_csv(content, source="x.csv")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSource, match=r"none\.csv：無法讀取：檔案或資料夾不存在"):
        read_official_csv(tmp_path / "none.csv")


def test_a_new_edition_shows_each_changed_day_and_whether_deadlines_move() -> None:
    old = parse_official_csv(as_csv(rows_of(2027)), source="old")
    rows = rows_of(2027, off=lambda day: day.weekday() >= 5 or day == date(2027, 9, 28))
    rows[1] += "改註"
    changes = diff(old, parse_official_csv(as_csv(rows), source="new"))
    assert [(change.day, change.moves_deadlines) for change in changes] == [
        (date(2027, 1, 2), False),
        (date(2027, 9, 28), True),
    ]
    assert changes[1].was_working
    assert not changes[1].is_working
    assert diff(old, old) == ()


def test_editions_of_two_years_cannot_be_compared() -> None:
    years = [parse_official_csv(as_csv(rows_of(year)), source=str(year)) for year in (2027, 2028)]
    with pytest.raises(BadSource, match="2027 及 2028"):
        diff(*years)
