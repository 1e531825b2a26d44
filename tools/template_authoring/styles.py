"""The named styles and the official numbering of our documents, in a size for each kind of document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tools.template_authoring.styling import BLUE, BROWN, FONTS, GREY, INK, RED, W_NS


def _style(
    identity: str,
    name: str,
    *,
    kind: Literal["paragraph", "character"] = "paragraph",
    based_on: str = "Normal",
    paragraph_look: str = "",
    size: float = 0,
    bold: bool = False,
    colour: str = "",
    quick: bool = True,
) -> str:
    look = ("<w:b/><w:bCs/>" if bold else "") + (f'<w:color w:val="{colour}"/>' if colour else "")
    look += f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/>' if size else ""
    base = f'<w:basedOn w:val="{based_on}"/>' if based_on and kind == "paragraph" else ""
    return (
        f'<w:style w:type="{kind}" w:customStyle="1" w:styleId="{identity}"><w:name w:val="{name}"/>{base}'
        f"{'<w:qFormat/>' if quick else ''}{f'<w:pPr>{paragraph_look}</w:pPr>' if paragraph_look else ''}"
        f"{f'<w:rPr>{look}</w:rPr>' if look else ''}</w:style>"
    )


def _space(before: float = 0, after: float = 0, line: float = 0, exact: bool = False) -> str:
    height = (
        f' w:line="{round(line * (20 if exact else 240))}" w:lineRule="{"exact" if exact else "auto"}"' if line else ""
    )
    return f'<w:spacing w:before="{round(before * 20)}" w:after="{round(after * 20)}"{height}/>'


@dataclass(frozen=True, slots=True)
class Look:
    """How large a kind of document is printed: body, first heading and table text in points, and the line height."""

    body: float = 14
    heading: float = 15
    cell: float = 12
    line: float = 1.25
    heading_colour: str = INK
    outline: tuple[str, ...] = ("壹", "一", "（一）", "1", "（1）")


_FORMATS = {
    "壹": ("ideographLegalTraditional", "%{}、", 2.0),
    "一": ("taiwaneseCountingThousand", "%{}、", 2.0),
    "（一）": ("taiwaneseCountingThousand", "（%{}）", 3.0),
    "1": ("decimal", "%{}、", 1.5),
    "（1）": ("decimal", "（%{}）", 2.5),
}


def numbering_xml(look: Look) -> str:
    """Official numbering bound to the styles 條1 to 條5, so that staff number by choosing a style."""
    levels, left = "", 0.0
    for level, form in enumerate(look.outline):
        number_format, pattern, hanging = _FORMATS[form]
        size = look.heading if level == 0 and form == "壹" else look.body
        levels += (
            f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{number_format}"/>'
            f'<w:pStyle w:val="Clause{level + 1}"/><w:suff w:val="nothing"/>'
            f'<w:lvlText w:val="{pattern.format(level + 1)}"/><w:lvlJc w:val="left"/>'
            f'<w:pPr><w:ind w:left="{round((left + hanging) * size * 20)}" w:hanging="{round(hanging * size * 20)}"/>'
            f"</w:pPr><w:rPr>{FONTS}</w:rPr></w:lvl>"
        )
        left += 0.0 if level == 0 and form == "壹" else hanging / 2
        left += 1.0 if level == 0 and form == "壹" else 0.0
    return (
        f'<w:numbering xmlns:w="{W_NS}"><w:abstractNum w:abstractNumId="1"><w:multiLevelType w:val="multilevel"/>'
        f"{levels}</w:abstractNum>{_second_list(look)}"
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num></w:numbering>'
    )


def _second_list(look: Look) -> str:
    """一、二、… counted apart from the clauses: 擬辦 begins anew after 說明."""
    indent = round(look.body * 40)
    return (
        '<w:abstractNum w:abstractNumId="2"><w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0">'
        '<w:start w:val="1"/><w:numFmt w:val="taiwaneseCountingThousand"/><w:pStyle w:val="Proposal"/>'
        '<w:suff w:val="nothing"/><w:lvlText w:val="%1、"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{indent}" w:hanging="{indent}"/></w:pPr><w:rPr>{FONTS}</w:rPr></w:lvl></w:abstractNum>'
    )


def styles_xml(look: Look) -> str:
    """The named styles of a document; all that staff see in Word's list has a Chinese name."""
    clauses = "".join(
        _style(
            f"Clause{level}",
            f"條{level}",
            paragraph_look=("<w:keepNext/>" if level == 1 and look.outline[0] == "壹" else "")
            + f'<w:numPr><w:ilvl w:val="{level - 1}"/><w:numId w:val="1"/></w:numPr>'
            + (_space(8, 3, look.line) if level == 1 and look.outline[0] == "壹" else _space(0, 3, look.line))
            + f'<w:jc w:val="both"/><w:outlineLvl w:val="{level - 1}"/>',
            size=look.heading if level == 1 else look.body,
            bold=level == 1 and look.outline[0] == "壹",
            colour=look.heading_colour if level == 1 and look.outline[0] == "壹" else "",
        )
        for level in range(1, len(look.outline) + 1)
    )
    indent = f'<w:ind w:left="{round(look.body * 20)}" w:firstLine="{round(look.body * 40)}"/>'
    tight = _space(2.5, 2.5, 1.08)
    return (
        f'<w:styles xmlns:w="{W_NS}"><w:docDefaults><w:rPrDefault><w:rPr>{FONTS}<w:kern w:val="2"/>'
        f'<w:sz w:val="{round(look.body * 2)}"/><w:szCs w:val="{round(look.body * 2)}"/>'
        '<w:lang w:val="en-US" w:eastAsia="zh-TW" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault/>'
        '</w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
        f"<w:pPr><w:widowControl/>{_space(0, 0, look.line)}</w:pPr></w:style>"
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>'
        '<w:left w:w="108" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
        + clauses
        + _style("DocumentTitle", "文件標題", paragraph_look=_space(4, 10, 1.1)
                 + '<w:jc w:val="center"/><w:outlineLvl w:val="0"/>',
                 size=20, bold=True, colour=INK)
        + _style("DocumentSubtitle", "文件副標題", paragraph_look=_space(0, 8, 1.1) + '<w:jc w:val="center"/>',
                 size=12, colour=GREY)
        + _style("BodyIndent", "條文內文", paragraph_look=_space(0, 3, look.line) + indent + '<w:jc w:val="both"/>')
        + _style("Proposal", "擬辦事項", paragraph_look='<w:numPr><w:ilvl w:val="0"/><w:numId w:val="2"/></w:numPr>'
                 + _space(0, 3, look.line) + '<w:jc w:val="both"/>')
        + _style("Hanging", "主旨", paragraph_look=_space(0, 6, look.line)
                 + f'<w:ind w:left="{round(look.body * 60)}" w:hanging="{round(look.body * 60)}"/><w:jc w:val="both"/>')
        + _style("AnnexTitle", "附件標題", paragraph_look="<w:keepNext/>" + _space(4, 6, 1.1)
                 + '<w:outlineLvl w:val="0"/>', size=15, bold=True, colour=INK)
        + _style("BandAgency", "封面機關", paragraph_look=_space(7, 0, 1.0), size=12, colour=GREY)
        + _style("BandTitle", "封面標題", paragraph_look=_space(3, 4, 1.05) + '<w:outlineLvl w:val="0"/>',
                 size=20, bold=True, colour=INK)
        + _style("BandFacts", "封面說明", paragraph_look=_space(0, 8, 1.1), size=11, colour=GREY)
        + _style("BandFact", "封面說明列", paragraph_look=_space(0, 1, 1.1), size=11, colour=GREY)
        + _style("FigureLabel", "數字說明", paragraph_look=_space(0, 0, 1.0), size=11, colour=INK)
        + _style("FigureNote", "數字附註", paragraph_look=_space(0, 3, 1.0), size=9.5, colour=GREY)
        + _style("TableHead", "表頭", paragraph_look="<w:keepNext/>" + tight + '<w:jc w:val="center"/>',
                 size=look.cell - 0.5, bold=True, colour="FFFFFF")
        + _style("RowHead", "列標題", paragraph_look=tight, size=look.cell, bold=True, colour=INK)
        + _style("TableText", "表格文字", paragraph_look=tight + '<w:jc w:val="left"/>', size=look.cell)
        + _style("TableCentre", "表格置中", paragraph_look=tight + '<w:jc w:val="center"/>', size=look.cell)
        + _style("TableNumber", "表格數字", paragraph_look=tight + '<w:ind w:right="260"/><w:jc w:val="right"/>',
                 size=look.cell)
        + _style("CellItem", "表格條列", paragraph_look=_space(1, 1, 1.05)
                 + f'<w:ind w:left="{round(look.cell * 30)}" w:hanging="{round(look.cell * 30)}"/>', size=look.cell)
        + _style("RowHeadCentre", "列標題置中", paragraph_look=tight + '<w:jc w:val="center"/>',
                 size=look.cell, bold=True, colour=INK)
        + _style("Remark", "附註", paragraph_look=_space(4, 0, 1.1), size=10, colour=GREY)
        + _style("SignatureHead", "簽章欄", paragraph_look="<w:keepNext/>" + _space(2, 2, 1.0)
                 + '<w:jc w:val="center"/>', size=11, bold=True, colour=INK)
        + _style("PageHeader", "頁首文字", paragraph_look=_space(0, 0, 1.0), size=10, quick=False)
        + _style("PageFooter", "頁尾文字", paragraph_look=_space(0, 0, 1.0), size=9.5, colour=GREY, quick=False)
        + _style("Placeholder", "待填文字", kind="character", colour="8A94A6")
        + _style("ToneGood", "數值良好", kind="character", bold=True, colour=BLUE)
        + _style("ToneFair", "數值尚可", kind="character", bold=True, colour=BROWN)
        + _style("TonePoor", "數值待改善", kind="character", bold=True, colour=RED)
        + "</w:styles>"
    )  # fmt: skip
