"""Builds Office files whose every structural place holds a text of its own, from raw XML."""

from __future__ import annotations

from zips import zipped

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
WORD_SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    f'xmlns:r="{RELATIONS}" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)
SHEET_SPACES = f'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{RELATIONS}"'
SLIDE_SPACES = (
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    f'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="{RELATIONS}"'
)

WORD_PLACES = {
    "本文標記": "body", "分段標記甲": "body", "文字方塊標記": "text_box", "圖形方塊標記": "text_box",
    "替代文字標記": "alt_text", "隱藏字標記": "hidden", "刪除線標記": "deleted", "插入字標記": "body",
    "內容控制標記": "body", "表格標記": "table", "巢狀表格標記": "table", "註腳標記": "note", "尾註標記": "note",
    "註解標記": "comment", "頁首標記": "header", "首頁頁首標記": "first_header", "頁尾標記": "footer",
    "浮水印標記": "watermark", "標題屬性標記": "property", "主旨屬性標記": "property", "關鍵字屬性標記": "property",
    "自訂屬性標記": "property",
}  # fmt: skip
SHEET_PLACES = {
    "工作表名標記": "property", "儲存格標記": "sheet", "12345678": "sheet", "註解標記": "comment",
    "頁首標記": "header", "首頁頁首標記": "first_header", "頁尾標記": "footer", "隱藏表標記": "hidden",
    "深隱藏表標記": "hidden", "隱藏列標記": "hidden", "文字方塊標記": "text_box", "圖表標題標記": "text_box",
    "標題屬性標記": "property", "關鍵字屬性標記": "property", "自訂屬性標記": "property",
}  # fmt: skip
SLIDE_PLACES = {
    "標題標記": "slide", "內文標記": "slide", "文字方塊標記": "text_box", "表格標記": "table", "群組標記": "text_box",
    "備忘稿標記": "speaker_note", "母片浮水印標記": "master", "版面配置標記": "master", "隱藏投影片標記": "hidden",
    "標題屬性標記": "property", "關鍵字屬性標記": "property",
}  # fmt: skip


def package(parts: dict[str, str | bytes]) -> bytes:
    """A zip of the given parts."""
    return zipped(parts)


def relations(*entries: tuple[str, str, str]) -> str:
    """A relationships part of (id, kind, target)."""
    inner = "".join(f'<Relationship Id="{i}" Type="{RELATIONS}/{kind}" Target="{to}"/>' for i, kind, to in entries)
    return f'{HEAD}<Relationships xmlns="{PACKAGE_RELATIONS}">{inner}</Relationships>'


def content_types(overrides: dict[str, str]) -> str:
    """A content types part."""
    inner = "".join(
        f'<Override PartName="{name}" ContentType="application/vnd.openxmlformats-{kind}+xml"/>'
        for name, kind in overrides.items()
    )
    return (
        f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{inner}</Types>'
    )


def properties(title: str = "標題屬性標記") -> dict[str, str | bytes]:
    """Core and custom properties."""
    return {
        "docProps/core.xml": f'{HEAD}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/'
        f'metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title>'
        "<dc:subject>主旨屬性標記</dc:subject><cp:keywords>關鍵字屬性標記</cp:keywords></cp:coreProperties>",
        "docProps/custom.xml": f'{HEAD}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
        'custom-properties" xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
        '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="密等"><vt:lpwstr>自訂屬性標記'
        '</vt:lpwstr></property><property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="3" '
        'name="MSIP_Label_0001_Name"><vt:lpwstr>Restricted</vt:lpwstr></property></Properties>',
    }


ROOT_RELATIONS = (
    f'{HEAD}<Relationships xmlns="{PACKAGE_RELATIONS}">'
    '<Relationship Id="rId1" Type="' + RELATIONS + '/officeDocument" Target="{main}"/>'
    '<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/'
    'core-properties" Target="docProps/core.xml"/>'
    '<Relationship Id="rId3" Type="' + RELATIONS + '/custom-properties" Target="docProps/custom.xml"/>'
    "</Relationships>"
)


def paragraph(text: str, look: str = "") -> str:
    """One paragraph of one run."""
    return f"<w:p><w:r>{look and f'<w:rPr>{look}</w:rPr>'}<w:t>{text}</w:t></w:r></w:p>"


def table(inner: str) -> str:
    """A table of one cell."""
    return f"<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid><w:tr><w:tc><w:tcPr/>{inner}</w:tc></w:tr></w:tbl>"


