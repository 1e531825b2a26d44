"""Papers of the Spring-Festival campaign: 春安檢查表, form for outside bodies, 每日狀況回報表, notice, press text."""

from __future__ import annotations

from tools.template_authoring.page import SIGNERS, Page, package, signature_row, signed_rows
from tools.template_authoring.plan import cells
from tools.template_authoring.styles import Look
from tools.template_authoring.styling import (
    BLUE,
    GREY,
    TINT,
    Border,
    Cell,
    Row,
    control,
    end,
    gap,
    head_row,
    listed,
    paragraph,
    run,
    table,
    text,
)

LANDSCAPE = Page(
    width=29.7, height=21.0, top=2.0, bottom=1.8, left=2.0, right=2.0, look=Look(body=12, heading=13, cell=11.5)
)
UPRIGHT = Page(left=2.2, right=2.2, look=Look(body=12, heading=13, cell=11.5, line=1.25))
LETTER = Page(look=Look(body=15, heading=16, cell=12, line=1.4, outline=("一", "（一）", "1", "（1）")))
RULED = "B4BCC9"


def _band(page: Page, facts: str) -> str:
    content = (
        text("{{ agency }}{{ office }}", "BandAgency") + text("{{ title }}", "BandTitle") + text(facts, "BandFacts")
    )
    cell = Cell(content, fill=TINT, borders=(Border("left", 48, BLUE),))
    return table([page.text_width], [Row((cell,))], lines="none") + gap(6)


def _facts(widths: list[float], *rows: tuple[tuple[str, str], ...]) -> str:
    """Rows of label and value; an empty value is room to write."""
    lines = [
        Row(
            tuple(
                cell
                for label, value in row
                for cell in (Cell(text(label, "RowHead"), fill=TINT), Cell(text(value, "TableText")))
            )
        )
        for row in rows
    ]
    return table(widths, lines, colour=RULED, caption="基本資料")


def _notes() -> str:
    number = "{% if notes|length > 1 %}{{ loop.index }}、{% endif %}"
    return control("for line in notes") + text(number + "{{ line }}", "Remark") + control("endfor")


def _signatures(page: Page, *titles: str, room: float = 2.0, margin: float = 0) -> str:
    heads = tuple(Cell(text(words, "SignatureHead"), fill=TINT) for words in titles)
    date = paragraph(run("年　　月　　日　　時", size=9.5, colour=GREY), style="TableCentre", before=17 * room)
    width = (page.text_width - margin) / len(titles)
    rows = [Row(heads), Row(tuple(Cell(date) for _ in titles), height=room)]
    return table([width] * len(titles), rows, colour=RULED, caption="簽章欄")


def safety_checklist() -> bytes:
    """The first version of templates/spring/safety_checklist.docx, landscape: eight columns to be filled in."""
    page = LANDSCAPE
    rows = [
        head_row("項次", "類別", "檢查項目", "檢查日時", "結果", "處置", "檢查人", "值班代理"),
        *signed_rows(
            "for check in checks",
            cells(
                ("{{ loop.index }}", "TableCentre"),
                ("{{ check.category }}", "TableCentre"),
                ("{{ check.statement }}{% if check.units %}（{{ check.units }}）{% endif %}", "TableText"),
                ("　月　日　時", "TableCentre"),
                ("☐正常　☐異常", "TableCentre"),
                ("", "TableText"),
                ("", "TableText"),
                ("", "TableText"),
            ),
            _notes(),
            _signatures(page, "檢查人員", "受檢單位主管", "會同人員", "政風室", room=1.3, margin=0.5),
        ),
    ]
    body = "".join(
        (
            _band(page, "檢查期間：{{ period }}"),
            _facts(
                [2.8, 10.05, 2.8, 10.05],
                (("受檢單位", "{{ unit }}"), ("值班代理", "{{ duty_deputy }}")),
            ),
            gap(6),
            table([1.3, 1.5, 8.9, 2.9, 3.4, 3.5, 2.1, 2.1], rows, colour=RULED, caption="安全維護檢查項目"),
            end(),
        )
    )
    return package(page, body)


def outside_form() -> bytes:
    """The first version of templates/spring/outside_form.docx."""
    page = UPRIGHT
    rows = [
        head_row("項次", "檢查項目", "結果", "檢查情形／處置"),
        *signed_rows(
            "for statement in statements",
            cells(
                ("{{ loop.index }}", "TableCentre"),
                ("{{ statement }}", "TableText"),
                ("□符合　□不符合　□不適用", "TableText"),
                ("", "TableText"),
            ),
            _notes() + text("回復：{{ reply_to }}", "Remark"),
            _signatures(page, "檢查人員", "機關（學校）首長", "會同人員", margin=0.5),
        ),
    ]
    body = "".join(
        (
            _band(page, "檢查期間：{{ period }}"),
            _facts(
                [3.2, 5.1, 3.2, 5.1],
                (("機關（學校）", ""), ("檢查日時", "　月　日　時")),
                (("檢查人員", ""), ("會同人員", "")),
            ),
            gap(6),
            text("{{ name }}：{{ joint }}", "Remark"),
            gap(6),
            table([1.3, 7.0, 3.7, 4.6], rows, colour=RULED, caption="檢查項目"),
            end(),
        )
    )
    return package(page, body)


def daily_reports() -> bytes:
    """The first version of templates/spring/daily_reports.docx, landscape."""
    page = LANDSCAPE
    summary = "".join(
        (
            control("if summary"),
            text("彙整", "RowHead"),
            control("for line in summary"),
            text("{% if summary|length > 1 %}{{ loop.index }}、{% endif %}{{ line }}", "TableText"),
            control("endfor"),
            control("endif"),
        )
    )
    rows = [
        head_row("日期", "時段", "值勤處所", "狀況", "摘要", "回報人", "回報時間", "備註"),
        *signed_rows(
            "for report in reports",
            cells(
                ("{{ report.day }}", "TableCentre"),
                ("{{ report.hours }}", "TableText"),
                ("{{ report.unit }}", "TableText"),
                ("{{ report.situation }}", "TableCentre"),
                ("{{ report.summary }}", "TableText"),
                ("{{ report.reporter }}", "TableText"),
                ("{{ report.reported }}", "TableCentre"),
                ("{{ report.late }}", "TableCentre"),
            ),
            summary + _notes(),
            signature_row(page, SIGNERS, margin=0.5),
        ),
    ]
    body = "".join(
        (
            _band(page, "工作期間：{{ period }}　　{{ as_of }}"),
            table([3.1, 3.5, 2.4, 1.8, 6.5, 3.3, 3.4, 1.7], rows, colour=RULED, caption="每日狀況回報"),
            end(),
        )
    )
    return package(page, body)


def announcement() -> bytes:
    """The first version of templates/spring/announcement.docx."""
    page = LETTER
    body = "".join(
        (
            text("{{ agency }}", "DocumentSubtitle"),
            text("{{ title }}", "DocumentTitle"),
            text("{{ office }}　{{ date }}　　受文：{{ addressee }}", "DocumentSubtitle"),
            listed("paragraphs", "Clause1"),
            gap(8),
            text("聯絡：{{ contact }}", "Remark"),
            end(),
        )
    )
    return package(page, body)
