"""The page around our documents: mark box, copy number, watermark, page numbers, signature row; and the package."""

from __future__ import annotations

from dataclasses import dataclass, field

from tools.template_authoring.styles import Look, numbering_xml, styles_xml
from tools.template_authoring.styling import (
    GREY,
    MARK_RED,
    TINT,
    W_NS,
    Cell,
    Row,
    control_row,
    end,
    gap,
    kept,
    page_field,
    paragraph,
    run,
    table,
    text,
    twips,
)

from inspection.documents.package import pack, write

_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_NAMESPACES = (
    f'xmlns:w="{W_NS}" xmlns:r="{_RELATION}" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w10="urn:schemas-microsoft-com:office:word" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" mc:Ignorable="w14"'
)
# The shape Word itself makes for Design > Watermark; LibreOffice reads it as well.
_WORD_ART = (
    '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
    'path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/>'
    '<v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/>'
    '<v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/><v:f eqn="mid @5 @6"/>'
    '<v:f eqn="mid @8 @5"/><v:f eqn="mid @7 @8"/><v:f eqn="mid @6 @7"/><v:f eqn="sum @6 0 @5"/></v:formulas>'
    '<v:path textpathok="t" o:connecttype="custom" o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800" '
    'o:connectangles="270,180,90,0"/><v:textpath on="t" fitshape="t"/><v:handles>'
    '<v:h position="#0,bottomRight" xrange="6629,14971"/></v:handles>'
    '<o:lock v:ext="edit" text="t" shapetype="t"/></v:shapetype>'
)


@dataclass(frozen=True, slots=True)
class Page:
    """Paper and margins in cm; `protected` lets people fill in controls only."""

    width: float = 21.0
    height: float = 29.7
    top: float = 2.6
    bottom: float = 2.2
    left: float = 2.5
    right: float = 2.5
    protected: bool = False
    look: Look = field(default_factory=Look)

    @property
    def text_width(self) -> float:
        """Between the margins, in cm."""
        return self.width - self.left - self.right


def header(page: Page) -> str:
    """Upper left: the mark in a red box with its declassification condition; upper right: the copy number."""
    left, right = page.text_width * 0.68, page.text_width * 0.32
    mark = paragraph(
        run("{{ frame.mark }}", size=17, bold=True, colour=MARK_RED, boxed=True),
        run("　", size=10),
        run("{{ frame.declassification }}", size=10, colour=MARK_RED),
        style="PageHeader",
    )
    copy = paragraph(run("{{ frame.copy_number }}", size=10), style="PageHeader", align="right")
    return table([left, right], [Row((Cell(mark), Cell(copy)))], lines="none", padding=0) + _watermark()


def _watermark() -> str:
    shape = (
        f'<w:r><w:rPr><w:noProof/></w:rPr><w:pict>{_WORD_ART}<v:shape id="PowerPlusWaterMarkObject1" '
        'o:spid="_x0000_s2049" type="#_x0000_t136" alt="浮水印" style="position:absolute;margin-left:0;margin-top:0;'
        "width:340pt;height:85pt;rotation:315;z-index:-251658752;mso-position-horizontal:center;"
        "mso-position-horizontal-relative:margin;mso-position-vertical:center;"
        'mso-position-vertical-relative:margin" o:allowincell="f" fillcolor="#d8dbe2" stroked="f">'
        '<v:fill opacity=".45"/><v:textpath style="font-family:&quot;標楷體&quot;;font-size:1pt" '
        'string="{{ frame.watermark }}"/><w10:wrap anchorx="margin" anchory="margin"/></v:shape></w:pict></w:r>'
    )
    return paragraph(run("{%r if frame.watermark %}"), shape, run("{%r endif %}"), style="PageHeader", exact=4)


def footer(page: Page) -> str:
    """Identifying code at the left, page n of m in the middle, contact line at the right."""
    stops = (("center", page.text_width / 2), ("right", page.text_width))
    return paragraph(
        run("{{ qr(frame.code, 1.3) }}{% if frame.identifier %}識別碼 {{ frame.identifier }}{% endif %}"),
        "<w:r><w:tab/></w:r>",
        run("第 "),
        page_field("PAGE", 9.5),
        run(" 頁，共 "),
        page_field("NUMPAGES", 9.5),
        run(" 頁"),
        "<w:r><w:tab/></w:r>",
        run("{{ frame.hotline }}"),
        style="PageFooter",
        tabs=stops,
    )