def word(body: str, *, extra: dict[str, str | bytes] | None = None) -> bytes:
    """A Word package with the given body XML."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": content_types({"/word/document.xml": "officedocument.wordprocessingml.document.main"}),
        "_rels/.rels": ROOT_RELATIONS.format(main="word/document.xml"),
        "word/document.xml": f"{HEAD}<w:document {WORD_SPACES}><w:body>{body}</w:body></w:document>",
    }
    return package(parts | (extra or {}))


def probe_word() -> bytes:
    """Every place of WORD_PLACES."""
    split = "<w:p>" + "".join(f"<w:r><w:rPr><w:b/></w:rPr><w:t>{c}</w:t></w:r>" for c in "分段標記甲") + "</w:p>"
    box = (
        '<w:p><w:r><w:pict><v:shape style="width:100pt;height:50pt"><v:textbox><w:txbxContent>'
        f"{paragraph('文字方塊標記')}</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
    )
    shape = (
        '<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline>'
        '<wp:extent cx="914400" cy="914400"/><wp:docPr id="7" name="x" descr="替代文字標記"/><a:graphic><a:graphicData '
        'uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:cNvSpPr/><wps:spPr/>'
        f"<wps:txbx><w:txbxContent>{paragraph('圖形方塊標記')}</w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp>"
        "</a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>"
        f"<w:txbxContent>{paragraph('圖形方塊標記')}</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )
    changes = (
        '<w:p><w:del w:id="1" w:author="a" w:date="2020-01-01T00:00:00Z"><w:r><w:delText>刪除線標記</w:delText></w:r>'
        '</w:del><w:ins w:id="2" w:author="a" w:date="2020-01-01T00:00:00Z"><w:r>'
        "<w:t>插入字標記</w:t></w:r></w:ins></w:p>"
    )
    notes = (
        '<w:p><w:r><w:t>註</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:endnoteReference w:id="2"/>'
        '</w:r><w:commentRangeStart w:id="0"/><w:commentRangeEnd w:id="0"/><w:r>'
        '<w:commentReference w:id="0"/></w:r></w:p>'
    )
    section = (
        '<w:sectPr><w:headerReference w:type="default" r:id="rId1"/><w:headerReference w:type="first" r:id="rId6"/>'
        '<w:footerReference w:type="default" r:id="rId2"/><w:pgSz w:w="11906" w:h="16838"/><w:titlePg/></w:sectPr>'
    )
    watermark = (
        '<w:p><w:r><w:pict><v:shapetype id="_x0000_t136" coordsize="1600,21600" o:spt="136" '
        'xmlns:o="urn:schemas-microsoft-com:office:office" path="m@7,0l@8,0m@5,21600l@6,21600e"/>'
        '<v:shape id="PowerPlusWaterMarkObject1" type="#_x0000_t136" '
        'style="position:absolute;width:400pt;height:100pt;rotation:315">'
        '<v:textpath style="font-family:SimSun" string="浮水印標記"/></v:shape></w:pict></w:r></w:p>'
    )
    body = (
        paragraph("本文標記") + split + box + shape + paragraph("隱藏字標記", "<w:vanish/>") + changes
        + f"<w:sdt><w:sdtContent>{paragraph('內容控制標記')}</w:sdtContent></w:sdt>"
        + table(paragraph("表格標記") + table(paragraph("巢狀表格標記")) + "<w:p/>") + notes + section
    )  # fmt: skip
    kind = "officedocument.wordprocessingml"
    extra: dict[str, str | bytes] = {
        "[Content_Types].xml": content_types(
            {"/word/document.xml": f"{kind}.document.main", "/word/header1.xml": f"{kind}.header"}
            | {"/word/header2.xml": f"{kind}.header", "/word/footer1.xml": f"{kind}.footer"}
            | {f"/word/{name}.xml": f"{kind}.{name}" for name in ("footnotes", "endnotes", "comments")}
            | {"/docProps/core.xml": "package.core-properties"}
            | {"/docProps/custom.xml": "officedocument.custom-properties"}
        ),
        "word/_rels/document.xml.rels": relations(
            ("rId1", "header", "header1.xml"),
            ("rId2", "footer", "footer1.xml"),
            ("rId3", "footnotes", "footnotes.xml"),
            ("rId4", "endnotes", "endnotes.xml"),
            ("rId5", "comments", "comments.xml"),
            ("rId6", "header", "header2.xml"),
        ),
        "word/header1.xml": f"{HEAD}<w:hdr {WORD_SPACES}>{paragraph('頁首標記')}{watermark}</w:hdr>",
        "word/header2.xml": f"{HEAD}<w:hdr {WORD_SPACES}>{paragraph('首頁頁首標記')}</w:hdr>",
        "word/footer1.xml": f"{HEAD}<w:ftr {WORD_SPACES}>{paragraph('頁尾標記')}</w:ftr>",
        "word/footnotes.xml": f'{HEAD}<w:footnotes {WORD_SPACES}><w:footnote w:id="2">{paragraph("註腳標記")}'
        "</w:footnote></w:footnotes>",
        "word/endnotes.xml": f'{HEAD}<w:endnotes {WORD_SPACES}><w:endnote w:id="2">{paragraph("尾註標記")}'
        "</w:endnote></w:endnotes>",
        "word/comments.xml": f'{HEAD}<w:comments {WORD_SPACES}><w:comment w:id="0" w:author="甲" w:initials="a">'
        f"{paragraph('註解標記')}</w:comment></w:comments>",
    } | properties()
    return word(body, extra=extra)


def sheet_xml(rows: str, after: str = "") -> str:
    """A worksheet part."""
    return f"{HEAD}<worksheet {SHEET_SPACES}><sheetData>{rows}</sheetData>{after}</worksheet>"


def workbook(
    sheets: dict[str, str], *, states: dict[str, str] | None = None, extra: dict[str, str | bytes] | None = None
) -> bytes:
    """A workbook of sheets: title to worksheet XML."""
    kind = "officedocument.spreadsheetml"
    numbered = list(enumerate(sheets.items(), 1))
    state = {title: f' state="{value}"' for title, value in (states or {}).items()}
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": content_types(
            {"/xl/workbook.xml": f"{kind}.sheet.main", "/xl/sharedStrings.xml": f"{kind}.sharedStrings"}
            | {"/xl/comments1.xml": f"{kind}.comments", "/docProps/core.xml": "package.core-properties"}
            | {"/docProps/custom.xml": "officedocument.custom-properties", "/xl/styles.xml": f"{kind}.styles"}
            | {"/xl/drawings/drawing1.xml": "officedocument.drawing"}
            | {"/xl/charts/chart1.xml": "officedocument.drawingml.chart"}
            | {f"/xl/worksheets/sheet{number}.xml": f"{kind}.worksheet" for number, _ in numbered}
        ),
        "_rels/.rels": ROOT_RELATIONS.format(main="xl/workbook.xml"),
        "xl/workbook.xml": f"{HEAD}<workbook {SHEET_SPACES}><sheets>"
        + "".join(
            f'<sheet name="{title}" sheetId="{number}"{state.get(title, "")} r:id="rId{number}"/>'
            for number, (title, _) in numbered
        )
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": relations(
            *((f"rId{number}", "worksheet", f"worksheets/sheet{number}.xml") for number, _ in numbered),
            ("rId90", "sharedStrings", "sharedStrings.xml"),
            ("rId91", "styles", "styles.xml"),
        ),
    }
    for number, (_, xml) in numbered:
        parts[f"xl/worksheets/sheet{number}.xml"] = xml
    return package(parts | (extra or {}))


def probe_workbook() -> bytes:
    """Every place of SHEET_PLACES."""
    text = '<c r="{}" t="inlineStr"><is><t>{}</t></is></c>'
    shared = (
        f"{HEAD}<sst {SHEET_SPACES}><si><r><t>儲存</t></r><r><rPr><b/></rPr><t>格標記</t></r>"
        '<rPh sb="0" eb="1"><t>讀音</t></rPh></si></sst>'
    )
    first = sheet_xml(
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>12345678</v></c></row>'
        f'<row r="5" hidden="1">{text.format("A5", "隱藏列標記")}</row>',
        '<headerFooter differentFirst="1"><oddHeader>&amp;C&amp;"標楷體,Bold"&amp;14頁首標記</oddHeader>'
        "<oddFooter>&amp;C頁尾標記</oddFooter><firstHeader>&amp;C首頁頁首標記</firstHeader></headerFooter>"
        '<drawing r:id="rId1"/>',
    )
    drawing = (
        f'{HEAD}<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
        f'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="{RELATIONS}"><xdr:oneCellAnchor>'
        "<xdr:from><xdr:col>1</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>8</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from>"
        '<xdr:ext cx="900000" cy="400000"/><xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="9" name="TextBox"/>'
        '<xdr:cNvSpPr txBox="1"/></xdr:nvSpPr><xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="900000" cy="400000"/>'
        '</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr><xdr:txBody><a:bodyPr/><a:p><a:r>'
        "<a:t>文字方塊標記</a:t></a:r></a:p></xdr:txBody></xdr:sp><xdr:clientData/></xdr:oneCellAnchor></xdr:wsDr>"
    )
    chart = (
        f'{HEAD}<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><c:chart><c:title><c:tx><c:rich><a:bodyPr/>'
        "<a:p><a:r><a:t>圖表標題標記</a:t></a:r></a:p></c:rich></c:tx></c:title></c:chart></c:chartSpace>"
    )
    comments = (
        f"{HEAD}<comments {SHEET_SPACES}><authors><author>甲</author></authors><commentList>"
        '<comment ref="A3" authorId="0"><text><r><t>註解</t></r>'
        "<r><t>標記</t></r></text></comment></commentList></comments>"
    )
    return workbook(
        {
            "工作表名標記": first,
            "隱藏表": sheet_xml(f'<row r="1">{text.format("A1", "隱藏表標記")}</row>'),
            "深藏表": sheet_xml(f'<row r="1">{text.format("A1", "深隱藏表標記")}</row>'),
        },
        states={"隱藏表": "hidden", "深藏表": "veryHidden"},
        extra={
            "xl/sharedStrings.xml": shared,
            "xl/comments1.xml": comments,
            "xl/drawings/drawing1.xml": drawing,
            "xl/charts/chart1.xml": chart,
            "xl/styles.xml": f"{HEAD}<styleSheet {SHEET_SPACES}/>",
            "xl/worksheets/_rels/sheet1.xml.rels": relations(
                ("rId1", "drawing", "../drawings/drawing1.xml"), ("rId2", "comments", "../comments1.xml")
            ),
        }
        | properties(),
    )


def shape(text: str, *, placeholder: str = "", x: int = 0, y: int = 0, rotation: int = 0, look: str = "") -> str:
    """A shape on a slide; with a placeholder kind, or a text box at (x, y) in EMU."""
    kind = f'<p:nvPr><p:ph type="{placeholder}"/></p:nvPr>' if placeholder else "<p:nvPr/>"
    turn = f' rot="{rotation}"' if rotation else ""
    place = "" if placeholder else f'<a:xfrm{turn}><a:off x="{x}" y="{y}"/><a:ext cx="900000" cy="400000"/></a:xfrm>'
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="2" name="s"/><p:cNvSpPr/>{kind}</p:nvSpPr><p:spPr>{place}'
        f"</p:spPr><p:txBody><a:bodyPr/><a:p><a:r><a:rPr{look}/><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"
    )


def slide_xml(shapes: str, *, root: str = "sld", hidden: bool = False) -> str:
    """A slide, notes, master or layout part."""
    return (
        f"{HEAD}<p:{root} {SLIDE_SPACES}{' show=' + chr(34) + '0' + chr(34) if hidden else ''}><p:cSld><p:spTree>"
        f'<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>{shapes}'
        f"</p:spTree></p:cSld></p:{root}>"
    )


def presentation(parts: dict[str, str | bytes]) -> bytes:
    """A presentation package of the given parts."""
    kind = "officedocument.presentationml"
    main = f'{HEAD}<p:presentation {SLIDE_SPACES}><p:sldSz cx="9144000" cy="6858000"/></p:presentation>'
    return package(
        {
            "[Content_Types].xml": content_types({"/ppt/presentation.xml": f"{kind}.presentation.main"}),
            "_rels/.rels": ROOT_RELATIONS.format(main="ppt/presentation.xml"),
            "ppt/presentation.xml": main,
        }
        | parts
    )


def probe_presentation() -> bytes:
    """Every place of SLIDE_PLACES."""
    cells = (
        '<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="5" name="t"/></p:nvGraphicFramePr><a:graphic><a:graphicData>'
        "<a:tbl><a:tr><a:tc><a:txBody><a:p><a:r><a:t>表格標記</a:t></a:r></a:p></a:txBody></a:tc></a:tr></a:tbl>"
        "</a:graphicData></a:graphic></p:graphicFrame>"
    )
    first = (
        shape("標題標記", placeholder="title") + shape("內文標記", placeholder="body") + shape("文字方塊標記") + cells
        + f"<p:grpSp><p:grpSpPr/>{shape('群組標記')}</p:grpSp>"
    )  # fmt: skip
    prompt = shape("Click to edit Master title style", placeholder="title")
    return presentation(
        {
            "ppt/slides/slide1.xml": slide_xml(first),
            "ppt/slides/slide2.xml": slide_xml(shape("隱藏投影片標記"), hidden=True),
            "ppt/notesSlides/notesSlide1.xml": slide_xml(shape("備忘稿標記", placeholder="body"), root="notes"),
            "ppt/slideMasters/slideMaster1.xml": slide_xml(prompt + shape("母片浮水印標記"), root="sldMaster"),
            "ppt/slideLayouts/slideLayout1.xml": slide_xml(prompt + shape("版面配置標記"), root="sldLayout"),
        }
        | properties()
    )
