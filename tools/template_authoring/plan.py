"""定期保密檢查計畫: the eight contents of seed 000 art. 7, with basis and assessment before, and three annexes."""

from __future__ import annotations

from tools.template_authoring.page import SIGNERS, Page, package, signature_row, signed_with
from tools.template_authoring.styles import Look
from tools.template_authoring.styling import (
    Cell,
    Row,
    control,
    control_row,
    end,
    gap,
    head_row,
    heading,
    listed,
    paragraph,
    run,
    table,
    text,
)

PAGE = Page(look=Look(body=14, heading=15, cell=11, line=1.3))


def annex(title: str, *, new_page: bool = True) -> str:
    """The title of an annex."""
    return paragraph(run(title), style="AnnexTitle", new_page=new_page)


def cells(*columns: tuple[str, str], keep: bool = False) -> Row:
    """A row of one paragraph per cell, as (text, style); `keep` holds it on the page of the next row."""
    return Row(tuple(Cell(paragraph(run(words), style=style, keep_next=keep)) for words, style in columns))


def looped_rows(loop: str, *columns: tuple[str, str]) -> list[Row]:
    """A row for each turn of a loop."""
    width = len(columns)
    return [control_row(loop, width), cells(*columns), control_row("endfor", width)]


def _sections() -> str:
    return "".join(
        (
            text("依據", "Clause1"),
            listed("legal_bases"),
            text("檢查目的", "Clause1"),
            paragraph(run("狀況研判摘要："), style="Clause2", keep_next=True),
            control("for factor in assessment"),
            text("{{ factor.heading }}：{% for line in factor.sentences %}{{ line }}{% endfor %}", "Clause3"),
            control("endfor"),
            paragraph(run("本次檢查目的："), style="Clause2", keep_next=True),
            control("for line in purposes"),
            text("{{ line }}", "Clause3"),
            control("endfor"),
            text("檢查項目", "Clause1"),
            listed("item_notes"),
            text("受檢單位與人員", "Clause1"),
            control("for line in unit_notes"),
            heading("{{ line }}", "BodyIndent", after=4),
            control("endfor"),
            _units(),
            control("for line in stress_notes"),
            text("{{ line }}", "BodyIndent"),
            control("endfor"),
            text("檢查人員編組", "Clause1"),
            listed("group_notes"),
            text("檢查方法與程序", "Clause1"),
            listed("methods"),
            text("檢查時間", "Clause1"),
            text("檢查期間：{{ period }}。", "Clause2"),
            control("if crawl.period"),
            text("清查期間：{{ crawl.period }}。", "Clause2"),
            control("endif"),
            control("if crawl.recheck_period"),
            text("複查期間：{{ crawl.recheck_period }}", "Clause2"),
            control("endif"),
            heading("時程如下：", "Clause2", after=4),
            _schedule(),
            text("檢查結果處理", "Clause1"),
            listed("result_handling"),
            open_cases(),
        )
    )


def _last_words() -> str:
    return text("行政支援處理", "Clause1") + listed("support") + text("{{ effect }}", "BodyIndent")


def _units() -> str:
    rows = [
        head_row("項次", "受檢單位", "受檢人員", "項數"),
        control_row("for unit in units", 4),
        cells(
            ("{{ unit.number }}", "TableCentre"),
            ("{{ unit.name }}", "TableText"),
            ("{{ unit.people }}", "TableText"),
            ("{{ unit.item_count }}", "TableNumber"),
        ),
        control_row("endfor", 4),
    ]
    return table([1.4, 5.0, 7.8, 1.8], rows, lines="rows", caption="受檢單位與人員") + gap(8)


def _schedule() -> str:
    rows = [
        head_row("期間", "工作事項", "辦理單位"),
        control_row("for step in schedule", 3),
        # A short table: kept on one page with what follows.
        Row(
            tuple(
                Cell(paragraph(run(f"{{{{ step.{name} }}}}"), style="TableText", keep_next=True))
                for name in ("period", "work", "responsible")
            )
        ),
        control_row("endfor", 3),
    ]
    return table([4.4, 6.6, 5.0], rows, lines="rows", caption="檢查時程") + gap(8)


def open_cases() -> str:
    """What earlier rounds left open, carried forward."""
    rows = [
        head_row("案號", "單位", "等級", "改善期限"),
        *looped_rows(
            "for case in open_cases",
            ("{{ case.number }}", "TableCentre"),
            ("{{ case.unit }}", "TableText"),
            ("{{ case.severity }}", "TableCentre"),
            ("{{ case.due }}", "TableText"),
        ),
    ]
    return "".join(
        (
            control("if open_cases"),
            heading("以前各次檢查尚列管中之缺失計{{ open_cases|length }}件，併入本次追蹤：", "BodyIndent", after=4),
            table([5.0, 4.6, 2.0, 4.4], rows, lines="rows", caption="列管中之缺失") + gap(8),
            control("endif"),
        )
    )


