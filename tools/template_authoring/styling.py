"""The looks of our documents as Word markup: fonts, styles, official numbering, and small pieces of pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from markupsafe import escape

KAI, LATIN = "標楷體", "Times New Roman"
INK, BLUE, RED, BROWN, GREY, LINE, TINT = "1F2A44", "2F5D8C", "C8553D", "B7791F", "6B7280", "D5DAE3", "EEF2F7"
MARK_RED = "B3261E"
W_NS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
Align = Literal["left", "center", "right", "both"]
FONTS = f'<w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:eastAsia="{KAI}" w:cs="{LATIN}" w:hint="eastAsia"/>'


def twips(cm: float) -> int:
    """Centimetres as twentieths of a point."""
    return round(cm * 567)


def run(
    text: str, *, size: float = 0, bold: bool = False, colour: str = "", style: str = "", boxed: bool = False
) -> str:
    """A run of text; `size` in points."""
    look = f'<w:rStyle w:val="{style}"/>' if style else ""
    look += "<w:b/><w:bCs/>" if bold else ""
    look += f'<w:color w:val="{colour}"/>' if colour else ""
    look += f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/>' if size else ""
    look += f'<w:bdr w:val="single" w:sz="12" w:space="0" w:color="{colour or INK}"/>' if boxed else ""
    look = f"<w:rPr>{look}</w:rPr>" if look else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def page_field(instruction: str, size: float) -> str:
    """PAGE or NUMPAGES as a field of five runs, which Word and LibreOffice both keep."""
    look = f'<w:rPr><w:sz w:val="{round(size * 2)}"/></w:rPr>'
    return (
        f'<w:r>{look}<w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r>{look}<w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>'
        f'<w:r>{look}<w:fldChar w:fldCharType="separate"/></w:r><w:r>{look}<w:t>1</w:t></w:r>'
        f'<w:r>{look}<w:fldChar w:fldCharType="end"/></w:r>'
    )


def paragraph(
    *runs: str,
    style: str = "",
    align: Align | None = None,
    before: float | None = None,
    after: float | None = None,
    exact: float = 0,
    keep_next: bool = False,
    new_page: bool = False,
    tabs: Sequence[tuple[str, float]] = (),
) -> str:
    """A paragraph of ready runs; spaces in points, `exact` a fixed line height, tab stops as (kind, cm)."""
    look = f'<w:pStyle w:val="{style}"/>' if style else ""
    look += "<w:keepNext/>" if keep_next else ""
    look += "<w:pageBreakBefore/>" if new_page else ""
    if tabs:
        look += "<w:tabs>" + "".join(f'<w:tab w:val="{k}" w:pos="{twips(cm)}"/>' for k, cm in tabs) + "</w:tabs>"
    spacing = "" if before is None else f' w:before="{round(before * 20)}"'
    spacing += "" if after is None else f' w:after="{round(after * 20)}"'
    spacing += f' w:line="{round(exact * 20)}" w:lineRule="exact"' if exact else ""
    look += f"<w:spacing{spacing}/>" if spacing else ""
    look += f'<w:jc w:val="{align}"/>' if align else ""
    return f"<w:p>{f'<w:pPr>{look}</w:pPr>' if look else ''}{''.join(runs)}</w:p>"


def end() -> str:
    """The paragraph a document or cell must end with after a table: hidden and as low as can be.

    Where a table fills its page to the last point, a higher one would make an empty page.
    """
    mark = '<w:rPr><w:vanish/><w:sz w:val="2"/><w:szCs w:val="2"/></w:rPr>'
    return f'<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="1" w:lineRule="exact"/>{mark}</w:pPr></w:p>'


def heading(words: str, style: str = "Clause1", *, after: float = 5) -> str:
    """A heading directly above a table: it stays with the table's first row.

    Nothing may stand between, not even white space: LibreOffice keeps only the last paragraph with a table.
    """
    return paragraph(run(words), style=style, after=after, keep_next=True)


def text(words: str, style: str = "", *, align: Align | None = None) -> str:
    """A paragraph of one run in a style."""
    return paragraph(run(words), style=style, align=align)


def control(tag: str) -> str:
    """A control tag in a paragraph of its own."""
    return paragraph(run(f"{{%p {tag} %}}"))


def listed(name: str, style: str = "Clause2", *, alone: str = "BodyIndent", empty: str = "") -> str:
    """A paragraph for each line of a list, numbered by its style; a single one bears no number."""
    one, each = text("{{ line }}", alone), text("{{ line }}", style)
    lines = control(f"for line in {name}")
    made = "".join(
        (control(f"if {name}|length == 1"), lines, one, control("endfor"), control("else"), lines, each,
         control("endfor"), control("endif"))
    )  # fmt: skip
    if not empty:
        return made
    return control(f"if {name}") + made + control("else") + text(empty, alone) + control("endif")


def gap(points: float, *, keep_next: bool = False) -> str:
    """White space of an exact height; before a table it keeps the heading above from standing alone."""
    return paragraph(before=0, after=0, exact=points, keep_next=keep_next)


Side = Literal["top", "left", "bottom", "right"]
_SIDES: tuple[Side, ...] = ("top", "left", "bottom", "right")


@dataclass(frozen=True, slots=True)
class Border:
    """One side of a cell; width in eighths of a point."""

    side: Side
    width: int
    colour: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of ready paragraphs."""

    content: str
    fill: str = ""
    span: int = 1
    middle: bool = True
    borders: tuple[Border, ...] = ()


