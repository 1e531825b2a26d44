"""Writes a paper as ODT or ODS."""
# ruff: noqa: E501 - an XML element is easier to check on one line

from __future__ import annotations

from xml.sax.saxutils import escape

from quality.paper import Ink, Paper, Piece, Place, Row
from quality.sheets import rows_of
from zips import zipped

NS = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (
        ("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"), ("draw", "drawing"),
    )
) + ' xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'  # fmt: skip
STYLES = (
    '<style:style style:name="struck" style:family="text"><style:text-properties style:text-line-through-style="solid"'
    ' style:text-line-through-type="double"/></style:style>'
    '<style:style style:name="red" style:family="text"><style:text-properties fo:font-size="24pt" fo:color="#ff0000"/></style:style>'
)
STYLE_OF = {Ink.STRUCK: "struck", Ink.BIG_RED: "red"}


def paragraph(text: str, ink: Ink = Ink.PLAIN, inside: str = "") -> str:
    """One paragraph; struck or large text stands in a span of its own style."""
    inner = escape(text)
    if ink in STYLE_OF:
        inner = f'<text:span text:style-name="{STYLE_OF[ink]}">{inner}</text:span>'
    return f"<text:p>{inner}{inside}</text:p>"


def _lines(piece: Piece) -> str:
    return "".join(paragraph(line, piece.ink) for line in piece.as_lines())


def table(name: str, rows: list[tuple[Row, Ink]]) -> str:
    """A table of string cells."""
    out = "".join(
        "<table:table-row>"
        + "".join(f'<table:table-cell office:value-type="string">{paragraph(c, ink)}</table:table-cell>' for c in row)
        + "</table:table-row>"
        for row, ink in rows
    )
    return f'<table:table table:name="{name}">{out}</table:table>'


def odt(paper: Paper) -> bytes:
    """The paper as ODT."""
    body = ""
    for piece in paper.pieces:
        if piece.place is Place.BODY:
            body += "".join(paragraph(line, piece.ink) for line in piece.lines)
            body += table("表", [(row, Ink.PLAIN) for row in piece.table]) if piece.table else ""
        elif piece.place is Place.TEXT_BOX:
            body += f'<text:p><draw:frame draw:name="f"><draw:text-box>{_lines(piece)}</draw:text-box></draw:frame></text:p>'
        elif piece.place is Place.NOTE:
            note = f'<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body>{_lines(piece)}</text:note-body></text:note>'
            body += paragraph("詳如附註。", inside=note)
        elif piece.place is Place.COMMENT:
            body += paragraph("詳如批註。", inside=f"<office:annotation>{_lines(piece)}</office:annotation>")
    zones = ""
    for place, tag in ((Place.HEADER, "header"), (Place.FOOTER, "footer")):
        inner = "".join(_lines(piece) for piece in paper.at(place))
        zones += f"<style:{tag}>{inner}</style:{tag}>" if inner else ""
    return _package("text", f"<office:text>{body}</office:text>", zones)


def ods(paper: Paper) -> bytes:
    """The paper as ODS: first sheet, further sheets, comment on a cell."""
    sheets = table("工作表1", rows_of(paper.at(Place.BODY)))
    sheets += "".join(table(f"明細{i}", rows_of((p,))) for i, p in enumerate(paper.at(Place.SECOND_SHEET)))
    remarks = "".join(_lines(piece) for piece in paper.at(Place.COMMENT))
    if remarks:
        note = f"<office:annotation>{remarks}</office:annotation>"
        sheets = sheets.replace('office:value-type="string">', f'office:value-type="string">{note}', 1)
    zones = ""
    for place, tag in ((Place.HEADER, "header"), (Place.FOOTER, "footer")):
        inner = "".join(_lines(piece) for piece in paper.at(place))
        zones += f"<style:{tag}>{inner}</style:{tag}>" if inner else ""
    return _package("spreadsheet", f"<office:spreadsheet>{sheets}</office:spreadsheet>", zones)


def _package(kind: str, body: str, zones: str) -> bytes:
    mime = f"application/vnd.oasis.opendocument.{kind}"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{mime}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
        '<manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    page = f'<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="pm1">{zones}</style:master-page></office:master-styles>'
    automatic = f"<office:automatic-styles>{STYLES}</office:automatic-styles>"
    layout = f'<office:automatic-styles><style:page-layout style:name="pm1"/>{STYLES}</office:automatic-styles>'
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    content = f"{automatic}<office:body>{body}</office:body>"
    parts = {
        "mimetype": mime,
        "content.xml": f"{head}<office:document-content {NS}>{content}</office:document-content>",
        "styles.xml": f"{head}<office:document-styles {NS}>{layout}{page}</office:document-styles>",
        "META-INF/manifest.xml": head + manifest,
    }
    return zipped(parts, stored=("mimetype",))