def signature_row(page: Page, cells: tuple[str, ...], *, height: float = 2.5, margin: float = 0) -> str:
    """The row to be signed: what signers are called above (`signature_names` of approval_table.yaml), room below.

    The consulted offices are named under 會辦; the one who decides last is asked for 批示.
    """
    width = (page.text_width - margin) / len(cells)
    heads = tuple(
        Cell(text(f"{{{{ signers.{cell} }}}}" + ("批示" if cell == "agency_head" else ""), "SignatureHead"), fill=TINT)
        for cell in cells
    )
    room = tuple(
        Cell(
            paragraph(run("{{ consulted }}", size=10, colour=GREY), style="TableCentre")
            if cell == "countersign"
            else paragraph(style="TableCentre"),
            middle=False,
        )
        for cell in cells
    )
    rows = [Row(heads), Row(room, height=height)]
    return table([width] * len(cells), rows, lines="all", padding=0.08, colour="B4BCC9", caption="簽章欄")


def signed_with(page: Page, last_words: str, row_to_sign: str) -> str:
    """The last words of a paper and the row to be signed, on one page: nobody signs a page without text.

    Both stand in one row that may not split; LibreOffice follows no chain of kept paragraphs into a table.
    """
    whole = last_words + gap(8) + row_to_sign + end()
    return table([page.text_width], [Row((Cell(whole, middle=False),))], lines="none", padding=0, caption="簽章")


def signed_rows(loop: str, line: Row, last_words: str, row_to_sign: str) -> list[Row]:
    """The lines of a table and below them, in the same table, its last words and the row to be signed: the last line
    stays on their page, so that nobody signs a page without one."""
    width = len(line.cells)
    return [
        control_row(loop, width),
        control_row("if loop.last", width),
        kept(line),
        control_row("else", width),
        line,
        control_row("endif", width),
        control_row("endfor", width),
        Row((Cell(gap(4) + last_words + gap(8) + row_to_sign + gap(4) + end(), span=width, middle=False),)),
    ]


SIGNERS = ("drafter", "countersign", "ethics_head", "chief_secretary", "agency_head")


def section(page: Page) -> str:
    """Paper, margins, header and footer of the (only) section."""
    orientation = ' w:orient="landscape"' if page.width > page.height else ""
    return (
        '<w:sectPr><w:headerReference w:type="default" r:id="rId3"/><w:footerReference w:type="default" r:id="rId4"/>'
        f'<w:pgSz w:w="{twips(page.width)}" w:h="{twips(page.height)}"'
        f"{orientation}/>"
        f'<w:pgMar w:top="{twips(page.top)}" w:right="{twips(page.right)}" w:bottom="{twips(page.bottom)}" '
        f'w:left="{twips(page.left)}" w:header="{twips(1.2)}" w:footer="{twips(1.1)}" w:gutter="0"/></w:sectPr>'
    )


def package(page: Page, body: str) -> bytes:
    """A whole .docx of this body; the same bytes for the same body."""
    types = {
        "word/document.xml": "document.main",
        "word/styles.xml": "styles",
        "word/numbering.xml": "numbering",
        "word/settings.xml": "settings",
        "word/header1.xml": "header",
        "word/footer1.xml": "footer",
    }
    overrides = "".join(
        f'<Override PartName="/{name}" '
        f'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"/>'
        for name, kind in types.items()
    )
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="{_RELATION}/{kind}" Target="{kind}{suffix}.xml"/>'
        for number, (kind, suffix) in enumerate(
            (("styles", ""), ("numbering", ""), ("header", "1"), ("footer", "1"), ("settings", "")), 1
        )
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_RELATION}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>',
        "word/document.xml": f"<w:document {_NAMESPACES}><w:body>{body}{section(page)}</w:body></w:document>",
        "word/styles.xml": styles_xml(page.look),
        "word/numbering.xml": numbering_xml(page.look),
        "word/header1.xml": f"<w:hdr {_NAMESPACES}>{header(page)}</w:hdr>",
        "word/footer1.xml": f"<w:ftr {_NAMESPACES}>{footer(page)}</w:ftr>",
        "word/settings.xml": _settings(page),
    }
    return write(pack(name, (_DECLARATION + xml).encode()) for name, xml in parts.items())


def _settings(page: Page) -> str:
    protection = '<w:documentProtection w:edit="forms" w:enforcement="1"/>' if page.protected else ""
    return (
        f'<w:settings xmlns:w="{W_NS}">{protection}<w:defaultTabStop w:val="480"/>'
        '<w:characterSpacingControl w:val="compressPunctuation"/><w:compat><w:doNotExpandShiftReturn/>'
        '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
        '</w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-TW"/></w:settings>'
    )
