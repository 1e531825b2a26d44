"""現場檢查紀錄: what was found in one unit, printed from the confirmed record; looks as the blank record sheet does."""

from __future__ import annotations

from tools.template_authoring.inspection_record import PAGE, band, besides, facts_table, signatures
from tools.template_authoring.page import package, signed_rows
from tools.template_authoring.styling import (
    GREY,
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

WIDTHS = [1.9, 6.4, 1.8, 1.5, 1.5, 3.9]
FACTS = (
    ("檢查日期", "{{ visited_on }}", "檢查處所", "{{ place }}", 0.0),
    ("在場人員", "{{ present }}", "單位簽章", "{{ signed }}", 0.0),
    ("登錄", "{{ keyed_in }}", "複核", "{{ confirmed }}", 0.0),
)
SAID = (
    ("優點事項", "{{ merits }}", 0.0),
    ("受檢單位陳述", "{{ statement }}", 0.0),
    ("紀錄影本", "{{ copy_left }}", 0.0),
)


def _small(words: str) -> str:
    return paragraph(run(words, size=9, colour=GREY), style="TableText")


def _only(field: str, words: str) -> str:
    return control(f"if {field}") + words + control("endif")


def _lines() -> str:
    told = (
        _only("line.fault", paragraph(run("缺失 {{ line.fault }}", size=10, bold=True), style="TableText"))
        + _only("line.remark", text("{{ line.remark }}", "TableText"))
        + _only("line.drawn", _small("抽查：{{ line.drawn }}"))
        + control("if not line.fault and not line.remark and not line.drawn")
        + text("", "TableText")
        + control("endif")
    )
    line = Row(
        (
            Cell(text("{{ line.number }}", "TableCentre") + _code()),
            Cell(text("{{ line.statement }}", "TableText") + _small("{{ line.category }}｜{{ line.basis }}")),
            Cell(text("{{ line.found }}", "TableCentre")),
            Cell(text("{{ line.sampled }}", "TableCentre")),
            Cell(text("{{ line.conforming }}", "TableCentre")),
            Cell(told),
        )
    )
    last = control("if besides") + _besides(besides_too=True) + control("else") + _besides(besides_too=False)
    rows = [
        head_row("項次", "檢查項目", "結果", "抽查數", "符合數", "檢查情形"),
        *signed_rows("for line in lines", line, last + control("endif"), signatures("會同人員", "複核人員")),
    ]
    return table(WIDTHS, rows, colour="B4BCC9", caption="檢查紀錄")


def _code() -> str:
    return paragraph(run("{{ line.code }}", size=9, colour=GREY), style="TableCentre")


def _besides(*, besides_too: bool) -> str:
    own = (("其他檢查情形", "{{ besides }}", 0.0),) if besides_too else ()
    return besides(SAID[0], *own, *SAID[1:])


def _equipment() -> str:
    rows = [
        head_row("保密設備清冊", "數量", "設置處所", "最近檢查日"),
        control_row("for one in equipment", 4),
        Row(
            (
                Cell(text("{{ one.name }}", "TableText")),
                Cell(text("{{ one.count }}", "TableCentre")),
                Cell(text("{{ one.place }}", "TableText")),
                Cell(text("{{ one.checked_on }}", "TableText")),
            )
        ),
        control_row("endfor", 4),
    ]
    return table([8.4, 1.6, 3.8, 3.2], rows, colour="B4BCC9", caption="保密設備清冊")


def spot_record() -> bytes:
    """The first version of templates/checklist/spot_record.docx."""
    body = "".join(
        (
            band("檢查期間：{{ period }}　｜　{{ copy }}"),
            facts_table(*FACTS),
            gap(6),
            control("for line in sums"),
            text("{{ line }}", "TableText"),
            control("endfor"),
            control("for line in notes"),
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
