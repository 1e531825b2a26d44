"""檢查口袋卡: one A4 for the group at a unit: what is known beforehand, what to draw, and room to write."""

from __future__ import annotations

from tools.template_authoring.page import Page, package
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

PAGE = Page(top=2.0, bottom=1.7, left=1.8, right=1.8, look=Look(body=11, heading=12, cell=10, line=1.1))
EDGE = "B4BCC9"


def _band() -> str:
    content = (
        text("{{ agency }}{{ office }}", "BandAgency")
        + text("{{ title }}", "BandTitle")
        + text("檢查期間：{{ period }}", "BandFacts")
    )
    return table(
        [PAGE.text_width], [Row((Cell(content, fill=TINT, borders=(Border("left", 48, BLUE),)),))], lines="none"
    )


def _small(words: str) -> str:
    return paragraph(run(words, size=9, colour=GREY), style="TableText")


def _label(words: str, note: str = "") -> Cell:
    return Cell(text(words, "RowHead") + (_small(note) if note else ""), fill=TINT)


def _value(words: str) -> Cell:
    return Cell(text(words, "TableText"))


def _head() -> str:
    rows = [
        Row((_label("受檢單位"), _value("{{ unit }}"), _label("檢查分組"), _value("{{ group }}　領隊：{{ leader }}"))),
        Row((_label("檢查日時"), _value("　　月　　日　　時"), _label("會同人員"), _value("{{ members }}"))),
        Row(
            (
                _label("加強理由"),
                Cell(text("{{ stress }}", "TableText"), span=3),
            )
        ),
    ]
    return table([2.1, 5.8, 2.1, 7.4], rows, colour=EDGE, caption="檢查資料")


def _faults() -> str:
    line = Row(tuple(_value(f"{{{{ fault.{name} }}}}") for name in ("number", "category", "severity", "standing")))
    rest = Row((Cell(text("{{ faults_rest }}", "TableText"), span=4),))
    rows = [
        head_row("上次及列管中缺失", "類別", "等級", "目前情形"),
        control_row("for fault in faults", 4),
        line,
        control_row("endfor", 4),
        control_row("if faults_rest", 4),
        rest,
        control_row("endif", 4),
    ]
    return table([3.7, 5.7, 1.6, 6.4], rows, colour=EDGE, caption="上次及列管中缺失")


def _doubted() -> str:
    rows = [
        head_row("項目", "單位填報符合，應現場查明者", "比對"),
        control_row("for one in doubted", 3),
        Row((_value("{{ one.code }}"), _value("{{ one.statement }}"), _value("{{ one.outcome }}"))),
        control_row("endfor", 3),
        control_row("if doubted_rest", 3),
        Row((Cell(text("{{ doubted_rest }}", "TableText"), span=3),)),
        control_row("endif", 3),
    ]
    return table([2.0, 13.2, 2.2], rows, colour=EDGE, caption="應現場查明之填報")


def _registers() -> str:
    blank = tuple(_value("") for _ in range(4))
    rows = [
        head_row("調閱登記簿", "號數起訖", "抽查號數", "抽查數", "符合數"),
        control_row("for register in registers", 5),
        Row((_value("{{ register }}"), *blank), height=0.65),
        control_row("endfor", 5),
    ]
    return table([4.2, 3.4, 6.2, 1.8, 1.8], rows, colour=EDGE, caption="登記簿抽查")


def _written() -> str:
    rows = [
        Row((_label("優點"), _value("")), height=1.1),
        Row((_label("缺失", "另填入紀錄表"), _value("")), height=1.6),
        Row((_label("單位陳述"), _value("")), height=1.1),
    ]
    return table([2.4, 15.0], rows, colour=EDGE, caption="檢查摘記")


def _signed() -> str:
    line = "紀錄表簽章確認：□檢查人員　□會同人員　□受檢單位在場人員　□受檢單位主管　□影本已交單位"
    return paragraph(run(line), style="TableText", before=4)


def pocket_card() -> bytes:
    """The first version of templates/checklist/pocket_card.docx."""
    body = "".join(
        (
            _band(),
            gap(4),
            _head(),
            gap(4),
            _faults(),
            gap(4),
            _doubted(),
            gap(4),
            _registers(),
            gap(4),
            _written(),
            _signed(),
            control("for line in reminders"),
            paragraph(run("{{ line }}", size=9, colour=GREY), style="TableText"),
            control("endfor"),
            end(),
        )
    )
    return package(PAGE, body)
