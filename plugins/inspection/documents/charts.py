"""Native Word charts and in-cell bars from plain data, without an embedded workbook that could carry data out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, NotRequired, TypedDict

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from inspection.documents.template_language import printable
from inspection.errors import BadSource, Place
from inspection.language import speak

ChartKind = Literal["bar", "column", "stacked", "doughnut"]
PALETTE = ("2F5D8C", "C8553D", "6B9080", "B7791F", "7A6C9D", "8A94A6")
TONES = {"good": "2F5D8C", "fair": "B7791F", "poor": "C8553D", "none": "8A94A6"}
TRACK = "EDF0F4"
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/chart"
COLLECTOR = "_drawings"
_EMU_PER_CM = 360_000
_TWIPS_PER_CM = 567
_C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"


class Series(TypedDict):
    """One row of figures, as many as there are categories; `colour` is six hex digits."""

    name: str
    values: list[int] | list[float] | list[int | float]
    colour: NotRequired[str]


class ChartData(TypedDict):
    """A chart as data. `percent` prints 0.875 as 88%; `alt` says in words what is to be seen."""

    kind: ChartKind
    title: str
    categories: list[str]
    series: list[Series]
    alt: str
    percent: NotRequired[bool]


@dataclass(slots=True)
class Drawings:
    """The charts one rendering has asked for; their XML in order."""

    charts: list[bytes] = field(default_factory=list)

    def add(self, chart: bytes) -> int:
        """Takes a chart in; its number from 1."""
        self.charts.append(chart)
        return len(self.charts)


def relation_id(number: int) -> str:
    """Id by which the document refers to chart `number`."""
    return f"rIdChart{number}"


def _text(value: object) -> str:
    return str(escape(" ".join(printable(str(value)).split("\n"))))


def _font(size: int, colour: str, bold: bool = False) -> str:
    return (
        f'<a:defRPr sz="{size}" b="{int(bold)}"><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'
        '<a:latin typeface="Times New Roman"/><a:ea typeface="標楷體"/></a:defRPr>'
    )


def _text_style(size: int, colour: str = "3B4252") -> str:
    return (
        f"<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr>{_font(size, colour)}</a:pPr>"
        '<a:endParaRPr lang="zh-TW"/></a:p></c:txPr>'
    )


def _fill(colour: str) -> str:
    return f'<a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'


def _title(title: str) -> str:
    if not title:
        return '<c:autoTitleDeleted val="1"/>'
    run = _font(1150, "1F2A44", bold=True).replace("a:defRPr", "a:rPr").replace("<a:rPr ", '<a:rPr lang="zh-TW" ')
    return (
        "<c:title><c:tx><c:rich><a:bodyPr/><a:lstStyle/><a:p>"
        f"<a:pPr>{_font(1150, '1F2A44', bold=True)}</a:pPr>"
        f"<a:r>{run}<a:t>{_text(title)}</a:t></a:r></a:p></c:rich></c:tx>"
        '<c:overlay val="0"/></c:title><c:autoTitleDeleted val="0"/>'
    )


def _cache(tag: str, values: list[str]) -> str:
    points = "".join(f'<c:pt idx="{i}"><c:v>{_text(v)}</c:v></c:pt>' for i, v in enumerate(values))
    style = "<c:formatCode>General</c:formatCode>" if tag == "numCache" else ""
    return f'<c:{tag}>{style}<c:ptCount val="{len(values)}"/>{points}</c:{tag}>'


def _series(chart: ChartData, number: int, format_code: str) -> str:
    series, kind, categories = chart["series"][number], chart["kind"], chart["categories"]
    column = "BCDEFGHIJKLMNOPQ"[number]
    last = len(categories) + 1
    colour = series.get("colour", PALETTE[number % len(PALETTE)])
    if kind == "doughnut":
        paint = "".join(
            f'<c:dPt><c:idx val="{i}"/><c:bubble3D val="0"/><c:spPr>{_fill(PALETTE[i % len(PALETTE)])}'
            '<a:ln w="12700"><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill></a:ln></c:spPr></c:dPt>'
            for i in range(len(categories))
        )
    else:
        paint = f'<c:spPr>{_fill(colour)}</c:spPr><c:invertIfNegative val="0"/>'
    inside = kind in {"stacked", "doughnut"}
    # A zero in a stack or ring is a label without a place: `#` prints nothing for it.
    shown = "#,##0;;;" if inside and format_code == "General" else format_code
    labels = (
        f'<c:dLbls><c:numFmt formatCode="{shown}" sourceLinked="0"/><c:spPr><a:noFill/></c:spPr>'
        f"{_text_style(900, 'FFFFFF' if inside else '3B4252')}"
        '<c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/>'
        '<c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
    )
    return (
        f'<c:ser><c:idx val="{number}"/><c:order val="{number}"/>'
        f"<c:tx><c:strRef><c:f>S!${column}$1</c:f>{_cache('strCache', [series['name']])}</c:strRef></c:tx>"
        f"{paint}{labels}"
        f"<c:cat><c:strRef><c:f>S!$A$2:$A${last}</c:f>{_cache('strCache', categories)}</c:strRef></c:cat>"
        f"<c:val><c:numRef><c:f>S!${column}$2:${column}${last}</c:f>"
        f"{_cache('numCache', [str(v) for v in series['values']])}</c:numRef></c:val></c:ser>"
    )


def _gap(categories: int) -> int:
    """The room between bars in percent of their width: few bars stay slender."""
    return {1: 400, 2: 160}.get(categories, 55)


def _step(chart: ChartData) -> str:
    """The distance of the grid lines: whole numbers for counts, so that no axis speaks of 0.2 findings."""
    if chart.get("percent", False):
        return '<c:majorUnit val="0.25"/>'
    columns = zip(*(series["values"] for series in chart["series"]), strict=True)
    tallest = max((sum(column) if chart["kind"] == "stacked" else max(column) for column in columns), default=0)
    return f'<c:majorUnit val="{max(1, -(-int(tallest) // 5))}"/>'


def _axes(chart: ChartData, format_code: str) -> str:
    lying, percent = chart["kind"] == "bar", chart.get("percent", False)
    top = '<c:max val="1"/>' if percent else ""
    grid = (
        ""
        if lying
        else f'<c:majorGridlines><c:spPr><a:ln w="6350">{_fill("E3E7ED")}</a:ln></c:spPr></c:majorGridlines>'
    )
    marks = '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>'
    return (
        f'<c:catAx><c:axId val="111"/><c:scaling><c:orientation val="{"maxMin" if lying else "minMax"}"/></c:scaling>'
        f'<c:delete val="0"/><c:axPos val="{"l" if lying else "b"}"/><c:numFmt formatCode="General" sourceLinked="0"/>'
        f'{marks}<c:spPr><a:ln w="6350">{_fill("8A94A6")}</a:ln></c:spPr>{_text_style(1000)}'
        '<c:crossAx val="112"/><c:crosses val="autoZero"/></c:catAx>'
        f'<c:valAx><c:axId val="112"/><c:scaling><c:orientation val="minMax"/>{top}<c:min val="0"/></c:scaling>'
        f'<c:delete val="{int(lying)}"/><c:axPos val="{"b" if lying else "l"}"/>{grid}'
        f'<c:numFmt formatCode="{format_code}" sourceLinked="0"/>{marks}<c:spPr><a:ln><a:noFill/></a:ln></c:spPr>'
        f'{_text_style(900, "6B7280")}<c:crossAx val="111"/><c:crosses val="autoZero"/>'
        f"{_step(chart)}</c:valAx>"
    )


def chart_xml(chart: ChartData) -> bytes:
    """The chart part; raises BadSource where figures and categories do not match."""
    width = len(chart["categories"])
    if not chart["series"] or any(len(series["values"]) != width for series in chart["series"]):
        raise BadSource(
            speak("圖表之數值與類別須同數", "a chart needs as many values as categories"),
            place=Place("chart", field=chart["title"]),
        )
    kind, percent = chart["kind"], chart.get("percent", False)
    format_code = "0%" if percent else "General"
    rows = "".join(_series(chart, number, format_code) for number in range(len(chart["series"])))
    if kind == "doughnut":
        plot = (
            f'<c:doughnutChart><c:varyColors val="1"/>{rows}<c:firstSliceAng val="0"/><c:holeSize val="58"/>'
            "</c:doughnutChart>"
        )
    else:
        stacked = kind == "stacked"
        overlap = '<c:overlap val="100"/>' if stacked else ""
        plot = (
            f'<c:barChart><c:barDir val="{"bar" if kind == "bar" else "col"}"/>'
            f'<c:grouping val="{"stacked" if stacked else "clustered"}"/><c:varyColors val="0"/>{rows}'
            f'<c:gapWidth val="{_gap(len(chart["categories"]))}"/>{overlap}'
            f'<c:axId val="111"/><c:axId val="112"/></c:barChart>{_axes(chart, format_code)}'
        )
    legend = ""
    if len(chart["series"]) > 1 or kind == "doughnut":
        place = "r" if kind == "doughnut" else "b"
        legend = f'<c:legend><c:legendPos val="{place}"/><c:overlay val="0"/>{_text_style(1000)}</c:legend>'
    # No fill behind the chart: a white ground would hide the watermark.
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<c:chartSpace xmlns:c="{_C}" xmlns:a="{_A}" xmlns:r="{_R}"><c:roundedCorners val="0"/><c:chart>'
        f"{_title(chart['title'])}<c:plotArea><c:layout/>{plot}<c:spPr><a:noFill/></c:spPr></c:plotArea>{legend}"
        '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        "<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr></c:chartSpace>"
    ).encode()


def _drawing(number: int, alt: str, width_cm: float, height_cm: float) -> str:
    return (
        f'<w:drawing><wp:inline xmlns:wp="{_WP}" distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{int(width_cm * _EMU_PER_CM)}" cy="{int(height_cm * _EMU_PER_CM)}"/>'
        f'<wp:docPr id="{1000 + number}" name="圖表 {number}" descr="{_text(alt)}"/><wp:cNvGraphicFramePr/>'
        f'<a:graphic xmlns:a="{_A}"><a:graphicData uri="{_C}">'
        f'<c:chart xmlns:c="{_C}" xmlns:r="{_R}" r:id="{relation_id(number)}"/>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing>"
    )


@pass_context
def chart(context: Context, data: Any, width_cm: float, height_cm: float) -> Markup:
    """`{{ chart(faults_by_category, 9.4, 5.4) }}`: a chart in the line, `width_cm` by `height_cm`."""
    if not isinstance(data, dict) or not {"kind", "title", "categories", "series", "alt"} <= set(data):
        raise BadSource(
            speak(
                "chart() 須有 kind、title、categories、series 及 alt",
                "chart() needs kind, title, categories, series and alt",
            )
        )
    drawings: Drawings = context[COLLECTOR]
    made: ChartData = data  # type: ignore[assignment]
    number = drawings.add(chart_xml(made))
    drawing = _drawing(number, made["alt"], width_cm, height_cm)
    return Markup(f'</w:t></w:r><w:r>{drawing}</w:r><w:r><w:t xml:space="preserve">')  # noqa: S704 - escaped


def bar(percent: Any, tone: str = "good", width_cm: float = 5.0) -> Markup:
    """`{{p bar(unit.percent, unit.tone, 5.0) }}`: a bar of 0 to 100 in the width given; a table, so it prints sharp."""
    if not isinstance(percent, int | float) or tone not in TONES:
        raise BadSource(
            speak(
                f"bar() 須為數字及 {'、'.join(TONES)} 之一，現為 {percent!r} 及 {tone!r}",
                f"bar() needs a number and one of {', '.join(TONES)}, not {percent!r} and {tone!r}",
            )
        )
    whole = round(width_cm * _TWIPS_PER_CM)
    filled = max(0, min(whole, round(whole * percent / 100)))
    cells = [(width, colour) for width, colour in ((filled, TONES[tone]), (whole - filled, TRACK)) if width]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width, _ in cells)
    line = '<w:pPr><w:spacing w:before="0" w:after="0" w:line="{}" w:lineRule="exact"/></w:pPr>'
    body = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:shd w:val="clear" w:color="auto" w:fill="{colour}"/>'
        f"</w:tcPr><w:p>{line.format(120)}</w:p></w:tc>"
        for width, colour in cells
    )
    return Markup(  # noqa: S704 - made of numbers and constants
        f'<w:tbl><w:tblPr><w:tblW w:w="{whole}" w:type="dxa"/><w:tblLayout w:type="fixed"/><w:tblCellMar>'
        '<w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid><w:tr><w:trPr>"
        f'<w:trHeight w:val="170" w:hRule="exact"/></w:trPr>{body}</w:tr></w:tbl><w:p>{line.format(20)}</w:p>'
    )
