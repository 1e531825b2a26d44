"""Text, pages, rich text, mail, 公文 XML: by their bytes, in the encodings of this office."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from inspection.extraction.passage import Reading
from inspection.extraction.read import read_file
from inspection.vocabulary import ReadReason, ReadStatus, Zone

LETTER = "密等及解密條件或保密期限：密\r\n主旨：檢送會議紀錄一份\r\n正本：本所各課室"


def texts(reading: Reading, *, zone: Zone = Zone.BODY) -> list[str]:
    return [one.text for one in reading.passages if one.zone is zone]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp950", "utf-32"])
def test_text_reads_the_same_in_every_encoding(encoding: str) -> None:
    reading = read_file(LETTER.encode(encoding), name="函.txt")
    assert (reading.status, reading.format) == (ReadStatus.SCANNED, "txt")
    assert texts(reading) == LETTER.split("\r\n")


@pytest.mark.parametrize("encoding", ["utf-8", "cp950", "utf-16"])
def test_comma_separated_rows_come_cell_by_cell(encoding: str) -> None:
    data = '姓名,地址\r\n甲,"臺東市, 中山路"\r\n乙,綠島鄉\r\n'.encode(encoding)
    found = read_file(data, name="名冊.csv").passages
    assert [one.cells for one in found] == [("姓名", "地址"), ("甲", "臺東市, 中山路"), ("乙", "綠島鄉")]
    assert {one.zone for one in found} == {Zone.SHEET}


@pytest.mark.parametrize("bar", ["|", "||"])
def test_one_bar_or_two_part_the_cells_as_the_whole_list_has_them(bar: str) -> None:
    rows = [("編號", "姓名", "字軌", "號碼"), ("1", "甲", "A", "123"), ("2", "乙", "B", "")]
    data = "\r\n".join(["報名清冊", *map(bar.join, rows)]).encode()
    found = read_file(data, name="名冊.csv").passages
    assert [one.cells for one in found] == [("報名清冊",), *rows]


PAGE = (
    "<html><head><meta charset='{0}'><title>公告</title><script>var 密 = 1;</script></head><body><p>本所<b>公告</b></p>"
    "<del>機密</del><table><tr><th>姓名<th>電話</tr><tr><td>甲</td><td>乙&amp;丙</td></tr></table></body></html>"
)


@pytest.mark.parametrize("encoding", ["utf-8", "big5"])
@pytest.mark.parametrize("name", ["a.html", "a.xls", "a.doc"])
def test_a_page_is_a_page_whatever_its_name(encoding: str, name: str) -> None:
    reading = read_file(PAGE.format(encoding).encode(encoding), name=name)
    assert reading.format == "html"
    assert texts(reading) == ["公告", "本所公告", "機密"]
    assert [one.text for one in reading.passages if one.struck] == ["機密"]
    assert [one.cells for one in reading.passages if one.cells] == [("姓名", "電話"), ("甲", "乙&丙")]


def rich(body: str) -> bytes:
    fonts = r"{\fonttbl{\f0\fnil\fcharset136 PMingLiU;}{\f1\fnil\fcharset0 Arial;}}"
    return (r"{\rtf1\ansi\ansicpg950\deff0" + fonts + body + "}").encode("ascii")


def escaped(text: str) -> str:
    return "".join(rf"\u{ord(letter)}?" for letter in text)


def big5(text: str) -> str:
    return "".join(rf"\'{byte:02x}" for byte in text.encode("cp950"))


@pytest.mark.parametrize("write", [escaped, big5])
@pytest.mark.parametrize("name", ["a.rtf", "a.doc"])
def test_rich_text_keeps_its_zones(write: object, name: str) -> None:
    assert callable(write)
    body = (
        rf"{{\header {write('頁首密')}\par}}{{\headerf {write('首頁密')}\par}}{{\footer {write('頁尾')}\par}}"
        rf"\f0 {write('本文第一段')}\par {{\strike {write('機密')}}}\par {{\v {write('隱藏')}}}\par"
        rf"{{\shp{{\*\shpinst{{\sp{{\sn gtextUNICODE}}{{\sv {write('浮水印')}}}}}{{\shptxt {write('方塊')}\par}}}}}}"
        rf"\trowd\intbl {write('甲')}\cell {write('乙')}\cell\row\pard {write('末段')}\par"
    )
    reading = read_file(rich(body), name=name)
    assert (reading.status, reading.format) == (ReadStatus.SCANNED, "rtf")
    assert {(one.zone, one.text, one.struck) for one in reading.passages} == {
        (Zone.HEADER, "頁首密", False),
        (Zone.FIRST_HEADER, "首頁密", False),
        (Zone.FOOTER, "頁尾", False),
        (Zone.BODY, "本文第一段", False),
        (Zone.BODY, "機密", True),
        (Zone.HIDDEN, "隱藏", False),
        (Zone.WATERMARK, "浮水印", False),
        (Zone.TEXT_BOX, "方塊", False),
        (Zone.TABLE, "甲\t乙", False),
        (Zone.BODY, "末段", False),
    }


def test_rich_text_that_is_cut_off_is_corrupt() -> None:
    assert read_file(rich("x")[:-1], name="a.rtf").reason is ReadReason.CORRUPT


def mail(charset: str = "utf-8") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.tw", "b@example.tw", "【密】檢送名冊"
    message["Sensitivity"] = "Company-Confidential"
    message.set_content("本文如附件", charset=charset)
    message.add_attachment("甲,乙\n".encode(), maintype="text", subtype="csv", filename="名冊.csv")
    return message


@pytest.mark.parametrize("charset", ["utf-8", "big5"])
def test_mail_gives_subject_sensitivity_body_and_attachments(charset: str) -> None:
    outer = mail(charset)
    outer.add_attachment(mail())
    reading = read_file(outer.as_bytes(), name="來函.eml")
    assert (reading.status, reading.format) == (ReadStatus.SCANNED, "eml")
    assert texts(reading, zone=Zone.SUBJECT) == ["【密】檢送名冊"]
    assert texts(reading) == ["本文如附件"]
    assert reading.properties["Sensitivity"] == "Company-Confidential"
    assert [one.name for one in reading.embedded] == ["名冊.csv", "【密】檢送名冊.eml"]
    inner = read_file(reading.embedded[1].data, name=reading.embedded[1].name)
    assert texts(inner, zone=Zone.SUBJECT) == ["【密】檢送名冊"]
    assert [one.name for one in inner.embedded] == ["名冊.csv"]


def test_of_two_alternatives_only_one_is_counted() -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "a@example.tw", "x"
    message.set_content("一次")
    message.add_alternative("<p>一次</p>", subtype="html")
    assert texts(read_file(message.as_bytes(), name="a.eml")) == ["一次"]


OFFICIAL = (
    "<?xml version='1.0' encoding='{0}'?>"
    "<!DOCTYPE 函 SYSTEM '104_2_utf8.dtd' [<!ENTITY 附件1 SYSTEM 'a.pdf' NDATA _X>]>"
    "<函><密等及解密條件或保密期限><密等 代碼='{1}'/>"
    "<解密條件或保密期限>{2}</解密條件或保密期限></密等及解密條件或保密期限>"
    "<主旨><文字>檢送會議紀錄</文字></主旨><段落 段名='說明：'>"
    "<條列 序號='一、'><文字>依據&amp;辦理</文字></條列></段落></函>"
)


@pytest.mark.parametrize("encoding", ["utf-8", "big5"])
@pytest.mark.parametrize(
    ("level", "condition", "label"),
    [
        ("密", "本件於公布時解密", "密等及解密條件或保密期限：密（本件於公布時解密）"),
        ("密", "", "密等及解密條件或保密期限：密"),
        ("", "", "密等及解密條件或保密期限："),
        ("", "密", "密等及解密條件或保密期限：密"),  # one generator writes the level into the wrong element
    ],
)
def test_an_official_letter_gives_its_mark_element(encoding: str, level: str, condition: str, label: str) -> None:
    reading = read_file(OFFICIAL.format(encoding, level, condition).encode(encoding), name="1150000001.di")
    assert (reading.status, reading.format) == (ReadStatus.SCANNED, "di")
    assert texts(reading, zone=Zone.LABEL_ELEMENT) == [label]
    assert texts(reading, zone=Zone.SUBJECT) == ["檢送會議紀錄"]
    assert texts(reading) == ["依據&辦理"]


@pytest.mark.parametrize(
    ("data", "name", "status", "reason"),
    [
        (b"", "a.txt", ReadStatus.SCANNED, None),
        (b"", "a.docx", ReadStatus.UNREADABLE, ReadReason.CORRUPT),
        (bytes(range(256)) * 40, "a.bin", ReadStatus.UNREADABLE, ReadReason.UNSUPPORTED_FORMAT),
        (bytes(range(256)) * 40, "a.doc", ReadStatus.UNREADABLE, ReadReason.CORRUPT),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "a.png", ReadStatus.UNREADABLE, ReadReason.NO_TEXT_LAYER),
        (b"\xff\xd8\xff\xe0" + bytes(64), "a.txt", ReadStatus.UNREADABLE, ReadReason.NO_TEXT_LAYER),
        (b"Rar!\x1a\x07\x01\x00" + bytes(64), "a.rar", ReadStatus.UNREADABLE, ReadReason.CORRUPT),
        (b"\xffWPC" + bytes(64), "a.doc", ReadStatus.UNREADABLE, ReadReason.UNSUPPORTED_FORMAT),
        (b"MZ" + bytes(64), "a.exe", ReadStatus.UNREADABLE, ReadReason.UNSUPPORTED_FORMAT),
        (b"%PDF-1.7\n%%EOF", "a.pdf", ReadStatus.UNREADABLE, ReadReason.CORRUPT),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, name: str, status: ReadStatus, reason: ReadReason | None) -> None:
    reading = read_file(data, name=name)
    assert (reading.status, reading.reason) == (status, reason)


SHEET_2003 = (
    '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
    '<Worksheet ss:Name="名冊"><Table><Row><Cell><Data ss:Type="String">姓名</Data></Cell>'
    '<Cell ss:Index="3"><Data ss:Type="String">電話</Data></Cell></Row><Row ss:Index="5"><Cell>'
    '<Data ss:Type="String">甲</Data><Comment><Data>註</Data></Comment></Cell></Row></Table></Worksheet></Workbook>'
)


def test_a_spreadsheet_exported_as_xml_reads_cell_by_cell() -> None:
    reading = read_file(SHEET_2003.encode(), name="名冊.xls")
    assert (reading.status, reading.format) == (ReadStatus.SCANNED, "spreadsheetml")
    rows = [(one.cells, one.ordinal, one.part) for one in reading.passages if one.cells]
    assert rows == [(("姓名", "", "電話"), 0, "名冊"), (("甲",), 4, "名冊")]
    assert texts(reading, zone=Zone.COMMENT) == ["註"]


def test_word_2003_xml_keeps_its_header_and_strikes() -> None:
    run = "<w:p><w:r>{}<w:t>{}</w:t></w:r></w:p>"
    data = (
        '<?xml version="1.0"?><w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:body>'
        + run.format("", "本文") + run.format("<w:rPr><w:strike/></w:rPr>", "機密")
        + f'<w:sectPr><w:hdr w:type="odd">{run.format("", "密")}</w:hdr></w:sectPr></w:body></w:wordDocument>'
    )  # fmt: skip
    reading = read_file(data.encode(), name="函.doc")
    found = {(one.text, one.zone, one.struck) for one in reading.passages}
    assert found == {("密", Zone.HEADER, False), ("本文", Zone.BODY, False), ("機密", Zone.BODY, True)}


def test_a_long_log_is_read_whole_in_few_passages() -> None:
    lines = [f"第{number}行" for number in range(300_000)]
    reading = read_file("\n".join(lines).encode(), name="紀錄.txt")
    assert reading.reason is None
    assert "\n".join(texts(reading)).split("\n") == lines
    assert len(reading.passages) < 5_000
