"""檢查紀錄表: the statements inspectors look at in one unit, with boxes, counts and remarks to be written by hand."""

from __future__ import annotations

from tools.template_authoring.page import Page, package, signed_rows
from tools.template_authoring.styles import Look
from tools.template_authoring.styling import (
    BLUE,
    GREY,
    TINT,
    Border,
    Cell,
    Row,
    control,
    control_row,
    end,
    gap,
    head_row,
    paragraph,
    run,
    table,
    text,
)

PAGE = Page(left=2.0, right=2.0, look=Look(body=12, heading=13, cell=11, line=1.2))
BLANK = (
    ("優點事項", "", 1.2),
    ("其他檢查情形", "", 1.2),
    ("受檢單位陳述", "", 1.4),
    ("紀錄影本", "□已交受檢單位　□未交", 0),
)
WIDTHS = [2.3, 6.1, 2.2, 1.5, 1.5, 3.4]


def band(facts: str) -> str:
    """Agency, title and a line of facts above either record."""
    content = (
        text("{{ agency }}{{ office }}", "BandAgency") + text("{{ title }}", "BandTitle") + text(facts, "BandFacts")
    )
    cell = Cell(content, fill=TINT, borders=(Border("left", 48, BLUE),))
    return table([PAGE.text_width], [Row((cell,))], lines="none") + gap(6)


def facts_table(*blank: tuple[str, str, str, str, float]) -> str:
    """Unit and group, and below them further rows: two labels with what stands beside each, and the least height."""
    given = (
        ("受檢單位", "{{ unit }}", "檢查分組", "{{ group }}", 0.0),
        ("領隊", "{{ leader }}", "會同人員", "{{ members }}", 0.0),
    )
    rows = [
        Row(
            (
                Cell(text(first, "RowHead"), fill=TINT),
                Cell(text(said, "TableText")),
                Cell(text(second, "RowHead"), fill=TINT),
                Cell(text(also, "TableText")),
            ),
            height=high,
        )
        for first, said, second, also, high in (*given, *blank)
    ]
    return table([2.4, 6.1, 2.4, 6.1], rows, colour="B4BCC9", caption="檢查資料")


def _lines() -> str:
    statement = text("{{ line.statement }}", "TableText") + paragraph(
        run("{{ line.category }}｜{{ line.basis }}", size=9, colour=GREY), style="TableText"
    )
    boxes = (
        control("for one in line.blank") + text("{{ one }}", "TableText") + control("endfor")
    )  # a box per word, ticked by hand
    remark = (
        control("if line.evidence")
        + paragraph(run("佐證：{{ line.evidence }}", size=9, colour=GREY), style="TableText")
        + control("endif")
        + paragraph(run("{{ line.hint }}", size=9, colour=GREY), style="TableText")
    )
    line = Row(
        (
            Cell(text("{{ line.number }}", "TableCentre") + text("{{ line.code }}", "TableCentre")),
            Cell(statement),
            Cell(boxes),
            Cell(text("", "TableCentre")),
            Cell(text("", "TableCentre")),
            Cell(remark),
        ),
        height=1.7,
    )
    rows = [
        head_row("項次", "檢查項目", "結果", "抽查數", "符合數", "檢查情形"),
        *signed_rows("for line in lines", line, besides(*BLANK), signatures("會同人員", "受檢單位在場人員")),
    ]
    return table(WIDTHS, rows, colour="B4BCC9", caption="檢查紀錄")


def besides(*heads: tuple[str, str, float]) -> str:
    """Below the lines: what is written of the whole, each with its least height in cm."""
    rows = [
        Row((Cell(text(head, "RowHead"), fill=TINT), Cell(text(said, "TableText"))), height=high)
        for head, said, high in heads
    ]
    return table([3.1, PAGE.text_width - 3.6], rows, colour="B4BCC9", caption="其他檢查情形")


def _equipment() -> str:
    blank = tuple(Cell(text("", "TableText")) for _ in range(3))
    rows = [
        head_row("保密設備清冊", "數量", "設置處所", "最近檢查日"),
        control_row("for one in equipment", 4),
        Row((Cell(text("{{ one }}", "TableText")), *blank)),
        control_row("endfor", 4),
    ]
    return table([8.6, 1.5, 4.1, 2.8], rows, colour="B4BCC9", caption="保密設備清冊")


def signatures(second: str, third: str) -> str:
    """Room for four to sign: inspectors, two others, the head of the unit."""
    heads = tuple(
        Cell(paragraph(run(words), style="SignatureHead", keep_next=True), fill=TINT)
        for words in ("檢查人員", second, third, "受檢單位主管")
    )
    room = tuple(
        Cell(paragraph(run("年　　月　　日", size=9.5, colour=GREY), style="TableCentre", before=34)) for _ in heads
    )
    return table(
        [(PAGE.text_width - 0.5) / 4] * 4, [Row(heads), Row(room, height=2.2)], colour="B4BCC9", caption="簽章欄"
    )


def inspection_record() -> bytes:
    """The first version of templates/checklist/inspection_record.docx."""
    body = "".join(
        (
            band("檢查期間：{{ period }}"),
            facts_table(("檢查時間", "　　年　　月　　日　　時", "檢查處所", "", 1.0)),
            gap(6),
            control("for line in instructions"),
            text("{{ loop.index }}、{{ line }}", "Remark"),
            control("endfor"),
            gap(6),
            _equipment(),
            gap(6),
            _lines(),
            end(),
        )
    )
    return package(PAGE, body)
