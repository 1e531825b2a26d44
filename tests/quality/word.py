"""Writes a paper as DOCX by hand, so that every place of the format can hold text."""
# ruff: noqa: E501 - an XML element is easier to check on one line

from __future__ import annotations

from xml.sax.saxutils import escape

from quality.paper import Ink, Paper, Piece, Place, Row
from zips import zipped

NS = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:w10="urn:schemas-microsoft-com:office:word"'
)
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
INK = {
    Ink.PLAIN: "",
    Ink.BIG_RED: '<w:rPr><w:b/><w:color w:val="FF0000"/><w:sz w:val="48"/></w:rPr>',
    Ink.STRUCK: "<w:rPr><w:dstrike/></w:rPr>",
    Ink.DELETED: "",
}


def paragraph(text: str, ink: Ink = Ink.PLAIN, inside: str = "") -> str:
    """One paragraph; text in two runs, as Word leaves it after editing."""
    if ink is Ink.DELETED:
        run = f'<w:del w:id="9" w:author="a" w:date="2026-01-01T00:00:00Z"><w:r><w:delText>{escape(text)}</w:delText></w:r></w:del>'
        return f"<w:p>{run}</w:p>"
    half = len(text) // 2
    parts = (text[:half], text[half:]) if len(text) > 3 else (text,)
    runs = "".join(f'<w:r>{INK[ink]}<w:t xml:space="preserve">{escape(part)}</w:t></w:r>' for part in parts)
    return f"<w:p>{runs}{inside}</w:p>"


def table(rows: tuple[Row, ...]) -> str:
    """A table with one paragraph in each cell."""
    cells = (
        "".join(f'<w:tc><w:tcPr><w:tcW w:w="2000" w:type="dxa"/></w:tcPr>{paragraph(c)}</w:tc>' for c in row)
        for row in rows
    )
    grid = "<w:gridCol/>" * len(rows[0])
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def text_box(piece: Piece) -> str:
    """A VML text box with the piece's lines."""
    inner = "".join(paragraph(line, piece.ink) for line in piece.as_lines())
    return (
        '<w:p><w:r><w:pict><v:shape type="#_x0000_t202" style="position:absolute;width:300pt;height:120pt">'
        f"<v:textbox><w:txbxContent>{inner}</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
    )


def watermark(text: str) -> str:
    """A watermark as Word keeps it: a text path in the header."""
    return (
        '<w:p><w:r><w:pict><v:shape id="PowerPlusWaterMarkObject" type="#_x0000_t136" style="position:absolute;width:400pt;'
        f'height:120pt;rotation:315"><v:textpath style="font-size:1pt" string="{escape(text)}"/></v:shape></w:pict></w:r></w:p>'
    )


def flow(pieces: tuple[Piece, ...]) -> str:
    """Paragraphs and tables of some pieces."""
    out = []
    for piece in pieces:
        out += [paragraph(line, piece.ink) for line in piece.lines]
        if piece.table:
            out.append(table(piece.table))
    return "".join(out)


def _body(paper: Paper) -> tuple[str, str, str]:
    """The body, the footnotes and the comments."""
    body, notes, comments = [], "", ""
    for number, piece in enumerate(paper.pieces, 2):
        if piece.place is Place.BODY:
            body.append(flow((piece,)))
        elif piece.place is Place.TEXT_BOX:
            body.append(text_box(piece))
        elif piece.place is Place.NOTE:
            body.append(paragraph("詳如附註。", inside=f'<w:r><w:footnoteReference w:id="{number}"/></w:r>'))
            notes += f'<w:footnote w:id="{number}">{"".join(paragraph(x) for x in piece.as_lines())}</w:footnote>'
        elif piece.place is Place.COMMENT:
            body.append(paragraph("詳如批註。", inside=f'<w:r><w:commentReference w:id="{number}"/></w:r>'))
            inner = "".join(paragraph(x) for x in piece.as_lines())
            comments += f'<w:comment w:id="{number}" w:author="a" w:initials="a">{inner}</w:comment>'
    return "".join(body), notes, comments


def docx(paper: Paper) -> bytes:
    """The paper as a DOCX package."""
    body, notes, comments = _body(paper)
    header = flow(paper.at(Place.HEADER)) + "".join(watermark(p.lines[0]) for p in paper.at(Place.WATERMARK))
    parts: dict[str, tuple[str, str, str]] = {}
    if header:
        parts["header1.xml"] = ("hdr", "header", header)
    if paper.at(Place.FIRST_HEADER):
        parts["header2.xml"] = ("hdr", "header", flow(paper.at(Place.FIRST_HEADER)))
    if paper.at(Place.FOOTER):
        parts["footer1.xml"] = ("ftr", "footer", flow(paper.at(Place.FOOTER)))
    if notes:
        fixed = '<w:footnote w:type="separator" w:id="0"><w:p/></w:footnote><w:footnote w:type="continuationSeparator" w:id="1"><w:p/></w:footnote>'
        parts["footnotes.xml"] = ("footnotes", "footnotes", fixed + notes)
    if comments:
        parts["comments.xml"] = ("comments", "comments", comments)
    section, rels, types = "", "", ""
    for number, (part, (_, kind, _content)) in enumerate(parts.items(), 1):
        rels += f'<Relationship Id="rId{number}" Type="{REL}/{kind}" Target="{part}"/>'
        types += f'<Override PartName="/word/{part}" ContentType="{TYPE}.{kind}+xml"/>'
        if kind in {"header", "footer"}:
            which = "first" if part == "header2.xml" else "default"
            section += f'<w:{kind}Reference w:type="{which}" r:id="rId{number}"/>'
    if "header2.xml" in parts:
        section += "<w:titlePg/>"
    files = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{TYPE}.document.main+xml"/>{types}</Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{REL}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f"<w:document {NS}><w:body>{body}<w:sectPr>{section}</w:sectPr></w:body></w:document>",
        "word/_rels/document.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'relationships">{rels}</Relationships>',
    }
    files |= {f"word/{part}": f"<w:{tag} {NS}>{content}</w:{tag}>" for part, (tag, _, content) in parts.items()}
    return packed(files)


def packed(files: dict[str, str]) -> bytes:
    """XML parts as a zip package."""
    return zipped({name: HEAD + text for name, text in files.items()})
