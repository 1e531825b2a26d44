"""Writes a paper as a workbook: XLSX, ODS, CSV."""
# ruff: noqa: E501 - an XML element is easier to check on one line

from __future__ import annotations

import csv
import io
from xml.sax.saxutils import escape

from quality.paper import Ink, Paper, Piece, Place, Row
from quality.word import packed

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><fonts count="3"><font><sz val="12"/></font><font><strike/><sz val="12"/></font>'
    '<font><b/><sz val="28"/><color rgb="FFFF0000"/></font></fonts><fills count="1"><fill><patternFill patternType="none"/>'
    '</fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3">'
    '<xf fontId="0"/><xf fontId="1" applyFont="1"/><xf fontId="2" applyFont="1"/></cellXfs></styleSheet>'
)
STYLE_OF = {Ink.PLAIN: 0, Ink.STRUCK: 1, Ink.BIG_RED: 2, Ink.DELETED: 1}


def rows_of(pieces: tuple[Piece, ...]) -> list[tuple[Row, Ink]]:
    """Each line is a row of one cell; a table's rows follow as they are."""
    rows: list[tuple[Row, Ink]] = []
    for piece in pieces:
        rows += [((line,), piece.ink) for line in piece.lines]
        rows += [(row, piece.ink) for row in piece.table]
    return rows


def _sheet(rows: list[tuple[Row, Ink]], tail: str) -> str:
    out = []
    for number, (row, ink) in enumerate(rows, 1):
        cells = "".join(
            f'<c r="{chr(65 + at)}{number}" s="{STYLE_OF[ink]}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
            for at, cell in enumerate(row)
            if cell
        )
        out.append(f'<row r="{number}">{cells}</row>')
    return f'<worksheet xmlns="{MAIN}" xmlns:r="{REL}"><sheetData>{"".join(out)}</sheetData>{tail}</worksheet>'


def _printed(paper: Paper) -> str:
    """Header and footer of the printed sheet."""
    parts = ""
    for place, tag in ((Place.HEADER, "oddHeader"), (Place.FOOTER, "oddFooter")):
        lines = [line for piece in paper.at(place) for line in piece.as_lines()]
        if lines:
            parts += f"<{tag}>{escape('&L' + chr(10).join(lines).replace('&', '&&'))}</{tag}>"
    return f"<headerFooter>{parts}</headerFooter>" if parts else ""


def _drawing(lines: list[str]) -> str:
    inner = "".join(f"<a:p><a:r><a:t>{escape(line)}</a:t></a:r></a:p>" for line in lines)
    return (
        '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><xdr:twoCellAnchor><xdr:from><xdr:col>3</xdr:col>'
        "<xdr:colOff>0</xdr:colOff><xdr:row>3</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:to><xdr:col>8</xdr:col>"
        "<xdr:colOff>0</xdr:colOff><xdr:row>9</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to><xdr:sp><xdr:nvSpPr>"
        '<xdr:cNvPr id="2" name="t"/><xdr:cNvSpPr txBox="1"/></xdr:nvSpPr><xdr:spPr><a:prstGeom prst="rect"><a:avLst/>'
        f"</a:prstGeom></xdr:spPr><xdr:txBody><a:bodyPr/>{inner}</xdr:txBody></xdr:sp><xdr:clientData/></xdr:twoCellAnchor></xdr:wsDr>"
    )


def xlsx(paper: Paper) -> bytes:
    """The paper as an XLSX package; other places than cells become header, comment, text box or further sheets."""
    first = rows_of(paper.at(Place.BODY))
    sheets = [("工作表1", first, "")]
    sheets += [("明細", rows_of((p,)), "") for p in paper.at(Place.SECOND_SHEET)]
    sheets += [("舊資料", rows_of((p,)), ' state="hidden"') for p in paper.at(Place.HIDDEN_SHEET)]
    remarks = [line for p in paper.at(Place.COMMENT) for line in p.as_lines()]
    boxed = [line for p in paper.at(Place.TEXT_BOX) for line in p.as_lines()]
    book = "".join(f'<sheet name="{n}" sheetId="{i}" r:id="rId{i}"{s}/>' for i, (n, _, s) in enumerate(sheets, 1))
    rels = "".join(
        f'<Relationship Id="rId{i}" Type="{REL}/worksheet" Target="worksheets/sheet{i}.xml"/>'
        for i in range(1, len(sheets) + 1)
    )
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="{TYPE}.worksheet+xml"/>'
        for i in range(1, len(sheets) + 1)
    )
    own = ""
    if remarks:
        own += f'<Relationship Id="rId1" Type="{REL}/comments" Target="../comments1.xml"/>'
        types += f'<Override PartName="/xl/comments1.xml" ContentType="{TYPE}.comments+xml"/>'
    if boxed:
        own += f'<Relationship Id="rId2" Type="{REL}/drawing" Target="../drawings/drawing1.xml"/>'
        types += '<Override PartName="/xl/drawings/drawing1.xml" ContentType="application/vnd.openxmlformats-officedocument.drawing+xml"/>'
    opening = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    files = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{TYPE}.styles+xml"/>{types}</Types>',
        "_rels/.rels": f'{opening}<Relationship Id="rId1" Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{REL}"><sheets>{book}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{opening}{rels}<Relationship Id="rId99" Type="{REL}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": STYLES,
    }
    for number, (_, rows, _state) in enumerate(sheets, 1):
        tail = _printed(paper) + ('<drawing r:id="rId2"/>' if boxed else "") if number == 1 else ""
        files[f"xl/worksheets/sheet{number}.xml"] = _sheet(rows, tail)
    if own:
        files["xl/worksheets/_rels/sheet1.xml.rels"] = f"{opening}{own}</Relationships>"
    if remarks:
        text = escape("\n".join(remarks))
        files["xl/comments1.xml"] = (
            f'<comments xmlns="{MAIN}"><authors><author>a</author></authors><commentList><comment ref="A1" authorId="0">'
            f"<text><r><t>{text}</t></r></text></comment></commentList></comments>"
        )
    if boxed:
        files["xl/drawings/drawing1.xml"] = _drawing(boxed)
    return packed(files)


def as_csv(paper: Paper) -> str:
    """The cells of the first sheet, comma-separated."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows(row for row, _ in rows_of(paper.at(Place.BODY)))
    return out.getvalue()