def items_table() -> str:
    """The statements put to the units, with their grounds."""
    rows = [
        head_row("項次", "代碼", "類別", "檢查項目", "依據", "選列"),
        control_row("for item in items", 6),
        cells(
            ("{{ item.number }}", "TableCentre"),
            ("{{ item.code }}", "TableCentre"),
            ("{{ item.category }}", "TableText"),
            ("{{ item.statement }}", "TableText"),
            ("{{ item.basis }}", "TableText"),
            ("{{ item.selection }}", "TableCentre"),
        ),
        control_row("endfor", 6),
    ]
    return table([1.1, 1.8, 1.8, 5.9, 4.3, 1.1], rows, lines="rows", padding=0.08, caption="檢查項目表")


def inspector_items_table() -> str:
    """The statements inspectors look at on the spot, under a heading of their own; nothing where there are none."""
    rows = [
        head_row("項次", "代碼", "類別", "檢查項目", "依據", "查核單位"),
        control_row("for item in inspector_items", 6),
        cells(
            ("{{ item.number }}", "TableCentre"),
            ("{{ item.code }}", "TableCentre"),
            ("{{ item.category }}", "TableText"),
            ("{{ item.statement }}", "TableText"),
            ("{{ item.basis }}", "TableText"),
            ("{{ item.units }}", "TableText"),
        ),
        control_row("endfor", 6),
    ]
    widths = [1.1, 1.8, 1.8, 5.4, 4.2, 1.7]
    return (
        control("if inspector_items")
        + heading("現場查核項目（由檢查人員查核，不列入單位填報；紀錄於檢查紀錄表）", "BodyIndent", after=4)
        + table(widths, rows, lines="rows", padding=0.08, caption="現場查核項目表")
        + control("endif")
    )


def crawl_tables() -> str:
    """Under which account and how the shares are read, and which (officer review A11)."""
    facts = [
        Row((Cell(text(label, "RowHead"), fill="EEF2F7"), Cell(text(f"{{{{ crawl.{name} }}}}", "TableText"))))
        for label, name in (
            ("清查帳號", "account"),
            ("清查方式", "method"),
            ("清查期間", "period"),
            ("不予清查", "exclusions"),
        )
    ]
    facts.append(Row((
        Cell(text("複查", "RowHead"), fill="EEF2F7"),
        Cell(text("{{ crawl.recheck_period }}{{ crawl.recheck_scope }}", "TableText")),
    )))  # fmt: skip
    shares = [
        head_row("項次", "單位", "共用資料夾", "清查範圍"),
        control_row("for share in shares", 4),
        cells(
            ("{{ share.number }}", "TableCentre"),
            ("{{ share.unit }}", "TableText"),
            ("{{ share.path }}", "TableText"),
            ("{{ share.scope }}", "TableText"),
        ),
        control_row("endfor", 4),
    ]
    return (
        table([2.6, 13.4], facts, caption="清查帳號與方法")
        + gap(8)
        + table([1.2, 3.0, 7.8, 4.0], shares, lines="rows", caption="清查範圍")
    )


def groups_table() -> str:
    """Who inspects whom."""
    rows = [
        head_row("組別", "領隊", "組員（會同人員）", "受檢單位", "備註"),
        control_row("for group in groups", 5),
        cells(
            ("{{ group.number }}", "TableCentre"),
            ("{{ group.leader }}", "TableText"),
            ("{{ group.members }}", "TableText"),
            ("{{ group.units }}", "TableText"),
            ("{{ group.note }}", "TableText"),
            keep=True,  # few rows: the table stays whole
        ),
        control_row("endfor", 5),
    ]
    return table([1.7, 3.2, 4.4, 4.0, 2.7], rows, lines="rows", caption="檢查人員編組表")


def _annexes() -> str:
    return "".join(
        (
            annex("附件一　檢查項目表"),
            items_table(),
            inspector_items_table(),
            control("if crawl.method"),
            annex("附件二　共用資料夾清查範圍、帳號與方法"),
            crawl_tables(),
            gap(12),
            control("endif"),
            annex("附件{% if crawl.method %}三{% else %}二{% endif %}　檢查人員編組表", new_page=False),
            groups_table(),
        )
    )


def laid_out(sections: str, last_words: str, annexes: str) -> bytes:
    """A plan as a document: title, sections, the last of them with the row to be signed, annexes."""
    body = "".join(
        (
            text("{% if agency not in title %}{{ agency }}{% endif %}{{ title }}", "DocumentTitle"),
            text("{{ office }}　{{ date }}{% if version %}　{{ version }}{% endif %}", "DocumentSubtitle"),
            sections,
            signed_with(PAGE, last_words, signature_row(PAGE, SIGNERS)),
            annexes,
            end(),
        )
    )
    return package(PAGE, body)


def inspection_plan() -> bytes:
    """The first version of templates/plan/inspection_plan.docx."""
    return laid_out(_sections(), _last_words(), _annexes())
