"""Formats of older programs, written by LibreOffice from one source each: marks struck, tables whole, zones told."""

from __future__ import annotations

from pathlib import Path

import pytest

from extraction import probe_packages as probes
from extraction.office import convert
from extraction.probe_packages import HEAD, SHEET_SPACES, WORD_SPACES, paragraph
from inspection.extraction.read import read_file
from inspection.vocabulary import Zone

pytestmark = pytest.mark.slow
HEADER_PART = {
    "word/_rels/document.xml.rels": probes.relations(
        ("rId1", "header", "header1.xml"), ("rId2", "footer", "footer1.xml")
    ),
    "word/header1.xml": f"{HEAD}<w:hdr {WORD_SPACES}>{paragraph('頁首密')}</w:hdr>",
    "word/footer1.xml": f"{HEAD}<w:ftr {WORD_SPACES}>{paragraph('頁尾字')}</w:ftr>",
}


def letter() -> bytes:
    cell = "<w:tc><w:tcPr><w:tcW w:w='2000' w:type='dxa'/></w:tcPr>{}</w:tc>"
    rows = [["姓名", "電話", "備註"], ["甲", "", "乙"], ["", "丙", ""]]
    table = "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/><w:gridCol/><w:gridCol/></w:tblGrid>"
    for row in rows:
        table += "<w:tr>" + "".join(cell.format(paragraph(text)) for text in row) + "</w:tr>"
    body = (
        paragraph("第一段") + paragraph("機密", "<w:strike/>") + paragraph("密", '<w:color w:val="FF0000"/>')
        + table + "</w:tbl>" + paragraph("末段") + "<w:p><w:r><w:t>前</w:t></w:r><w:r><w:rPr><w:dstrike/></w:rPr>"
        "<w:t>極機密</w:t></w:r><w:r><w:t>後</w:t></w:r></w:p>"
        '<w:sectPr><w:headerReference w:type="default" r:id="rId1"/><w:footerReference w:type="default" r:id="rId2"/>'
        '<w:pgSz w:w="11906" w:h="16838"/></w:sectPr>'
    )  # fmt: skip
    kind = "officedocument.wordprocessingml"
    types = {"/word/document.xml": f"{kind}.document.main", "/word/header1.xml": f"{kind}.header"}
    types["/word/footer1.xml"] = f"{kind}.footer"
    return probes.word(body, extra={"[Content_Types].xml": probes.content_types(types)} | HEADER_PART)


@pytest.mark.parametrize("target", ["doc", "rtf", "odt"])
@pytest.mark.clause("S4-22")
def test_a_letter_reads_the_same_in_every_older_format(tmp_path: Path, target: str) -> None:
    reading = read_file(convert(letter(), "docx", target, tmp_path), name="函.bin")
    assert reading.format == target
    struck = {one.text for one in reading.passages if one.struck}
    assert struck == {"機密", "極機密"}
    shown = {one.text: one for one in reading.passages if not one.struck}
    assert {"第一段", "密", "末段", "前後"} <= set(shown)
    assert [one.cells for one in reading.passages if one.zone is Zone.TABLE] == [
        ("姓名", "電話", "備註"),
        ("甲", "", "乙"),
        ("", "丙", ""),
    ]
    assert len({one.part for one in reading.passages if one.zone is Zone.TABLE}) == 1
    assert (shown["頁首密"].zone, shown["頁尾字"].zone) == (Zone.HEADER, Zone.FOOTER)
    if target != "rtf":  # colours of rich text stand in a table of their own
        assert shown["密"].prominence


def roster() -> bytes:
    styles = (
        f'{HEAD}<styleSheet {SHEET_SPACES}><fonts count="2"><font><sz val="11"/></font><font><strike/></font></fonts>'
        '<fills count="1"><fill/></fills><borders count="1"><border/></borders>'
        '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf fontId="0"/>'
        '<xf fontId="1" applyFont="1"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs>'
        "</styleSheet>"
    )
    text = '<c r="{}" t="inlineStr"><is><t>{}</t></is></c>'
    rows = (
        f'<row r="1">{text.format("A1", "姓名")}{text.format("B1", "生日")}{text.format("D1", "薪資")}</row>'
        f'<row r="2">{text.format("A2", "甲")}<c r="B2" s="2"><v>32874</v></c><c r="D2"><v>31520.5</v></c></row>'
        '<row r="3"><c r="A3" s="1" t="inlineStr"><is><t>機密</t></is></c></row>'
    )
    after = "<headerFooter><oddHeader>&amp;L密&amp;R名冊</oddHeader></headerFooter>"
    return probes.workbook({"名冊": probes.sheet_xml(rows, after)}, extra={"xl/styles.xml": styles})


@pytest.mark.parametrize("target", ["xls", "ods"])
def test_a_roster_reads_the_same_in_every_older_format(tmp_path: Path, target: str) -> None:
    reading = read_file(convert(roster(), "xlsx", target, tmp_path), name="名冊.bin")
    assert reading.format == target
    rows = [one for one in reading.passages if one.zone is Zone.SHEET and not one.struck]
    assert [one.cells for one in rows] == [("姓名", "生日", "", "薪資"), ("甲", "1990-01-01", "", "31520.5")]
    assert [one.ordinal for one in rows] == [0, 1]
    assert [one.text for one in reading.passages if one.struck] == ["機密"]
    assert [one.text for one in reading.passages if one.zone is Zone.HEADER] == ["密", "名冊"]


@pytest.mark.parametrize("target", ["ppt", "odp", "fodp", "pptx"])
def test_a_presentation_reads_the_same_in_every_older_format(tmp_path: Path, target: str) -> None:
    reading = read_file(convert(presentation(), "fodp", target, tmp_path), name="簡報.bin")
    assert reading.format == target
    found = {one.text: (one.zone, one.part) for one in reading.passages}
    assert found["第一張"] == (Zone.TEXT_BOX, "投影片 1")
    assert found["第二張"] == (Zone.SLIDE, "投影片 2")
    assert found["備忘稿字"][0] is Zone.SPEAKER_NOTE
    assert reading.properties["title"] == "簡報標題"


def presentation() -> bytes:
    """A flat presentation of two slides: a box at the upper edge and a note, a box in the middle."""
    own = ("office", "text", "presentation", "style", "meta")
    names = [("draw", "drawing"), *((name, name) for name in own)]
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{of}:1.0"' for name, of in names)
    box = (
        '<draw:frame svg:x="1cm" svg:y="1cm" svg:width="9cm" svg:height="2cm"><draw:text-box>'
        "<text:p>{}</text:p></draw:text-box></draw:frame>"
    )
    in_the_middle = box.format("第二張").replace('svg:y="1cm"', 'svg:y="9cm"')
    return (
        f'{HEAD}<office:document {spaces} xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.2" '
        'office:mimetype="application/vnd.oasis.opendocument.presentation">'
        "<office:meta><dc:title>簡報標題</dc:title></office:meta>"
        '<office:automatic-styles><style:page-layout style:name="L"/></office:automatic-styles><office:master-styles>'
        '<style:master-page style:name="M" style:page-layout-name="L"/></office:master-styles>'
        "<office:body><office:presentation>"
        f'<draw:page draw:name="一" draw:master-page-name="M">{box.format("第一張")}'
        f"<presentation:notes>{box.format('備忘稿字')}</presentation:notes></draw:page>"
        f'<draw:page draw:name="二" draw:master-page-name="M">{in_the_middle}</draw:page>'
        "</office:presentation></office:body></office:document>"
    ).encode()
