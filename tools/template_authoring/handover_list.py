"""移交清冊: who hands over to whom from which day, how much of what, each thing on a line, three signatures."""

from __future__ import annotations

from tools.template_authoring.page import package, signed_with
from tools.template_authoring.report_pieces import PAGE, WIDTH, band
from tools.template_authoring.styling import (
    GREY,
    TINT,
    Cell,
    Row,
    control,
    control_row,
    end,
    gap,
    head_row,
    heading,
    paragraph,
    run,
    table,
    text,
)

LABEL = 2.6


def _facts() -> str:
    half = (WIDTH - 2 * LABEL) / 2

    def label(words: str) -> Cell:
        return Cell(text(words, "RowHead"), fill=TINT)

    def value(words: str, span: int = 1) -> Cell:
        return Cell(text(words, "TableText"), span=span)

    rows = [
        Row((label("移交人"), value("{{ giver }}"), label("接交人"), value("{{ taker }}")), height=0.9),
        Row((label("監交人"), value("{{ witness }}"), label("生效日"), value("{{ effective_on }}")), height=0.9),
        Row((label("移交範圍"), value("{{ scope }}"), label("移交事由"), value("{{ reason }}")), height=0.9),
    ]
    return table([LABEL, half, LABEL, half], rows, caption="移交當事人")


def _totals() -> str:
    rows = [
        head_row("類別", "數量"),
        control_row("for kind in kinds", 2),
        Row(
            (
                Cell(text("{{ kind.name }}", "TableText")),
                Cell(text("{{ kind.count }} {{ kind.measure }}", "TableCentre")),
            )
        ),
        control_row("endfor", 2),
        Row((Cell(text("合計", "RowHead"), fill=TINT), Cell(text("{{ total }} 項", "RowHeadCentre"), fill=TINT))),
    ]
    return table([WIDTH - 4.0, 4.0], rows, lines="rows", caption="移交統計")


def _lines() -> str:
    rows = [
        head_row("序號", "移交事項", "期限", "接辦人"),
        control_row("for line in kind.lines", 4),
        Row(
            tuple(
                Cell(text(f"{{{{ line.{name} }}}}", style))
                for name, style in (
                    ("number", "TableCentre"),
                    ("words", "TableText"),
                    ("due", "TableCentre"),
                    ("taker", "TableCentre"),
                )
            )
        ),
        control_row("endfor", 4),
    ]
    return table([1.2, WIDTH - 1.2 - 3.4 - 3.5, 3.4, 3.5], rows, lines="rows", caption="移交明細")


def _signatures() -> str:
    """Each signs beside the own name; the day is written by hand."""
    people = (("移交人", "giver"), ("接交人", "taker"), ("監交人", "witness"))
    heads = Row(tuple(Cell(text(title, "SignatureHead"), fill=TINT) for title, _ in people))
    room = Row(
        tuple(
            Cell(paragraph(run(f"{{{{ {name} }}}}", size=10, colour=GREY), style="TableCentre"), middle=False)
            for _, name in people
        ),
        height=2.4,
    )
    days = Row(
        tuple(Cell(paragraph(run("　　年　　月　　日", size=10.5, colour=GREY), style="TableCentre")) for _ in people),
        height=0.8,
    )
    return table([WIDTH / 3] * 3, [heads, room, days], padding=0.08, colour="B4BCC9", caption="簽章欄")


def handover_list() -> bytes:
    """The first version of templates/handover/handover_list.docx."""
    body = "".join(
        (
            band(
                "{{ agency }}{{ office }}",
                "{{ title }}",
                "移交編號：{{ number }}　　編列日期：{{ date }}",
            ),
            _facts(),
            gap(4),
            heading("移交統計", "AnnexTitle"),
            _totals(),
            gap(4),
            control("for kind in kinds"),
            heading("{{ kind.name }}（{{ kind.count }} {{ kind.measure }}）", "AnnexTitle"),
            _lines(),
            gap(4),
            control("endfor"),
            signed_with(
                PAGE,
                text("注意事項", "AnnexTitle")
                + control("for line in notes")
                + text("{{ line }}", "Clause2")
                + control("endfor"),
                _signatures(),
            ),
            end(),
        )
    )
    return package(PAGE, body)