def _cell(cell: Cell, width: int) -> str:
    look = f'<w:tcW w:w="{width}" w:type="dxa"/>'
    look += f'<w:gridSpan w:val="{cell.span}"/>' if cell.span > 1 else ""
    if cell.borders:
        sides = sorted(cell.borders, key=lambda border: _SIDES.index(border.side))
        drawn = "".join(
            f'<w:{b.side} w:val="single" w:sz="{b.width}" w:space="0" w:color="{b.colour}"/>' for b in sides
        )
        look += f"<w:tcBorders>{drawn}</w:tcBorders>"
    look += f'<w:shd w:val="clear" w:color="auto" w:fill="{cell.fill}"/>' if cell.fill else ""
    look += '<w:vAlign w:val="center"/>' if cell.middle else ""
    return f"<w:tc><w:tcPr>{look}</w:tcPr>{cell.content}</w:tc>"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of cells; a head is repeated on every page; a height in cm is the least height."""

    cells: tuple[Cell, ...]
    head: bool = False
    height: float = 0
    may_split: bool = False


def control_row(tag: str, columns: int) -> Row:
    """A row that holds nothing but a control tag and vanishes when the document is filled."""
    return Row((Cell(paragraph(run(f"{{%tr {tag} %}}")), span=columns),))


def kept(row: Row) -> Row:
    """The same row, held on the page of the next one of its table."""
    held = re.compile(r"(<w:pPr>(?:<w:pStyle [^>]*/>)?)(?!<w:keepNext/>|<w:pStyle)")
    return replace(
        row, cells=tuple(replace(cell, content=held.sub(r"\1<w:keepNext/>", cell.content)) for cell in row.cells)
    )


def table(
    widths: Sequence[float],
    rows: Sequence[Row],
    *,
    lines: Literal["none", "all", "rows"] = "all",
    padding: float = 0.19,
    colour: str = LINE,
    caption: str = "",
) -> str:
    """A table of fixed widths in cm; `rows` draws horizontal lines only; `caption` is the alt text."""
    grid = [twips(width) for width in widths]
    drawn = {"none": "", "all": "top left bottom right insideH insideV", "rows": "top bottom insideH"}[lines].split()
    borders = "".join(
        f'<w:{side} w:val="{"single" if side in drawn else "nil"}" w:sz="4" w:space="0" w:color="{colour}"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    pad = twips(padding)
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in grid)
    body = "".join(_row(row, grid) for row in rows)
    described = f'<w:tblCaption w:val="{escape(caption)}"/>' if caption else ""
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(grid)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>'
        f'<w:left w:w="{pad}" w:type="dxa"/><w:right w:w="{pad}" w:type="dxa"/></w:tblCellMar>'
        f'<w:tblLook w:val="0420" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="0" '
        f'w:noVBand="1"/>{described}</w:tblPr><w:tblGrid>{columns}'
        f"</w:tblGrid>{body}</w:tbl>"
    )


def _row(row: Row, grid: list[int]) -> str:
    look = "" if row.may_split else "<w:cantSplit/>"
    look += f'<w:trHeight w:val="{twips(row.height)}" w:hRule="atLeast"/>' if row.height else ""
    look += "<w:tblHeader/>" if row.head else ""
    cells, column = [], 0
    for cell in row.cells:
        cells.append(_cell(cell, sum(grid[column : column + cell.span])))
        column += cell.span
    assert column == len(grid), f"a row of {column} columns in a grid of {len(grid)}"
    return f"<w:tr>{f'<w:trPr>{look}</w:trPr>' if look else ''}{''.join(cells)}</w:tr>"


def head_row(*titles: str) -> Row:
    """The dark head of a table."""
    return Row(tuple(Cell(text(title, "TableHead"), fill=BLUE) for title in titles), head=True)
