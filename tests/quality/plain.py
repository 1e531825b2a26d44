"""Writes a paper as text, HTML, RTF or the exchanged-letter XML called DI."""
# ruff: noqa: E501 - an XML element is easier to check on one line

from __future__ import annotations

from html import escape
from xml.sax.saxutils import escape as xml_escape

from quality.paper import Ink, Paper, Piece, Place

HTML_INK = {Ink.STRUCK: "<s>{}</s>", Ink.DELETED: "<del>{}</del>", Ink.BIG_RED: '<font size="7" color="red">{}</font>'}


def text(paper: Paper) -> str:
    """Lines; table rows with tabs."""
    lines: list[str] = []
    for piece in paper.at(Place.BODY):
        lines += piece.lines
        lines += ["\t".join(row) for row in piece.table]
    return "\r\n".join(lines) + "\r\n"


def html(paper: Paper, charset: str) -> str:
    """A page with paragraphs and tables."""
    body = ""
    for piece in paper.at(Place.BODY):
        for line in piece.lines:
            body += f"<p>{HTML_INK.get(piece.ink, '{}').format(escape(line))}</p>\n"
        if piece.table:
            rows = "".join("<tr>" + "".join(f"<td>{escape(c)}</td>" for c in row) + "</tr>\n" for row in piece.table)
            body += f"<table border=1>{rows}</table>\n"
    return (
        f'<html><head><meta charset="{charset}"><title>{escape(paper.title)}</title></head><body>{body}</body></html>'
    )


def _rtf(value: str) -> str:
    out = ""
    for char in value:
        code = ord(char)
        if char in "\\{}":
            out += "\\" + char
        elif code < 128:
            out += char
        else:
            out += f"\\u{code if code < 32768 else code - 65536}?"
    return out


def _rtf_lines(piece: Piece) -> str:
    ink = {Ink.STRUCK: "\\striked1 ", Ink.DELETED: "\\deleted ", Ink.BIG_RED: "\\b\\fs56\\cf1 "}.get(piece.ink, "")
    return "".join(f"\\pard {{{ink}{_rtf(line)}}}\\par\n" for line in piece.lines)


def _rtf_table(piece: Piece) -> str:
    out = ""
    for row in piece.table:
        edges = "".join(f"\\cellx{(at + 1) * 1800}" for at in range(len(row)))
        out += f"\\trowd{edges}\n" + "".join(f"\\pard\\intbl {_rtf(cell)}\\cell\n" for cell in row) + "\\row\n"
    return out + "\\pard\n" if out else ""


def rtf(paper: Paper) -> str:
    """RTF with header, footer, footnotes and annotations."""
    out = "{\\rtf1\\ansi\\ansicpg950\\deff0{\\fonttbl{\\f0 DFKai-SB;}}{\\colortbl;\\red255\\green0\\blue0;}\n"
    for place, word in ((Place.HEADER, "header"), (Place.FIRST_HEADER, "titlepg{\\headerf"), (Place.FOOTER, "footer")):
        inner = "".join(_rtf_lines(Piece(p.as_lines(), ink=p.ink)) for p in paper.at(place))
        if inner and place is Place.FIRST_HEADER:
            out += f"\\titlepg{{\\headerf {inner}}}\n"
        elif inner:
            out += f"{{\\{word} {inner}}}\n"
    for piece in paper.pieces:
        if piece.place is Place.BODY:
            out += _rtf_lines(piece) + _rtf_table(piece)
        elif piece.place is Place.NOTE:
            note = "".join(f"{_rtf(line)}\\par\n" for line in piece.as_lines())
            out += f"\\pard {_rtf('詳如附註。')}{{\\footnote \\pard {note}}}\\par\n"
        elif piece.place is Place.TEXT_BOX:
            out += f"\\pard{{\\shp{{\\*\\shpinst{{\\shptxt {_rtf_lines(Piece(piece.as_lines(), ink=piece.ink))}}}}}}}\\par\n"
    return out + "}"


def di(paper: Paper) -> str:
    """An exchanged letter: mark in its element, the first body line as 主旨, the others as 說明."""
    lines = [line for piece in paper.at(Place.BODY) for line in piece.as_lines()]
    told = "".join(f'<條列 序號="{i}、"><文字>{xml_escape(line)}</文字></條列>' for i, line in enumerate(lines[1:], 1))
    level = f'<密等 代碼="{paper.level}"/>' if paper.level else "<密等/>"
    condition = f"<解密條件或保密期限>{xml_escape(paper.condition)}</解密條件或保密期限>"
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE 函 SYSTEM "104_2_utf8.dtd">\n<函><檔號/><保存年限/><發文機關><全銜>虛構縣示範市公所</全銜>'
        '</發文機關><函類別 代碼="函"/><發文日期><年月日>中華民國115年10月20日</年月日></發文日期><速別 代碼="普通件"/>'
        f"<密等及解密條件或保密期限>{level}{condition}</密等及解密條件或保密期限>"
        f'<主旨><文字>{xml_escape(lines[0])}</文字></主旨><段落 段名="說明：">{told}</段落></函>'
    )
