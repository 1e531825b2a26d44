"""Workbooks and presentations: cells under their columns, dates, strikes, far cells; boxes by their place."""

from __future__ import annotations

import time

import pytest

from extraction.probe_packages import HEAD, SHEET_SPACES, presentation, shape, sheet_xml, slide_xml, workbook
from inspection.extraction.cell_values import as_text, is_date_code
from inspection.extraction.passage import Passage
from inspection.extraction.read import read_file
from inspection.vocabulary import Zone

TEXT = '<c r="{}" t="inlineStr"><is><t>{}</t></is></c>'


def sheet_passages(rows: str, after: str = "", styles: str = "") -> list[Passage]:
    extra: dict[str, str | bytes] = {"xl/styles.xml": styles} if styles else {}
    reading = read_file(workbook({"名冊": sheet_xml(rows, after)}, extra=extra), name="a.xlsx")
    return [one for one in reading.passages if one.zone is not Zone.PROPERTY]


def test_cells_stand_under_their_columns_with_gaps_filled() -> None:
    found = sheet_passages(
        f'<row r="1">{TEXT.format("A1", "姓名")}{TEXT.format("C1", "身分證字號")}</row>'
        f'<row r="7">{TEXT.format("C7", "值")}</row>'
    )
    assert [(one.cells, one.ordinal, one.locator, one.part) for one in found] == [
        (("姓名", "", "身分證字號"), 0, "名冊!A1", "名冊"),
        (("", "", "值"), 6, "名冊!C7", "名冊"),
    ]


def test_a_cell_at_the_far_corner_costs_nothing() -> None:
    begun = time.process_time()
    found = sheet_passages(
        f'<row r="1">{TEXT.format("A1", "近")}</row><row r="1048576">{TEXT.format("XFD1048576", "遠")}</row>'
    )
    assert [(one.cells, one.locator) for one in found] == [(("近",), "名冊!A1"), (("遠",), "名冊!XFD1048576")]
    assert time.process_time() - begun < 10.0  # walking the empty cells would take minutes


def test_struck_cells_are_cancelled_by_format_or_by_run() -> None:
    styles = (
        f'{HEAD}<styleSheet {SHEET_SPACES}><fonts count="2"><font><sz val="11"/></font><font><strike/></font></fonts>'
        '<cellXfs count="2"><xf numFmtId="0" fontId="0"/><xf numFmtId="0" fontId="1"/></cellXfs></styleSheet>'
    )
    found = sheet_passages(
        '<row r="1"><c r="A1" s="1" t="str"><v>機密</v></c><c r="B1" s="0"><v>5</v></c></row>', "", styles
    )
    assert [(one.text, one.struck) for one in found] == [("機密", True), ("5", False)]


def test_dates_read_as_dates_and_numbers_without_floating_noise() -> None:
    styles = (
        f'{HEAD}<styleSheet {SHEET_SPACES}><numFmts><numFmt numFmtId="170" formatCode="[$-404]e/m/d"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/></cellXfs></styleSheet>'
    )
    row = (
        '<row r="1"><c r="A1" s="1"><v>32874</v></c><c r="B1" s="2"><v>32874.5</v></c>'
        '<c r="C1"><v>0.30000000000000004</v></c></row>'
    )
    assert sheet_passages(row, "", styles)[0].cells == ("1990-01-01", "1990-01-01", "0.3")


@pytest.mark.parametrize(
    ("raw", "shown"),
    [("912345678", "912345678"), ("1.2E+3", "1200"), ("3.14", "3.14"), ("x", "x"), ("1E400", "inf"), ("-5.0", "-5")],
)
def test_numbers_read_as_a_cell_shows_them(raw: str, shown: str) -> None:
    assert as_text(raw) == shown


@pytest.mark.parametrize(
    ("code", "is_date"),
    [
        ("yyyy/mm/dd", True),
        ("[$-404]e年m月d日", True),
        ("0.00", False),
        ("#,##0元", False),
        ('"dy"0', False),
        ("General", False),
        ("0.00E+00", False),
    ],
)
def test_date_formats_are_told_from_others(code: str, is_date: bool) -> None:
    assert is_date_code(code) is is_date


def test_headers_come_section_by_section_without_their_codes() -> None:
    codes = '&amp;L&amp;"標楷體,Bold"&amp;14密&amp;C名冊 &amp;P/&amp;N&amp;R甲 &amp;&amp; 乙'
    after = f"<headerFooter><oddHeader>{codes}</oddHeader></headerFooter>"
    found = sheet_passages("", after)
    assert [(one.zone, one.text) for one in found] == [
        (Zone.HEADER, "密"),
        (Zone.HEADER, "名冊 /"),
        (Zone.HEADER, "甲 & 乙"),
    ]


def slide_passages(*shapes: str) -> list[Passage]:
    return list(read_file(presentation({"ppt/slides/slide1.xml": slide_xml("".join(shapes))}), name="a").passages)


def test_boxes_at_the_edge_are_told_from_those_of_a_diagram() -> None:
    found = slide_passages(
        shape("左上", x=100_000, y=100_000),
        shape("中央", x=4_000_000, y=3_000_000),
        shape("底邊", x=4_000_000, y=6_500_000),
        shape("斜置", x=2_000_000, y=3_000_000, rotation=-2_700_000),
        shape("頁尾", placeholder="ftr"),
        shape("12", placeholder="sldNum"),
    )
    assert [(one.text, one.zone, one.prominence) for one in found] == [
        ("左上", Zone.TEXT_BOX, True),
        ("中央", Zone.SLIDE, False),
        ("底邊", Zone.TEXT_BOX, False),
        ("斜置", Zone.WATERMARK, False),
        ("頁尾", Zone.FOOTER, False),
    ]


def test_struck_text_on_a_slide_is_cancelled() -> None:
    found = slide_passages(shape("機密", x=1, y=1, look=' strike="sngStrike"'))
    assert [(one.text, one.struck) for one in found] == [("機密", True)]


def test_a_shape_in_a_group_stands_where_the_group_places_it() -> None:
    """A group of half size on a plane of its own, at the upper edge and in the middle of the slide."""

    def group(top: int) -> str:
        head = (
            f'<p:grpSpPr><a:xfrm><a:off x="0" y="{top}"/><a:ext cx="1000000" cy="500000"/>'
            '<a:chOff x="0" y="4000000"/><a:chExt cx="2000000" cy="1000000"/></a:xfrm></p:grpSpPr>'
        )
        return f"<p:grpSp>{head}{{}}</p:grpSp>"

    edge = group(0).format(shape("密", y=4_000_000))
    middle = group(3_000_000).format(group(4_000_000).format(shape("中", y=4_000_000)))
    reading = read_file(presentation({"ppt/slides/slide1.xml": slide_xml(edge + middle)}), name="a.pptx")
    assert {one.text: one.zone for one in reading.passages} == {"密": Zone.TEXT_BOX, "中": Zone.SLIDE}
