"""Word documents: what runs, strikes, tables and layout say beyond the words."""

from __future__ import annotations

import pytest

from extraction.probe_packages import HEAD, WORD_SPACES, paragraph, word
from inspection.extraction.passage import Passage
from inspection.extraction.read import read_file
from inspection.vocabulary import ReadReason, ReadStatus, Zone


def passages(body: str, **extra: str) -> tuple[Passage, ...]:
    reading = read_file(word(body, extra={f"word/{name}.xml": xml for name, xml in extra.items()}), name="a.docx")
    assert reading.status is ReadStatus.SCANNED
    return reading.passages


@pytest.mark.parametrize("strike", ["strike", "dstrike"])
def test_a_struck_mark_is_told_from_a_standing_one(strike: str) -> None:
    found = passages(paragraph("機密", f"<w:{strike}/>") + paragraph("密"))
    assert [(one.text, one.struck) for one in found] == [("機密", True), ("密", False)]


def test_a_strike_switched_off_strikes_nothing() -> None:
    assert not passages(paragraph("機密", '<w:strike w:val="false"/>'))[0].struck


def test_a_paragraph_half_struck_is_kept_in_two() -> None:
    found = passages("<w:p><w:r><w:t>密等：</w:t></w:r><w:r><w:rPr><w:dstrike/></w:rPr><w:t>機密</w:t></w:r></w:p>")
    assert {(one.text, one.struck) for one in found} == {("密等：", False), ("機密", True)}


def test_a_strike_in_the_paragraph_mark_alone_strikes_nothing() -> None:
    body = "<w:p><w:pPr><w:rPr><w:strike/></w:rPr></w:pPr><w:r><w:t>密</w:t></w:r></w:p>"
    assert [(one.text, one.struck) for one in passages(body)] == [("密", False)]


def test_a_style_may_strike_and_hide_and_is_inherited() -> None:
    styles = (
        f"{HEAD}<w:styles {WORD_SPACES}>"
        '<w:style w:type="character" w:styleId="Old"><w:rPr><w:strike/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="Older"><w:basedOn w:val="Old"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Secret"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>'
    )
    body = paragraph("機密", '<w:rStyle w:val="Older"/>') + (
        '<w:p><w:pPr><w:pStyle w:val="Secret"/></w:pPr><w:r><w:t>看不見</w:t></w:r></w:p>'
    )
    found = passages(body, styles=styles)
    assert [(one.text, one.zone, one.struck) for one in found] == [
        ("機密", Zone.BODY, True),
        ("看不見", Zone.HIDDEN, False),
    ]


def test_runs_are_joined_and_paragraphs_kept_apart() -> None:
    split = "".join(f"<w:r><w:t>{letter}</w:t></w:r>" for letter in "密等及解密條件")
    found = passages(f"<w:p>{split}</w:p>" + paragraph("第二段") + "<w:p/>" + paragraph("第三段"))
    assert [(one.text, one.ordinal, one.locator) for one in found] == [
        ("密等及解密條件", 0, "段落 1"),
        ("第二段", 1, "段落 2"),
        ("第三段", 2, "段落 3"),
    ]


def test_entities_and_character_data_sections_read_as_written() -> None:
    body = "<w:p><w:r><w:t>A &amp; B &#23494;</w:t></w:r><w:r><w:t><![CDATA[<密>]]></w:t></w:r></w:p>"
    assert passages(body)[0].text == "A & B 密<密>"


def test_table_rows_come_cell_by_cell_and_share_their_part() -> None:
    row = "<w:tr>{}</w:tr>"
    cell = "<w:tc>{}</w:tc>"
    rows = [["姓名", "電話"], ["甲", "乙"]]
    body = "<w:tbl>" + "".join(row.format("".join(cell.format(paragraph(t)) for t in r)) for r in rows) + "</w:tbl>"
    found = passages(body)
    assert [one.cells for one in found] == [("姓名", "電話"), ("甲", "乙")]
    assert {one.zone for one in found} == {Zone.TABLE}
    assert len({one.part for one in found}) == 1
    assert found[1].text == "甲\t乙"


@pytest.mark.parametrize(
    ("body", "stands_out"),
    [
        (paragraph("密"), True),  # the first paragraph, at the left
        ('<w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:t>密</w:t></w:r></w:p>', False),
        (paragraph("主旨") + paragraph("密"), False),
        (paragraph("主旨") + paragraph("密", '<w:color w:val="FF0000"/>'), True),
        (paragraph("主旨") + paragraph("密", '<w:color w:val="000000"/>'), False),
        (paragraph("主旨") + paragraph("密", '<w:sz w:val="48"/>'), True),
        (paragraph("主旨") + paragraph("密", '<w:sz w:val="24"/>'), False),
    ],
)
def test_large_red_and_upper_left_text_stands_out(body: str, stands_out: bool) -> None:
    assert [one.prominence for one in passages(body) if one.text == "密"] == [stands_out]


def test_another_prefix_for_the_same_names_reads_the_same() -> None:
    swapped = word(paragraph("密").replace("w:", "ns0:"))
    assert [one.text for one in read_file(swapped, name="a").passages] == ["密"]


def test_utf_16_parts_are_read() -> None:
    body = f"<w:body>{paragraph('密')}</w:body>"
    xml = f"<?xml version='1.0' encoding='UTF-16'?><w:document {WORD_SPACES}>{body}</w:document>"
    data = word("", extra={"word/document.xml": xml.encode("utf-16")})
    assert [one.text for one in read_file(data, name="a.docx").passages] == ["密"]


def test_declared_entities_end_a_document_as_corrupt_and_are_never_resolved() -> None:
    xml = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><w:document><w:body>&e;</w:body></w:document>'
    reading = read_file(word("", extra={"word/document.xml": xml}), name="a.docx")
    assert (reading.status, reading.reason, reading.passages) == (ReadStatus.UNREADABLE, ReadReason.CORRUPT, ())


def test_files_inside_a_document_are_handed_out() -> None:
    reading = read_file(word("", extra={"word/embeddings/名冊.xlsx": b"PK", "word/a.html": b"<p>x"}), name="a.docx")
    assert {(one.name, one.data) for one in reading.embedded} == {("名冊.xlsx", b"PK"), ("a.html", b"<p>x")}
