"""Office packages as other programs write them: parts under any name, XML in any form a parser accepts, stores that
nothing shows."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from crawling.papers import national_id
from extraction.probe_packages import HEAD, RELATIONS, SHEET_SPACES, SLIDE_SPACES, WORD_SPACES, content_types, package
from inspection.extraction.passage import Reading
from inspection.extraction.ranges import read_pieces, wanted_ranges
from inspection.extraction.read import read_file
from inspection.vocabulary import ReadStatus, Zone

CHANCE = random.Random(20_261_129)
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
P = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
WORD, SHEET, SLIDE = "wordprocessingml", "spreadsheetml", "presentationml"


def rels(*entries: tuple[str, str, str]) -> str:
    """A relationships part of (id, kind, target)."""
    inner = "".join(f"<Relationship Id='{i}' Type='{RELATIONS}/{kind}' Target='{to}'/>" for i, kind, to in entries)
    return f"{HEAD}<Relationships xmlns='{PACKAGE}'>{inner}</Relationships>"


def rels_of(name: str) -> str:
    folder, _, file = name.rpartition("/")
    return f"{folder}/_rels/{file}.rels".lstrip("/")


def texts(reading: Reading, zone: Zone | None = None) -> str:
    assert reading.status is ReadStatus.SCANNED, reading.reason
    return "\n".join(one.text for one in reading.passages if zone in {None, one.zone})


def word_xml(text: str, section: str = "") -> str:
    body = f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p><w:sectPr>{section}</w:sectPr>"
    return f"{HEAD}<w:document {WORD_SPACES}><w:body>{body}</w:body></w:document>"


def any_name(end: str = "xml") -> str:
    """A path of one to three steps, in letters programs use and people do not expect."""
    steps = ["".join(CHANCE.choices("abcXYZ019_-", k=CHANCE.randint(1, 8))) for _ in range(CHANCE.randint(1, 3))]
    return "/".join(steps) + f".{end}"


@pytest.mark.parametrize("turn", range(12))
def test_word_parts_are_found_under_any_name(turn: int) -> None:
    main, header, notes, altered = any_name(), any_name(), any_name("part"), any_name(CHANCE.choice(["dat", "xhtml"]))
    section = '<w:headerReference w:type="default" r:id="h"/>'
    absolute = "/" if turn % 2 else "../" * main.count("/")
    data = package({
        "[Content_Types].xml": content_types({f"/{main}": "officedocument.wordprocessingml.document.main"}),
        "_rels/.rels": rels(("r", "officeDocument", main)),
        main: word_xml("本文甲", section),
        rels_of(main): rels(
            ("h", "header", absolute + header),
            ("n", "footnotes", absolute + notes),
            ("a", "aFChunk", absolute + altered),
        ),
        header: f"<w:hdr {WORD_SPACES}>{P.format('頁首乙')}</w:hdr>",
        notes: f"<w:footnotes {WORD_SPACES}><w:footnote>{P.format('註腳丙')}</w:footnote></w:footnotes>",
        altered: "<html><body><p>嵌入丁</p></body></html>",
    })  # fmt: skip
    reading = read_file(data, name="a.docx")
    assert (reading.format, texts(reading, Zone.BODY), texts(reading, Zone.HEADER)) == ("docx", "本文甲", "頁首乙")
    assert texts(reading, Zone.NOTE) == "註腳丙"
    assert [one.data for one in reading.embedded] == ["<html><body><p>嵌入丁</p></body></html>".encode()]


def workbook(sheet: str, *, strings: str = "", book: str = "", more: dict[str, str] | None = None) -> bytes:
    main, first, shared = any_name(), any_name(), any_name()
    up = "../" * main.count("/")
    listed = f"<workbook {SHEET_SPACES}>{book}<sheets><sheet name='名冊' sheetId='1' r:id='s'/></sheets></workbook>"
    kinds = {f"/{main}": f"officedocument.{SHEET}.sheet.main"}
    entries = [("s", "worksheet", up + first), ("t", "sharedStrings", up + shared)]
    parts: dict[str, str | bytes] = {
        "_rels/.rels": rels(("r", "officeDocument", f"/{main}")),
        main: listed,
        first: sheet,
        shared: strings,
    }
    for number, (kind, xml) in enumerate((more or {}).items()):
        name = any_name()
        parts[name] = xml
        entries.append((f"m{number}", kind, up + name))
    parts["[Content_Types].xml"] = content_types(kinds)
    parts[rels_of(main)] = rels(*entries)
    return package(parts)


FORMS: dict[str, Callable[[str], str]] = {
    "single quotes": lambda xml: re.sub(r'="([^"]*)"', r"='\1'", xml),
    "blanks round =": lambda xml: re.sub(r'="([^"]*)"', r' = "\1"', xml),
    "a line end round =": lambda xml: re.sub(r'="([^"]*)"', '\n=\t"\\1"', xml),
    "a prefix": lambda xml: re.sub(r"<(/?)(?=[a-z])", r"<\1s:", xml).replace("xmlns=", "xmlns:s="),
    "a prefix with a hyphen": lambda xml: re.sub(r"<(/?)(?=[a-z])", r"<\1s-1:", xml).replace("xmlns=", "xmlns:s-1="),
    "blanks in closing tags": lambda xml: re.sub(r"</(\w+)>", r"</\1 >", xml),
    "character references": lambda xml: xml.replace("申", "&#x7533;").replace("人", "&#20154;"),
    "cdata": lambda xml: re.sub(r">(申請人[^<]*)<", r"><![CDATA[\1]]><", xml),
    "comments": lambda xml: xml.replace("<row", "<!-- <v>1</v> --><row"),
    "a bracket in an attribute": lambda xml: xml.replace("<c ", '<c note="a>b" '),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_workbook_says_the_same_in_every_form_of_xml(form: str) -> None:
    number = national_id(CHANCE)
    sheet = (
        f'<worksheet {SHEET_SPACES}><sheetData><row r="3"><c r="B3" t="s"><v>1</v></c>'
        f'<c r="C3" t="inlineStr"><is><t>{number}</t></is></c></row></sheetData></worksheet>'
    )
    strings = f"<sst {SHEET_SPACES}><si><t>零</t></si><si><t>申請人身分證字號</t></si></sst>"
    reading = read_file(workbook(FORMS[form](sheet), strings=FORMS[form](strings)), name="a.xlsx")
    (row,) = [one for one in reading.passages if one.zone is Zone.SHEET]
    assert (row.cells, row.locator, row.ordinal) == (("", "申請人身分證字號", number), "名冊!B3", 2)


@pytest.mark.parametrize("date1904", [False, True])
def test_days_are_counted_from_the_workbooks_own_epoch(date1904: bool) -> None:
    shown = date(2026, 11, 16)
    serial = (shown - (date(1904, 1, 1) if date1904 else date(1899, 12, 30))).days
    styles = '<styleSheet><cellXfs><xf numFmtId="14"/></cellXfs></styleSheet>'
    sheet = f'<worksheet {SHEET_SPACES}><sheetData><row><c s="0"><v>{serial}</v></c></row></sheetData></worksheet>'
    book = f'<workbookPr date1904="{int(date1904)}"/>'
    reading = read_file(workbook(sheet, book=book, more={"styles": styles}), name="a.xlsx")
    assert texts(reading, Zone.SHEET) == shown.isoformat()
    assert shown + timedelta(days=1462) != shown


def test_letters_and_zeros_a_format_sets_before_a_number_are_read() -> None:
    styles = (
        '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="&quot;AB&quot;0000"/><numFmt numFmtId="165" '
        'formatCode="0000000000"/><numFmt numFmtId="166" formatCode="#,##0"/></numFmts><cellXfs><xf numFmtId="164"/>'
        '<xf numFmtId="165"/><xf numFmtId="166"/></cellXfs></styleSheet>'
    )
    cells = "".join(f'<c s="{style}"><v>123</v></c>' for style in range(3))
    sheet = f"<worksheet {SHEET_SPACES}><sheetData><row>{cells}</row></sheetData></worksheet>"
    reading = read_file(workbook(sheet, more={"styles": styles}), name="a.xlsx")
    assert [one.cells for one in reading.passages if one.zone is Zone.SHEET] == [("AB0123", "0000000123", "123")]


EMPTY_SHEET = f"<worksheet {SHEET_SPACES}><sheetData><row><c><v>3</v></c></row></sheetData>%s</worksheet>"
STORES: dict[str, Callable[[str], bytes]] = {
    "pivot records": lambda n: workbook(EMPTY_SHEET % "", more={
        "pivotCacheRecords": f'<pivotCacheRecords><r><s v="王"/><s v="{n}"/></r></pivotCacheRecords>',
    }),
    "pivot items": lambda n: workbook(EMPTY_SHEET % "", more={
        "pivotCacheDefinition": f'<pivotCacheDefinition><cacheFields><cacheField name="證號"><sharedItems><s v="{n}"/>'
        "</sharedItems></cacheField></cacheFields></pivotCacheDefinition>",
    }),
    "another workbook's cells": lambda n: workbook(EMPTY_SHEET % "", more={
        "externalLink": f'<externalLink><externalBook><sheetDataSet><sheetData><row r="1"><cell r="A1" '
        f't="str"><v>{n}</v></cell></row></sheetData></sheetDataSet></externalBook></externalLink>',
    }),
    "a connection": lambda n: workbook(EMPTY_SHEET % "", more={
        "connections": f'<connections><connection><dbPr command="x={n}"/></connection></connections>',
    }),
    "a query nobody knows": lambda n: workbook(EMPTY_SHEET % "", more={"novelty": f'<n><m k="{n}"/></n>'}),
    "custom xml": lambda n: workbook(EMPTY_SHEET % "", more={"customXml": f"<data><id>{n}</id></data>"}),
    "a chart": lambda n: workbook(EMPTY_SHEET % "", more={
        "chart": f"<c:chartSpace><c:cat><c:strCache><c:pt><c:v>{n}</c:v></c:pt></c:strCache></c:cat></c:chartSpace>",
    }),
    "a list to choose from": lambda n: workbook(
        EMPTY_SHEET % f'<dataValidation><formula1>"其他,{n}"</formula1></dataValidation>'
    ),
    "a formula": lambda n: workbook(
        f'<worksheet><sheetData><row><c><f>IF(B1=1,"{n}","")</f><v></v></c></row></sheetData></worksheet>'
    ),
    "a defined name": lambda n: workbook(
        EMPTY_SHEET % "", book=f'<definedNames><definedName name="證號">"{n}"</definedName></definedNames>'
    ),
}  # fmt: skip


@pytest.mark.parametrize("store", STORES)
def test_what_a_workbook_keeps_beside_its_cells_is_read_once_and_called_hidden(store: str) -> None:
    number = national_id(CHANCE)
    reading = read_file(STORES[store](number), name="a.xlsx")
    assert [one.zone for one in reading.passages if number in one.text] == [Zone.HIDDEN]


def test_pivot_records_are_rows_under_their_headings() -> None:
    number = national_id(CHANCE)
    definition = (
        '<pivotCacheDefinition><cacheFields><cacheField name="姓名"><sharedItems><s v="王小明"/></sharedItems>'
        '</cacheField><cacheField name="身分證字號"><sharedItems/></cacheField></cacheFields></pivotCacheDefinition>'
    )
    records = f'<pivotCacheRecords><r><x v="0"/><s v="{number}"/></r></pivotCacheRecords>'
    data = workbook(EMPTY_SHEET % "", more={"pivotCacheDefinition": definition})
    with_both = workbook(EMPTY_SHEET % "", more={"pivotCacheDefinition": definition, "pivotCacheRecords": records})
    assert "王小明" in texts(read_file(data, name="a.xlsx"), Zone.HIDDEN)
    assert number in texts(read_file(with_both, name="a.xlsx"), Zone.HIDDEN)


def word_with(body: str = "", **parts: str) -> bytes:
    """A document whose further parts are reached by relationships of the given kinds."""
    held: dict[str, str | bytes] = {
        "[Content_Types].xml": content_types({"/d.xml": f"officedocument.{WORD}.document.main"}),
        "_rels/.rels": rels(("r", "officeDocument", "d.xml")),
        "d.xml": f"{HEAD}<w:document {WORD_SPACES}><w:body>{body}</w:body></w:document>",
        "_rels/d.xml.rels": rels(*((f"i{kind}", kind, f"{kind}.xml") for kind in parts)),
    }
    return package(held | {f"{kind}.xml": xml for kind, xml in parts.items()})


def item(number: str) -> str:
    return (
        "<w:p><w:sdt><w:sdtPr><w:dropDownList><w:listItem w:displayText='請選擇' w:value=''/>"
        f"<w:listItem w:displayText='{number}' w:value='{number}'/></w:dropDownList></w:sdtPr></w:sdt></w:p>"
    )


WORD_STORES: dict[str, Callable[[str], bytes]] = {
    "a document variable": lambda n: word_with(
        settings=f"<w:settings><w:docVar w:name='證號' w:val='{n}'/></w:settings>"
    ),
    "a glossary": lambda n: word_with(
        glossaryDocument=f"<w:glossaryDocument><w:p><w:r><w:t>{n}</w:t></w:r></w:p></w:glossaryDocument>"
    ),
    "custom xml": lambda n: word_with(customXml=f"<data id2='{n}'/>"),
    "an entry not chosen": lambda n: word_with(item(n)),
    "an old list": lambda n: word_with(f"<w:p><w:ddList><w:listEntry w:val='{n}'/></w:ddList></w:p>"),
    "a field's code": lambda n: word_with(f"<w:p><w:r><w:instrText> IF x \"{n}\" </w:instrText></w:r></w:p>"),
    "a simple field": lambda n: word_with(f"<w:p><w:fldSimple w:instr=' QUOTE \"{n}\" '/></w:p>"),
    "a chart": lambda n: word_with(chart=f"<c:chartSpace><c:strCache><c:v>{n}</c:v></c:strCache></c:chartSpace>"),
}  # fmt: skip


@pytest.mark.parametrize("store", WORD_STORES)
def test_what_a_document_keeps_and_does_not_show_is_read_once_and_called_hidden(store: str) -> None:
    number = national_id(CHANCE)
    reading = read_file(WORD_STORES[store](number), name="a.docx")
    assert [one.zone for one in reading.passages if number in one.text] == [Zone.HIDDEN]


def test_codes_of_page_numbers_and_links_are_no_text() -> None:
    code = "<w:p><w:r><w:instrText> PAGE \\* MERGEFORMAT </w:instrText><w:t>3</w:t></w:r></w:p>"
    assert texts(read_file(word_with(code), name="a.docx")) == "3"


@pytest.mark.parametrize(("choice", "fallback"), [("甲", ""), ("", "乙")])
def test_of_two_alternatives_the_second_is_read_where_the_first_says_nothing(choice: str, fallback: str) -> None:
    inner = "<w:txbxContent><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:txbxContent>"
    first = inner.format(choice) if choice else "<wps:wsp/>"
    body = (
        f"<w:p><w:r><mc:AlternateContent><mc:Choice>{first}</mc:Choice><mc:Fallback>{inner.format(fallback or choice)}"
        "</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert texts(read_file(word_with(body), name="a.docx")) == choice + fallback


def headed(kind: str, switches: str = "", settings: str = "", *, named: bool = True) -> Reading:
    reference = f'<w:headerReference w:type="{kind}" r:id="iheader"/>' if named else ""
    return read_file(
        word_with(
            f"<w:p/><w:sectPr>{reference}{switches}</w:sectPr>",
            header="<w:hdr><w:p><w:r><w:t>密</w:t></w:r></w:p></w:hdr>",
            settings=f"<w:settings>{settings}</w:settings>",
        ),
        name="a.docx",
    )


@pytest.mark.parametrize(
    ("kind", "switches", "settings", "zone"),
    [
        ("default", "", "", Zone.HEADER),
        ("first", "", "", Zone.HIDDEN),
        ("first", "<w:titlePg w:val='0'/>", "", Zone.HIDDEN),
        ("first", "<w:titlePg/>", "", Zone.FIRST_HEADER),
        ("even", "", "", Zone.HIDDEN),
        ("even", "", "<w:evenAndOddHeaders w:val='false'/>", Zone.HIDDEN),
        ("even", "", "<w:evenAndOddHeaders/>", Zone.HEADER),
    ],
)
def test_a_header_counts_where_it_is_switched_on(kind: str, switches: str, settings: str, zone: Zone) -> None:
    assert [one.zone for one in headed(kind, switches, settings).passages if one.text == "密"] == [zone]


def test_a_header_no_section_names_is_hidden_and_one_of_an_earlier_section_goes_on() -> None:
    assert [one.zone for one in headed("default", named=False).passages if one.text == "密"] == [Zone.HIDDEN]
    later = "</w:sectPr><w:p/><w:sectPr><w:titlePg/>"
    assert [one.zone for one in headed("first", later).passages if one.text == "密"] == [Zone.FIRST_HEADER]


@pytest.mark.parametrize(("switch", "zone"), [("", Zone.HIDDEN), (' differentFirst="1"', Zone.FIRST_HEADER)])
def test_a_sheets_first_header_counts_where_it_is_switched_on(switch: str, zone: Zone) -> None:
    running = f"<headerFooter{switch}><firstHeader>&amp;C密</firstHeader></headerFooter>"
    reading = read_file(workbook(EMPTY_SHEET % running), name="a.xlsx")
    assert [one.zone for one in reading.passages if one.text == "密"] == [zone]


def test_slides_are_found_and_numbered_as_the_presentation_lists_them() -> None:
    slides = {f"s/{number}.part": text for number, text in enumerate(("第二張", "第一張"))}
    text = "<p:sld {}><p:sp><a:p><a:r><a:t>{}</a:t></a:r></a:p></p:sp></p:sld>"
    listed = "<p:sldIdLst><p:sldId id='256' r:id='b'/><p:sldId id='257' r:id='a'/></p:sldIdLst>"
    data = package({
        "[Content_Types].xml": content_types({"/x/main.xml": f"officedocument.{SLIDE}.presentation.main"}),
        "_rels/.rels": rels(("r", "officeDocument", "x/main.xml")),
        "x/main.xml": f"<p:presentation {SLIDE_SPACES}>{listed}</p:presentation>",
        "x/_rels/main.xml.rels": rels(("a", "slide", "../s/0.part"), ("b", "slide", "/s/1.part")),
        **{name: text.format(SLIDE_SPACES, said) for name, said in slides.items()},
    })  # fmt: skip
    found = [(one.text, one.locator) for one in read_file(data, name="a.pptx").passages]
    assert found == [("第一張", "投影片 1"), ("第二張", "投影片 2")]


def test_of_a_large_package_all_text_is_fetched_whatever_the_parts_are_called() -> None:
    picture = random.Random(3).randbytes(3 << 20)
    held: dict[str, str | bytes] = {"照/片.png": picture, "a/theme/t.xml": "<a:theme/>"}
    data = package({
        **held,
        "[Content_Types].xml": content_types({"/m.part": f"officedocument.{WORD}.document.main"}),
        "_rels/.rels": rels(("r", "officeDocument", "m.part")),
        "m.part": word_xml("本文"),
    })  # fmt: skip
    tail = data[-(128 << 10) :]
    ranges = wanted_ranges(tail, len(data))
    assert ranges is not None
    assert sum(length for _, length in ranges) + len(tail) < len(data) // 2
    pieces = [data[offset : offset + length] for offset, length in ranges]
    reading = read_pieces(tail, ranges, pieces, size_bytes=len(data), name="a.docx")
    assert texts(reading, Zone.BODY) == "本文"
