"""Writes a paper as PPTX: one slide for each piece, notes below."""
# ruff: noqa: E501 - an XML element is easier to check on one line

from __future__ import annotations

from xml.sax.saxutils import escape

from quality.paper import Ink, Paper, Piece, Place
from quality.word import packed

A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
P = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPE = "application/vnd.openxmlformats-officedocument.presentationml"


def _text(lines: tuple[str, ...], ink: Ink) -> str:
    props = {Ink.STRUCK: '<a:rPr strike="dblStrike"/>', Ink.BIG_RED: '<a:rPr sz="4000" b="1"/>'}.get(ink, "")
    return "".join(f"<a:p><a:r>{props}<a:t>{escape(line)}</a:t></a:r></a:p>" for line in lines)


def _shape(lines: tuple[str, ...], ink: Ink, number: int, kind: str = "") -> str:
    place = f'<p:nvPr><p:ph type="{kind}"/></p:nvPr>' if kind else "<p:nvPr/>"
    box = '<p:cNvSpPr txBox="1"/>' if not kind else "<p:cNvSpPr/>"
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="s{number}"/>{box}{place}</p:nvSpPr><p:spPr/>'
        f"<p:txBody><a:bodyPr/>{_text(lines, ink)}</p:txBody></p:sp>"
    )


def _frame(piece: Piece) -> str:
    rows = "".join(
        "<a:tr h='1'>"
        + "".join(f"<a:tc><a:txBody><a:bodyPr/>{_text((cell,), Ink.PLAIN)}</a:txBody></a:tc>" for cell in row)
        + "</a:tr>"
        for row in piece.table
    )
    return (
        '<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="9" name="t"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/table"><a:tbl>'
        f"{rows}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>"
    )


def pptx(paper: Paper) -> bytes:
    """The paper as a PPTX package; header and footer stand as placeholders, text boxes as shapes of the first slide."""
    slides: list[str] = []
    first = _shape((paper.title,), Ink.PLAIN, 2, "title")
    for number, piece in enumerate(paper.at(Place.TEXT_BOX), 10):
        first += _shape(piece.as_lines(), piece.ink, number)
    for number, piece in enumerate(paper.at(Place.FOOTER), 30):
        first += _shape(piece.as_lines(), piece.ink, number, "ftr")
    slides.append(first)
    for piece in paper.at(Place.BODY):
        for at in range(0, len(piece.lines), 6):
            slides.append(_shape(piece.lines[at : at + 6], piece.ink, 3, "body"))
        if piece.table:
            slides.append(_frame(piece))
    spoken = [piece.as_lines() for piece in paper.at(Place.SPEAKER_NOTE)]
    opening = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    types = "".join(
        f'<Override PartName="/ppt/slides/slide{i}.xml" ContentType="{TYPE}.slide+xml"/>'
        for i in range(1, len(slides) + 1)
    )
    ids = "".join(f'<p:sldId id="{255 + i}" r:id="rId{i}"/>' for i in range(1, len(slides) + 1))
    rels = "".join(
        f'<Relationship Id="rId{i}" Type="{REL}/slide" Target="slides/slide{i}.xml"/>'
        for i in range(1, len(slides) + 1)
    )
    files = {
        f"ppt/slides/slide{i}.xml": f"<p:sld {A} {P} {R}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>"
        for i, shapes in enumerate(slides, 1)
    }
    if spoken:
        lines = tuple(line for part in spoken for line in part)
        tree = f"<p:cSld><p:spTree>{_shape(lines, Ink.PLAIN, 3, 'body')}</p:spTree></p:cSld>"
        files["ppt/notesSlides/notesSlide1.xml"] = f"<p:notes {A} {P} {R}>{tree}</p:notes>"
        files["ppt/slides/_rels/slide1.xml.rels"] = (
            f'{opening}<Relationship Id="rId1" Type="{REL}/notesSlide" Target="../notesSlides/notesSlide1.xml"/></Relationships>'
        )
        types += f'<Override PartName="/ppt/notesSlides/notesSlide1.xml" ContentType="{TYPE}.notesSlide+xml"/>'
    files |= {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/ppt/presentation.xml" ContentType="{TYPE}.presentation.main+xml"/>{types}</Types>',
        "_rels/.rels": f'{opening}<Relationship Id="rId1" Type="{REL}/officeDocument" Target="ppt/presentation.xml"/></Relationships>',
        "ppt/presentation.xml": f"<p:presentation {A} {P} {R}><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": f"{opening}{rels}</Relationships>",
    }
    return packed(dict(sorted(files.items())))
