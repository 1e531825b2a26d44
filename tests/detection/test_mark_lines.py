"""A mark in two lines or two cells: the level above, until when below; and a 公文's level in the wrong element."""

from __future__ import annotations

from datetime import date

import pytest

from crawling.papers import docx
from extraction.probe_packages import RELATIONS, SHEET_SPACES, package
from inspection.detection.judge import FileMeta, judge
from inspection.detection.ruleset import load_rules
from inspection.extraction.read import read_file

TODAY = date(2026, 11, 29)
DAY = date(2027, 12, 31)

RULES = load_rules()


def mark_of(data: bytes, name: str) -> tuple[str, str | None, date | None, tuple[str, ...]] | None:
    mark = judge(read_file(data, name=name), FileMeta(name, TODAY), RULES, b"k" * 32).mark
    return (mark.level, mark.code, mark.ends_on, mark.defects) if mark else None


CONDITIONS = {
    "解密日期：116年12月31日": ("on_date", DAY),
    "解密日期：民國116年12月31日": ("on_date", DAY),
    "解密日期：2027/12/31": ("on_date", DAY),
    "116年12月31日解密": ("on_date", DAY),
    "（本件至116年12月31日解密）": ("on_date", DAY),
    "保密期限：至民國116年12月31日": ("period", DAY),
    "保密期限：116.12.31": ("period", DAY),
    "保密期限：三年": ("period", None),
    "解密條件：公布時解密": ("on_publication", None),
    "【解密條件：附件抽存後解密】": ("attachment_removed", None),
    "解密條件：\n工作完成後解密": ("meeting_or_work_done", None),
}


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("level", ["密", "【密】", "密等：密", "密等：\n密", "機密等級：密", "檔案密等：密"])
def test_a_level_with_its_condition_in_the_line_below_is_a_mark(level: str, condition: str) -> None:
    code, day = CONDITIONS[condition]
    text = f"{level}\n{condition}\n○○市政府函\n主旨：檢送名冊。"
    assert mark_of(text.encode(), "a.txt") == ("密", code, day, ())
    body = docx(*text.splitlines())
    assert mark_of(body, "a.docx") == ("密", code, day, ())


@pytest.mark.parametrize("condition", CONDITIONS)
def test_in_a_header_the_condition_may_stand_below_the_level(condition: str) -> None:
    code, day = CONDITIONS[condition]
    lines = f"密\n{condition}".replace("\n", "</w:t></w:r></w:p><w:p><w:r><w:t>")
    assert mark_of(docx("本文", header=lines), "a.docx") == ("密", code, day, ())


def workbook(*rows: tuple[str, ...]) -> bytes:
    body = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row) + "</row>" for row in rows
    )
    return package({
        "xl/workbook.xml": f"<workbook {SHEET_SPACES}><sheets><sheet name='表' r:id='s'/></sheets></workbook>",
        "xl/_rels/workbook.xml.rels": "<Relationships><Relationship Id='s' "
        f"Type='{RELATIONS}/worksheet' Target='worksheets/sheet1.xml'/></Relationships>",
        "xl/worksheets/sheet1.xml": f"<worksheet {SHEET_SPACES}><sheetData>{body}</sheetData></worksheet>",
    })  # fmt: skip


@pytest.mark.parametrize(
    "rows",
    [
        (("密",), ("解密日期：116年12月31日",), ("姓名", "電話")),
        (("密等", "密"), ("解密日期", "116年12月31日")),
        (("密等", "解密條件"), ("密", "116年12月31日解密")),
        (("名冊", "", "密"), ("", "", "解密日期：116年12月31日")),
        (("密等：", "密", "解密日期：", "116年12月31日"),),
        (("機密等級：密",), ("116年12月31日解密",)),
    ],
)
def test_at_the_top_of_a_sheet_level_and_condition_may_stand_in_two_cells(rows: tuple[tuple[str, ...], ...]) -> None:
    assert mark_of(workbook(*rows), "a.xlsx") == ("密", "on_date", DAY, ())


@pytest.mark.parametrize(
    "text",
    [
        "密\n主旨：檢送名冊",
        "密\n電話：02-1234-5678",
        "公文處理講義\n一、\n二、\n三、\n四、\n五、\n密\n解密日期：116年12月31日",
        "密等區分\n密\n機密\n極機密\n解密條件：公布時解密",
        "密碼\n保密期限：三年",
        "密切注意\n116年12月31日解密",
    ],
)
def test_a_level_without_a_condition_below_or_deep_in_a_text_is_none(text: str) -> None:
    assert mark_of(text.encode(), "a.txt") is None


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("密（116年12月31日解密）", ("on_date", DAY)),
        ("密，公布時解密", ("on_publication", None)),
        ("機密等級：密 公布時解密", ("on_publication", None)),
        ("密／本件於公布時解密", ("on_publication", None)),
    ],
)
@pytest.mark.parametrize("level", ["<密等/>", "<密等></密等>", ""])
def test_a_level_written_into_the_element_of_the_condition_is_the_level(
    level: str, condition: str, expected: tuple[str, date | None]
) -> None:
    label = f"{level}<解密條件或保密期限>{condition}</解密條件或保密期限>"
    text = f"<函><密等及解密條件或保密期限>{label}</密等及解密條件或保密期限><主旨><文字>x</文字></主旨></函>"
    assert mark_of(f"<?xml version='1.0'?>{text}".encode(), "a.di") == ("密", *expected, ())
